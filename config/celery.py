"""Celery as a carrier of wake-ups: messages say that it is time to look, the work itself is kept in rows.

So no message matters: one that is lost is sent again by the next look for what is due, one that comes twice finds
nothing left to do, and one that is a minute old is not worth reading any more. Only with TASK_BROKER_URL.
"""

import logging
from datetime import timedelta
from typing import Any

from celery import Celery, bootsteps
from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks.base import Task
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

WORTH_READING = 60.0  # seconds
TIDY_UP_EVERY = 3_600.0
AT_MOST = 3_600  # seconds that a task may take; what it leaves is taken up again where it stood

app = Celery("playbook", broker=settings.TASK_BROKER_URL, set_as_current=False)
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    result_serializer="json",
    task_ignore_result=True,
    task_default_queue="playbook",
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    task_time_limit=AT_MOST,
    task_soft_time_limit=AT_MOST - 60,
    # Who enqueues does not wait for a broker that is away, who works does.
    task_publish_retry=False,
    broker_connection_timeout=4,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": 2 * AT_MOST,
        "socket_connect_timeout": 4,
        "socket_timeout": 10,
        "health_check_interval": 20,
    },
    worker_enable_remote_control=False,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    worker_cancel_long_running_tasks_on_connection_loss=False,
    # Leaks of libraries do not add up.
    worker_max_tasks_per_child=1_000,
    enable_utc=True,
    timezone="UTC",
)


@app.task(name="playbook.run")
def run(path: str, args: list[Any], kwargs: dict[str, Any]) -> None:
    """Run a task of ours by its name."""
    found = import_string(path)
    if not isinstance(found, Task):
        raise TypeError(f"{path} is no task.")
    found.call(*args, **kwargs)


@app.task(name="playbook.schedule")
def schedule(take_over_after: float) -> None:
    """Look for what is due."""
    from leads.tasks import enqueue_what_is_due

    enqueue_what_is_due(timedelta(seconds=take_over_after))


@app.task(name="playbook.tidy_up")
def tidy_up() -> None:
    """Remove what was answered long ago."""
    from leads.services.replies import purge_replies

    purge_replies(timezone.now())


class Scheduling(bootsteps.StartStopStep):
    """The scheduler in a worker: sends for a look every few seconds while it is connected to the broker.

    As many workers as one likes may have one. It lives in the worker's own loop, so it ends with it.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)
    every = 2.0
    take_over_after = 15.0

    def start(self, parent: Any) -> None:
        # The timer is emptied when the connection is lost, and this called again when there is a new one.
        parent.timer.call_repeatedly(self.every, wake, (schedule, self.take_over_after))
        parent.timer.call_repeatedly(TIDY_UP_EVERY, wake, (tidy_up,))


def wake(task: Any, *args: Any) -> bool:
    """Send a message that is worth nothing in a minute; return whether the broker took it, and log if not."""
    try:
        task.apply_async(args, expires=WORTH_READING)
    except (OperationalError, OSError) as error:
        logger.warning("The broker does not answer; what waits is looked for again later. (%s)", error)
        return False
    return True
