"""Sending in the background. What is sent is kept in rows; a task only says that it is time to look."""

from datetime import datetime

from django.utils import timezone
from django_tasks import task

from playbook.services import deliveries


@task()
def send_waiting() -> None:
    deliveries.send_waiting(timezone.now())


def enqueue_deliveries(now: datetime) -> None:
    """Enqueue the sending of what is due; for `leads.ports.when_scheduling`."""
    if deliveries.due_deliveries(now).exists():
        send_waiting.enqueue()
