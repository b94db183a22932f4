"""Dated pieces of work on leads: added, changed, done, skipped, snoozed; and closed with their lead.

Every one of these locks the lead first, so that its events rise in order, and ranks it anew in work queues.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.domain.reasons import ReasonKind
from leads.domain.stages import CLOSED, Stage
from leads.models import Event, Lead, Membership, Role
from leads.services.lines import line, words
from leads.services.reasons import find_reason
from leads.tenancy import Viewer
from playbook.domain.happenings import Happening
from playbook.domain.ranking_work import NURTURED
from playbook.domain.steps import StepKind, StepStatus
from playbook.models import NextStep, PlayRun
from playbook.services.step_rows import (
    check_ahead,
    check_expected,
    check_open,
    check_takes_steps,
    due_of,
    follow,
    is_refused,
    locked_step,
    whose,
)

TITLE_AT_MOST = 300
LEAD_CLOSED = "The lead was closed."
LEAD_NURTURED = "The lead went to nurture, which is no time for a sales call."


class SkipReasonMissing(DomainError):
    code = "skip_reason_missing"


@dataclass(frozen=True, slots=True)
class StepChanges:
    """What to change of a step; None leaves it as it is. At most one of the three dates is given."""

    kind: StepKind | None = None
    title: str | None = None
    talk_track: str | None = None
    due_at: datetime | None = None
    working_hours: Decimal | None = None
    working_days: int | None = None

    @property
    def is_dated(self) -> bool:
        return any(value is not None for value in (self.due_at, self.working_hours, self.working_days))


@transaction.atomic
def add_step(
    *,
    lead_id: int | None,
    kind: StepKind,
    title: str,
    by: Viewer,
    now: datetime,
    talk_track: str = "",
    due_at: datetime | None = None,
    working_hours: Decimal | None = None,
    working_days: int | None = None,
    assigned_to_id: int | None = None,
    role: Role | None = None,
) -> NextStep:
    """Plan a dated piece of work on an open lead, for a member, a role, or by default the lead's owner.

    Raises NotASalesCall for a call or meeting with a lead that is to be nurtured, LeadIsClosed, StepNotDated,
    DueInThePast, and what reckoning with working time raises.
    """
    permissions.require(by, "work_on_steps")
    lead = selectors.locked_lead(lead_id, by)
    lead.business = by.business
    due = due_of(by, now, due_at, working_hours, working_days)
    member, of_role = whose(lead, assigned_to_id, role, by)
    return add_step_locked(
        lead,
        kind=kind,
        title=title,
        talk_track=talk_track,
        due_at=due,
        assigned_to=member,
        role=of_role,
        by=by,
        now=now,
    )


def add_step_locked(
    lead: Lead,
    *,
    kind: StepKind,
    title: str,
    due_at: datetime,
    assigned_to: Membership | None,
    role: Role | None,
    by: Viewer,
    now: datetime,
    talk_track: str = "",
    run: PlayRun | None = None,
) -> NextStep:
    """Do the same on a lead whose row is locked, in the caller's transaction; a member or a role must be given."""
    check_takes_steps(lead, kind)
    step = NextStep.objects.create(
        business=by.business,
        lead=lead,
        kind=kind.value,
        title=line("title", title, TITLE_AT_MOST, required=True),
        talk_track=words("talkTrack", talk_track),
        due_at=due_at,
        assigned_to=assigned_to,
        role=role or "",
        created_at=now,
        created_by=by.membership,
        door=by.door,
        run=run,
    )
    follow(lead, [step], by, now)
    return step


@transaction.atomic
def change_step(
    *, step_id: int | None, changes: StepChanges, expected_revision: int, by: Viewer, now: datetime
) -> NextStep:
    """Change what an open step is about or when it is due; a new date ends its snooze."""
    permissions.require(by, "work_on_steps")
    step, lead = _writable(step_id, expected_revision, by)
    kind = changes.kind or StepKind(step.kind)
    check_takes_steps(lead, kind)
    step.kind = kind.value
    if changes.title is not None:
        step.title = line("title", changes.title, TITLE_AT_MOST, required=True)
    if changes.talk_track is not None:
        step.talk_track = words("talkTrack", changes.talk_track)
    if changes.is_dated:
        step.due_at = due_of(by, now, changes.due_at, changes.working_hours, changes.working_days)
        step.snoozed_until, step.overdue_at = None, None
    _save(step, "kind", "title", "talk_track", "due_at", "snoozed_until", "overdue_at")
    follow(lead, [step], by, now)
    return step


