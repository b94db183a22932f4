"""Adding colleagues, and not touching anybody else's account."""

import pytest

from leads.models import Business, Membership, Role, User
from tests.leads.admin.browser import PASSWORD, sign_in


def add(desk, **given):
    data = {"email": "new@acme.example", "name": "New", "role": "sales", "password": PASSWORD}
    return desk.post(desk.page(Membership, "add"), data | given)


def test_a_manager_adds_a_colleague_with_a_first_password(at_work, business):
    assert add(at_work).status_code == 302
    member = Membership.objects.get(user__email="new@acme.example")
    assert (member.business, member.role, member.user.name) == (business, Role.SALES, "New")
    assert member.user.check_password(PASSWORD)
    assert (member.user.is_staff, member.user.is_superuser) == (False, False)


def test_a_new_manager_may_open_the_admin(at_work):
    add(at_work, role="manager")
    user = User.objects.get(email="new@acme.example")
    assert user.is_staff
    assert sign_in(user).get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"password": ""}, "password", "A new account needs a first password."),
        ({"password": "short"}, "password", "This password is too short."),
        ({"email": "manager@acme.example", "password": ""}, "email", "manager is a member already"),
        ({"email": "MANAGER@acme.example"}, "password", "This person has an account already"),
    ],
)
def test_what_the_service_refuses_is_said_beside_the_field(at_work, given, field, message):
    response = add(at_work, **given)
    assert response.status_code == 200
    errors = response.context["adminform"].form.errors
    assert list(errors) == [field]
    assert errors[field][0].startswith(message)
    assert (User.objects.count(), Membership.objects.count()) == (1, 1)


def test_adding_somebody_from_elsewhere_leaves_their_account_alone(at_work, theirs, business):
    before = User.objects.filter(pk=theirs.member.user.pk).values("name", "password", "is_superuser").get()
    assert add(at_work, email=theirs.member.user.email, name="Mine now", password="").status_code == 302
    assert User.objects.filter(pk=theirs.member.user.pk).values("name", "password", "is_superuser").get() == before
    assert set(Business.objects.filter(memberships__user=theirs.member.user)) == {business, theirs.business}


def test_the_account_of_who_works_elsewhere_too_cannot_be_changed(at_work, theirs):
    add(at_work, email=theirs.member.user.email, password="")
    shared = Membership.objects.get(user=theirs.member.user, business=at_work.viewer.business)
    before = User.objects.filter(pk=shared.user_id).values().get()
    response = at_work.post(at_work.page(shared), role="viewer", is_active="on", name="Mine", password=PASSWORD + "!")
    assert response.status_code == 302
    assert User.objects.filter(pk=shared.user_id).values().get() == before
    assert Membership.objects.get(pk=shared.pk).role == Role.VIEWER


def test_the_account_of_a_superuser_cannot_be_changed_by_a_manager(at_work, superuser):
    add(at_work, email=superuser.email, password="")
    member = Membership.objects.get(user=superuser)
    at_work.post(at_work.page(member), role="sales", is_active="on", name="Mine", password=PASSWORD + "!")
    superuser.refresh_from_db()
    assert (superuser.name, superuser.check_password(PASSWORD), superuser.is_staff) == ("Root", True, True)


def test_nobody_becomes_a_superuser_by_what_a_manager_sends(at_work):
    add(at_work, is_superuser="on", is_staff="on", user="1", business="1")
    user = User.objects.get(email="new@acme.example")
    assert (user.is_superuser, user.is_staff) == (False, False)


def test_a_managers_own_colleague_gets_a_new_password(at_work, rep):
    response = at_work.post(at_work.page(rep.membership), role="sales", is_active="on", name="Robin", password=PASSWORD)
    assert response.status_code == 302
    user = User.objects.get(pk=rep.membership.user_id)
    assert (user.name, user.check_password(PASSWORD)) == ("Robin", True)


def test_a_weak_new_password_changes_nothing_at_all(at_work, rep):
    response = at_work.post(at_work.page(rep.membership), role="viewer", name="Robin", password="short")
    assert response.status_code == 200
    rep.membership.refresh_from_db()
    assert (rep.membership.role, rep.membership.is_active, rep.membership.user.name) == (Role.SALES, True, "sales")


def test_who_manages_nothing_any_more_cannot_open_the_admin(at_work, join, business, desk):
    other = join(business, Role.MANAGER, "two@acme.example").membership
    at_work.post(at_work.page(other), role="sales", is_active="on", name="Two", password="")
    other.user.refresh_from_db()
    assert not other.user.is_staff


def test_managers_cannot_lock_themselves_out(at_work, manager):
    for given in ({"role": "sales", "is_active": "on"}, {"role": "manager"}):
        response = at_work.post(at_work.page(manager.membership), {"name": "M", "password": "", **given})
        assert "You cannot take your own access away." in response.content.decode()
    manager.membership.refresh_from_db()
    assert (manager.membership.role, manager.membership.is_active) == (Role.MANAGER, True)


def test_accounts_are_for_superusers_only(at_work, superuser, business):
    assert at_work.get(at_work.page(User, "changelist")).status_code == 403
    client = sign_in(superuser)
    client.post("/admin/business/", {"business": business.pk})
    data = {"email": "X@Example.com", "name": "X", "new_password": PASSWORD, "is_active": "on"}
    assert client.post("/admin/leads/user/add/", data).status_code == 302
    assert User.objects.get(email="x@example.com").check_password(PASSWORD)


def test_a_superuser_makes_a_business_and_a_manager_changes_its_name_and_zone_only(at_work, superuser, business):
    data = {"name": "Umbrella", "slug": "umbrella", "currency": "USD", "time_zone": "UTC"}
    assert at_work.post(at_work.page(Business, "add"), data).status_code == 403
    client = sign_in(superuser)
    assert client.post("/admin/leads/business/add/", data).status_code == 302
    assert Business.objects.filter(slug="umbrella").exists() is True
    at_work.post(at_work.page(business), {**data, "time_zone": "Europe/Paris"})
    business.refresh_from_db()
    assert (business.name, business.slug, business.currency, business.time_zone) == (
        "Umbrella",
        "acme",
        "EUR",
        "Europe/Paris",
    )
