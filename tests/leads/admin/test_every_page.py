"""Worked out from what is registered, so that a new list cannot be forgotten."""

import re
from html import unescape
from typing import Any

import pytest
from django import forms
from django.urls import NoReverseMatch, reverse
from django.utils.html import strip_tags

from leads.admin import site
from leads.models import Business, Role, User
from tests.leads.admin.browser import BACKEND, FOREIGN, registered, told

PAGES = registered()
TENANT_PAGES = [page for page in PAGES if page.model is not User]
NAMES = {"ids": lambda page: page.opts.model_name}
ALLOWED = {200, 302, 403, 405}


def addresses(page: Any, pk: int) -> list[str]:
    """Return the addresses of everything that a model's page can be asked about one row."""
    found = []
    for entry in page.get_urls():
        if entry.name and "object_id" in str(entry.pattern):
            others = dict.fromkeys(entry.pattern.converters, 1)
            found.append(reverse(f"admin:{entry.name}", kwargs=others | {"object_id": pk}))
    assert len(found) >= 3  # change, history, delete
    return found


def answer(response: Any, pk: int) -> tuple[Any, ...]:
    """Return what somebody learns from a response, whatever the id was that they asked for."""
    said = [re.sub(rf"\b{pk}\b", "#", text) for text in told(response)]
    content = re.sub(rf"\b{pk}\b", "#", response.content.decode())
    return response.status_code, response.headers.get("Location"), said, content


@pytest.mark.parametrize("page", TENANT_PAGES, **NAMES)
def test_both_businesses_have_something_in_every_list(page, ours, theirs):
    assert ours.row(page.model) is not None
    assert theirs.row(page.model) is not None


@pytest.mark.parametrize("page", PAGES, **NAMES)
def test_every_list_is_in_the_sidebar(page, at_work, superuser, ours, client):
    request = at_work.get(reverse("admin:index")).wsgi_request
    links = [item["link"] for group in site.get_sidebar_list(request) for item in group["items"]]
    assert at_work.page(page.model, "changelist") in links


@pytest.mark.parametrize("page", TENANT_PAGES, **NAMES)
def test_a_list_shows_ones_own_rows_and_nothing_of_another_business(page, at_work, ours, theirs):
    response = at_work.get(at_work.page(page.model, "changelist"))
    assert response.status_code == 200
    assert list(response.context["cl"].result_list) != []
    assert FOREIGN not in response.content.decode().lower()


@pytest.mark.parametrize("page", [page for page in TENANT_PAGES if page.search_fields], **NAMES)
def test_searching_finds_nothing_of_another_business(page, at_work, ours, theirs):
    assert list(at_work.get(at_work.page(page.model, "changelist"), q=FOREIGN).context["cl"].result_list) == []


@pytest.mark.parametrize("page", TENANT_PAGES, **NAMES)
def test_the_filters_of_a_list_offer_nothing_of_another_business(page, at_work, ours, theirs):
    response = at_work.get(at_work.page(page.model, "changelist"))
    for spec in response.context["cl"].filter_specs:
        offered = [str(choice) for choice in spec.choices(response.context["cl"])]
        offered += [str(choice["form"]) for choice in spec.choices(response.context["cl"]) if "form" in choice]
        assert FOREIGN not in " ".join(offered).lower()


@pytest.mark.parametrize("page", TENANT_PAGES, **NAMES)
def test_the_pages_of_ones_own_row_show_nothing_of_another_business(page, at_work, ours, theirs):
    for address in addresses(page, ours.row(page.model).pk):
        response = at_work.get(address)
        assert response.status_code in ALLOWED
        assert FOREIGN not in response.content.decode().lower()
    assert at_work.get(at_work.page(ours.row(page.model))).status_code == 200
    assert at_work.get(at_work.page(ours.row(page.model), "history")).status_code == 200


