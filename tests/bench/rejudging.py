"""Judging all open leads anew: against writing the same rows, against one by one, and how much memory it takes."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from calling import use
from django.db import connection, transaction
from journeys import everything, fill, stricter
from measuring import Row, at_least, at_most, in_turn
from samples import NOW, ROOT, business_with, publish

from leads import bulk, services
from leads.models import Door, Event, Lead, Qualification
from leads.services import flags
from leads.services.flags import LevelChange
from leads.services.judging import Judges, judges_of
from leads.services.outcomes import EVENT_FIELDS, JUDGED_FIELDS, KEPT_FIELDS, event_row, kept_row
from leads.services.previewing import preview
from leads.services.streaming import LEADS_AT_ONCE, judged_leads, rejudge_batch
from leads.tenancy import Viewer, system

LEADS = int(os.environ.get("BENCH_LEADS", "100000"))
FEW, MANY = 10_000, int(os.environ.get("BENCH_MANY_LEADS", "100000"))
ALONE = 200
"""Leads that are judged one by one."""
ROUNDS = 3
BOUNDS = {"postgresql": 0.5, "sqlite": 0.35}
# The peak since the program began; what getrusage says includes the process that started it.
CHILD = """
import django
django.setup()
from rejudging import apply, look
from leads.models import Business
from leads.services.judging import judges_of
judges = judges_of(Business.objects.get())
look(judges)
print("changed", apply(judges))
for line in open("/proc/self/status"):
    if line.startswith("VmHWM"):
        print("peak", line.split()[1])
