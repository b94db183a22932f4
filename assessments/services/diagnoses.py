"""A diagnosis from its start to its verdict."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import transaction

from assessments.domain.answers import check_answer, decode_answers, encode_answer, evidence_of
from assessments.domain.asking import progress
from assessments.domain.engine import Evaluation, Standing, evaluate
from assessments.domain.plan import TemplatePlan, compile_template
from assessments.domain.template_document import read
from assessments.models import Answer, AssessmentTemplate, Diagnosis, DiagnosisStatus, TemplateVersion
from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.domain.rules import Fact, Reason, Unknown, Value
from leads.domain.snapshot import DOES_NOT_KNOW, fact
from leads.domain.stages import Stage
from leads.domain.values import decode, encode
from leads.models import Event, EvidenceSource, Lead, Status
from leads.services.evidence import Given, find_contact, record_evidence
from leads.tenancy import Viewer

BEGINS_AT = frozenset({Stage.SQL, Stage.OPPORTUNITY})
STARTED, ANSWERED, COMPLETED = "diagnosis_started", "question_answered", "diagnosis_completed"


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


# --- What an answer rests on ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Source:
    """A published document, known by its checksum and read only where it was not compiled yet."""

    checksum: str
    load: Callable[[], str] = field(compare=False)


@lru_cache(maxsize=256)
def _compiled(source: Source) -> TemplatePlan:
    return compile_template(read(source.load()))


def plan_of(version: TemplateVersion) -> TemplatePlan:
    """Return the compiled plan of a published version; its document may be deferred."""
    return _compiled(Source(version.checksum, lambda: version.document))


def evaluation_of(diagnosis: Diagnosis, now: datetime) -> tuple[TemplatePlan, Evaluation]:
    """Return what the answers mean: now for a running diagnosis, then for a completed one.

    Worked out once a row. The diagnosis needs its version, lead and business loaded.
    """
    kept = diagnosis.__dict__.get("_evaluation")
    if kept is None or kept[0] != diagnosis.revision:
        plan = plan_of(diagnosis.version)
        answers = decode_answers(plan, diagnosis.answers)
        moment = diagnosis.completed_at or now
        today = selectors.local_day(diagnosis.business, moment)
        facts = kept_facts(plan, diagnosis) if diagnosis.completed_at else facts_of(plan, diagnosis.lead, now)
        kept = diagnosis.revision, plan, evaluate(plan, answers, facts, today)
        diagnosis.__dict__["_evaluation"] = kept
    return kept[1], kept[2]


def take_evaluation(diagnosis: Diagnosis, of: Diagnosis) -> None:
    """Let a row that was read again rest on what was worked out for it, unless it changed since."""
    kept = of.__dict__.get("_evaluation")
    if kept is not None and kept[0] == diagnosis.revision and diagnosis.completed_at is None:
        diagnosis.__dict__["_evaluation"] = kept


def facts_of(plan: TemplatePlan, lead: Lead, now: datetime) -> dict[str, Fact]:
    """Return what is known of the lead of the attributes that the template reads."""
    counting = [spec for spec in plan.attributes.values() if spec.counts_days is not None]
    counts = (
        selectors.count_engagements(lead.business, [spec.window for spec in counting], [lead.pk], now).get(lead.pk, {})
        if counting
        else {}
    )
    known: dict[str, Fact] = {spec.key: Decimal(counts.get(spec.window, 0)) for spec in counting}
    for key, spec in plan.attributes.items():
        if key not in known:
            known[key], _ = fact(spec, lead.snapshot.get(key), now, spec.freshness_days)
    return known


def kept_facts(plan: TemplatePlan, diagnosis: Diagnosis) -> dict[str, Fact]:
    """Return what was known when the diagnosis was completed."""
    known: dict[str, Fact] = {}
    for key, stored in diagnosis.facts.items():
        if isinstance(stored, dict) and "unknown" in stored:
            known[key] = Unknown(Reason(stored["unknown"]), (key,))
        elif key in plan.attributes:
            value = decode(plan.attributes[key], stored)
            known[key] = Unknown(Reason.NOT_COMPUTABLE, (key,)) if value is None else value
    return known


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
    """Raise DiagnosisChanged with the current state, or DiagnosisCompleted."""
    if diagnosis.revision != expected:
        raise DiagnosisChanged(diagnosis, expected)
    if diagnosis.status != DiagnosisStatus.RUNNING:
        raise DiagnosisCompleted("This diagnosis is completed; its answers stay as they are.", field="diagnosis")


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
    template = AssessmentTemplate.objects.visible_to(by).filter(pk=template_id or 0).first()
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
) -> Diagnosis:
    """Record one answer, or correct one; None says that the prospect does not know.

    Raises AnswerRefused for a hidden or unknown question and for a value that does not fit, and
    DiagnosisChanged with the current state if somebody was faster. Nothing is changed then.
    """
    permissions.require(by, "diagnose")
    diagnosis = locked_diagnosis(diagnosis_id, by)
    check_writable(diagnosis, expected_revision)
    said_by = find_contact(said_by_id, diagnosis.lead, by, field="saidBy")
    plan, before = evaluation_of(diagnosis, now)
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
    values = _evidence(evidence_of(plan, evaluation), by)
    if values:
        record_evidence(lead_id=diagnosis.lead_id, values=values, source=EvidenceSource.DIAGNOSIS, by=by, now=now)
    _event(diagnosis, COMPLETED, now)
    return diagnosis


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
