"""Webhooks and deliveries over the API."""

import pytest

from leads.global_ids import global_id
from playbook.models import Delivery, Webhook
from playbook.services.webhooks import secret_of

INFO = "... on OperationInfo { messages { kind code field message } }"
MADE = f"{{ ... on WebhookMade {{ secret webhook {{ id name url archivedAt }} }} {INFO} }}"
WEBHOOK = f"{{ ... on Webhook {{ name url archivedAt }} {INFO} }}"
URL = "https://example.com/hooks"


@pytest.fixture
def managing(frontend, manager):
    return frontend(manager)


@pytest.fixture
def kept(managing) -> Webhook:
    managing(f'mutation {{ createWebhook(name: "W", url: "{URL}") {MADE} }}')
    return Webhook.objects.get()


def test_a_webhook_is_made_with_a_secret_that_is_said_once(managing):
    made = managing(f'mutation {{ createWebhook(name: "W", url: "{URL}") {MADE} }}')["data"]["createWebhook"]

    kept = Webhook.objects.get()
    assert made["webhook"] == {"id": global_id("Webhook", kept.pk), "name": "W", "url": URL, "archivedAt": None}
    assert made["secret"] == secret_of(kept)
    listed = managing("{ webhooks { name url __typename } }")
    assert listed == {"data": {"webhooks": [{"name": "W", "url": URL, "__typename": "Webhook"}]}}


def test_an_address_inside_is_refused(managing):
    answer = managing(f'mutation {{ createWebhook(name: "W", url: "https://10.0.0.1/") {MADE} }}')

    (message,) = answer["data"]["createWebhook"]["messages"]
    assert (message["kind"], message["code"], message["field"]) == ("VALIDATION", "webhook_address_refused", "url")
    assert not Webhook.objects.exists()


def test_a_webhook_is_changed_given_a_new_secret_tried_and_archived(managing, kept):
    before, webhook = secret_of(kept), global_id("Webhook", kept.pk)

    changed = managing(f'mutation {{ changeWebhook(webhook: "{webhook}", name: "Store") {WEBHOOK} }}')
    made = managing(f'mutation {{ rotateWebhookSecret(webhook: "{webhook}") {MADE} }}')["data"]["rotateWebhookSecret"]
    tried = managing(f'mutation {{ tryWebhook(webhook: "{webhook}") {{ ... on Delivery {{ status subject }} }} }}')
    archived = managing(f'mutation {{ archiveWebhook(webhook: "{webhook}") {WEBHOOK} }}')

    kept.refresh_from_db()
    assert changed["data"]["changeWebhook"] == {"name": "Store", "url": URL, "archivedAt": None}
    assert made["secret"] == secret_of(kept) != before
    assert tried["data"]["tryWebhook"] == {"status": "WAITING", "subject": "test"}
    assert archived["data"]["archiveWebhook"]["archivedAt"] is not None


def test_deliveries_are_listed_by_status_and_tried_again(managing, kept, deliver):
    failed = deliver(webhook=kept, status="failed", try_at=None, attempts=8, problem="It answered 500.")
    deliver(webhook=kept)
    asked = "status attempts problem webhook { name } recipient { id } leadId"

    listed = managing(f"{{ deliveries(status: FAILED) {{ totalCount edges {{ node {{ id {asked} }} }} }} }}")

    assert listed["data"]["deliveries"] == {
        "totalCount": 1,
        "edges": [
            {
                "node": {
                    "id": global_id("Delivery", failed.pk),
                    "status": "FAILED",
                    "attempts": 8,
                    "problem": "It answered 500.",
                    "webhook": {"name": "W"},
                    "recipient": None,
                    "leadId": None,
                }
            }
        ],
    }
    again = f'mutation {{ retryDelivery(delivery: "{global_id("Delivery", failed.pk)}") '
    answer = managing(f"{again} {{ ... on Delivery {{ status attempts }} {INFO} }} }}")
    assert answer["data"]["retryDelivery"] == {"status": "WAITING", "attempts": 0}
    assert Delivery.objects.filter(status="waiting").count() == 2


@pytest.mark.parametrize("query", ["webhooks { name }", "deliveries { totalCount }"])
def test_they_are_for_managers(graphql, kept, query):
    answer = graphql(f"{{ {query} }}")

    assert answer["errors"][0]["extensions"]["code"] == "not_allowed"


def test_a_salesperson_reads_them_by_no_way(graphql, kept, deliver):
    ids = [global_id("Webhook", kept.pk), global_id("Delivery", deliver(webhook=kept).pk)]

    assert [graphql(f'{{ node(id: "{found}") {{ id }} }}')["data"]["node"] for found in ids] == [None, None]
