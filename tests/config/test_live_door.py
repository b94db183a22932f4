"""The address of the streams: what it takes, and what it refuses before a stream begins."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from config.graphql.limits import MAX_QUERY_LENGTH
from tests.config.retrying import Server
from tests.config.streams import COMPLETE, Watching, post, streaming_server
from tests.leads.admin.browser import PASSWORD

ROOT = Path(__file__).parents[2]
LEADS = "{ leads(first: 2) { edges { node { id title revision } } } }"
LEAD = "subscription($lead: ID!) { leadChanged(lead: $lead) { title revision } }"
RENAME = """mutation($lead: ID!, $title: String!, $revision: Int!) {
  updateLead(lead: $lead, title: $title, expectedRevision: $revision) { ... on Lead { title revision } }
}"""


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Any:
    """A server that streams, with a SQLite file of its own, and the headers of a manager signed in to it."""
    folder = tmp_path_factory.mktemp("live")
    url = f"sqlite:///{folder / 'db.sqlite3'}"
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    command = [sys.executable, "-m", "tests.browser.prepare", str(folder / "served.json")]
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=300)
    server = streaming_server(folder / "server.log", DATABASE_URL=url)
    server.start()
    email = json.loads((folder / "served.json").read_text())["email"]
    yield server, sign_in(server.port, email)
    server.kill()


def sign_in(port: int, email: str) -> dict[str, str]:
    token = "x" * 32
    headers = {"Cookie": f"csrftoken={token}", "X-CSRFToken": token}
    credentials = {"email": email, "password": PASSWORD}
    status, answered, body = post(port, "/_allauth/browser/v1/auth/login", headers, credentials)
    assert status == 200, body
    cookies = answered["set-cookie"] + ";" + answered.get("x-more", "")
    session = re.search(rf"{settings.SESSION_COOKIE_NAME}=(\w+)", cookies)
    assert session, answered
    return {"Cookie": f"csrftoken={token}; {session[0]}", "X-CSRFToken": token}


def asked(served: tuple[Server, dict[str, str]], query: str, **variables: Any) -> Any:
    server, headers = served
    body = {"query": query, "variables": variables}
    return json.loads(post(server.port, "/graphql/", headers, body)[2])["data"]


def refused(served: tuple[Server, dict[str, str]], body: Any, **headers: str) -> tuple[int, str]:
    server, own = served
    status, answered, content = post(server.port, "/graphql/stream/", own | headers, body)
    assert (answered["content-type"], answered["cache-control"]) == ("application/json; charset=utf-8", "no-store")
    return status, json.loads(content)["errors"][0]["extensions"]["code"]


def test_on_sqlite_a_process_streams_what_was_changed_in_it(served):
    server, headers = served
    lead = asked(served, LEADS)["leads"]["edges"][0]["node"]
    watching = Watching(server.port, headers, LEAD, lead=lead["id"])
    assert watching.event() == {"leadChanged": {"title": lead["title"], "revision": lead["revision"]}}

    given = {"lead": lead["id"], "revision": lead["revision"], "title": "Renamed"}
    changed = asked(served, RENAME, **given)["updateLead"]
    assert watching.event() == {"leadChanged": changed}
    assert changed == {"title": "Renamed", "revision": lead["revision"] + 1}
    assert watching.is_quiet(0.5)
    watching.close()


@pytest.mark.parametrize(
    ("body", "headers", "answer"),
    [
        ({"query": "{ me { email } }"}, {}, (400, "subscriptions_only")),
        ({"query": 'mutation { qualifyLead(lead: "x") { __typename } }'}, {}, (400, "subscriptions_only")),
        ({"query": "subscription {"}, {}, (400, "syntax_error")),
        ({"query": "subscription { nothing }"}, {}, (400, "invalid_request")),
        ({"query": LEAD}, {}, (400, "invalid_request")),
        ({"query": LEAD + " " * MAX_QUERY_LENGTH}, {}, (400, "syntax_error")),
        (
            {"query": 'subscription { a: leadChanged(lead: "x") { id } b: leadChanged(lead: "x") { id } }'},
            {},
            (400, "invalid_request"),
        ),
        ({"query": f"{LEAD[:-1]} me {{ id }} }}"}, {}, (400, "invalid_request")),
        ({"query": LEAD, "operationName": "None"}, {}, (400, "unknown_operation")),
        ({}, {}, (400, "query_missing")),
        ([{"query": LEAD}], {}, (400, "batching_not_supported")),
        (b"{", {}, (400, "invalid_json")),
        (b"", {}, (400, "invalid_body")),
        ({"query": LEAD}, {"Content-Type": "text/plain"}, (415, "unsupported_media_type")),
        ({"query": LEAD}, {"Accept": "application/json"}, (406, "not_acceptable")),
        ({"query": LEAD, "variables": {"lead": "x"}}, {"X-Business": "globex"}, (400, "unknown_business")),
    ],
)
def test_what_is_no_subscription_is_refused_in_json(served, body, headers, answer):
    assert refused(served, body, **headers) == answer


@pytest.mark.parametrize("name", ["leadChanged(lead: $id)", "diagnosisChanged(diagnosis: $id)"])
@pytest.mark.parametrize("missing", ["", "1", "TGVhZDo5OTk5OTk=", "RGlhZ25vc2lzOjk5OTk5OQ==", "Q29udGFjdDox"])
def test_what_is_not_there_is_null_and_ends_the_stream(served, name, missing):
    query = f"subscription($id: ID!) {{ {name} {{ id }} }}"
    server, headers = served
    body = {"query": query, "variables": {"id": missing}}

    status, _, content = post(server.port, "/graphql/stream/", headers, body)

    data = json.dumps({"data": {name.partition("(")[0]: None}}, separators=(",", ":")).encode()
    assert (status, content) == (200, b"event: next\ndata: " + data + b"\n\n" + COMPLETE)


def test_the_other_address_keeps_refusing_subscriptions(served):
    server, headers = served
    status, _, content = post(server.port, "/graphql/", headers, {"query": LEAD, "variables": {"lead": "x"}})

    assert (status, json.loads(content)["errors"][0]["extensions"]["code"]) == (400, "subscription_not_supported")


def test_a_get_is_refused(client):
    response = client.get("/graphql/stream/", headers={"accept": "text/event-stream"})

    assert (response.status_code, response["Allow"], response["Cache-Control"]) == (405, "POST", "no-store")
    assert response.json()["errors"][0]["extensions"] == {"code": "method_not_allowed"}


def test_a_server_that_cannot_stream_says_so(client):
    response = client.post("/graphql/stream/", {"query": LEAD}, content_type="application/json")

    assert response.status_code == 501
    assert response.json()["errors"][0]["extensions"] == {"code": "streams_not_served"}
    assert "config.asgi:application" in response.json()["errors"][0]["message"]
