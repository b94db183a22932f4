"""Handing leads off: offering, accepting, rejecting and withdrawing.

The lead's row is always locked before that of its hand-off, and that of a rule after both.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.domain.reasons import NOT_READY_TO_BUY, ReasonKind
from leads.domain.stages import Stage
from leads.domain.working_time import due
from leads.models import Event, Lead, Membership, Reason, Role, Transition
from leads.permissions import NotAllowed
from leads.selectors import NotFound, StaleRevision
from leads.services.absences import stand_in_for
from leads.services.lines import words
from leads.services.moving import Given, move_locked
from leads.services.reasons import find_reason
from leads.services.working_time import working_calendar
from leads.tenancy import Viewer
from playbook.domain.assigning import KIND_OF, ROLE_OF, TAKERS
from playbook.domain.happenings import Happening
from playbook.domain.steps import HandOffKind, HandOffStatus
from playbook.models import HandOff
from playbook.services.assigning import Assignment, applying_rule, assign
from playbook.services.not_ready import answer_for
from playbook.services.reassigning import follow_owners

RESPOND_WITHIN = 8  # working hours, where no rule says otherwise


class HandOffRefused(DomainError):
    code = "hand_off_refused"


class HandOffOpen(DomainError):
    code = "hand_off_open"


class HandOffAnswered(DomainError):
    """Somebody was faster."""

    code = "hand_off_answered"


class RejectionUnexplained(DomainError):
    code = "reason_missing"


class NotReadyToBuy(DomainError):
    """Said once to who rejects a lead because it does not order yet; the message is the definition of an SQL."""

    code = "not_ready_to_buy"


# --- Offering ------------------------------------------------------------------------------------


@transaction.atomic
def offer_hand_off(
    *,
    lead_id: int | None,
    by: Viewer,
    now: datetime,
    kind: HandOffKind | None = None,
    to_member_id: int | None = None,
    note: str = "",
) -> HandOff:
    """Offer a lead to somebody; without a name by rule, and without a rule to all of the role.

    An MQL goes to inside sales, an SQL to sales. Raises HandOffRefused for other stages and for a member who
    cannot take it, HandOffOpen where an offer waits for its answer already.
    """
    permissions.require(by, "offer_hand_off")
    lead = selectors.locked_lead(lead_id, by)
    to = None if to_member_id is None else _member(to_member_id, by)
    return offer_hand_off_locked(lead, kind, by, now, to=to, note=note)


def offer_hand_off_locked(
    lead: Lead,
    kind: HandOffKind | None,
    by: Viewer,
    now: datetime,
    to: Membership | None = None,
    note: str = "",
) -> HandOff:
    """Offer a lead whose row is locked; without a kind, the one that follows from its stage."""
    fitting = _kind_of(lead, kind)
    waiting = HandOff.objects.filter(lead=lead, status=HandOffStatus.OFFERED).select_related("offered_to__user").first()
    if waiting is not None:
        whom = waiting.offered_to.user if waiting.offered_to else f"all of {waiting.get_role_display().lower()}"
        raise HandOffOpen(f"This lead is offered to {whom} already. Withdraw that offer first.", field="lead")
    if to is not None:
        _check_taker(to, fitting)
        assigned = Assignment(to, applying_rule(lead, fitting, by, now))
    else:
        assigned = assign(lead, fitting, by, now)
    hours = assigned.rule.respond_within if assigned.rule else RESPOND_WITHIN
    hand_off = HandOff.objects.create(
        business_id=lead.business_id,
        lead=lead,
        kind=fitting.value,
        stage=lead.stage,
        offered_at=now,
        offered_by=by.membership,
        offered_to=assigned.to,
        role=ROLE_OF[fitting],
        rule=assigned.rule,
        note=words("note", note),
        due_at=due(now, timedelta(hours=hours), working_calendar(by.business)),
    )
    _tell(hand_off, Happening.HAND_OFF_OFFERED, now)
    return hand_off


def _kind_of(lead: Lead, wanted: HandOffKind | None) -> HandOffKind:
    stage = Stage(lead.stage)
    fitting = KIND_OF.get(stage)
    if fitting is None:
        raise HandOffRefused(
            f"A lead in {stage.label} is not handed off: an MQL goes to inside sales, an SQL to sales.", field="lead"
        )
    if wanted is not None and wanted != fitting:
        to = "inside sales" if fitting == HandOffKind.TO_INSIDE_SALES else "sales"
        raise HandOffRefused(f"A lead in {stage.label} is handed off to {to}.", field="kind")
    return fitting


def _member(member_id: int, by: Viewer) -> Membership:
    found = Membership.objects.visible_to(by).filter(pk=member_id, is_active=True).select_related("user").first()
    if found is None:
        raise NotFound("There is no such member.", field="to")
    return found


def _check_taker(to: Membership, kind: HandOffKind) -> None:
    if not to.is_active or to.role not in TAKERS[kind]:
        whom = "an SQL is for sales" if kind == HandOffKind.TO_SALES else "an MQL is for inside sales"
        raise HandOffRefused(f"{to.user} ({to.get_role_display().lower()}) cannot take this lead: {whom}.", field="to")


# --- Answering -----------------------------------------------------------------------------------


@transaction.atomic
def accept_hand_off(*, hand_off_id: int | None, expected_revision: int, by: Viewer, now: datetime) -> HandOff:
    """Take a lead over: an MQL becomes a SAL, an SQL keeps its stage; who accepts owns it and its owner's open steps.

    Raises HandOffAnswered if somebody was faster, NotAllowed for who is not asked, HandOffRefused if the lead
    moved on.
    """
    permissions.require(by, "answer_hand_off")
    lead, hand_off = _to_be_answered(hand_off_id, expected_revision, by, now)
    if hand_off.stage != lead.stage:
        raise HandOffRefused(
            f"The lead moved on to {Stage(lead.stage).label} since it was offered. Withdraw the offer.", field="handOff"
        )
    _decide(hand_off, HandOffStatus.ACCEPTED, by, now)  # before the move, which withdraws what is open
    before, lead.owner = lead.owner_id, by.membership
    if hand_off.kind == HandOffKind.TO_INSIDE_SALES:
        lead.save(update_fields=("owner",))
        move_locked(lead, Stage.SAL, Given(), by, now)
    else:
        lead.revision += 1
        lead.save(update_fields=("owner", "revision"))
    if before != lead.owner_id:
        follow_owners(lead.business, [(lead, before)], now)
    _tell(hand_off, Happening.HAND_OFF_ACCEPTED, now)
    return hand_off


@transaction.atomic
def reject_hand_off(
    *,
    hand_off_id: int | None,
    reason_id: int | None,
    expected_revision: int,
    by: Viewer,
    now: datetime,
    note: str = "",
    confirm: bool = False,
) -> HandOff:
    """Give a lead back for a reason of the business's list; owner and stage stay as they are.

    Who says that it is not ready to buy is answered by NotReadyToBuy, unless they confirm it.
    """
    permissions.require(by, "answer_hand_off")
    lead, hand_off = _to_be_answered(hand_off_id, expected_revision, by, now)
    reason = _reason(reason_id, by)
    if reason.key == NOT_READY_TO_BUY and not confirm:
        raise NotReadyToBuy(answer_for(lead), field="confirm")
    hand_off.reason, hand_off.decision_note = reason, words("note", note)
    _decide(hand_off, HandOffStatus.REJECTED, by, now)
    _tell(hand_off, Happening.HAND_OFF_REJECTED, now, reason=reason.key)
    return hand_off


@transaction.atomic
def withdraw_hand_off(
    *, hand_off_id: int | None, expected_revision: int, by: Viewer, now: datetime, note: str = ""
) -> HandOff:
    """Take an offer back before it is answered: who made it, the lead's owner, and managers may."""
    permissions.require(by, "offer_hand_off")
    lead, hand_off = _open(hand_off_id, expected_revision, by)
    own = by.membership.pk if by.membership else None
    if own is not None and by.role != Role.MANAGER and own not in (hand_off.offered_by_id, lead.owner_id):
        raise NotAllowed("Only who offered the lead, its owner, or a manager can withdraw the offer.")
    hand_off.decision_note = words("note", note)
    _decide(hand_off, HandOffStatus.WITHDRAWN, by, now)
    return hand_off


