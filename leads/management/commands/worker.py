"""manage.py worker: what happens without anybody asking for it."""

import signal
import time
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks import task_backends
from django_tasks_db.management.commands.db_worker import Worker

from leads.services.replies import purge_replies
from leads.tasks import TAKEN_OVER_AFTER, enqueue_what_is_due

TIDY_UP_EVERY = 3_600.0  # seconds
KEPT_DAYS = 7


class Command(BaseCommand):
    help = """Work in the background: judge leads anew after a schema was published, when evidence goes stale, at
midnight and when overrides end, and work off calibrations.

One is enough for one machine; more may run beside it, on other machines too. It may be stopped or killed at any time:
the next one goes on where it stood. With TASK_BROKER_URL it is a worker of Celery with the scheduler in it."""

    _tidied = float("-inf")

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="work off what there is, then end")
        parser.add_argument("--every", type=float, default=2.0, metavar="SECONDS", help="how often to look for work")
        parser.add_argument(
            "--take-over-after",
            type=float,
            default=TAKEN_OVER_AFTER.total_seconds(),
            metavar="SECONDS",
            help="when work that another worker began and does not go on with is taken over",
        )

        parser.add_argument(
            "--processes",
            type=int,
            metavar="NUMBER",
            help="with a broker: how many work at once",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        take_over_after = timedelta(seconds=options["take_over_after"])
        if not settings.TASKS["default"]["BACKEND"].startswith("django_tasks_db."):
            self._leave_to_the_backend(take_over_after, options)
            return
        stopping = _Stopping()
        try:
            self._go_on(stopping, take_over_after, options)
        finally:
            stopping.restore()

    def _leave_to_the_backend(self, take_over_after: timedelta, options: dict[str, Any]) -> None:
        """Let a backend that carries tasks elsewhere bring its own worker."""
        work = getattr(task_backends["default"], "work", None)
        if work is None:
            raise CommandError("This works off tasks in the database or of a broker; TASKS names something else.")
        if options["once"]:
            raise CommandError("With a broker a worker waits for what comes; --once is for tasks in the database.")
        work(every=options["every"], take_over_after=take_over_after, processes=options["processes"])

    def _go_on(self, stopping: "_Stopping", take_over_after: timedelta, options: dict[str, Any]) -> None:
        while not stopping.asked:
            close_old_connections()
            try:
                enqueue_what_is_due(take_over_after)
                self._work_off(stopping)
            except OperationalError as error:
                if options["once"]:
                    raise
                self.stderr.write(f"The database does not answer; trying again. ({error})")
            if options["once"]:
                return
            self._tidy_up()
            stopping.wait(options["every"])

    def _tidy_up(self) -> None:
        """Remove what was worked off or answered long ago, once an hour."""
        if time.monotonic() - self._tidied > TIDY_UP_EVERY:
            call_command("prune_db_task_results", min_age_days=KEPT_DAYS, verbosity=0)
            purge_replies(timezone.now())
            self._tidied = time.monotonic()

    def _work_off(self, stopping: "_Stopping") -> None:
        worker = Worker(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=0,
            batch=True,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
        )
        stopping.worker = worker
        worker.run()


class _Stopping:
    """Ctrl-C and SIGTERM end the worker after the task that it is at."""

    def __init__(self) -> None:
        self.asked = False
        self.worker: Worker | None = None
        self._before = {name: signal.signal(name, self._ask) for name in (signal.SIGINT, signal.SIGTERM)}

    def restore(self) -> None:
        for name, handler in self._before.items():
            signal.signal(name, handler)

    def _ask(self, *_: Any) -> None:
        self.asked = True
        if self.worker is not None:
            self.worker.running = False

    def wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.asked and time.monotonic() < until:
            time.sleep(0.1)
