"""From a score to a probability, and the folds in which everything is tried on leads it has not seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

FOLDS = 5
ROUNDS = 50
RIDGE = 1e-6  # keeps the slope finite where a score separates perfectly


@dataclass(frozen=True, slots=True)
class Scale:
    """A logistic curve over the score."""

    middle: float
    width: float
    base: float
    slope: float

    def probability(self, score: float) -> float:
        return _logistic(self.base + self.slope * (score - self.middle) / self.width)


def fit_scale(scores: Sequence[float], won: Sequence[bool]) -> Scale:
    """Return the curve of greatest likelihood, a trifle flattened; both kinds of leads must be there."""
    middle = sum(scores) / len(scores)
    width = (sum((score - middle) ** 2 for score in scores) / len(scores)) ** 0.5 or 1.0
    counts: dict[float, list[int]] = {}
    for score, is_won in zip(scores, won, strict=True):
        counts.setdefault((score - middle) / width, [0, 0])[is_won] += 1
    points = [(score, float(lost + wins), wins) for score, (lost, wins) in sorted(counts.items())]
    base = slope = 0.0
    for _ in range(ROUNDS):
        step_base, step_slope = _newton_step(points, base, slope, RIDGE * len(scores))
        base, slope = base + step_base, slope + step_slope
        if abs(step_base) + abs(step_slope) < 1e-10:
            break
    return Scale(middle, width, base, slope)


def _newton_step(
    points: Sequence[tuple[float, float, int]], base: float, slope: float, ridge: float
) -> tuple[float, float]:
    pull_base, pull_slope = 0.0, -ridge * slope
    bend_base, bend_both, bend_slope = 1e-12, 0.0, ridge
    for score, leads, wins in points:
        probability = _logistic(base + slope * score)
        error, weight = wins - leads * probability, leads * probability * (1 - probability)
        pull_base, pull_slope = pull_base + error, pull_slope + error * score
        bend_base, bend_both = bend_base + weight, bend_both + weight * score
        bend_slope += weight * score * score
    determinant = bend_base * bend_slope - bend_both * bend_both or 1e-12
    step_base = (pull_base * bend_slope - pull_slope * bend_both) / determinant
    step_slope = (pull_slope * bend_base - pull_base * bend_both) / determinant
    longest = max(abs(step_base), abs(step_slope), 1.0)  # a long step may overshoot without end
    return step_base / longest, step_slope / longest


def _logistic(value: float) -> float:
    return 1 / (1 + exp(-max(-500.0, min(500.0, value))))


def folds_of(won: Sequence[bool], folds: int = FOLDS) -> list[int]:
    """Return the fold of each lead: won and lost ones are dealt out evenly, in their order."""
    dealt = {True: 0, False: 0}
    found = []
    for is_won in won:
        found.append(dealt[is_won] % folds)
        dealt[is_won] += 1
    return found


def cross_scaled(scores: Sequence[float], won: Sequence[bool]) -> list[float]:
    """Return each lead's probability by its score, from a curve that did not see its fold."""
    folds = folds_of(won)
    found = [0.0] * len(won)
    for fold in range(FOLDS):
        seen = [index for index, its in enumerate(folds) if its != fold]
        scale = fit_scale([scores[index] for index in seen], [won[index] for index in seen])
        for index, its in enumerate(folds):
            if its == fold:
                found[index] = scale.probability(scores[index])
    return found
