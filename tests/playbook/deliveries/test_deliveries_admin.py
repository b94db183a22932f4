"""Webhooks and deliveries in the admin."""

import re

import pytest
from django.urls import reverse

from leads.models import User
from playbook.models import Delivery, Webhook
from playbook.services.webhooks import secret_of
from tests.leads.admin.browser import Desk, sign_in

pytestmark = pytest.mark.django_db
GIVEN = {"name": "Warehouse", "url": "https://example.com/hooks"}


@pytest.fixture
def at_work(manager) -> Desk:
    User.objects.filter(pk=manager.membership.user.pk).update(is_staff=True)
    manager.membership.user.is_staff = True
    return Desk(sign_in(manager.membership.user), manager)


@pytest.fixture
def kept(at_work) -> Webhook:
    at_work.post(reverse("admin:playbook_webhook_add"), **GIVEN, _save="1")
    return Webhook.objects.get()


def test_a_new_webhook_shows_its_secret_once(at_work):
    page = at_work.post(reverse("admin:playbook_webhook_add"), **GIVEN, _save="1")

    webhook = Webhook.objects.get()
    assert re.search(r"whsec_[\w+/]+=", page.content.decode())[0] == secret_of(webhook)
    for address in (at_work.page(webhook), at_work.page(Webhook, "changelist"), at_work.page(webhook, "history")):
        shown = at_work.get(address).content.decode()
        assert "whsec_" not in shown
        assert webhook.secret not in shown


@pytest.mark.parametrize("wrong", [{"url": "https://127.0.0.1/"}, {"url": "http://example.com/"}, {"name": " "}])
def test_what_cannot_be_taken_is_said_beside_its_field(at_work, wrong):
    page = at_work.post(reverse("admin:playbook_webhook_add"), **(GIVEN | wrong), _save="1")

    assert set(page.context["adminform"].form.errors) == set(wrong)
    assert not Webhook.objects.exists()


def test_a_webhook_is_tried_given_a_new_secret_and_archived(at_work, kept):
    before = secret_of(kept)

    at_work.post(at_work.page(kept), **GIVEN, try_it="on", _save="1")
    page = at_work.post(at_work.page(kept), **(GIVEN | {"name": "Store"}), new_secret="on", _save="1")

    kept.refresh_from_db()
    assert Delivery.objects.get().subject == "test"
    assert kept.name == "Store"
    assert secret_of(kept) != before
    assert secret_of(kept) in page.content.decode().replace("&#x2B;", "+")
    at_work.post(at_work.page(kept), **GIVEN, archive="on", _save="1")
    kept.refresh_from_db()
    assert kept.archived_at is not None
    assert "Archived" in at_work.get(at_work.page(kept)).content.decode()


def test_failed_deliveries_are_seen_and_tried_again(at_work, kept, deliver):
    failed = deliver(
        webhook=kept, subject="Broken", status="failed", try_at=None, attempts=8, problem="It answered 500."
    )
    sent = deliver(webhook=kept, subject="Whole", status="sent", try_at=None)
    lists = at_work.page(Delivery, "changelist")

    shown = at_work.get(f"{lists}?status__exact=failed").content.decode()
    assert ("It answered 500." in shown, "Broken" in shown, "Whole" in shown) == (True, True, False)
    assert "It answered 500." in at_work.get(at_work.page(failed)).content.decode()

    at_work.post(lists, action="try_again", _selected_action=[str(failed.pk), str(sent.pk)])

    failed.refresh_from_db()
    sent.refresh_from_db()
    assert (failed.status, failed.attempts, sent.status) == ("waiting", 0, "sent")
