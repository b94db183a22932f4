"""What each mutation changes and answers, written as a frontend writes it."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.global_ids import global_id
from leads.models import Contact, Event, Evidence, Lead, LevelOverride, Organization, Stakeholder, Transition
from tests.leads.graphql import walk

INFO = "... on OperationInfo { messages { kind code field message } }"
VALUES = """values { key label type source observedAt freshUntil contradicts { observedAt source value { __typename } }
  value { __typename ... on NumberValue { number low high display unit } ... on MoneyValue { display money { amount
    currency } } ... on PercentValue { percent display } ... on YesNoValue { yesNo display } ... on DateValue { date
    display } ... on TextValue { text display } ... on ChoiceValue { choice { code label } display }
    ... on UnknownValue { reason display } } }"""
LEAD = walk.SCHEMA.type_map["Lead"]
ALL = f"""{walk.leaves(LEAD)} {VALUES} overrides {{ level reason author {{ name }} }}
  stakeholders {{ contact {{ name email phone jobTitle }} buyingRoles }} legalMoves {{ to }}
  transitions {{ totalCount edges {{ node {{ fromStage toStage reason door }} }} }}
  evidence {{ totalCount edges {{ node {{ source note saidBy {{ name }} values {{ key }} }} }} }}
  engagements {{ totalCount edges {{ node {{ kind title }} }} }}"""


@pytest.fixture
def lead(publish, business, make_lead, rep):
    publish(business)
    return make_lead(rep, "Initech")


@pytest.fixture
def lead_id(lead):
    return global_id("Lead", lead.pk)


def read(ask, lead_id):
    """Return all that a fresh query says of a lead."""
    return ask(f"query($id: ID!) {{ lead(id: $id) {{ {ALL} }} }}", id=lead_id)["data"]["lead"]


def test_a_lead_is_created_with_its_organization_people_and_what_is_known(graphql, rep, business, publish):
    publish(business)
    mutation = f"""
    mutation Create($owner: ID, $people: [StakeholderInput!], $values: [AttributeValueInput!]) {{
      createLead(
        organizationName: " Initech ", organizationDomain: "https://www.Initech.example/about", title: " Quotes ",
        source: "fair", owner: $owner, stakeholders: $people, values: $values
      ) {{ __typename ... on Lead {{ {ALL} }} {INFO} }}
    }}"""

    body = graphql(
        mutation,
        owner=global_id("Membership", rep.membership.pk),
        people=[
            {
                "name": " Peter ",
                "email": "Peter@Initech.example",
                "phone": "1",
                "jobTitle": "Clerk",
                "buyingRoles": ["USER", "CHAMPION", "USER"],
            }
        ],
        values=[{"key": "has_pain", "value": {"yesNo": True}}, {"key": "employees", "value": {"number": "60.50"}}],
    )

    made = body["data"]["createLead"]
    assert made.pop("__typename") == "Lead"
    assert made == read(graphql, made["id"])
    assert (made["title"], made["source"], made["stage"], made["revision"]) == ("Quotes", "fair", "INQUIRY", 1)
    assert (made["organization"]["name"], made["organization"]["domain"]) == ("Initech", "initech.example")
    assert made["owner"]["email"] == "sales@acme.example"
    assert (made["score"], made["worst"], made["best"], made["level"]) == ("40.00", "40.00", "55.00", "MQL")
    assert made["stakeholders"] == [
        {
            "contact": {"name": "Peter", "email": "peter@initech.example", "phone": "1", "jobTitle": "Clerk"},
            "buyingRoles": ["CHAMPION", "USER"],
        }
    ]
    assert [entry["value"]["__typename"] for entry in made["values"]] == [
        *["YesNoValue", "NumberValue", "UnknownValue", "UnknownValue"]
    ]
    assert made["values"][1]["value"]["number"] == "60.5"
    assert made["transitions"]["edges"] == [
        {"node": {"fromStage": None, "toStage": "INQUIRY", "reason": "", "door": "API"}}
    ]
    assert Lead.objects.count() == Organization.objects.count() == 1


def test_a_lead_is_created_with_a_known_organization_and_a_known_contact(graphql, lead):
    peter = Contact.objects.create(business=lead.business, organization=lead.organization, name="Peter")
    mutation = """
    mutation($organization: ID!, $contact: ID!) {
      createLead(organization: $organization, stakeholders: [{contact: $contact, buyingRoles: [BLOCKER]}]) {
        ... on Lead { organization { id } owner { id } title stakeholders { contact { id } buyingRoles } }
      }
    }"""
    organization, contact = global_id("Organization", lead.organization_id), global_id("Contact", peter.pk)

    body = graphql(mutation, organization=organization, contact=contact)

    assert body["data"]["createLead"] == {
        "organization": {"id": organization},
        "owner": None,
        "title": "",
        "stakeholders": [{"contact": {"id": contact}, "buyingRoles": ["BLOCKER"]}],
    }
    assert (Organization.objects.count(), Contact.objects.count()) == (1, 1)


def test_what_is_left_out_of_an_update_stays_as_it_is(graphql, lead, lead_id, rep):
    peter = Contact.objects.create(business=lead.business, organization=lead.organization, name="Peter")
    Stakeholder.objects.create(business=lead.business, lead=lead, contact=peter, buying_roles=["user"])
    update = f"""
    mutation($lead: ID!, $revision: Int!, $title: String, $source: String, $owner: ID, $unassign: Boolean! = false,
             $people: [StakeholderInput!], $leaving: [ID!]) {{
      updateLead(lead: $lead, expectedRevision: $revision, title: $title, source: $source, owner: $owner,
                 unassign: $unassign, stakeholders: $people, leaving: $leaving) {{ ... on Lead {{ {ALL} }} {INFO} }}
    }}"""
    contact = global_id("Contact", peter.pk)

    def updated(revision, **changes):
        made = graphql(update, lead=lead_id, revision=revision, **changes)["data"]["updateLead"]
        assert made == read(graphql, lead_id)
        assert made["revision"] == revision + 1
        roles = {part["contact"]["name"]: part["buyingRoles"] for part in made["stakeholders"]}
        return made["title"], made["source"], made["owner"] and made["owner"]["email"], roles

    assert updated(1, title="Quotes", source="fair") == ("Quotes", "fair", None, {"Peter": ["USER"]})
    owner = global_id("Membership", rep.membership.pk)
    assert updated(2, owner=owner) == ("Quotes", "fair", "sales@acme.example", {"Peter": ["USER"]})
    assert updated(3, title="", people=[{"contact": contact, "buyingRoles": ["CHAMPION"]}, {"name": "Mary"}]) == (
        *["", "fair", "sales@acme.example"],
        {"Peter": ["CHAMPION"], "Mary": []},
    )
    assert updated(4, unassign=True, leaving=[contact]) == ("", "fair", None, {"Mary": []})


def test_evidence_is_recorded_and_judged(graphql, lead, lead_id):
    peter = Contact.objects.create(business=lead.business, organization=lead.organization, name="Peter")
    mutation = f"""
    mutation($lead: ID!, $by: ID!) {{
      recordEvidence(
        lead: $lead, source: PROSPECT, saidBy: $by, observedAt: "2026-03-01T10:00:00+01:00", note: " It hurts. ",
        values: [
          {{key: "has_pain", value: {{yesNo: true}}}}
          {{key: "employees", value: {{range: {{low: 200, likely: "250.5", high: 1e3}}}}}}
          {{key: "decision", value: {{date: "2099-04-01"}}}}
          {{key: "industry", value: {{doesNotKnow: true}}}}
        ]
      ) {{ ... on Lead {{ {ALL} }} {INFO} }}
    }}"""

    made = graphql(mutation, lead=lead_id, by=global_id("Contact", peter.pk))["data"]["recordEvidence"]

    assert made == read(graphql, lead_id)
    assert (made["revision"], made["level"], made["score"]) == (2, "SQL", "50.00")
    assert made["evidence"]["edges"] == [
        {
            "node": {
                "source": "PROSPECT",
                "note": "It hurts.",
                "saidBy": {"name": "Peter"},
                "values": [{"key": key} for key in ("decision", "employees", "has_pain", "industry")],
            }
        }
    ]
    by_key = {entry["key"]: entry for entry in made["values"]}
    assert by_key["employees"]["value"] == {
        "__typename": "NumberValue",
        "number": "250.5",
        "low": "200",
        "high": "1000",
        "display": "200 – 250.5 – 1,000 people",
        "unit": "people",
    }
    assert by_key["employees"]["observedAt"] == "2026-03-01T09:00:00+00:00"
    assert by_key["industry"]["value"] == {
        "__typename": "UnknownValue",
        "reason": "DOES_NOT_KNOW",
        "display": "The prospect does not know",
    }


def test_an_engagement_is_recorded(graphql, lead, lead_id):
    peter = Contact.objects.create(business=lead.business, organization=lead.organization, name="Peter")
    mutation = """
    mutation($lead: ID!, $with: ID) {
      recordEngagement(lead: $lead, kind: WEBINAR, title: " Quotes ", contact: $with, happenedAt: "2026-03-01T10:00Z") {
        ... on Engagement {
          id kind title happenedAt author { email } contact { name } lead { id revision engagements { totalCount } }
        }
      }
    }"""

    made = graphql(mutation, lead=lead_id, **{"with": global_id("Contact", peter.pk)})["data"]["recordEngagement"]

    node = graphql(
        "query($id: ID!) { node(id: $id) { ... on Engagement { id kind title happenedAt } } }", id=made["id"]
    )
    assert {key: made[key] for key in ("id", "kind", "title", "happenedAt")} == node["data"]["node"]
    assert (made["kind"], made["title"]) == ("WEBINAR", "Quotes")
    assert made["happenedAt"] == "2026-03-01T10:00:00+00:00"
    assert (made["author"], made["contact"]) == ({"email": "sales@acme.example"}, {"name": "Peter"})
    assert made["lead"] == {"id": lead_id, "revision": 2, "engagements": {"totalCount": 1}}


def test_qualifying_anew_judges_by_what_is_published_now_and_is_no_change_by_people(graphql, lead, lead_id):
    Lead.objects.filter(pk=lead.pk).update(score=Decimal("99.50"), level="sql")

    made = graphql(f"mutation($id: ID!) {{ qualifyLead(lead: $id) {{ ... on Lead {{ {ALL} }} }} }}", id=lead_id)

    made = made["data"]["qualifyLead"]
    assert made == read(graphql, lead_id)
    assert (made["score"], made["level"], made["revision"]) == ("0.00", "NONE", 1)


def test_a_manager_lets_another_level_count_for_a_time(frontend, manager, lead, lead_id):
    ask = frontend(manager)
    mutation = f"""
    mutation($lead: ID!) {{
      overrideLevel(lead: $lead, level: SQL, reason: " They called. ", expiresAt: "2099-12-31T23:00:00+01:00",
                    expectedRevision: 1) {{ ... on Lead {{ {ALL} }} {INFO} }}
    }}"""

    made = ask(mutation, lead=lead_id)["data"]["overrideLevel"]

    assert made == read(ask, lead_id)
    assert (made["level"], made["levelInForce"], made["revision"]) == ("NONE", "SQL", 2)
    assert (made["override"]["reason"], made["override"]["expiresAt"]) == (
        "They called.",
        "2099-12-31T22:00:00+00:00",
    )
    assert made["overrides"] == [{"level": "SQL", "reason": "They called.", "author": {"name": "manager"}}]
    assert LevelOverride.objects.count() == 1


def test_a_move_answers_its_receipt(graphql, lead, lead_id):
    mutation = """
    mutation($lead: ID!) {
      moveLead(lead: $lead, to: NURTURE, expectedRevision: 1, reason: " Next year ", nurtureUntil: "2099-01-31") {
        ... on Transition {
          id fromStage toStage reason door levelInForce verdictKind verdictReason author { email }
          lead { id stage nurtureUntil outcome revision transitions(first: 1) { edges { node { id } } } }
        }
      }
    }"""

    made = graphql(mutation, lead=lead_id)["data"]["moveLead"]

    assert made == {
        "id": global_id("Transition", Transition.objects.latest("id").pk),
        "fromStage": "INQUIRY",
        "toStage": "NURTURE",
        "reason": "Next year",
        "door": "API",
        "levelInForce": "NONE",
        "verdictKind": "",
        "verdictReason": "",
        "author": {"email": "sales@acme.example"},
        "lead": {
            "id": lead_id,
            "stage": "NURTURE",
            "nurtureUntil": "2099-01-31",
            "outcome": None,
            "revision": 2,
            "transitions": {"edges": [{"node": {"id": made["id"]}}]},
        },
    }


def test_two_mutations_in_one_request_are_done_one_after_the_other(graphql, lead, lead_id):
    query = """
    mutation($id: ID!) {
      first: updateLead(lead: $id, title: "One", expectedRevision: 1) { ... on Lead { title revision } }
      again: updateLead(lead: $id, title: "Two", expectedRevision: 1) { ... on OperationInfo { messages { code } } }
      third: updateLead(lead: $id, title: "Three", expectedRevision: 2) { ... on Lead { title revision } }
    }"""

    assert graphql(query, id=lead_id)["data"] == {
        "first": {"title": "One", "revision": 2},
        "again": {"messages": [{"code": "stale_revision"}]},
        "third": {"title": "Three", "revision": 3},
    }


def test_the_answer_of_a_mutation_costs_one_query_beside_what_is_selected_of_lists(graphql, lead, lead_id):
    query = "mutation($id: ID!) { qualifyLead(lead: $id) { ... on Lead { id %s } } }"

    def selects(selection: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert "errors" not in graphql(query % selection, id=lead_id)
        return sum('FROM "leads_' in entry["sql"] for entry in queries)

    alone = selects("")
    assert selects("organization { name } owner { name } qualification { criteria { key } }") == alone
    assert selects("stakeholders { contact { name } } evidence { edges { node { author { name } } } }") == alone + 2
    assert (Evidence.objects.count(), Event.objects.count()) == (0, 1)
