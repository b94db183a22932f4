"""A request body that is no GraphQL request is refused in JSON, and never breaks anything."""

import json

import pytest
import strawberry
from django.test import Client
from django.urls import path

from config.graphql.extensions import extensions
from config.graphql.request import MAX_BODY_BYTES
from config.graphql.view import ApiView

JSON = "application/json; charset=utf-8"
RESPONSE = "application/graphql-response+json; charset=utf-8"


@strawberry.type
class Query:
    @strawberry.field
    def hello(self) -> str:
        return "Hello"


urlpatterns = [path("graphql/", ApiView.as_view(schema=strawberry.Schema(Query, extensions=extensions())))]


@pytest.fixture(autouse=True)
def own_urls(settings):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = ["django.middleware.csrf.CsrfViewMiddleware"]


def post(body, *, content_type="application/json", accept="*/*"):
    if isinstance(body, dict):
        body = json.dumps(body)
    # Not `Client.post`, which encodes the body itself and drops the type of an empty one.
    return Client().generic(
        "POST",
        "/graphql/",
        body,
        content_type=content_type,
        headers={"accept": accept},
        CONTENT_TYPE=content_type,
    )


def refused(code, message):
    return {"errors": [{"message": message, "extensions": {"code": code}}]}


NOT_JSON = refused("invalid_json", "The body must be valid JSON in UTF-8.")
NOT_AN_OBJECT = refused("invalid_body", "The body must be a JSON object.")
NO_QUERY = refused("query_missing", "`query` is missing; it holds the GraphQL document.")
NUL = refused("bad_character", "Text must not contain NUL characters.")
TOO_NESTED = refused("variables_too_deep", "`variables` are nested too deeply.")


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b"", refused("invalid_body", "The body is empty.")),
        (b" ", NOT_JSON),
        (b"{", NOT_JSON),
        (b"query { hello }", NOT_JSON),
        (b"\xff\xfe", NOT_JSON),
        (b'{"query": "{ hello }", "a": "\xe9"}', NOT_JSON),
        (b'\xef\xbb\xbf{"query": "{ hello }"}', NOT_JSON),
        ('{"query": "{ hello }"}'.encode("utf-16"), NOT_JSON),
        (b'{"query": "{ hello }", "variables": {"a": NaN}}', NOT_JSON),
        (b'{"query": "{ hello }", "variables": {"a": Infinity}}', NOT_JSON),
        (b'{"query": "{ hello }", "variables": {"a": "\\ud800"}}', NOT_JSON),
        (b'{"query": "{ hello }"} {}', NOT_JSON),
        (b"[" * 100_000, NOT_JSON),
        (b'{"query": "{ hello }", "variables": ' + b'{"a":' * 5_000 + b"1" + b"}" * 5_001, NOT_JSON),
        (b"null", NOT_AN_OBJECT),
        (b"1", NOT_AN_OBJECT),
        (b"true", NOT_AN_OBJECT),
        (b'"{ hello }"', NOT_AN_OBJECT),
        (b"[]", refused("batching_not_supported", "Send one operation in each request, not a list.")),
        (
            b'[{"query": "{ hello }"}]',
            refused("batching_not_supported", "Send one operation in each request, not a list."),
        ),
        (b"{}", NO_QUERY),
        (b'{"query": null}', NO_QUERY),
        (b'{"query": ""}', NO_QUERY),
        (b'{"query": 1}', refused("invalid_parameter", "`query` must be a string.")),
        (b'{"query": 0}', refused("invalid_parameter", "`query` must be a string.")),
        (b'{"query": {}}', refused("invalid_parameter", "`query` must be a string.")),
        (b'{"query": ["{ hello }"]}', refused("invalid_parameter", "`query` must be a string.")),
        (
            b'{"query": "{ hello }", "variables": []}',
            refused("invalid_parameter", "`variables` must be an object or null."),
        ),
        (
            b'{"query": "{ hello }", "variables": "{}"}',
            refused("invalid_parameter", "`variables` must be an object or null."),
        ),
        (
            b'{"query": "{ hello }", "operationName": 1}',
            refused("invalid_parameter", "`operationName` must be a string or null."),
        ),
        (
            b'{"query": "{ hello }", "operationName": {}}',
            refused("invalid_parameter", "`operationName` must be a string or null."),
        ),
        (
            b'{"query": "{ hello }", "extensions": []}',
            refused("invalid_parameter", "`extensions` must be an object or null."),
        ),
        (b'{"query": "{ hello }\\u0000"}', NUL),
        (b'{"query": "{ hello }", "operationName": "\\u0000"}', NUL),
        (b'{"query": "{ hello }", "variables": {"a": "x\\u0000"}}', NUL),
        (b'{"query": "{ hello }", "variables": {"\\u0000": 1}}', NUL),
        (b'{"query": "{ hello }", "variables": {"a": [1, {"b": ["\\u0000"]}]}}', NUL),
        (b'{"query": "{ hello }", "variables": {"a": ' + b"[" * 61 + b"]" * 61 + b"}}", TOO_NESTED),
        (b'{"query": "{ hello }", "variables": ' + b'{"a":' * 900 + b"1" + b"}" * 901, TOO_NESTED),
    ],
)
def test_a_body_that_is_no_request_has_status_400_and_says_why(body, answer):
    for accept, content_type in (("*/*", JSON), ("application/graphql-response+json", RESPONSE)):
        response = post(body, accept=accept)

        assert (response.status_code, response["Content-Type"]) == (400, content_type)
        assert response.json() == answer


