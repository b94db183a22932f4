"""Forms in the admin: the token is shown once, and never again."""

import re

import pytest
from django.urls import reverse

from leads.models import InquiryForm
from tests.leads.inquiries.conftest import RECEIVED, Website

pytestmark = pytest.mark.django_db
GIVEN = {"name": "Contact page", "source": "", "websites": "", "per_minute": "10", "per_day": "500"}


@pytest.fixture
def add():
    return reverse("admin:leads_inquiryform_add")


def test_a_new_form_shows_its_token_once_with_an_example(at_work, add):
    page = at_work.post(add, **GIVEN, _save="1")

    assert page.status_code == 200
    token = re.search(r"&quot;X-Form&quot;|\"X-Form\": \"([\w-]+)\"", page.content.decode())[1]
    form = InquiryForm.objects.get()
    assert (form.name, form.source, form.created_by.user.email) == (
        *("Contact page", "Contact page", "manager@acme.example"),
    )
    assert "submitInquiry" in page.content.decode()
    assert Website(token)() == RECEIVED
    for address in (at_work.page(form), at_work.page(InquiryForm, "changelist"), at_work.page(form, "history")):
        assert token not in at_work.get(address).content.decode()
        assert form.token_hash not in at_work.get(address).content.decode()


def test_a_form_is_changed_and_taken_back(at_work, add):
    at_work.post(add, **GIVEN, _save="1")
    form = InquiryForm.objects.get()
    changed = GIVEN | {"name": "Shop", "source": "Ads", "websites": "https://Shop.example\n", "per_minute": "3"}

    at_work.post(at_work.page(form), **changed, _save="1")

    form.refresh_from_db()
    assert (form.name, form.source, form.origins, form.per_minute, form.revoked_at) == (
        *("Shop", "Ads", ["https://shop.example"], 3, None),
    )
    at_work.post(at_work.page(form), **changed, revoked="on", _save="1")
    form.refresh_from_db()
    assert form.revoked_at is not None
    assert "Taken back" in at_work.get(at_work.page(InquiryForm, "changelist")).content.decode()


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"websites": "shop"}, {"per_minute": "0"}, {"per_day": "x"}, {"source": "a\u202eb"}]
)
def test_what_cannot_be_taken_is_said_beside_its_field(at_work, add, wrong):
    page = at_work.post(add, **(GIVEN | wrong), _save="1")

    assert page.status_code == 200
    assert set(page.context["adminform"].form.errors) == set(wrong)
    assert not InquiryForm.objects.exists()
