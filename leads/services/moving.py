"""What every move of a lead comes to, whichever service asks for it."""

from dataclasses import dataclass
from datetime import date, datetime

from leads import ports, selectors
from leads.domain.errors import DomainError
from leads.domain.stages import CLOSED, Level, Stage, check_move, move_for
from leads.models import Event, EventKind, Lead, LeadOutcome, Opportunity, StayKind, Transition
from leads.services import flags, stays
from leads.services.judging import JUDGED_FIELDS, judge_again, judge_locked
from leads.services.lines import line
from leads.services.opportunity_rows import (
    KEEPS_ITS_OPPORTUNITY,
    Opening,
    begin_opportunity,
    carry_contacts,
    settle,
)
from leads.services.reasons import find_reason
from leads.tenancy import Viewer

OUTCOMES = {Stage.CUSTOMER: LeadOutcome.WON, Stage.LOST: LeadOutcome.LOST}


class DateNotAhead(DomainError):
    code = "date_not_ahead"


@dataclass(frozen=True, slots=True)
class Given:
    """What is said with a move.

    An override reason stands in for a verdict where a move needs one; an exit override says why the phase is left
    though exit criteria of it that only warn do not hold.
    """

    reason: str = ""
    nurture_until: date | None = None
    override_reason: str = ""
    cause_id: int | None = None
    competitor: str = ""
    into: Opportunity | None = None  # an open one of the same organization, locked; else a new one is made
    title: str = ""  # of a new opportunity
    exit_override: str = ""


def move_locked(lead: Lead, to: Stage, given: Given, by: Viewer, now: datetime) -> Transition:
    """Move a lead whose row is locked, and return the receipt; raise MoveRefused with what is missing.

    The lead is judged first, so that the level in force is today's.
    """
    start = Stage(lead.stage)
    move_for(start, to, by.role)
    if start in CLOSED:
        selectors.hold_judges(by.business)
    events = judge_locked(lead, by.business, now)
    again = judge_again(lead, by.business, now) if start in CLOSED else lead.judge_again_at
    level = Level(lead.level_in_force(now))
    reason, override_reason = given.reason.strip(), given.override_reason.strip()
    competitor = line("competitor", given.competitor, 200)
    cause = find_reason(given.cause_id, by, field="cause")
    verdict = _ask_guards(lead, to, by, now) or _verdict_so_far(lead, to)
    check_move(
        start,
        to,
        level=level,
        has_reason=bool(reason),
        has_date=given.nurture_until is not None,
        has_verdict=verdict is not None or bool(override_reason),
        cause=cause.spec_kind if cause else None,
        names_competitor=cause is not None and cause.names_competitor,
        has_competitor=bool(competitor),
        role=by.role,
    )
    _refuse_past(given.nurture_until, by, now)
    exit_override = given.exit_override.strip()
    for objection in ports.before_leaving:
        objection(lead, to, exit_override, by, now)
    before = lead.opportunity_id
    if to == Stage.OPPORTUNITY:
        _take_place(lead, given, Opening(given.title, verdict, override_reason), now)
    concerned = lead.opportunity_id or before
    if to not in KEEPS_ITS_OPPORTUNITY:
        lead.opportunity = None
    lead.stage, lead.stage_since = to.value, now
    lead.judge_again_at = None if to in CLOSED else again
    if to in CLOSED:
        flags.close([lead.pk], now)
    lead.nurture_until = given.nurture_until if to == Stage.NURTURE else None
    lead.outcome = OUTCOMES.get(to, "")
    lead.revision += 1
    fields = ("stage", "stage_since", "nurture_until", "outcome", "opportunity", "revision", *JUDGED_FIELDS)
    lead.save(update_fields=fields)
    stays.enter(lead, StayKind.STAGE, to.value, now)
    if concerned is not None and concerned == before:
        settle(concerned, now, cause, competitor)
    receipt = Transition.objects.create(
        business_id=lead.business_id,
        lead=lead,
        from_stage=start.value,
        to_stage=to.value,
        at=now,
        author=by.membership,
        door=by.door,
        role=by.role or "",
        reason=reason,
        cause=cause,
        competitor=competitor,
        level_in_force=level.value,
        qualification=lead.qualification,
        opportunity_id=concerned,
        verdict_kind=verdict.kind if verdict else "override" if override_reason else "",
        verdict_id=verdict.global_id if verdict else "",
        verdict_reason=verdict.reason if verdict else override_reason,
    )
    Event.objects.bulk_create([*events, stage_event(receipt)])
    for follower in ports.after_move:
        follower(lead, receipt, exit_override, by, now)
    return receipt


def stage_event(receipt: Transition) -> Event:
    """Return the event of a move, unsaved."""
    data = {"transition": receipt.pk, "from": receipt.from_stage, "to": receipt.to_stage}
    if receipt.opportunity_id is not None:
        data["opportunity"] = receipt.opportunity_id
    return Event(
        business_id=receipt.business_id,
        lead_id=receipt.lead_id,
        kind=EventKind.STAGE_CHANGED,
        at=receipt.at,
        data=data,
    )


def _take_place(lead: Lead, given: Given, opening: Opening, now: datetime) -> None:
    """Make the lead part of an opportunity: the one given, the one that it still belongs to, or a new one."""
    if given.into is not None:
        lead.opportunity = given.into
        carry_contacts(lead, given.into)
        given.into.revision += 1
        given.into.save(update_fields=("revision",))
    elif lead.opportunity_id is None:
        lead.opportunity = begin_opportunity(lead, opening, now)


def _verdict_so_far(lead: Lead, to: Stage) -> ports.Verdict | None:
    """Return what an opportunity rests on that a lost lead goes back to."""
    opportunity = lead.opportunity if to == Stage.OPPORTUNITY else None
    if opportunity is None or lead.stage != Stage.LOST:
        return None
    if not opportunity.verdict_kind:
        return ports.Verdict("override", "", opportunity.override_reason)
    return ports.Verdict(opportunity.verdict_kind, opportunity.verdict_id, opportunity.verdict_reason)


def _ask_guards(lead: Lead, to: Stage, by: Viewer, now: datetime) -> ports.Verdict | None:
    supporting = [verdict for guard in ports.before_move if (verdict := guard(lead, to, by, now)) is not None]
    return supporting[0] if supporting else None


def _refuse_past(nurture_until: date | None, by: Viewer, now: datetime) -> None:
    if nurture_until is not None and nurture_until <= selectors.local_day(by.business, now):
        raise DateNotAhead("The date to look again must lie ahead.", field="nurtureUntil")