@pytest.mark.parametrize("page", PAGES, **NAMES)
def test_a_row_of_another_business_is_answered_like_one_that_is_not_there(page, at_work, ours, theirs):
    foreign, absent = theirs.row(page.model).pk, 987_654
    for theirs_at, absent_at in zip(addresses(page, foreign), addresses(page, absent), strict=True):
        for ask in (at_work.get, at_work.post):
            assert answer(ask(theirs_at), foreign) == answer(ask(absent_at), absent)


@pytest.mark.parametrize("page", TENANT_PAGES, **NAMES)
def test_a_form_offers_nothing_of_another_business(page, at_work, ours, theirs):
    asked = [at_work.page(ours.row(page.model))]
    asked += [] if page.model is Business else [at_work.page(page.model, "add")]
    for address in asked:
        response = at_work.get(address)
        assert response.status_code in {200, 403}
        assert FOREIGN not in response.content.decode().lower()
        if response.status_code == 200 and response.context and "adminform" in response.context:
            for field in response.context["adminform"].form.fields.values():
                if isinstance(field, forms.ModelChoiceField):
                    businesses = {row.business_id for row in field.queryset}
                    assert businesses <= {ours.business.pk}


@pytest.mark.parametrize("page", TENANT_PAGES, **NAMES)
def test_completing_a_name_offers_nothing_of_another_business(page, at_work, ours, theirs):
    for field in page.model._meta.get_fields():
        if not (field.many_to_one and field.concrete):
            continue
        asked = {"app_label": page.opts.app_label, "model_name": page.opts.model_name, "field_name": field.name}
        for term in ("", FOREIGN):
            response = at_work.get(reverse("admin:autocomplete"), term=term, **asked)
            assert response.status_code in {200, 403, 404}
            assert FOREIGN not in response.content.decode().lower()


@pytest.mark.parametrize("page", PAGES, **NAMES)
def test_nothing_can_be_deleted(page, at_work, ours, superuser):
    row = ours.row(page.model)
    assert at_work.post(at_work.page(row, "delete"), post="yes").status_code in {302, 403}
    at_work.client.force_login(superuser, backend=BACKEND)
    assert at_work.post(at_work.page(row, "delete"), post="yes").status_code in {302, 403}
    assert type(row)._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize("page", PAGES, **NAMES)
@pytest.mark.parametrize("role", [role for role in Role if role != Role.MANAGER])
def test_nobody_but_managers_is_let_in(page, role, desk, join, business, ours):
    somebody = desk(join(business, role, f"{role}@example.com"))
    for address in [somebody.page(page.model, "changelist"), *addresses(page, ours.row(page.model).pk)]:
        for ask in (somebody.get, somebody.post):
            response = ask(address)
            assert response.status_code == 302
            assert response.headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("page", PAGES, **NAMES)
def test_a_stranger_is_asked_to_sign_in(page, client, ours):
    for address in addresses(page, ours.row(page.model).pk):
        response = client.get(address)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/admin/login/")


@pytest.mark.parametrize("page", TENANT_PAGES, **NAMES)
def test_no_page_shows_how_things_are_kept(page, at_work, ours):
    """JSON is for machines."""
    for address in [at_work.page(page.model, "changelist"), at_work.page(ours.row(page.model))]:
        read = unescape(strip_tags(at_work.get(address).content.decode()))
        assert not re.search(r"""[{\[]\s*["'{]""", read)


@pytest.mark.parametrize("page", PAGES, **NAMES)
def test_superusers_see_every_page_of_the_business_they_chose(page, superuser, client, ours, theirs):
    client.force_login(superuser, backend=BACKEND)
    client.post(reverse("admin:choose_business"), {"business": ours.business.pk})
    row = ours.row(page.model)
    for name, args in (("changelist", []), ("change", [row.pk]), ("history", [row.pk])):
        address = reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_{name}", args=args)
        assert client.get(address).status_code == 200


def test_addresses_that_would_tell_what_exists_elsewhere_are_not_there():
    with pytest.raises(NoReverseMatch):
        reverse("admin:view_on_site", args=[1, 1])
