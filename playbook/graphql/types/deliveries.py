from datetime import datetime

import strawberry
import strawberry_django
from strawberry import relay

from leads.global_ids import global_id
from leads.graphql.fields import column, computed
from leads.graphql.types.business import Membership
from playbook import models
from playbook.domain.steps import DeliveryStatus


@strawberry_django.type(
    models.Webhook,
    description="An address of another system that plays call. For managers; what signs the calls is not said again.",
)
class Webhook(relay.Node):
    name: str = column("What people here call it.")
    url: str = column("Where it is called, over HTTPS.")
    created_at: datetime = column("When it was made.")
    archived_at: datetime | None = column("Since when it is not called any more; null while it is.")


@strawberry_django.type(
    models.Delivery,
    description="One e-mail or one call of a webhook: sent in the background, tried again if it does not arrive, and "
    "given up in the end. For managers.",
)
class Delivery(relay.Node):
    webhook: Webhook | None = column("The webhook that it calls; null for an e-mail.")
    recipient: Membership | None = column("Whom it is mailed to; null for a call of a webhook.")
    subject: str = column("What it is about; the subject of an e-mail.")
    body: str = column("What is sent: the text of an e-mail, or JSON.")
    status: DeliveryStatus = column("How far it is.")
    created_at: datetime = column("When it was written, together with what caused it.")
    attempts: int = column("How often it was tried.")
    try_at: datetime | None = column("When it is sent or tried again; null: not any more.")
    sent_at: datetime | None = column("When it arrived.")
    response_status: int | None = column("What the webhook answered the last time, such as 204; null: nothing.")
    problem: str = column("What went wrong the last time; empty if nothing did.")

    @computed("What a receiver can tell a repeat by; the same however often it is tried.", only=["delivery_id"])
    def delivery_id(self, info: strawberry.Info) -> str:
        return str(self.delivery_id)

    @computed("The global id of the lead that it is about; null if it is about none.", only=["lead_id"])
    def lead_id(self, info: strawberry.Info) -> strawberry.ID | None:
        return None if self.lead_id is None else strawberry.ID(global_id("Lead", self.lead_id))
