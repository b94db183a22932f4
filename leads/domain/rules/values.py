"""What a rule reads and what it gives: known values, ranges, and the unknown with its reason."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    NUMBER = "number"
    TEXT = "text"
    YES_NO = "yes_no"
    DATE = "date"
    CHOICES = "choices"  # a set of texts: the answer to a multiple choice


class Reason(StrEnum):
    """Why a value is not known. Frontends rely on these codes."""

    NOT_ASKED = "not_asked"
    DOES_NOT_KNOW = "does_not_know"
    STALE = "stale"
    NOT_COMPUTABLE = "not_computable"


@dataclass(frozen=True, slots=True)
class Name:
    """A declared name that a rule may read. `choices` are the allowed codes, if they are closed."""

    kind: Kind
    choices: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value that is not known, and the names to blame in the order they were read.

    Neither true nor false: using one as a condition raises TypeError.
    """

    reason: Reason
    names: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        raise TypeError("An unknown is neither true nor false; compare with `is True` or `is False`.")


@dataclass(frozen=True, slots=True)
class Range:
    """A number known only from `low` to `high`, both included.

    An infinite end means open: every real value is finite, but none is excluded on that side.
    """

    low: Decimal
    likely: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if not all(isinstance(end, Decimal) for end in (self.low, self.likely, self.high)):
            raise TypeError("A range is made of decimals.")
        if self.low.is_nan() or self.high.is_nan() or not self.likely.is_finite():
            raise ValueError("A range has real ends and a finite likely value.")
        if not self.low <= self.likely <= self.high:
            raise ValueError("A range needs low <= likely <= high.")


Value = Decimal | Range | str | bool | date | frozenset[str]
Fact = Value | Unknown


def merge(first: Unknown, second: Unknown) -> Unknown:
    """Join two unknowns: the reason of the first, the names of both without repetition."""
    added = tuple(name for name in second.names if name not in first.names)
    return Unknown(first.reason, first.names + added) if added else first
