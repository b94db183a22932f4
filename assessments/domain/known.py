"""What is known about a question apart from the diagnosis's own answer to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from leads.domain.rules import Fact, Range, Value


@dataclass(frozen=True, slots=True)
class Known:
    """A value with where it comes from and since when; `said_by` is the contact's key, if that is known."""

    value: Value
    source: str
    observed_at: datetime
    fresh: bool
    said_by: int | None = None


def freshest(found: Iterable[Known]) -> Known | None:
    """Return what counts: what is fresh before what is stale, then what was observed last, then the first."""
    return max(found, key=lambda known: (known.fresh, known.observed_at), default=None)


def contradicted_by(answer: Fact, others: Iterable[Known]) -> Known | None:
    """Return the latest fresh value that says something else than the answer."""
    return freshest(known for known in others if known.fresh and differ(answer, known.value))


def differ(answer: Fact, value: Value) -> bool:
    """Tell whether both cannot be true. A number agrees with a range that has it, and ranges that overlap agree."""
    if isinstance(answer, Decimal | Range) and isinstance(value, Decimal | Range):
        (low, high), (other_low, other_high) = _ends(answer), _ends(value)
        return high < other_low or other_high < low
    return answer != value


def _ends(number: Decimal | Range) -> tuple[Decimal, Decimal]:
    return (number.low, number.high) if isinstance(number, Range) else (number, number)
