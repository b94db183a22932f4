"""The quick way to a judgement, for passes over many leads at one moment.

`qualification` says what a judgement is; this reaches the same figures and, on demand, the same packed
explanation, but makes neither results nor facts that nobody reads. What does not depend on the lead is
worked out once: what each set of possible bands is worth and how it is written, what every missing value
looks like, when evidence of which age is stale.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from leads.domain.explanation import entry_of
from leads.domain.movement import missing_for
from leads.domain.plan import OTHERWISE, Plan, PlannedCriterion
from leads.domain.qualification import ZERO, CriterionResult, Decision, Outcome, sooner, weigh
from leads.domain.rules import Fact, Range, Reason, Unknown
from leads.domain.schema_document import JUDGED, LevelSpec
from leads.domain.snapshot import Entry, Snapshot, base_key
from leads.domain.stages import Level
from leads.domain.stored import READERS, NotKnown, Read, not_known, whole, written
from leads.domain.values import KINDS, AttributeSpec, Window

Texts = dict[str, str]
OUTCOMES = {True: Outcome.MET, False: Outcome.NOT_MET, None: Outcome.UNKNOWN}
REMEMBERED = 1_000  # facts for which a criterion knows what it is worth


class Reckoning(NamedTuple):
    """What a judgement says in figures; `plan` is the index of the plan that judged."""

    plan: int
    score: Decimal
    worst: Decimal
    best: Decimal
    level: Level
    possible_level: Level
    order_ready: Decision | None
    stale_at: datetime | None
    explain: Callable[[Sequence[str], Texts], str]
    bands: Sequence[str]
    facts: Texts
    weights: Sequence["_Weight"]

    def lacking(self, plan: Plan, level: Level) -> list[str]:
        """Return in words what a level asks for that does not hold, or is not known to; `plan` is what judged."""
        results = [
            CriterionResult(criterion, (), weight.points, weight.worst, weight.best, OUTCOMES[weight.met])
            for criterion, weight in zip(plan.criteria, self.weights, strict=True)
        ]
        return missing_for(plan, results, level)

    def explanation(self) -> str:
        """Return what `explanation.pack` returns for the whole judgement."""
        return self.explain(self.bands, self.facts)


UNJUDGED = Reckoning(-1, ZERO, ZERO, ZERO, Level.NONE, Level.NONE, None, None, lambda bands, facts: "", (), {}, ())
"""What it comes to where no plan applies."""


class Reckoner:
    """Judges leads by the first of these plans that applies, all at one moment of one day."""

    def __init__(self, plans: Sequence[Plan], now: datetime, today: date) -> None:
        self._plans = [_PlanReckoner(index, plan, now, today) for index, plan in enumerate(plans)]

    def reckon(self, snapshot: Snapshot, engagements: Mapping[Window, int]) -> Reckoning | None:
        """Return how a lead is judged of which this is known; None if no plan applies."""
        earlier: datetime | None = None
        for plan in self._plans:
            facts, texts, stale_at = plan.read(snapshot, engagements)
            stale_at = sooner(stale_at, earlier)
            if plan.applies is None or plan.applies(facts) is True:
                return plan.reckon(snapshot, facts, texts, stale_at)
            earlier = stale_at
        return None


class _Weight(NamedTuple):
    """What a criterion is worth in a lead's score, and how an explanation writes it."""

    points: Decimal
    worst: Decimal
    best: Decimal
    met: bool | None
    text: str


class _Criterion(NamedTuple):
    """`read` picks from the texts those of the names that are read; `known` has what they turned out to be worth."""

    read: Callable[[Texts], Any]
    known: dict[Any, _Weight]
    weigh: Callable[[Mapping[str, Fact]], _Weight]
    fresher: "tuple[_Fresher, ...]"


class _Attribute(NamedTuple):
    key: str
    decode: Callable[[Any], Read | None]
    absent: Read
    unknown: NotKnown
    freshness: timedelta | None


class _Counted(NamedTuple):
    key: str
    window: Window


class _Derived(NamedTuple):
    name: str
    of: str
    sign: int
    unknown: NotKnown


class _Fresher(NamedTuple):
    """A name for which one criterion asks for fresher evidence than the attribute does."""

    name: str
    key: str
    freshness: timedelta
    unknown: NotKnown


