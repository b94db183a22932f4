"""One attempt to deliver something, and what came of it. No transaction is open meanwhile."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage

from playbook.domain.addresses import AddressRefused
from playbook.domain.deliveries import asked_wait, signature
from playbook.models import Delivery
from playbook.services.calling import NotReached, call
from playbook.services.webhooks import SecretLost, address_of, secret_of

GONE = 410
ASKS_TO_WAIT = (429, 503)
SUBJECT_AT_MOST = 300


@dataclass(frozen=True, slots=True)
class Given:
    """It arrived; a webhook answered with this status."""

    status: int | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """It did not arrive; `for_good` if trying again is of no use."""

    problem: str
    status: int | None = None
    asked: timedelta | None = None
    for_good: bool = False


Outcome = Given | Undone


def send(delivery: Delivery, now: datetime) -> Outcome:
    """Send a delivery, read with its webhook or its recipient."""
    return _call(delivery, now) if delivery.webhook_id is not None else _mail(delivery)


def _call(delivery: Delivery, now: datetime) -> Outcome:
    """Call the webhook, signed as https://www.standardwebhooks.com says, with the bytes of the body."""
    webhook = delivery.webhook
    assert webhook is not None  # noqa: S101 (narrows)
    if webhook.archived_at is not None:
        return Undone("The webhook is archived.", for_good=True)
    body, timestamp = delivery.body.encode(), int(now.timestamp())
    try:
        headers = {
            "webhook-id": str(delivery.delivery_id),
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signature(secret_of(webhook), str(delivery.delivery_id), timestamp, body),
        }
        answer = call(address_of(webhook.url), headers=headers, body=body, allow_private=settings.WEBHOOK_ALLOW_PRIVATE)
    except SecretLost:
        return Undone("The secret can be read no more, since SECRET_KEY changed: give it a new one.", for_good=True)
    except (AddressRefused, NotReached) as error:
        return Undone(str(error))
    if 200 <= answer.status < 300:
        return Given(answer.status)
    if answer.status == GONE:
        return Undone("It answered 410: nobody wants to be called there any more.", answer.status, for_good=True)
    if 300 <= answer.status < 400:
        return Undone(f"It answered {answer.status}; redirects are not followed.", answer.status)
    asked = asked_wait(answer.retry_after, now) if answer.status in ASKS_TO_WAIT else None
    return Undone(f"It answered {answer.status}.", answer.status, asked)


def _mail(delivery: Delivery) -> Outcome:
    """Send the e-mail; its Message-ID is the same every time, so that mailboxes can tell a repeat."""
    recipient = delivery.recipient
    assert recipient is not None  # noqa: S101 (narrows)
    if not (recipient.is_active and recipient.user.is_active):
        return Undone("The recipient is no member of the business any more.", for_good=True)
    message = EmailMessage(
        # Blanks of any kind become one space, so no subject can begin another header.
        subject=" ".join(delivery.subject.split())[:SUBJECT_AT_MOST],
        body=delivery.body,
        to=[recipient.user.email],
        headers={"Message-ID": f"<{delivery.delivery_id}@{_our_domain()}>"},
    )
    try:
        message.send()
    except (SMTPException, OSError) as error:
        return Undone(f"The mail server did not take it ({type(error).__name__}).")
    return Given()


def _our_domain() -> str:
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
