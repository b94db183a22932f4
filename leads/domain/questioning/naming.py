"""Finds in a question what a business calls its products.

A name of one word may be an ordinary word too ("Orders", "Cost", "IT"). So it is looked for as it is written, and
not where any word has a capital; what nobody could tell from an ordinary word is not looked for.
"""

import re

from leads.domain.questioning.phrases import pattern

LETTERS_AT_LEAST = 3
_ORDINARY = pattern(
    r"(?:<thing>|<feature>|<seller>|<third>|<stock>|<expense>|orders?|costs?|prices?|time|work|jobs?|days?|weeks?|months?|years?"
    r"|hours?|minutes?|problems?|causes?|teams?|people|staff|persons?|payments?|payroll|invoic(?:es?|ing)|bill(?:s|ing)"
    r"|deliver(?:y|ies)|shipping|quot(?:es?|ing)|sales?|marketing|support|data|e?-?mails?|phones?|papers?|reports?"
    r"|reporting|plans?|planning|schedul(?:es?|ing)|process(?:es)?|projects?|tasks?|quality|safety|security|risks?"
    r"|money|budgets?|tax(?:es)?|audits?|hiring|it|hr|pr|vat|kpis?|roi|edi|pdf|api|faq|sla)"
)
_SENTENCE_BEGINS = re.compile(r"(?:^|[.?!:…])[\s\"'“”‘(\[–—-]*$")


def named(name: str, text: str) -> re.Match[str] | None:
    """Return where the name stands, None if it does not.

    A name of several words is found in any case. One of a single word keeps its case, and if only its first
    letter could tell it, it is not found where a sentence begins.
    """
    words = name.replace("’", "'").split()
    if not words:
        return None
    sought = r"(?<!\w)" + r"\s+".join(re.escape(word) for word in words) + r"(?!\w)"
    if len(words) > 1:
        return re.search(sought, text, re.IGNORECASE)
    (word,) = words
    if len(word) < LETTERS_AT_LEAST or _ORDINARY.fullmatch(word):
        return None
    anywhere = word[1:] != word[1:].lower() or not word.isalpha()
    places = re.finditer(sought, text)
    return next((found for found in places if anywhere or not _SENTENCE_BEGINS.search(text, 0, found.start())), None)
