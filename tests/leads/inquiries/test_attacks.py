"""What somebody with a form's token, or without one, gets beyond handing in inquiries: nothing."""

import json
import logging

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.schema import schema
from leads import services
from leads.models import InquiryForm, Lead, Organization, TenantModel
from leads.selectors import NotFound
from leads.tenancy import inquiry_form
from tests.conftest import Frontend
from tests.leads.graphql.state import dump
from tests.leads.inquiries.conftest import ANN, RECEIVED, SUBMIT

pytestmark = pytest.mark.django_db

NOT_FOR_FORMS = {
    "message": "This is not for forms: a form's token hands in inquiries and opens nothing else.",
    "extensions": {"code": "not_for_forms"},
}
NOT_VALID = {
    "message": "This form takes no inquiries. Ask the owner of the website for help.",
    "extensions": {"code": "form_not_valid"},
}


@pytest.mark.parametrize(
    "query",
    [
        "{ me { email } }",
        "{ leads { totalCount } }",
        '{ node(id: "TGVhZDox") { id } }',
        "{ inquiryForms { name } }",
        "{ __schema { queryType { name } } }",
        '{ __type(name: "Lead") { name } }',
        "{ selfAssessment { revision } }",
        'mutation { makeInquiryForm(name: "x") { __typename } }',
        'mutation { a: submitInquiry(contactName: "A", email: "a@b.example") { __typename } '
        'createLead(organizationName: "x") { __typename } }',
        'mutation { ...F } fragment F on Mutation { revokeInquiryForm(form: "x") { __typename } }',
    ],
)
def test_a_form_may_do_nothing_but_hand_in(website, rep, query):
    before = dump()

    assert website(query) == {"errors": [NOT_FOR_FORMS]}
    signed_in = Frontend(rep).client
    website.client = signed_in
    assert website(query) == {"errors": [NOT_FOR_FORMS]}
    assert dump() == before


def test_a_form_sees_no_row_of_any_kind(made, business, crowd):
    ours = crowd(1, "ours")
    viewer = inquiry_form(ours.viewer.business, made.form.pk)

    for model in TenantModel.__subclasses__():
        if not model._meta.abstract:
            assert not model.objects.visible_to(viewer).exists()


@pytest.mark.parametrize("token", ["", "x", "é", "0" * 5_000, "' OR 1=1 --"])
def test_a_wrong_token_never_falls_back_to_who_is_signed_in(website, manager, made, token):
    website.token = token
    website.client = Frontend(manager).client

    for query in (SUBMIT, "{ leads { totalCount } }", "{ me { email } }", "{ __typename }"):
        assert website(query) == {"errors": [NOT_VALID]}
    assert not Organization.objects.exists()


def test_a_revoked_form_is_answered_like_one_that_never_was(website, made, manager, now):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            body = website()
        return body, website.response.headers, len(queries)

    services.revoke_inquiry_form(form_id=made.form.pk, by=manager, now=now)
    revoked = asked()
    website.token = "nope"

    assert revoked == asked()
    assert revoked[0] == {"errors": [NOT_VALID]}


def test_two_tokens_at_once_are_refused_whichever_is_good(website, made):
    website.headers = {"X-Prospect": "x"}

    for token in (made.token, "nope"):
        website.token = token
        assert website()["errors"][0]["extensions"] == {"code": "one_token_only"}
    assert not Organization.objects.exists()


def test_a_token_hands_in_for_its_own_business_whatever_else_is_said(website, stranger, other_business, business):
    website.headers = {"X-Business": other_business.slug}
    website.client = Frontend(stranger).client

    assert website() == RECEIVED

    assert Lead.objects.get().business == business


def test_people_hand_in_nothing_without_a_form(frontend, manager):
    body = frontend(manager)(SUBMIT, **ANN)

    assert body["data"]["submitInquiry"]["messages"][0]["code"] == "form_token_missing"


def test_the_reports_and_the_admin_take_no_token(made, manager):
    client = Frontend(manager).client
    body = json.dumps({"query": "{ leads { totalCount } }"})
    sent = {"content_type": "application/json", "headers": {"X-Form": made.token}}

    assert client.post("/graphql/reporting/", body, **sent).json() == {"errors": [NOT_FOR_FORMS]}
    assert Client().get("/admin/", headers={"X-Form": made.token}).status_code == 302


def test_the_token_is_kept_and_logged_nowhere(website, made, caplog):
    caplog.set_level(logging.DEBUG)
    website()
    website("{ nope")
    website(email="nope")

    assert made.token not in caplog.text
    assert made.token not in str(dump())
    assert len(made.token) >= 43
    assert len(InquiryForm.objects.get().token_hash) == 64


# --- Other websites ------------------------------------------------------------------------------


def preflight(client, headers="content-type,x-form,idempotency-key", origin="https://shop.example"):
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": headers}
    return client.options("/graphql/", headers={"Origin": origin, **asked})


