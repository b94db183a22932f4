"""What browsers bring: CSRF tokens, and developers who open the address."""

import hashlib
import json
import re
from pathlib import Path

import pytest
import strawberry
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from config.graphql import graphiql
from config.graphql.extensions import extensions
from config.graphql.view import ApiView

said: list[str] = []


@strawberry.type
class Query:
    @strawberry.field
    def hello(self) -> str:
        return "Hello"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def say(self, text: str) -> str:
        said.append(text)
        return text


schema = strawberry.Schema(Query, Mutation, extensions=extensions())
urlpatterns = [
    path("graphql/", ApiView.as_view(schema=schema)),
    path("form/", lambda request: HttpResponse("posted")),
    path("_allauth/browser/v1/auth/login", lambda request: HttpResponse("signed in")),
]


@pytest.fixture(autouse=True)
def own_urls(settings):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = ["csp.middleware.CSPMiddleware", "django.middleware.csrf.CsrfViewMiddleware"]
    settings.CSRF_FAILURE_VIEW = "config.graphql.csrf.csrf_failure"
    settings.DEBUG = False
    said.clear()


def post(body, *, client, **headers):
    return client.post("/graphql/", json.dumps(body), content_type="application/json", headers=headers)


def get(accept, **parameters):
    return Client().get("/graphql/", parameters, headers={"accept": accept})


def refused(code, message):
    return {"errors": [{"message": message, "extensions": {"code": code}}]}


# --- CSRF ------------------------------------------------------------------------------------------

NO_TOKEN = refused(
    "csrf_failed",
    "This request has no valid CSRF token: send the csrftoken cookie's value in the X-CSRFToken header.",
)


def test_a_post_without_a_token_is_refused_in_json():
    response = post({"query": 'mutation { say(text: "x") }'}, client=Client(enforce_csrf_checks=True))

    assert (response.status_code, response["Content-Type"]) == (403, "application/json")
    assert response.json() == NO_TOKEN
    assert said == []


def test_a_post_with_the_cookies_value_in_the_header_is_answered():
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = token = "a" * 32

    response = post({"query": 'mutation { say(text: "x") }'}, client=client, X_CSRFToken=token)

    assert (response.status_code, response.json()) == (200, {"data": {"say": "x"}})
    assert said == ["x"]


def test_a_post_from_another_site_is_refused_in_json():
    client = Client(enforce_csrf_checks=True)

    response = post({"query": "{ hello }"}, client=client, Origin="https://elsewhere.example")

    assert response.status_code == 403
    assert response.json() == refused(
        "csrf_failed", "This request comes from a page on another site, which is not trusted."
    )


def test_a_form_keeps_djangos_own_page_and_signing_in_gets_json():
    client = Client(enforce_csrf_checks=True)

    form = client.post("/form/", {"a": "b"})
    signing_in = client.post("/_allauth/browser/v1/auth/login", "{}", content_type="application/json")

    assert (form.status_code, form["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert (signing_in.status_code, signing_in.json()) == (403, NO_TOKEN)


# --- GraphiQL --------------------------------------------------------------------------------------

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_a_browser_gets_graphiql_from_our_own_files_under_a_strict_policy(settings):
    settings.DEBUG = True
    templates = Path(graphiql.__file__).parent / "templates"
    settings.TEMPLATES = [settings.TEMPLATES[0] | {"DIRS": [templates]}]

    response = get(BROWSER)

    page = response.content.decode()
    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert (response.status_code, response["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert response.cookies["csrftoken"].value
    assert (policy["default-src"], policy["script-src"], policy["connect-src"]) == (
        "'none'",
        "'self'",
        "'self'",
    )
    assert page.count("<script") == page.count('<script defer src="/static/graphiql/') == 4
    assert "//" not in page.replace("<!doctype html>", "")


def test_without_debug_there_is_no_page(settings):
    response = get(BROWSER)

    assert (response.status_code, response["Content-Type"]) == (406, "application/json; charset=utf-8")
    assert get(BROWSER, query="{ hello }").json() == {"data": {"hello": "Hello"}}


def test_a_query_in_the_address_is_answered_to_a_browser_too(settings):
    settings.DEBUG = True

    assert get(BROWSER, query="{ hello }").json() == {"data": {"hello": "Hello"}}
    assert get("*/*").status_code == 400


STATIC = Path(graphiql.__file__).parent / "static" / "graphiql"


@pytest.mark.parametrize(
    "name", ["graphiql.min.css", "graphiql.min.js", "react.production.min.js", "react-dom.production.min.js"]
)
def test_a_vendored_file_is_the_one_that_is_listed_and_fetches_nothing(name):
    text = (STATIC / name).read_bytes()

    assert f"`{name}`" in (STATIC / "VENDORED.md").read_text()
    assert hashlib.sha256(text).hexdigest() in (STATIC / "VENDORED.md").read_text()
    assert re.search(rb"sourceMappingURL|@import|url\([\"']?(https?:)?//|\beval\(|new Function\(", text) is None
