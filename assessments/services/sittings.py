"""How a diagnosis is led: put a question off, go to a section, pause, resume, give up."""

from datetime import datetime

from django.db import transaction

from assessments.domain.asking import check_unanswered
from assessments.domain.template import Dimension
from assessments.models import Diagnosis, DiagnosisStatus
from assessments.services.diagnosis_rows import (
    ABANDONED,
    DiagnosisRunning,
    begin_conversation,
    check_expected,
    check_open,
    check_unfinished,
    check_writable,
    end_conversation,
    follow,
    given_reason,
    locked_diagnosis,
    tell,
)
from assessments.services.evaluating import evaluation_of
from leads import permissions
from leads.tenancy import Viewer


@transaction.atomic
def skip_question(
    *, diagnosis_id: int | None, question: str, expected_revision: int, by: Viewer, now: datetime
) -> Diagnosis:
    """Put an open question off until all others are asked; once more puts it behind the others put off."""
    permissions.require(by, "diagnose")
    diagnosis = locked_diagnosis(diagnosis_id, by)
    check_writable(diagnosis, expected_revision)
    check_unanswered(*evaluation_of(diagnosis, now), question)
    diagnosis.skipped = [*(key for key in diagnosis.skipped if key != question), question]
    return _saved(diagnosis, now, "skipped")


@transaction.atomic
def go_to_section(
    *, diagnosis_id: int | None, section: Dimension | None, expected_revision: int, by: Viewer, now: datetime
) -> Diagnosis:
    """Ask on from this section; None goes back to the order."""
    permissions.require(by, "diagnose")
    diagnosis = locked_diagnosis(diagnosis_id, by)
    check_writable(diagnosis, expected_revision)
    diagnosis.section = section.value if section else ""
    return _saved(diagnosis, now, "section")


@transaction.atomic
def pause_diagnosis(*, diagnosis_id: int | None, expected_revision: int, by: Viewer, now: datetime) -> Diagnosis:
    """Put the diagnosis by and end its conversation; nothing is answered until it is resumed."""
    permissions.require(by, "diagnose")
    diagnosis = locked_diagnosis(diagnosis_id, by)
    check_writable(diagnosis, expected_revision)
    diagnosis.status, diagnosis.paused_at = DiagnosisStatus.PAUSED, now
    end_conversation(diagnosis, now)
    return _saved(diagnosis, now, "status", "paused_at", "conversation")


@transaction.atomic
def resume_diagnosis(*, diagnosis_id: int | None, expected_revision: int, by: Viewer, now: datetime) -> Diagnosis:
    """Take a paused diagnosis up again where it stood, in a new conversation."""
    permissions.require(by, "diagnose")
    diagnosis = locked_diagnosis(diagnosis_id, by)
    check_expected(diagnosis, expected_revision)
    check_unfinished(diagnosis)
    if diagnosis.status == DiagnosisStatus.RUNNING:
        raise DiagnosisRunning("This diagnosis is not paused: go on with it.", field="diagnosis")
    check_open(diagnosis.lead)
    diagnosis.status, diagnosis.paused_at = DiagnosisStatus.RUNNING, None
    begin_conversation(diagnosis, by, now)
    return _saved(diagnosis, now, "status", "paused_at", "conversation")


@transaction.atomic
def abandon_diagnosis(
    *, diagnosis_id: int | None, reason: str, expected_revision: int, by: Viewer, now: datetime
) -> Diagnosis:
    """Give a diagnosis up, also one of a closed lead: it counts for nothing, and a new one may begin."""
    permissions.require(by, "diagnose")
    diagnosis = locked_diagnosis(diagnosis_id, by)
    check_expected(diagnosis, expected_revision)
    check_unfinished(diagnosis)
    diagnosis.abandoned_because = given_reason(reason)
    diagnosis.status, diagnosis.paused_at = DiagnosisStatus.ABANDONED, None
    diagnosis.abandoned_at, diagnosis.abandoned_by = now, by.membership
    end_conversation(diagnosis, now)
    _saved(diagnosis, now, "status", "paused_at", "conversation", "abandoned_at", "abandoned_by", "abandoned_because")
    tell(diagnosis, ABANDONED, now)
    follow(diagnosis, now)
    return diagnosis


def _saved(diagnosis: Diagnosis, now: datetime, *changed: str) -> Diagnosis:
    diagnosis.revision += 1
    diagnosis.changed_at = now
    diagnosis.save(update_fields=("revision", "changed_at", *changed))
    return diagnosis
