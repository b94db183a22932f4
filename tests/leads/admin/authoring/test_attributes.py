"""Choosing what to know, without a word of JSON."""

from decimal import Decimal

import pytest

from leads.models import Attribute, Contact, LeadValue, Organization
from leads.models.attributes import FILTERABLE_AT_MOST

EMPTY = {
    "position": "0",
    "unit": "",
    "question": "",
    "choices": "",
    "taken": "",
    "freshness_days": "",
    "counts_days": "",
}


def add(desk, **given):
    return desk.post(desk.page(Attribute, "add"), {**EMPTY, "label": "Industry", "key": "industry", **given})


def errors(response) -> dict[str, list[str]]:
    assert response.status_code == 200
    return dict(response.context["adminform"].form.errors)


def test_choices_are_written_one_a_line(at_work, business):
    assert add(at_work, type="choice", choices="saas: SaaS\n\nbank: Bank: retail\nother").status_code == 302
    attribute = Attribute.objects.get(business=business)
    assert attribute.choices == [
        {"code": "saas", "label": "SaaS"},
        {"code": "bank", "label": "Bank: retail"},
        {"code": "other", "label": "other"},
    ]
    html = at_work.get(at_work.page(attribute)).content.decode()
    assert "saas: SaaS\nbank: Bank: retail\nother: other" in html


@pytest.mark.parametrize(
    ("type_", "text", "kept"),
    [
        ("number", "12.50", "12.5"),
        ("yes_no", "No", False),
        ("date", "2026-03-02", "2026-03-02"),
        ("choice", "SaaS", "saas"),
        ("multi_choice", "bank; saas", ["bank", "saas"]),
        ("number", "", None),
    ],
)
def test_what_to_take_if_never_given_is_written_as_a_person_would(at_work, business, type_, text, kept):
    choices = "saas: SaaS\nbank: Bank" if "choice" in type_ else ""
    assert add(at_work, type=type_, taken=text, choices=choices).status_code == 302
    attribute = Attribute.objects.get(business=business)
    assert attribute.not_given == kept
    at_work.post(at_work.page(attribute), {**EMPTY, "label": "Renamed", "choices": choices, "taken": text})
    attribute.refresh_from_db()
    assert (attribute.label, attribute.not_given) == ("Renamed", kept)


def test_a_value_of_another_type_is_refused(at_work):
    refused = errors(add(at_work, type="number", taken="many"))
    assert refused == {"taken": ["This attribute takes a number or a range of numbers, not 'many'."]}
    assert not Attribute.objects.exists()


@pytest.mark.parametrize("choices", ["", "saas: One\nsaas: Two", ": none"])
def test_choices_that_cannot_be_told_apart_are_refused(at_work, choices):
    assert "choices" in errors(add(at_work, type="choice", choices=choices))


def test_engagements_are_counted_by_ticking_their_kinds(at_work, business):
    assert add(at_work, type="number", counts_kinds=["call", "visit"], counts_days="90").status_code == 302
    attribute = Attribute.objects.get(business=business)
    assert (attribute.counts_kinds, attribute.counts_days) == (["call", "visit"], 90)


def test_key_and_type_stay_as_they_were_made(at_work, business):
    add(at_work, type="number")
    attribute = Attribute.objects.get(business=business)
    at_work.post(at_work.page(attribute), {**EMPTY, "label": "Same", "key": "other", "type": "text"})
    attribute.refresh_from_db()
    assert (attribute.label, attribute.key, attribute.type) == ("Same", "industry", "number")


def test_a_key_that_is_there_already_is_refused_in_the_form(at_work, business):
    add(at_work, type="number")
    assert list(errors(add(at_work, type="number"))) == ["__all__"]
    assert Attribute.objects.count() == 1


def test_leads_that_are_known_already_are_found_once_an_attribute_can_be_searched(at_work, ours):
    attribute = Attribute.objects.get(business=ours.business, key="employees")
    at_work.post(at_work.page(attribute), {**EMPTY, "label": "Employees", "searched": "on"})
    value = LeadValue.objects.get(business=ours.business, key="employees")
    assert (value.lead, value.number) == (ours.lead, Decimal(120))
    at_work.post(at_work.page(attribute), {**EMPTY, "label": "Employees"})
    assert not LeadValue.objects.filter(key="employees").exists()


