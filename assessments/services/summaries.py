"""The summary of a completed diagnosis, gathered from its rows."""

from datetime import datetime

from assessments.domain.answers import decode_answers
from assessments.domain.summary import FoundOut, Summary, summary_of
from assessments.models import Diagnosis, DiagnosisStatus, Finding
from assessments.services.editions import given_rows
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
        {key: row.note for key, row in given_rows(diagnosis).items()},
        diagnosis.business.currency,
    )
