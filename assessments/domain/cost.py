"""What the problem costs a year if nothing changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

from leads.domain.rules import Fact, Range, Reason, Unknown
from leads.domain.values import MONEY_BELOW

ZERO = Decimal(0)
CENT = Decimal("0.01")
MOST = MONEY_BELOW - CENT
OPEN = Decimal("Infinity")
_CONTEXT = Context(prec=40, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount a year, to the cent. An open `high` is None; `complete` says that every item is known."""

    low: Decimal
    likely: Decimal
    high: Decimal | None
    complete: bool

    @property
    def fact(self) -> Fact:
        """What rules read: an open high end is an infinite one."""
        if self.low == self.high:
            return self.likely
        return Range(self.low, self.likely, OPEN if self.high is None else self.high)


def amount(value: Fact) -> Fact:
    """Return a cost item as it counts: to the cent, and no less than 0. What is no number is not computable.

    An end above what money can hold is lowered to that, where it is the low or the likely one, and open
    where it is the high one.
    """
    if isinstance(value, Decimal) and ZERO <= value <= MOST:
        return _CONTEXT.quantize(value, CENT)
    if isinstance(value, Decimal | Range):
        low, likely, high = (
            (value, value, value) if isinstance(value, Decimal) else (value.low, value.likely, value.high)
        )
        low, likely = _within(low), _within(likely)
        high = OPEN if high > MOST else _within(high)
        return low if low == high else Range(low, likely, high)
    return value if isinstance(value, Unknown) else Unknown(Reason.NOT_COMPUTABLE)


def _within(end: Decimal) -> Decimal:
    return _CONTEXT.quantize(min(max(end, ZERO), MOST), CENT)


def total(items: Iterable[Fact]) -> Cost:
    """Return the sum of amounts. An unknown one adds 0 to low, nothing to likely, and opens high."""
    low = likely = high = ZERO
    complete = True
    for item in items:
        if item.__class__ is Decimal:
            low += item
            likely += item
            high += item
        elif isinstance(item, Range):
            low += item.low
            likely += item.likely
            high += item.high
        else:
            complete = False
    whole = complete and high <= MOST
    return Cost(min(low, MOST), min(likely, MOST), high if whole else None, complete)
