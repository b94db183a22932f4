"""Working events off: against bare inserts of the same rows, with one worker and with two."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from statistics import median

from calling import use
from django.db import connection, transaction
from filling import fill
from journeys import everything
from measuring import Row
from samples import NOW, ROOT, business_with

from leads.models import Business, Event, Lead
from playbook.domain.happenings import Happening
from playbook.domain.steps import ActionKind, StepKind
from playbook.models import NextStep, Play, PlayRun, PlayStep

LEADS = int(os.environ.get("BENCH_EVENT_LEADS", "2000"))
EVENTS_EACH = 5
ROUNDS = 3
CHILD = """
import sys
import django
django.setup()
from datetime import datetime
from playbook.services.working_off import work_off
now = datetime.fromisoformat(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
while work_off(now):
    pass
"""


def measure(urls: Sequence[str]) -> Iterator[Row]:
    use(urls[0])
    rep = business_with(everything())
    fill(rep, LEADS)
    _plays(rep.business)
    spent: dict[str, list[float]] = {"one": [], "two": [], "bare": []}
    for _ in range(ROUNDS):
        spent["one"].append(_with_workers(urls[0], 1))
        rows = _rows()
        spent["two"].append(_with_workers(urls[0], 2))
        spent["bare"].append(_bare(*rows))
    one, two, bare = (median(spent[name]) for name in ("one", "two", "bare"))
    events = LEADS * EVENTS_EACH
    name = connection.display_name
    yield Row(
        f"events worked off by one worker on {name}, against bare inserts of the same steps",
        f"{bare / one:.2f} × ({events / one:,.0f} : {events / bare:,.0f} events/s)",
    )
    yield Row("  by two workers", f"{bare / two:.2f} × ({events / two:,.0f} events/s)")
    yield Row("  two workers against one", f"{one / two:.2f} ×")


def _plays(business: Business) -> None:
    """Let each event of a lead ask for a next step of its own, every other one where a condition holds."""
    for days in range(EVENTS_EACH):
        play = Play.objects.create(
            business=business,
            key=f"play_{days}",
            name=f"Play {days}",
            happening=Happening.NOTHING_HAPPENED.value,
            days=days,
            condition="lead_score >= -1000" if days % 2 else "",
            switched_on_at=NOW - timedelta(days=1),
        )
        PlayStep.objects.create(
            business=business,
            play=play,
            action=ActionKind.NEXT_STEP.value,
            step_kind=StepKind.RESEARCH.value,
            title="Look into {organization}",
        )


def _happen() -> None:
    Event.objects.update(worked_off_at=NOW)
    business_ids = Lead.objects.order_by("pk").values_list("pk", "business_id")
    kind = Happening.NOTHING_HAPPENED.value
    Event.objects.bulk_create(
        [
            Event(business_id=business_id, lead_id=pk, kind=kind, at=NOW, data={"days": days})
            for days in range(EVENTS_EACH)
            for pk, business_id in business_ids
        ],
        batch_size=1_000,
    )


def _with_workers(url: str, workers: int) -> float:
    """Return how long so many workers, ready to begin, take for all events."""
    NextStep.objects.all().delete()
    PlayRun.objects.all().delete()
    _happen()
    begun = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, NOW.isoformat()],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(workers)
    ]
    for worker in begun:
        assert worker.stdout is not None
        worker.stdout.readline()
    began = time.perf_counter()
    for worker in begun:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in begun:
        if worker.wait() != 0:
            raise RuntimeError("A worker failed.")
    spent = time.perf_counter() - began
    made = NextStep.objects.count()
    if made != LEADS * EVENTS_EACH:
        raise RuntimeError(f"{made} steps were made.")
    return spent


def _rows() -> tuple[list[PlayRun], list[NextStep]]:
    return list(PlayRun.objects.order_by("pk")), list(NextStep.objects.order_by("pk"))


def _bare(runs: list[PlayRun], steps: list[NextStep]) -> float:
    """Return how long it takes to insert the same steps, with nothing else decided or locked."""
    NextStep.objects.all().delete()
    PlayRun.objects.all().delete()
    PlayRun.objects.bulk_create(runs)
    began = time.perf_counter()
    with transaction.atomic():
        NextStep.objects.bulk_create(steps, batch_size=1_000)
    return time.perf_counter() - began
