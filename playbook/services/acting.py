"""What the steps of plays do, each in the transaction of the run."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from assessments.services.diagnoses import start_diagnosis
from leads import selectors
from leads.domain.stages import Stage
from leads.global_ids import global_id
from leads.models import Door, Event, Flag, FlagKind, Lead
from leads.services.moving import Given, move_locked
from playbook.domain.steps import OUTREACH, ActionKind, HandOffKind, StepKind
from playbook.models import NextStep, Play, PlayStep
from playbook.services.hand_offs import offer_hand_off_locked
from playbook.services.outgoing import email_delivery, webhook_delivery

if TYPE_CHECKING:
    from playbook.services.running import Batch, Made

Result = dict[str, Any]

CHANGES_MORE = frozenset({ActionKind.START_DIAGNOSIS, ActionKind.HAND_OFF, ActionKind.NURTURE})
NOT_FOR_SALES = frozenset({Stage.INQUIRY, Stage.MQL, Stage.NURTURE})
SALES_CALLS = frozenset({StepKind.CALL, StepKind.MEETING})


def changes_more(step: PlayStep) -> bool:
    """Tell whether a step goes through a service that locks, refuses and writes events of its own."""
    return step.action in CHANGES_MORE


def act(batch: Batch, step: PlayStep, play: Play, event: Event, made: Made) -> Result:
    """Do one step of a play for the lead of an event; return what it came to, or raise what refuses it."""
    lead = batch.leads[event.lead_id]
    match ActionKind(step.action):
        case ActionKind.NEXT_STEP:
            return _next_step(batch, step, play, StepKind(step.step_kind), lead, made)
        case ActionKind.PROPOSE_DIAGNOSIS:
            return _next_step(batch, step, play, StepKind(step.step_kind or StepKind.MEETING), lead, made)
        case ActionKind.START_DIAGNOSIS:
            begun = start_diagnosis(lead_id=lead.pk, template_id=step.template_id, by=batch.by, now=batch.now)
            return {"made": global_id("Diagnosis", begun.pk)}
        case ActionKind.HAND_OFF:
            return _hand_off(batch, step, lead)
        case ActionKind.NURTURE:
            return _nurture(batch, step, lead)
        case ActionKind.FLAG:
            return _flag(batch, step, lead, made)
        case ActionKind.EMAIL:
            return _email(batch, step, event, lead, made)
        case ActionKind.WEBHOOK:
            if step.webhook is None or step.webhook.archived_at is not None:
                return {"nothing": "The webhook is not used any more."}
            made.deliveries.append(
                webhook_delivery(lead=lead, event=event, webhook=step.webhook, play=play, now=batch.now)
            )
            return {"made": "webhook"}


def _next_step(batch: Batch, step: PlayStep, play: Play, kind: StepKind, lead: Lead, made: Made) -> Result:
    """Make a next step, unless it is planned already. One that calls a lead which is not for sales yet nurtures it.

    Unless the lead asked for a conversation: marketing qualified leads are nurtured, never called.
    """
    turned = kind in SALES_CALLS and Stage(lead.stage) in NOT_FOR_SALES and lead.wants_conversation_at is None
    if turned:
        kind = StepKind.NURTURE
    title = batch.texts.fill(step.title, lead)[:300]
    planned = (lead.pk, play.pk, title)
    if batch.is_planned(planned):
        return {"nothing": "The same step is planned already, and still open."}
    if kind in OUTREACH and not batch.may_reach_out(lead.pk):
        return {"nothing": f"The lead was reached out to {batch.outreach_at_most} times lately."}
    batch.plan(planned)
    addressed = batch.people.addressed(step, lead)
    made.steps.append(
        NextStep(
            business=batch.business,
            lead=lead,
            kind=kind.value,
            title=title,
            talk_track=batch.texts.fill(step.text, lead),
            due_at=batch.due(step.due_in, step.due_unit),
            assigned_to=addressed.member,
            role="" if addressed.member else addressed.role.value,
            created_at=batch.now,
            door=Door.PLAY,
        )
    )
    return {"made": "next_step", "turned": "Nurturing instead of a call."} if turned else {"made": "next_step"}


def _hand_off(batch: Batch, step: PlayStep, lead: Lead) -> Result:
    locked = selectors.locked_lead(lead.pk, batch.by)
    kind = HandOffKind.TO_SALES if Stage(locked.stage) == Stage.SQL else HandOffKind.TO_INSIDE_SALES
    offered = offer_hand_off_locked(locked, kind, batch.by, batch.now, note=batch.texts.fill(step.text, lead))
    return {"made": global_id("HandOff", offered.pk)}


def _nurture(batch: Batch, step: PlayStep, lead: Lead) -> Result:
    until = selectors.local_day(batch.business, batch.now) + timedelta(days=step.nurture_days or 1)
    given = Given(reason=batch.texts.fill(step.text, lead), nurture_until=until)
    receipt = move_locked(selectors.locked_lead(lead.pk, batch.by), Stage.NURTURE, given, batch.by, batch.now)
    return {"made": global_id("Transition", receipt.pk)}


def _flag(batch: Batch, step: PlayStep, lead: Lead, made: Made) -> Result:
    reason = batch.texts.fill(step.text or step.title, lead)
    if not batch.may_flag(lead.pk, reason):
        return {"nothing": "The flag is up already."}
    made.flags.append(
        Flag(business=batch.business, lead=lead, kind=FlagKind.RAISED, reason=reason, raised_at=batch.now)
    )
    return {"made": "flag"}


def _email(batch: Batch, step: PlayStep, event: Event, lead: Lead, made: Made) -> Result:
    reached = batch.people.reached(batch.people.addressed(step, lead))
    if not reached:
        return {"nothing": "Nobody of that role is there."}
    subject, text = batch.texts.fill(step.title, lead), batch.texts.fill(step.text, lead)
    made.deliveries += [
        email_delivery(lead=lead, event=event, recipient=member, subject=subject, text=text, now=batch.now)
        for member in reached
    ]
    return {"made": "email", "to": len(reached)}
