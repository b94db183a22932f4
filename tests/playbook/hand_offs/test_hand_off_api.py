"""Hand-offs as frontends and reports see them."""

from datetime import timedelta

import pytest
from django.urls import reverse

from leads.domain.stages import Stage
from leads.global_ids import global_id
from leads.models import Lead
from playbook import services
from playbook.models import HandOff, HandOffRule
from tests.causes import cause

INFO = "... on OperationInfo { messages { kind code field message } }"
OFFER = f"mutation($lead: ID!) {{ offerHandOff(lead: $lead) {{ ... on HandOff {{ id status revision }} {INFO} }} }}"
ACCEPT = f"""mutation($id: ID!) {{ acceptHandOff(handOff: $id, expectedRevision: 1) {{
    ... on HandOff {{ status revision lead {{ stage owner {{ name }} handOffs {{ status }} }} }} {INFO} }} }}"""
REJECT = f"""mutation($id: ID!, $reason: ID!, $confirm: Boolean!) {{
    rejectHandOff(handOff: $id, reason: $reason, expectedRevision: 1, confirm: $confirm) {{
    ... on HandOff {{ status reason {{ key }} }} {INFO} }} }}"""
LIST = "query($filter: HandOffFilter) { handOffs(filter: $filter) { totalCount edges { node { id } } } }"


def test_a_lead_is_offered_and_accepted_once(frontend, sql, rep, manager):
    offered = frontend(manager)(OFFER, lead=global_id("Lead", sql.pk))["data"]["offerHandOff"]

    assert offered == {"id": global_id("HandOff", HandOff.objects.get().pk), "status": "OFFERED", "revision": 1}
    accepted = frontend(rep)(ACCEPT, id=offered["id"])["data"]["acceptHandOff"]
    lead = {"stage": "SQL", "owner": {"name": "sales"}, "handOffs": [{"status": "ACCEPTED"}]}
    assert accepted == {"status": "ACCEPTED", "revision": 2, "lead": lead}
    [message] = frontend(manager)(ACCEPT, id=offered["id"])["data"]["acceptHandOff"]["messages"]
    assert (message["kind"], message["code"], message["field"]) == ("CONFLICT", "hand_off_answered", "handOff")
    assert message["message"].startswith("sales was faster: this hand-off is accepted since ")


def test_not_ready_to_buy_is_answered_first_and_counted_apart(
    frontend, sql, mql, offer, rep, inside, manager, business
):
    reason = global_id("Reason", cause(business, "not_ready_to_buy"))
    asked = {"id": global_id("HandOff", offer(sql).pk), "reason": reason}
    other = offer(mql)
    services.reject_hand_off(
        hand_off_id=other.pk, reason_id=cause(business, "no_time"), expected_revision=1, by=inside, now=other.offered_at
    )

    [message] = frontend(rep)(REJECT, confirm=False, **asked)["data"]["rejectHandOff"]["messages"]
    assert (message["code"], message["field"]) == ("not_ready_to_buy", "confirm")
    assert "It is the beginning of the sales process, not its end" in message["message"]
    rejected = frontend(rep)(REJECT, confirm=True, **asked)["data"]["rejectHandOff"]
    assert rejected == {"status": "REJECTED", "reason": {"key": "not_ready_to_buy"}}

    reports = frontend(manager, path="/graphql/reporting/")
    counts = reports(
        "{ handOffCounts { offered accepted rejected withdrawn escalated notReadyToBuy otherReasons { label count } } }"
    )
    assert counts["data"]["handOffCounts"] == {
        "offered": 0,
        "accepted": 0,
        "rejected": 2,
        "withdrawn": 0,
        "escalated": 0,
        "notReadyToBuy": 1,
        "otherReasons": [{"label": "No time", "count": 1}],
    }


def test_a_hand_off_comes_with_its_brief_where_one_is_read(frontend, sql, offer, rep):
    brief = "brief { title toAsk text notToAsk { question } }"
    asked = {"id": global_id("HandOff", offer(sql).pk), "lead": global_id("Lead", sql.pk)}
    by_lead = brief.replace("brief", "brief(lead: $lead)")
    query = f"query($id: ID!, $lead: ID!) {{ node(id: $id) {{ ... on HandOff {{ {brief} }} }} {by_lead} }}"

    found = frontend(rep)(query, **asked)["data"]
    below = frontend(rep)(f"{{ handOffs {{ edges {{ node {{ id {brief} }} }} }} }}")

    assert found["node"]["brief"] == found["brief"]
    assert found["brief"]["title"]
    assert below["data"]["handOffs"]["edges"] == [{"node": {"id": asked["id"], "brief": None}}]
    [error] = below["errors"]
    assert error["message"] == "A brief is read for one hand-off: ask for it by its id, or for `brief(lead:)`."


