"""Working off events: what follows from what happened, in order for each lead, each exactly once in effect.

A batch is one transaction: its leads' rows are locked, the steps of plays are written and the events marked. Killed at
any moment, nothing of it is there, and the next worker begins it anew. Workers beside each other leave alone what is
locked. See `docs/outbox.md`.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import OperationalError, transaction

from leads import permissions, selectors
from leads.models import Business, Door, Event, Lead
from leads.tenancy import Viewer, system, within
from playbook.models import EventFailure
from playbook.services.compiled import plays_of
from playbook.services.ranking import rank_leads
from playbook.services.running import Batch, EventBroken

logger = logging.getLogger(__name__)

LEADS_AT_ONCE = 100
LOOKED_AT = 2_000  # pending events among which a worker looks for leads that nobody else is at
ATTEMPTS = 5
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)


def work_off(now: datetime, at_most: int = LEADS_AT_ONCE) -> int:
    """Work off what waits, of up to so many leads of one business; return how many events that was.

    0 means that nothing waits that nobody else is at. What breaks is kept as an EventFailure and tried again later.
    """
    held = _held(now)
    for business_id, lead_ids in _waiting(held).items():
        business = Business.objects.get(pk=business_id)
        try:
            done = _batch(business, lead_ids, held, now, at_most)
        except EventBroken as broken:
            _keep_failure(broken, now)
            done = 1
        except OperationalError:
            raise
        except Exception as error:
            done = _one_by_one(business, lead_ids[:at_most], held, now, error)
        if done:
            return done
    return 0


def _held(now: datetime) -> dict[int, int]:
    """Return for each lead the event that is tried again later; it and what came after it waits."""
    waiting = EventFailure.objects.filter(
        solved_at__isnull=True, try_again_at__gt=now, event__worked_off_at__isnull=True
    )
    held: dict[int, int] = {}
    for lead_id, event_id in waiting.values_list("event__lead_id", "event_id"):
        held[lead_id] = min(event_id, held.get(lead_id, event_id))
    return held


def _waiting(held: dict[int, int]) -> dict[int, list[int]]:
    """Return, by business, the leads with the oldest events that wait."""
    pending = Event.objects.filter(worked_off_at__isnull=True).order_by("pk")
    if held:
        pending = pending.exclude(lead__in=held, pk__gte=min(held.values()))
    found: dict[int, dict[int, None]] = {}
    for business_id, lead_id in pending.values_list("business_id", "lead_id")[:LOOKED_AT]:
        found.setdefault(business_id, {})[lead_id] = None
    return {business_id: list(leads) for business_id, leads in found.items()}


def _batch(
    business: Business,
    lead_ids: Sequence[int],
    held: dict[int, int],
    now: datetime,
    at_most: int,
    events_at_most: int = 0,
) -> int:
    with within(system(business, Door.PLAY)), transaction.atomic():
        leads = list(
            Lead.everything.filter(pk__in=lead_ids)
            .select_for_update(of=("self",), skip_locked=True)
            .select_related("organization", "owner__user", "qualification")
            .order_by("pk")[:at_most]
        )
        if not leads:
            return 0
        pending = Event.objects.filter(lead__in=leads, worked_off_at__isnull=True).order_by("pk")
        oldest = pending[: events_at_most or settings.EVENTS_AT_ONCE]
        events = [event for event in oldest if event.pk < held.get(event.lead_id, event.pk + 1)]
        if not events:
            return 0
        plays = plays_of(business)
        answered = {event.lead_id for event in events if any(each.answers(event) for each in plays)}
        if answered:
            Batch(business, [lead for lead in leads if lead.pk in answered], plays, now).work_off(
                [event for event in events if event.lead_id in answered]
            )
        Event.objects.filter(pk__in=[event.pk for event in events]).update(worked_off_at=now)
        rank_leads(business, sorted({event.lead_id for event in events}), now)
        _solve(events, now)
    return len(events)


def _one_by_one(
    business: Business, lead_ids: Sequence[int], held: dict[int, int], now: datetime, error: Exception
) -> int:
    """Work leads off each by itself, event by event, after they could not be worked off together."""
    logger.warning("A batch of events of %s could not be worked off: %s", business.slug, error)
    done = 0
    for lead_id in lead_ids:
        try:
            while worked_off := _batch(business, [lead_id], held, now, 1, events_at_most=1):
                done += worked_off
        except OperationalError:
            raise
        except Exception as error_of_one:
            first = Event.objects.filter(lead=lead_id, worked_off_at__isnull=True).order_by("pk").first()
            if first is not None:
                broken = EventBroken(first)
                broken.__cause__ = error_of_one.__cause__ if isinstance(error_of_one, EventBroken) else error_of_one
                _keep_failure(broken, now)
            done += 1
    return done


# --- What broke ----------------------------------------------------------------------------------


@transaction.atomic
def _keep_failure(broken: EventBroken, now: datetime) -> None:
    """Note why an event could not be worked off, and when it is tried again; after ATTEMPTS the lead goes on."""
    logger.error("Event %s could not be worked off.", broken.event.pk, exc_info=broken)
    event = broken.event
    Lead.everything.select_for_update(of=("self",)).get(pk=event.lead_id)
    if not Event.objects.filter(pk=event.pk, worked_off_at__isnull=True).exists():
        return  # somebody else worked it off meanwhile
    failure = EventFailure.objects.filter(event=event).first()
    if failure is None:
        failure = EventFailure(business_id=event.business_id, event=event, attempts=0)
    failure.attempts += 1
    failure.problem = str(broken.__cause__ or broken)[:2_000]
    failure.changed_at, failure.solved_at = now, None
    if failure.attempts >= ATTEMPTS:
        failure.try_again_at = None
        Event.objects.filter(pk=event.pk).update(worked_off_at=now)
    else:
        failure.try_again_at = now + min(FIRST_WAIT * 2 ** (failure.attempts - 1), LONGEST_WAIT)
    failure.save()


def _solve(events: Sequence[Event], now: datetime) -> None:
    done = EventFailure.objects.filter(event__in=[event.pk for event in events], solved_at__isnull=True)
    done.update(solved_at=now, changed_at=now, try_again_at=None)


@transaction.atomic
def retry_event(*, failure_id: int | None, by: Viewer, now: datetime) -> EventFailure:
    """Let an event that could not be worked off be tried again at once, with all its attempts."""
    permissions.require(by, "retry_failed_work")
    found = EventFailure.objects.visible_to(by).select_related("event").filter(pk=failure_id or 0).first()
    if found is None:
        raise selectors.NotFound("There is no such failure.", field="failure")
    Lead.everything.select_for_update(of=("self",)).get(pk=found.event.lead_id)
    found.refresh_from_db()
    if found.solved_at is None:
        found.attempts, found.try_again_at, found.changed_at = 0, now, now
        found.save(update_fields=("attempts", "try_again_at", "changed_at"))
        Event.objects.filter(pk=found.event_id).update(worked_off_at=None)
    return found
