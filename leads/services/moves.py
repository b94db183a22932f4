"""Moving leads from stage to stage, each move with its receipt; and what counts instead of the criteria."""

from datetime import date, datetime

from django.db import transaction

from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.domain.qualification import sooner
from leads.domain.stages import CLOSED, Level, Stage
from leads.models import Event, EventKind, Lead, LevelOverride, Transition
from leads.services import flags
from leads.services.judging import JUDGED_FIELDS, judge_locked
from leads.services.moving import Given, move_locked
from leads.tenancy import Viewer


@transaction.atomic
def move_lead(
    *,
    lead_id: int | None,
    to: Stage,
    expected_revision: int,
    by: Viewer,
    now: datetime,
    reason: str = "",
    nurture_until: date | None = None,
    override_reason: str = "",
    cause_id: int | None = None,
    competitor: str = "",
    exit_override: str = "",
) -> Transition:
    """Move a lead and return the receipt; raise MoveRefused with what is missing.

    The lead is judged first, so that the level in force is today's. An override reason stands in for a
    verdict where a move needs one, and is kept on the receipt; an exit override says why a phase is left whose exit
    criteria warn. Going to OPPORTUNITY makes a new opportunity;
    `convert_lead` joins one that is open.
    """
    permissions.require(by, "move_lead")
    lead = selectors.locked_lead(lead_id, by)
    selectors.check_revision(lead, expected_revision)
    given = Given(
        reason=reason,
        nurture_until=nurture_until,
        override_reason=override_reason,
        cause_id=cause_id,
        competitor=competitor,
        exit_override=exit_override,
    )
    return move_locked(lead, to, given, by, now)


# --- Overrides -----------------------------------------------------------------------------------


class ReasonNeeded(DomainError):
    code = "reason_missing"


class ExpiryNotAhead(DomainError):
    code = "expiry_not_ahead"


class LeadIsClosed(DomainError):
    code = "lead_is_closed"


class NoOverride(DomainError):
    code = "no_override"


@transaction.atomic
def override_level(
    *,
    lead_id: int | None,
    level: Level,
    reason: str,
    expires_at: datetime,
    expected_revision: int,
    by: Viewer,
    now: datetime,
) -> Lead:
    """Put another level in force until a time; the computed one is kept beside it.

    It replaces an override that still lasts, and ends by itself.
    """
    permissions.require(by, "override_level")
    lead = selectors.locked_lead(lead_id, by)
    selectors.check_revision(lead, expected_revision)
    if not reason.strip():
        raise ReasonNeeded("Say why another level should count than the computed one.", field="reason")
    selectors.check_moment(expires_at, "expiresAt")
    if expires_at <= now:
        raise ExpiryNotAhead("The override must end in the future.", field="expiresAt")
    if Stage(lead.stage) in CLOSED:
        raise LeadIsClosed(f"This lead is closed ({lead.stage}). Reopen it first.", field="lead")
    override = LevelOverride.objects.create(
        business_id=lead.business_id,
        lead=lead,
        level=level.value,
        reason=reason.strip(),
        author=by.membership,
        created_at=now,
        expires_at=expires_at,
    )
    replaced = LevelOverride.objects.filter(lead=lead, expires_at__gt=now, ended_at__isnull=True).exclude(
        pk=override.pk
    )
    replaced.update(ended_at=now, ended_by=by.membership)
    events = judge_locked(lead, by.business, now)
    before = Level(lead.level_in_force(now))
    lead.override_level, lead.override_expires_at = level.value, expires_at
    lead.judge_again_at = sooner(lead.judge_again_at, expires_at)
    cause = f"Overridden until {expires_at:%Y-%m-%d}: {reason.strip()}"
    flags.follow([flags.LevelChange(lead.business_id, lead.pk, lead.stage, before, level, cause=cause)], now)
    lead.revision += 1
    lead.save(update_fields=("override_level", "override_expires_at", "revision", *JUDGED_FIELDS))
    data = {"override": override.pk, "computed": lead.level, "to": level.value}
    event = Event(business_id=lead.business_id, lead=lead, kind=EventKind.LEVEL_OVERRIDDEN, at=now, data=data)
    Event.objects.bulk_create([*events, event])
    return lead


@transaction.atomic
def end_override(*, lead_id: int | None, expected_revision: int, by: Viewer, now: datetime) -> Lead:
    """Let the computed level count again, before the override's time; raise NoOverride if none is in force.

    The override itself is kept, with who ended it and when.
    """
    permissions.require(by, "end_override")
    lead = selectors.locked_lead(lead_id, by)
    selectors.check_revision(lead, expected_revision)
    if lead.override_expires_at is None or lead.override_expires_at <= now:
        raise NoOverride("The computed level counts already: no override is in force.", field="lead")
    lasting = LevelOverride.objects.filter(lead=lead, expires_at__gt=now, ended_at__isnull=True)
    lasting.update(ended_at=now, ended_by=by.membership)
    lead.override_expires_at = now
    events = judge_locked(lead, by.business, now)
    lead.revision += 1
    lead.save(update_fields=("revision", *JUDGED_FIELDS))
    Event.objects.bulk_create(events)
    return lead