@transaction.atomic
def complete_step(
    *, step_id: int | None, expected_revision: int, by: Viewer, now: datetime, outcome: str = ""
) -> NextStep:
    """Say that a step was done, and what came of it."""
    permissions.require(by, "work_on_steps")
    step, lead = _writable(step_id, expected_revision, by)
    return _close(step, lead, StepStatus.DONE, words("outcome", outcome), by, now)


@transaction.atomic
def skip_step(
    *, step_id: int | None, reason_id: int | None, expected_revision: int, by: Viewer, now: datetime, outcome: str = ""
) -> NextStep:
    """Say that a step is not done, for one of the business's reasons; raise SkipReasonMissing without one."""
    permissions.require(by, "work_on_steps")
    step, lead = _writable(step_id, expected_revision, by)
    reason = find_reason(reason_id, by, field="reason")
    if reason is None or reason.kind != ReasonKind.STEP_SKIPPED:
        raise SkipReasonMissing("Say why it is skipped: choose one of `reasons(kind: STEP_SKIPPED)`.", field="reason")
    step.reason = reason
    return _close(step, lead, StepStatus.SKIPPED, words("outcome", outcome), by, now)


@transaction.atomic
def snooze_step(*, step_id: int | None, until: datetime, expected_revision: int, by: Viewer, now: datetime) -> NextStep:
    """Show an open step as due no sooner than then; what was promised, and when, stays as it is."""
    permissions.require(by, "work_on_steps")
    step, lead = _writable(step_id, expected_revision, by)
    check_ahead(until, now, "until")
    step.snoozed_until = until
    _save(step, "snoozed_until")
    follow(lead, [step], by, now)
    return step


def close_steps(lead: Lead, by: Viewer, now: datetime) -> None:
    """Skip the open steps that a lead's stage leaves no room for; the lead's row is locked.

    All of them once it is closed; calls and meetings once it is nurtured and did not ask for a conversation.
    """
    if Stage(lead.stage) not in CLOSED | NURTURED:
        return
    steps = list(NextStep.objects.select_for_update(of=("self",)).filter(lead=lead, status=StepStatus.OPEN))
    is_closed = Stage(lead.stage) in CLOSED
    closing = [step for step in steps if is_closed or is_refused(lead, StepKind(step.kind))]
    for step in closing:
        step.status, step.closed_at, step.closed_by = StepStatus.SKIPPED.value, now, by.membership
        step.outcome = LEAD_CLOSED if is_closed else LEAD_NURTURED
        step.revision += 1
    NextStep.objects.bulk_update(closing, ["status", "closed_at", "closed_by", "outcome", "revision"])
    if closing:
        follow(lead, closing, by, now)


def _writable(step_id: int | None, expected_revision: int, by: Viewer) -> tuple[NextStep, Lead]:
    step, lead = locked_step(step_id, by)
    check_expected(step, expected_revision)
    check_open(step)
    return step, lead


def _close(step: NextStep, lead: Lead, status: StepStatus, outcome: str, by: Viewer, now: datetime) -> NextStep:
    step.status, step.outcome = status.value, outcome
    step.closed_at, step.closed_by = now, by.membership
    _save(step, "status", "outcome", "closed_at", "closed_by", "reason")
    data = {"step": step.pk, "kind": step.kind, "skipped": status is StepStatus.SKIPPED}
    Event.objects.create(business=by.business, lead=lead, kind=Happening.STEP_DONE.value, at=now, data=data)
    follow(lead, [step], by, now)
    return step


def _save(step: NextStep, *changed: str) -> None:
    step.revision += 1
    step.save(update_fields=("revision", *changed))
