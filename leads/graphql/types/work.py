"""What is done in the background, and what owners are told of it."""

from datetime import datetime
from typing import Annotated

import strawberry
import strawberry_django
from strawberry import relay

from leads import models
from leads.domain.stages import Level
from leads.graphql.fields import column, computed
from leads.graphql.types.business import Membership
from leads.graphql.types.qualification import QualificationVersion
from leads.models import FlagKind, WorkStatus

LATER = strawberry.lazy("leads.graphql.types.lead")


@strawberry_django.type(
    models.Rejudging,
    description="One pass in the background over the business's open leads, after what judges them changed.",
)
class Rejudging(relay.Node):
    version: QualificationVersion = column("The version that was published or retired.")
    status: WorkStatus = column("How far it is.")
    requested_at: datetime = column("When the version was published or retired.")
    requested_by: Membership | None = column("Who did; null for the system.")
    started_at: datetime | None = column("When its first batch was done.")
    finished_at: datetime | None = column("When it was done, failed or was replaced by a later one.")
    total: int = column("How many open leads there were when it was asked for.")
    judged: int = column("How many are done.")
    raised: int = column("How many of them came to a higher level.")
    lowered: int = column("How many came to a lower level, and no answer lifts them again.")
    opened: int = column("How many lost a level that answers may give back.")
    stayed: int = column("How many kept their level.")
    problem: str = column("Why it failed; empty if it did not.")

    @computed("How much is done, from 0 to 1.", only=["judged", "total", "status"])
    def progress(self, info: strawberry.Info) -> float:
        if self.status == WorkStatus.DONE or not self.total:
            return 1.0
        return min(1.0, self.judged / self.total)


@strawberry_django.type(models.Flag, description="Something that a lead's owner must see, until somebody clears it.")
class Flag(relay.Node):
    lead: Annotated["Lead", LATER] = column("The lead; its owner is the one to see to it.")
    kind: FlagKind = column("What it is about.")
    reason: str = column("What happened, in words.")
    raised_at: datetime = column("When.")
    cleared_at: datetime | None = column("When it was seen to, or its cause was gone; null while it is open.")
    cleared_by: Membership | None = column("Who saw to it; null if it went by itself, or is open.")
    note: str = column("What was done about it; may be empty.")

    @computed("The level in force before; null if the flag is about something else.", only=["from_level"])
    def from_level(self, info: strawberry.Info) -> Level | None:
        return Level(self.from_level) if self.from_level else None

    @computed("The level in force since then; null if the flag is about something else.", only=["to_level"])
    def to_level(self, info: strawberry.Info) -> Level | None:
        return Level(self.to_level) if self.to_level else None
