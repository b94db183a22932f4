"""What the doors say of the lifecycle: both APIs, the admin and the command."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from leads.domain.stages import Stage
from leads.global_ids import global_id
from leads.models import Lead, Opportunity, Reason, Role, Transition
from tests.causes import cause
from tests.leads.admin.browser import Desk, read, sign_in, told

CONVERT = """
mutation($lead: ID!, $revision: Int!, $opportunity: ID) {
  convertLead(lead: $lead, expectedRevision: $revision, opportunity: $opportunity, overrideReason: "They signed") {
    ... on Opportunity {
      id title status revision overrideReason costLikely { amount }
      leads { edges { node { stage opportunity { title } stays { kind key days } } } }
    }
    ... on OperationInfo { messages { kind code field } }
  }
}
"""
CLOSE = """
mutation($id: ID!, $cause: ID!, $revision: Int!) {
  loseOpportunity(opportunity: $id, cause: $cause, competitor: "Umbrella", expectedRevision: $revision) {
    ... on Opportunity { status competitor cause { key } leads { edges { node { outcome } } } }
    ... on OperationInfo { messages { kind code field } }
  }
}
"""


@pytest.fixture
def at_work(manager) -> Desk:
    manager.membership.user.is_staff = True
    manager.membership.user.save()
    return Desk(sign_in(manager.membership.user), manager)


@pytest.fixture
def sql(lead_at) -> Lead:
    return lead_at(Stage.SQL)


def test_a_frontend_converts_a_lead_and_loses_the_opportunity(graphql, sql, business):
    made = graphql(CONVERT, lead=global_id("Lead", sql.pk), revision=sql.revision)["data"]["convertLead"]
    again = graphql(CONVERT, lead=global_id("Lead", sql.pk), revision=0)["data"]["convertLead"]

    assert again["id"] == made["id"]
    [edge] = made["leads"]["edges"]
    assert (made["title"], made["status"], made["revision"], made["costLikely"]) == ("Orders", "OPEN", 1, None)
    assert edge["node"]["stage"] == "OPPORTUNITY"
    assert [stay["key"] for stay in edge["node"]["stays"] if stay["kind"] == "STAGE"] == [
        "inquiry",
        "sql",
        "opportunity",
    ]

    why = global_id("Reason", cause(business, "competitor_or_price"))
    lost = graphql(CLOSE, id=made["id"], cause=why, revision=1)["data"]["loseOpportunity"]
    assert lost == {
        "status": "LOST",
        "competitor": "Umbrella",
        "cause": {"key": "competitor_or_price"},
        "leads": {"edges": [{"node": {"outcome": "LOST"}}]},
    }


def test_open_opportunities_of_the_same_organization_are_offered(graphql, sql, lead_at):
    other = lead_at(Stage.SQL)
    Lead.objects.filter(pk=other.pk).update(organization=sql.organization)
    made = graphql(CONVERT, lead=global_id("Lead", sql.pk), revision=sql.revision)["data"]["convertLead"]

    offered = graphql("query($id: ID!) { lead(id: $id) { openOpportunities { id } } }", id=global_id("Lead", other.pk))
    [opportunity] = offered["data"]["lead"]["openOpportunities"]
    joined = graphql(CONVERT, lead=global_id("Lead", other.pk), revision=other.revision, opportunity=opportunity["id"])[
        "data"
    ]["convertLead"]

    assert opportunity["id"] == joined["id"] == made["id"]
    assert len(joined["leads"]["edges"]) == 2


def test_legal_moves_say_what_each_asks_for_and_of_whom(frontend, join, business, sql):
    ask = frontend(join(business, Role.INSIDE_SALES))

    body = ask(
        "query($id: ID!) { lead(id: $id) { legalMoves { to needsCause needsReason needsDate roles isYours } } }",
        id=global_id("Lead", sql.pk),
    )

    asked = {"needsCause": None, "needsReason": False, "needsDate": False}
    sales, inside = ["MANAGER", "SALES"], ["MANAGER", "SALES", "INSIDE_SALES"]
    assert body["data"]["lead"]["legalMoves"] == [
        {"to": "OPPORTUNITY", **asked, "roles": sales, "isYours": False},
        {"to": "NURTURE", **(asked | {"needsDate": True}), "roles": inside, "isYours": True},
        {"to": "DISQUALIFIED", **(asked | {"needsCause": "DISQUALIFIED"}), "roles": inside, "isYours": True},
        {"to": "LOST", **(asked | {"needsCause": "LOST"}), "roles": sales, "isYours": False},
    ]


def test_the_level_beside_the_stage_is_told_in_words(graphql, lead_at):
    lead_at(Stage.MQL)

    body = graphql("{ leads(filter: {levelAndStage: [ABOVE]}) { edges { node { levelAndStage levelAndStageText } } } }")

    [edge] = body["data"]["leads"]["edges"]
    assert edge["node"] == {
        "levelAndStage": "ABOVE",
        "levelAndStageText": "Meets the criteria of an SQL; nobody has moved it yet.",
    }


def test_reports_list_opportunities_and_stays(frontend, manager, graphql, sql):
    graphql(CONVERT, lead=global_id("Lead", sql.pk), revision=sql.revision)
    reports = frontend(manager, path="/graphql/reporting/")

    body = reports(
        """{ opportunities(filter: {status: [OPEN]}) { edges { node { title status organization { name } } } }
             stays(filter: {kind: [STAGE], key: ["sql"]}) { edges { node { key endedAt days lead { stage } } } }
             leads { edges { node { opportunity { title } levelAndStage } } } }"""
    )

    data = body["data"]
    assert data["opportunities"]["edges"][0]["node"] == {
        "title": "Orders",
        "status": "OPEN",
        "organization": {"name": "Initech"},
    }
    assert [edge["node"]["lead"] for edge in data["stays"]["edges"]] == [{"stage": "OPPORTUNITY"}]
    assert data["leads"]["edges"] == [{"node": {"opportunity": {"title": "Orders"}, "levelAndStage": "SAME"}}]


# --- The admin -----------------------------------------------------------------------------------


def test_a_manager_disqualifies_for_a_reason_of_the_list(at_work, sql, business):
    response = at_work.act(sql, "move", to="disqualified", revision=sql.revision)
    assert response.context["forms"]["move"].errors == {
        "cause": [
            "Choose why this lead goes from SQL to DISQUALIFIED: one of the business's reasons of the kind "
            "DISQUALIFIED."
        ]
    }

    response = at_work.act(sql, "move", to="disqualified", cause=cause(business), revision=sql.revision)
    receipt = Transition.objects.first()
    assert told(response) == [f"Moved to Disqualified. Receipt {receipt.pk} says why."]
    assert (receipt.cause.key, receipt.role, receipt.door) == ("problem_too_small", "manager", "admin")
    assert "Problem too small" in read(at_work.get(at_work.page(receipt)))
    assert "Problem too small" in read(at_work.get(at_work.page(sql)))


def test_a_manager_converts_wins_and_reopens(at_work, sql):
    response = at_work.act(sql, "convert", revision=sql.revision, title_given="Orders", override_reason="Signed")
    assert told(response) == ["It is part of the opportunity “Orders” now."]
    opportunity = Opportunity.objects.get()

    assert told(at_work.act(opportunity, "win", revision=1)) == ["Won. Every lead has its receipt."]
    stale = at_work.act(opportunity, "reopen", revision=1, reason="Cancelled")
    assert "Somebody changed this opportunity meanwhile" in read(stale)
    assert told(at_work.act(opportunity, "reopen", revision=2, reason="Cancelled")) == ["It is open again."]
    assert Opportunity.objects.get().status == "open"
    page = read(at_work.get(at_work.page(opportunity)))
    assert "SQL → Opportunity" in page
    assert "Customer → Opportunity" in page


def test_a_manager_writes_a_reason_and_archives_it(at_work, business):
    add = at_work.page(Reason, "add")
    at_work.post(add, {"kind": "lost", "label": "Merged with another company", "description": ""})
    reason = Reason.objects.get(label="Merged with another company")
    assert (reason.key, reason.kind, reason.position) == ("merged_with_another_company", "lost", 5)

    given = {"label": "Merged", "description": "Bought.", "position": "2", "archived": "on"}
    at_work.post(at_work.page(reason), given)
    reason.refresh_from_db()
    assert (reason.label, reason.position, reason.archived_at is not None) == ("Merged", 2, True)


def test_the_list_shows_and_filters_by_level_and_stage(at_work, lead_at):
    lead_at(Stage.MQL)
    lead_at(Stage.SQL)

    response = at_work.get("/admin/leads/lead/", level_and_stage="above")

    assert [lead.stage for lead in response.context["cl"].result_list] == ["mql"]
    assert "Meets the criteria of an SQL; nobody has moved it yet." in read(
        at_work.get(at_work.page(Lead.objects.get(stage="mql")))
    )


# --- The command ---------------------------------------------------------------------------------


def command(**options):
    out = StringIO()
    call_command("move_lead", business="acme", stdout=out, **options)
    return out.getvalue()


def test_the_command_moves_a_lead_and_says_so(sql, rep):
    said = command(
        lead=global_id("Lead", sql.pk),
        to="LOST",
        cause="budget",
        reason="No money",
        email=rep.membership.user.email,
    )

    receipt = Transition.objects.first()
    assert said == f"Orders: SQL → Lost. Receipt {receipt.pk} says why.\n"
    assert (receipt.door, receipt.author, receipt.cause.key) == ("command", rep.membership, "budget")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"to": "won"}, 'There is no stage "won".'),
        ({"lead": "R-7"}, 'Acme has no lead "R-7".'),
        ({"to": "lost", "cause": "budgt"}, 'There is no such reason "budgt" for this move. Did you mean "budget"?'),
        ({"to": "nurture", "until": "soon"}, '"soon" is no day; write one like 2026-04-30.'),
        ({"email": "x@example.com"}, 'Nobody with the e-mail "x@example.com" works for Acme.'),
        ({"to": "lost"}, "Choose why this lead goes from SQL to LOST"),
    ],
)
def test_the_command_says_what_is_wrong(sql, options, said):
    with pytest.raises(CommandError) as caught:
        command(**({"lead": str(sql.pk), "to": "nurture"} | options))

    assert str(caught.value).startswith(said)
    assert Lead.objects.get(pk=sql.pk).stage == "sql"


def test_a_stay_that_goes_on_lasts_until_now(lead_at):
    lead = lead_at(Stage.SQL)
    stay = lead.stays.get(ended_at=None, kind="stage")

    assert stay.seconds(timezone.now()) > 0
    assert stay.seconds(stay.began_at.replace(year=2000)) == 0