@pytest.mark.parametrize("path", ["/graphql/", "/graphql/reporting/"])
def test_both_apis_find_the_same_hand_offs(frontend, lead_at, offer, manager, rep, now, path):
    late = offer(lead_at(Stage.SQL, name="One"), rep, now=now - timedelta(days=9_000))
    waiting = offer(lead_at(Stage.SQL, name="Two"), manager)
    HandOff.objects.filter(pk=waiting.pk).update(due_at=now + timedelta(days=9_000))
    done = offer(lead_at(Stage.MQL, name="Three"), manager)
    services.accept_hand_off(hand_off_id=done.pk, expected_revision=1, by=manager, now=now)

    def found(**given):
        arguments = ", ".join(f"{name}: {value}" for name, value in given.items())
        query = f"{{ handOffs(filter: {{{arguments}}}) {{ edges {{ node {{ id }} }} }} }}"
        return [edge["node"]["id"] for edge in frontend(manager, path=path)(query)["data"]["handOffs"]["edges"]]

    one, two, three = (global_id("HandOff", row.pk) for row in (late, waiting, done))
    assert found() == [three, two, one]
    assert found(open="true") == [two, one]
    assert found(overdue="true") == [one]
    assert found(mine="true") == [three, two]
    assert found(kind="[TO_INSIDE_SALES]") == found(status="[ACCEPTED]") == [three]


def test_a_manager_writes_a_rule_and_a_salesperson_reads_it(frontend, business, publish, manager, rep):
    publish(business)
    member = global_id("Membership", rep.membership.pk)
    write = f"""mutation($member: ID!) {{ addHandOffRule(kind: TO_SALES, name: "Large", appliesWhen: "employees > 200",
        assignBy: LEAST_LOAD, members: [$member], respondWithin: 4) {{ ... on HandOffRule {{ position }} {INFO} }} }}"""

    assert frontend(manager)(write, member=member)["data"]["addHandOffRule"] == {"position": 0}
    [message] = frontend(rep)(write, member=member)["data"]["addHandOffRule"]["messages"]
    assert message["code"] == "not_allowed"
    read = "{ handOffRules(kind: TO_SALES) { name appliesWhen assignBy respondWithin members { name } } }"
    large, rest = frontend(rep)(read)["data"]["handOffRules"]
    assert large == {
        "name": "Large",
        "appliesWhen": "employees > 200",
        "assignBy": "LEAST_LOAD",
        "respondWithin": 4,
        "members": [{"name": "sales"}],
    }
    assert (rest["name"], rest["members"]) == ("All of sales", [])


@pytest.fixture
def admin(client, manager):
    user = manager.membership.user
    user.is_staff = True
    user.save()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_in_the_admin_a_lead_is_offered_and_the_offer_rejected(admin, sql, rep, business):
    page = admin.get(reverse("admin:leads_lead_change", args=[sql.pk]))
    assert "Hand off" in page.content.decode()
    admin.post(reverse("admin:leads_lead_offer", args=[sql.pk]), {"to": rep.membership.pk, "said": "Call them"})
    offered = HandOff.objects.get()
    assert (offered.offered_to, offered.note) == (rep.membership, "Call them")

    asked = {"revision": 1, "reason": cause(business, "not_ready_to_buy"), "note": ""}
    answer = admin.post(reverse("admin:playbook_handoff_reject", args=[offered.pk]), asked)
    assert "the beginning of the sales process" in answer.content.decode()
    offered.refresh_from_db()
    assert offered.status == "offered"
    admin.post(reverse("admin:playbook_handoff_reject", args=[offered.pk]), asked | {"confirm": "on"})
    offered.refresh_from_db()
    assert offered.status == "rejected"
    assert Lead.objects.get(pk=sql.pk).revision == sql.revision


def test_in_the_admin_a_rule_is_written_with_its_members_and_moved(admin, sql, rep, business):
    asked = {
        "kind": "to_sales",
        "name": "Large",
        "applies_when": "employees > 200",
        "among": [rep.membership.pk],
        "assign_by": "least_load",
        "respond_within": 4,
    }
    wrong = admin.post(reverse("admin:playbook_handoffrule_add"), asked | {"applies_when": "employes > 200"})
    assert wrong.context["adminform"].form.errors.keys() == {"applies_when"}
    assert not HandOffRule.objects.filter(name="Large").exists()

    admin.post(reverse("admin:playbook_handoffrule_add"), asked)
    rule = HandOffRule.objects.get(name="Large")
    assert (rule.position, rule.assign_by, list(rule.members.all())) == (0, "least_load", [rep.membership])
    admin.post(
        reverse("admin:playbook_handoffrule_change", args=[rule.pk]), asked | {"among": [], "place": 1, "name": "Big"}
    )
    rule.refresh_from_db()
    assert (rule.name, rule.position, list(rule.members.all())) == ("Big", 1, [])
