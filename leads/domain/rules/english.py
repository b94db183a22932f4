"""A rule as a sentence: what it asks, for somebody who reads labels and not keys.

`employees >= 200 and industry in ["saas", "bank"]` is said as "Employees is at least 200 people and
Industry is SaaS or Bank". Where words alone would leave open what belongs together, parentheses tell.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .errors import RuleSyntax
from .rule import checked
from .tree import (
    Arithmetic,
    Choose,
    Compare,
    Extreme,
    InChoices,
    InList,
    Literal,
    Logic,
    Negate,
    Not,
    Part,
    Read,
    Round,
)
from .values import Kind, Name

Plain = Decimal | str | bool | date

_SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}
_NUMBERS = {
    "==": "is",
    "!=": "is not",
    "<": "is less than",
    "<=": "is at most",
    ">": "is more than",
    ">=": "is at least",
}
_DATES = {
    "==": "is",
    "!=": "is not",
    "<": "is before",
    "<=": "is on or before",
    ">": "is after",
    ">=": "is on or after",
}
_OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_TURNED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_EXTREMES = {"min": ("smaller", "smallest"), "max": ("larger", "largest")}


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name stands for: its label, the labels of its codes, and what surrounds its numbers."""

    label: str
    choices: Mapping[str, str] = field(default_factory=dict)
    before: str = ""  # such as "EUR "
    after: str = ""  # such as " people"


def say(
    text: str, names: Mapping[str, Name], meanings: Mapping[str, Meaning], *, wants: Kind | None = Kind.YES_NO
) -> str:
    """Return the rule as a sentence without a full stop; raise RuleError as compiling it would.

    A name without a meaning is called by its key.
    """
    part, _ = checked(text, names, wants=wants)
    return spoken(part, meanings)


def spoken(part: Part, meanings: Mapping[str, Meaning]) -> str:
    """Return what a checked rule says."""
    try:
        said = _Speaker(meanings).whole(part)
    except RecursionError:
        raise RuleSyntax("This rule is nested too deeply.", position=0) from None
    begins_with_a_label = any(said.startswith(meaning.label) for meaning in meanings.values() if meaning.label)
    return said if begins_with_a_label else said[0].upper() + said[1:]


