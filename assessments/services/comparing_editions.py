"""Two diagnoses side by side."""

from dataclasses import dataclass
from datetime import datetime

from assessments.domain.answers import decode_answers
from assessments.domain.edition_difference import Difference, Found, Side, compare
from assessments.models import Diagnosis, Finding
from assessments.services.evaluating import evaluation_of
from leads.tenancy import Viewer


@dataclass(frozen=True, slots=True)
class Comparison:
    before: Side
    after: Side
    difference: Difference


def compare_diagnoses(*, before_id: int | None, after_id: int | None, by: Viewer, now: datetime) -> Comparison | None:
    """Return what the later one found differently.

    None if either is not there, or if they have neither lead nor template in common.
    """
    rows = Diagnosis.objects.visible_to(by).filter(pk__in=[before_id or 0, after_id or 0])
    found = {row.pk: row for row in rows.select_related("version", "lead", "business").defer("version__document")}
    before, after = found.get(before_id or 0), found.get(after_id or 0)
    if before is None or after is None:
        return None
    if before.lead_id != after.lead_id and before.version.template_id != after.version.template_id:
        return None
    findings: dict[int, list[Finding]] = {before.pk: [], after.pk: []}
    standing = Finding.objects.filter(diagnosis__in=findings, removed_at__isnull=True).select_related("parent")
    for row in standing.order_by("id"):
        findings[row.diagnosis_id].append(row)
    sides = [_side(row, findings[row.pk], now) for row in (before, after)]
    return Comparison(sides[0], sides[1], compare(sides[0], sides[1]))


def _side(diagnosis: Diagnosis, findings: list[Finding], now: datetime) -> Side:
    plan, evaluation = evaluation_of(diagnosis, now)
    return Side(plan, evaluation, decode_answers(plan, diagnosis.answers), [_found(row) for row in findings])


def _found(row: Finding) -> Found:
    parent = row.parent.text if row.parent else ""
    return Found(row.kind, row.text, parent, row.new_to_prospect, tuple(row.questions), row.at)