def test_any_website_may_send_a_form_without_cookies(website, client):
    answer = preflight(client)
    website.headers = {"Origin": "https://shop.example"}

    assert answer.status_code == 204
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Access-Control-Allow-Headers"] == "accept, content-type, idempotency-key, x-form"
    assert "Access-Control-Allow-Credentials" not in answer
    assert website() == RECEIVED
    assert website.response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in website.response
    assert "retry-after" in website.response["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("headers", ["content-type", "x-form,x-business", "x-form,x-csrftoken", "x-prospect", ""])
def test_no_website_may_send_what_is_not_for_forms(client, headers):
    assert "Access-Control-Allow-Origin" not in preflight(client, headers)


def test_a_form_never_lets_a_website_send_cookies(website, manager, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    website.client = Frontend(manager).client
    website.headers = {"Origin": "https://app.example"}

    website()

    assert website.response["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in website.response


def test_a_form_that_names_its_websites_takes_nothing_from_others(website, made):
    InquiryForm.objects.update(origins=["https://shop.example"])

    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": "http://shop.example"}):
        website.headers = headers
        assert website() == {"errors": [NOT_VALID]}
    assert not Organization.objects.exists()
    website.headers = {"Origin": "https://shop.example"}
    assert website() == RECEIVED


def test_without_the_header_a_csrf_token_is_asked_for_as_ever(db):
    client = Client(enforce_csrf_checks=True)
    body = json.dumps({"query": "{ me { email } }"})
    for headers in ({}, {"X-Business": "acme"}):
        assert client.post("/graphql/", body, content_type="application/json", headers=headers).status_code == 403
    answer = client.post("/graphql/reporting/", body, content_type="application/json", headers={"X-Form": "x"})
    assert answer.status_code == 403


# --- Managers ------------------------------------------------------------------------------------


def test_managers_make_list_and_revoke_forms(frontend, manager, site_of):
    ask = frontend(manager)
    answer = ask(
        'mutation { makeInquiryForm(name: " Contact ", perMinute: 3, origins: ["https://Shop.example/"]) '
        "{ ... on InquiryFormMade { token form { id name source perMinute perDay origins createdBy { email } } } } }"
    )["data"]["makeInquiryForm"]
    form = answer["form"]

    assert form | {"id": ""} == {
        "id": "",
        "name": "Contact",
        "source": "Contact",
        "perMinute": 3,
        "perDay": 500,
        "origins": ["https://shop.example"],
        "createdBy": {"email": "manager@acme.example"},
    }
    assert site_of(answer["token"], {"Origin": "https://shop.example"})() == RECEIVED
    revoke = f'mutation {{ revokeInquiryForm(form: "{form["id"]}") {{ ... on InquiryForm {{ revokedAt }} }} }}'
    assert ask(revoke)["data"]["revokeInquiryForm"]["revokedAt"] is not None
    assert site_of(answer["token"], {"Origin": "https://shop.example"})() == {"errors": [NOT_VALID]}
    assert len(ask("{ inquiryForms { name } }")["data"]["inquiryForms"]) == 1


@pytest.mark.parametrize(
    "origins",
    [["shop.example"], ["https://shop.example/x"], ["*"], ["https://a@b.example"], ["javascript:x"], ["https://"]],
)
def test_what_is_no_website_is_refused(frontend, manager, origins):
    ask = frontend(manager)
    query = (
        'mutation($origins: [String!]) { makeInquiryForm(name: "x", origins: $origins) '
        "{ ... on OperationInfo { messages { code field } } } }"
    )

    body = ask(query, origins=origins)

    assert body["data"]["makeInquiryForm"]["messages"] == [{"code": "origin_refused", "field": "origins"}]
    assert not InquiryForm.objects.exists()


def test_only_managers_have_to_do_with_forms(frontend, rep, made):
    ask = frontend(rep)

    for query in ('mutation { makeInquiryForm(name: "x") { __typename ... on OperationInfo { messages { code } } } }',):
        assert ask(query)["data"]["makeInquiryForm"]["messages"] == [{"code": "not_allowed"}]
    assert ask("{ inquiryForms { name } }")["errors"][0]["extensions"] == {"code": "not_allowed"}
    assert InquiryForm.objects.count() == 1


def test_a_form_of_another_business_is_not_there(made, stranger, now):
    with pytest.raises(NotFound):
        services.revoke_inquiry_form(form_id=made.form.pk, by=stranger, now=now)


def test_every_root_field_but_one_is_closed_to_forms():
    from config.graphql.tenancy import FOR_FORMS, FOR_PROSPECTS

    fields = {*schema._schema.query_type.fields, *schema._schema.mutation_type.fields}
    assert FOR_FORMS & fields == {"submitInquiry"}
    assert not FOR_FORMS & FOR_PROSPECTS - {"__typename"}
