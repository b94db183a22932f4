"""Who may read reports, and what becomes of requests that are none."""

import json

import graphene
import pytest
from django.test import Client
from graphql import get_introspection_query, print_schema

from config.graphql.reports import Reports
from config.graphql.view import ApiView
from config.reporting_schema import schema
from config.settings import BASE_DIR
from leads.models import Membership, Role

PATH = "/graphql/reporting/"
QUERY = "{ leads { totalCount } }"
EMPTY = {"data": {"leads": {"totalCount": 0}}}


def refused(code, message):
    return {"errors": [{"message": message, "extensions": {"code": code}}]}


# --- Who -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_managers_read_reports_and_nobody_else(role, business, join, frontend):
    ask = frontend(join(business, role), path=PATH)

    assert ask(QUERY) == (
        EMPTY if role is Role.MANAGER else refused("not_allowed", "Reports are for managers of Acme.")
    )
    assert ask.status == 200


@pytest.mark.parametrize("query", [QUERY, "{ __typename }", "{ __schema { description } }", get_introspection_query()])
def test_nobody_is_told_anything_without_signing_in(query, db, frontend):
    assert frontend(path=PATH)(query) == refused("not_signed_in", "Sign in first.")


@pytest.mark.parametrize("query", ["{ __typename }", get_introspection_query()])
def test_a_manager_may_ask_about_the_schema(query, manager, frontend):
    assert "errors" not in frontend(manager, path=PATH)(query)


def test_developers_may_ask_about_the_schema_but_not_for_rows(db, frontend, settings):
    settings.DEBUG = True
    ask = frontend(path=PATH)

    assert "errors" not in ask(get_introspection_query())
    assert ask("{ __typename leads { totalCount } }") == refused("not_signed_in", "Sign in first.")
    assert ask("{ ...All } fragment All on Query { leads { totalCount } }") == refused(
        "not_signed_in", "Sign in first."
    )


def test_a_member_who_left_reads_nothing(manager, frontend):
    Membership.objects.update(is_active=False)

    assert frontend(manager, path=PATH)(QUERY) == refused(
        "no_membership", "You are not a member of any business. Ask a manager to add you."
    )


def test_the_role_counts_in_the_business_that_is_named(business, other_business, join, frontend):
    join(business, Role.MANAGER, "both@example.com")
    viewer = join(other_business, Role.VIEWER, "both@example.com")

    def answer(**headers):
        ask = frontend(viewer, path=PATH)
        ask.headers = headers
        return ask(QUERY)

    assert answer(**{"X-Business": "acme"}) == EMPTY
    assert answer(**{"X-Business": "globex"}) == refused("not_allowed", "Reports are for managers of Globex.")
    assert answer() == refused(
        "business_not_chosen", "You work in several businesses: name one of acme, globex in the X-Business header."
    )
    assert answer(**{"X-Business": "initech"}) == refused(
        "unknown_business", "You are no member of the business in X-Business. Yours: acme, globex."
    )


def test_a_post_without_a_token_is_refused_in_json(manager):
    client = Client(enforce_csrf_checks=True)
    client.force_login(manager.membership.user, backend="allauth.account.auth_backends.AuthenticationBackend")

    response = client.post(PATH, {"query": QUERY}, content_type="application/json")

    assert (response.status_code, response.json()["errors"][0]["extensions"]) == (403, {"code": "csrf_failed"})


# --- What ----------------------------------------------------------------------------------------


@pytest.fixture
def signed_in(manager, frontend):
    return frontend(manager).client


def test_there_are_no_mutations_and_no_subscriptions(manager, frontend):
    ask = frontend(manager, path=PATH)

    assert ask("mutation { createLead { id } }") == refused(
        "mutation_not_supported", "This address only reads; changes go to /graphql/."
    )
    assert ask.status == 400
    assert ask("subscription { leads { id } }") == refused(
        "subscription_not_supported", "This address serves no subscriptions."
    )
    assert ask.status == 400
    assert (schema.graphql_schema.mutation_type, schema.graphql_schema.subscription_type) == (None, None)


DEEP = "{ leads { edges { node { " + "qualification { lead { " * 7 + "id" + " } }" * 7 + " } } } }"

