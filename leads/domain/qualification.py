"""Judging a lead: which level it has, which it may have, why, and what to ask next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from leads.domain.plan import OTHERWISE, Plan, PlannedCriterion
from leads.domain.rules import Fact, Range, Reason, Unknown
from leads.domain.schema_document import JUDGED, CriterionSpec, LevelSpec
from leads.domain.snapshot import Circumstances, Snapshot, base_key
from leads.domain.stages import Level

ZERO = Decimal(0)
Missing = tuple[tuple[str, Reason], ...]


class Outcome(StrEnum):
    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Decision(StrEnum):
    """A three-valued answer."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """What one criterion says of a lead. `reached` has its possible bands, one if it is decided.

    `points` are 0 clamped to worst…best while the bands are not decided; `missing` then has the names
    that keep it open, each with why (a range that spans a boundary is not computable).
    """

    criterion: PlannedCriterion
    reached: tuple[int, ...]
    points: Decimal
    worst: Decimal
    best: Decimal
    outcome: Outcome
    missing: Missing = ()

    @property
    def spec(self) -> CriterionSpec:
        return self.criterion.spec

    @property
    def because(self) -> tuple[str, ...]:
        """The names that decided, in the order they were read."""
        last = self.reached[-1]
        return self.criterion.reads[last] if self.criterion.reads else ()

    @property
    def is_open(self) -> bool:
        """Whether knowing more could change the outcome or the points."""
        return len(self.reached) > 1 and (self.outcome == Outcome.UNKNOWN or self.worst != self.best)


@dataclass(frozen=True, slots=True)
class Judgement:
    results: tuple[CriterionResult, ...]
    score: Decimal
    worst: Decimal
    best: Decimal
    level: Level
    possible_level: Level
    order_ready: Decision | None
    facts: Mapping[str, Fact]
    stale_at: datetime | None


def judge(plan: Plan, snapshot: Snapshot, at: Circumstances) -> Judgement:
    """Return how the plan judges a lead of which this is known."""
    facts, stale_at = plan.facts(snapshot, at)
    return _judge(plan, snapshot, at, facts, stale_at)


def judge_by_first(plans: Sequence[Plan], snapshot: Snapshot, at: Circumstances) -> tuple[int, Judgement] | None:
    """Return the index of the first plan that applies and its judgement; None if none applies.

    The judgement's `stale_at` covers what the plans before it read to find that they do not apply.
    """
    earlier: datetime | None = None
    for index, plan in enumerate(plans):
        facts, stale_at = plan.facts(snapshot, at)
        stale_at = sooner(stale_at, earlier)
        if plan.applies_when is None or plan.applies_when.function(facts) is True:
            return index, _judge(plan, snapshot, at, facts, stale_at)
        earlier = stale_at
    return None


def sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    """Return the earlier of two moments, where None is never."""
    if one is None or other is None:
        return one or other
    return min(one, other)


def _judge(
    plan: Plan, snapshot: Snapshot, at: Circumstances, facts: dict[str, Fact], stale_at: datetime | None
) -> Judgement:
    results: list[CriterionResult] = []
    for criterion in plan.criteria:
        seen = facts
        if criterion.spec.freshness_days is not None:
            seen, stale = plan.facts_within(criterion.spec.freshness_days, criterion.reads[-1], snapshot, at, facts)
            stale_at = sooner(stale_at, stale)
        results.append(weigh(criterion, *_reached(criterion, seen)))
    order_ready = None
    if plan.order_ready is not None:
        ready = plan.order_ready.function(facts)
        order_ready = Decision.YES if ready is True else Decision.NO if ready is False else Decision.UNKNOWN
    return conclude(plan, tuple(results), order_ready, facts, stale_at)


def conclude(
    plan: Plan,
    results: tuple[CriterionResult, ...],
    order_ready: Decision | None,
    facts: Mapping[str, Fact],
    stale_at: datetime | None,
) -> Judgement:
    """Return the judgement that these results add up to."""
    level = possible = Level.NONE
    for candidate in JUDGED:
        decision = decide(plan.document.level(candidate), results)
        if decision == Decision.YES:
            level = candidate
        if decision != Decision.NO:
            possible = candidate
    return Judgement(
        results=results,
        score=sum((result.points for result in results), ZERO),
        worst=sum((result.worst for result in results), ZERO),
        best=sum((result.best for result in results), ZERO),
        level=level,
        possible_level=possible,
        order_ready=order_ready,
        facts=facts,
        stale_at=stale_at,
    )


def _reached(criterion: PlannedCriterion, facts: Mapping[str, Fact]) -> tuple[tuple[int, ...], Missing]:
    """Return the bands that are not false, up to the first true one, and what keeps them from being decided."""
    possible: list[int] = []
    blamed: dict[str, None] = {}
    for index, test in enumerate(criterion.tests):
        holds = test(facts)
        if holds is False:
            continue
        possible.append(index)
        if isinstance(holds, Unknown):
            blamed |= dict.fromkeys(holds.names)
        else:
            return tuple(possible), _missing(blamed, facts)
    return (*possible, OTHERWISE), _missing(blamed, facts)


def _missing(blamed: Iterable[str], facts: Mapping[str, Fact]) -> Missing:
    missing: list[tuple[str, Reason]] = []
    for name in blamed:
        value = facts[name]
        if isinstance(value, Unknown):
            missing.append((name, value.reason))
        elif isinstance(value, Range):
            missing.append((name, Reason.NOT_COMPUTABLE))
    return tuple(missing)


def weigh(criterion: PlannedCriterion, reached: tuple[int, ...], missing: Missing = ()) -> CriterionResult:
    """Return what a criterion is worth while these bands are possible."""
    bands = [criterion.band(index) for index in reached]
    worst = min(band.points for band in bands)
    best = max(band.points for band in bands)
    met = {band.met for band in bands}
    outcome = Outcome.UNKNOWN if len(met) > 1 else Outcome.MET if met.pop() else Outcome.NOT_MET
    points = min(max(ZERO, worst), best)
    return CriterionResult(criterion, reached, points, worst, best, outcome, missing)


def decide(level: LevelSpec, results: Sequence[CriterionResult]) -> Decision:
    """Return whether a level is reached: a Kleene "and" of score, minimums and knock-outs."""
    decisions = [decision for _, decision in requirements(level, results)]
    if Decision.NO in decisions:
        return Decision.NO
    return Decision.UNKNOWN if Decision.UNKNOWN in decisions else Decision.YES


def requirements(level: LevelSpec, results: Sequence[CriterionResult]) -> list[tuple[str, Decision]]:
    """Return each thing that a level asks for, in words, with whether it holds."""
    found: list[tuple[str, Decision]] = []
    if level.score is not None:
        found.append((f"Score of at least {level.score:f}", _least(level.score, results)))
    for axis, points in level.minimums:
        on_axis = [result for result in results if result.spec.axis == axis]
        found.append((f"At least {points:f} points for {axis.value}", _least(points, on_axis)))
    for result in results:
        if result.spec.key in level.knock_outs:
            found.append((f"{result.spec.label} must be met", _as_decision(result.outcome)))
    return found


def _least(points: Decimal, results: Sequence[CriterionResult]) -> Decision:
    if sum((result.worst for result in results), ZERO) >= points:
        return Decision.YES
    return Decision.NO if sum((result.best for result in results), ZERO) < points else Decision.UNKNOWN


def _as_decision(outcome: Outcome) -> Decision:
    if outcome == Outcome.UNKNOWN:
        return Decision.UNKNOWN
    return Decision.YES if outcome == Outcome.MET else Decision.NO


# --- What to ask next ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A question worth asking: for which criterion, which attributes it fills, what it may change."""

    criterion: CriterionSpec
    attributes: tuple[str, ...]
    worst: Decimal
    best: Decimal
    knock_out_for: Level | None


def next_to_ask(plan: Plan, results: Sequence[CriterionResult]) -> tuple[ToAsk, ...]:
    """Return the open questions: unknown knock-outs of the next undecided level first, then by spread.

    What somebody did not know is not asked again; a criterion that waits for nothing else is left out.
    """
    undecided = next(
        (level for level in JUDGED if decide(plan.document.level(level), results) == Decision.UNKNOWN), None
    )
    knock_outs = plan.document.level(undecided).knock_outs if undecided else ()
    found: list[ToAsk] = []
    for result in results:
        if not result.is_open:
            continue
        asked = dict.fromkeys(base_key(name) for name, reason in result.missing if reason != Reason.DOES_NOT_KNOW)
        if asked:
            blocking = result.outcome == Outcome.UNKNOWN and result.spec.key in knock_outs
            found.append(ToAsk(result.spec, tuple(asked), result.worst, result.best, undecided if blocking else None))
    return tuple(sorted(found, key=lambda ask: (ask.knock_out_for is None, ask.worst - ask.best)))
