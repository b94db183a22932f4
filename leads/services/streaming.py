"""Judging all leads of a business in one pass: page by page, with memory that does not grow with them.

Both ways judge alike, `judged_leads` to see what would come of it, `rejudge_batch` to write it.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, QuerySet, TextField, Value, When
from django.db.models.functions import Cast

from leads.domain.movement import Movement
from leads.models import Lead, Qualification
from leads.services.judges import Judges
from leads.services.outcomes import JudgedLead, LeadRow, Sitting, write

LEADS_AT_ONCE = 2_000
COLUMNS = (
    "pk",
    "owner_id",
    "stage",
    "level",
    "possible_level",
    "score",
    "worst",
    "best",
    "qualification_id",
    "judge_again_at",
    "override_level",
    "override_expires_at",
    "known",
    "qualification__version_id",
    "qualification__order_ready",
    "kept",
)
"""In the order of a LeadRow; `known` is the snapshot's text."""


class BatchResult(NamedTuple):
    """What became of a batch; `last` is the key of its last lead, None if there were none."""

    last: int | None
    judged: int
    changed: int
    moves: Counter[Movement]


def judged_leads(
    judges: Judges, leads: QuerySet[Lead], now: datetime, *, with_explanation: bool, after: int = 0
) -> Iterator[JudgedLead]:
    """Yield how these leads of the judges' business are judged, in the order of their keys from `after` on.

    Nothing is written. Without the explanations that are kept, every outcome would be news.
    """
    sitting = Sitting(judges, now)
    versions = [entry.version_id for entry in judges.published] if with_explanation else []
    while True:
        page = _page(leads, versions, after, LEADS_AT_ONCE)
        yield from sitting.outcomes(page)
        if len(page) < LEADS_AT_ONCE:
            return
        after = page[-1].lead_id


def rejudge_batch(
    judges: Judges, leads: QuerySet[Lead], now: datetime, *, after: int = 0, at_most: int = LEADS_AT_ONCE
) -> BatchResult:
    """Judge the next of these leads behind `after`, in the order of their keys, and write what changed.

    To be called in a transaction, which holds the leads' rows until it ends.
    """
    versions = [entry.version_id for entry in judges.published]
    page = _page(leads.select_for_update(of=("self",)), versions, after, at_most)
    if not page:
        return BatchResult(None, 0, 0, Counter())
    outcomes = list(Sitting(judges, now).outcomes(_read_again(page)))
    changes = write(outcomes, judges, now)
    moves = Counter(outcome.movement for outcome in outcomes)
    return BatchResult(last=page[-1].lead_id, judged=len(page), changed=len(changes), moves=moves)


def _page(leads: QuerySet[Lead], versions: list[int], after: int, at_most: int) -> list[LeadRow]:
    """Return the next leads, with the explanations that one of these versions gave.

    Another version's explanation cannot say the same, so it is not fetched.
    """
    kept = Case(
        When(qualification__version__in=versions, then="qualification__explanation"),
        default=Value(""),
        output_field=TextField(),
    )
    rows: Any = (
        leads.filter(pk__gt=after)
        .order_by("pk")
        .annotate(known=Cast("snapshot", TextField()), kept=kept)
        .values_list(*COLUMNS)[:at_most]
    )
    return list(map(LeadRow._make, rows))


def _read_again(page: list[LeadRow]) -> list[LeadRow]:
    """Return the page with the qualifications that came while its rows were waited for.

    PostgreSQL reads a row again that somebody else had locked, but not what is joined to it.
    """
    missed = [row.qualification_id for row in page if row.qualification_id is not None and row.version_id is None]
    if not missed:
        return page
    found = Qualification.objects.in_bulk(missed)
    return [_with(row, found.get(row.qualification_id or 0)) for row in page]


def _with(row: LeadRow, qualification: Qualification | None) -> LeadRow:
    if qualification is None:
        return row
    return row._replace(
        version_id=qualification.version_id,
        order_ready=qualification.order_ready,
        explanation=qualification.explanation,
    )
