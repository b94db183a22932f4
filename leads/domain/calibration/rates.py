"""Shares of leads that were won, and how sure they are."""

from dataclasses import dataclass
from math import sqrt

Z = 1.959964  # 95 %, two-sided
PLACES = 6  # of every figure, so that equal data give equal reports on every machine


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True, slots=True)
class Rate:
    """How many leads were won and lost."""

    won: int = 0
    lost: int = 0

    @property
    def leads(self) -> int:
        return self.won + self.lost

    @property
    def conversion(self) -> float | None:
        return round(self.won / self.leads, PLACES) if self.leads else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval of the conversion; None without leads."""
        return wilson(self.won, self.leads) if self.leads else None

    def __add__(self, other: "Rate") -> "Rate":
        return Rate(self.won + other.won, self.lost + other.lost)


def rate_of(outcomes: list[bool]) -> Rate:
    won = sum(outcomes)
    return Rate(won, len(outcomes) - won)


def wilson(won: int, leads: int) -> Interval:
    """Return Wilson's score interval for a share, 95 %; it stays within 0…1 and is no point at either end."""
    share, square = won / leads, Z * Z
    middle = (share + square / (2 * leads)) / (1 + square / leads)
    half = Z / (1 + square / leads) * sqrt(share * (1 - share) / leads + square / (4 * leads * leads))
    return Interval(round(max(0.0, middle - half), PLACES), round(min(1.0, middle + half), PLACES))


def lift(part: Rate, whole: Rate) -> float | None:
    """Return by what factor a part converts better than the whole; None where either says nothing."""
    if part.conversion is None or not whole.won:
        return None
    return round((part.won / part.leads) / (whole.won / whole.leads), PLACES)
