"""What happened to leads lately, as far as it can be told, for trying plays: nothing of it is written."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from leads.domain import working_time
from leads.domain.stages import CLOSED
from leads.models import Attribute, Business, Event, Lead
from leads.services.working_time import working_calendar
from playbook.domain.happenings import Happening
from playbook.domain.matching import Waiting, matches
from playbook.domain.playing import NURTURE_UNTIL
from playbook.services.activity import last_activity

AT_ONCE = 500
RECKONED = frozenset({Happening.EVIDENCE_STALE, Happening.DATE_REACHED, Happening.NOTHING_HAPPENED})
"""What is written only while a play waits for it, so that it is reckoned from what is known of the leads now."""


@dataclass(frozen=True, slots=True)
class Past:
    """Something that happened, or would have been written, to a lead."""

    lead_id: int
    at: datetime
    data: dict[str, Any] = field(default_factory=dict)


def what_happened(business: Business, waiting: Waiting, since: datetime, now: datetime) -> Iterator[Past]:
    """Yield what a play waits for, from a time until now; oldest first where it comes from events."""
    found = (
        _reckoned(business, waiting, since, now)
        if waiting.happening in RECKONED
        else _events(business, waiting, since, now)
    )
    return (past for past in found if matches(waiting, waiting.happening, past.data))


def _events(business: Business, waiting: Waiting, since: datetime, now: datetime) -> Iterator[Past]:
    """Read the events of this kind by the index on business, kind and id, backwards until they are too old."""
    events = Event.objects.filter(business=business, kind=waiting.happening.value, at__gte=since, at__lte=now)
    rows = events.order_by("pk").values_list("lead_id", "at", "data").iterator(chunk_size=2_000)
    for lead_id, at, data in rows:
        yield Past(lead_id, at, data)


def _reckoned(business: Business, waiting: Waiting, since: datetime, now: datetime) -> Iterator[Past]:
    leads = Lead.objects.filter(business=business).exclude(stage__in=CLOSED).order_by("pk").iterator(chunk_size=AT_ONCE)
    while batch := list(islice(leads, AT_ONCE)):
        match waiting.happening:
            case Happening.NOTHING_HAPPENED:
                found = _quiet(business, batch, waiting.days)
            case Happening.DATE_REACHED:
                found = _dates(business, batch, waiting)
            case _:
                found = _stale(business, batch)
        yield from (past for past in found if since < past.at <= now)


def _quiet(business: Business, leads: list[Lead], days: int) -> Iterator[Past]:
    calendar = working_calendar(business)
    for lead_id, last in last_activity([lead.pk for lead in leads]).items():
        yield Past(lead_id, working_time.add_days(last, days, calendar), {"days": days})


def _dates(business: Business, leads: list[Lead], waiting: Waiting) -> Iterator[Past]:
    for lead in leads:
        if waiting.attribute == NURTURE_UNTIL:
            day = lead.nurture_until
        else:
            stored = lead.snapshot.get(waiting.attribute, {}).get("v")
            day = date.fromisoformat(stored) if isinstance(stored, str) else None
        if day is not None:
            reached = day + timedelta(days=waiting.days)
            at = datetime(reached.year, reached.month, reached.day, tzinfo=business.zone).astimezone(UTC)
            yield Past(lead.pk, at, {"attribute": waiting.attribute, "days": waiting.days})


def _stale(business: Business, leads: list[Lead]) -> Iterator[Past]:
    for attribute in Attribute.objects.filter(business=business, archived_at__isnull=True):
        if attribute.freshness_days:
            for lead in leads:
                entry = lead.snapshot.get(attribute.key, {})
                if "v" in entry:
                    at = datetime.fromisoformat(entry["at"]) + timedelta(days=attribute.freshness_days)
                    yield Past(lead.pk, at, {"attribute": attribute.key})
