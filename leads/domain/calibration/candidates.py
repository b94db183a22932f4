"""What a proposed card may be made of: the criteria as they are, and every usable attribute in buckets.

Whatever is not known, and whatever no band speaks of, counts 0 points in the fit: so 0 lies between the
worst and the best of every criterion, and an unknown counts in the engine what it did in the fit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import log

from leads.domain.calibration.observations import Columns, Standing
from leads.domain.plan import OTHERWISE, Plan
from leads.domain.rules import Fact, Unknown, compile_rule
from leads.domain.schema_document import Axis, CriterionSpec
from leads.domain.snapshot import base_key, names_of
from leads.domain.values import AttributeSpec

NOTHING = -1  # counts 0 points: not known, or of no band


@dataclass(frozen=True, slots=True)
class Step:
    """A band to be; `codes` are those that it takes, `at_least` the number that it begins with."""

    when: str
    label: str
    codes: tuple[str, ...] = ()
    at_least: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A criterion to be. `typical` is the step that counts 0 points because most leads are on it.

    `authored` is the criterion of the schema whose bands these are, None where they are new buckets of
    the fact `name`.
    """

    key: str
    axis: Axis
    label: str
    question: str
    reads: tuple[str, ...]  # keys of attributes
    steps: tuple[Step, ...]
    name: str = ""
    typical: int | None = None
    authored: CriterionSpec | None = None
    help: str = ""
    is_whole: bool = True  # its steps say all that is known of the attribute
    always_known: bool = False  # then the points may begin at 0 wherever they do


@dataclass(frozen=True, slots=True)
class Placed:
    """A candidate with the step of every observation, NOTHING where it is 0 points."""

    candidate: Candidate
    places: tuple[int, ...]


def authored_candidates(plan: Plan, standings: Sequence[Standing], usable: Mapping[str, AttributeSpec]) -> list[Placed]:
    """Return the schema's own criteria, of those that read usable attributes only."""
    found = []
    for position, criterion in enumerate(plan.criteria):
        reads = tuple(dict.fromkeys(base_key(name) for name in criterion.reads[-1]))
        if not reads or not all(key in usable for key in reads):
            continue
        spec = criterion.spec
        steps = tuple(Step(band.when, band.label) for band in spec.bands)
        candidate = Candidate(
            key=spec.key,
            axis=spec.axis,
            label=spec.label,
            question=spec.question,
            reads=reads,
            steps=steps,
            authored=spec,
            help=spec.help,
            always_known=all(always_known(usable[key]) for key in reads) and spec.freshness_days is None,
        )
        reached = [standing.reached[position] for standing in standings]
        places = tuple(bands[0] if len(bands) == 1 and bands[0] != OTHERWISE else NOTHING for bands in reached)
        found.append(Placed(candidate, places))
    return found


def best_of_each(placed: Sequence[Placed], won: Sequence[bool], rows: Sequence[int]) -> list[Placed]:
    """Return one candidate for each attribute: the criterion as it is, unless new buckets say clearly more.

    Criteria that read several attributes, and several that read the same one, compete in the fit. New
    buckets of a criterion's own attribute take its place in the card: its key, axis and question.
    """
    authored = [one for one in placed if one.candidate.authored is not None]
    found: list[Placed] = []
    replaced: set[str] = set()
    for new in placed:
        if new.candidate.authored is not None:
            continue
        rivals = [one for one in authored if one.candidate.reads == new.candidate.reads]
        if not rivals:
            found.append(new)
        elif new.candidate.is_whole and all(_surprise(new, won, rows) < _surprise(one, won, rows) for one in rivals):
            replaced |= {one.candidate.key for one in rivals}
            found.append(replace(new, candidate=_in_place_of(rivals[0].candidate, new.candidate)))
    return [one for one in authored if one.candidate.key not in replaced] + found


def _in_place_of(authored: Candidate, new: Candidate) -> Candidate:
    return replace(
        new,
        key=authored.key,
        axis=authored.axis,
        label=authored.label,
        question=authored.question,
        help=authored.help,
    )


def _surprise(placed: Placed, won: Sequence[bool], rows: Sequence[int]) -> float:
    """Return how badly a candidate alone explains the outcomes, its steps counted against it (BIC)."""
    counts: dict[int, list[int]] = {}
    for row in rows:
        counts.setdefault(placed.places[row], [0, 0])[won[row]] += 1
    likelihood = sum(
        lost * log((lost + 0.5) / (lost + wins + 1)) + wins * log((wins + 0.5) / (lost + wins + 1))
        for lost, wins in counts.values()
    )
    return len(counts) * log(len(rows)) - 2 * likelihood


def place(candidate: Candidate, columns: Columns, attributes: Mapping[str, AttributeSpec]) -> tuple[int, ...]:
    """Return the first step that holds for each observation, by the rules themselves."""
    name = candidate.name
    names = names_of(tuple(attributes[key] for key in candidate.reads))
    tests = [compile_rule(step.when, names).function for step in candidate.steps]
    known: dict[Fact, int] = {}
    for value in columns[name]:
        if not isinstance(value, Unknown) and value not in known:
            known[value] = _first(candidate, [test({name: value}) for test in tests])
    return tuple(NOTHING if isinstance(value, Unknown) else known[value] for value in columns[name])


def _first(candidate: Candidate, holds: Sequence[Fact]) -> int:
    for index, one in enumerate(holds):
        if one is not False:
            return NOTHING if isinstance(one, Unknown) or index == candidate.typical else index
    return NOTHING


def always_known(spec: AttributeSpec) -> bool:
    return spec.counts_days is not None or (spec.not_given is not None and spec.freshness_days is None)
