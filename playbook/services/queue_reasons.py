"""What is said of the items on one page of a work queue: their kinds, and the reasons for their places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Min

from assessments.domain.asking import next_question
from assessments.domain.template import Advice, Dimension
from assessments.models import Diagnosis, DiagnosisStatus
from assessments.services.evaluating import evaluations_of
from leads.domain.stages import Stage
from leads.domain.working_time import WorkingCalendar
from leads.models import Role
from leads.services.working_time import working_calendar
from playbook.domain.ranking_work import NURTURED, WorkKind
from playbook.domain.steps import SALES_TALK, StepKind, StepStatus
from playbook.domain.wording_work import Promise, Standing, said_of_promise, said_of_standing
from playbook.models import NextStep, QueuePlace
from playbook.services.queue import Item, Whose


@dataclass(frozen=True, slots=True)
class Work:
    """An item with what is said of it; `due_at` is that of the promise, else of the lead's first planned step."""

    item: Item
    kind: WorkKind
    reason: str
    unknowns: int
    since: datetime
    due_at: datetime | None
    diagnosis_id: int | None


def explained(whose: Whose, items: Sequence[Item]) -> list[Work]:
    """Return the items in their order with their reasons; the number of queries is fixed."""
    if not items:
        return []
    calendar = working_calendar(whose.viewer.business)
    lead_ids = [item.lead_id for item in items]
    places = QueuePlace.objects.filter(lead__in=lead_ids).select_related("lead")
    found = {place.lead_id: place for place in places}
    promised = NextStep.objects.filter(pk__in=[item.step_id for item in items if item.step_id is not None])
    steps = {step.pk: step for step in promised.select_related("assigned_to__user", "lead")}
    planned = _planned(lead_ids)
    asked = _next_questions(whose, [found[item.lead_id] for item in items if item.step_id is None])
    return [
        _of_promise(whose, item, found.get(item.lead_id), steps[item.step_id], calendar)
        if item.step_id is not None
        else _of_lead(whose, item, found[item.lead_id], planned.get(item.lead_id), asked, calendar)
        for item in items
    ]


def _of_promise(whose: Whose, item: Item, place: QueuePlace | None, step: NextStep, calendar: WorkingCalendar) -> Work:
    kind = StepKind(step.kind)
    is_nurture = Stage(step.lead.stage) in NURTURED and kind not in SALES_TALK
    promise = Promise(kind, step.title, step.due_at, _by_whom(whose, step))
    return Work(
        item=item,
        kind=WorkKind.NURTURE if is_nurture else WorkKind.PROMISE,
        reason=said_of_promise(promise, whose.now, calendar),
        unknowns=place.unknowns if place else 0,
        since=step.created_at,
        due_at=step.due_at,
        diagnosis_id=place.diagnosis_id if place else None,
    )


def _by_whom(whose: Whose, step: NextStep) -> str:
    """Return who promised, empty if it is who reads."""
    if step.assigned_to is None:
        return f"Somebody of {Role(step.role).label.lower()}"
    reader = whose.viewer.membership
    return "" if reader is not None and step.assigned_to_id == reader.pk else str(step.assigned_to.user)


def _of_lead(
    whose: Whose,
    item: Item,
    place: QueuePlace,
    planned: datetime | None,
    asked: dict[int, tuple[Diagnosis, str]],
    calendar: WorkingCalendar,
) -> Work:
    lead, kind = place.lead, WorkKind(place.kind)
    diagnosis, ask = asked.get(place.diagnosis_id or 0, (None, ""))
    standing = Standing(
        kind=kind,
        stage=Stage(lead.stage),
        since=lead.stage_since,
        look_again=lead.nurture_until,
        asked_at=lead.wants_conversation_at,
        next_step=planned,
        unknowns=place.unknowns,
        has_completed=diagnosis is not None and diagnosis.status == DiagnosisStatus.COMPLETED,
        advice=Advice(diagnosis.advice) if diagnosis else None,
        ask=ask,
        urgency=diagnosis.urgency if diagnosis else None,
        cost=diagnosis.cost_likely if diagnosis else Decimal(0),
        currency=whose.viewer.business.currency,
    )
    return Work(
        item=item,
        kind=kind,
        reason=said_of_standing(standing, whose.now, calendar),
        unknowns=place.unknowns,
        since=lead.wants_conversation_at or lead.stage_since if kind == WorkKind.CONVERSATION else lead.stage_since,
        due_at=planned,
        diagnosis_id=place.diagnosis_id,
    )


def _planned(lead_ids: Sequence[int]) -> dict[int, datetime]:
    steps = NextStep.objects.filter(lead__in=lead_ids, status=StepStatus.OPEN).order_by()
    return dict(steps.values("lead").annotate(first=Min("due_at")).values_list("lead", "first"))


def _next_questions(whose: Whose, places: Sequence[QueuePlace]) -> dict[int, tuple[Diagnosis, str]]:
    """Return the diagnoses behind these places by their keys, each with the text of the next question to ask."""
    wanted = [place.diagnosis_id for place in places if place.diagnosis_id is not None]
    if not wanted:
        return {}
    rows = Diagnosis.objects.filter(pk__in=wanted).select_related("version", "lead").defer("version__document")
    diagnoses = list(rows)
    for diagnosis in diagnoses:
        diagnosis.business = diagnosis.lead.business = whose.viewer.business
    found = {}
    for diagnosis, (plan, evaluation) in zip(diagnoses, evaluations_of(diagnoses, whose.now), strict=True):
        section = Dimension(diagnosis.section) if diagnosis.section else None
        asked = next_question(plan, evaluation, diagnosis.skipped, section)
        found[diagnosis.pk] = (diagnosis, asked.spec.text if asked is not None else "")
    return found
