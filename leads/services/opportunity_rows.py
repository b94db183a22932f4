"""What the moves of leads make of opportunities. Leads are locked before opportunities, always."""

from dataclasses import dataclass
from datetime import datetime

from leads import ports, selectors
from leads.domain.opportunities import OpportunityStatus, status_of
from leads.domain.stages import Stage
from leads.models import Lead, Opportunity, OpportunityContact, Reason, Stakeholder
from leads.tenancy import Viewer

KEEPS_ITS_OPPORTUNITY = frozenset({Stage.OPPORTUNITY, Stage.CUSTOMER, Stage.LOST})
"""A lead that goes elsewhere is part of no opportunity any more."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What an opportunity is made of that a lead begins."""

    title: str
    verdict: ports.Verdict | None
    override_reason: str


def locked_opportunity(opportunity_id: int | None, by: Viewer) -> Opportunity:
    """Return the opportunity, its row locked until the transaction ends; raise NotFound."""
    visible = Opportunity.objects.visible_to(by).select_for_update(of=("self",))
    found = visible.filter(pk=opportunity_id or 0).first()
    if found is None:
        raise selectors.NotFound("There is no such opportunity.", field="opportunity")
    return found


def begin_opportunity(lead: Lead, opening: Opening, now: datetime) -> Opportunity:
    """Begin an opportunity with what the verdict said, and the stakeholders of the lead."""
    verdict = opening.verdict
    opportunity = Opportunity.objects.create(
        business_id=lead.business_id,
        organization_id=lead.organization_id,
        owner_id=lead.owner_id,
        title=opening.title or lead.title or lead.organization.name,
        opened_at=now,
        currency=(verdict.currency if verdict else "") or lead.business.currency,
        cost_low=verdict.cost_low if verdict else None,
        cost_likely=verdict.cost_likely if verdict else None,
        cost_high=verdict.cost_high if verdict else None,
        verdict_kind=verdict.kind if verdict else "",
        verdict_id=verdict.global_id if verdict else "",
        verdict_reason=verdict.reason if verdict else "",
        override_reason="" if verdict else opening.override_reason,
    )
    carry_contacts(lead, opportunity)
    return opportunity


def carry_contacts(lead: Lead, opportunity: Opportunity) -> None:
    """Give an opportunity the lead's stakeholders; one who is there already gets the roles on top."""
    there = {part.contact_id: part for part in OpportunityContact.objects.filter(opportunity=opportunity)}
    for part in Stakeholder.objects.filter(lead=lead).order_by("pk"):
        known = there.get(part.contact_id)
        if known is None:
            OpportunityContact.objects.create(
                business_id=lead.business_id,
                opportunity=opportunity,
                contact_id=part.contact_id,
                buying_roles=part.buying_roles,
            )
        elif not set(part.buying_roles) <= set(known.buying_roles):
            known.buying_roles = sorted({*known.buying_roles, *part.buying_roles})
            known.save(update_fields=("buying_roles",))


def settle(opportunity_id: int, now: datetime, cause: Reason | None = None, competitor: str = "") -> Opportunity:
    """Let an opportunity stand as its leads stand now, and return it; its row is locked.

    Why it was lost is kept while it is lost.
    """
    opportunity = Opportunity.objects.select_for_update(of=("self",)).get(pk=opportunity_id)
    leads = Lead.objects.filter(opportunity=opportunity).order_by()
    status = status_of({Stage(stage) for stage in leads.values_list("stage", flat=True)})
    if status != opportunity.status:
        opportunity.closed_at = None if status == OpportunityStatus.OPEN else now
    if status != OpportunityStatus.LOST:
        opportunity.cause, opportunity.competitor = None, ""
    elif cause is not None:
        opportunity.cause, opportunity.competitor = cause, competitor
    opportunity.status = status.value
    opportunity.revision += 1
    opportunity.save(update_fields=("status", "closed_at", "cause", "competitor", "revision"))
    return opportunity