class _Level(NamedTuple):
    level: Level
    score: Decimal | None
    minimums: tuple[tuple[Decimal, tuple[int, ...]], ...]
    knock_outs: tuple[int, ...]

    def decide(
        self,
        worst: Decimal,
        best: Decimal,
        worsts: Sequence[Decimal],
        bests: Sequence[Decimal],
        met: Sequence[bool | None],
    ) -> bool | None:
        """Return whether the level is reached, None if that is unknown."""
        decision: bool | None = True
        if self.score is not None and worst < self.score:
            if best < self.score:
                return False
            decision = None
        for least, places in self.minimums:
            if sum([worsts[place] for place in places], ZERO) < least:
                if sum([bests[place] for place in places], ZERO) < least:
                    return False
                decision = None
        for place in self.knock_outs:
            if met[place] is False:
                return False
            if met[place] is None:
                decision = None
        return decision


class _PlanReckoner:
    def __init__(self, index: int, plan: Plan, now: datetime, today: date) -> None:
        self.applies = plan.applies_when.function if plan.applies_when else None
        self._index = index
        self._now = now
        self._today = today.toordinal()
        counted = [spec for spec in plan.attributes.values() if spec.counts_days is not None]
        known = [spec for spec in plan.attributes.values() if spec.counts_days is None]
        self._attributes = [_attribute(spec) for spec in known]
        self._counted = [_Counted(spec.key, spec.window) for spec in counted]
        self._derived = [_derived(name) for name in plan.derived_names]
        self._criteria = [_criterion(criterion, plan) for criterion in plan.criteria]
        self._levels = [_level(level, plan.document.level(level), plan.criteria) for level in JUDGED]
        self._order_ready = plan.order_ready.function if plan.order_ready else None
        self._explain = _explainer([*plan.attributes, *plan.derived_names])

    def read(
        self, snapshot: Snapshot, engagements: Mapping[Window, int]
    ) -> tuple[dict[str, Fact], Texts, datetime | None]:
        """Return the facts that the rules read, how they are written, and when the first will be stale."""
        facts: dict[str, Fact] = {}
        texts: Texts = {}
        now = self._now
        stale_at: datetime | None = None
        for key, decode, absent, unknown, freshness in self._attributes:
            entry = snapshot.get(key)
            if entry is None:
                read = absent
            elif "v" not in entry:
                read = unknown.does_not_know
            elif freshness is None:
                read = decode(entry["v"]) or unknown.not_computable
            else:
                stale = datetime.fromisoformat(entry["at"]) + freshness
                if stale > now:
                    read = decode(entry["v"]) or unknown.not_computable
                    if stale_at is None or stale < stale_at:
                        stale_at = stale
                else:
                    read = unknown.does_not_know if _asked_since(entry) else unknown.stale
            facts[key], texts[key] = read
        for key, window in self._counted:
            facts[key], texts[key] = whole(engagements.get(window, 0))
        for name, of, sign, unknown in self._derived:
            day = facts[of]
            if isinstance(day, Unknown):
                facts[name], texts[name] = getattr(unknown, day.reason.value)
            elif isinstance(day, date):
                facts[name], texts[name] = whole(sign * (day.toordinal() - self._today))
            else:
                facts[name], texts[name] = unknown.not_computable
        return facts, texts, stale_at

    def reckon(self, snapshot: Snapshot, facts: dict[str, Fact], texts: Texts, stale_at: datetime | None) -> Reckoning:
        weights: list[_Weight] = []
        for read, known, weigh_, fresher in self._criteria:
            seen, shown = facts, texts
            if fresher:
                seen, shown, stale = self._fresher(fresher, snapshot, facts, texts)
                stale_at = sooner(stale_at, stale)
            here = read(shown)
            weight = known.get(here)
            if weight is None:
                if len(known) >= REMEMBERED:
                    known.clear()
                weight = known[here] = weigh_(seen)
            weights.append(weight)
        points, worsts, bests, met, bands = zip(*weights, strict=True)
        worst, best = sum(worsts, ZERO), sum(bests, ZERO)
        level = possible = Level.NONE
        for candidate in self._levels:
            decision = candidate.decide(worst, best, worsts, bests, met)
            if decision is True:
                level = candidate.level
            if decision is not False:
                possible = candidate.level
        ready = None
        if self._order_ready is not None:
            answer = self._order_ready(facts)
            ready = Decision.YES if answer is True else Decision.NO if answer is False else Decision.UNKNOWN
        return Reckoning(
            self._index,
            sum(points, ZERO),
            worst,
            best,
            level,
            possible,
            ready,
            stale_at,
            self._explain,
            bands,
            texts,
            weights,
        )

    def _fresher(
        self, names: tuple[_Fresher, ...], snapshot: Snapshot, facts: dict[str, Fact], texts: Texts
    ) -> tuple[dict[str, Fact], Texts, datetime | None]:
        """Return facts and texts as a criterion sees them that asks for fresher evidence."""
        stale: dict[str, Read] = {}
        stale_at: datetime | None = None
        for name, key, freshness, unknown in names:
            entry = snapshot.get(key)
            if entry is None or "v" not in entry:
                continue
            until = datetime.fromisoformat(entry["at"]) + freshness
            if until > self._now:
                stale_at = sooner(stale_at, until)
            else:
                stale[name] = unknown.does_not_know if _asked_since(entry) else unknown.stale
        if not stale:
            return facts, texts, stale_at
        return (
            {**facts, **{name: fact for name, (fact, _) in stale.items()}},
            {**texts, **{name: text for name, (_, text) in stale.items()}},
            stale_at,
        )


