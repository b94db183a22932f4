"""Judging leads by what their business published, one at a time or many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from leads import bulk, permissions, selectors
from leads.domain import explanation, schema_document
from leads.domain.plan import Plan, compile_plan
from leads.domain.qualification import Judgement, judge_by_first, sooner
from leads.domain.stages import Level
from leads.domain.values import Window
from leads.models import (
    Business,
    Event,
    EventKind,
    Lead,
    Qualification,
    QualificationVersion,
    Status,
)
from leads.tenancy import Viewer

JUDGED_FIELDS = ("level", "possible_level", "score", "worst", "best", "qualification", "judge_again_at")


@dataclass(frozen=True, slots=True)
class PublishedPlan:
    version_id: int
    plan: Plan


@dataclass(frozen=True, slots=True)
class Judges:
    """The plans that judge a business's leads, in order; the first that applies decides."""

    business: Business
    published: tuple[PublishedPlan, ...]

    @property
    def plans(self) -> tuple[Plan, ...]:
        return tuple(entry.plan for entry in self.published)

    @property
    def windows(self) -> list[Window]:
        """What of a lead's engagements must be counted, each way of counting once."""
        return list(dict.fromkeys(spec.window for plan in self.plans for spec in plan.counting))


@lru_cache(maxsize=256)
def plan_of(version_id: int, checksum: str) -> Plan:
    """Return the compiled plan of a published version, whose document never changes.

    The checksum tells versions apart that had the same id at different times.
    """
    document = QualificationVersion.objects.values_list("document", flat=True).get(pk=version_id)
    return compile_plan(schema_document.read(document))


def judges_of(business: Business) -> Judges:
    """Return what judges this business's leads now."""
    versions = (
        QualificationVersion.objects.filter(business=business, status=Status.PUBLISHED)
        .order_by("schema__position", "schema_id")
        .values_list("pk", "checksum")
    )
    return Judges(business, tuple(PublishedPlan(pk, plan_of(pk, sum_)) for pk, sum_ in versions))


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement of one lead; `published` is None where no schema applies."""

    published: PublishedPlan | None
    judgement: Judgement | None
    judge_again_at: datetime | None


def judge(judges: Judges, lead: Lead, counts: Mapping[Window, int], now: datetime) -> Judged:
    """Return how a lead is judged now; nothing is written."""
    at = selectors.circumstances(judges.business, now, counts)
    found = judge_by_first(judges.plans, lead.snapshot, at)
    midnight = (
        selectors.next_midnight(judges.business, now) if any(plan.reads_the_calendar for plan in judges.plans) else None
    )
    expiry = lead.override_expires_at
    again = sooner(midnight, expiry if expiry and expiry > now else None)
    if found is None:
        return Judged(None, None, again)
    index, judgement = found
    return Judged(judges.published[index], judgement, sooner(again, judgement.stale_at))


def new_qualification(lead: Lead, judged: Judged, now: datetime) -> Qualification | None:
    """Return the row to keep, unsaved; None if it would say what the current one says."""
    published, judgement = judged.published, judged.judgement
    if published is None or judgement is None:
        return None
    order_ready = judgement.order_ready.value if judgement.order_ready else ""
    text = explanation.pack(judgement)
    current = lead.qualification
    if (
        current is not None
        and current.version_id == published.version_id
        and current.order_ready == order_ready
        and not explanation.differs(published.plan, current.explanation, text)
    ):
        return None
    return Qualification(
        business_id=lead.business_id,
        lead_id=lead.pk,
        version_id=published.version_id,
        judged_at=now,
        score=judgement.score,
        worst=judgement.worst,
        best=judgement.best,
        level=judgement.level.value,
        possible_level=judgement.possible_level.value,
        order_ready=order_ready,
        explanation=text,
    )


def take_over(lead: Lead, judged: Judged) -> None:
    """Write a judgement's figures onto the lead; the caller saves it and its qualification."""
    judgement = judged.judgement
    lead.judge_again_at = judged.judge_again_at
    if judgement is None:
        lead.level = lead.possible_level = Level.NONE.value
        lead.score = lead.worst = lead.best = 0
        lead.qualification = None
        return
    lead.level, lead.possible_level = judgement.level.value, judgement.possible_level.value
    lead.score, lead.worst, lead.best = judgement.score, judgement.worst, judgement.best


def level_event(lead: Lead, before: str, now: datetime) -> Event | None:
    """Return the event of a changed level, unsaved."""
    if lead.level == before:
        return None
    return Event(
        business_id=lead.business_id,
        lead_id=lead.pk,
        kind=EventKind.LEVEL_CHANGED,
        at=now,
        data={"from": before, "to": lead.level},
    )


def judge_locked(lead: Lead, business: Business, now: datetime) -> list[Event]:
    """Judge a lead whose row is locked; keep the qualification and set the lead's fields without saving it.

    Returns the events to write, at most one.
    """
    judges = judges_of(business)
    counts = selectors.count_engagements(business, judges.windows, [lead.pk], now)
    judged = judge(judges, lead, counts.get(lead.pk, {}), now)
    before = lead.level
    qualification = new_qualification(lead, judged, now)
    take_over(lead, judged)
    if qualification is not None:
        qualification.save(force_insert=True)
        lead.qualification = qualification
    event = level_event(lead, before, now)
    return [event] if event else []


@transaction.atomic
def qualify_lead(*, lead_id: int | None, by: Viewer, now: datetime) -> Lead:
    """Judge a lead anew, now; what is unchanged stays as it is."""
    permissions.require(by, "qualify_lead")
    lead = selectors.locked_lead(lead_id, by)
    events = judge_locked(lead, by.business, now)
    lead.save(update_fields=JUDGED_FIELDS)
    Event.objects.bulk_create(events)
    return lead


def judge_many(judges: Judges, leads: Sequence[Lead], now: datetime) -> int:
    """Judge leads whose rows are locked and write what changed, in few statements.

    Returns how many changed. The leads need their qualification loaded.
    """
    if not leads:
        return 0
    counts = selectors.count_engagements(judges.business, judges.windows, [lead.pk for lead in leads], now)
    changed: list[Lead] = []
    fresh: list[tuple[Lead, Qualification]] = []
    events: list[Event] = []
    for lead in leads:
        before = _figures(lead)
        level = lead.level
        judged = judge(judges, lead, counts.get(lead.pk, {}), now)
        qualification = new_qualification(lead, judged, now)
        take_over(lead, judged)
        if qualification is not None:
            fresh.append((lead, qualification))
        if qualification is not None or _figures(lead) != before:
            changed.append(lead)
        event = level_event(lead, level, now)
        if event is not None:
            events.append(event)
    Qualification.objects.bulk_create([qualification for _, qualification in fresh])
    for lead, qualification in fresh:
        lead.qualification = qualification
    bulk.update(Lead, changed, JUDGED_FIELDS)
    Event.objects.bulk_create(events)
    return len(changed)


def _figures(lead: Lead) -> tuple[object, ...]:
    return tuple(getattr(lead, "qualification_id" if name == "qualification" else name) for name in JUDGED_FIELDS)
