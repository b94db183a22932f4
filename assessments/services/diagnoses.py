"""A diagnosis from its start to its verdict."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from assessments.domain.answers import check_answer, encode_answer, evidence_of
from assessments.domain.asking import progress
from assessments.domain.engine import Evaluation, Standing
from assessments.domain.plan import TemplatePlan
from assessments.models import Answer, AssessmentTemplate, Diagnosis, DiagnosisStatus, TemplateVersion
from assessments.services.evaluating import evaluation_of, facts_of
from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.domain.rules import Fact, Reason, Unknown, Value
from leads.domain.snapshot import DOES_NOT_KNOW
from leads.domain.stages import CLOSED, Stage
from leads.domain.values import ValueType, decode, encode
from leads.models import Event, EvidenceSource, Status
from leads.services.evidence import Given, find_contact, record_evidence
from leads.services.moves import LeadIsClosed
from leads.tenancy import Viewer

BEGINS_AT = frozenset({Stage.SQL, Stage.OPPORTUNITY})
STARTED, COMPLETED = "diagnosis_started", "diagnosis_completed"


class NotYetSql(DomainError):
    code = "lead_not_sql"


class DiagnosisRunning(DomainError):
    code = "diagnosis_running"


class NoTemplate(DomainError):
    code = "no_template"


class DiagnosisCompleted(DomainError):
    code = "diagnosis_completed"


class QuestionsOpen(DomainError):
    code = "questions_open"


class DiagnosisChanged(selectors.StaleRevision):
    """Somebody was faster; `diagnosis` is how it stands now."""

    def __init__(self, diagnosis: Diagnosis, expected: int) -> None:
        super().__init__(
            f"Somebody answered meanwhile: the diagnosis is at revision {diagnosis.revision}, "
            f"you expected {expected}. Here is how it stands now.",
            field="expectedRevision",
        )
        self.diagnosis = diagnosis


def locked_diagnosis(diagnosis_id: int | None, by: Viewer) -> Diagnosis:
    """Return the diagnosis, its row locked until the transaction ends; raise NotFound."""
    found = (
        Diagnosis.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("version", "lead")
        .defer("version__document")
        .filter(pk=diagnosis_id or 0)
        .first()
    )
    if found is None:
        raise selectors.NotFound("There is no such diagnosis.", field="diagnosis")
    found.business = found.lead.business = by.business
    return found


def check_writable(diagnosis: Diagnosis, expected: int) -> None:
    """Raise DiagnosisChanged with the current state, DiagnosisCompleted, or LeadIsClosed."""
    if diagnosis.revision != expected:
        raise DiagnosisChanged(diagnosis, expected)
    if diagnosis.status != DiagnosisStatus.RUNNING:
        raise DiagnosisCompleted("This diagnosis is completed; its answers stay as they are.", field="diagnosis")
    if Stage(diagnosis.lead.stage) in CLOSED:
        raise LeadIsClosed(f"This lead is closed ({diagnosis.lead.stage}). Reopen it first.", field="diagnosis")


# --- Start, answer, complete ---------------------------------------------------------------------


@transaction.atomic
def start_diagnosis(*, lead_id: int | None, template_id: int | None, by: Viewer, now: datetime) -> Diagnosis:
    """Begin a guided diagnosis of an SQL with a template's published version, which it keeps."""
    permissions.require(by, "diagnose")
    lead = selectors.locked_lead(lead_id, by)
    if Stage(lead.stage) not in BEGINS_AT:
        raise NotYetSql(
            f"A diagnosis begins once a lead is sales qualified; this one is in {Stage(lead.stage).name}.", field="lead"
        )
    offered = AssessmentTemplate.objects.visible_to(by).filter(archived_at__isnull=True)
    template = offered.filter(pk=template_id or 0).first()
    if template is None:
        raise selectors.NotFound("There is no such template.", field="template")
    version = TemplateVersion.objects.filter(template=template, status=Status.PUBLISHED).first()
    if version is None:
        raise NoTemplate(f"{template} has no published version.", field="template")
    running = Diagnosis.objects.filter(lead=lead, version__template=template, status=DiagnosisStatus.RUNNING)
    if running.exists():
        raise DiagnosisRunning(f"A diagnosis with {template} is under way for this lead: go on with it.", field="lead")
    lead.business = by.business
    diagnosis = Diagnosis(
        business=by.business, lead=lead, version=version, started_at=now, started_by=by.membership, changed_at=now
    )
    _keep_results(diagnosis, now)
    diagnosis.save(force_insert=True)
    _event(diagnosis, STARTED, now)
    return diagnosis


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
    diagnosis.answers = {**diagnosis.answers, question: stored}
    diagnosis.revision += 1
    diagnosis.changed_at = now
    _keep_results(diagnosis, now)
    diagnosis.save(update_fields=("answers", "revision", "changed_at", *RESULTS))
    Answer.objects.create(
        business=by.business,
        diagnosis=diagnosis,
        revision=diagnosis.revision,
        question=question,
        value=stored,
        note=note.strip(),
        said_by=said_by,
        author=by.membership,
        at=now,
    )
    return diagnosis


