"""Signing in as a browser does: a session cookie, a CSRF token with it, and a limit to guessing."""

import json
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from leads.models import Role, User

PASSWORD = "a good long passphrase"
CSRF = {
    "errors": [
        {
            "message": (
                "This request has no valid CSRF token: send the csrftoken cookie's value in the X-CSRFToken header."
            ),
            "extensions": {"code": "csrf_failed"},
        }
    ]
}
WRONG = {
    "status": 400,
    "errors": [
        {
            "message": "The email address and/or password you specified are not correct.",
            "code": "email_password_mismatch",
            "param": "password",
        }
    ],
}
LOCKED = {
    "status": 429,
    "errors": [
        {
            "message": "Too many failed attempts to sign in. Wait 15 minutes, or ask your manager for a new password.",
            "code": "too_many_login_attempts",
        }
    ],
}
ME = "{ me { email } }"
ANN = "ann@acme.example"
BOB = "bob@acme.example"
SESSION = "/_allauth/browser/v1/auth/session"
LOGIN = "/_allauth/browser/v1/auth/login"


class Browser:
    """A browser on another machine than the server: it keeps cookies, and tokens are checked."""

    def __init__(self, address: str = "10.0.0.1") -> None:
        self.client = Client(enforce_csrf_checks=True, REMOTE_ADDR=address)

    def start(self) -> int:
        """Ask who is signed in, which sets the CSRF cookie."""
        return self.client.get("/_allauth/browser/v1/config").status_code

    def send(self, path: str, body: Any, *, token: bool = True, method: str = "post", **headers: str) -> Any:
        if token and "csrftoken" in self.client.cookies:
            headers["X-CSRFToken"] = self.client.cookies["csrftoken"].value
        return getattr(self.client, method)(path, json.dumps(body), content_type="application/json", headers=headers)

    def sign_in(self, email: str, password: str) -> Any:
        return self.send(LOGIN, {"email": email, "password": password})

    def me(self, **more: Any) -> Any:
        return self.send("/graphql/", {"query": ME}, **more)


@pytest.fixture
def people(business, join, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()  # allauth counts requests there
    for email in (ANN, BOB):
        user = join(business, Role.SALES, email).membership.user
        user.set_password(PASSWORD)
        user.save()


@pytest.fixture
def browser(people):
    found = Browser()
    found.start()
    return found


def test_who_signs_in_is_answered(browser):
    assert browser.me().json() == {"data": {"me": None}}

    signed_in = browser.sign_in(ANN, PASSWORD)

    assert signed_in.status_code == 200
    assert signed_in.json()["data"]["user"]["email"] == ANN
    cookie = browser.client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert browser.me().json() == {"data": {"me": {"email": ANN}}}


def test_an_address_is_one_in_any_spelling(browser):
    assert browser.sign_in(" Ann@ACME.example ", PASSWORD).status_code == 200


def test_the_token_changes_when_somebody_signs_in(browser):
    before = browser.client.cookies["csrftoken"].value

    browser.sign_in(ANN, PASSWORD)

    assert browser.client.cookies["csrftoken"].value != before


def test_without_a_token_neither_signing_in_nor_asking_works(browser):
    refused = browser.send(LOGIN, {"email": ANN, "password": PASSWORD}, token=False)
    assert (refused.status_code, refused.json()) == (403, CSRF)

    browser.sign_in(ANN, PASSWORD)
    for headers in ({}, {"X-CSRFToken": ""}, {"X-CSRFToken": "x" * 32}):
        refused = browser.me(token=False, **headers)
        assert (refused.status_code, refused.json()) == (403, CSRF)


def test_a_page_of_another_site_is_refused_though_it_has_the_cookie(browser):
    browser.sign_in(ANN, PASSWORD)

    refused = browser.me(Origin="https://evil.example")

    assert refused.status_code == 403
    assert refused.json() == {
        "errors": [
            {
                "message": "This request comes from a page on another site, which is not trusted.",
                "extensions": {"code": "csrf_failed"},
            }
        ]
    }


def test_a_mutation_by_get_is_refused_whoever_asks(browser):
    browser.sign_in(ANN, PASSWORD)

    answer = browser.client.get("/graphql/", {"query": 'mutation { createLead(organizationName: "x") { __typename } }'})

    assert answer.status_code == 405
    assert answer.json()["errors"][0]["extensions"] == {"code": "mutation_by_get"}


@pytest.mark.parametrize("email", [ANN, "nobody@acme.example"])
def test_a_wrong_password_and_an_unknown_address_read_alike(browser, email):
    refused = browser.sign_in(email, "wrong")

    assert (refused.status_code, refused.json()) == (400, WRONG)
    assert browser.me().json() == {"data": {"me": None}}


def test_a_deactivated_user_cannot_sign_in(browser):
    User.objects.filter(email=ANN).update(is_active=False)

    refused = browser.sign_in(ANN, PASSWORD)

    assert refused.status_code != 200
    assert browser.me().json() == {"data": {"me": None}}


def test_after_ten_failures_the_right_password_is_locked_out_and_nobody_else(browser):
    for _ in range(9):
        refused = browser.sign_in(ANN, "wrong")
        assert (refused.status_code, refused.json()) == (400, WRONG)
    last = browser.sign_in(ANN, "wrong")
    assert (last.status_code, last.json()) == (429, LOCKED)

    refused = browser.sign_in(ANN, PASSWORD)

    assert (refused.status_code, refused.json()) == (429, LOCKED)
    assert refused["Content-Type"] == "application/json"
    assert browser.me().json() == {"data": {"me": None}}
    assert browser.sign_in(BOB, PASSWORD).status_code == 200
    elsewhere = Browser("10.0.0.2")
    elsewhere.start()
    assert elsewhere.sign_in(ANN, PASSWORD).status_code == 200


def test_guessing_in_another_spelling_counts_too(browser):
    for spelling in [ANN, ANN.upper(), f" {ANN} ", ANN.title()] * 3:
        last = browser.sign_in(spelling, "wrong")

    assert last.status_code == 429
    assert browser.sign_in(ANN, PASSWORD).json() == LOCKED


def test_nine_failures_do_no_harm(browser):
    for _ in range(9):
        browser.sign_in(ANN, "wrong")

    assert browser.sign_in(ANN, PASSWORD).status_code == 200


def test_nobody_signs_up(browser):
    refused = browser.send("/_allauth/browser/v1/auth/signup", {"email": "eve@evil.example", "password": PASSWORD})

    assert refused.status_code == 403
    assert not User.objects.filter(email="eve@evil.example").exists()


def test_signing_out_ends_the_session(browser):
    browser.sign_in(ANN, PASSWORD)
    assert browser.client.get(SESSION).status_code == 200

    gone = browser.send(SESSION, {}, method="delete")

    assert gone.status_code == 401  # who is signed in now: nobody
    assert browser.me().json() == {"data": {"me": None}}
    assert browser.client.get(SESSION).status_code == 401


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
def test_nobody_takes_another_address_than_the_one_that_was_given_to_them(rep, method):
    client = Client()
    client.force_login(rep.membership.user, backend="allauth.account.auth_backends.AuthenticationBackend")

    response = client.generic(
        method, "/_allauth/browser/v1/account/email", '{"email": "hire@globex.example"}', "application/json"
    )

    assert response.status_code == 404
    rep.membership.user.refresh_from_db()
    assert rep.membership.user.email == "sales@acme.example"
