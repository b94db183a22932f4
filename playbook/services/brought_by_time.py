"""The events that nobody causes: steps fall due, evidence goes stale, nothing happens, a date is reached.

Each is written once, by its key, however often and by how many schedulers it is looked for; one that is late is written
with the time at which it is noticed. All but overdue steps are looked for only where a play waits for them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from leads import selectors
from leads.domain import working_time
from leads.domain.snapshot import Entry
from leads.domain.stages import CLOSED
from leads.domain.values import ValueType
from leads.models import Attribute, Business, Door, Event, Lead
from leads.services.working_time import working_calendar
from leads.tenancy import system, within
from playbook.domain.happenings import Happening
from playbook.domain.steps import StepStatus
from playbook.models import NextStep
from playbook.services.activity import last_activity
from playbook.services.compiled import listening_since, plays_of

AT_ONCE = 500
LOOKED_BACK = timedelta(days=3)
"""How late a date that was reached, or evidence that went stale, is still told of."""

NURTURE_UNTIL = "nurture_until"


def overdue_steps(now: datetime) -> QuerySet[NextStep]:
    """Return the open steps that are due and of which nobody wrote so yet, of all businesses."""
    return NextStep.objects.filter(
        Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=now),
        status=StepStatus.OPEN,
        overdue_at__isnull=True,
        due_at__lt=now,
    )


def note_overdue_steps(now: datetime, at_most: int = AT_ONCE) -> int:
    """Write that open steps are overdue, each once; return of how many it was written."""
    overdue = overdue_steps(now)
    lead_ids = list(overdue.order_by("due_at").values_list("lead_id", flat=True)[:at_most])
    if not lead_ids:
        return 0
    with transaction.atomic():
        leads = Lead.objects.filter(pk__in=lead_ids).select_for_update(of=("self",), skip_locked=True).order_by("pk")
        locked = {lead.pk for lead in leads}
        steps = list(overdue.filter(lead__in=locked).order_by("pk"))
        NextStep.objects.filter(pk__in=[step.pk for step in steps]).update(overdue_at=now)
        _write(
            Event(
                business_id=step.business_id,
                lead_id=step.lead_id,
                kind=Happening.STEP_OVERDUE.value,
                key=f"step:{step.pk}:{step.due_at.isoformat()}",
                at=now,
                data={"step": step.pk, "kind": step.kind},
            )
            for step in steps
        )
    return len(steps)


def bring_about(now: datetime) -> int:
    """Write what time brought about for the plays that wait for it, in every business; return how many events."""
    return sum(_in_business(business, now) for business in Business.objects.order_by("pk"))


def _in_business(business: Business, now: datetime) -> int:
    plays = plays_of(business)
    stale = listening_since(plays, Happening.EVIDENCE_STALE)
    quiet: dict[int, datetime] = {}
    for waiting, since in listening_since(plays, Happening.NOTHING_HAPPENED).items():
        quiet[waiting.days] = min(since, quiet.get(waiting.days, since))
    dates = {(waiting.attribute, waiting.days) for waiting in listening_since(plays, Happening.DATE_REACHED)}
    if not (stale or quiet or dates):
        return 0
    found: list[Event] = []
    keys = {waiting.attribute for waiting in stale}
    attributes = Attribute.objects.filter(business=business, archived_at__isnull=True)
    for leads in _open_leads(business):
        if stale:
            fading = [each for each in attributes if each.freshness_days and ("" in keys or each.key in keys)]
            found += _gone_stale(leads, fading, now)
        if dates:
            found += _dates_reached(business, leads, dates, now)
        if quiet:
            found += _quiet(business, leads, quiet, now)
    return sum(_write_of_leads(business, found[at : at + AT_ONCE]) for at in range(0, len(found), AT_ONCE))


def _open_leads(business: Business) -> Iterator[list[Lead]]:
    leads: QuerySet[Lead] = Lead.objects.filter(business=business).exclude(stage__in=CLOSED).order_by("pk")
    last = 0
    while batch := list(leads.filter(pk__gt=last)[:AT_ONCE]):
        yield batch
        last = batch[-1].pk


def _gone_stale(leads: Sequence[Lead], fading: Iterable[Attribute], now: datetime) -> Iterator[Event]:
    for attribute in fading:
        lasting = timedelta(days=attribute.freshness_days or 0)
        for lead in leads:
            entry: Entry = lead.snapshot.get(attribute.key, {})
            if "v" not in entry:
                continue
            stale_at = datetime.fromisoformat(entry["at"]) + lasting
            if now - LOOKED_BACK < stale_at <= now:
                data = {"attribute": attribute.key, "evidence": entry["ev"]}
                yield _event(lead, Happening.EVIDENCE_STALE, f"{attribute.key}:{entry['ev']}", now, data)


def _dates_reached(
    business: Business, leads: Sequence[Lead], dates: Iterable[tuple[str, int]], now: datetime
) -> Iterator[Event]:
    today = selectors.local_day(business, now)
    known = set(
        Attribute.objects.filter(business=business, type=ValueType.DATE, archived_at__isnull=True).values_list(
            "key", flat=True
        )
    )
    for attribute, days in dates:
        for lead in leads:
            if attribute == NURTURE_UNTIL:
                day = lead.nurture_until
            else:
                stored = lead.snapshot.get(attribute, {}).get("v") if attribute in known else None
                day = date.fromisoformat(stored) if isinstance(stored, str) else None
            if day is not None and today - LOOKED_BACK < day + timedelta(days=days) <= today:
                data = {"attribute": attribute, "days": days, "date": day.isoformat()}
                yield _event(lead, Happening.DATE_REACHED, f"{attribute}:{day}:{days}", now, data)


def _quiet(business: Business, leads: Sequence[Lead], days: Mapping[int, datetime], now: datetime) -> Iterator[Event]:
    """Yield the events of leads with which nothing happened for so many working days, since a play waits for that."""
    calendar = working_calendar(business)
    for lead_id, last in last_activity([lead.pk for lead in leads]).items():
        for wanted, since in days.items():
            if since - LOOKED_BACK < working_time.add_days(last, wanted, calendar) <= now:
                key, data = f"{wanted}:{last.isoformat()}", {"days": wanted, "since": last.isoformat()}
                yield Event(
                    business_id=business.pk,
                    lead_id=lead_id,
                    kind=Happening.NOTHING_HAPPENED.value,
                    key=key,
                    at=now,
                    data=data,
                )


# --- Writing -------------------------------------------------------------------------------------


def _event(lead: Lead, happening: Happening, key: str, now: datetime, data: dict[str, object]) -> Event:
    return Event(business_id=lead.business_id, lead_id=lead.pk, kind=happening.value, key=key[:200], at=now, data=data)


def _write_of_leads(business: Business, events: Sequence[Event]) -> int:
    """Write those of the events that are not there yet, while their leads are locked; busy leads are left for later."""
    by_key: dict[tuple[int, str, str], Event] = {(each.lead_id, each.kind, each.key): each for each in events}
    there = Event.objects.filter(lead__in={each.lead_id for each in events}, kind__in={each.kind for each in events})
    for known in there.exclude(key="").values_list("lead_id", "kind", "key"):
        by_key.pop(known, None)
    if not by_key:
        return 0
    with within(system(business, Door.COMMAND)), transaction.atomic():
        wanted = Lead.objects.filter(pk__in={each.lead_id for each in by_key.values()}).order_by("pk")
        locked = {lead.pk for lead in wanted.select_for_update(of=("self",), skip_locked=True)}
        return _write(each for each in by_key.values() if each.lead_id in locked)


def _write(events: Iterable[Event]) -> int:
    by_lead: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        by_lead[event.lead_id].append(event)
    rows = [event for lead_id in sorted(by_lead) for event in by_lead[lead_id]]
    Event.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
