"""GraphQL over HTTP: methods, types of answer, and the status of what is and is not executed."""

import json
from collections.abc import AsyncGenerator

import pytest
import strawberry
from django.conf import settings
from django.test import Client
from django.urls import path

from config.graphql.extensions import extensions
from config.graphql.limits import MAX_QUERY_LENGTH
from config.graphql.view import ApiView

JSON = "application/json; charset=utf-8"
RESPONSE = "application/graphql-response+json; charset=utf-8"
BOTH = "application/graphql-response+json, application/json;q=0.9"

said: list[str] = []


@strawberry.type
class Query:
    @strawberry.field
    def hello(self) -> str:
        return "Hello"

    @strawberry.field
    def echo(self, text: str) -> str:
        return text

    @strawberry.field
    def fails(self) -> str | None:
        raise RuntimeError("the password is swordfish")

    @strawberry.field
    def must_not_fail(self) -> str:
        raise RuntimeError("the password is swordfish")

    @strawberry.field
    def half_a_pair(self) -> str:
        return "\ud800"

    @strawberry.field
    def with_cookie(self, info: strawberry.Info) -> str:
        info.context.response.set_cookie("seen", "yes")
        return "baked"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def say(self, text: str) -> str:
        said.append(text)
        return text


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self) -> AsyncGenerator[int, None]:
        yield 1


schema = strawberry.Schema(Query, Mutation, Subscription, extensions=extensions())
urlpatterns = [
    path("graphql/", ApiView.as_view(schema=schema)),
]


@pytest.fixture(autouse=True)
def own_urls(settings):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]
    settings.DEBUG = False
    said.clear()


def post(body, *, content_type="application/json", accept=None, client=None, **headers):
    if isinstance(body, dict):
        body = json.dumps(body)
    headers |= {"accept": accept} if accept is not None else {}
    # Not `Client.post`, which encodes the body itself and drops the type of an empty one.
    return (client or Client()).generic(
        "POST", "/graphql/", body, content_type=content_type, headers=headers, CONTENT_TYPE=content_type
    )


def get(accept=None, **parameters):
    return Client().get("/graphql/", parameters, headers={"accept": accept} if accept is not None else {})


def refused(code, message):
    return {"errors": [{"message": message, "extensions": {"code": code}}]}


NO_QUERY = refused("query_missing", "`query` is missing; it holds the GraphQL document.")
NUL = refused("bad_character", "Text must not contain NUL characters.")


# --- Methods ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE", "SUBSCRIBE"])
def test_other_methods_have_status_405(method):
    response = Client().generic(method, "/graphql/?query={hello}")

    assert (response.status_code, response["Allow"], response["Content-Type"]) == (405, "GET, POST", JSON)
    if method != "HEAD":
        assert response.json() == refused("method_not_allowed", "Use GET or POST.")


def test_get_answers_queries():
    query = "query A($t: String!) { echo(text: $t) } query B { hello }"

    named = get(query=query, operationName="A", variables='{"t": "é"}', extensions="{}")
    empty = get(query="{ hello }", operationName="", variables="", extensions="")

    assert (named.status_code, named.json()) == (200, {"data": {"echo": "é"}})
    assert (empty.status_code, empty.json()) == (200, {"data": {"hello": "Hello"}})


@pytest.mark.parametrize(
    ("parameters", "answer"),
    [
        ({}, NO_QUERY),
        ({"query": ""}, NO_QUERY),
        (
            {"query": "{ hello }", "variables": "{"},
            refused("invalid_json", "`variables` must be valid JSON in UTF-8."),
        ),
        (
            {"query": "{ hello }", "variables": "[]"},
            refused("invalid_parameter", "`variables` must be an object or null."),
        ),
        (
            {"query": "{ hello }", "extensions": "1"},
            refused("invalid_parameter", "`extensions` must be an object or null."),
        ),
        ({"query": "{ hello }\0"}, NUL),
        ({"query": "{ hello }", "variables": '{"a": "\\u0000"}'}, NUL),
        (
            {"query": "{ hello }"} | {f"p{i}": "" for i in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)},
            refused("too_many_parameters", "This address has too many parameters."),
        ),
    ],
)
def test_a_get_that_is_no_request_has_status_400(parameters, answer):
    response = get(**parameters)

    assert (response.status_code, response["Content-Type"]) == (400, JSON)
    assert response.json() == answer


def test_a_mutation_by_get_has_status_405_and_does_not_run():
    response = get(query='mutation { say(text: "x") }')

    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert response.json() == refused("mutation_by_get", "Send mutations by POST.")
    assert said == []


def test_the_operation_that_is_named_decides_whether_get_may_run_it():
    document = 'query Q { hello } mutation M { say(text: "x") }'

    assert get(query=document, operationName="Q").json() == {"data": {"hello": "Hello"}}
    assert get(query=document, operationName="M").status_code == 405
    assert get(query=document).json()["errors"][0]["extensions"] == {"code": "operation_name_missing"}
    assert said == []


@pytest.mark.parametrize("send", [post, lambda body: get(**body)])
def test_a_subscription_is_refused(send):
    response = send({"query": "subscription { ticks }"})

    assert response.status_code == 400
    assert response.json() == refused("subscription_not_supported", "This address serves no subscriptions.")