@transaction.atomic
def complete_diagnosis(*, diagnosis_id: int | None, expected_revision: int, by: Viewer, now: datetime) -> Diagnosis:
    """Close a diagnosis whose required questions are answered: keep its verdict, write its evidence.

    The lead is judged anew by what was learned. The advice moves nothing by itself.
    """
    permissions.require(by, "diagnose")
    diagnosis = locked_diagnosis(diagnosis_id, by)
    check_writable(diagnosis, expected_revision)
    # Evidence that is recorded meanwhile waits: the verdict rests on what the lead's row says now.
    selectors.locked_lead(diagnosis.lead_id, by)
    diagnosis.lead.refresh_from_db(fields=("snapshot",))
    plan, evaluation = evaluation_of(diagnosis, now)
    standing = progress(plan, evaluation)
    if not standing.complete:
        raise QuestionsOpen(
            f"Required questions are still open: {', '.join(_required(plan, evaluation))}.", field="diagnosis"
        )
    _keep_results(diagnosis, now)
    diagnosis.facts = {key: _stored(value) for key, value in facts_of(plan, diagnosis.lead, now).items()}
    diagnosis.status, diagnosis.completed_at, diagnosis.completed_by = DiagnosisStatus.COMPLETED, now, by.membership
    diagnosis.revision += 1
    diagnosis.changed_at = now
    diagnosis.save()
    _write_evidence(diagnosis, plan, evaluation, by, now)
    _event(diagnosis, COMPLETED, now)
    return diagnosis


def _write_evidence(
    diagnosis: Diagnosis, plan: TemplatePlan, evaluation: Evaluation, by: Viewer, now: datetime
) -> None:
    """Record what was learned, each value as of when it was said and by whom, so that newer evidence stands."""
    given = {row.question: row for row in Answer.objects.filter(diagnosis=diagnosis).order_by("id")}
    values = _evidence(evidence_of(plan, evaluation), by)
    recordings: dict[tuple[datetime, int | None], dict[str, Given]] = {}
    for key, value in values.items():
        wanted = Standing.DOES_NOT_KNOW if value is None else Standing.ANSWERED
        asked = [
            given[question.key]
            for question in plan.questions.values()
            if question.attribute == key and evaluation.standing[question.key] is wanted
        ]
        said = asked[-1]
        recordings.setdefault((said.at, said.said_by_id), {})[key] = value
    for (at, said_by_id), learned in sorted(recordings.items(), key=lambda entry: entry[0][0]):
        record_evidence(
            lead_id=diagnosis.lead_id,
            values=learned,
            source=EvidenceSource.DIAGNOSIS,
            observed_at=at,
            said_by_id=said_by_id,
            by=by,
            now=now,
        )


def _required(plan: TemplatePlan, evaluation: Evaluation) -> list[str]:
    """Return the keys of required questions that wait for an answer, or for one that decides about them."""
    waiting = {Standing.OPEN, Standing.UNDECIDED}
    return [
        key
        for key, question in plan.questions.items()
        if question.spec.required and evaluation.standing[key] in waiting
    ]


def _evidence(learned: dict[str, Any], by: Viewer) -> dict[str, Given]:
    """Return what can be recorded of what was learned: attributes in use, with values they still take."""
    values: dict[str, Given] = {}
    for key, attribute in selectors.attributes_of(by, learned).items():
        if learned[key] == DOES_NOT_KNOW:
            values[key] = None
            continue
        value = decode(attribute.spec, learned[key])
        if value is not None and not attribute.is_derived:
            values[key] = value
    return values


RESULTS = (
    "good_problem",
    "will_act",
    "justifies",
    "outlook",
    "advice",
    "nurture_until",
    "cost_low",
    "cost_likely",
    "cost_high",
)


def _keep_results(diagnosis: Diagnosis, now: datetime) -> None:
    """Set the figures that lists and reports read."""
    _, evaluation = evaluation_of(diagnosis, now)
    verdict, cost = evaluation.verdict, evaluation.cost
    for answer in ("good_problem", "will_act", "justifies"):
        setattr(diagnosis, answer, getattr(verdict, answer).decision.value)
    diagnosis.outlook, diagnosis.advice = verdict.outlook.value, verdict.advice.value
    diagnosis.nurture_until = verdict.nurture_until
    diagnosis.cost_low, diagnosis.cost_likely, diagnosis.cost_high = cost.low, cost.likely, cost.high


def _stored(value: Fact) -> Any:
    return {"unknown": value.reason.value} if isinstance(value, Unknown) else encode(value)


def _event(diagnosis: Diagnosis, kind: str, now: datetime) -> None:
    data = {"diagnosis": diagnosis.pk, "advice": diagnosis.advice, "revision": diagnosis.revision}
    Event.objects.create(business_id=diagnosis.business_id, lead_id=diagnosis.lead_id, kind=kind, at=now, data=data)
