"""What can be read about opportunities, and the time that leads spend in stages."""

from typing import Any

import graphene

from leads import models
from leads.domain.opportunities import OpportunityStatus
from leads.filters import OpportunityFilterSet, StayFilterSet
from leads.models import StayKind
from leads.reporting.filtering import input_of
from leads.reporting.pages import pages
from leads.reporting.rows import Row, choice, to_one
from leads.reporting.types import Lead, Opportunity

DAY = 86_400


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
