"""Where leads stand in the process, as a frontend reads it; and each fact that exit criteria may read."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import services as diagnosing
from leads.domain.rules import Range, Unknown, compile_rule
from leads.domain.stages import Stage
from leads.global_ids import global_id
from leads.models import BuyingRole, Contact, Lead, Stakeholder, Stay
from playbook.domain.facts import FACTS
from playbook.services.facts import facts_of, names_for

IN_PHASE = """inPhase {
  phase { key name } since mayEnter { key }
  exitCriteria { decision missing criterion { key name severity } }
}"""


def test_a_lead_tells_how_its_phase_stands(graphql, business, rep, make_lead, ask_for, now):
    lead = make_lead(rep)
    ask_for(business, "discovery", "stakeholder_count < 5", name="Few")
    ask_for(business, "discovery", "has_champion", "blocks", name="Champion")
    ask_for(business, "discovery", "verdict_will_act", name="They act")
    ask_for(business, "discovery", "gone_attribute", name="Broken")
    ask_for(business, "discovery", "has_champion", name="Archived", archived_at=now)
    ask_for(business, "diagnosis", "has_champion", name="Later")

    body = graphql(f"query($id: ID!) {{ lead(id: $id) {{ {IN_PHASE} }} }}", id=global_id("Lead", lead.pk))

    standing = body["data"]["lead"]["inPhase"]
    assert (standing["phase"]["key"], standing["since"], standing["mayEnter"]) == ("discovery", now.isoformat(), [])
    told = [(each["criterion"]["name"], each["decision"], each["missing"]) for each in standing["exitCriteria"]]
    assert told[:3] == [
        ("Few", "YES", ""),
        ("Champion", "NO", ""),
        ("They act", "UNKNOWN", "not known: verdict_will_act"),
    ]
    assert told[3][:2] == ("Broken", "NO")
    assert "cannot be asked" in told[3][2]


def test_a_lead_that_is_nurtured_is_in_no_phase(graphql, lead_at):
    lead = lead_at(Stage.NURTURE)

    body = graphql(f"query($id: ID!) {{ lead(id: $id) {{ {IN_PHASE} }} }}", id=global_id("Lead", lead.pk))

    assert body["data"]["lead"]["inPhase"] is None


def test_where_many_leads_stand_costs_a_fixed_number_of_queries(graphql, business, rep, publish, make_lead, ask_for):
    publish(business)
    for rule in ("order_ready", "days_in_phase > 3", "open_steps > 0", "employees > 50", "has_completed_diagnosis"):
        ask_for(business, "discovery", rule)
    query = f"{{ leads {{ edges {{ node {{ title {IN_PHASE} }} }} }} }}"

    def cost():
        with CaptureQueriesContext(connection) as queries:
            found = graphql(query)
        return len(queries), found["data"]["leads"]["edges"]

    make_lead(rep, values={"employees": Decimal(500)})
    cost()
    one, [first] = cost()
    assert [each["decision"] for each in first["node"]["inPhase"]["exitCriteria"]] == [
        *("UNKNOWN", "YES", "NO", "YES", "NO")
    ]
    for number in range(9):
        make_lead(rep, f"Other {number}", values={"employees": Decimal(number)})

    assert cost()[0] == one


# --- Facts ---------------------------------------------------------------------------------------


@pytest.fixture
def known(business, rep, start, answer, answers, now):
    """Return what rules read of a lead after a completed diagnosis with three people, two days later."""
    diagnosis = answer(start(rep), rep, **answers)
    diagnosing.complete_diagnosis(diagnosis_id=diagnosis.pk, expected_revision=diagnosis.revision, by=rep, now=now)
    lead = Lead.objects.get()
    for name, roles in {
        "Ann": [BuyingRole.ECONOMIC_BUYER, BuyingRole.CHAMPION],
        "Bob": [BuyingRole.USER],
        "Cyd": [BuyingRole.BLOCKER],
    }.items():
        contact = Contact.objects.create(business=business, organization=lead.organization, name=name)
        roles = [role.value for role in roles]
        Stakeholder.objects.create(business=business, lead=lead, contact=contact, buying_roles=roles)
    Stay.objects.filter(lead=lead, kind="phase", ended_at__isnull=True).update(began_at=now - timedelta(days=5))
    later = now + timedelta(days=2)
    return facts_of(business, [Lead.objects.get()], set(FACTS), later)[lead.pk]


def test_each_fact_says_what_is_known_of_a_lead(known):
    said = dict(known)
    assert isinstance(said.pop("problem_cost"), Range)
    assert isinstance(said.pop("order_ready"), Unknown)
    assert said.pop("verdict_outlook") in ("clear", "watch", "stalled", "at_risk")
    assert said == {
        "lead_stage": "sql",
        "lead_level": "sql",
        "lead_score": Decimal(50),
        "lead_phase": "diagnosis",
        "days_in_stage": Decimal(2),
        "days_in_phase": Decimal(7),
        "days_since_activity": Decimal(2),
        "wants_conversation": False,
        "stakeholder_count": Decimal(3),
        "has_economic_buyer": True,
        "has_decision_maker": False,
        "has_champion": True,
        "has_blocker": True,
        "open_steps": Decimal(0),
        "diagnosis_running": False,
        "has_completed_diagnosis": True,
        "verdict_good_problem": True,
        "verdict_will_act": True,
        "verdict_justifies": True,
        "verdict_advice": "advance",
    }


def test_answers_of_the_latest_diagnosis_are_facts_too(business, rep, start, answer, now):
    answer(start(rep), rep, severity=Decimal(4))
    rule = compile_rule("answer_severity >= 4", names_for(business))

    facts = facts_of(business, [Lead.objects.get()], set(rule.reads), now)

    assert rule.evaluate(next(iter(facts.values()))) is True