def withdraw_after_move(lead: Lead, receipt: Transition, exit_override: str, by: Viewer, now: datetime) -> None:
    """Withdraw what is offered of a lead that left its stage; registered as a follower of moves."""
    withdraw_open(lead, f"The lead moved on to {Stage(receipt.to_stage).label}.", by, now)


def withdraw_open(lead: Lead, why: str, by: Viewer, now: datetime) -> None:
    """Withdraw the open offer of a lead whose row is locked, if there is one; for services that end its journey."""
    HandOff.objects.filter(lead=lead, status=HandOffStatus.OFFERED).update(
        status=HandOffStatus.WITHDRAWN,
        decided_at=now,
        decided_by=by.membership,
        decision_note=why,
        revision=F("revision") + 1,
    )


# --- Shared --------------------------------------------------------------------------------------


def _open(hand_off_id: int | None, expected_revision: int, by: Viewer) -> tuple[Lead, HandOff]:
    """Return the lead and its open hand-off, locked in this order."""
    lead_id = HandOff.objects.visible_to(by).filter(pk=hand_off_id or 0).values_list("lead_id", flat=True).first()
    if lead_id is None:
        raise NotFound("There is no such hand-off.", field="handOff")
    lead = selectors.locked_lead(lead_id, by)
    found = HandOff.objects.visible_to(by).select_for_update(of=("self",)).get(pk=hand_off_id or 0)
    if found.status != HandOffStatus.OFFERED:
        raise HandOffAnswered(_said_of(found), field="handOff")
    if found.revision != expected_revision:
        raise StaleRevision(
            f"Somebody changed this hand-off meanwhile: it is at revision {found.revision}, "
            f"you expected {expected_revision}. Read it again, then decide.",
            field="expectedRevision",
        )
    return lead, found


