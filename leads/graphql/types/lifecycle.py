"""What a journey is accounted for with: reasons, stays and opportunities."""

from datetime import datetime
from typing import Annotated

import strawberry
import strawberry_django
from strawberry import relay

from leads import models
from leads.domain.opportunities import OpportunityStatus
from leads.domain.reasons import ReasonKind
from leads.graphql.connection import KeysetConnection, pages
from leads.graphql.fields import column, computed
from leads.graphql.types.business import Membership
from leads.graphql.types.people import Contact, Organization
from leads.graphql.values import Money
from leads.models import BuyingRole, StayKind

LATER = strawberry.lazy("leads.graphql.types.lead")
DAY = 86_400


@strawberry_django.type(models.Reason, description="An entry of a list of reasons that the business keeps.")
class Reason(relay.Node):
    kind: ReasonKind = column("What it is given for.")
    key: str = column("Its stable name within its kind.")
    label: str = column("What a person reads.")
    description: str = column("When to choose it; may be empty.")
    names_competitor: bool = column("Whether who chooses it must name the competitor.")
    position: int = column("Its place in the list.")
    archived_at: datetime | None = column("Since when it is not offered any more; null while it is.")


@strawberry_django.type(models.Stay, description="The time that a lead spent, or spends, in one stage or phase.")
class Stay(relay.Node):
    lead: Annotated["Lead", LATER] = column("The lead.")
    kind: StayKind = column("Whether it is in a stage or in a phase.")
    key: str = column("The stage in small letters, such as `sql`, or the phase's key.")
    began_at: datetime = column("When it went there.")
    ended_at: datetime | None = column("When it left; null while it is there.")

    @computed("How long it lasted, or lasts until now, in seconds.", only=["began_at", "ended_at"])
    def seconds(self, info: strawberry.Info) -> float:
        return self.seconds(info.context.now)

    @computed("The same in days of 24 hours, to two places.", only=["began_at", "ended_at"])
    def days(self, info: strawberry.Info) -> float:
        return round(self.seconds(info.context.now) / DAY, 2)


@strawberry_django.type(models.OpportunityContact, description="A contact's part in an opportunity.")
class OpportunityContact(relay.Node):
    opportunity: Annotated["Opportunity", strawberry.lazy("leads.graphql.types.lifecycle")] = column(
        "In which opportunity."
    )
    contact: Contact = column("Who it is.")

    @computed("What the person does in this decision; empty if not known.", only=["buying_roles"])
    def buying_roles(self, info: strawberry.Info) -> list[BuyingRole]:
        return [BuyingRole(role) for role in self.buying_roles]


@strawberry_django.type(
    models.Opportunity,
    description="A diagnosed problem that both sides want solved, made of one lead or more of one organization.",
)
class Opportunity(relay.Node):
    organization: Organization = column("The prospect company.")
    owner: Membership | None = column("Who works on it; null if nobody does.")
    title: str = column("What it is about.")
    status: OpportunityStatus = column("How it stands, which follows from where its leads are.")
    opened_at: datetime = column("When the first lead became it.")
    closed_at: datetime | None = column("When it was won, lost or returned; null while it is open.")
    verdict_kind: str = column("What sort of verdict it rests on, such as `diagnosis`; empty for an override.")
    verdict_id: str = column("The global id of that verdict; empty for an override.")
    verdict_reason: str = column("What the verdict said then; empty for an override.")
    override_reason: str = column("Why it was opened without a verdict; empty if there was one.")
    cause: Reason | None = column("Why it was lost; null unless it is lost.")
    competitor: str = column("Who won it instead; empty if nobody is named.")
    revision: int = column("Counts what people changed; send it back as `expectedRevision`.")
    contacts: list[OpportunityContact] = column("The people who have a part in it.")
    leads: KeysetConnection[Annotated["Lead", LATER]] = pages("The leads that it is made of, oldest first.")

    @computed("The yearly cost of the problem, at least; null if no verdict tells.", only=["cost_low", "currency"])
    def cost_low(self, info: strawberry.Info) -> Money | None:
        return None if self.cost_low is None else Money(amount=self.cost_low, currency=self.currency)

    @computed("The likely yearly cost of the problem; null if no verdict tells.", only=["cost_likely", "currency"])
    def cost_likely(self, info: strawberry.Info) -> Money | None:
        return None if self.cost_likely is None else Money(amount=self.cost_likely, currency=self.currency)

    @computed(
        "The yearly cost of the problem, at most; null while part of it is unknown, or if no verdict tells.",
        only=["cost_high", "currency"],
    )
    def cost_high(self, info: strawberry.Info) -> Money | None:
        return None if self.cost_high is None else Money(amount=self.cost_high, currency=self.currency)
