"""A browser that somebody is signed in with, and what there is to look at."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.contrib.messages import get_messages
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from leads.admin import site
from leads.models import Business, Lead, Membership, QualificationVersion, User
from leads.tenancy import Viewer

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PASSWORD = "correct-horse-battery"
FOREIGN = "zebra"  # is in every text of the other business


@dataclass
class Desk:
    """A browser that somebody is signed in with."""

    client: Client
    viewer: Viewer | None = None

    def get(self, path: str, **query: Any) -> HttpResponse:
        self._forget()
        return self.client.get(path, query)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> HttpResponse:
        self._forget()
        return self.client.post(path, {**(data or {}), **more})

    def _forget(self) -> None:
        """Leave out what earlier answers had to say."""
        self.client.cookies.pop("messages", None)

    def page(self, row: Model | type[Model], page: str = "change") -> str:
        """Return the address of a row's page, or of its model's changelist or add page."""
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}"
        return reverse(name, args=[row.pk] if isinstance(row, Model) else [])

    def act(self, row: Model, name: str, **given: Any) -> HttpResponse:
        return self.post(self.page(row, name), given)


def told(response: HttpResponse) -> list[str]:
    """Return what a response has to say on the next page."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def read(response: HttpResponse) -> str:
    """Return what a page says, without its markup."""
    markup = r"<(style|script)\b.*?</\1>|<[^>]*>"
    said = unescape(re.sub(markup, " ", response.content.decode(), flags=re.DOTALL))
    return re.sub(r"\s+([.,])", r"\1", re.sub(r"\s+", " ", said))


def typed_in(response: HttpResponse) -> dict[str, str]:
    """Return what a browser would send if somebody saved a page as it is."""
    formsets = [entry.formset for entry in response.context["inline_admin_formsets"]]
    shown = [response.context["adminform"].form]
    for formset in formsets:
        formsets += [entry.formset for form in formset.forms for entry in getattr(form, "nested_formsets", ())]
        shown += [formset.management_form, *formset.forms]
    fields = {field.html_name: field.value() for form in shown for field in form}
    return {
        name: "on" if value is True else str(value)
        for name, value in fields.items()
        if value is not None and value is not False
    }


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


@dataclass(frozen=True)
class Filled:
    """What a business has after somebody worked there."""

    business: Business
    lead: Lead
    published: QualificationVersion
    draft: QualificationVersion
    member: Membership

    def row(self, model: type[Model]) -> Any:
        """Return a row of this business for a page of the admin."""
        if model is Business:
            return self.business
        if model is User:
            return self.member.user
        return model._default_manager.filter(business=self.business).first()


def registered() -> list[Any]:
    """Return every page that the site has, with its model."""
    return sorted(site._registry.values(), key=lambda page: page.opts.label)
