"""What becomes of an inquiry, and what is said of it."""

import pytest

from leads.models import (
    Attribute,
    Contact,
    Engagement,
    Event,
    Evidence,
    InquiryForm,
    Lead,
    Organization,
    Stakeholder,
    Transition,
)
from tests.leads.graphql.state import dump
from tests.leads.inquiries.conftest import RECEIVED

pytestmark = pytest.mark.django_db


def test_an_unknown_organizations_inquiry_begins_a_lead(website, made):
    assert website(wants=True, phone="123", job="CEO") == RECEIVED

    lead = Lead.objects.get()
    assert (lead.stage, lead.source, lead.revision) == ("inquiry", "Website", 1)
    assert lead.wants_conversation_at is not None
    assert (lead.organization.name, lead.organization.domain) == ("Initech", "initech.example")
    contact = Stakeholder.objects.get(lead=lead).contact
    assert (contact.name, contact.email, contact.phone, contact.job_title) == (
        *("Ann", "ann@initech.example", "123", "CEO"),
    )
    touch = Engagement.objects.get()
    assert (touch.kind, touch.title, touch.contact) == ("inquiry", "Inquiry: Contact page", contact)
    assert touch.note == "Orders pile up.\n\nAsks for a conversation."
    receipt = Transition.objects.get()
    assert (receipt.from_stage, receipt.to_stage, receipt.door, receipt.author) == ("", "inquiry", "inquiry", None)
    kinds = list(Event.objects.values_list("kind", flat=True))
    assert kinds == ["lead_created", "engagement_recorded", "inquiry_received"]
    assert Event.objects.get(kind="inquiry_received").data == {
        "engagement": touch.pk,
        "form": made.form.pk,
        "wants_conversation": True,
    }
    assert InquiryForm.objects.get().last_used_at == touch.happened_at


@pytest.mark.parametrize(
    "given",
    [
        {"domain": "https://WWW.Known.example/contact", "organization": "Else", "email": "a@gmail.com"},
        {"organization": "Else", "email": "a@KNOWN.example"},
        {"organization": "  inITech ", "email": "a@gmail.com"},
        {"organization": "Else", "domain": "other.example", "email": "a@known.example"},
    ],
)
def test_a_known_organizations_inquiry_joins_its_open_lead(website, rep, make_lead, given):
    lead = make_lead(rep, "Initech", organization_domain="known.example")

    assert website(**given) == RECEIVED

    assert Lead.objects.get().pk == lead.pk
    assert Lead.objects.get().revision == 2
    assert Engagement.objects.get().lead_id == lead.pk
    assert Organization.objects.get().name == "Initech"


@pytest.mark.parametrize(
    ("known", "given"),
    [
        ("gmail.com", {"organization": "Else", "email": "a@gmail.com"}),
        ("gmail.com", {"organization": "Else", "domain": "gmail.com", "email": "a@gmail.com"}),
        ("known.example", {"organization": "Initech", "email": "a@other.example"}),
        ("", {"organization": "Initech Ltd", "email": "a@gmail.com"}),
    ],
)
def test_another_organizations_inquiry_joins_nothing(website, rep, make_lead, known, given):
    lead = make_lead(rep, "Initech", organization_domain=known)

    assert website(**given) == RECEIVED

    assert Engagement.objects.get().lead_id != lead.pk
    assert Organization.objects.count() == 2


@pytest.mark.parametrize("stage", ["disqualified", "lost", "customer"])
def test_a_closed_lead_stays_closed_and_another_one_begins(website, rep, make_lead, stage):
    closed = make_lead(rep, "Initech", organization_domain="initech.example")
    Lead.objects.update(stage=stage)

    website()

    assert list(Lead.objects.values_list("stage", flat=True)) == [stage, "inquiry"]
    assert Organization.objects.count() == 1
    assert Lead.objects.get(pk=closed.pk).revision == 1


def test_an_archived_organization_is_not_joined(website, rep, make_lead, now):
    make_lead(rep, "Initech", organization_domain="initech.example")
    Organization.objects.update(archived_at=now)

    website()

    assert Organization.objects.count() == 2


def test_nothing_that_is_known_of_a_person_is_changed(website):
    website(phone="123", job="CEO")
    before = Contact.objects.values().get()

    assert website(name="Annie", email="ANN@initech.example", phone="666", job="", message="Hello") == RECEIVED

    assert Contact.objects.values().get() == before
    assert (
        Engagement.objects.latest("id").note == "Hello\n\nGave another name: Annie\nGave another telephone number: 666"
    )


