"""A backend of django-tasks that lets Celery carry the tasks. Set TASK_BROKER_URL to use it.

There is a package that does the like (django-tasks-celery), but for Python 3.12 and newer.
"""

from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks.backends.base import BaseTaskBackend
from django_tasks.base import Task, TaskResult, TaskResultStatus
from django_tasks.signals import task_enqueued
from django_tasks.utils import get_random_id, normalize_json


class CeleryBackend(BaseTaskBackend):
    """Enqueues once the transaction is committed, and never fails: what is to be done is kept in rows.

    Results are kept nowhere.
    """

    def enqueue(self, task: Task[Any, Any], args: Any, kwargs: Any) -> TaskResult[Any]:
        from config.celery import run, wake

        self.validate_task(task)
        plain_args, plain_kwargs = normalize_json(args), normalize_json(kwargs)
        result: TaskResult[Any] = TaskResult(
            task=task,
            id=get_random_id(),
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=plain_args,
            kwargs=plain_kwargs,
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )
        transaction.on_commit(partial(wake, run, task.module_path, plain_args, plain_kwargs))
        task_enqueued.send(type(self), task_result=result)
        return result

    def work(self, *, every: float, take_over_after: timedelta, processes: int | None) -> None:
        """Work off what comes, and look for what is due every so many seconds, until SIGTERM or Ctrl-C.

        A task that is under way then is finished first.
        """
        from config.celery import Scheduling, app

        Scheduling.every, Scheduling.take_over_after = every, take_over_after.total_seconds()
        app.steps["consumer"].add(Scheduling)
        worker = app.Worker(
            concurrency=processes,
            pool="prefork",
            loglevel="WARNING",
            quiet=True,
            without_mingle=True,
            without_gossip=True,
            send_events=False,
        )
        worker.start()
        if worker.exitcode:
            raise SystemExit(worker.exitcode)
