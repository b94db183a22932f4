"""What leaves for elsewhere: e-mails to colleagues, and calls of webhooks."""

import uuid

from django.db import models
from django.db.models import Q

from leads.models import Event, Lead, Membership
from leads.models.base import TenantModel, same_business
from playbook.domain.steps import DeliveryStatus
from playbook.models.plays import PlayRun, Webhook, said

DELIVERY_STATUSES = [(status.value, said(status)) for status in DeliveryStatus]


class Delivery(TenantModel):
    """One e-mail or one call of a webhook, written with the change that causes it and sent afterwards.

    It may arrive twice, if a worker is killed between sending and noting it; `delivery_id` tells a repeat. Exactly one
    of `webhook` and `recipient` is given. What is signed and sent to a webhook are the bytes of `body`.
    """

    delivery_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, blank=True, related_name="deliveries")
    run = models.ForeignKey(PlayRun, models.PROTECT, null=True, blank=True, related_name="deliveries")
    event = models.ForeignKey(Event, models.PROTECT, null=True, blank=True, related_name="+")
    webhook = models.ForeignKey(Webhook, models.PROTECT, null=True, blank=True, related_name="deliveries")
    recipient = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    status = models.CharField(max_length=10, choices=DELIVERY_STATUSES, default=DeliveryStatus.WAITING)
    created_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    try_at = models.DateTimeField(null=True, blank=True, help_text="When it is sent, or tried again.")
    sent_at = models.DateTimeField(null=True, blank=True)
    response_status = models.PositiveIntegerField(null=True, blank=True, help_text="What the webhook answered.")
    problem = models.TextField(blank=True, help_text="What went wrong the last time.")

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(
                condition=(Q(webhook__isnull=False) & Q(recipient__isnull=True))
                | (Q(webhook__isnull=True) & Q(recipient__isnull=False)),
                name="delivery_goes_to_one_place",
            ),
            same_business("delivery"),
        ]
        indexes = [models.Index(fields=["try_at"], condition=Q(status="waiting"), name="deliveries_waiting")]

    def __str__(self) -> str:
        return self.subject or str(self.delivery_id)
