"""What a section scores: 100 speaks for advancing, 0 against."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal

from leads.domain.rules import Fact, Range

ZERO = Decimal(0)
PLACES = Decimal("0.01")
_CONTEXT = Context(prec=28, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Score:
    """Of 100, to two decimals. `low` and `high` count what is not answered at its worst and its best."""

    value: Decimal
    low: Decimal
    high: Decimal

    @property
    def fact(self) -> Fact:
        """What rules read: the number as it is shown, a range while questions are open."""
        return self.value if self.low == self.high else Range(self.low, self.value, self.high)


class Tally:
    """Adds up the scored questions of one section."""

    __slots__ = ("answered", "high", "likely", "low", "open")

    def __init__(self) -> None:
        self.low = self.likely = self.high = self.answered = self.open = ZERO

    def add(self, gain: Fact, spread: Decimal) -> None:
        if isinstance(gain, Range):
            self.low += gain.low
            self.likely += gain.likely
            self.high += gain.high
        elif isinstance(gain, Decimal):
            self.low += gain
            self.likely += gain
            self.high += gain
        self.answered += spread

    def score(self) -> Score | None:
        """Return 100 · Σ(points − min) / Σ(max − min) over what is answered; None if nothing is."""
        if not self.answered:
            return None
        everything = self.answered + self.open
        return Score(
            _percentage(self.likely, self.answered),
            _percentage(self.low, everything),
            _percentage(self.high + self.open, everything),
        )


def _percentage(part: Decimal, whole: Decimal) -> Decimal:
    return _CONTEXT.quantize(_CONTEXT.divide(_CONTEXT.multiply(part, Decimal(100)), whole), PLACES)
