"""What to write instead where a rule is wrong, ready to be put in."""

import re
from dataclasses import dataclass

from .errors import RuleError, RuleUnknownChoice

_QUOTED = re.compile(r'"(?:[^"\\\r\n]|\\.)*"|' r"'(?:[^'\\\r\n]|\\.)*'")
_WORD = re.compile(r"\w+")
_SIGN = re.compile(r"<>|&&|\|\||.", re.DOTALL)
_CURLY = re.compile(r"[“„]([^“”„\"\\\r\n]*)[“”]|[‘]([^‘’'\\\r\n]*)[’]")


@dataclass(frozen=True, slots=True)
class Correction:
    """Replace `length` characters from `position` on by `text`."""

    position: int
    length: int
    text: str

    def applied_to(self, rule: str) -> str:
        return rule[: self.position] + self.text + rule[self.position + self.length :]


def correction(rule: str, error: RuleError) -> Correction | None:
    """Return how the error's suggestion is put in; None if it has none, or it is not clear where to."""
    at = error.position
    if error.suggestion is None or at is None or at >= len(rule):
        return None
    if isinstance(error, RuleUnknownChoice):
        found = _QUOTED.match(rule, at)
        escaped = error.suggestion.replace("\\", "\\\\").replace('"', '\\"')
        return Correction(at, len(found[0]), f'"{escaped}"') if found else None
    if curly := _CURLY.match(rule, at):
        return Correction(at, len(curly[0]), f'"{curly[1] or curly[2] or ""}"')
    found = _WORD.match(rule, at) or _SIGN.match(rule, at)
    if found is None:
        return None
    text = error.suggestion
    if text[-1].isalnum() and _WORD.match(rule, found.end()):
        text = f"{text} "
    if text[0].isalnum() and at and _WORD.match(rule, at - 1):
        text = f" {text}"
    return Correction(at, len(found[0]), text)


def length_at(rule: str, position: int | None) -> int:
    """Return how many characters from the position on belong to what is wrong there; 0 if nothing stands there."""
    if position is None or position >= len(rule):
        return 0
    found = _QUOTED.match(rule, position) or _WORD.match(rule, position) or _SIGN.match(rule, position)
    return len(found[0]) if found else 0
