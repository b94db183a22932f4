"""Judging leads by what their business published, one at a time or many."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from leads import permissions, selectors
from leads.domain import explanation
from leads.domain.movement import level_above, missing_for
from leads.domain.qualification import Judgement, judge_by_first, sooner
from leads.domain.stages import CLOSED, Level
from leads.domain.values import Window
from leads.models import Business, Event, EventKind, Lead, Qualification
from leads.services import flags
from leads.services.flags import LevelChange
from leads.services.judges import Judges, PublishedPlan, feels_a_new_day, judges_of
from leads.services.judges import plan_of as plan_of
from leads.services.outcomes import JUDGED_FIELDS, Sitting, row_of, write
from leads.tenancy import Viewer


@dataclass(frozen=True, slots=True)
class Judged:
    """A judgement of one lead; `published` is None where no schema applies."""

    published: PublishedPlan | None
    judgement: Judgement | None
    judge_again_at: datetime | None


def judge(judges: Judges, lead: Lead, counts: Mapping[Window, int], now: datetime) -> Judged:
    """Return how a lead is judged now, open or closed; nothing is written."""
    at = selectors.circumstances(judges.business, now, counts)
    found = judge_by_first(judges.plans, lead.snapshot, at)
    again = None
    if feels_a_new_day(judges.dates, lead.snapshot, counts):
        again = selectors.next_midnight(judges.business, now)
    expiry = lead.override_expires_at
    again = sooner(again, expiry if expiry and expiry > now else None)
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
    """Write a judgement's figures onto the lead; the caller saves it and its qualification.

    A closed lead stays as it is judged until somebody asks.
    """
    judgement = judged.judgement
    lead.judge_again_at = None if lead.stage in CLOSED else judged.judge_again_at
    if judgement is None:
        lead.level = lead.possible_level = Level.NONE.value
        lead.score = lead.worst = lead.best = 0
        lead.qualification = None
        return
    lead.level, lead.possible_level = judgement.level.value, judgement.possible_level.value
    lead.score, lead.worst, lead.best = judgement.score, judgement.worst, judgement.best


def judge_again(lead: Lead, business: Business, now: datetime) -> datetime | None:
    """Return when time alone may next change how a lead is judged that is about to be opened again."""
    judges = judges_of(business)
    counts = selectors.count_engagements(business, judges.windows, [lead.pk], now)
    return judge(judges, lead, counts.get(lead.pk, {}), now).judge_again_at


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

    An override that is over ends here, and the owner is told of a level in force that fell. Returns the
    events to write.
    """
    judges = judges_of(business)
    counts = selectors.count_engagements(business, judges.windows, [lead.pk], now)
    before, in_force = lead.level, Level(lead.override_level or lead.level)
    ended = end_override_if_over(lead, now)
    if ended:
        Lead.objects.filter(pk=lead.pk).update(override_level="", override_expires_at=None)
    judged = judge(judges, lead, counts.get(lead.pk, {}), now)
    qualification = new_qualification(lead, judged, now)
    take_over(lead, judged)
    if qualification is not None:
        qualification.save(force_insert=True)
        lead.qualification = qualification
    events = [event for event in (level_event(lead, before, now), ended_event(lead, ended, now)) if event is not None]
    after = Level(lead.override_level or lead.level)
    because = missing(judged, after)
    flags.follow([LevelChange(business.pk, lead.pk, lead.stage, in_force, after, because)], now)
    return events


def missing(judged: Judged, level: Level) -> list[str]:
    """Return what the level above this one asks for that does not hold."""
    if judged.published is None or judged.judgement is None:
        return []
    return missing_for(judged.published.plan, judged.judgement.results, level_above(level))


def end_override_if_over(lead: Lead, now: datetime) -> str:
    """Take an override off the lead, unsaved, if its time is over; return its level, empty if none ended."""
    if lead.override_expires_at is None or lead.override_expires_at > now:
        return ""
    level, lead.override_level, lead.override_expires_at = lead.override_level, "", None
    return level


def ended_event(lead: Lead, ended: str, now: datetime) -> Event | None:
    """Return the event, unsaved, of an override that ended; None if none did."""
    if not ended:
        return None
    data = {"from": ended, "to": lead.level}
    return Event(business_id=lead.business_id, lead_id=lead.pk, kind=EventKind.OVERRIDE_ENDED, at=now, data=data)


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
    by_id = {lead.pk: lead for lead in leads}
    outcomes = list(Sitting(judges, now).outcomes([row_of(lead) for lead in leads]))
    changes = write(outcomes, judges, now)
    for change in changes:
        lead = by_id[change.outcome.lead_id]
        if change.kept:
            lead.qualification = change.qualification()
        after = change.outcome.figures(change.qualification_id)
        for field, value in zip(JUDGED_FIELDS, after, strict=True):
            setattr(lead, "qualification_id" if field == "qualification" else field, value)
    for outcome in outcomes:
        if outcome.override_is_over:
            by_id[outcome.lead_id].override_level, by_id[outcome.lead_id].override_expires_at = "", None
    return len(changes)
