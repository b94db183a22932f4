"""The summary of a completed diagnosis, gathered from its rows."""

from datetime import datetime

from django.db.models import Q

from assessments.domain.answers import decode_answers
from assessments.domain.summary import FoundOut, Summary, summary_of
from assessments.models import Answer, Diagnosis, DiagnosisStatus, Finding
from assessments.services.evaluating import evaluation_of
from assessments.services.links import DiagnosisNotCompleted


def summary_for(diagnosis: Diagnosis, now: datetime) -> Summary:
    """Return the summary; raise DiagnosisNotCompleted for a diagnosis that still goes on, or was given up.

    The diagnosis needs its version, lead and business loaded, and must be one that its reader may see.
    """
    if diagnosis.status != DiagnosisStatus.COMPLETED:
        raise DiagnosisNotCompleted("There is a summary once the diagnosis is completed.", field="diagnosis")
    plan, evaluation = evaluation_of(diagnosis, now)
    findings = Finding.objects.filter(diagnosis=diagnosis, removed_at__isnull=True).order_by("position", "id")
    return summary_of(
        plan,
        evaluation,
        decode_answers(plan, diagnosis.answers),
        [FoundOut(row.pk, row.parent_id, row.kind, row.text) for row in findings],
        _notes(diagnosis),
        diagnosis.business.currency,
    )


def _notes(diagnosis: Diagnosis) -> dict[str, str]:
    """Return by question what was noted with its last answer, also of the editions that this one amends."""
    rows = Answer.objects.filter(business=diagnosis.business_id).order_by("diagnosis__edition", "id")
    if diagnosis.origin_id is None:
        rows = rows.filter(diagnosis=diagnosis)
    else:
        earlier = Q(diagnosis__origin=diagnosis.origin_id, diagnosis__edition__lte=diagnosis.edition)
        rows = rows.filter(earlier | Q(diagnosis=diagnosis.origin_id))
    return {row.question: row.note for row in rows}