class _Speaker:
    def __init__(self, meanings: Mapping[str, Meaning]) -> None:
        self._meanings = meanings

    def whole(self, part: Part) -> str:
        return self._clause(part) if part.kind is Kind.YES_NO else self._noun(part)

    # --- What is so or not -----------------------------------------------------------------------

    def _clause(self, part: Part) -> str:
        """Return a statement that holds if the part is yes."""
        part = _plainer(part)
        match part:
            case Literal():
                return "always" if part.value else "never"
            case Read():
                return self._label(part)
            case Not():
                return self._denied(part.part)
            case Logic():
                return self._logic(part)
            case Compare():
                return self._compare(part, part.operator)
            case InList():
                return self._in_list(part)
            case InChoices():
                return f"{self._member(part.choices)} includes {self._noun(part.member, like=part.choices)}"
            case Choose():
                yes, no = self._held_together(part.yes), self._held_together(part.no)
                return f"if {self._held_together(part.condition)}, then {yes}, otherwise {no}"
        raise AssertionError(f"{part} is neither so nor not so.")

    def _denied(self, part: Part) -> str:
        """Return a statement that holds if the part is no."""
        part = _plainer(part)
        match part:
            case Literal():
                return "never" if part.value else "always"
            case Read():
                return f"{self._label(part)} is not so"
            case Not():
                return self._clause(part.part)
            case Compare():
                return self._compare(part, _OPPOSITE[part.operator])
            case InList():
                return self._in_list(part, denied=True)
            case InChoices():
                return f"{self._member(part.choices)} does not include {self._noun(part.member, like=part.choices)}"
        return f"it is not so that ({self._clause(part)})"

    def _held_together(self, part: Part) -> str:
        """Return a statement that cannot run into those around it."""
        inner = _bare(part)
        pairs = isinstance(inner, Compare) and inner.left.kind is Kind.YES_NO
        return f"({self._clause(part)})" if pairs or isinstance(inner, Logic | Choose) else self._clause(part)

    def _logic(self, part: Logic) -> str:
        statements = [self._held_together(inner) for inner in part.parts]
        # "Industry is SaaS or Bank, and …": the comma keeps "or" to its own statement.
        lists = any(isinstance(inner, InList) and _count(inner) > 1 for inner in map(_bare, part.parts[:-1]))
        return (f", {part.operator} " if lists else f" {part.operator} ").join(statements)

    def _compare(self, part: Compare, operator: str) -> str:
        left, right = part.left, part.right
        if isinstance(left, Literal) and not isinstance(right, Literal):
            left, right, operator = right, left, _TURNED[operator]
        if left.kind is not Kind.YES_NO:
            words = _DATES if left.kind is Kind.DATE else _NUMBERS
            last = self._member(right, like=left)
            # "… is at most the smaller of A and B" would run into an "and" that follows.
            last = f"({last})" if isinstance(right, Extreme) else last
            return f"{self._member(left, like=right)} {words[operator]} {last}"
        pair = f"({self._clause(left)}) and ({self._clause(right)})"
        return f"both or neither hold: {pair}" if operator == "==" else f"exactly one of these holds: {pair}"

    def _in_list(self, part: InList, *, denied: bool = False) -> str:
        entries = [self._plain(value, part.member) for value in part.literals]
        entries += [self._noun(name) for name in part.names]
        entries = list(dict.fromkeys(entries))
        subject = self._member(part.member)
        if not denied:
            return f"{subject} is {_listed(entries, 'or')}"
        if len(entries) == 1:
            return f"{subject} is not {entries[0]}"
        if len(entries) == 2:
            return f"{subject} is neither {entries[0]} nor {entries[1]}"
        return f"{subject} is none of {_listed(entries, 'and')}"

    # --- What has a value ------------------------------------------------------------------------

    def _noun(self, part: Part, *, like: Part | None = None) -> str:
        """Return what the part is called; a plain value takes unit and labels of what it is compared with."""
        match part:
            case Literal():
                return self._plain(part.value, like)
            case Negate(part=Literal() as number) if isinstance(number.value, Decimal):
                return self._plain(-number.value, like)
            case Read():
                return self._label(part)
            case Negate():
                return f"−{self._operand(part.part, 3)}"
            case Arithmetic():
                strength = _STRENGTH[part.operator]
                left, right = self._operand(part.left, strength), self._operand(part.right, strength + 1)
                return f"{left} {_SIGNS[part.operator]} {right}"
            case Extreme():
                two, more = _EXTREMES[part.function]
                extreme = two if len(part.parts) == 2 else more
                return f"the {extreme} of {_listed([self._operand(inner, 1) for inner in part.parts], 'and')}"
            case Round():
                places = f" to {part.places} decimal{'' if part.places == 1 else 's'}" if part.places else ""
                return f"{self._operand(part.part, 3)} rounded{places}"
            case Choose():
                yes, condition = self._member(part.yes, like=like), self._held_together(part.condition)
                return f"{yes} if {condition}, otherwise {self._noun(part.no, like=like)}"
        return f"whether ({self._clause(part)})"

    def _member(self, part: Part, *, like: Part | None = None) -> str:
        """Return what the part is called where words follow or go before it."""
        noun = self._noun(part, like=like)
        return f"({noun})" if isinstance(part, Choose) else noun

    def _operand(self, part: Part, strength: int) -> str:
        """Return a number that is calculated with, in parentheses unless it binds at least so tightly."""
        noun = self._noun(part)
        own = _STRENGTH[part.operator] if isinstance(part, Arithmetic) else 3
        weak = isinstance(part, Choose | Extreme | Round | Negate) or own < strength
        return f"({noun})" if weak else noun

    def _label(self, read: Read) -> str:
        meaning = self._meanings.get(read.name)
        return meaning.label if meaning and meaning.label else read.name

    def _plain(self, value: Plain, like: Part | None) -> str:
        meaning = self._meanings.get(like.name) if isinstance(like, Read) else None
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, Decimal):
            before, after = (meaning.before, meaning.after) if meaning else ("", "")
            return f"{before}{_number(value)}{after}"
        if isinstance(value, date):
            return f"{value.day} {value:%B %Y}"
        known = meaning.choices if meaning else {}
        return known.get(value) or f"“{value}”"


def _plainer(part: Part) -> Part:
    """Return the same statement without comparing it to yes or no, and denied once at most."""
    if isinstance(part, Compare) and part.left.kind is Kind.YES_NO:
        for side, other in ((part.right, part.left), (part.left, part.right)):
            if isinstance(side, Literal):
                holds = (part.operator == "==") is (side.value is True)
                return _plainer(other if holds else Not(*_span(other), other))
    if isinstance(part, Not):
        inner = _plainer(part.part)
        return inner.part if isinstance(inner, Not) else Not(*_span(part), inner)
    return part


def _bare(part: Part) -> Part:
    """Return what a statement is about, whether it denies it or not."""
    plainer = _plainer(part)
    return plainer.part if isinstance(plainer, Not) else plainer


def _span(part: Part) -> tuple[int, int, Kind, tuple[str, ...]]:
    return part.first, part.last, part.kind, part.reads


def _count(part: InList) -> int:
    return len(part.literals) + len(part.names)


def _listed(entries: Sequence[str], word: str) -> str:
    if len(entries) == 1:
        return entries[0]
    return f"{', '.join(entries[:-1])} {word} {entries[-1]}"


def _number(value: Decimal) -> str:
    text = f"{value:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")
