"""The watched work queue over HTTP: what others plan arrives, and nothing of other businesses."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from leads.global_ids import global_id
from leads.models import Lead
from tests.config.retrying import signed_in
from tests.config.streams import Watching, post
from tests.config.test_live import serve

__all__ = ["serve"]

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

QUEUE = "subscription { workQueueChanged { edges { node { reason step { title } lead { title } } } } }"
PLAN = """mutation($lead: ID!, $title: String!, $due: DateTime!, $to: ID!) {
  addNextStep(lead: $lead, kind: RESEARCH, title: $title, dueAt: $due, assignedTo: $to) {
    ... on NextStep { title } ... on OperationInfo { messages { message } } } }"""


@pytest.fixture
def lead(publish, business, make_lead, rep) -> Lead:
    publish(business)
    found = make_lead(rep, title="Orders")
    Lead.objects.filter(pk=found.pk).update(stage="sql", owner=rep.membership)
    return found


def titles(event: dict[str, Any]) -> list[str]:
    return [edge["node"]["step"]["title"] for edge in event["workQueueChanged"]["edges"] if edge["node"]["step"]]


def test_what_a_manager_plans_arrives_in_the_queue_of_whose_it_is_and_nowhere_else(serve, lead, rep, manager, stranger):
    server = serve()
    watching = Watching(server.port, signed_in(rep), QUEUE)
    foreign = Watching(server.port, signed_in(stranger), QUEUE)
    assert titles(watching.event()) == titles(foreign.event()) == []

    planned = {
        "lead": global_id("Lead", lead.pk),
        "title": "See who decides",
        "due": (timezone.now() + timedelta(seconds=5)).isoformat(),
        "to": global_id("Membership", rep.membership.pk),
    }
    answered = post(server.port, "/graphql/", signed_in(manager), {"query": PLAN, "variables": planned})
    assert json.loads(answered[2]) == {"data": {"addNextStep": {"title": "See who decides"}}}

    arrived: list[str] = []
    while not arrived:
        arrived = titles(watching.event())
    assert arrived == ["See who decides"]
    assert foreign.is_quiet()
    watching.close()
    foreign.close()