# --- What is accepted ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("APPLICATION/JSON; Charset=UTF-8", JSON),
        ("text/html, */*;q=0.1", JSON),
        ("application/graphql-response+json", RESPONSE),
        ("application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", RESPONSE),
        ("application/graphql-response+json, application/json", RESPONSE),
        ("application/json, application/graphql-response+json", JSON),
        ("application/json;q=0.5, application/graphql-response+json", RESPONSE),
        ("application/json;q=0, */*", RESPONSE),
        ("*/*, application/graphql-response+json", JSON),
        (BOTH, RESPONSE),
    ],
)
def test_the_client_chooses_the_type_of_the_answer(accept, content_type):
    for response in (post({"query": "{ hello }"}, accept=accept), get(accept, query="{ hello }")):
        assert (response.status_code, response["Content-Type"]) == (200, content_type)
        assert response.json() == {"data": {"hello": "Hello"}}


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "image/*",
        "application/xml",
        "application/json;q=0",
        "application/json; charset=utf-16",
        ";",
        "x" * 20_000,
    ],
)
def test_types_that_cannot_be_had_have_status_406(accept):
    response = post({"query": "{ hello }"}, accept=accept)

    assert (response.status_code, response["Content-Type"]) == (406, JSON)
    assert response.json() == refused(
        "not_acceptable", "This address answers in application/graphql-response+json or application/json."
    )


# --- Statuses of well-formed requests --------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ({"query": "{"}, "syntax_error", "Syntax Error: Expected Name, found <EOF>."),
        ({"query": "  "}, "syntax_error", "Syntax Error: Unexpected <EOF>."),
        ({"query": "{ gone }"}, "invalid_request", "Cannot query field 'gone' on type 'Query'."),
        (
            {"query": "query ($t: String!) { echo(text: $t) }"},
            "invalid_request",
            "Variable '$t' of required type 'String!' was not provided.",
        ),
        (
            {"query": "query ($t: String!) { echo(text: $t) }", "variables": {"t": 1}},
            "invalid_request",
            "Variable '$t' got invalid value 1; String cannot represent a non string value: 1",
        ),
        (
            {"query": "query A { hello }", "operationName": "B"},
            "unknown_operation",
            "This document has no operation named 'B'.",
        ),
        (
            {"query": "fragment F on Query { hello }"},
            "unknown_operation",
            "This document has no operation to run.",
        ),
        (
            {"query": "query A { hello } query B { hello }"},
            "operation_name_missing",
            "This document has several operations: name the one to run in operationName.",
        ),
        (
            {"query": "{ " + " ".join(f"a{i}: hello" for i in range(21)) + " }"},
            "too_many_root_fields",
            "This operation has 21 root fields; at most 20 are answered.",
        ),
        (
            {"query": '{ echo(text: "\\u0000") }'},
            "bad_character",
            "Text must not contain NUL characters.",
        ),
        (
            {"query": '{ echo(text: "\\uD800") }'},
            "syntax_error",
            "Syntax Error: Invalid Unicode escape sequence: '\\uD800'.",
        ),
        (
            {"query": "{ " + "hello " * 3_000 + "}"},
            "syntax_error",
            "Syntax Error: Document contains more than 3000 tokens. Parsing aborted.",
        ),
        (
            {"query": "#\n" * 3_000 + "{ hello }"},
            "syntax_error",
            "Syntax Error: Document contains more than 3000 tokens. Parsing aborted.",
        ),
    ],
)
def test_a_request_that_is_not_executed_has_status_200_in_json_and_400_in_graphql_response(body, code, message):
    legacy, modern = post(body), post(body, accept=BOTH)

    assert (legacy.status_code, legacy["Content-Type"]) == (200, JSON)
    assert (modern.status_code, modern["Content-Type"]) == (400, RESPONSE)
    for answer in (legacy.json(), modern.json()):
        assert list(answer) == ["errors"]
        assert [(error["message"], error["extensions"]) for error in answer["errors"]] == [(message, {"code": code})]


def test_a_document_that_is_too_long_is_not_parsed():
    [error] = post({"query": "{ hello }" + " " * MAX_QUERY_LENGTH}).json()["errors"]

    assert error["extensions"] == {"code": "syntax_error"}


@pytest.mark.parametrize(
    ("query", "data"),
    [("{ hello fails }", {"hello": "Hello", "fails": None}), ("{ hello mustNotFail }", None)],
)
@pytest.mark.parametrize("accept", [None, BOTH])
def test_a_request_that_was_executed_has_status_200_whatever_failed(query, data, accept):
    response = post({"query": query}, accept=accept)

    assert response.status_code == 200
    assert response.json()["data"] == data
    assert [error["extensions"] for error in response.json()["errors"]] == [{"code": "internal_error"}]


def test_text_that_is_no_text_does_not_break_the_answer():
    response = post({"query": "{ halfAPair }"})

    assert (response.status_code, response.content) == (200, b'{"data":{"halfAPair":"\\ud800"}}')


def test_resolvers_may_set_cookies():
    response = post({"query": "{ withCookie }"}, accept=BOTH)

    assert (response.cookies["seen"].value, response["Content-Type"]) == ("yes", RESPONSE)
