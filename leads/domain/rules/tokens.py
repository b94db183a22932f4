"""The signs and words of a rule. Whatever is not listed here never reaches the parser."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum, auto

from .errors import RuleSyntax, RuleToken, RuleTooLong
from .words import FUNCTIONS, KEYWORDS

MAX_LENGTH = 2_000  # characters
MAX_OPERATORS = 100  # keeps recursion over the parsed rule far from Python's limit
MAX_DEPTH = 24  # brackets and `? :`; each costs up to three of Python's 100 indentation levels
MAX_PREFIXES = 3  # `-` and `not` in a row
MAX_LIST = 200


class Sort(Enum):
    LITERAL = auto()
    NAME = auto()
    FUNCTION = auto()
    SIGN = auto()  # operators, brackets and the words `and or not in`


@dataclass(frozen=True, slots=True)
class Token:
    sort: Sort
    text: str
    start: int
    value: Decimal | str | bool | date | None = None

    @property
    def end(self) -> int:
        return self.start + len(self.text)


_SPACE = re.compile(r"[ \t\r\n]+")
_REFUSED = re.compile(r"\*\*|//|<<|>>|<>|=~|!~|&&|\|\||\?\?|=(?!=)|!(?!=)")
_SIGN = re.compile(r"==|!=|<=|>=|[-+*/<>?:(),\[\]]")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NUMBER_LIKE = re.compile(r"[0-9][0-9A-Za-z_.]*")
_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,10})?")
_TEXT = re.compile(r'"(?:[^"\\\r\n]|\\.)*"|' r"'(?:[^'\\\r\n]|\\.)*'")
_ESCAPE = re.compile(r"\\(.)")
_FOREIGN_WORD = re.compile(r"\w+")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

_INSTEAD = {
    "=": "==",
    "<>": "!=",
    "≠": "!=",
    "≤": "<=",
    "≥": ">=",
    "&&": "and",
    "&": "and",
    "||": "or",
    "|": "or",
    "!": "not",
    "×": "*",
    "÷": "/",
    "−": "-",  # the typographic minus
    "“": '"',
    "”": '"',
    "„": '"',
    "‘": "'",
    "’": "'",
}


def scan(text: str) -> list[Token]:
    """Split the text of a rule, or raise RuleError at the first thing that is not in the language."""
    if len(text) > MAX_LENGTH:
        raise RuleTooLong(f"A rule has at most {MAX_LENGTH} characters; this one has {len(text)}.")
    for position, sign in enumerate(text):
        if unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\t\r\n":
            raise RuleToken("The rule contains an invisible control character.", position=position)
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        if space := _SPACE.match(text, position):
            position = space.end()
            continue
        token = _token(text, position)
        tokens.append(token)
        position = token.end
    if not tokens:
        raise RuleSyntax("The rule is empty.", position=0)
    return tokens


def _token(text: str, start: int) -> Token:
    if text[start] in "\"'":
        return _quoted(text, start)
    if number := _NUMBER_LIKE.match(text, start):
        return _number(number[0], start)
    if word := _WORD.match(text, start):
        return _word(text, word[0], start)
    if (sign := _SIGN.match(text, start)) and not _REFUSED.match(text, start):
        return Token(Sort.SIGN, sign[0], start)
    raise _refusal(text, start)


def _refusal(text: str, start: int) -> RuleToken:
    if not text[start].isprintable():  # such as the hard space of word processors
        return RuleToken("An invisible character stands here; write a plain space instead.", position=start)
    refused = _REFUSED.match(text, start) or _FOREIGN_WORD.match(text, start)
    sign = refused[0] if refused else text[start]
    suggestion = _INSTEAD.get(sign)
    if suggestion:
        return RuleToken(
            f"`{sign}` is not part of the rule language; did you mean `{suggestion}`?",
            position=start,
            suggestion=suggestion,
        )
    return RuleToken(f"`{sign}` is not part of the rule language.", position=start)


def _number(digits: str, start: int) -> Token:
    if not _NUMBER.fullmatch(digits):
        shown = digits if len(digits) <= 24 else digits[:24] + "…"
        raise RuleToken(
            f"`{shown}` is not a number here. Write plain digits like 10000 or 0.5,"
            " at most 18 before the point and 10 after it.",
            position=start,
        )
    return Token(Sort.LITERAL, digits, start, Decimal(digits))


def _word(text: str, word: str, start: int) -> Token:
    end = start + len(word)
    if text[end : end + 1] in ('"', "'") and word not in KEYWORDS:
        if word == "d":
            return _date(text, start)
        raise RuleToken(f"`{word}` cannot stand directly before a text.", position=start)
    if word in ("true", "false"):
        return Token(Sort.LITERAL, word, start, word == "true")
    if word in KEYWORDS:
        return Token(Sort.SIGN, word, start)
    return Token(Sort.FUNCTION if word in FUNCTIONS else Sort.NAME, word, start)


def _quoted(text: str, start: int) -> Token:
    found = _TEXT.match(text, start)
    if not found:
        raise RuleToken("A text begins here but its closing quote is missing.", position=start)
    for escape in _ESCAPE.finditer(found[0]):
        if escape[1] not in "\\\"'":
            raise RuleToken(
                f"`{escape[0]}` is not allowed in a text; a backslash itself is written `\\\\`.",
                position=start + escape.start(),
            )
    return Token(Sort.LITERAL, found[0], start, _ESCAPE.sub(r"\1", found[0][1:-1]))


def _date(text: str, start: int) -> Token:
    found = _TEXT.match(text, start + 1)
    if not found or not _DATE.fullmatch(found[0][1:-1]):
        raise RuleToken('A date is written like d"2026-03-01".', position=start)
    try:
        day = date.fromisoformat(found[0][1:-1])
    except ValueError:
        raise RuleToken(f"There is no day {found[0][1:-1]}.", position=start) from None
    return Token(Sort.LITERAL, "d" + found[0], start, day)