def test_values_are_evidence_of_the_prospect_and_judge_the_lead(website, publish, business):
    publish(business)
    Attribute.objects.filter(key="has_pain").update(in_forms=True, filterable=True)

    assert website(values=[{"key": "has_pain", "value": {"yesNo": True}}]) == RECEIVED

    evidence = Evidence.objects.get()
    assert (evidence.source, evidence.values, evidence.author) == ("prospect", {"has_pain": True}, None)
    assert (evidence.said_by.name, evidence.note) == ("Ann", "Orders pile up.")
    assert (Lead.objects.get().level, Lead.objects.get().score) == ("mql", 30)
    assert Lead.objects.get().filterable_values.get().text == "yes"


def test_a_form_asks_only_for_what_forms_may_ask(website, publish, business):
    publish(business)
    said = []
    for key in ("has_pain", "employees", "nope"):
        said.append(website.refusal(values=[{"key": key, "value": {"yesNo": True}}])["message"].replace(key, "KEY"))

    assert set(said) == {"This form does not ask for `KEY`."}
    assert not Organization.objects.exists()


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"name": " "}, "field_refused", "contactName"),
        ({"name": "x" * 201}, "field_refused", "contactName"),
        ({"name": "A\nB"}, "field_refused", "contactName"),
        ({"name": "A\u202eB"}, "field_refused", "contactName"),
        ({"email": "ann"}, "field_refused", "email"),
        ({"email": "x" * 250 + "@a.example"}, "field_refused", "email"),
        ({"phone": "x" * 51}, "field_refused", "phone"),
        ({"job": "\x1b[2J"}, "field_refused", "jobTitle"),
        ({"message": "x" * 5_001}, "field_refused", "message"),
        ({"message": "a\x07"}, "field_refused", "message"),
        ({"domain": "no domain"}, "domain_refused", "organizationDomain"),
        ({"domain": "localhost"}, "domain_refused", "organizationDomain"),
        ({"organization": "", "email": "a@gmail.com"}, "organization_missing", "organizationName"),
        ({"organization": "x" * 301}, "field_refused", "organizationName"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_written(website, changed, code, field):
    before = dump()

    message = website.refusal(**changed)

    assert (message["kind"], message["code"], message["field"]) == ("VALIDATION", code, field)
    assert dump() == before


def test_nul_never_comes_as_far_as_a_service(website):
    assert website(message="a\0b")["errors"][0]["extensions"] == {"code": "bad_character"}


def test_several_lines_are_kept_as_they_are(website):
    website(message="One\r\nTwo\tThree")

    assert Engagement.objects.get().note == "One\nTwo\tThree"


def test_known_and_unknown_are_answered_to_the_letter_alike(website, rep, make_lead):
    make_lead(rep, "Initech", organization_domain="initech.example", title="Ours")
    website()
    known = website.response
    website(email="bob@hooli.example", organization="Hooli")

    assert website.response.content == known.content
    assert website.response.headers == known.headers


def test_what_falls_into_the_trap_is_dropped_without_a_word(website):
    before = dump()

    assert website(trap="http://spam.example") == RECEIVED

    assert dump() == before


def test_the_trap_is_refused_like_anything_else(website):
    assert website.refusal(trap="x", email="nope")["code"] == "field_refused"


def test_a_form_takes_its_share_of_a_minute_and_says_when_to_come_again(website, made):
    InquiryForm.objects.update(per_minute=2)
    assert website() == website() == RECEIVED

    message = website.refusal()

    assert (message["code"], message["field"]) == ("too_many_inquiries", None)
    assert 1 <= int(website.response["Retry-After"]) <= 60
    assert Engagement.objects.count() == 2
    InquiryForm.objects.update(minute_began_at="2020-01-01T00:00:00Z")
    assert website() == RECEIVED


def test_a_form_takes_its_share_of_a_day(website):
    InquiryForm.objects.update(per_day=1)
    website()

    assert website.refusal()["code"] == "too_many_inquiries"
    assert 60 < int(website.response["Retry-After"]) <= 86_400


def test_the_same_inquiry_sent_twice_is_taken_once(website):
    website.headers = {"Idempotency-Key": "one"}
    assert website() == website() == RECEIVED
    assert website.response["Idempotency-Replayed"] == "true"
    assert Engagement.objects.count() == 1

    assert website(message="Another")["errors"][0]["extensions"] == {"code": "idempotency_key_reused"}
