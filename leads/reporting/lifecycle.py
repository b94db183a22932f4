"""The rows of the reports about opportunities, their reasons, and the time that leads spend in stages."""

from typing import Any

import graphene

from leads import models
from leads.domain.opportunities import OpportunityStatus
from leads.domain.reasons import ReasonKind
from leads.filters import OpportunityFilterSet, StayFilterSet
from leads.models import StayKind
from leads.reporting.filtering import input_of
from leads.reporting.pages import pages
from leads.reporting.rows import Row, choice, to_one
from leads.reporting.types import Lead, Membership, Organization

DAY = 86_400


class Reason(Row):
    class Meta:
        model = models.Reason
        description = "An entry of a list of reasons that the business keeps."
        columns = {
            "key": "Its stable name within its kind.",
            "label": "What a person reads.",
            "description": "When to choose it; may be empty.",
            "names_competitor": "Whether who chooses it must name the competitor.",
            "position": "Its place in the list.",
            "archived_at": "Since when it is not offered any more; null while it is.",
        }

    kind = choice(ReasonKind, "What it is given for.")


class Opportunity(Row):
    class Meta:
        model = models.Opportunity
        description = "A diagnosed problem that both sides want solved, made of leads of one organization."
        columns = {
            "title": "What it is about.",
            "opened_at": "When the first lead became it.",
            "closed_at": "When it was won, lost or returned; null while it is open.",
            "currency": "The currency of its amounts, in the three letters of ISO 4217.",
            "verdict_kind": "What sort of verdict it rests on, such as `diagnosis`; empty for an override.",
            "verdict_id": "The global id of that verdict; empty for an override.",
            "verdict_reason": "What the verdict said then; empty for an override.",
            "override_reason": "Why it was opened without a verdict; empty if there was one.",
            "competitor": "Who won it instead; empty if nobody is named.",
            "revision": "Counts what people changed.",
        }

    needs = {"organization": "organization", "owner": "owner", "cause": "cause"}

    organization = to_one(Organization, "The prospect company.")
    owner = to_one(Membership, "Who works on it; null if nobody does.", required=False)
    cause = to_one(Reason, "Why it was lost; null unless it is lost.", required=False)
    status = choice(OpportunityStatus, "How it stands, which follows from where its leads are.")
    cost_low_amount = graphene.Decimal(
        description="The yearly cost of the problem, at least; null if no verdict tells."
    )
    cost_likely_amount = graphene.Decimal(description="The likely yearly cost of the problem, likewise.")
    cost_high_amount = graphene.Decimal(
        description="The yearly cost of the problem, at most; null while part of it is unknown, or if no verdict tells."
    )

    def resolve_cost_low_amount(self: Any, info: Any) -> Any:
        return self.cost_low

    def resolve_cost_likely_amount(self: Any, info: Any) -> Any:
        return self.cost_likely

    def resolve_cost_high_amount(self: Any, info: Any) -> Any:
        return self.cost_high


class Stay(Row):
    class Meta:
        model = models.Stay
        description = "The time that a lead spent, or spends, in one stage or phase."
        columns = {
            "key": "The stage in small letters, such as `sql`, or the phase's key.",
            "began_at": "When it went there.",
            "ended_at": "When it left; null while it is there.",
        }

    needs = {"lead": "lead"}

    lead = to_one(Lead, "The lead.")
    kind = choice(StayKind, "Whether it is in a stage or in a phase.")
    seconds = graphene.Float(required=True, description="How long it lasted, or lasts until now, in seconds.")
    days = graphene.Float(required=True, description="The same in days of 24 hours, to two places.")

    def resolve_seconds(self: Any, info: Any) -> float:
        return self.seconds(info.context.now)

    def resolve_days(self: Any, info: Any) -> float:
        return round(self.seconds(info.context.now) / DAY, 2)


OpportunityFilter = input_of(
    OpportunityFilterSet,
    "OpportunityFilter",
    "Which opportunities; all that is given must hold.",
    {"status": OpportunityStatus},
)
StayFilter = input_of(StayFilterSet, "StayFilter", "Which stays; all that is given must hold.", {"kind": StayKind})


class LifecycleQuery:
    """The part of the query type about opportunities and stays."""

    opportunities = pages(Opportunity, "The business's opportunities, newest first.", by=OpportunityFilter)
    stays = pages(Stay, "How long leads were in each stage and phase, newest first.", by=StayFilter)
