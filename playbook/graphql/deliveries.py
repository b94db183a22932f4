"""Webhooks as managers keep them, and what was sent or could not be."""

from collections.abc import Iterable
from typing import Annotated

import strawberry
import strawberry_django

from leads import permissions
from leads.graphql.connection import KeysetConnection, pages
from leads.graphql.fields import described, pk_of
from leads.graphql.mutations import fresh
from leads.graphql.queries import NEEDED, NODES
from leads.graphql.results import OperationInfo
from playbook import models
from playbook.domain.steps import DeliveryStatus
from playbook.graphql import enums  # noqa: F401 (describes DeliveryStatus)
from playbook.graphql.types.deliveries import Delivery, Webhook
from playbook.services import deliveries, webhooks

NODES.update({"Webhook": models.Webhook, "Delivery": models.Delivery})
NEEDED.update({"Webhook": "manage_webhooks", "Delivery": "retry_failed_work"})


@strawberry.type(description="A webhook with a new secret. Only this answer has it: nobody can read it again.")
class WebhookMade:
    webhook: Webhook = strawberry.field(description="The webhook.")
    secret: str = strawberry.field(description="What signs its calls: `whsec_` and 32 bytes in base64.")


WebhookMadeResult = Annotated[
    WebhookMade | OperationInfo,
    strawberry.union("WebhookMadeResult", description="The webhook and its secret, or why nothing was changed."),
]
WebhookResult = Annotated[
    Webhook | OperationInfo,
    strawberry.union("WebhookResult", description="The webhook as it is now, or why nothing was changed."),
]
DeliveryResult = Annotated[
    Delivery | OperationInfo,
    strawberry.union("DeliveryResult", description="The delivery as it is now, or why nothing was changed."),
]
WebhookId = Annotated[strawberry.ID, described("The webhook's global id.")]


@strawberry.type
class DeliveriesQuery:
    @strawberry_django.field(description="The webhooks that plays may call, by name, archived ones too. For managers.")
    def webhooks(self, info: strawberry.Info) -> list[Webhook]:
        permissions.require(info.context.viewer, "manage_webhooks")
        return models.Webhook.objects.visible_to(info.context.viewer)  # type: ignore[return-value]

    @pages("What was sent, waits to be sent or was given up, newest first. For managers.", KeysetConnection[Delivery])
    def deliveries(
        self,
        info: strawberry.Info,
        status: Annotated[DeliveryStatus | None, described("Only those that are so far; by default all.")] = None,
    ) -> Iterable[models.Delivery]:
        permissions.require(info.context.viewer, "retry_failed_work")
        found = models.Delivery.objects.visible_to(info.context.viewer).order_by("-id")
        return found if status is None else found.filter(status=status)


@strawberry.type
class DeliveriesMutation:
    @strawberry.mutation(description="Make a webhook with a secret of its own. For managers.")
    def create_webhook(
        self,
        info: strawberry.Info,
        name: Annotated[str, described("What people here call it; at most 200 characters.")],
        url: Annotated[str, described("Where it is called: HTTPS, and a host of the public internet.")],
    ) -> WebhookMadeResult:
        made = webhooks.create_webhook(name=name, url=url, by=info.context.viewer, now=info.context.now)
        return WebhookMade(webhook=made.webhook, secret=made.secret)  # type: ignore[arg-type]

    @strawberry.mutation(description="Give a webhook another name or address; its secret stays. For managers.")
    def change_webhook(
        self,
        info: strawberry.Info,
        webhook: WebhookId,
        name: Annotated[str | None, described("What people here call it; null: as it was.")] = None,
        url: Annotated[str | None, described("Where it is called; null: as it was.")] = None,
    ) -> WebhookResult:
        changed = webhooks.change_webhook(
            webhook_id=pk_of(webhook, "Webhook"), name=name, url=url, by=info.context.viewer
        )
        return fresh(info, changed)

    @strawberry.mutation(
        description="Give a webhook a new secret. The old one signs nothing from now on. For managers."
    )
    def rotate_webhook_secret(self, info: strawberry.Info, webhook: WebhookId) -> WebhookMadeResult:
        made = webhooks.rotate_secret(webhook_id=pk_of(webhook, "Webhook"), by=info.context.viewer)
        return WebhookMade(webhook=made.webhook, secret=made.secret)  # type: ignore[arg-type]

    @strawberry.mutation(description="Call a webhook no more, for good. For managers.")
    def archive_webhook(self, info: strawberry.Info, webhook: WebhookId) -> WebhookResult:
        context = info.context
        archived = webhooks.archive_webhook(webhook_id=pk_of(webhook, "Webhook"), by=context.viewer, now=context.now)
        return fresh(info, archived)

    @strawberry.mutation(description="Send a webhook a call of the kind `test`, as any other is sent. For managers.")
    def try_webhook(self, info: strawberry.Info, webhook: WebhookId) -> DeliveryResult:
        context = info.context
        written = webhooks.try_webhook(webhook_id=pk_of(webhook, "Webhook"), by=context.viewer, now=context.now)
        return fresh(info, written)

    @strawberry.mutation(description="Try a delivery again that was given up. For managers.")
    def retry_delivery(
        self, info: strawberry.Info, delivery: Annotated[strawberry.ID, described("The delivery's global id.")]
    ) -> DeliveryResult:
        context = info.context
        again = deliveries.retry_delivery(delivery_id=pk_of(delivery, "Delivery"), by=context.viewer, now=context.now)
        return fresh(info, again)
