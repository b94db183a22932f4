"""Managers see who may be the same, what a merge would do, and do it."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from leads import services
from leads.models import Lead, Merge, Organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(manager):
    manager.membership.user.is_staff = True
    manager.membership.user.save()
    client = Client()
    client.force_login(manager.membership.user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def twins(business):
    acme = Organization.objects.create(business=business, name="Acme GmbH", domain="acme.example")
    return acme, Organization.objects.create(business=business, name="ACME", reference="A-2")


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_duplicates_are_shown_beside_an_organization_with_a_way_to_merge_them(admin, twins):
    page = admin.get(f"/admin/leads/organization/{twins[0].pk}/change/").content.decode()

    assert "Possible duplicates" in page
    assert "Same name" in page
    assert f"/admin/leads/organization/{twins[0].pk}/merge/{twins[1].pk}/" in page


def test_the_page_says_what_a_merge_would_do_and_changes_nothing(admin, twins, make_lead, manager):
    make_lead(manager, organization_id=twins[1].pk, name="", stakeholders=[services.Part(name="Ann")])

    page = admin.get(f"/admin/leads/organization/{twins[0].pk}/merge/{twins[1].pk}/").content.decode()

    assert "Keep “Acme GmbH”" in page
    assert "What moves: 1 contact, 1 lead." in page
    assert "Reference: A-2" in page
    assert (Organization.objects.count(), Merge.objects.count()) == (2, 0)


def test_the_one_that_is_chosen_is_kept(admin, twins):
    address = f"/admin/leads/organization/{twins[0].pk}/merge/{twins[1].pk}/"

    answer = admin.post(address, {"kept": str(twins[1].pk)})

    assert answer.url == f"/admin/leads/organization/{twins[1].pk}/change/"
    assert said(answer) == ["“Acme GmbH” is part of “ACME” now."]
    merge = Merge.objects.get()
    assert (merge.organization, merge.gone_key, merge.door) == (twins[1], twins[0].pk, "admin")
    page = admin.get(f"/admin/leads/organization/{twins[1].pk}/change/").content.decode()
    assert "not taken over: Name: Acme GmbH" in page
    gone = admin.get(f"/admin/leads/organization/{twins[0].pk}/change/")
    assert gone.url == f"/admin/leads/organization/{twins[1].pk}/change/"
    assert admin.get(address).status_code == 302


def test_a_refusal_is_said_on_the_page(admin, pair, now):
    kept, gone = pair
    Lead.objects.filter(pk=kept.pk).update(stage="disqualified")

    page = admin.get(f"/admin/leads/lead/{kept.pk}/merge/{gone.pk}/").content.decode()
    admin.post(f"/admin/leads/lead/{kept.pk}/merge/{gone.pk}/", {"kept": str(kept.pk)})

    assert "is closed (Disqualified)" in page
    assert Merge.objects.count() == 0


def test_a_merged_lead_can_be_read_and_nothing_can_be_done_with_it(admin, pair):
    kept, gone = pair
    admin.post(f"/admin/leads/lead/{kept.pk}/merge/{gone.pk}/", {"kept": str(kept.pk)})

    page = admin.get(f"/admin/leads/lead/{gone.pk}/change/").content.decode()

    assert "Merged into" in page
    assert "Begun as Inquiry" in page
    assert "sp-act" not in page.split("sp-heading")[1].replace("sp-acts", "")
    assert f"/admin/leads/lead/{gone.pk}/change/" in admin.get(f"/admin/leads/lead/{kept.pk}/change/").content.decode()
    assert admin.post(f"/admin/leads/lead/{gone.pk}/move/", {"to": "mql", "revision": "2"}).status_code == 200
    assert Lead.everything.get(pk=gone.pk).stage == "inquiry"


def test_the_reference_of_a_merged_organization_is_not_given_again(admin, twins, business):
    admin.post(f"/admin/leads/organization/{twins[0].pk}/merge/{twins[1].pk}/", {"kept": str(twins[0].pk)})

    page = admin.post("/admin/leads/organization/add/", {"name": "New", "domain": "", "reference": "A-2"})

    assert "That is the reference of one that was merged into another." in page.content.decode()
    assert not Organization.objects.filter(name="New").exists()


def test_strangers_find_nothing_to_merge(admin, twins, other_business):
    theirs = Organization.objects.create(business=other_business, name="ACME")

    answer = admin.post(f"/admin/leads/organization/{twins[0].pk}/merge/{theirs.pk}/", {"kept": str(twins[0].pk)})

    assert said(answer) == ["There are no two of these that could be merged."]
    assert Merge.objects.count() == 0
