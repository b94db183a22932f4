"""Workers that are killed while they work events off: every event's steps are there once, in order for each lead."""

import random
from collections import defaultdict
from datetime import timedelta

import pytest
from django.utils import timezone

from leads.models import Event, Lead
from playbook.domain.happenings import Happening
from playbook.domain.steps import ActionKind, StepKind
from playbook.models import NextStep, PlayRun
from tests.playbook.background.killing import REDIS, Workers, broker

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

LEADS, EVENTS_EACH, KILLS = 500, 20, 20
TWO_STEPS = tuple(
    {"action": ActionKind.NEXT_STEP, "step_kind": StepKind.RESEARCH, "title": f"{place} of {{organization}}"}
    for place in ("First", "Second")
)


@pytest.fixture
def waiting(business, make_organization, make_play):
    """10,000 events, those of a lead each waited for by a play of its own; every other one makes two next steps."""
    now = timezone.now()
    home = make_organization(business)
    leads = Lead.objects.bulk_create(
        Lead(business=business, organization=home, stage_since=now, created_at=now) for _ in range(LEADS)
    )
    for days in range(EVENTS_EACH):
        make_play(business, Happening.NOTHING_HAPPENED, *(TWO_STEPS if days % 2 else ()), days=days)
    kind, at = Happening.NOTHING_HAPPENED.value, now + timedelta(seconds=1)
    events = [
        Event(business=business, lead=lead, kind=kind, at=at, data={"days": days})
        for days in range(EVENTS_EACH)
        for lead in leads
    ]
    return Event.objects.bulk_create(events)


def left() -> int:
    return Event.objects.filter(worked_off_at__isnull=True).count()


def check_every_step(events: list[Event]) -> None:
    """Raise unless every event has its steps once, and those of a lead were made in the order of its events."""
    wanted = {event.pk: 1 + event.data["days"] % 2 for event in events}
    assert PlayRun.objects.count() == len(events)
    made: dict[int, int] = defaultdict(int)
    order: dict[int, list[int]] = defaultdict(list)
    for lead_id, event_id in NextStep.objects.order_by("pk").values_list("lead_id", "run__event_id"):
        made[event_id] += 1
        order[lead_id].append(event_id)
    assert made == wanted
    assert all(found == sorted(found) for found in order.values())
    assert len(order) == LEADS


def test_a_worker_that_is_killed_twenty_times_makes_every_step_once(waiting, tmp_path):
    with Workers(None, tmp_path, environment={"EVENTS_AT_ONCE": "100"}) as workers:
        workers.kill_while(left, times=KILLS, dice=random.Random(7))
        workers.finish(left)

    check_every_step(waiting)


@pytest.mark.redis
@pytest.mark.skipif(REDIS is None, reason="no Redis is installed")
def test_workers_under_celery_that_are_killed_twenty_times_make_every_step_once(waiting, tmp_path):
    with (
        broker(tmp_path) as redis,
        Workers(redis, tmp_path, environment={"EVENTS_AT_ONCE": "100"}) as workers,
    ):
        workers.kill_while(left, times=KILLS, dice=random.Random(11))
        workers.finish(left)

    check_every_step(waiting)
