"""How far work in the background is, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.html import format_html

from leads.admin.reading import Badge, Lines, address_of, link
from leads.models import QualificationVersion, Rejudging, WorkStatus
from leads.tenancy import Viewer

STATES = {WorkStatus.DONE: "yes", WorkStatus.FAILED: "no", WorkStatus.RUNNING: "mql", WorkStatus.WAITING: "unknown"}
STATE_LABELS = {"Done": "success", "Failed": "danger", "Running": "info", "Waiting": "warning"}
WAITS_AT_MOST = timedelta(seconds=10)
NO_WORKER = "No worker seems to run. Whoever runs this server starts one with"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far work in the background is: a sentence, and a bar where the end is known."""

    said: str
    under_way: bool = False
    done: int = 0
    total: int = 0
    hint: str = ""  # what to do where nobody works on it
    problem: str = ""


def waits_in_vain(work: Any, now: datetime) -> str:
    """Return what to do about work that nobody begins, empty if it waits but shortly."""
    waits = work.status == WorkStatus.WAITING and now - work.requested_at > WAITS_AT_MOST
    return NO_WORKER if waits else ""


def progress_of(rejudging: Rejudging, now: datetime) -> Progress:
    """Return how far a pass over the open leads is; the total is as of when it was asked for."""
    done, total = min(rejudging.judged, rejudging.total), rejudging.total
    leads = f"{total:,} lead{'' if total == 1 else 's'}"
    counted = f"{done:,} of {leads} ({done * 100 // total if total else 100} %)"
    waiting = f"Waiting to go on: {counted} done." if done else f"Waiting to begin with {leads}."
    said = {
        WorkStatus.WAITING: waiting,
        WorkStatus.RUNNING: f"Under way: {counted} done.",
        WorkStatus.DONE: f"Done: {leads}." if total else "Done: there was no open lead.",
        WorkStatus.FAILED: f"It failed with {counted} done.",
        WorkStatus.REPLACED: f"A later one took its place with {counted} done.",
    }[WorkStatus(rejudging.status)]
    return Progress(said, rejudging.is_under_way, done, total, waits_in_vain(rejudging, now), rejudging.problem)


def judged_anew(version: QualificationVersion, by: Viewer) -> str:
    """Return a sentence with a link to how all open leads are judged anew, empty if there is none."""
    found = Rejudging.objects.visible_to(by).filter(version=version).first()
    if found is None or not found.total:
        return ""
    leads = "The only open lead is" if found.total == 1 else f"All {found.total:,} open leads are"
    return format_html(' <a href="{}" class="underline">{} being judged anew.</a>', address_of(found), leads)


def under_way(viewer: Viewer) -> list[Lines]:
    """Return what is under way or failed last, each a line with a link."""
    last = Rejudging.objects.visible_to(viewer).select_related("version__schema").defer("version__document").first()
    if last is None or not (last.is_under_way or last.status == WorkStatus.FAILED):
        return []
    said = progress_of(last, timezone.now())
    return [Lines(link(last, title_of(last)), (said.said,))]


def title_of(rejudging: Rejudging) -> str:
    """Return what the leads are judged anew after; both happened at the moment at which it was asked for."""
    version = rejudging.version
    retired = version.retired_at == rejudging.requested_at
    return f"Leads judged anew after {version} was {'retired' if retired else 'published'}"


def state_of_work(work: Any) -> Badge:
    return Badge(work.get_status_display(), STATES.get(work.status, ""))
