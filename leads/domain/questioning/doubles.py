"""Two questions in one: a second question behind a question mark, or joined by "and" or "or".

A noun list ("Who types and checks the orders?") and an indirect question that has two parts ("Who knows how the
prices are made and where they are kept?") ask one thing.
"""

import re
from collections.abc import Iterator

from leads.domain.questioning.phrases import pattern

_JOINT = r"[,;]? \b(?:and|or|but)\b,?(?P<so> if (?:so|not|yes|no),?)?(?: also| then)? "
_INVERTED = pattern(
    _JOINT + r"(?P<second>(?:<aux>(?:n't)? <someone>|(?:(?:by|for|since|in|with|to|of|at|from|about|on|under|against"
    r"|after) )?"
    r"(?:why|when|where|how(?: <w>){0,4}?|(?:what|which|whom|whose)(?: <w>){0,3}?) <aux>(?:n't)? (?!not\b)<w>)\b)"
)
_AUXILIARY = pattern(_JOINT + r"(?P<second><aux>(?:n't)? (?:the|this|that|these|those|any|some|all)\b)")
_SUBJECT = pattern(
    _JOINT + r"(?P<second>(?:who|what|(?:which|how many|how much)(?: <w>){1,2}) "
    r"(?!they\b|it\b|he\b|she\b|we\b|you\b|the\b|an?\b|this\b|that\b|these\b|those\b|their\b|its\b|not\b)<w>)"
)
_CUT_SHORT = pattern(
    _JOINT + r"(?P<second>(?:(?:by|for|since|in|with|to|of|at|from|about|on|under|against|after) )?"
    r"(?:why|when|where|how|who|whom|whose|which|what)(?: (?!they\b|it\b|he\b|she\b|we\b|you\b|not\b)<w>){0,2}\?)"
)
_KNOWS = pattern(
    r"\b(?:know|knows|tell|tells|see|sees|find out|finds out|understand|understands|describe|explain|recorded|measured"
    r"|counted|say|says|decide|decides|choose|chooses|agree|written|clear|sure|depend on|depends on|learn|learns)\b"
)
_SUBORDINATE = pattern(r"^(?:when|if|whenever|after|before|once|while|because|although)(?! <aux>\b)\b")
_BY_WHOM = pattern(r"^\W*(?:who|what happens|what goes|which)\b")
_NEXT_QUESTION = re.compile(r"\?[\s”\"')]+(?P<second>\S[^?]*)\?")


def second_question(text: str) -> tuple[int, int] | None:
    """Return where the joint begins and where the second question does, None if only one thing is asked."""
    if found := _NEXT_QUESTION.search(text):
        return found.start(), found.start("second")
    for found in _candidates(text):
        return found.start(), found.start("second")
    return None


def _candidates(text: str) -> Iterator[re.Match[str]]:
    """Yield joints behind which there is a question; a text that begins with a subordinate clause has its own"
    " there."""
    if _SUBORDINATE.search(text):
        return
    yield from _INVERTED.finditer(text)
    yield from _CUT_SHORT.finditer(text)
    if not _BY_WHOM.search(text):
        yield from _AUXILIARY.finditer(text)
    for found in _SUBJECT.finditer(text):
        if not _KNOWS.search(text, 0, found.start()):
            yield found


def both(text: str, joint: int, second: int) -> tuple[str, str]:
    """Return the two questions, each as one of its own."""
    return _alone(text[:joint]), _alone(text[second:])


def _alone(part: str) -> str:
    said = part.strip().rstrip("?,;. ")
    return f"{said[:1].upper()}{said[1:]}?"
