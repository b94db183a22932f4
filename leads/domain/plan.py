"""A qualification document, checked and compiled: what judges leads.

Compiling costs milliseconds, judging microseconds, so a plan is made once per published version and
process.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from leads.domain.documents import DocumentRefused, Problem
from leads.domain.rules import Fact, Name, Rule, RuleError, compile_rule
from leads.domain.schema_document import JUDGED, BandSpec, CriterionSpec, SchemaDocument
from leads.domain.snapshot import Circumstances, Snapshot, base_key, derived, fact, names_of
from leads.domain.stages import Level
from leads.domain.values import AttributeSpec, ValueType, decode

Test = Callable[[Mapping[str, Fact]], Fact]
OTHERWISE = -1  # the band that closes every criterion
SCORE_BELOW = 10_000_000  # what a lead's score can hold


@dataclass(frozen=True, slots=True)
class PlannedCriterion:
    """A criterion with its compiled bands; `reads` has, per band, the names read up to and with it."""

    spec: CriterionSpec
    tests: tuple[Test, ...]
    reads: tuple[tuple[str, ...], ...]
    position: int

    def band(self, index: int) -> BandSpec:
        if index == OTHERWISE:
            return BandSpec("", self.spec.otherwise_points, self.spec.otherwise_met, "None of the conditions holds")
        return self.spec.bands[index]


@dataclass(frozen=True, slots=True)
class Plan:
    document: SchemaDocument
    criteria: tuple[PlannedCriterion, ...]
    applies_when: Rule | None
    order_ready: Rule | None
    attributes: dict[str, AttributeSpec]  # those that are read, by key
    derived_names: tuple[str, ...]  # days until and since

    @property
    def counting(self) -> tuple[AttributeSpec, ...]:
        """The attributes read that count engagements."""
        return tuple(spec for spec in self.attributes.values() if spec.counts_days is not None)

    def facts(self, snapshot: Snapshot, at: Circumstances) -> tuple[dict[str, Fact], datetime | None]:
        """Return every fact that the rules read, and when the first of them will be stale."""
        facts: dict[str, Fact] = {}
        stale_at: datetime | None = None
        for key, spec in self.attributes.items():
            if spec.counts_days is not None:
                facts[key] = Decimal(at.engagements.get(spec.window, 0))
                continue
            facts[key], stale = fact(spec, snapshot.get(key), at.now, spec.freshness_days)
            if stale is not None and (stale_at is None or stale < stale_at):
                stale_at = stale
        for name in self.derived_names:
            facts[name] = derived(name, facts[base_key(name)], at.today)
        return facts, stale_at

    def facts_within(
        self, days: int, reads: tuple[str, ...], snapshot: Snapshot, at: Circumstances, facts: dict[str, Fact]
    ) -> tuple[dict[str, Fact], datetime | None]:
        """Return the facts as a criterion sees them that asks for fresher evidence than its attributes do."""
        fresher = dict(facts)
        stale_at: datetime | None = None
        for name in reads:
            spec = self.attributes[base_key(name)]
            if spec.counts_days is not None:
                continue
            shorter = min(days, spec.freshness_days or days)
            value, stale = fact(spec, snapshot.get(spec.key), at.now, shorter)
            fresher[name] = derived(name, value, at.today) if name != spec.key else value
            if stale is not None and (stale_at is None or stale < stale_at):
                stale_at = stale
        return fresher, stale_at


def compile_plan(document: SchemaDocument) -> Plan:
    """Return what judges by this document; raise DocumentRefused with everything that is wrong with it."""
    problems: list[Problem] = []
    specs = {spec.key: spec for spec in document.attributes}
    _check_attributes(document, problems)
    names = names_of(document.attributes)
    applies_when = _rule(document.applies_when, names, "applies_when", problems)
    order_ready = _rule(document.order_ready, names, "order_ready", problems)
    criteria = tuple(_criterion(spec, position, names, problems) for position, spec in enumerate(document.criteria))
    _check_criteria(document, problems)
    if problems:
        raise DocumentRefused(problems)
    read = [name for rule in (applies_when, order_ready) if rule for name in rule.reads]
    read += [name for criterion in criteria for name in (criterion.reads[-1] if criterion.reads else ())]
    ordered = list(dict.fromkeys(read))
    return Plan(
        document=document,
        criteria=criteria,
        applies_when=applies_when,
        order_ready=order_ready,
        attributes={base_key(name): specs[base_key(name)] for name in ordered},
        derived_names=tuple(name for name in ordered if name != base_key(name)),
    )


def _rule(text: str, names: Mapping[str, Name], path: str, problems: list[Problem]) -> Rule | None:
    if not text.strip():
        return None
    try:
        return compile_rule(text, names)
    except RuleError as error:
        problems.append(Problem(path, error.message))
        return None


def _criterion(
    spec: CriterionSpec, position: int, names: Mapping[str, Name], problems: list[Problem]
) -> PlannedCriterion:
    path = f"criteria[{position}]"
    if not spec.bands:
        problems.append(Problem(f"{path}.bands", "needs at least one band"))
    tests: list[Test] = []
    reads: list[tuple[str, ...]] = []
    so_far: dict[str, None] = {}
    for index, band in enumerate(spec.bands):
        if not band.when.strip():
            problems.append(Problem(f"{path}.bands[{index}].when", "is missing"))
        rule = _rule(band.when, names, f"{path}.bands[{index}].when", problems)
        if rule is not None:
            so_far |= dict.fromkeys(rule.reads)
            tests.append(rule.function)
        reads.append(tuple(so_far))
    return PlannedCriterion(spec, tuple(tests), tuple(reads), position)


def _check_attributes(document: SchemaDocument, problems: list[Problem]) -> None:
    seen: set[str] = set()
    for index, spec in enumerate(document.attributes):
        path = f"attributes[{index}]"
        if spec.key in seen:
            problems.append(Problem(f"{path}.key", f"`{spec.key}` is there twice"))
        seen.add(spec.key)
        if base_key(spec.key) != spec.key:
            problems.append(Problem(f"{path}.key", "days_until_… and days_since_… belong to the dates they count"))
        counts = spec.counts_days is not None
        if counts != bool(spec.counts_kinds) or (counts and spec.type != ValueType.NUMBER):
            problems.append(Problem(path, "an engagement count is a number, and needs both its kinds and its days"))
        if spec.not_given is not None and decode(spec, spec.not_given) is None:
            problems.append(Problem(f"{path}.not_given", f"is no value of `{spec.key}`"))


def _check_criteria(document: SchemaDocument, problems: list[Problem]) -> None:
    if not document.criteria:
        problems.append(Problem("criteria", "needs at least one criterion"))
    points = [max(abs(band.points) for band in _bands(criterion)) for criterion in document.criteria]
    if sum(points) >= SCORE_BELOW:
        problems.append(Problem("criteria", f"all points together must stay below {SCORE_BELOW:,}"))
    keys = [criterion.key for criterion in document.criteria]
    for position, key in enumerate(keys):
        if key in keys[:position]:
            problems.append(Problem(f"criteria[{position}].key", f"`{key}` is there twice"))
    for level in JUDGED:
        _check_level(document, level, problems)
    mql, sql = document.mql.score, document.sql.score
    if mql is not None and sql is not None and sql < mql:
        problems.append(Problem("levels.sql.score", f"must not be below MQL's {mql}"))


def _check_level(document: SchemaDocument, level: Level, problems: list[Problem]) -> None:
    """Refuse what every lead reaches, what none can, and what refers to nothing."""
    spec, path = document.level(level), f"levels.{level.value}"
    if spec.score is None and not spec.minimums and not spec.knock_outs:
        problems.append(Problem(path, f"{level.name} asks for nothing, so every lead would have it"))
    keys = {criterion.key for criterion in document.criteria}
    for index, key in enumerate(spec.knock_outs):
        if key not in keys:
            problems.append(Problem(f"{path}.knock_outs[{index}]", f"there is no criterion `{key}`"))
        if key in spec.knock_outs[:index]:
            problems.append(Problem(f"{path}.knock_outs[{index}]", f"`{key}` is there twice"))
    best = sum((_best(criterion) for criterion in document.criteria), Decimal(0))
    if spec.score is not None and spec.score > best:
        problems.append(Problem(f"{path}.score", f"{spec.score} cannot be reached: the best is {best}"))
    for index, (axis, points) in enumerate(spec.minimums):
        if axis in [earlier for earlier, _ in spec.minimums[:index]]:
            problems.append(Problem(f"{path}.minimums[{index}]", f"`{axis.value}` is there twice"))
        on_axis = [_best(criterion) for criterion in document.criteria if criterion.axis == axis]
        if points > sum(on_axis, Decimal(0)):
            problems.append(Problem(f"{path}.minimums[{index}]", f"{points} cannot be reached on {axis.value}"))


def _best(criterion: CriterionSpec) -> Decimal:
    return max(band.points for band in _bands(criterion))


def _bands(criterion: CriterionSpec) -> tuple[BandSpec, ...]:
    """Return a criterion's bands with the one that closes it."""
    return (*criterion.bands, BandSpec("", criterion.otherwise_points, criterion.otherwise_met))
