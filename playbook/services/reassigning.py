"""Giving next steps to somebody else, many at once."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery

from leads import live, permissions, selectors
from leads.domain.documents import DocumentRefused, Problem
from leads.domain.errors import DomainError
from leads.models import Business, Lead, Membership, Role
from leads.services.absences import stand_in_for
from leads.tenancy import Viewer
from playbook.domain.steps import StepStatus
from playbook.models import NextStep
from playbook.services.ranking import rank_leads, tell_queues
from playbook.services.step_rows import closed_message, member_of

AT_MOST = 1_000


class StepsRefused(DocumentRefused):
    """Why each of these steps cannot be given away; none of them was."""

    code = "steps_refused"


class ReassignmentRefused(DomainError):
    code = "reassignment_refused"


@transaction.atomic
def reassign_steps(
    *,
    by: Viewer,
    now: datetime,
    step_ids: Collection[int] | None = None,
    member_id: int | None = None,
    to_id: int | None = None,
    role: Role | None = None,
) -> list[NextStep]:
    """Give steps, or all open ones of a member, to another member or to whoever of a role; all or none.

    Of a member who is away, they go to the stand-in if nobody else is named. Raises StepsRefused with a message for
    each step that cannot be given away, ReassignmentRefused where it is unclear which or to whom. Five statements,
    whatever the number.
    """
    permissions.require(by, "reassign_steps")
    if (step_ids is None) == (member_id is None):
        raise ReassignmentRefused("Name either the steps, or the member whose open steps they are.", field="steps")
    if step_ids is not None and len(step_ids) > AT_MOST:
        raise ReassignmentRefused(f"Give at most {AT_MOST:,} steps at once.", field="steps")
    to = _to(to_id, role, member_id, by, now)
    wanted = NextStep.objects.visible_to(by)
    if step_ids is not None:
        wanted = wanted.filter(pk__in=step_ids)
    else:
        wanted = wanted.filter(assigned_to=member_id, status=StepStatus.OPEN)
    steps = _locked(wanted)
    if step_ids is not None:
        _check(list(dict.fromkeys(step_ids)), steps)
    moving = [step for step in steps if step.status == StepStatus.OPEN]
    before = {step.assigned_to_id for step in moving}
    new = {"assigned_to": to, "role": F("role") if to is not None else role}
    NextStep.objects.filter(pk__in=[step.pk for step in moving]).update(revision=F("revision") + 1, **new)
    live.tell_of_leads(by.business.pk, {step.lead_id for step in moving})
    if moving:
        tell_queues(by.business.pk, {*before, to.pk if to is not None else None})
    for step in moving:
        step.assigned_to, step.revision = to, step.revision + 1
        step.role = step.role if to is not None else str(role)
    return moving


def follow_owners(business: Business, changed: Sequence[tuple[Lead, int | None]], now: datetime) -> None:
    """Give the new owners of leads what those before had still to do on them; registered for changes of owner.

    Each lead comes with the key of the owner before, its row locked and saved. What was planned on a lead without an
    owner stays with who promised it. A fixed number of statements.
    """
    before = {lead.pk: owner for lead, owner in changed if owner not in (None, lead.owner_id) and lead.owner_id}
    if before:
        found = NextStep.objects.filter(lead__in=before, status=StepStatus.OPEN, assigned_to__in=set(before.values()))
        rows = found.order_by("pk").values_list("pk", "lead_id", "assigned_to_id")
        following = [pk for pk, lead_id, owner in rows if before[lead_id] == owner]
        owner_now = Lead.objects.filter(pk=OuterRef("lead_id")).values("owner_id")[:1]
        NextStep.objects.filter(pk__in=following).update(assigned_to_id=Subquery(owner_now), revision=F("revision") + 1)
    rank_leads(business, [lead.pk for lead, _ in changed], now)
    tell_queues(business.pk, {*(owner for _, owner in changed), *(lead.owner_id for lead, _ in changed)})


def _to(to_id: int | None, role: Role | None, member_id: int | None, by: Viewer, now: datetime) -> Membership | None:
    """Return who gets them, None for whoever of the role."""
    if to_id is not None and role is not None:
        raise ReassignmentRefused("Name either the member who gets them, or the role.", field="to")
    if to_id is not None:
        return member_of(to_id, by, "to")
    if role is not None:
        return None
    if member_id is None:
        raise ReassignmentRefused("Say who gets them: a member or a role.", field="to")
    away = Membership.objects.visible_to(by).filter(pk=member_id).first()
    if away is None:
        raise selectors.NotFound("There is no such member.", field="member")
    found = stand_in_for(away, now)
    if found is None or found == away:
        raise ReassignmentRefused("Nobody stands in for this member now. Name who gets the steps.", field="to")
    return found


def _locked(wanted: QuerySet[NextStep]) -> list[NextStep]:
    """Return these steps, their rows locked behind those of their leads, each in one order."""
    lead_ids = set(wanted.order_by().values_list("lead_id", flat=True))
    list(Lead.objects.select_for_update(of=("self",)).filter(pk__in=lead_ids).order_by("pk").values_list("pk"))
    return list(wanted.select_for_update(of=("self",)).filter(lead__in=lead_ids).order_by("pk"))


def _check(step_ids: list[int], found: list[NextStep]) -> None:
    """Raise StepsRefused for those that are not there or not open any more."""
    steps = {step.pk: step for step in found}
    problems = []
    for place, step_id in enumerate(step_ids):
        step = steps.get(step_id)
        if step is None:
            problems.append(Problem(f"steps[{place}]", "There is no such step."))
        elif step.status != StepStatus.OPEN:
            problems.append(Problem(f"steps[{place}]", closed_message(step)))
    if problems:
        raise StepsRefused(problems)
