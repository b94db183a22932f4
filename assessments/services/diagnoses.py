"""A diagnosis from its start to its verdict."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from assessments.domain.answers import check_answer, encode_answer
from assessments.domain.asking import check_unanswered, progress
from assessments.domain.engine import Evaluation, Standing
from assessments.domain.plan import TemplatePlan
from assessments.models import Answer, AssessmentTemplate, Diagnosis, DiagnosisStatus, TemplateVersion
from assessments.services.diagnosis_rows import (
    COMPLETED,
    RESULTS,
    STARTED,
    DiagnosisAbandoned,
    DiagnosisChanged,
    DiagnosisCompleted,
    DiagnosisPaused,
    DiagnosisRunning,
    begin_conversation,
    check_none_under_way,
    check_open,
    check_writable,
    end_conversation,
    follow,
    keep_results,
    locked_diagnosis,
    tell,
    tell_changed_verdict,
    verdict_of,
)
from assessments.services.evaluating import evaluation_of, facts_of
from assessments.services.known import beside, own_known, own_links
from assessments.services.learning import write_evidence
from assessments.services.proposing import proposed_version
from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.domain.rules import Fact, Reason, Unknown, Value
from leads.domain.stages import Stage
from leads.domain.values import ValueType, encode
from leads.models import Contact, Lead, Status
from leads.services.evidence import find_contact
from leads.services.lines import words
from leads.tenancy import Viewer

__all__ = [
    "DiagnosisAbandoned",
    "DiagnosisChanged",
    "DiagnosisCompleted",
    "DiagnosisPaused",
    "DiagnosisRunning",
    "answer_question",
    "complete_diagnosis",
    "confirm_known",
    "start_diagnosis",
]

BEGINS_AT = frozenset({Stage.SQL, Stage.OPPORTUNITY})


class NotYetSql(DomainError):
    code = "lead_not_sql"


class NoTemplate(DomainError):
    code = "no_template"


class QuestionsOpen(DomainError):
    code = "questions_open"


class NothingKnown(DomainError):
    code = "nothing_known"


def check_begins(lead: Lead, field: str = "lead") -> None:
    """Raise NotYetSql where the lead is in no stage that is diagnosed."""
    if Stage(lead.stage) not in BEGINS_AT:
        raise NotYetSql(
            f"A diagnosis begins once a lead is sales qualified; this one is in {Stage(lead.stage).name}.", field=field
        )


# --- Start, answer, complete ---------------------------------------------------------------------


@transaction.atomic
def start_diagnosis(*, lead_id: int | None, template_id: int | None = None, by: Viewer, now: datetime) -> Diagnosis:
    """Begin a guided diagnosis of an SQL with a template's published version, which it keeps.

    Without a template it is the first that fits what is known of the lead; raises NoTemplateProposed if none does.
    """
    permissions.require(by, "diagnose")
    lead = selectors.locked_lead(lead_id, by)
    check_begins(lead)
    lead.business = by.business
    version = proposed_version(lead, by, now) if template_id is None else _published(template_id, by)
    check_none_under_way(lead, version.template_id, version.template)
    diagnosis = Diagnosis(
        business=by.business, lead=lead, version=version, started_at=now, started_by=by.membership, changed_at=now
    )
    keep_results(diagnosis, now)
    diagnosis.save(force_insert=True)
    begin_conversation(diagnosis, by, now)
    diagnosis.save(update_fields=("conversation",))
    tell(diagnosis, STARTED, now)
    follow(diagnosis, now)
    return diagnosis


def _published(template_id: int, by: Viewer) -> TemplateVersion:
    offered = AssessmentTemplate.objects.visible_to(by).filter(archived_at__isnull=True)
    template = offered.filter(pk=template_id).first()
    if template is None:
        raise selectors.NotFound("There is no such template.", field="template")
    version = TemplateVersion.objects.filter(template=template, status=Status.PUBLISHED).first()
    if version is None:
        raise NoTemplate(f"{template} has no published version.", field="template")
    version.template = template
    return version


@transaction.atomic
def answer_question(
    *,
    diagnosis_id: int | None,
    question: str,
    value: Value | None,
    expected_revision: int,
    by: Viewer,
    now: datetime,
    note: str = "",
    said_by_id: int | None = None,
    fits: Callable[[ValueType], None] | None = None,
) -> Diagnosis:
    """Record one answer, or correct one; None says that the prospect does not know.

    Raises UnknownQuestion or QuestionNotReachable, a ValueRefused for a value that does not fit, and
    DiagnosisChanged with the current state if somebody was faster. Nothing is changed then. A door that knows in which
    form the value was given refuses it in `fits`, which is told what the question takes.
    """
    permissions.require(by, "diagnose")
    diagnosis = locked_diagnosis(diagnosis_id, by)
    check_writable(diagnosis, expected_revision)
    said_by = find_contact(said_by_id, diagnosis.lead, by, field="saidBy")
    plan, before = evaluation_of(diagnosis, now)
    if fits is not None and question in plan.questions:
        fits(plan.questions[question].value.type)
    given = Unknown(Reason.DOES_NOT_KNOW, (question,)) if value is None else value
    stored = encode_answer(check_answer(plan, before, question, given))
    _record(diagnosis, question, stored, Answer.Origin.ASKED, words("note", note), said_by, by, now)
    return diagnosis


@transaction.atomic
def confirm_known(
    *, diagnosis_id: int | None, question: str, expected_revision: int, by: Viewer, now: datetime
) -> Diagnosis:
    """Record what is known already as the answer to an open question, now that somebody confirmed it.

    Raises QuestionAnswered, NothingKnown if no fresh value is offered for it, and what `answer_question` raises.
    """
    permissions.require(by, "diagnose")
    diagnosis = locked_diagnosis(diagnosis_id, by)
    check_writable(diagnosis, expected_revision)
    plan, before = evaluation_of(diagnosis, now)
    check_unanswered(plan, before, question)
    own = own_known(plan, own_links(diagnosis), now)
    offered = beside(diagnosis, plan.questions[question], own, now).offered
    if offered is None:
        raise NothingKnown(f"Nothing fresh is known about `{question}` to confirm: ask it.", field=question)
    stored = encode_answer(check_answer(plan, before, question, offered.value))
    said_by = Contact.everything.filter(pk=offered.said_by).first() if offered.said_by else None
    said_by = said_by.the_one_kept if said_by is not None else None
    _record(diagnosis, question, stored, Answer.Origin.CONFIRMED, "", said_by, by, now)
    return diagnosis


def _record(
    diagnosis: Diagnosis,
    question: str,
    stored: Any,
    origin: Answer.Origin,
    note: str,
    said_by: Contact | None,
    by: Viewer,
    now: datetime,
) -> None:
    diagnosis.answers = {**diagnosis.answers, question: stored}
    diagnosis.skipped = [key for key in diagnosis.skipped if key != question]
    diagnosis.revision += 1
    diagnosis.changed_at = now
    before = verdict_of(diagnosis)
    keep_results(diagnosis, now)
    diagnosis.save(update_fields=("answers", "skipped", "revision", "changed_at", *RESULTS))
    Answer.objects.create(
        business=by.business,
        diagnosis=diagnosis,
        conversation_id=diagnosis.conversation_id,
        revision=diagnosis.revision,
        question=question,
        value=stored,
        origin=origin,
        note=note,
        said_by=said_by,
        author=by.membership,
        at=now,
    )
    tell_changed_verdict(diagnosis, before, now, locked=False)
    follow(diagnosis, now)


@transaction.atomic
def complete_diagnosis(*, diagnosis_id: int | None, expected_revision: int, by: Viewer, now: datetime) -> Diagnosis:
    """Close a diagnosis whose required questions are answered: keep its verdict, write its evidence.

    The lead is judged anew by what was learned. The advice moves nothing by itself.
    """
    permissions.require(by, "diagnose")
    diagnosis = locked_diagnosis(diagnosis_id, by)
    check_writable(diagnosis, expected_revision)
    # Evidence and moves that are made meanwhile wait: the verdict rests on what the lead's row says now.
    diagnosis.lead = selectors.locked_lead(diagnosis.lead_id, by)
    diagnosis.lead.business = by.business
    check_open(diagnosis.lead)
    plan, evaluation = evaluation_of(diagnosis, now)
    standing = progress(plan, evaluation)
    if not standing.complete:
        raise QuestionsOpen(
            f"Required questions are still open: {', '.join(_required(plan, evaluation))}.", field="diagnosis"
        )
    before = verdict_of(diagnosis)
    keep_results(diagnosis, now)
    diagnosis.facts = {key: _stored(value) for key, value in facts_of(plan, diagnosis.lead, now).items()}
    diagnosis.status, diagnosis.completed_at, diagnosis.completed_by = DiagnosisStatus.COMPLETED, now, by.membership
    diagnosis.revision += 1
    diagnosis.changed_at = now
    end_conversation(diagnosis, now)
    diagnosis.save()
    write_evidence(diagnosis, plan, evaluation, by, now)
    tell_changed_verdict(diagnosis, before, now, locked=True)
    tell(diagnosis, COMPLETED, now)
    follow(diagnosis, now)
    return diagnosis


def _required(plan: TemplatePlan, evaluation: Evaluation) -> list[str]:
    """Return the keys of required questions that wait for an answer, or for one that decides about them."""
    waiting = {Standing.OPEN, Standing.UNDECIDED}
    return [
        key
        for key, question in plan.questions.items()
        if question.spec.required and evaluation.standing[key] in waiting
    ]


def _stored(value: Fact) -> Any:
    return {"unknown": value.reason.value} if isinstance(value, Unknown) else encode(value)
