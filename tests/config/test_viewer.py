"""On whose behalf an operation is done: nobody, one membership, several; and who may read the schema."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from graphql import get_introspection_query, get_named_type, is_leaf_type

from config.schema import schema
from leads.models import Lead, Membership, Role

SIGN_IN = {"message": "Sign in first.", "extensions": {"code": "not_signed_in"}}
ME = "{ me { email name membership { role business { slug currency } } memberships { business { slug } } } }"
INTROSPECTION = "{ __schema { queryType { name } } }"


def root_queries() -> list[str]:
    """Return the smallest query for every field of the roots, but `me`."""
    found = []
    for word, root in (("query", schema._schema.query_type), ("mutation", schema._schema.mutation_type)):
        for name, field in root.fields.items():
            given = ", ".join(
                f"{argument}: {EXAMPLES[str(definition.type)]}"
                for argument, definition in field.args.items()
                if str(definition.type).endswith("!") and definition.default_value is not None
                if str(definition.type) in EXAMPLES
            )
            inside = "" if is_leaf_type(get_named_type(field.type)) else "{ __typename }"
            if name != "me":
                found.append(f"{word} {{ {name}{f'({given})' if given else ''} {inside} }}")
    return found


EXAMPLES = {
    "ID!": '"TGVhZDox"',
    "Int!": "1",
    "String!": '"x"',
    "Stage!": "LOST",
    "Level!": "SQL",
    "EngagementKind!": "CALL",
    "DateTime!": '"2099-01-01T00:00:00Z"',
    "[AttributeValueInput!]!": "[]",
    "ValueInput!": '{text: "x"}',
    "ProspectLinkKind!": "SUMMARY",
    "FindingKind!": "SYMPTOM",
    "VerdictQuestion!": "WILL_ACT",
    "Decision!": "NO",
    "ReasonKind!": "LOST",
    "HandOffKind!": "TO_SALES",
    "StepKind!": "CALL",
    "Date!": '"2099-01-01"',
    "[WorkingSpanInput!]!": "[]",
    "PlayInput!": '{name: "x", happening: LEAD_CREATED, steps: []}',
}


@pytest.mark.parametrize("query", root_queries())
def test_nobody_is_answered_nothing(frontend, business, query):
    assert frontend()(query) == {"errors": [SIGN_IN]}
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "{ me { email } leads { totalCount } }",
        "{ me { email } ...F } fragment F on Query { members { email } }",
        "{ ... { ... on Query { attributes { key } } } }",
        "{ me: leads { totalCount } }",
        "query A { me { email } } query B { leads { totalCount } }",
        "{ me { email } leads @skip(if: true) { totalCount } }",
    ],
)
def test_nobody_gets_more_by_asking_for_me_too(frontend, business, query):
    name = "B" if "query B" in query else None
    client = Client()
    body = {"query": query, "operationName": name}

    answer = client.post("/graphql/", json.dumps(body), content_type="application/json").json()

    assert answer == {"errors": [SIGN_IN]}


def test_nobody_is_told_that_they_are_nobody(frontend, db):
    assert frontend()(ME) == {"data": {"me": None}}
    assert frontend()("{ __typename me { email } }") == {"data": {"__typename": "Query", "me": None}}
    assert frontend()("query A { me { email } }") == {"data": {"me": None}}


def test_one_membership_needs_no_header(frontend, rep):
    ask = frontend(rep)
    ask.headers = {}

    assert ask(ME)["data"]["me"] == {
        "email": "sales@acme.example",
        "name": "sales",
        "membership": {"role": "SALES", "business": {"slug": "acme", "currency": "EUR"}},
        "memberships": [{"business": {"slug": "acme"}}],
    }
    assert ask("{ leads { totalCount } }") == {"data": {"leads": {"totalCount": 0}}}


@pytest.fixture
def both(business, other_business, join, make_lead):
    """Return somebody who works in two businesses, each of which has a lead."""
    here = join(business, Role.SALES, "ann@example.com")
    there = join(other_business, Role.VIEWER, "ann@example.com")
    make_lead(here, "Initech")
    make_lead(join(other_business, Role.MANAGER), "Hooli")
    return here, there


def organizations(ask: Any) -> Any:
    return ask("{ leads { edges { node { organization { name } } } } }")


def test_several_memberships_need_the_header(frontend, both):
    ask = frontend(both[0])
    ask.headers = {}

    message = "You work in several businesses: name one of acme, globex in the X-Business header."
    assert organizations(ask) == {"errors": [{"message": message, "extensions": {"code": "business_not_chosen"}}]}
    assert ask(ME)["data"]["me"] == {
        "email": "ann@example.com",
        "name": "ann",
        "membership": None,
        "memberships": [{"business": {"slug": "acme"}}, {"business": {"slug": "globex"}}],
    }


def test_the_header_says_which_business_is_meant(frontend, both):
    ask = frontend(both[0])

    for slug, name, role in (("acme", "Initech", "SALES"), ("globex", "Hooli", "VIEWER")):
        ask.headers = {"X-Business": slug}
        assert organizations(ask)["data"]["leads"]["edges"] == [{"node": {"organization": {"name": name}}}]
        assert ask(ME)["data"]["me"]["membership"]["role"] == role


@pytest.mark.parametrize("slug", ["globex", "nope", "ACME", "acme ", " ", "acme, globex", "ä", "1", "'; --"])
def test_a_header_that_names_no_business_of_ones_own_is_refused(frontend, rep, other_business, slug):
    ask = frontend(rep)
    ask.headers = {"X-Business": slug}

    body = organizations(ask)

    message = "You are no member of the business in X-Business. Yours: acme."
    assert body == {"errors": [{"message": message, "extensions": {"code": "unknown_business"}}]}
    assert ask(ME)["data"]["me"]["membership"] is None


def test_a_membership_that_ended_counts_for_nothing(frontend, both):
    Membership.objects.filter(pk=both[1].membership.pk).update(is_active=False)
    ask = frontend(both[0])
    ask.headers = {}

    assert organizations(ask)["data"]["leads"]["edges"] == [{"node": {"organization": {"name": "Initech"}}}]
    ask.headers = {"X-Business": "globex"}
    assert organizations(ask)["errors"][0]["extensions"] == {"code": "unknown_business"}


def test_without_a_membership_only_me_is_answered(frontend, rep):
    Membership.objects.update(is_active=False)
    ask = frontend(rep)

    message = "You are not a member of any business. Ask a manager to add you."
    assert organizations(ask) == {"errors": [{"message": message, "extensions": {"code": "no_membership"}}]}
    assert ask(ME)["data"]["me"] == {
        "email": "sales@acme.example",
        "name": "sales",
        "membership": None,
        "memberships": [],
    }


def test_the_session_of_a_user_who_was_deactivated_ends(frontend, rep):
    ask = frontend(rep)
    assert ask(ME)["data"]["me"] is not None
    rep.membership.user.is_active = False
    rep.membership.user.save()

    assert ask(ME) == {"data": {"me": None}}
    assert organizations(ask) == {"errors": [SIGN_IN]}


# --- Introspection -------------------------------------------------------------------------------


@pytest.mark.parametrize("query", [INTROSPECTION, '{ __type(name: "Lead") { name } }', get_introspection_query()])
def test_the_schema_is_shown_to_those_who_are_signed_in(frontend, rep, query):
    assert frontend()(query) == {"errors": [SIGN_IN]}
    assert "errors" not in frontend(rep)(query)


def test_the_schema_is_shown_to_who_is_signed_in_before_a_business_is_chosen(frontend, both):
    ask = frontend(both[0])
    ask.headers = {}

    assert ask(INTROSPECTION) == {"data": {"__schema": {"queryType": {"name": "Query"}}}}


def test_on_a_developers_machine_the_schema_is_shown_to_everybody(frontend, business, settings):
    settings.DEBUG = True

    assert frontend()(INTROSPECTION) == {"data": {"__schema": {"queryType": {"name": "Query"}}}}
    assert frontend()("{ __schema { queryType { name } } leads { totalCount } }") == {"errors": [SIGN_IN]}


# --- One operation, one business -------------------------------------------------------------------


@pytest.mark.postgres
def test_the_database_knows_the_business_during_an_operation_and_only_then(frontend, rep, business, monkeypatch):
    from leads.graphql import queries

    seen = []
    usual = queries.filtered

    def watched(*args: Any) -> Any:
        seen.append(setting())
        return usual(*args)

    monkeypatch.setattr(queries, "filtered", watched)
    before = setting()

    body = frontend(rep)("{ leads { totalCount } }")

    assert "errors" not in body
    assert seen == [str(business.pk)]
    assert before in ("", None)


def setting() -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.business', true)")
        return cursor.fetchone()[0]
