"""What leaves for elsewhere, as it is written; sending it is another matter."""

import json
import uuid
from datetime import datetime

from leads.global_ids import global_id
from leads.models import Event, Lead, Membership
from playbook.models import Delivery, Play, Webhook


def email_delivery(
    *, lead: Lead, event: Event, recipient: Membership, subject: str, text: str, now: datetime
) -> Delivery:
    """Return an e-mail to a colleague, unsaved."""
    return Delivery(
        business_id=lead.business_id,
        lead=lead,
        event=event,
        recipient=recipient,
        subject=" ".join(subject.split())[:300],
        body=text,
        created_at=now,
        try_at=now,
    )


def webhook_delivery(*, lead: Lead, event: Event, webhook: Webhook, play: Play, now: datetime) -> Delivery:
    """Return a call of a webhook, unsaved. Its body is a JSON object, see `docs/webhooks.md`."""
    delivery_id = uuid.uuid4()
    document = {
        "delivery_id": str(delivery_id),
        "event": {"kind": event.kind, "at": event.at.isoformat(), "data": event.data},
        "business": lead.business.slug,
        "play": play.key,
        "lead": {
            "id": global_id("Lead", lead.pk),
            "title": lead.title,
            "reference": lead.reference,
            "organization": lead.organization.name,
            "stage": lead.stage,
            "phase": lead.phase,
            "level": lead.level_in_force(now),
        },
    }
    return Delivery(
        delivery_id=delivery_id,
        business_id=lead.business_id,
        lead=lead,
        event=event,
        webhook=webhook,
        subject=event.kind,
        body=json.dumps(document, ensure_ascii=False, sort_keys=True),
        created_at=now,
        try_at=now,
    )
