"""Where leads stand in work queues, kept in step with everything that ranks them."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Exists, Min, Q, Value, When

from assessments.domain.template import Advice, Outlook
from assessments.models import UNFINISHED, Diagnosis, DiagnosisStatus
from leads import live
from leads.domain.qualification import Decision
from leads.domain.stages import CLOSED, Stage
from leads.models import Business, Lead
from playbook.domain.ranking_work import DIAGNOSED, Circumstances, Rank, Verdict, rank
from playbook.domain.steps import StepStatus
from playbook.models import NextStep, QueuePlace

KEPT = ("owner_id", "kind", "rank", "unknowns", "diagnosis_id")
AT_ONCE = 1_000


def topic_of(business_id: int, member_id: int | None) -> str:
    """Return the topic under which a change of a member's queue is told; without a member, of what is a role's."""
    return live.topic("queue", member_id) if member_id is not None else live.topic("queue_of_roles", business_id)


def tell_queues(business_id: int, member_ids: Iterable[int | None]) -> None:
    """Tell whose queues changed, once the transaction is committed."""
    live.tell(*sorted({topic_of(business_id, member_id) for member_id in member_ids}))


def rank_leads(business: Business, lead_ids: Collection[int], now: datetime) -> None:
    """Rank these leads anew in the caller's transaction; closed ones leave the queue. Again is as good as once.

    The number of statements is fixed for up to AT_ONCE leads. Who watches a queue that changes by it is told.
    """
    wanted = sorted(set(lead_ids))
    changed: set[int | None] = set()
    for start in range(0, len(wanted), AT_ONCE):
        changed |= _rank_some(business, wanted[start : start + AT_ONCE], now)
    tell_queues(business.pk, changed)


def _rank_some(business: Business, lead_ids: list[int], now: datetime) -> set[int | None]:
    """Return whose queues changed; None stands for those of roles."""
    leads = Lead.objects.filter(business=business, pk__in=lead_ids)
    found = list(
        leads.exclude(stage__in=CLOSED).only(
            "owner_id", "stage", "stage_since", "nurture_until", "wants_conversation_at", "business_id"
        )
    )
    diagnoses = _diagnoses([lead for lead in found if Stage(lead.stage) in DIAGNOSED])
    steps = _first_steps(lead_ids)
    known = {place.lead_id: place for place in QueuePlace.objects.filter(business=business, lead__in=lead_ids)}
    places = [_place(business, lead, steps.get(lead.pk), diagnoses.get(lead.pk)) for lead in found]
    fresh = [place for place in places if _kept(place) != _kept(known.get(place.lead_id))]
    gone = known.keys() - {place.lead_id for place in places}
    if gone:
        QueuePlace.objects.filter(lead__in=gone).delete()
    QueuePlace.objects.bulk_create(
        fresh,
        update_conflicts=True,
        unique_fields=["lead"],
        update_fields=[name.removesuffix("_id") for name in KEPT],
    )
    before = [known[lead_id] for lead_id in {*gone, *(place.lead_id for place in fresh)} & known.keys()]
    return {place.owner_id for place in (*before, *fresh)}


def _kept(place: QueuePlace | None) -> tuple[Any, ...] | None:
    return None if place is None else tuple(getattr(place, name) for name in KEPT)


def _place(business: Business, lead: Lead, next_step: datetime | None, diagnosis: Diagnosis | None) -> QueuePlace:
    found = _rank(business, lead, next_step, diagnosis)
    return QueuePlace(
        business=business,
        lead_id=lead.pk,
        owner_id=lead.owner_id,
        kind=found.kind.value,
        rank=found.number,
        unknowns=found.unknowns,
        diagnosis=diagnosis,
    )


def _rank(business: Business, lead: Lead, next_step: datetime | None, diagnosis: Diagnosis | None) -> Rank:
    def day(moment: datetime) -> date:
        return moment.astimezone(business.zone).date()

    circumstances = Circumstances(
        stage=Stage(lead.stage),
        since=lead.stage_since,
        day=day(lead.stage_since),
        asked_at=lead.wants_conversation_at,
        look_again=lead.nurture_until,
        next_step=day(next_step) if next_step else None,
        verdict=_verdict(diagnosis) if diagnosis else None,
    )
    return rank(circumstances)


def _verdict(diagnosis: Diagnosis) -> Verdict:
    return Verdict(
        good_problem=Decision(diagnosis.good_problem),
        will_act=Decision(diagnosis.will_act),
        justifies=Decision(diagnosis.justifies),
        outlook=Outlook(diagnosis.outlook),
        advice=Advice(diagnosis.advice),
        urgency=diagnosis.urgency,
        cost=diagnosis.cost_likely,
        is_completed=diagnosis.status == DiagnosisStatus.COMPLETED,
    )


def _first_steps(lead_ids: list[int]) -> dict[int, datetime]:
    """Return when the first open step of each lead is due."""
    steps = NextStep.objects.filter(lead__in=lead_ids, status=StepStatus.OPEN).order_by()
    return dict(steps.values("lead").annotate(first=Min("due_at")).values_list("lead", "first"))


def _diagnoses(leads: list[Lead]) -> dict[int, Diagnosis]:
    """Return the diagnosis that ranks each lead: the newest under way, else the newest that was completed.

    One that was completed before a lead became an SQL counts no more.
    """
    if not leads:
        return {}
    since = {lead.pk: lead.stage_since for lead in leads if lead.stage == Stage.SQL}
    standing = Q(status__in=UNFINISHED) | Q(status=DiagnosisStatus.COMPLETED)
    columns = ("lead_id", "status", "completed_at", "urgency", "cost_likely")
    answers = ("good_problem", "will_act", "justifies", "outlook", "advice")
    rows = Diagnosis.objects.filter(standing, lead__in=[lead.pk for lead in leads]).only(*columns, *answers)
    found: dict[int, Diagnosis] = {}
    for row in rows.order_by("id"):
        before = found.get(row.lead_id)
        if row.completed_at is not None:
            if row.completed_at < since.get(row.lead_id, row.completed_at):
                continue
            if before is not None and before.completed_at is None:
                continue
        found[row.lead_id] = row
    return found


def follow_diagnosis(diagnosis: Diagnosis, now: datetime) -> None:
    """Rank the lead of a diagnosis; after an answer in one statement, by what is known of its place already."""
    if diagnosis.status != DiagnosisStatus.RUNNING or diagnosis.revision == 1:
        rank_leads(diagnosis.business, [diagnosis.lead_id], now)
        return
    lead = diagnosis.lead
    idle, busy = (_rank(diagnosis.business, lead, step, diagnosis) for step in (None, now))
    is_busy = NextStep.objects.filter(lead=lead, status=StepStatus.OPEN)
    QueuePlace.objects.filter(lead=lead, diagnosis=diagnosis).update(
        kind=busy.kind.value,
        unknowns=busy.unknowns,
        rank=Case(When(Exists(is_busy), then=Value(busy.number)), default=Value(idle.number)),
    )
    tell_queues(diagnosis.business_id, [lead.owner_id])