def test_one_searchable_attribute_too_many_is_refused_and_nothing_is_saved(at_work, business):
    Attribute.objects.bulk_create(
        Attribute(business=business, key=f"a{number}", label="A", type="number", filterable=True)
        for number in range(FILTERABLE_AT_MOST)
    )
    response = add(at_work, type="number", searched="on")
    assert "Leads can be searched by 20 attributes at most." in response.content.decode()
    assert not Attribute.objects.filter(key="industry").exists()


# --- Prospects -----------------------------------------------------------------------------------


def test_a_contact_cannot_be_put_into_an_organization_of_another_business(at_work, theirs):
    foreign = Organization.objects.get(business=theirs.business)
    response = at_work.post(at_work.page(Contact, "add"), organization=foreign.pk, name="Sneaky")
    assert list(errors(response)) == ["organization"]
    assert not Contact.objects.filter(name="Sneaky").exists()


def test_people_are_added_on_the_page_of_their_organization(at_work, ours):
    organization = Organization.objects.get(business=ours.business)
    data = {"name": "Renamed", "domain": "https://www.Example.com/about", "reference": ""}
    data |= {"contacts-TOTAL_FORMS": "1", "contacts-INITIAL_FORMS": "0", "contacts-0-name": "Robin"}
    data |= {"leads-TOTAL_FORMS": "0", "leads-INITIAL_FORMS": "0"}
    assert at_work.post(at_work.page(organization), data).status_code == 302
    organization.refresh_from_db()
    assert (organization.name, organization.domain) == ("Renamed", "example.com")
    assert Contact.objects.get(name="Robin").business == ours.business


def test_a_contact_of_another_business_cannot_be_changed_through_an_organization(at_work, ours, theirs):
    foreign = Contact.objects.get(business=theirs.business)
    organization = Organization.objects.get(business=ours.business)
    data = {"name": "Ours", "contacts-TOTAL_FORMS": "1", "contacts-INITIAL_FORMS": "1"}
    data |= {"contacts-0-id": str(foreign.pk), "contacts-0-name": "Taken over"}
    data |= {"leads-TOTAL_FORMS": "0", "leads-INITIAL_FORMS": "0"}
    before = Contact.objects.count()
    at_work.post(at_work.page(organization), data)
    foreign.refresh_from_db()
    assert (foreign.name, foreign.business) == ("zebra person", theirs.business)
    assert Contact.objects.count() == before


def test_archiving_keeps_since_when_and_can_be_taken_back(at_work, ours):
    contact = Contact.objects.get(business=ours.business)
    at_work.post(at_work.page(contact), name=contact.name, archived="on")
    contact.refresh_from_db()
    assert contact.archived_at is not None
    at_work.post(at_work.page(contact), name=contact.name)
    contact.refresh_from_db()
    assert contact.archived_at is None


def test_what_was_written_for_another_type_is_forgotten(at_work, business):
    given = {"choices": "saas: SaaS", "unit": "people", "counts_kinds": ["call"], "counts_days": "9"}
    assert add(at_work, type="date", **given).status_code == 302
    attribute = Attribute.objects.get(business=business)
    assert (attribute.choices, attribute.unit, attribute.counts_kinds, attribute.counts_days) == ([], "", [], None)


def test_a_key_and_codes_are_made_where_nobody_wrote_any(at_work, business):
    for _ in range(2):
        added = add(
            at_work, label="Kind of company", key="", type="choice", choices="Software as a service\nbank\nS: Shop"
        )
        assert added.status_code == 302
    attributes = Attribute.objects.filter(business=business).order_by("pk")
    assert [(row.key, row.position) for row in attributes] == [("kind_of_company", 0), ("kind_of_company_2", 1)]
    assert attributes[0].choices == [
        {"code": "software_as_a_service", "label": "Software as a service"},
        {"code": "bank", "label": "bank"},
        {"code": "S", "label": "Shop"},
    ]


def test_attributes_are_put_in_order_in_their_list(at_work, ours):
    employees = Attribute.objects.get(business=ours.business, key="employees")
    at_work.post(at_work.page(employees), {**EMPTY, "label": "Employees", "searched": "on"})
    page = at_work.get(at_work.page(Attribute, "changelist"))
    formset = page.context["cl"].formset
    data = {field.html_name: field.value() for form in (formset.management_form, *formset.forms) for field in form}
    keys = [form.instance.key for form in formset.forms]
    data |= {f"form-{at}-position": str(len(keys) - at) for at in range(len(keys))}
    assert at_work.post(at_work.page(Attribute, "changelist"), data | {"_save": "Save"}).status_code == 302
    found = Attribute.objects.filter(business=ours.business)
    assert list(found.values_list("key", flat=True)) == keys[::-1]
    assert found.get(key="employees").filterable
