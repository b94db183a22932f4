"""By what two records are taken for the same: normal forms of names, domains and addresses.

Two records with one normal form may be duplicates; whether they are is for people to say. An empty normal form is
like nothing else.
"""

import re
import unicodedata
from enum import Enum

from leads.domain.inquiries import PUBLIC_MAIL, bare_domain

# fmt: off
_LEGAL_FORMS = frozenset({
    "ab", "ag", "aps", "as", "asa", "bv", "co", "company", "corp", "corporation", "doo", "eg", "ek", "eurl", "ev",
    "gbr", "gmbh", "haftungsbeschrankt", "inc", "incorporated", "kft", "kg", "kgaa", "kk", "limited", "llc", "llp",
    "lp", "ltd", "mbh", "nv", "ohg", "oy", "oyj", "plc", "pte", "pty", "pvt", "sa", "sarl", "sas", "sasu", "se", "sl",
    "spa", "srl", "sro", "ug", "vof", "zrt",
})
# fmt: on
_LEGAL_PHRASES = (("sp", "z", "oo"), ("gesellschaft", "mbh"))
_TITLES = frozenset({"dipl", "dr", "frau", "herr", "ing", "mag", "mr", "mrs", "ms", "prof"})
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th"})
_DOTTED = re.compile(r"[.'’`´]")
_APART = re.compile(r"[\W_]+")
_GMAIL = frozenset({"gmail.com", "googlemail.com"})


class Likeness(Enum):
    """Why two records may be the same."""

    SAME_DOMAIN = "same_domain"
    SAME_NAME = "same_name"
    SAME_EMAIL = "same_email"

    @property
    def said(self) -> str:
        return _SAID[self]


_SAID = {
    Likeness.SAME_DOMAIN: "same domain",
    Likeness.SAME_NAME: "same name",
    Likeness.SAME_EMAIL: "same e-mail address",
}


def domain_key(text: str) -> str:
    """Return the host of a domain or an address on the web; nothing for a public mail provider's."""
    host = bare_domain(text)
    return "" if host in PUBLIC_MAIL else host


def organization_key(name: str) -> str:
    """Return a company's name without case, accents, punctuation and the legal form at its end.

    A name that is nothing but a legal form stays whole.
    """
    words = _words(name)
    while len(words) > 1:
        shorter = _without_legal_form(words)
        if not shorter or len(shorter) == len(words):
            break
        words = shorter
    return " ".join(words)


def _without_legal_form(words: list[str]) -> list[str]:
    for phrase in _LEGAL_PHRASES:
        if tuple(words[-len(phrase) :]) == phrase:
            return words[: -len(phrase)]
    return words[:-1] if words[-1] in _LEGAL_FORMS else words


def email_key(address: str) -> str:
    """Return an address without case and what follows a plus; at Gmail the dots before the @ mean nothing either."""
    local, at, host = address.strip().lower().rpartition("@")
    if not (local and at and host):
        return ""
    mailbox = local.partition("+")[0] or local
    if host in _GMAIL:
        return f"{mailbox.replace('.', '') or mailbox}@gmail.com"
    return f"{mailbox}@{host}"


def person_key(name: str) -> str:
    """Return a person's name without case, accents, punctuation and titles; "Berg, Ann" reads as "Ann Berg"."""
    last, comma, first = name.partition(",")
    words = _words(f"{first} {last}" if comma and "," not in first else name)
    while len(words) > 1 and words[0] in _TITLES:
        words = words[1:]
    return " ".join(words)


def _words(text: str) -> list[str]:
    """Return the words of a text in small letters without accents; a dot joins, other punctuation parts."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter)).translate(_LETTERS)
    return _APART.sub(" ", _DOTTED.sub("", bare)).split()


def in_words(found: tuple[Likeness, ...]) -> str:
    """Return why two records may be the same, such as: Same domain and same name."""
    said = " and ".join(likeness.said for likeness in found)
    return said[:1].upper() + said[1:]
