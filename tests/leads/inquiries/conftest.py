"""A form on a website, and what it sends."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.test import Client

from leads import services
from leads.services.inquiry_forms import FormMade
from tests.crowds import crowd as crowd

SUBMIT = """mutation($name: String!, $email: String!, $organization: String, $domain: String, $phone: String,
  $job: String, $message: String, $wants: Boolean, $values: [AttributeValueInput!], $trap: String) {
  submitInquiry(contactName: $name, email: $email, organizationName: $organization, organizationDomain: $domain,
    phone: $phone, jobTitle: $job, message: $message, wantsConversation: $wants, values: $values, website2: $trap) {
    ... on InquiryReceived { received } ... on OperationInfo { messages { kind code field message } } } }"""
ANN = {
    "name": "Ann",
    "email": "ann@initech.example",
    "organization": "Initech",
    "domain": "",
    "phone": "",
    "job": "",
    "message": "Orders pile up.",
    "wants": False,
    "values": [],
    "trap": "",
}
RECEIVED = {"data": {"submitInquiry": {"received": True}}}


@dataclass
class Website:
    """A page with a form; it knows the token and has no cookies unless a client with some is given."""

    token: str
    headers: dict[str, str] = field(default_factory=dict)
    client: Client = field(default_factory=lambda: Client(enforce_csrf_checks=True))
    response: Any = None

    def __call__(self, query: str = SUBMIT, **changed: Any) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": ANN | changed if query == SUBMIT else {}})
        headers = {"X-Form": self.token, **self.headers}
        self.response = self.client.post("/graphql/", body, content_type="application/json", headers=headers)
        return json.loads(self.response.content)

    def refusal(self, **changed: Any) -> dict[str, Any]:
        [message] = self(**changed)["data"]["submitInquiry"]["messages"]
        return message


@pytest.fixture
def made(manager, now) -> FormMade:
    return services.make_inquiry_form(name="Contact page", source="Website", by=manager, now=now)


@pytest.fixture
def website(made) -> Website:
    return Website(made.token)


@pytest.fixture
def site_of() -> Callable[..., Website]:
    return Website
