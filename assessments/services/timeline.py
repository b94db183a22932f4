"""What of a lead's history this app keeps: diagnoses and the answers that were given in them."""

from typing import Any

from django.db.models import QuerySet

from assessments.domain.answers import decode_answers
from assessments.domain.wording import spec_of
from assessments.models import Answer, Diagnosis
from assessments.services.evaluating import plan_of
from leads.domain.rules import Reason
from leads.domain.wording import UNKNOWN, shown
from leads.models import Lead
from leads.ports import TimelineSource


def _answers(lead: Lead) -> QuerySet[Any]:
    rows = Answer.objects.filter(diagnosis__lead=lead)
    found = rows.select_related("author__user", "said_by", "diagnosis__version", "diagnosis__business")
    return found.defer("diagnosis__version__document", "diagnosis__answers", "diagnosis__facts")


def _diagnoses(lead: Lead) -> QuerySet[Any]:
    rows = Diagnosis.objects.filter(lead=lead).select_related("version__template", "started_by__user")
    return rows.select_related("completed_by__user").defer("version__document", "answers", "facts")


def answer_shown(row: Answer) -> str:
    """Return the value of an answer as a person reads it."""
    plan = plan_of(row.diagnosis.version)
    value = decode_answers(plan, {row.question: row.value}).get(row.question)
    if value is None:
        return UNKNOWN[Reason.NOT_COMPUTABLE]
    return shown(spec_of(plan, row.question), value, row.diagnosis.business.currency)


def _answered(row: Answer) -> str:
    question = plan_of(row.diagnosis.version).questions.get(row.question)
    text = question.spec.text if question else row.question
    said = f" ({row.said_by})" if row.said_by else ""
    return f"{text} – {answer_shown(row)}{said}"


def _completed(row: Diagnosis) -> str:
    return f"Diagnosis completed: {row.version.template}; advice: {row.get_advice_display().lower()}"


SOURCES = [
    TimelineSource("answer", "Answer", "at", _answers, _answered, lambda row: row.author),
    TimelineSource(
        "diagnosis_started",
        "Diagnosis",
        "started_at",
        _diagnoses,
        lambda row: f"Diagnosis {'amended' if row.edition > 1 else 'begun'}: {row.version.template}",
        lambda row: row.started_by,
    ),
    TimelineSource(
        "diagnosis_completed",
        "Diagnosis",
        "completed_at",
        lambda lead: _diagnoses(lead).filter(completed_at__isnull=False),
        _completed,
        lambda row: row.completed_by,
    ),
]
