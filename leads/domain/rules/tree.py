"""A checked rule: every part has a kind, the span of text it comes from, and the names it reads."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .values import Kind


@dataclass(frozen=True, slots=True)
class Part:
    first: int  # index of its first token
    last: int  # index of its last token
    kind: Kind
    reads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Literal(Part):
    value: Decimal | str | bool | date


@dataclass(frozen=True, slots=True)
class Read(Part):
    name: str


@dataclass(frozen=True, slots=True)
class Negate(Part):
    part: Part


@dataclass(frozen=True, slots=True)
class Arithmetic(Part):
    operator: str  # + - * /
    left: Part
    right: Part


@dataclass(frozen=True, slots=True)
class Extreme(Part):
    """min or max."""

    function: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Round(Part):
    part: Part
    places: int


@dataclass(frozen=True, slots=True)
class Compare(Part):
    operator: str  # == != < <= > >=
    left: Part
    right: Part


@dataclass(frozen=True, slots=True)
class InList(Part):
    member: Part
    literals: tuple[Decimal | str | bool | date, ...]
    names: tuple[Read, ...]


@dataclass(frozen=True, slots=True)
class InChoices(Part):
    member: Part
    choices: Part


@dataclass(frozen=True, slots=True)
class Not(Part):
    part: Part


@dataclass(frozen=True, slots=True)
class Logic(Part):
    operator: str  # and, or
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choose(Part):
    """`condition ? yes : no`."""

    condition: Part
    yes: Part
    no: Part


def is_computed(part: Part) -> bool:
    """Whether a number may carry more decimals than a rule shows, because it was calculated."""
    if isinstance(part, Choose):
        return is_computed(part.yes) or is_computed(part.no)
    return isinstance(part, Negate | Arithmetic | Extreme | Round)
