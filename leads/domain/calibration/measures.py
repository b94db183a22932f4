"""How well scores tell won from lost, and how true the probabilities are that they give."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from leads.domain.calibration.rates import PLACES, Interval, Rate, Z, rate_of

BINS = 10


@dataclass(frozen=True, slots=True)
class Auc:
    """The chance that a won lead scores above a lost one, ties counted half, with its 95 % interval.

    The interval is DeLong's.
    """

    value: float
    interval: Interval

    @property
    def is_chance(self) -> bool:
        """Whether the score may be no better than a coin."""
        return self.interval.low <= 0.5


@dataclass(frozen=True, slots=True)
class Bin:
    """Leads of like probability: what was predicted on average, and what happened."""

    predicted: float
    observed: Rate


def auc(scores: Sequence[float], won: Sequence[bool]) -> Auc | None:
    """Return the area under the curve; None unless there are leads of both kinds."""
    if not any(won) or all(won):
        return None
    above, below = _placements(scores, won)
    value = sum(above) / len(above)
    return Auc(round(value, PLACES), _around(value, _variance(above) / len(above) + _variance(below) / len(below)))


def auc_gain(scores: Sequence[float], other: Sequence[float], won: Sequence[bool]) -> Interval | None:
    """Return the 95 % interval of how much larger the first area is, both on the same leads (DeLong, paired)."""
    if not any(won) or all(won):
        return None
    (above, below), (above_other, below_other) = _placements(scores, won), _placements(other, won)
    of_won = [one - two for one, two in zip(above, above_other, strict=True)]
    of_lost = [one - two for one, two in zip(below, below_other, strict=True)]
    variance = _variance(of_won) / len(of_won) + _variance(of_lost) / len(of_lost)
    gain = sum(of_won) / len(of_won)
    return Interval(round(gain - Z * sqrt(variance), PLACES), round(gain + Z * sqrt(variance), PLACES))


def _placements(scores: Sequence[float], won: Sequence[bool]) -> tuple[list[float], list[float]]:
    """Return for each won lead the share of lost ones below it, for each lost one of won ones above it."""
    highs = sorted(score for score, is_won in zip(scores, won, strict=True) if is_won)
    lows = sorted(score for score, is_won in zip(scores, won, strict=True) if not is_won)
    above, below = [], []
    for score, is_won in zip(scores, won, strict=True):
        others = lows if is_won else highs
        share = (bisect_left(others, score) + bisect_right(others, score)) / (2 * len(others))
        if is_won:
            above.append(share)
        else:
            below.append(1 - share)
    return above, below


def _variance(values: Sequence[float]) -> float:
    if len(values) < 2:
        return 0.25  # of one lead nothing can be said; this is the most it can be
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)


def _around(value: float, variance: float) -> Interval:
    half = Z * sqrt(variance)
    return Interval(round(max(0.0, value - half), PLACES), round(min(1.0, value + half), PLACES))


def top_tenth_lift(scores: Sequence[float], won: Sequence[bool]) -> float | None:
    """Return by what factor the best-scored tenth converts better than all leads; None if none was won.

    Of leads that tie at the edge of the tenth, as large a share counts as fits in.
    """
    if not any(won):
        return None
    room = len(scores) / 10
    by_score: dict[float, list[bool]] = {}
    for score, is_won in zip(scores, won, strict=True):
        by_score.setdefault(score, []).append(is_won)
    taken = 0.0
    for score in sorted(by_score, reverse=True):
        tied = by_score[score]
        share = min(1.0, room / len(tied))
        taken += share * sum(tied)
        room -= share * len(tied)
        if room <= 1e-9:
            break
    return round(taken / (len(scores) / 10) / (sum(won) / len(won)), PLACES)


def brier(probabilities: Sequence[float], won: Sequence[bool]) -> float:
    """Return the mean squared error of probabilities: 0 is perfect, always saying one half gives 0.25."""
    errors = ((probability - is_won) ** 2 for probability, is_won in zip(probabilities, won, strict=True))
    return round(sum(errors) / len(won), PLACES)


def reliability(probabilities: Sequence[float], won: Sequence[bool]) -> tuple[Bin, ...]:
    """Return ten bins of equally many leads by rising probability; leads that tie stay in one bin.

    There are fewer bins where many leads tie.
    """
    order = sorted(range(len(won)), key=lambda index: probabilities[index])
    bins: dict[int, list[int]] = {}
    first = 0
    for place, index in enumerate(order):
        if probabilities[index] != probabilities[order[first]]:
            first = place
        bins.setdefault(first * BINS // len(order), []).append(index)
    return tuple(
        Bin(
            round(sum(probabilities[index] for index in members) / len(members), PLACES),
            rate_of([won[index] for index in members]),
        )
        for members in bins.values()
    )
