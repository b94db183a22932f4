"""From decided leads to a points card; no database is needed for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from leads.domain.calibration.bucketed import attribute_candidates
from leads.domain.calibration.candidates import authored_candidates, best_of_each
from leads.domain.calibration.card import Fitted, card_of, with_thresholds
from leads.domain.calibration.observations import (
    Columns,
    Observation,
    Standing,
    columns_of,
    scores_of,
    stand,
)
from leads.domain.calibration.scaling import FOLDS, fit_scale, folds_of
from leads.domain.calibration.tally import FittedBands
from leads.domain.plan import OTHERWISE, Plan, compile_plan
from leads.domain.schema_document import SchemaDocument
from leads.domain.values import AttributeSpec
from leads.services.calibration.extra import load_fitting

LEADS_FOR_A_CURVE = 2_000  # two numbers need no more


@dataclass(frozen=True, slots=True)
class Material:
    """Decided leads and what is read out of them once: their facts, and how the schema judges them.

    `usable` are the attributes that a card may read.
    """

    observations: Sequence[Observation]
    won: Sequence[bool]
    plan: Plan
    standings: Sequence[Standing]
    columns: Columns
    usable: Mapping[str, AttributeSpec]

    @property
    def document(self) -> SchemaDocument:
        return self.plan.document


@dataclass(frozen=True, slots=True)
class Card:
    """A document that judges by fitted points, how it judges the leads that it was fitted to, and what to know.

    `notes` are about its thresholds.
    """

    document: SchemaDocument
    standings: Sequence[Standing]
    notes: tuple[str, ...]


def material_of(
    *, observations: Sequence[Observation], document: SchemaDocument, attributes: Iterable[AttributeSpec]
) -> Material:
    """Return what cards are fitted from.

    An attribute that the document knows with another type or with choices that are gone is not usable,
    since the document's conditions could not be written anew.
    """
    pinned = {spec.key: spec for spec in document.attributes}
    usable = {spec.key: spec for spec in attributes if _still_fits(spec, pinned.get(spec.key))}
    plan = compile_plan(document)
    return Material(
        observations=observations,
        won=[observation.won for observation in observations],
        plan=plan,
        standings=stand(plan, observations),
        columns=columns_of(observations, usable.values()),
        usable=usable,
    )


def _still_fits(spec: AttributeSpec, pinned: AttributeSpec | None) -> bool:
    return pinned is None or (spec.type == pinned.type and set(pinned.codes) <= set(spec.codes))


def fit_card(material: Material, *, rows: Sequence[int] | None = None, at_most: int | None = None) -> Card | None:
    """Return the best card that these leads show, as many criteria at most as the schema has.

    `rows` are the indexes of the leads to learn from, all unless given. None if nothing can be read
    that differs between leads. Whether the card is any good is not said here: try it on other leads.
    """
    rows = range(len(material.won)) if rows is None else rows
    document = _fit(material, rows, len(material.document.criteria) if at_most is None else at_most)
    if not document.criteria:
        return None
    seen = [material.observations[row] for row in rows]
    after = stand(compile_plan(document), seen)
    before = [material.standings[row] for row in rows]
    document, notes = with_thresholds(document, material.document, before, after)
    return Card(document, after, notes)


def _fit(material: Material, rows: Sequence[int], at_most: int) -> SchemaDocument:
    fitting = load_fitting()
    own = authored_candidates(material.plan, material.standings, material.usable)
    new = attribute_candidates(material.columns, material.won, rows, material.usable)
    placed = best_of_each([*own, *new], material.won, rows)
    won = [material.won[row] for row in rows]
    groups = [
        fitting.Group(len(one.candidate.steps), [one.places[row] for row in rows])
        for one in placed
        if one.candidate.steps
    ]
    chosen = fitting.choose(groups, won, at_most)
    points = fitting.whole_points(groups, chosen, won)
    fitted = [Fitted(placed[one.group].candidate, its) for one, its in zip(chosen, points, strict=True)]
    return card_of(material.document, fitted, material.usable)


def cross_fitted(material: Material) -> list[float]:
    """Return each lead's probability of being won by a card, and a curve over it, that never saw its fold."""
    folds = folds_of(material.won)
    found = [0.0] * len(folds)
    for fold in range(FOLDS):
        seen = [row for row, its in enumerate(folds) if its != fold]
        unseen = [row for row, its in enumerate(folds) if its == fold]
        document = _fit(material, seen, len(material.document.criteria))
        curve = seen[:: max(1, len(seen) // LEADS_FOR_A_CURVE)]
        scale = fit_scale(_scores(document, material, curve), [material.won[row] for row in curve])
        for row, score in zip(unseen, _scores(document, material, unseen), strict=True):
            found[row] = scale.probability(score)
    return found


def _scores(document: SchemaDocument, material: Material, rows: Sequence[int]) -> list[float]:
    if not document.criteria:  # nothing tells leads apart
        return [0.0] * len(rows)
    return scores_of(stand(compile_plan(document), [material.observations[row] for row in rows]))


def refitted_bands(material: Material) -> FittedBands:
    """Return fitted points for the schema's criteria as they are, all of them together.

    In the scale of the present ones: their ranges add up to the same. Each criterion is read against
    its own `otherwise`, which keeps its points; a criterion that is unknown has an effect of its own.
    """
    fitting = load_fitting()
    criteria = material.plan.criteria
    groups, counts = [], []
    for position, criterion in enumerate(criteria):
        unknown = len(criterion.spec.bands)
        reached = [standing.reached[position] for standing in material.standings]
        places = [bands[0] if len(bands) == 1 else unknown for bands in reached]
        groups.append(fitting.Group(unknown + 1, places))
        counts.append({place: places.count(place) for place in {*places}})
    weights = [its[:-1] for its in fitting.weigh(groups, material.won)]
    ranges = sum(max(0.0, *its) - min(0.0, *its) for its in weights)
    present = sum((_range(material, position) for position in range(len(criteria))), Decimal(0))
    scale = float(present) / ranges if ranges else 0.0
    found: dict[tuple[int, int], Decimal] = {}
    for position, criterion in enumerate(criteria):
        base = criterion.spec.otherwise_points
        if OTHERWISE in counts[position]:
            found[position, OTHERWISE] = base
        for index, weight in enumerate(weights[position]):
            if index in counts[position]:
                found[position, index] = base + round(weight * scale)
    return found


def _range(material: Material, position: int) -> Decimal:
    spec = material.plan.criteria[position].spec
    points = [spec.otherwise_points, *(band.points for band in spec.bands)]
    return max(points) - min(points)
