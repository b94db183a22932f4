"""Who is let in, for which business, and under which policy."""

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.db import connection
from django.test import Client
from django.urls import reverse

from leads import tenancy
from leads.admin.journeys.leads import LeadAdmin
from leads.models import Business, Door, Membership, Role
from tests.leads.admin.browser import PASSWORD, sign_in, told

HOME = "/admin/"
CHOOSE = "/admin/business/"
LEADS = "/admin/leads/lead/"


@pytest.fixture
def everywhere(join, business, other_business, desk):
    """A manager of both businesses."""
    join(other_business, Role.MANAGER, "boss@example.com")
    return desk(join(business, Role.MANAGER, "boss@example.com"))


def chosen(desk) -> str:
    return desk.get(HOME).context["site_subheader"]


def test_a_manager_of_one_business_need_not_choose(at_work):
    assert at_work.get(HOME).status_code == 200
    assert chosen(at_work) == "Acme"


def test_a_manager_of_two_must_choose_before_seeing_anything(everywhere):
    for address in (HOME, LEADS, "/admin/autocomplete/", "/admin/leads/"):
        response = everywhere.get(address)
        assert (response.status_code, response.headers["Location"]) == (302, CHOOSE)


def test_choosing_lists_ones_own_businesses_only(everywhere):
    Business.objects.create(slug="umbrella", name="Umbrella")
    html = everywhere.get(CHOOSE).content.decode()
    assert ("Acme" in html, "Globex" in html, "Umbrella" in html) == (True, True, False)


def test_one_may_switch_to_another_business_of_ones_own(everywhere, business, other_business):
    for wanted in (business, other_business, business):
        response = everywhere.post(CHOOSE, business=wanted.pk)
        assert (response.status_code, response.headers["Location"]) == (302, HOME)
        assert chosen(everywhere) == wanted.name


@pytest.mark.parametrize("wanted", ["other", "987654", "x", "", "²"])
def test_one_cannot_switch_to_a_business_that_one_is_not_in(at_work, other_business, wanted):
    response = at_work.post(CHOOSE, business=other_business.pk if wanted == "other" else wanted)
    assert response.status_code == 200
    assert told(response) == ["There is no such business among yours."]
    assert chosen(at_work) == "Acme"


def test_a_business_remembered_in_the_session_is_forgotten_with_the_membership(everywhere, other_business):
    everywhere.post(CHOOSE, business=other_business.pk)
    Membership.objects.filter(business=other_business).update(is_active=False)
    assert chosen(everywhere) == "Acme"


@pytest.mark.parametrize(
    "loss", [{"is_active": False}, {"role": Role.SALES}], ids=["membership ended", "no manager any more"]
)
def test_who_loses_the_membership_is_out_at_once(at_work, manager, loss):
    assert at_work.get(LEADS).status_code == 200
    Membership.objects.filter(pk=manager.membership.pk).update(**loss)
    assert at_work.get(LEADS).headers["Location"] == f"/admin/login/?next={LEADS}"


@pytest.mark.parametrize("flag", ["is_active", "is_staff"])
def test_who_is_deactivated_is_out_at_once(at_work, manager, flag):
    setattr(manager.membership.user, flag, False)
    manager.membership.user.save()
    assert at_work.get(LEADS).headers["Location"] == f"/admin/login/?next={LEADS}"


def test_a_superuser_chooses_among_all_businesses(superuser, business, other_business):
    client = sign_in(superuser)
    assert client.get(LEADS).headers["Location"] == CHOOSE
    client.post(CHOOSE, {"business": other_business.pk})
    assert client.get(HOME).context["site_subheader"] == "Globex"


def test_the_navigation_leads_to_the_choice_until_a_business_is_chosen(everywhere):
    groups = everywhere.get(CHOOSE).context["sidebar_navigation"]
    assert [item["link"] for group in groups for item in group["items"]] == [CHOOSE]


