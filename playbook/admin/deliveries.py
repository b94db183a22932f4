"""What was sent, waits to be sent or was given up, and could be tried again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from leads.admin.chosen import the_viewer
from leads.admin.reading import Lines, link, moment
from leads.admin.site import site
from leads.admin.tenant import ReadOnlyAdmin
from leads.domain.errors import DomainError
from playbook.models import Delivery
from playbook.services.deliveries import retry_delivery

STATES = {"Sent": "success", "Waiting": "warning", "Failed": "danger"}


@admin.register(Delivery, site=site)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("what", "to", "state", "attempts", "problem", "created_at")
    list_select_related = ("webhook", "recipient__user")
    list_filter = (("status", ChoicesDropdownFilter),)
    search_fields = ("subject", "problem")
    actions = ("try_again",)

    @action(description="Try again what was given up")
    def try_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        again = 0
        for delivery in queryset.order_by("pk"):
            try:
                retry_delivery(delivery_id=delivery.pk, by=the_viewer(request), now=timezone.now())
                again += 1
            except DomainError as refusal:
                messages.error(request, f"{delivery}: {refusal.message}")
        if again:
            messages.success(request, "It is tried again." if again == 1 else f"{again} are tried again.")

    @display(description="what")
    def what(self, delivery: Delivery) -> str:
        return str(delivery)

    @display(description="to")
    def to(self, delivery: Delivery) -> str:
        return _to(delivery)

    @display(description="status", label=STATES, ordering="status")
    def state(self, delivery: Delivery) -> str:
        return delivery.get_status_display()

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        facts = [
            ("To", link(obj.webhook) if obj.webhook else _to(obj)),
            ("Status", obj.get_status_display()),
            ("Attempts", str(obj.attempts)),
            ("Written", moment(obj.created_at)),
            ("Tried again", moment(obj.try_at)),
            ("Sent", moment(obj.sent_at)),
            ("Last answer", str(obj.response_status or "–")),
            ("Last problem", obj.problem or "–"),
            ("Number", str(obj.delivery_id)),
            ("Text", Lines(obj.body) if obj.recipient_id else "What webhooks are sent is described in the manual."),
        ]
        return {"facts": [("Lead", link(obj.lead)), *facts] if obj.lead else facts}


def _to(delivery: Delivery) -> str:
    return str(delivery.webhook or (delivery.recipient and delivery.recipient.user))
