"""How well a score tells what was won from what was lost."""

from collections.abc import Mapping
from decimal import Decimal


def area_under_curve(outcomes: Mapping[Decimal, tuple[int, int]]) -> float | None:
    """Return the chance that a won lead scores higher than a lost one, ties counted half.

    `outcomes` has how many were won and lost at each score. 1 is perfect, 0.5 a coin, below that the
    score misleads. None if only one kind of outcome is there.
    """
    won = sum(count for count, _ in outcomes.values())
    lost = sum(count for _, count in outcomes.values())
    if not won or not lost:
        return None
    halves = lost_below = 0
    for score in sorted(outcomes):
        won_here, lost_here = outcomes[score]
        halves += won_here * (2 * lost_below + lost_here)
        lost_below += lost_here
    return halves / (2 * won * lost)