def test_every_page_is_made_on_behalf_of_its_viewer(at_work, manager, monkeypatch):
    seen = []
    monkeypatch.setattr(tenancy, "within", lambda viewer, real=tenancy.within: seen.append(viewer) or real(viewer))
    at_work.get(LEADS)
    assert [(viewer.business, viewer.membership, viewer.door) for viewer in seen] == [
        (manager.business, manager.membership, Door.ADMIN)
    ]


@pytest.mark.postgres
def test_a_page_is_read_in_a_transaction_that_knows_its_business(at_work, manager, monkeypatch):
    known = []

    def asking(self, request):
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('app.business', true)")
            known.append(cursor.fetchone()[0])
        return real(self, request)

    real = LeadAdmin.get_queryset
    monkeypatch.setattr(LeadAdmin, "get_queryset", asking)
    at_work.get(LEADS)
    assert known == [str(manager.business.pk)]


# --- Signing in and out --------------------------------------------------------------------------


@pytest.fixture
def with_password(manager):
    user = manager.membership.user
    user.set_password(PASSWORD)
    user.is_staff = True
    user.save()
    return user


def try_to_sign_in(client: Client, email: str, password: str):
    return client.post("/admin/login/", {"username": email, "password": password}, REMOTE_ADDR="10.0.0.7")


def test_a_manager_signs_in_and_out(client, with_password):
    response = try_to_sign_in(client, with_password.email, PASSWORD)
    assert (response.status_code, response.headers["Location"]) == (302, HOME)
    assert client.get(HOME).status_code == 200
    response = client.post(reverse("admin:logout"))
    assert (response.status_code, response.headers["Location"]) == (302, "/admin/login/")
    assert client.get(HOME).headers["Location"] == "/admin/login/?next=/admin/"


def test_asking_to_sign_out_by_a_link_does_nothing(at_work):
    at_work.get(reverse("admin:logout"))
    assert at_work.get(HOME).status_code == 200


def test_too_many_wrong_passwords_lock_the_admin_too(client, with_password):
    for _ in range(9):
        assert try_to_sign_in(client, with_password.email, "wrong").status_code == 200
    assert try_to_sign_in(client, with_password.email, "wrong").status_code == 429
    response = try_to_sign_in(client, with_password.email, PASSWORD)
    assert response.status_code == 429
    assert "Too many failed attempts to sign in." in response.content.decode()
    assert "script-src 'self' 'unsafe-eval'" in response.headers["Content-Security-Policy"]
    assert AccessAttempt.objects.get().username == with_password.email


def test_who_has_a_second_factor_cannot_pass_it_by(client, with_password):
    Authenticator.objects.create(user=with_password, type=Authenticator.Type.TOTP, data={"secret": "x"})
    response = try_to_sign_in(client, with_password.email, PASSWORD)
    assert response.status_code == 200
    assert "Your account has a second factor." in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_a_salesperson_with_the_right_password_is_not_let_in(client, rep):
    rep.membership.user.set_password(PASSWORD)
    rep.membership.user.save()
    assert try_to_sign_in(client, rep.membership.user.email, PASSWORD).status_code == 200
    assert client.get(HOME).status_code == 302


# --- The policy ----------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [HOME, LEADS, CHOOSE, "/admin/password_change/", "/admin/login/"])
def test_pages_of_the_admin_load_from_here_only(at_work, client, address):
    response = (client if address.endswith("login/") else at_work).get(address)
    policy = response.headers["Content-Security-Policy"].split("; ")
    assert sorted(policy) == [
        "base-uri 'none'",
        "connect-src 'self'",
        "default-src 'none'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "script-src 'self' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
    ]


def test_nothing_but_the_admin_may_make_code_of_texts(client, db):
    for address in ("/graphql/", "/_allauth/browser/v1/config"):
        assert "unsafe-eval" not in client.get(address).headers["Content-Security-Policy"]
