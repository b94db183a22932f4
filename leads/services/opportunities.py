"""Making opportunities of diagnosed leads, and winning, losing and reopening them with all of their leads."""

from datetime import datetime

from django.db import transaction

from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.domain.opportunities import OpportunityStatus
from leads.domain.stages import Stage, move_for
from leads.models import Lead, Opportunity
from leads.services.lines import line
from leads.services.moving import Given, move_locked
from leads.services.opportunity_rows import locked_opportunity
from leads.services.reasons import find_reason
from leads.tenancy import Viewer

CONVERTED = frozenset({Stage.OPPORTUNITY, Stage.CUSTOMER})
REOPENED_FROM = {OpportunityStatus.WON: Stage.CUSTOMER, OpportunityStatus.LOST: Stage.LOST}


class ConvertedAlready(DomainError):
    code = "converted_already"


class OtherOrganization(DomainError):
    code = "other_organization"


class OpportunityClosed(DomainError):
    code = "opportunity_closed"


class OpportunityNotClosed(DomainError):
    code = "opportunity_not_closed"


@transaction.atomic
def convert_lead(
    *,
    lead_id: int | None,
    expected_revision: int,
    by: Viewer,
    now: datetime,
    opportunity_id: int | None = None,
    title: str = "",
    override_reason: str = "",
    exit_override: str = "",
) -> Opportunity:
    """Make an opportunity of a lead, or let it join an open one of its organization; return the opportunity.

    It needs what the move to OPPORTUNITY needs: a diagnosis that advises to advance, or an override reason. A lead
    that is converted already answers its opportunity whatever its revision, so that asking again does no harm;
    ConvertedAlready if another opportunity is asked for.
    """
    permissions.require(by, "convert_lead")
    lead = selectors.locked_lead(lead_id, by)
    if Stage(lead.stage) in CONVERTED and lead.opportunity is not None:
        if opportunity_id not in (None, lead.opportunity_id):
            raise ConvertedAlready(
                f"This lead is part of the opportunity “{lead.opportunity}” already.", field="opportunity"
            )
        return lead.opportunity
    selectors.check_revision(lead, expected_revision)
    move_for(Stage(lead.stage), Stage.OPPORTUNITY, by.role)
    if lead.stage != Stage.SQL:
        raise OpportunityClosed(
            f"This lead is closed ({lead.stage}). Reopen its opportunity, or move it back to SQL.", field="lead"
        )
    given = Given(
        override_reason=override_reason,
        exit_override=exit_override,
        title=line("title", title, 300),
        into=_joined(opportunity_id, lead, by) if opportunity_id is not None else None,
    )
    receipt = move_locked(lead, Stage.OPPORTUNITY, given, by, now)
    return Opportunity.objects.get(pk=receipt.opportunity_id or 0)


def _joined(opportunity_id: int, lead: Lead, by: Viewer) -> Opportunity:
    opportunity = locked_opportunity(opportunity_id, by)
    if opportunity.organization_id != lead.organization_id:
        raise OtherOrganization(
            "That opportunity is one of another organization; see `openOpportunities` of the lead.",
            field="opportunity",
        )
    if opportunity.status != OpportunityStatus.OPEN:
        raise OpportunityClosed(
            f"That opportunity is closed ({opportunity.status}). Leave it out to begin a new one.",
            field="opportunity",
        )
    return opportunity


@transaction.atomic
def win_opportunity(
    *,
    opportunity_id: int | None,
    expected_revision: int,
    by: Viewer,
    now: datetime,
    reason: str = "",
    exit_override: str = "",
) -> Opportunity:
    """Make customers of all leads that are in an open opportunity, all or none; return it, won."""
    permissions.require(by, "close_opportunity")
    leads = _leads_of(opportunity_id, Stage.OPPORTUNITY, expected_revision, by)
    for lead in leads:
        move_locked(lead, Stage.CUSTOMER, Given(reason=reason, exit_override=exit_override), by, now)
    return Opportunity.objects.get(pk=opportunity_id or 0)


@transaction.atomic
def lose_opportunity(
    *,
    opportunity_id: int | None,
    cause_id: int | None,
    expected_revision: int,
    by: Viewer,
    now: datetime,
    competitor: str = "",
    reason: str = "",
) -> Opportunity:
    """Lose all leads that are in an open opportunity, for one of the business's reasons; return it.

    It is won nevertheless if one of its leads had become a customer before.
    """
    permissions.require(by, "close_opportunity")
    leads = _leads_of(opportunity_id, Stage.OPPORTUNITY, expected_revision, by)
    find_reason(cause_id, by, field="cause")
    given = Given(reason=reason, cause_id=cause_id, competitor=competitor)
    for lead in leads:
        move_locked(lead, Stage.LOST, given, by, now)
    return Opportunity.objects.get(pk=opportunity_id or 0)


@transaction.atomic
def reopen_opportunity(
    *, opportunity_id: int | None, reason: str, expected_revision: int, by: Viewer, now: datetime
) -> Opportunity:
    """Let a won or lost opportunity go on: the leads that closed it go back to OPPORTUNITY; return it, open."""
    permissions.require(by, "reopen_opportunity")
    leads = _leads_of(opportunity_id, None, expected_revision, by)
    for lead in leads:
        move_locked(lead, Stage.OPPORTUNITY, Given(reason=reason), by, now)
    return Opportunity.objects.get(pk=opportunity_id or 0)


def _leads_of(opportunity_id: int | None, stage: Stage | None, expected: int, by: Viewer) -> list[Lead]:
    """Return the leads of an opportunity that are in a stage, None: in the one that closed it; all rows are locked.

    The leads are locked first, in their order; whoever joined or left meanwhile changed the revision.
    """
    among = Lead.objects.visible_to(by).filter(opportunity=opportunity_id or 0).order_by("pk")
    leads = [selectors.locked_lead(pk, by) for pk in among.values_list("pk", flat=True)]
    opportunity = locked_opportunity(opportunity_id, by)
    if opportunity.revision != expected:
        raise selectors.StaleRevision(
            f"Somebody changed this opportunity meanwhile: it is at revision {opportunity.revision}, "
            f"you expected {expected}. Read it again, then decide.",
            field="expectedRevision",
        )
    is_open = opportunity.status == OpportunityStatus.OPEN
    if stage is not None and not is_open:
        raise OpportunityClosed(
            f"This opportunity is closed ({opportunity.status}). Reopen it first.", field="opportunity"
        )
    if stage is None:
        stage = REOPENED_FROM.get(OpportunityStatus(opportunity.status))
        if stage is None:
            said = "It is open still." if is_open else "Its leads went back: convert them again."
            raise OpportunityNotClosed(f"Only a won or lost opportunity can be reopened. {said}", field="opportunity")
    return [lead for lead in leads if lead.stage == stage]
