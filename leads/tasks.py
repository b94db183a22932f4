"""Work in the background. Each task may run twice or be cut off anywhere: what it works off is kept in rows."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from leads import ports
from leads.models import UNDER_WAY, Calibration, Rejudging
from leads.services import due, rejudging
from leads.services.calibration import requests

TAKEN_OVER_AFTER = timedelta(seconds=15)


@task()
def rejudge(rejudging_id: int) -> None:
    rejudging.work_off_rejudging(rejudging_id)


@task()
def calibrate(calibration_id: int) -> None:
    requests.work_off_calibration(calibration_id)


@task()
def judge_due() -> None:
    due.judge_due(timezone.now())


def enqueue_what_is_due(taken_over_after: timedelta = TAKEN_OVER_AFTER) -> None:
    """Enqueue the work that waits: what time has brought, and what a worker began and did not finish.

    It may be called at any time, by several schedulers at once, or not for an hour.
    """
    now = timezone.now()
    if due.due_leads(now).exists():
        judge_due.enqueue()
    for pk in _left_alone(Rejudging, now - taken_over_after):
        rejudge.enqueue(pk)
    for pk in _left_alone(Calibration, now - max(taken_over_after, requests.ALONE_AFTER)):
        calibrate.enqueue(pk)
    for more in ports.when_scheduling:
        more(now)


def _left_alone(model: type[Rejudging] | type[Calibration], since: datetime) -> Iterable[int]:
    """Return what is under way and was not touched since then, or never."""
    untouched = Q(touched_at__isnull=True) | Q(touched_at__lte=since)
    under_way = model.objects.filter(untouched, status__in=UNDER_WAY)
    return under_way.order_by("pk").values_list("pk", flat=True)
