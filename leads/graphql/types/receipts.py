from datetime import datetime
from typing import Annotated

import strawberry
import strawberry_django
from strawberry import relay

from leads import models
from leads.domain.stages import Level, Stage
from leads.graphql.fields import column, computed
from leads.graphql.types.business import Membership
from leads.graphql.types.lifecycle import Opportunity, Reason
from leads.graphql.types.qualification import Qualification
from leads.models import Door, Role

LATER = strawberry.lazy("leads.graphql.types.lead")


@strawberry_django.type(models.Transition, description="The receipt of one move of a lead.")
class Transition(relay.Node):
    lead: Annotated["Lead", LATER] = column("The lead that moved.")
    to_stage: Stage = column("Where it went.")
    at: datetime = column("When.")
    author: Membership | None = column("Who moved it; null for the system.")
    door: Door = column("Through which door.")
    reason: str = column("Why; empty if the move needs no reason and none was given.")
    level_in_force: Level = column("The level in force when it moved.")
    qualification: Qualification | None = column("The judgement behind it.")
    verdict_kind: str = column("What stood in for or as a verdict: a diagnosis, `override`, or empty.")
    verdict_reason: str = column("What the verdict said then, or the reason of the override.")

    cause: Reason | None = column("The reason that was chosen from the business's list; null if none was.")
    competitor: str = column("Who won the lead instead; empty if nobody is named.")
    opportunity: Opportunity | None = column("The opportunity that it joined, left, won or lost; null if none.")

    @computed("The role of who moved it, at that time; null for the system.", only=["role"])
    def role(self, info: strawberry.Info) -> Role | None:
        return Role(self.role) if self.role else None

    @computed("Where it came from; null where the lead began.", only=["from_stage"])
    def from_stage(self, info: strawberry.Info) -> Stage | None:
        return Stage(self.from_stage) if self.from_stage else None
