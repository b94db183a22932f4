"""How leads fared by every criterion and every band."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from leads.domain.calibration.observations import Standing
from leads.domain.calibration.rates import Rate, lift
from leads.domain.calibration.report import BandFigures, CriterionFigures
from leads.domain.plan import OTHERWISE, Plan, PlannedCriterion
from leads.domain.qualification import Outcome

FittedBands = Mapping[tuple[int, int], Decimal]
"""The fitted points by a criterion's position and its band's index; what has no leads is missing."""


def tally(
    plan: Plan, standings: Sequence[Standing], won: Sequence[bool], fitted: FittedBands
) -> tuple[CriterionFigures, ...]:
    """Return the figures of every criterion; a band counts the leads that are surely on it."""
    whole = Rate(sum(won), len(won) - sum(won))
    return tuple(
        _criterion(criterion, position, standings, won, fitted, whole)
        for position, criterion in enumerate(plan.criteria)
    )


def _criterion(
    criterion: PlannedCriterion,
    position: int,
    standings: Sequence[Standing],
    won: Sequence[bool],
    fitted: FittedBands,
    whole: Rate,
) -> CriterionFigures:
    by_outcome = dict.fromkeys(Outcome, Rate())
    by_band: dict[int, Rate] = {}
    for standing, is_won in zip(standings, won, strict=True):
        one = Rate(is_won, not is_won)
        by_outcome[standing.outcomes[position]] += one
        reached = standing.reached[position]
        if len(reached) == 1:
            by_band[reached[0]] = by_band.get(reached[0], Rate()) + one
    indexes = [*range(len(criterion.spec.bands)), OTHERWISE]
    bands = []
    for index in indexes:
        band, rate = criterion.band(index), by_band.get(index, Rate())
        points = fitted.get((position, index))
        bands.append(BandFigures(band.label, band.when, band.met, rate, lift(rate, whole), band.points, points))
    known = [band.fitted for band in bands if band.fitted is not None]
    return CriterionFigures(
        key=criterion.spec.key,
        label=criterion.spec.label,
        axis=criterion.spec.axis,
        met=by_outcome[Outcome.MET],
        not_met=by_outcome[Outcome.NOT_MET],
        unknown=by_outcome[Outcome.UNKNOWN],
        lift=lift(by_outcome[Outcome.MET], whole),
        least=min(band.points for band in bands),
        most=max(band.points for band in bands),
        fitted_least=min(known, default=None),
        fitted_most=max(known, default=None),
        bands=tuple(bands),
    )