def _asked_since(entry: Entry) -> bool:
    """Whether somebody did not know it any more when it was asked again."""
    return bool(entry.get("dk", "") > entry["at"])


def _missing(blamed: Sequence[str], facts: Mapping[str, Fact]) -> tuple[tuple[str, str], ...]:
    """Return which of these names keep something open, with reasons that are hashed and compared as plain texts."""
    missing: dict[str, str] = {}
    for name in blamed:
        fact = facts[name]
        if isinstance(fact, Unknown):
            missing[name] = fact.reason.value
        elif isinstance(fact, Range):
            missing[name] = Reason.NOT_COMPUTABLE.value
    return tuple(missing.items())


# --- What is worked out once ---------------------------------------------------------------------


def _attribute(spec: AttributeSpec) -> _Attribute:
    decode = READERS[KINDS[spec.type]]
    unknown = not_known(spec.key)
    absent = unknown.not_asked
    if spec.not_given is not None:
        absent = decode(spec.not_given) or unknown.not_computable
    freshness = None if spec.freshness_days is None else timedelta(days=spec.freshness_days)
    return _Attribute(spec.key, decode, absent, unknown, freshness)


def _derived(name: str) -> _Derived:
    return _Derived(name, base_key(name), 1 if name.startswith("days_until_") else -1, not_known(name))


def _criterion(criterion: PlannedCriterion, plan: Plan) -> _Criterion:
    reads = criterion.reads[-1]
    days = criterion.spec.freshness_days
    fresher = []
    for name in reads if days is not None else ():
        spec = plan.attributes[base_key(name)]
        if days is not None and spec.counts_days is None:
            freshness = timedelta(days=min(days, spec.freshness_days or days))
            fresher.append(_Fresher(name, spec.key, freshness, not_known(name)))

    def worth(reached: tuple[int, ...], missing: tuple[tuple[str, str], ...] = ()) -> _Weight:
        result = weigh(criterion, reached, tuple((name, Reason(reason)) for name, reason in missing))
        met = None if result.outcome == Outcome.UNKNOWN else result.outcome == Outcome.MET
        return _Weight(result.points, result.worst, result.best, met, written(entry_of(result)))

    tests = tuple(enumerate(criterion.tests))
    decided = [worth((band,)) for band in (*range(len(tests)), OTHERWISE)]
    undecided = lru_cache(maxsize=REMEMBERED)(worth)

    def weight(facts: Mapping[str, Fact]) -> _Weight:
        reached: tuple[int, ...] = ()
        blamed: tuple[str, ...] = ()
        for band, test in tests:
            holds = test(facts)
            if holds is False:
                continue
            if holds is True:
                break
            reached += (band,)
            blamed += holds.names  # type: ignore[union-attr]
        else:
            band = OTHERWISE
        return undecided((*reached, band), _missing(blamed, facts)) if reached else decided[band]

    return _Criterion(itemgetter(*reads) if reads else tuple, {}, weight, tuple(fresher))


def _level(level: Level, spec: LevelSpec, criteria: Sequence[PlannedCriterion]) -> _Level:
    minimums = [
        (points, tuple(place for place, criterion in enumerate(criteria) if criterion.spec.axis == axis))
        for axis, points in spec.minimums
    ]
    knock_outs = [place for place, criterion in enumerate(criteria) if criterion.spec.key in spec.knock_outs]
    return _Level(level, spec.score, tuple(minimums), tuple(knock_outs))


def _explainer(names: Sequence[str]) -> Callable[[Sequence[str], Texts], str]:
    """Return what joins the parts of an explanation of these facts."""
    ordered = sorted(names)
    pattern = ",".join(f'"{name}":%s' for name in ordered)
    pick = itemgetter(*ordered) if ordered else tuple

    def explain(bands: Sequence[str], facts: Texts) -> str:
        return f'{{"c":[{",".join(bands)}],"f":{{{pattern % pick(facts)}}}}}'

    return explain