@pytest.mark.parametrize(
    "body",
    [
        {"query": "{ hello }"},
        {"query": "{ hello }", "variables": None, "operationName": None, "extensions": None},
        {"query": "{ hello }", "variables": {}, "operationName": "", "extensions": {}},
        {"query": "\ufeff query Q { hello }", "operationName": "Q", "unknown": [1]},
        {"query": "{ hello }", "variables": {"notDeclared": 10**30}},
        '{"query": "{ hello }", "variables": {"a": ' + "[" * 60 + "]" * 60 + "}}",
    ],
)
@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        'Application/JSON;charset="UTF-8"',
        "application/json;a=b",
    ],
)
def test_a_request_is_answered(body, content_type):
    response = post(body, content_type=content_type)

    assert (response.status_code, response["Content-Type"]) == (200, JSON)
    assert response.content == b'{"data":{"hello":"Hello"}}'
    assert response["Cache-Control"] == "no-store"
    assert "Accept" in response["Vary"]


@pytest.mark.parametrize(
    ("content_type", "answer"),
    [
        ("text/plain", refused("unsupported_media_type", "Send the request as application/json.")),
        ("", refused("unsupported_media_type", "Send the request as application/json.")),
        ("application/graphql", refused("unsupported_media_type", "Send the request as application/json.")),
        ("application/jsonp", refused("unsupported_media_type", "Send the request as application/json.")),
        (
            "application/x-www-form-urlencoded",
            refused("unsupported_media_type", "Send the request as application/json."),
        ),
        (
            "multipart/form-data; boundary=x",
            refused("unsupported_media_type", "Send the request as application/json."),
        ),
        ("application/json; charset=utf-16", refused("unsupported_charset", "Send the request in UTF-8.")),
        ("application/json; charset=nonsense", refused("unsupported_charset", "Send the request in UTF-8.")),
    ],
)
def test_another_type_of_body_has_status_415(content_type, answer):
    response = post(b'{"query": "{ hello }"}', content_type=content_type)

    assert (response.status_code, response["Content-Type"]) == (415, JSON)
    assert response["Accept-Post"] == "application/json"
    assert response.json() == answer


def test_a_body_above_the_cap_has_status_413_and_is_not_read(settings):
    room = MAX_BODY_BYTES - len('{"query": "{ hello }", "a": ""}')

    assert post('{"query": "{ hello }", "a": "%s"}' % ("x" * room)).status_code == 200
    response = post('{"query": "{ hello }", "a": "%s"}' % ("x" * (room + 1)))
    assert response.status_code == 413
    assert response.json() == refused("body_too_large", "The body is larger than 1048576 bytes.")

    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert post({"query": "{ hello }"}).status_code == 413


def test_a_content_length_that_is_no_number_has_status_400():
    response = Client().generic("POST", "/graphql/", b"{}", content_type="application/json", CONTENT_LENGTH="abc")

    assert response.status_code == 400
    assert response.json() == refused("invalid_body", "Content-Length must be a number.")