REQUESTS = [
    b"",
    b"{",
    b"\xff",
    b"[]",
    b"null",
    b"{}",
    b'{"query": 1}',
    b'{"query": "{ leads { totalCount } }", "variables": []}',
    b'{"query": "{ leads { totalCount } }", "variables": {"a": "\\u0000"}}',
    b'{"query": "{ leads { totalCount } }", "variables": {"a": NaN}}',
    b'{"query": "{ leads { totalCount } }", "operationName": "A"}',
    *(
        json.dumps({"query": query}).encode()
        for query in (
            "{",
            "{ leads",
            "{ zzz }",
            "fragment A on Query { __typename }",
            "query A { __typename } query B { __typename }",
            '{ leads(filter: {search: "\\u0000"}) { totalCount } }',
            "{ " + "__typename " * 3_000 + "}",
            "{ " + " ".join(f"a{i}: __typename" for i in range(51)) + " }",
            "{ " + " ".join(f"a{i}: leads {{ totalCount }}" for i in range(21)) + " }",
            "{ " + " ".join(f"a{i}: leads(first: 2000) {{ edges {{ node {{ id }} }} }}" for i in range(11)) + " }",
            DEEP,
            "{ leads(first: 101) { totalCount } }",
            '{ leads(filter: {stage: "MQL"}) { totalCount } }',
            "query($a: Int!) { leads(first: $a) { totalCount } }",
            "# " + "x" * 65_536,
        )
    ),
]


@pytest.mark.parametrize("accept", ["*/*", "application/graphql-response+json"])
@pytest.mark.parametrize("body", REQUESTS, ids=lambda body: body[:50].decode(errors="replace"))
def test_what_is_no_request_is_refused_as_by_the_other_api(body, accept, signed_in):
    def answer(path):
        response = signed_in.generic(
            "POST",
            path,
            body,
            content_type="application/json",
            headers={"accept": accept},
            CONTENT_TYPE="application/json",
        )
        return response.status_code, response["Content-Type"], json.loads(response.content)

    ours, theirs = answer(PATH), answer("/graphql/")

    assert ours == theirs
    assert all(error["extensions"]["code"] != "internal_error" for error in ours[2]["errors"])


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [("PUT", {}, 405), ("DELETE", {}, 405), ("POST", {"accept": "text/csv"}, 406), ("GET", {}, 400)],
)
def test_other_ways_to_ask_are_refused_as_by_the_other_api(method, headers, status, signed_in):
    ours, theirs = (
        signed_in.generic(method, path, b"{}", content_type="application/json", headers=headers)
        for path in (PATH, "/graphql/")
    )

    assert (ours.status_code, ours.content, ours["Content-Type"]) == (status, theirs.content, theirs["Content-Type"])


def test_get_answers_queries(signed_in):
    response = signed_in.get(PATH, {"query": QUERY}, headers={"X-Business": "acme"})

    assert (response.status_code, response.json()) == (200, EMPTY)
    assert response["Cache-Control"] == "no-store"


def test_a_developers_browser_gets_graphiql(settings):
    settings.DEBUG = True

    response = Client().get(PATH, headers={"accept": "text/html"})

    assert response["Content-Type"] == "text/html; charset=utf-8"


# --- Errors --------------------------------------------------------------------------------------


class Broken(graphene.ObjectType):
    fails = graphene.String()

    def resolve_fails(root, info):
        raise RuntimeError("the password is swordfish")


def test_an_unexpected_error_is_masked_and_logged(manager, rf, caplog):
    class View(ApiView):
        def get_context(self, request, response):
            return type("Context", (), {"viewer": manager})

    view = View.as_view(schema=Reports(graphene.Schema(query=Broken)))

    response = view(rf.post("/", {"query": "{ fails }"}, content_type="application/json"))

    assert json.loads(response.content) == {
        "errors": [
            {
                "message": "Something went wrong on our side.",
                "locations": [{"line": 1, "column": 3}],
                "path": ["fails"],
                "extensions": {"code": "internal_error"},
            }
        ],
        "data": {"fails": None},
    }
    assert "swordfish" in caplog.text


def test_an_error_before_anything_runs_is_masked_too_and_has_status_500(rf, caplog):
    class View(ApiView):
        def get_context(self, request, response):
            return None

    view = View.as_view(schema=Reports(graphene.Schema(query=Broken)))

    response = view(rf.post("/", {"query": "{ fails }"}, content_type="application/json"))

    assert response.status_code == 500
    assert json.loads(response.content) == refused("internal_error", "Something went wrong on our side.")


# --- The schema ----------------------------------------------------------------------------------


def test_the_schema_file_is_current():
    assert (BASE_DIR / "reporting.graphql").read_text() == print_schema(schema.graphql_schema)


def test_everything_in_the_schema_is_described():
    missing = []
    for name, kind in schema.graphql_schema.type_map.items():
        if name.startswith("__"):
            continue
        if not kind.description:
            missing.append(name)
        for key, part in (getattr(kind, "fields", None) or getattr(kind, "values", None) or {}).items():
            if not part.description:
                missing.append(f"{name}.{key}")
            missing += [
                f"{name}.{key}({argument})"
                for argument, found in getattr(part, "args", {}).items()
                if not found.description
            ]

    assert missing == []
