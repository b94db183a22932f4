"""Webhooks: addresses of other systems that plays call, and the secrets that sign what is sent there.

A secret is made here, said once, and kept encrypted with a key made from SECRET_KEY and from whose webhook it is,
which a copy of the database does not have.
"""

import json
import secrets
import uuid
from base64 import b64encode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from leads import permissions
from leads.domain.errors import DomainError
from leads.models import Business
from leads.selectors import NotFound
from leads.services.lines import line
from leads.tenancy import Viewer
from playbook.domain.addresses import Address, checked
from playbook.domain.deliveries import SECRET_PREFIX
from playbook.models import Delivery, Webhook

SECRET_BYTES = 32
NAME_AT_MOST = 200


class WebhookArchived(DomainError):
    code = "webhook_archived"

    def __init__(self) -> None:
        super().__init__("This webhook is archived: nothing is sent there any more. Create a new one.", field="webhook")


class SecretLost(Exception):
    """SECRET_KEY is another one since the secret was made, and is not among the fallbacks."""


@dataclass(frozen=True, slots=True)
class WebhookMade:
    """A webhook and its secret, which nobody can find out again."""

    webhook: Webhook
    secret: str


@transaction.atomic
def create_webhook(*, name: str, url: str, by: Viewer, now: datetime) -> WebhookMade:
    """Make a webhook with a secret of its own; raise DomainError for what cannot be taken."""
    permissions.require(by, "manage_webhooks")
    secret = _new_secret()
    webhook = Webhook(
        business=by.business,
        name=line("name", name, NAME_AT_MOST, required=True),
        url=_checked_url(url),
        secret=_seal(by.business).encrypt(secret.encode()).decode(),
        created_at=now,
    )
    webhook.full_clean()
    webhook.save(force_insert=True)
    return WebhookMade(webhook, secret)


@transaction.atomic
def change_webhook(*, webhook_id: int | None, by: Viewer, name: str | None = None, url: str | None = None) -> Webhook:
    """Give a webhook another name or address; its secret stays. What waits to be sent goes to the new address."""
    permissions.require(by, "manage_webhooks")
    webhook = _locked(webhook_id, by)
    if webhook.archived_at is not None:
        raise WebhookArchived
    webhook.name = webhook.name if name is None else line("name", name, NAME_AT_MOST, required=True)
    webhook.url = webhook.url if url is None else _checked_url(url)
    webhook.full_clean()
    webhook.save(update_fields=("name", "url"))
    return webhook


@transaction.atomic
def rotate_secret(*, webhook_id: int | None, by: Viewer) -> WebhookMade:
    """Give a webhook a new secret; what is sent from now on is signed with it alone."""
    permissions.require(by, "manage_webhooks")
    webhook = _locked(webhook_id, by)
    if webhook.archived_at is not None:
        raise WebhookArchived
    secret = _new_secret()
    webhook.secret = _seal(by.business).encrypt(secret.encode()).decode()
    webhook.save(update_fields=("secret",))
    return WebhookMade(webhook, secret)


@transaction.atomic
def archive_webhook(*, webhook_id: int | None, by: Viewer, now: datetime) -> Webhook:
    """Send nothing there from now on; archiving it once more changes nothing."""
    permissions.require(by, "manage_webhooks")
    webhook = _locked(webhook_id, by)
    if webhook.archived_at is None:
        webhook.archived_at = now
        webhook.save(update_fields=("archived_at",))
    return webhook


@transaction.atomic
def try_webhook(*, webhook_id: int | None, by: Viewer, now: datetime) -> Delivery:
    """Let a call for an event of the kind `test` be sent as any other is."""
    permissions.require(by, "manage_webhooks")
    webhook = _locked(webhook_id, by)
    if webhook.archived_at is not None:
        raise WebhookArchived
    delivery_id = uuid.uuid4()
    said = {
        "delivery_id": str(delivery_id),
        "event": {"kind": "test", "at": now.isoformat(), "data": {}},
        "business": by.business.slug,
        "play": None,
        "lead": None,
    }
    return Delivery.objects.create(
        business=by.business,
        delivery_id=delivery_id,
        webhook=webhook,
        subject="test",
        body=json.dumps(said, ensure_ascii=False, sort_keys=True),
        created_at=now,
        try_at=now,
    )


def address_of(url: str) -> Address:
    """Return the address in its parts as the settings allow it; raise AddressRefused."""
    return checked(url, ports=settings.WEBHOOK_PORTS, allow_private=settings.WEBHOOK_ALLOW_PRIVATE)


def secret_of(webhook: Webhook) -> str:
    """Return what signs the calls of a webhook; raise SecretLost."""
    try:
        return _seal(webhook.business).decrypt(webhook.secret.encode()).decode()
    except InvalidToken as error:
        raise SecretLost from error


def _checked_url(url: str) -> str:
    url = url.strip()
    address_of(url)
    return url


def _new_secret() -> str:
    return SECRET_PREFIX + b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _locked(webhook_id: int | None, by: Viewer) -> Webhook:
    found = Webhook.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=webhook_id or 0).first()
    if found is None:
        raise NotFound("There is no such webhook.", field="webhook")
    return found


def _seal(business: Business) -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    macs = [salted_hmac(__name__, str(business.pk), secret=key, algorithm="sha256") for key in keys]
    return MultiFernet([Fernet(urlsafe_b64encode(mac.digest())) for mac in macs])
