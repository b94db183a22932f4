"""Stall risks, what a business makes of them, and what was foreseen of lost leads."""

from datetime import datetime
from typing import Any

import strawberry
import strawberry_django
from strawberry import relay

from leads.domain.qualification import Decision
from leads.global_ids import global_id
from leads.graphql.fields import column, computed
from leads.graphql.types import Lead, Reason, Transition
from playbook import models
from playbook.domain.stalling import Foreseen, RiskSeverity


@strawberry.type(description="Something that may bog a sale down or lose it.")
class StallRisk:
    key: str = strawberry.field(description="Its stable name.")
    name: str = strawberry.field(description="What a person reads.")
    present: Decision = strawberry.field(description="Whether it is there.")
    severity: RiskSeverity = strawberry.field(description="How much it weighs.")
    because: str = strawberry.field(description="Why, in words.")
    since: datetime | None = strawberry.field(description="Since when it is there; null if not, or if nobody knows.")

    @strawberry.field(
        description="The key of the reason for which such a lead would be lost, one of `reasons(kind: LOST)`; null if "
        "it predicts none."
    )
    def predicts(self: Any) -> str | None:
        return self.predicts or None

    @strawberry.field(description="What a person reads of that reason; null if it predicts none.")
    def predicts_label(self: Any) -> str | None:
        return self.predicts_label or None

    @strawberry.field(
        description="The global id of the diagnosis whose verdict names it; null for what shows in time and people."
    )
    def diagnosis_id(self: Any) -> strawberry.ID | None:
        return strawberry.ID(global_id("Diagnosis", self.from_diagnosis)) if self.from_diagnosis else None


@strawberry_django.type(models.StallRiskSetting, description="What the business makes of a stall risk.")
class StallRiskSetting(relay.Node):
    key: str = column("The risk's stable name.")
    name: str = column("What a person reads.")
    active: bool = column("Whether it is looked for.")
    days: int | None = column("After how many working days without activity; null for other risks.")
    severity: RiskSeverity = column("How much it weighs; for risks of a verdict its template says so instead.")
    predicts: Reason | None = column("For which reason such a lead would be lost; null if it predicts none.")
    position: int = column("Its place in the list.")


@strawberry.type(description="A risk that was present when a lead was lost.")
class PredictedRisk:
    key: str = strawberry.field(description="Its stable name.")
    name: str = strawberry.field(description="What a person read then.")
    because: str = strawberry.field(description="Why it was there.")
    predicts: str | None = strawberry.field(description="The key of the reason that it predicted; null if none.")
    predicts_label: str | None = strawberry.field(description="What a person read of that reason.")


@strawberry_django.type(
    models.LossReview, description="The reason for which a lead was lost, held against what was predicted."
)
class LossReview(relay.Node):
    lead: Lead = column("The lead.")
    transition: Transition = column("The receipt of the move.")
    cause: Reason = column("For which reason it was lost.")
    foreseen: Foreseen = column("Whether that had been predicted.")
    at: datetime = column("When it was lost.")

    @computed("The risks that were present then.", only=["predicted"])
    def predicted(self, info: strawberry.Info) -> list[PredictedRisk]:
        return [_predicted(found) for found in self.predicted]


def _predicted(found: dict[str, Any]) -> PredictedRisk:
    return PredictedRisk(
        key=found["key"],
        name=found["name"],
        because=found["because"],
        predicts=found["predicts"] or None,
        predicts_label=found["predicts_label"] or None,
    )
