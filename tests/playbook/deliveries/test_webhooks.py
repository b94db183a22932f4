"""Webhooks as managers make them, and their secrets."""

import json
from base64 import b64decode

import pytest

from leads.models import Role
from leads.permissions import NotAllowed
from leads.selectors import NotFound
from leads.services.lines import FieldRefused
from playbook.domain.addresses import AddressRefused
from playbook.models import Delivery, Webhook
from playbook.services.webhooks import (
    SecretLost,
    WebhookArchived,
    archive_webhook,
    change_webhook,
    create_webhook,
    rotate_secret,
    secret_of,
    try_webhook,
)

URL = "https://example.com/hooks"


@pytest.fixture
def made(manager, now):
    return create_webhook(name=" Warehouse ", url=f" {URL} ", by=manager, now=now)


def test_a_webhook_gets_a_secret_that_is_said_once_and_kept_encrypted(made, business, now):
    kept = Webhook.objects.get()

    assert (kept.business, kept.name, kept.url, kept.created_at) == (business, "Warehouse", URL, now)
    assert made.secret.startswith("whsec_")
    assert len(b64decode(made.secret.removeprefix("whsec_"))) == 32
    assert made.secret not in kept.secret
    assert secret_of(kept) == made.secret


def test_every_secret_is_another_one(made, manager, now):
    assert create_webhook(name="Other", url=URL, by=manager, now=now).secret != made.secret


def test_a_secret_outlives_secret_key_if_the_old_one_is_among_the_fallbacks(made, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert secret_of(Webhook.objects.get()) == made.secret

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(SecretLost):
        secret_of(Webhook.objects.get())


def test_a_secret_copied_to_another_business_cannot_be_read(made, stranger, now):
    theirs = create_webhook(name="Theirs", url=URL, by=stranger, now=now).webhook
    theirs.secret = made.webhook.secret

    with pytest.raises(SecretLost):
        secret_of(theirs)


@pytest.mark.parametrize("url", ["http://example.com/", "https://localhost/", "https://10.0.0.1/", "https://a:b@c.de/"])
def test_an_address_that_may_not_be_called_is_refused(manager, made, now, url):
    with pytest.raises(AddressRefused):
        create_webhook(name="Other", url=url, by=manager, now=now)
    with pytest.raises(AddressRefused):
        change_webhook(webhook_id=made.webhook.pk, url=url, by=manager)

    assert Webhook.objects.get().url == URL


def test_names_are_checked(manager, made, now):
    with pytest.raises(FieldRefused, match="A name is needed"):
        create_webhook(name=" ", url=URL, by=manager, now=now)
    with pytest.raises(FieldRefused, match="at most 200"):
        change_webhook(webhook_id=made.webhook.pk, name="x" * 201, by=manager)

    assert Webhook.objects.get().name == "Warehouse"


def test_name_and_address_change_and_the_secret_stays(manager, made):
    change_webhook(webhook_id=made.webhook.pk, name="Store", by=manager)
    changed = change_webhook(webhook_id=made.webhook.pk, url="https://example.org/", by=manager)

    kept = Webhook.objects.get()
    assert (kept.name, kept.url, changed.name) == ("Store", "https://example.org/", "Store")
    assert secret_of(kept) == made.secret


def test_a_new_secret_replaces_the_old_one(manager, made):
    again = rotate_secret(webhook_id=made.webhook.pk, by=manager)

    assert again.secret != made.secret
    assert secret_of(Webhook.objects.get()) == again.secret


def test_an_archived_webhook_changes_no_more(manager, made, now):
    archived = archive_webhook(webhook_id=made.webhook.pk, by=manager, now=now)
    again = archive_webhook(webhook_id=made.webhook.pk, by=manager, now=now.replace(year=2027))

    assert (archived.archived_at, again.archived_at) == (now, now)
    with pytest.raises(WebhookArchived):
        change_webhook(webhook_id=made.webhook.pk, name="Store", by=manager)
    with pytest.raises(WebhookArchived):
        rotate_secret(webhook_id=made.webhook.pk, by=manager)
    with pytest.raises(WebhookArchived):
        try_webhook(webhook_id=made.webhook.pk, by=manager, now=now)
    assert Webhook.objects.get().name == "Warehouse"
    assert not Delivery.objects.exists()


def test_trying_a_webhook_lets_a_test_be_sent(manager, made, now):
    delivery = try_webhook(webhook_id=made.webhook.pk, by=manager, now=now)

    assert (delivery.webhook, delivery.status, delivery.try_at) == (made.webhook, "waiting", now)
    assert json.loads(delivery.body) == {
        "delivery_id": str(delivery.delivery_id),
        "event": {"kind": "test", "at": "2026-03-02T09:30:00+00:00", "data": {}},
        "business": "acme",
        "play": None,
        "lead": None,
    }


@pytest.mark.parametrize("who", ["rep", "stranger"])
def test_others_may_do_nothing_with_it(request, join, business, made, now, who):
    by = request.getfixturevalue(who)
    said = NotFound if who == "stranger" else NotAllowed
    for attempt in (
        lambda: change_webhook(webhook_id=made.webhook.pk, name="Mine", by=by),
        lambda: rotate_secret(webhook_id=made.webhook.pk, by=by),
        lambda: archive_webhook(webhook_id=made.webhook.pk, by=by, now=now),
        lambda: try_webhook(webhook_id=made.webhook.pk, by=by, now=now),
    ):
        with pytest.raises(said):
            attempt()

    kept = Webhook.objects.get()
    assert (kept.name, kept.archived_at, secret_of(kept)) == ("Warehouse", None, made.secret)
    assert not Delivery.objects.exists()
    with pytest.raises(NotAllowed):
        create_webhook(name="Mine", url=URL, by=join(business, Role.VIEWER), now=now)
