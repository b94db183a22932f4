"""Wishes that make no sense, and what organizations and contacts are searched by."""

from typing import Any

import pytest

from leads.global_ids import global_id
from leads.models import Attribute, Contact, Organization
from tests.leads.graphql import walk


@pytest.fixture
def attributes(business):
    for name in ("number", "date", "text"):
        Attribute.objects.create(business=business, key=f"a_{name}", label=name, type=name, filterable=True)
    Attribute.objects.create(business=business, key="hidden", label="Hidden", type="number")


def wish(key: str, **asked: Any) -> dict[str, Any]:
    return {"values": [{"key": key, **asked}]}


@pytest.mark.parametrize(
    ("filter_", "message", "code", "field"),
    [
        (
            wish("nope"),
            "Leads cannot be searched by `nope`: it is no filterable attribute.",
            "filter_refused",
            "values",
        ),
        (
            wish("hidden"),
            "Leads cannot be searched by `hidden`: it is no filterable attribute.",
            "filter_refused",
            "values",
        ),
        (
            wish("a_number", anyOf=["1"]),
            "`a_number` is a number: anyOf cannot be asked of it.",
            "filter_refused",
            "values",
        ),
        (
            wish("a_date", atLeast=1),
            "`a_date` is a date: atLeast and atMost cannot be asked of it.",
            "filter_refused",
            "values",
        ),
        (
            wish("a_text", notAfter="2026-01-01"),
            "`a_text` is a text: notBefore and notAfter cannot be asked of it.",
            "filter_refused",
            "values",
        ),
        *[
            (
                wish("a_number", **{name: number}),
                "`a_number` takes numbers smaller than 1,000,000,000,000,000.",
                "filter_refused",
                "values",
            )
            for name in ("atLeast", "atMost")
            for number in ("NaN", "sNaN", "-Infinity", "1e999999", "1e15")
        ],
        ({"scoreAtLeast": "NaN"}, "Enter a number.", "filter_refused", "scoreAtLeast"),
        (
            {"scoreBelow": "1e999999"},
            "Ensure this value is less than or equal to 1e+50.",
            "filter_refused",
            "scoreBelow",
        ),
        (
            {"createdFrom": "2026-03-01T10:00:00"},
            "Give the time with its zone, such as 2026-03-02T09:30:00+01:00.",
            "moment_refused",
            "createdFrom",
        ),
        *[
            ({"createdBefore": text}, "Give a time between the years 1900 and 2199.", "moment_refused", "createdBefore")
            for text in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")
        ],
    ],
)
def test_a_wish_that_makes_no_sense_is_refused(graphql, attributes, filter_, message, code, field):
    body = graphql("query($f: LeadFilter) { leads(filter: $f) { totalCount } }", f=filter_)

    [error] = body["errors"]
    assert (error["message"], error["extensions"]) == (message, {"code": code, "field": field})
    assert body["data"] is None


ORGANIZATIONS = [
    ({"search": "oo"}, {"Hooli"}),
    ({"search": "UMBRELLA.ex"}, {"Umbrella"}),
    ({"domain": "HOOLI.example"}, {"Hooli"}),
    ({"domain": "hooli"}, set()),
    ({"search": "o", "domain": "hooli.example"}, {"Hooli"}),
    ({}, {"Hooli", "Umbrella", "100%"}),
    ({"search": "0%"}, {"100%"}),
]


@pytest.mark.parametrize(("filter_", "names"), ORGANIZATIONS)
def test_organizations_are_found_by_name_and_domain(graphql, business, filter_, names):
    for name, domain in (("Hooli", "hooli.example"), ("Umbrella", "umbrella.example"), ("100%", "")):
        Organization.objects.create(business=business, name=name, domain=domain)

    body = graphql("query($f: OrganizationFilter) { organizations(filter: $f) { edges { node { name } } } }", f=filter_)

    assert {edge["node"]["name"] for edge in body["data"]["organizations"]["edges"]} == names
    assert set(walk.SCHEMA.type_map["OrganizationFilter"].fields) == {"search", "domain"}


CONTACTS = [
    ({"search": "ann"}, {"Ann", "Hanna"}),
    ({"search": "ANN@"}, {"Ann"}),
    ({"email": "Ann@Hooli.example"}, {"Ann"}),
    ({"email": "hooli.example"}, set()),
    ({"organization": True}, {"Ann", "Bob"}),
    ({"organization": True, "search": "b"}, {"Bob"}),
    ({}, {"Ann", "Bob", "Hanna"}),
]


@pytest.mark.parametrize(("filter_", "names"), CONTACTS)
def test_contacts_are_found_by_organization_name_and_email(graphql, business, filter_, names):
    hooli, other = (Organization.objects.create(business=business, name=name) for name in ("Hooli", "Other"))
    for name, home, email in (("Ann", hooli, "ann@hooli.example"), ("Bob", hooli, ""), ("Hanna", other, "")):
        Contact.objects.create(business=business, organization=home, name=name, email=email)
    if "organization" in filter_:
        filter_ = filter_ | {"organization": global_id("Organization", hooli.pk)}

    body = graphql("query($f: ContactFilter) { contacts(filter: $f) { edges { node { name } } } }", f=filter_)

    assert {edge["node"]["name"] for edge in body["data"]["contacts"]["edges"]} == names
    assert set(walk.SCHEMA.type_map["ContactFilter"].fields) == {"organization", "email", "search"}
