"""Stall risks, reviews, briefs and histories as a frontend reads them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.domain.stages import Stage
from leads.global_ids import global_id
from leads.models import Reason
from leads.services import move_lead
from playbook.models import LossReview, StallRiskSetting

RISKS = "stallRisks { key name present severity because since predicts predictsLabel diagnosisId }"
CHANGE = """mutation($risk: ID!, $days: Int, $predicts: ID) {
  changeStallRisk(risk: $risk, days: $days, predicts: $predicts, severity: BLOCKING) {
    ... on StallRiskSetting { key days severity predicts { key } }
    ... on OperationInfo { messages { kind code field message } }
  }
}"""


@pytest.fixture
def lead(rep, sql_lead):
    return sql_lead(rep)


def test_a_lead_tells_its_stall_risks(graphql, lead, now):
    body = graphql(f"query($id: ID!) {{ lead(id: $id) {{ {RISKS} }} }}", id=global_id("Lead", lead.pk))

    risks = body["data"]["lead"]["stallRisks"]
    assert risks[4] == {
        "key": "no_next_step",
        "name": "No next step",
        "present": "YES",
        "severity": "WATCH",
        "because": "Nothing is planned to be done next.",
        "since": now.isoformat(),
        "predicts": "no_decision",
        "predictsLabel": "No decision",
        "diagnosisId": None,
    }
    assert [risk["key"] for risk in risks] == [
        *("no_activity", "single_contact", "no_economic_buyer", "next_step_overdue", "no_next_step", "slow_phase")
    ]


def test_the_risks_of_a_list_cost_a_fixed_number_of_queries(graphql, rep, start, make_lead):
    diagnosis = start(rep)
    query = "{ leads { edges { node { title stallRisks { key because diagnosisId } } } } }"

    def cost():
        with CaptureQueriesContext(connection) as queries:
            found = graphql(query)["data"]["leads"]["edges"]
        return len(queries), found

    cost()
    one, [first] = cost()
    assert first["node"]["stallRisks"][-1]["diagnosisId"] == global_id("Diagnosis", diagnosis.pk)
    for number in range(9):
        make_lead(rep, f"Other {number}")
    ten, found = cost()

    assert (ten, len(found)) == (one, 10)


def test_a_lead_below_another_object_tells_its_risks_too(graphql, rep, start):
    diagnosis = start(rep)

    body = graphql(
        "query($id: ID!) { diagnosis(id: $id) { lead { stallRisks { key } } } }",
        id=global_id("Diagnosis", diagnosis.pk),
    )

    assert body["data"]["diagnosis"]["lead"]["stallRisks"][-1] == {"key": "no_sponsor"}


def test_a_mutation_that_returns_a_lead_tells_its_risks(graphql, lead):
    body = graphql(
        'mutation($id: ID!) { updateLead(lead: $id, title: "New", expectedRevision: 2) '
        "{ ... on Lead { title stallRisks { key } } } }",
        id=global_id("Lead", lead.pk),
    )

    assert len(body["data"]["updateLead"]["stallRisks"]) == 6


def test_reviews_of_lost_leads_are_listed(graphql, business, manager, lead, now):
    cause = Reason.objects.get(business=business, kind="lost", key="budget")
    move_lead(
        lead_id=lead.pk, to=Stage.LOST, expected_revision=2, cause_id=cause.pk, reason="No money.", by=manager, now=now
    )

    body = graphql(
        "{ lossReviews { edges { node { id foreseen cause { key } lead { id } transition { toStage } "
        "predicted { key because predicts } } } } }"
    )

    [edge] = body["data"]["lossReviews"]["edges"]
    assert edge["node"] == {
        "id": global_id("LossReview", LossReview.objects.get().pk),
        "foreseen": "YES",
        "cause": {"key": "budget"},
        "lead": {"id": global_id("Lead", lead.pk)},
        "transition": {"toStage": "LOST"},
        "predicted": [
            {"key": "single_contact", "because": "Nobody there is known.", "predicts": "unclear_decision"},
            {
                "key": "no_economic_buyer",
                "because": "Nobody there is known, so nobody who decides about the money.",
                "predicts": "budget",
            },
            {"key": "no_next_step", "because": "Nothing is planned to be done next.", "predicts": "no_decision"},
        ],
    }


def test_a_manager_changes_a_setting(frontend, business, manager):
    found = StallRiskSetting.objects.get(business=business, key="no_activity")
    budget = Reason.objects.get(business=business, kind="lost", key="budget")

    body = frontend(manager)(
        CHANGE, risk=global_id("StallRiskSetting", found.pk), days=5, predicts=global_id("Reason", budget.pk)
    )

    assert body["data"]["changeStallRisk"] == {
        "key": "no_activity",
        "days": 5,
        "severity": "BLOCKING",
        "predicts": {"key": "budget"},
    }


def test_a_salesperson_may_not_change_one(graphql, business):
    found = StallRiskSetting.objects.get(business=business, key="no_activity")

    body = graphql(CHANGE, risk=global_id("StallRiskSetting", found.pk), days=5)

    [message] = body["data"]["changeStallRisk"]["messages"]
    assert (message["kind"], message["code"]) == ("PERMISSION", "not_allowed")
    found.refresh_from_db()
    assert (found.days, found.severity) == (10, "watch")


def test_a_brief_is_read_by_the_leads_id(graphql, lead):
    query = """query($id: ID!) { brief(lead: $id) {
        title known { label display source fresh } notKnown missingRoles costLow { amount }
        people { name roles } readAndAttended { what } dissatisfaction { text } notToAsk { question } toAsk text } }"""

    brief = graphql(query, id=global_id("Lead", lead.pk))["data"]["brief"]

    assert brief["title"] == "Initech"
    assert {"label": "Employees", "display": "500 people", "source": "Sales", "fresh": True} in brief["known"]
    assert brief["missingRoles"] == ["Economic buyer", "Champion", "Decision maker", "User"]
    assert (brief["costLow"], brief["people"]) == (None, [])
    assert brief["text"].startswith("Initech\n\nWhat is known\n")


def test_a_history_is_read_page_by_page(graphql, lead):
    query = """query($id: ID!, $after: String, $kinds: [TimelineKind!]) {
        timeline(lead: $id, first: 2, after: $after, kinds: $kinds) {
        edges { cursor node { at kind title author objectId } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""

    one = graphql(query, id=global_id("Lead", lead.pk))["data"]["timeline"]
    two = graphql(query, id=global_id("Lead", lead.pk), after=one["pageInfo"]["endCursor"])["data"]["timeline"]

    edges = one["edges"] + two["edges"]
    assert [edge["node"]["kind"] for edge in edges] == ["EVIDENCE", "PHASE_MOVE", "TRANSITION", "TRANSITION"]
    assert [page["pageInfo"] for page in (one, two)] == [
        {
            "hasNextPage": page is one,
            "hasPreviousPage": page is two,
            "startCursor": page["edges"][0]["cursor"],
            "endCursor": page["edges"][1]["cursor"],
        }
        for page in (one, two)
    ]
    between = graphql(query, id=global_id("Lead", lead.pk), after=edges[0]["cursor"])["data"]["timeline"]["edges"]
    assert between == edges[1:3]
    entry = two["edges"][0]["node"]
    assert (entry["title"], entry["author"]) == ("Inquiry → SQL", "sales")
    node = graphql("query($id: ID!) { node(id: $id) { ... on Transition { toStage } } }", id=entry["objectId"])
    assert node["data"]["node"] == {"toStage": "SQL"}


def test_a_foreign_lead_has_neither_brief_nor_history(frontend, stranger, lead):
    query = "query($id: ID!) { brief(lead: $id) { title } timeline(lead: $id) { pageInfo { hasNextPage } } }"

    assert frontend(stranger)(query, id=global_id("Lead", lead.pk))["data"] == {"brief": None, "timeline": None}
