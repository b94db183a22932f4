"""A next step's row: found and locked behind its lead, checked before it is written, and told of."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from leads import selectors
from leads.domain.errors import DomainError
from leads.domain.stages import CLOSED, Stage
from leads.models import Lead, Membership, Role
from leads.services import working_time
from leads.services.moves import LeadIsClosed
from leads.tenancy import Viewer
from playbook.domain.ranking_work import NURTURED
from playbook.domain.steps import SALES_TALK, StepKind, StepStatus
from playbook.models import NextStep
from playbook.services.ranking import rank_leads, tell_queues


class NotASalesCall(DomainError):
    code = "not_a_sales_call"


class StepIsClosed(DomainError):
    code = "step_is_closed"


class StepNotDated(DomainError):
    code = "step_not_dated"


class DueInThePast(DomainError):
    code = "due_in_the_past"


class NobodysStep(DomainError):
    code = "nobodys_step"


def locked_step(step_id: int | None, by: Viewer) -> tuple[NextStep, Lead]:
    """Return a step and its lead, both rows locked until the transaction ends, the lead's first; raise NotFound."""
    visible = NextStep.objects.visible_to(by)
    lead_id = visible.filter(pk=step_id or 0).values_list("lead_id", flat=True).first()
    if lead_id is None:
        raise no_such_step()
    lead = selectors.locked_lead(lead_id, by)
    step = visible.select_for_update(of=("self",)).get(pk=step_id or 0)
    lead.business = by.business
    return step, lead


def no_such_step() -> selectors.NotFound:
    return selectors.NotFound("There is no such step.", field="step")


def check_expected(step: NextStep, expected: int) -> None:
    """Raise StaleRevision if somebody changed the step since it was read."""
    if step.revision != expected:
        raise selectors.StaleRevision(
            f"Somebody changed this step meanwhile: it is at revision {step.revision}, "
            f"you expected {expected}. Read it again, then decide.",
            field="expectedRevision",
        )


def check_open(step: NextStep) -> None:
    """Raise StepIsClosed: what is done or skipped stays as it is."""
    if step.status != StepStatus.OPEN:
        raise StepIsClosed(closed_message(step), field="step")


def closed_message(step: NextStep) -> str:
    return f"This step is {step.get_status_display().lower()} already. Add another one instead."


def check_takes_steps(lead: Lead, kind: StepKind) -> None:
    """Raise LeadIsClosed, or NotASalesCall where a lead is to be nurtured and asked for no conversation."""
    if Stage(lead.stage) in CLOSED:
        raise LeadIsClosed(f"This lead is closed ({lead.stage}). Reopen it first.", field="lead")
    if is_refused(lead, kind):
        raise NotASalesCall(
            f"This lead is in {Stage(lead.stage).name}, which gets no sales call unless it asks for a conversation. "
            "Nurture it instead: send what helps it, or let inside sales accept it first.",
            field="kind",
        )


def is_refused(lead: Lead, kind: StepKind) -> bool:
    """Tell whether it would be a sales call to a lead that is only nurtured."""
    return kind in SALES_TALK and Stage(lead.stage) in NURTURED and lead.wants_conversation_at is None


def due_of(
    by: Viewer, now: datetime, due_at: datetime | None, working_hours: Decimal | None, working_days: int | None
) -> datetime:
    """Return when a step is due, by a moment or by working time from now; raise StepNotDated, DueInThePast and more."""
    given = [value for value in (due_at, working_hours, working_days) if value is not None]
    if len(given) != 1:
        raise StepNotDated(
            "A next step needs a date: give the moment, working hours or working days; one of the three.",
            field="dueAt",
        )
    if due_at is None:
        return working_time.due_time(by=by, start=now, working_hours=working_hours, working_days=working_days)
    check_ahead(due_at, now, "dueAt")
    return due_at


def check_ahead(moment: datetime, now: datetime, field: str) -> None:
    selectors.check_moment(moment, field)
    if moment <= now:
        raise DueInThePast("That moment has passed. Give one that lies ahead.", field=field)


def member_of(member_id: int, by: Viewer, field: str) -> Membership:
    found = Membership.objects.visible_to(by).filter(pk=member_id, is_active=True).first()
    if found is None:
        raise selectors.NotFound("There is no such member.", field=field)
    return found


def whose(lead: Lead, member_id: int | None, role: Role | None, by: Viewer) -> tuple[Membership | None, Role | None]:
    """Return whose a step is: the member named, else whoever of the role, else the owner, else whoever asks."""
    if member_id is not None:
        return member_of(member_id, by, "assignedTo"), role
    if role is not None:
        return None, role
    owner = lead.owner if lead.owner is not None and lead.owner.is_active else by.membership
    if owner is None:
        raise NobodysStep("Nobody owns this lead. Name a member or a role.", field="assignedTo")
    return owner, None


def follow(lead: Lead, concerned: Iterable[NextStep], by: Viewer, now: datetime, *also: int | None) -> None:
    """Rank the lead of changed steps, and tell whose queues they are in; `also` are those that they left."""
    rank_leads(by.business, [lead.pk], now)
    tell_queues(by.business.pk, {*(step.assigned_to_id for step in concerned), *also})
