"""Few buckets out of many values: neighbours that convert alike are one.

Zero is no small number but another kind of lead, and not given is no value: neither is ever joined
with others.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from math import log10

from leads.domain.calibration.rates import Rate

BUCKETS_AT_MOST = 6
CUTS_AT_MOST = 20
LEADS_AT_LEAST = 15
SHARE_AT_LEAST = 0.005
DIFFERENT = 6.63  # χ² with one degree of freedom, 1 %
ZERO = Decimal(0)


def least_leads(leads: int) -> int:
    """Return how many leads a bucket needs to be one."""
    return max(LEADS_AT_LEAST, round(SHARE_AT_LEAST * leads))


@dataclass(frozen=True, slots=True)
class Numbers:
    """Buckets of numbers: zero if it is its own, below the first cut, from each cut to the next."""

    zero: Rate | None
    cuts: tuple[Decimal, ...]
    rates: tuple[Rate, ...]  # one more than cuts


@dataclass(frozen=True, slots=True)
class Codes:
    """Buckets of codes that convert alike, best first; `rare` are the codes with too few leads."""

    groups: tuple[tuple[str, ...], ...]
    rates: tuple[Rate, ...]
    rare: tuple[str, ...]
    rare_rate: Rate


def bucket_numbers(values: Sequence[tuple[Decimal, bool]], least: int, *, zero_apart: bool) -> Numbers:
    """Return the buckets of these numbers, each with whether its lead was won."""
    zeros = [won for number, won in values if number == ZERO] if zero_apart else []
    zero = Rate(sum(zeros), len(zeros) - sum(zeros)) if len(zeros) >= least else None
    rest = [(number, won) for number, won in values if zero is None or number != ZERO]
    cuts = _cuts(sorted(number for number, _ in rest))
    counts = [[0, 0] for _ in range(len(cuts) + 1)]
    for number, won in rest:
        counts[bisect_right(cuts, number)][won] += 1
    merged = merge_alike([Rate(won, lost) for lost, won in counts], least)
    kept = tuple(cuts[first - 1] for first, _ in merged[1:])
    return Numbers(zero, kept, tuple(rate for _, rate in merged))


def bucket_codes(values: Sequence[tuple[str, bool]], least: int) -> Codes:
    """Return the buckets of these codes, each with whether its lead was won."""
    counts: dict[str, Rate] = {}
    for code, won in values:
        counts[code] = counts.get(code, Rate()) + Rate(won, not won)
    rare = tuple(sorted(code for code, rate in counts.items() if rate.leads < least))
    often = sorted((code for code in counts if code not in rare), key=lambda code: (-_share(counts[code]), code))
    merged = merge_alike([counts[code] for code in often], least)
    firsts = [first for first, _ in merged] + [len(often)]
    groups = tuple(tuple(sorted(often[first:after])) for first, after in pairwise(firsts))
    return Codes(groups, tuple(rate for _, rate in merged), rare, sum((counts[code] for code in rare), Rate()))


def merge_alike(rates: Sequence[Rate], least: int) -> list[tuple[int, Rate]]:
    """Return runs of neighbours as the index of their first and their rate together.

    What has too few leads joins the neighbour that is more like it; then the neighbours that differ
    least are joined until all differ, and there are few.
    """
    runs = list(enumerate(rates))
    while len(runs) > 1:
        small = [place for place, (_, rate) in enumerate(runs) if rate.leads < least]
        if small:
            place = min(small, key=lambda place: runs[place][1].leads)
            sides = [side for side in (place - 1, place) if 0 <= side < len(runs) - 1]
        else:
            sides = list(range(len(runs) - 1))
        left = min(sides, key=lambda side: _difference(runs[side][1], runs[side + 1][1]))
        is_different = _difference(runs[left][1], runs[left + 1][1]) >= DIFFERENT
        if is_different and not small and len(runs) <= BUCKETS_AT_MOST:
            break
        runs[left : left + 2] = [(runs[left][0], runs[left][1] + runs[left + 1][1])]
    return runs


def _difference(one: Rate, other: Rate) -> float:
    """Return the χ² of two rates; 0 where one of them has no leads or all leads ended alike."""
    both = one + other
    if not one.leads or not other.leads or not both.won or not both.lost:
        return 0.0
    crossed = one.won * other.lost - other.won * one.lost
    return crossed * crossed * both.leads / (one.leads * other.leads * both.won * both.lost)


def _share(rate: Rate) -> float:
    return rate.won / rate.leads


def _cuts(numbers: Sequence[Decimal]) -> list[Decimal]:
    """Return where numbers may be cut: between few values everywhere, between many at round twentieths."""
    distinct = sorted(set(numbers))
    if len(distinct) > CUTS_AT_MOST:
        spots = {numbers[len(numbers) * part // CUTS_AT_MOST] for part in range(1, CUTS_AT_MOST)}
        distinct = [distinct[0], *sorted({nice(spot) for spot in spots})]
    return [cut for cut in distinct[1:] if cut > distinct[0]]


def nice(number: Decimal) -> Decimal:
    """Return the number with two significant digits, so that people can remember a boundary."""
    if number == ZERO:
        return ZERO
    magnitude = int(log10(abs(number)) // 1)
    return round(number.scaleb(1 - magnitude)) * Decimal(1).scaleb(magnitude - 1)
