"""The playbook's work in the background. What is to be done is kept in rows; these tasks only wake somebody up."""

import time
from datetime import datetime

from django.utils import timezone
from django_tasks import task

from leads.models import Event
from playbook.models import EventFailure
from playbook.services import brought_by_time, escalating, working_off

AT_A_TIME = 20.0  # seconds after which a task leaves the rest to the next
LOOK_EVERY = 600.0  # seconds between two looks through all leads for what time brought about, in a process

_looked_at = float("-inf")


@task()
def work_off_events() -> None:
    until = time.monotonic() + AT_A_TIME
    while working_off.work_off(timezone.now()) and time.monotonic() < until:
        pass


@task()
def note_overdue_steps() -> None:
    brought_by_time.note_overdue_steps(timezone.now())


@task()
def escalate_hand_offs() -> None:
    escalating.escalate_overdue(timezone.now())


@task()
def bring_about() -> None:
    brought_by_time.bring_about(timezone.now())


def enqueue_what_is_due(now: datetime) -> None:
    """Enqueue what waits: events, and now and then a look at what time brought about."""
    global _looked_at
    if time.monotonic() - _looked_at >= LOOK_EVERY:
        _looked_at = time.monotonic()
        bring_about.enqueue()
    if brought_by_time.overdue_steps(now).exists():
        note_overdue_steps.enqueue()
    if escalating.overdue_hand_offs(now).exists():
        escalate_hand_offs.enqueue()
    waiting = EventFailure.objects.filter(solved_at__isnull=True, try_again_at__gt=now).values("event__lead")
    if Event.objects.filter(worked_off_at__isnull=True).exclude(lead__in=waiting).exists():
        work_off_events.enqueue()
