"""Trying a version before it counts: on one lead, on a sample, on all open leads. Nothing is written."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import islice

from django.db.models import Max, Min, Q, QuerySet

from leads import permissions, selectors
from leads.domain import explanation, schema_document
from leads.domain.movement import Movement, level_above, missing_for
from leads.domain.plan import Plan, compile_plan
from leads.domain.qualification import Judgement
from leads.domain.stages import Level
from leads.global_ids import global_id
from leads.models import Lead, Qualification, QualificationVersion, Status
from leads.services.judges import Judges, PublishedPlan, plan_of
from leads.services.judging import judge
from leads.services.outcomes import JudgedLead
from leads.services.rejudging import open_leads
from leads.services.schema_rows import document_of_rows
from leads.services.streaming import LEADS_AT_ONCE, judged_leads
from leads.tenancy import Viewer

LISTED = 50
SAMPLE = 20
NO_SCHEMA_BEFORE = "No schema judged it before"
NO_SCHEMA_NOW = "No schema applies to it"


@dataclass(frozen=True, slots=True)
class Moving:
    """An open lead as it would be judged."""

    lead_id: int
    owner_id: int | None
    before: Level
    after: Level
    possible: Level
    score: Decimal
    movement: Movement
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A lead of a list, loaded with its organization and owner."""

    lead: Lead
    moving: Moving


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which leads to list; what is None is not asked for.

    `unowned` asks for those that nobody works on, `moving` for those that do not stay.
    """

    movement: Movement | None = None
    owner_id: int | None = None
    unowned: bool = False
    reason: str | None = None
    moving: bool = False

    def takes(self, moving: Moving) -> bool:
        return (
            (self.movement is None or moving.movement == self.movement)
            and (not self.moving or moving.movement != Movement.STAYS)
            and (self.owner_id is None or moving.owner_id == self.owner_id)
            and (not self.unowned or moving.owner_id is None)
            and (self.reason is None or self.reason in moving.reasons)
        )


@dataclass(slots=True)
class Preview:
    """What would become of all open leads.

    A lead counts once in `movements`, `levels` (from, to) and `owners`, and in `reasons` once for each of
    its reasons. Leads that stay have no reason.
    """

    total: int = 0
    movements: Counter[Movement] = field(default_factory=Counter)
    levels: Counter[tuple[Level, Level]] = field(default_factory=Counter)
    owners: dict[int | None, Counter[Movement]] = field(default_factory=lambda: defaultdict(Counter))
    reasons: Counter[tuple[Movement, str]] = field(default_factory=Counter)

    def add(self, moving: Moving) -> None:
        self.total += 1
        self.movements[moving.movement] += 1
        self.levels[moving.before, moving.after] += 1
        self.owners[moving.owner_id][moving.movement] += 1
        for reason in moving.reasons:
            self.reasons[moving.movement, reason] += 1

    def most_frequent_reasons(self) -> list[tuple[tuple[Movement, str], int]]:
        return sorted(self.reasons.items(), key=lambda entry: (-entry[1], entry[0]))


def preview(*, version_id: int | None, by: Viewer, now: datetime) -> Preview:
    """Return what would become of all open leads if this version were published now.

    Of a draft, what is saved counts; raise DocumentRefused where it is wrong. One pass over the leads, in
    pages, so that memory does not grow with them.
    """
    permissions.require(by, "author")
    judges = judges_with(version_of(version_id, by))
    found = Preview()
    for moving in _each(judges, now, after=0):
        found.add(moving)
    return found


def moving_leads(
    *, version_id: int | None, wanted: Wanted, by: Viewer, now: datetime, first: int = LISTED, after: int = 0
) -> tuple[list[Listed], bool]:
    """Return the next leads that are wanted, in the order of their keys, and whether there are more."""
    permissions.require(by, "author")
    judges = judges_with(version_of(version_id, by))
    found: list[Moving] = []
    for moving in _each(judges, now, after=after):
        if wanted.takes(moving):
            if len(found) == first:
                break
            found.append(moving)
    else:
        return _listed(by, found), False
    return _listed(by, found), True


def _listed(by: Viewer, found: Sequence[Moving]) -> list[Listed]:
    visible = Lead.objects.visible_to(by).select_related("organization", "owner__user")
    leads = visible.in_bulk([moving.lead_id for moving in found])
    return [Listed(leads[moving.lead_id], moving) for moving in found if moving.lead_id in leads]


def cursor(listed: Listed) -> str:
    """Return what stands for the place of a lead in the list."""
    return global_id("PreviewedLead", listed.lead.pk)


def sample(*, version_id: int | None, by: Viewer, now: datetime, size: int = SAMPLE) -> list[Listed]:
    """Return how some of the open leads would be judged, spread evenly over all of them by age."""
    permissions.require(by, "author")
    judges = judges_with(version_of(version_id, by))
    leads = open_leads(by.business.pk).order_by("pk")
    ends = leads.aggregate(first=Min("pk"), last=Max("pk"))
    first, last = ends["first"], ends["last"]
    if first is None or not size:
        return []
    steps = {first + (last - first) * index // max(size - 1, 1) for index in range(size)}
    nearest = leads.aggregate(**{f"from_{step}": Min("pk", filter=Q(pk__gte=step)) for step in steps})
    chosen = leads.filter(pk__in=set(nearest.values()))
    return _listed(by, list(_each(judges, now, leads=chosen)))


@dataclass(frozen=True, slots=True)
class Trial:
    """One lead as a version would judge it; `judgement` is None where no schema applies.

    `plan` is what judged it, which is another schema's where that one comes first and applies.
    """

    lead: Lead
    plan: Plan | None
    judgement: Judgement | None
    by_this: bool


def try_on_lead(*, version_id: int | None, lead_id: int | None, by: Viewer, now: datetime) -> Trial:
    """Return how one lead, open or closed, would be judged now."""
    permissions.require(by, "author")
    version = version_of(version_id, by)
    judges = judges_with(version)
    lead = Lead.objects.visible_to(by).select_related("organization", "owner__user").filter(pk=lead_id or 0).first()
    if lead is None:
        raise selectors.NotFound("There is no such lead.", field="lead")
    counts = selectors.count_engagements(by.business, judges.windows, [lead.pk], now)
    judged = judge(judges, lead, counts.get(lead.pk, {}), now)
    published = judged.published
    by_this = published is not None and published.version_id == version.pk
    return Trial(lead, published.plan if published else None, judged.judgement, by_this)


# --- What would judge ----------------------------------------------------------------------------


def version_of(version_id: int | None, by: Viewer) -> QualificationVersion:
    visible = QualificationVersion.objects.visible_to(by)
    found = visible.select_related("schema", "business").filter(pk=version_id or 0).first()
    if found is None:
        raise selectors.NotFound("There is no such version.", field="version")
    return found


def judges_with(version: QualificationVersion) -> Judges:
    """Return what would judge the business's leads if this version were its schema's published one."""
    others = (
        QualificationVersion.objects.filter(business=version.business_id, status=Status.PUBLISHED)
        .exclude(schema=version.schema_id)
        .values_list("schema__position", "schema_id", "pk", "checksum")
    )
    placed = [((position, schema), PublishedPlan(pk, plan_of(pk, sum_))) for position, schema, pk, sum_ in others]
    mine = (version.schema.position, version.schema_id)
    placed.append((mine, PublishedPlan(version.pk, _plan(version))))
    ordered = sorted(placed, key=lambda entry: entry[0])
    return Judges(version.business, tuple(published for _, published in ordered))


def _plan(version: QualificationVersion) -> Plan:
    if version.status == Status.DRAFT:
        content = schema_document.write(document_of_rows(version))
        return compile_plan(schema_document.read(content))
    return plan_of(version.pk, version.checksum)


# --- Judging without writing ---------------------------------------------------------------------


def _each(judges: Judges, now: datetime, *, after: int = 0, leads: QuerySet[Lead] | None = None) -> Iterator[Moving]:
    """Yield how leads would move, by default all open ones behind a key; why is worked out only for those that do."""
    concerned = open_leads(judges.business.pk) if leads is None else leads
    outcomes = judged_leads(judges, concerned, now, with_explanation=False, after=after)
    while page := list(islice(outcomes, LEADS_AT_ONCE)):
        found = [(outcome, outcome.movement) for outcome in page]
        kept = _kept([outcome.lead_id for outcome, moved in found if moved == Movement.RISES])
        for outcome, moved in found:
            yield Moving(
                lead_id=outcome.lead_id,
                owner_id=outcome.before.owner_id,
                before=Level(outcome.before.level),
                after=outcome.level,
                possible=outcome.possible_level,
                score=outcome.reckoning.score,
                movement=moved,
                reasons=_reasons(outcome, moved, kept.get(outcome.lead_id)),
            )


def _kept(lead_ids: Sequence[int]) -> dict[int, Qualification]:
    """Return the judgements in force of these leads, with their versions."""
    if not lead_ids:
        return {}
    found = Qualification.objects.filter(current_for__in=lead_ids).select_related("version")
    return {row.lead_id: row for row in found.defer("version__document")}


def _reasons(outcome: JudgedLead, moved: Movement, kept: Qualification | None) -> tuple[str, ...]:
    """Return what the level asks for that does not hold, in the new judgement or, of a lead that rises, in the old."""
    if moved == Movement.STAYS:
        return ()
    if moved == Movement.RISES:
        if kept is None:
            return (NO_SCHEMA_BEFORE,)
        plan = plan_of(kept.version_id, kept.version.checksum)
        old = explanation.unpack(plan, kept.explanation, kept.order_ready)
        return tuple(missing_for(plan, old.results, level_above(Level(outcome.before.level))))
    if outcome.published is None:
        return (NO_SCHEMA_NOW,)
    return tuple(outcome.lacking(level_above(outcome.level)))