"""


class Batch(NamedTuple):
    """The rows that judging a batch of leads writes; those of qualifications lack their id, as do `leads`."""

    ids: list[int]
    qualifications: list[tuple[Any, ...]]
    leads: list[tuple[Any, ...]]
    events: list[tuple[Any, ...]]
    changes: list[LevelChange]


def measure(urls: Sequence[str]) -> Iterator[Row]:
    most, few, many = urls
    use(most)
    rep = business_with(everything())
    fill(rep, LEADS)
    yield from _compared(rep)
    if Path("/proc/self/status").exists():
        peaks = {leads: _peak(url, leads) for url, leads in ((few, FEW), (many, MANY))}
        yield at_most(
            f"memory of it on {connection.display_name}, {MANY:,} against {FEW:,} leads",
            peaks[MANY] / peaks[FEW],
            1.2,
            f"{peaks[MANY]:.0f} against {peaks[FEW]:.0f} MB",
        )


def _compared(rep: Viewer) -> Iterator[Row]:
    old = judges_of(rep.business)
    apply(old)
    publish(rep.business, stricter())
    new = judges_of(rep.business)
    apply(new)
    batches = list(_batches(old))
    alone = list(Lead.objects.order_by("id").values_list("id", flat=True)[:: LEADS // ALONE][:ALONE])
    # Each part but looking finds the leads as the other version judged them, and leaves none as it was.
    spent = in_turn(
        {
            "write": partial(write_plainly, batches),
            "alone": partial(one_by_one, alone, rep),
            "apply": partial(checked, new, LEADS - ALONE),
            "look": partial(look, old),
            "preview": partial(previewed, old, rep),
        },
        rounds=ROUNDS,
        before={"apply": _settle, "look": _settle, "preview": _settle, "write": _settle},
    )
    applied, wrote, looked, previewing_ = spent["apply"], spent["write"], spent["look"], spent["preview"]
    name = connection.display_name
    yield at_least(
        f"judging {LEADS:,} leads anew by 12 criteria on {name}, against writing the same rows",
        wrote.wall / applied.wall,
        BOUNDS[connection.vendor],
        f"{LEADS / applied.wall:,.0f} against {LEADS / wrote.wall:,.0f} leads/s",
    )
    yield Row("  judging alone, and writing alone", f"{LEADS / looked.wall:,.0f} and {LEADS / wrote.wall:,.0f} leads/s")
    one = spent["alone"].wall / ALONE
    yield at_least("  against judging and saving each", one * LEADS / applied.wall, 20, f"{one * 1e3:.1f} ms a lead")
    yield at_least(
        "  a preview with owners and reasons, against it",
        applied.wall / previewing_.wall,
        1,
        f"{previewing_} : {applied}",
    )
    rows = sum(
        len(batch.qualifications) + len(batch.leads) + len(batch.events) + len(batch.changes) for batch in batches
    )
    yield Row("  rows written for each lead", f"{rows / LEADS:.1f}")


def apply(judges: Judges) -> int:
    """Judge all leads of the business and write what changed, batch by batch; return how many changed."""
    leads, after, changed = Lead.objects.filter(business=judges.business), 0, 0
    while True:
        with transaction.atomic():
            done = rejudge_batch(judges, leads, NOW, after=after)
        changed += done.changed
        if done.last is None:
            return changed
        after = done.last


def checked(judges: Judges, wanted: int) -> None:
    changed = apply(judges)
    if changed != wanted:
        raise RuntimeError(f"{changed} leads changed, not {wanted}.")


def look(judges: Judges) -> Counter[tuple[str, str]]:
    """Count from which level to which all leads of the business would come."""
    leads = Lead.objects.filter(business=judges.business)
    found = judged_leads(judges, leads, NOW, with_explanation=False)
    return Counter((outcome.before.level, outcome.level.value) for outcome in found)


def previewed(judges: Judges, by: Viewer) -> None:
    """Preview the version that judged before, as a manager does."""
    version_id = judges.published[0].version_id
    found = preview(version_id=version_id, by=system(by.business, Door.COMMAND), now=NOW)
    if found.total != LEADS or not found.reasons:
        raise RuntimeError(f"The preview saw {found.total} leads and {len(found.reasons)} reasons.")


def one_by_one(leads: Sequence[int], by: Viewer) -> None:
    for lead in leads:
        services.qualify_lead(lead_id=lead, by=by, now=NOW)


def _batches(judges: Judges) -> Iterator[Batch]:
    """Yield the rows that judging all leads would write now."""
    business = judges.business.pk
    leads = Lead.objects.filter(business=business)
    batch = Batch([], [], [], [], [])
    for outcome in judged_leads(judges, leads, NOW, with_explanation=False):
        kept = kept_row(outcome, business, NOW)
        assert kept is not None
        batch.ids.append(outcome.lead_id)
        batch.qualifications.append(kept)
        batch.leads.append(outcome.figures(None))
        if outcome.rise:
            batch.events.append(event_row(outcome, business, NOW))
        change = outcome.level_change(business)
        if change is not None:
            batch.changes.append(change)
        if len(batch.ids) == LEADS_AT_ONCE:
            yield batch
            batch = Batch([], [], [], [], [])
    if batch.ids:
        yield batch


def write_plainly(batches: Sequence[Batch]) -> None:
    """Lock the leads and write these rows, in the same statements and transactions."""
    place = JUDGED_FIELDS.index("qualification")
    for batch in batches:
        with transaction.atomic():
            locked = Lead.objects.filter(pk__in=batch.ids).select_for_update(of=("self",)).order_by("pk")
            if list(locked.values_list("pk", flat=True)) != batch.ids:
                raise RuntimeError("There are other leads than before.")
            ids = bulk.next_ids(Qualification, len(batch.ids))
            bulk.insert(
                Qualification,
                ("id", *KEPT_FIELDS),
                [(pk, *row) for pk, row in zip(ids, batch.qualifications, strict=True)],
            )
            rows = [
                (lead, *figures[:place], pk, *figures[place + 1 :])
                for lead, pk, figures in zip(batch.ids, ids, batch.leads, strict=True)
            ]
            bulk.update_rows(Lead, JUDGED_FIELDS, rows)
            bulk.insert(Event, EVENT_FIELDS, batch.events)
            flags.follow(batch.changes, NOW)


def _settle() -> None:
    """Do the housekeeping that is due after so many writes, which would fall upon whatever comes next."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE leads_lead, leads_qualification, leads_event, leads_flag")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _peak(url: str, leads: int) -> float:
    """Return the most memory, in MB, that looking at so many leads and then judging them took."""
    use(url)
    fill(business_with(everything()), leads)
    connection.close()
    done = subprocess.run(
        [sys.executable, "-c", CHILD],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": url, "PYTHONPATH": f"{ROOT}{os.pathsep}{Path(__file__).parent}"},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    if f"changed {leads}\n" not in done.stdout:
        raise RuntimeError(f"The pass said: {done.stdout}")
    return int(done.stdout.split()[-1]) / 1024
