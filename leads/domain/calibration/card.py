"""From fitted points to a document that the engine judges by."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from leads.domain.calibration.bucketed import codes_step
from leads.domain.calibration.candidates import Candidate, Step
from leads.domain.calibration.observations import Standing
from leads.domain.qualification import Outcome
from leads.domain.rules import compile_rule
from leads.domain.schema_document import JUDGED, RULE_AT_MOST, BandSpec, CriterionSpec, LevelSpec, SchemaDocument
from leads.domain.snapshot import base_key, names_of
from leads.domain.stages import Level
from leads.domain.values import AttributeSpec, plain

ZERO = Decimal(0)
UNTIL_THRESHOLDS = LevelSpec(score=ZERO)  # 0 can be reached on every card


@dataclass(frozen=True, slots=True)
class Fitted:
    """A candidate that was chosen, with the whole points of its steps."""

    candidate: Candidate
    points: tuple[int, ...]


def card_of(
    present: SchemaDocument, chosen: Sequence[Fitted], attributes: Mapping[str, AttributeSpec]
) -> SchemaDocument:
    """Return the schema with the chosen criteria instead of its own; its thresholds are still to be set.

    Criteria without points are left out. The document's attributes are those of the business as they
    are now, and what else its conditions read and its test cases give.
    """
    criteria: list[CriterionSpec] = []
    for fitted in chosen:
        if any(fitted.points):
            criteria.append(_criterion(fitted, attributes, {criterion.key for criterion in criteria}))
    document = replace(present, criteria=tuple(criteria), attributes=(), mql=UNTIL_THRESHOLDS, sql=UNTIL_THRESHOLDS)
    return replace(document, attributes=_attributes_read(document, present, attributes))


def _attributes_read(
    document: SchemaDocument, present: SchemaDocument, attributes: Mapping[str, AttributeSpec]
) -> tuple[AttributeSpec, ...]:
    known = {spec.key: spec for spec in present.attributes} | dict(attributes)
    names = names_of(tuple(known.values()))
    rules = [document.applies_when, document.order_ready]
    rules += [band.when for criterion in document.criteria for band in criterion.bands]
    read = {key for case in document.test_cases for key, _ in case.values}
    for rule in rules:
        if rule.strip():
            read |= {base_key(name) for name in compile_rule(rule, names).reads}
    return tuple(spec for key, spec in known.items() if key in read)


def _criterion(fitted: Fitted, attributes: Mapping[str, AttributeSpec], taken: set[str]) -> CriterionSpec:
    """Return the criterion; one that is always known has its points moved so that the least are 0.

    That moves every lead alike, so only the thresholds feel it. New bands count as met where they give
    points, or where they take none if all others do.
    """
    candidate = fitted.candidate
    start = Decimal(max(0, *(-points for points in fitted.points))) if candidate.always_known else ZERO
    if candidate.authored is not None:
        authored = zip(candidate.authored.bands, fitted.points, strict=True)
        return replace(
            candidate.authored,
            key=_free(candidate.key, taken),
            bands=tuple(replace(band, points=start + points) for band, points in authored),
            otherwise_points=start,
        )
    least_met = 1 if max(fitted.points) > 0 else 0
    bands = [
        BandSpec(step.when, start + points, points >= least_met, step.label)
        for step, points in _fewest(fitted, attributes[candidate.reads[0]])
    ]
    rest = BandSpec("", start, least_met == 0)
    last = (f"{candidate.name} < ", f"{candidate.name} != ")
    if candidate.always_known and len(bands) > 1 and bands[-1].when.startswith(last):
        rest = bands.pop()  # what no other band takes, and nothing is left for otherwise
    return CriterionSpec(
        key=_free(candidate.key, taken),
        axis=candidate.axis,
        label=candidate.label,
        question=candidate.question,
        help=candidate.help,
        bands=tuple(bands),
        otherwise_points=rest.points,
        otherwise_met=rest.met,
    )


def _free(key: str, taken: set[str]) -> str:
    number, found = 1, key
    while found in taken:
        number += 1
        found = f"{key[:60]}_{number}"
    return found


def _fewest(fitted: Fitted, spec: AttributeSpec) -> list[tuple[Step, int]]:
    """Return the bands: those with equal points are one, and trailing ones without points are `otherwise`."""
    found: list[tuple[Step, int]] = []
    for step, points in zip(fitted.candidate.steps, fitted.points, strict=True):
        alike = next((place for place, (_, its) in enumerate(found) if its == points), None)
        if found and found[-1][1] == points and step.at_least is not None and found[-1][0].at_least is not None:
            found[-1] = (step, points)
        elif step.codes and alike is not None and len(found[alike][0].when) + len(step.when) <= RULE_AT_MOST:
            found[alike] = (codes_step(spec, (*found[alike][0].codes, *step.codes)), points)
        else:
            found.append((step, points))
    if found and found[0][0].codes:
        return sorted(((step, points) for step, points in found if points), key=lambda pair: -pair[1])
    while len(found) > 1 and not found[-1][1]:
        found.pop()
    return found


# --- Thresholds ----------------------------------------------------------------------------------


def with_thresholds(
    card: SchemaDocument, present: SchemaDocument, before: Sequence[Standing], after: Sequence[Standing]
) -> tuple[SchemaDocument, tuple[str, ...]]:
    """Return the card with thresholds that let about as many leads reach each level, and what to know of them.

    A knock-out stays if its criterion is in the card as it was written. Least points on an axis go,
    since points mean something else now. `before` and `after` are the same leads by either document.
    """
    kept = {criterion.key: criterion for criterion in card.criteria}
    written = {criterion.key: criterion for criterion in present.criteria}
    same = {key for key in kept if key in written and _conditions(kept[key]) == _conditions(written[key])}
    notes: list[str] = []
    levels: dict[Level, LevelSpec] = {}
    floor = -Decimal(10**9)
    for level in JUDGED:
        spec = present.level(level)
        knock_outs = tuple(key for key in spec.knock_outs if key in same)
        share = _share([standing.level.rank >= level.rank for standing in before])
        score = max(_threshold(card, knock_outs, after, share), floor)
        floor = score
        levels[level] = LevelSpec(score=score, knock_outs=knock_outs)
        reached = _share([_reaches(card, levels[level], standing) for standing in after])
        notes.append(
            f"{level.name} from {plain(score)} points: {reached:.1%} of these leads reach it, {share:.1%} do today."
        )
        notes += [
            f"{level.name}: “{written[key].label}” is no knock-out any more, since "
            + ("its bands are new." if key in kept else "it is not in the card.")
            for key in spec.knock_outs
            if key not in same
        ]
        if knock_outs:
            notes.append(f"{level.name}: knock-outs that stay: {', '.join(kept[key].label for key in knock_outs)}.")
        if spec.minimums:
            notes.append(f"{level.name}: the least points on single axes were left out, since the points are new.")
    return replace(card, mql=levels[Level.MQL], sql=levels[Level.SQL]), tuple(notes)


def _conditions(criterion: CriterionSpec) -> list[tuple[str, bool]]:
    return [(band.when, band.met) for band in criterion.bands]


def _share(reached: Sequence[bool]) -> float:
    return sum(reached) / len(reached)


def _reaches(card: SchemaDocument, level: LevelSpec, standing: Standing) -> bool:
    return standing.worst >= (level.score or ZERO) and _passes(card, level.knock_outs, standing)


def _passes(card: SchemaDocument, knock_outs: Sequence[str], standing: Standing) -> bool:
    outcomes = dict(zip((criterion.key for criterion in card.criteria), standing.outcomes, strict=True))
    return all(outcomes[key] == Outcome.MET for key in knock_outs)


def _threshold(card: SchemaDocument, knock_outs: Sequence[str], after: Sequence[Standing], share: float) -> Decimal:
    """Return the score that lets nearest to this share of the leads through; the higher one of two."""
    worsts = sorted((standing.worst for standing in after if _passes(card, knock_outs, standing)), reverse=True)
    best = sum((_most(criterion) for criterion in card.criteria), ZERO)
    found, off = best, share * len(after)  # what nobody or next to nobody reaches
    for place, worst in enumerate(worsts):
        if place + 1 < len(worsts) and worsts[place + 1] == worst:
            continue
        if abs(place + 1 - share * len(after)) < off:
            found, off = worst, abs(place + 1 - share * len(after))
    return min(found, best)


def _most(criterion: CriterionSpec) -> Decimal:
    return max(criterion.otherwise_points, *(band.points for band in criterion.bands))
