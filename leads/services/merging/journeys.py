"""Merging leads."""

from datetime import datetime

from django.db import transaction

from leads import permissions, ports, selectors
from leads.domain.merging import LeadStanding, Moved, check_leads
from leads.domain.opportunities import OpportunityStatus
from leads.domain.snapshot import united
from leads.domain.stages import Level, Stage
from leads.models import Event, Flag, FlagKind, Lead, LeadValue, LevelOverride, Stakeholder, Stay
from leads.services import flags
from leads.services.evidence import keep_filterable
from leads.services.judging import JUDGED_FIELDS, judge_locked
from leads.services.merging.beginning import find_pair, is_merged_already, lock_all
from leads.services.merging.keys import join_parts, let_follow
from leads.services.merging.receipts import fill_gaps, label_of, merged_event, tell, write_receipt
from leads.tenancy import Viewer

TAKEN_OVER = ("title", "source", "owner")


@transaction.atomic
def merge_leads(*, kept_id: int | None, gone_id: int | None, expected_revision: int, by: Viewer, now: datetime) -> Lead:
    """Let what was learned in one journey count in another of the same organization; return the kept lead, judged anew.

    Evidence, touches, people and diagnoses move. Receipts, stays, events and judgements stay on the gone lead, which
    takes no more changes, so that the history of each is the way that it went. Done once, it answers the kept lead
    again whatever its revision. Raise StaleRevision if somebody changed the kept lead meanwhile.
    """
    permissions.require(by, "merge")
    selectors.take_turn_to_merge(by.business)
    kept, gone = find_pair(Lead, kept_id, gone_id, by)
    if is_merged_already(kept, gone):
        return kept
    merging = lock_all(kept, gone, {kept.pk, gone.pk}, by, now)
    selectors.check_revision(kept, expected_revision)
    check_leads(_standing(kept), _standing(gone))
    said = _in_words(gone, now)
    moved = [
        *let_follow(kept, gone),
        *join_parts(Stakeholder, kept, gone),
        _move_flags(kept, gone),
        *(part for step in ports.when_merging for part in step.move(merging)),
    ]
    kept.snapshot = united(kept.snapshot, gone.snapshot)
    keep_filterable(kept, selectors.attributes_of(by).values())
    fill_gaps(kept, gone, TAKEN_OVER)
    kept.wants_conversation_at = max(
        filter(None, (kept.wants_conversation_at, gone.wants_conversation_at)), default=None
    )
    _end(gone, kept, by, now)
    events = judge_locked(kept, by.business, now)
    kept.revision += 1
    kept.save(update_fields=(*TAKEN_OVER, "snapshot", "revision", "wants_conversation_at", *JUDGED_FIELDS))
    merge = write_receipt(merging, moved, _in_words(kept, now), said)
    Event.objects.bulk_create([merged_event(merge, kept), *events])
    tell(merging)
    return kept


def _standing(lead: Lead) -> LeadStanding:
    opportunity = lead.opportunity
    return LeadStanding(
        label=label_of(lead),
        organization=lead.organization.name,
        organization_id=lead.organization_id,
        stage=Stage(lead.stage),
        in_open_opportunity=opportunity is not None and opportunity.status == OpportunityStatus.OPEN,
    )


def _in_words(lead: Lead, now: datetime) -> dict[str, str]:
    """Return what people keep about a lead, for what differs to be read afterwards."""
    overridden = lead.override_expires_at is not None and lead.override_expires_at > now
    until = f"{lead.override_expires_at:%Y-%m-%d}" if overridden else ""
    return {
        "Title": lead.title,
        "Source": lead.source,
        "Owner": str(lead.owner.user) if lead.owner else "",
        "Reference": lead.reference,
        "Stage": Stage(lead.stage).label,
        "Outcome": lead.get_outcome_display() if lead.outcome else "",
        "Look again on": f"{lead.nurture_until:%Y-%m-%d}" if lead.nurture_until else "",
        "Opportunity": str(lead.opportunity) if lead.opportunity else "",
        "Level that counts instead": f"{Level(lead.override_level).name} until {until}" if overridden else "",
        "Begun": f"{lead.created_at:%Y-%m-%d}",
    }


def _move_flags(kept: Lead, gone: Lead) -> Moved:
    """Let what somebody must still see be seen; that the gone lead's own level fell is no matter any more."""
    still = Flag.objects.filter(lead=gone, cleared_at__isnull=True).exclude(kind=FlagKind.LEVEL_LOWERED)
    return Moved("flag", "flags", still.update(lead=kept))


def _end(gone: Lead, kept: Lead, by: Viewer, now: datetime) -> None:
    """Let nothing go on for a lead that is merged: no stay, no flag, no override, no judgement."""
    for stay in Stay.objects.filter(lead=gone, ended_at__isnull=True):
        stay.ended_at = max(stay.began_at, now)
        stay.save(update_fields=("ended_at",))
    flags.close([gone.pk], now, f"The lead was merged into “{label_of(kept)}”.")
    lasting = LevelOverride.objects.filter(lead=gone, ended_at__isnull=True, expires_at__gt=now)
    lasting.update(ended_at=now, ended_by=by.membership)
    LeadValue.objects.filter(lead=gone).delete()
    gone.override_level, gone.override_expires_at, gone.judge_again_at = "", None, None
    gone.revision += 1
    gone.save(update_fields=("override_level", "override_expires_at", "judge_again_at", "revision"))