def _to_be_answered(hand_off_id: int | None, expected_revision: int, by: Viewer, now: datetime) -> tuple[Lead, HandOff]:
    lead, hand_off = _open(hand_off_id, expected_revision, by)
    if by.membership is None:
        raise NotAllowed("A hand-off is answered by a member, on their own behalf.")
    if not may_answer(hand_off, by.membership, now):
        whom = hand_off.offered_to.user if hand_off.offered_to else f"all of {hand_off.get_role_display().lower()}"
        raise NotAllowed(f"This lead is offered to {whom}. Only they, who stands in for them, or a manager can answer.")
    return lead, hand_off


def may_answer(hand_off: HandOff, member: Membership, now: datetime) -> bool:
    """Tell whether a member is asked, stands in for who is, or is a manager."""
    if member.role == Role.MANAGER:
        return True
    if hand_off.offered_to is None:
        return member.role == hand_off.role
    if hand_off.offered_to_id == member.pk:
        return True
    standing_in = stand_in_for(hand_off.offered_to, now)
    return standing_in is not None and standing_in.pk == member.pk


def _said_of(hand_off: HandOff) -> str:
    who = str(hand_off.decided_by.user) if hand_off.decided_by else "The system"
    since = hand_off.decided_at.astimezone(hand_off.business.zone) if hand_off.decided_at else hand_off.offered_at
    return f"{who} was faster: this hand-off is {hand_off.status} since {since:%Y-%m-%d %H:%M}."


def _reason(reason_id: int | None, by: Viewer) -> Reason:
    reason = find_reason(reason_id, by, field="reason")
    if reason is None:
        raise RejectionUnexplained("Choose why you reject this lead.", field="reason")
    if reason.kind != ReasonKind.HANDOFF_REJECTED:
        raise RejectionUnexplained(f"“{reason}” is no reason to reject a hand-off; choose one that is.", field="reason")
    return reason


def _decide(hand_off: HandOff, status: HandOffStatus, by: Viewer, now: datetime) -> None:
    hand_off.status, hand_off.decided_at, hand_off.decided_by = status.value, now, by.membership
    hand_off.revision += 1
    hand_off.save(update_fields=("status", "decided_at", "decided_by", "reason", "decision_note", "revision"))


def _tell(hand_off: HandOff, kind: Happening, now: datetime, **more: str) -> None:
    data = {"hand_off": hand_off.pk, "kind": hand_off.kind, **more}
    Event.objects.create(business_id=hand_off.business_id, lead_id=hand_off.lead_id, kind=kind.value, at=now, data=data)
