"""Two organizations, or two people of one, become one."""

import pytest

from leads import services
from leads.domain.stages import Stage
from leads.models import (
    BuyingRole,
    Contact,
    Engagement,
    EngagementKind,
    Evidence,
    Lead,
    Merge,
    Opportunity,
    OpportunityContact,
    Organization,
    Stakeholder,
)
from leads.services.duplicates import possible_duplicates

pytestmark = pytest.mark.django_db


@pytest.fixture
def homes(business):
    kept = Organization.objects.create(business=business, name="Acme GmbH")
    return kept, Organization.objects.create(business=business, name="ACME", domain="acme.example", reference="A-2")


@pytest.fixture
def people(homes, business):
    kept = Contact.objects.create(business=business, organization=homes[0], name="Ann Berg", email="ann@acme.example")
    gone = Contact.objects.create(
        business=business, organization=homes[0], name="A. Berg", phone="1", email="ann@x.example"
    )
    return kept, gone


@pytest.fixture
def merge_homes(now, manager):
    def merged(kept, gone, by=None):
        return services.merge_organizations(kept_id=kept.pk, gone_id=gone.pk, by=by or manager, now=now)

    return merged


@pytest.fixture
def merge_people(now, manager):
    def merged(kept, gone, by=None):
        return services.merge_contacts(kept_id=kept.pk, gone_id=gone.pk, by=by or manager, now=now)

    return merged


def test_people_leads_and_opportunities_of_both_are_at_the_kept_one(homes, merge_homes, make_lead, business, rep, now):
    kept, gone = homes
    lead = make_lead(rep, organization_id=gone.pk, name="", stakeholders=[services.Part(name="Bob")])
    Opportunity.objects.create(business=business, organization=gone, title="Orders", opened_at=now, currency="EUR")

    merged = merge_homes(kept, gone)

    assert (merged.pk, merged.name, merged.domain, merged.domain_key) == (
        kept.pk,
        "Acme GmbH",
        "acme.example",
        "acme.example",
    )
    assert list(Organization.objects.all()) == [kept]
    assert (Lead.objects.get().organization, Lead.objects.get().revision) == (kept, lead.revision)
    assert (Contact.objects.get().organization, Opportunity.objects.get().organization) == (kept, kept)
    receipt = Merge.objects.get()
    assert receipt.moved == [["contact", "contacts", 1], ["lead", "leads", 1], ["opportunity", "opportunities", 1]]
    assert receipt.differed == [["Name", "Acme GmbH", "ACME"], ["Reference", "", "A-2"]]
    assert Organization.everything.get(pk=gone.pk).merged_into == kept


def test_a_lead_begun_with_a_merged_organization_is_one_of_the_kept_one(homes, merge_homes, make_lead, rep):
    kept, gone = homes
    merge_homes(kept, gone)

    assert make_lead(rep, organization_id=gone.pk, name="").organization == kept


def test_what_a_contact_said_and_did_is_the_kept_ones(people, merge_people, make_lead, business, rep, now):
    kept, gone = people
    services_given = {"organization_id": kept.organization_id, "name": ""}
    lead = make_lead(rep, **services_given, stakeholders=[
        services.Part(contact_id=kept.pk, buying_roles=(BuyingRole.USER,)),
        services.Part(contact_id=gone.pk, buying_roles=(BuyingRole.CHAMPION,)),
    ])  # fmt: skip
    other = make_lead(rep, **services_given, stakeholders=[services.Part(contact_id=gone.pk)])
    services.record_engagement(lead_id=lead.pk, kind=EngagementKind.CALL, contact_id=gone.pk, by=rep, now=now)
    Evidence.objects.create(
        business=business, lead=lead, source="sales", said_by=gone, observed_at=now, recorded_at=now, values={}
    )
    opportunity = Opportunity.objects.create(
        business=business, organization=lead.organization, title="Orders", opened_at=now, currency="EUR"
    )
    for contact, roles in ((kept, ["user"]), (gone, ["champion"])):
        OpportunityContact.objects.create(
            business=business, opportunity=opportunity, contact=contact, buying_roles=roles
        )

    merged = merge_people(kept, gone)

    assert (merged.email, merged.phone) == ("ann@acme.example", "1")
    parts = Stakeholder.objects.order_by("lead").values_list("lead", "contact", "buying_roles")
    assert list(parts) == [(lead.pk, kept.pk, ["champion", "user"]), (other.pk, kept.pk, [])]
    assert (Engagement.objects.get().contact, Evidence.objects.get().said_by) == (kept, kept)
    part = OpportunityContact.objects.get()
    assert (part.contact, part.buying_roles) == (kept, ["champion", "user"])
    assert list(kept.organization.contacts.all()) == [kept]
    receipt = Merge.objects.get()
    assert receipt.moved == [["recording", "recordings", 1], ["touch", "touches", 1], ["part", "parts", 3]]
    assert receipt.differed == [["Name", "Ann Berg", "A. Berg"], ["E-mail", "ann@acme.example", "ann@x.example"]]


def test_who_names_a_merged_contact_means_the_kept_one(people, merge_people, make_lead, rep, now, publish, business):
    publish(business)
    kept, gone = people
    lead = make_lead(rep, organization_id=kept.organization_id, name="")
    merge_people(kept, gone)

    services.record_evidence(lead_id=lead.pk, values={"has_pain": True}, said_by_id=gone.pk, by=rep, now=now)

    assert Evidence.objects.get().said_by == kept


def test_people_of_two_organizations_are_not_merged(homes, people, merge_people, business, refused):
    elsewhere = Contact.objects.create(business=business, organization=homes[1], name="Ann Berg")
    with refused("two_organizations", "gone") as caught:
        merge_people(people[0], elsewhere)
    assert caught.value.message == (
        "Ann Berg and Ann Berg are people of two organizations, Acme GmbH and ACME. Merge those first."
    )


def test_people_merged_before_come_along_with_their_organization(homes, people, merge_people, merge_homes):
    kept, gone = people
    merge_people(kept, gone)
    merge_homes(homes[1], homes[0])

    assert set(Contact.everything.values_list("organization", flat=True)) == {homes[1].pk}
    assert list(homes[1].contacts.all()) == [kept]


def test_one_that_is_in_use_keeps_the_other_in_use(homes, merge_homes, now):
    kept, gone = homes
    Organization.objects.filter(pk=kept.pk).update(archived_at=now)
    assert merge_homes(kept, gone).archived_at is None


def test_asking_again_changes_nothing(homes, people, merge_homes, merge_people):
    assert merge_homes(*homes) == merge_homes(*homes) == homes[0]
    assert merge_people(*people) == merge_people(*people) == people[0]
    assert Merge.objects.count() == 2


@pytest.mark.parametrize("which", ["homes", "people"])
def test_nobody_else_and_no_stranger_may(which, request, merge_homes, merge_people, viewer, stranger, refused):
    merge = {"homes": merge_homes, "people": merge_people}[which]
    kept, gone = request.getfixturevalue(which)
    with refused("not_allowed"):
        merge(kept, gone, by=viewer)
    with refused("not_found", "kept"):
        merge(kept, gone, by=stranger)
    with refused("merged_into_itself", "gone"):
        merge(kept, kept)


def test_who_may_be_the_same_is_found_by_normal_forms(homes, people, business, other_business):
    Organization.objects.create(business=other_business, name="Acme", domain="acme.example")
    archived = Organization.objects.create(business=business, name="Other", domain="https://www.acme.example/x")
    bob = Contact.objects.create(business=business, organization=homes[1], name="Berg, Ann", email="a@x.example")
    twin = Contact.objects.create(business=business, organization=homes[0], name="Dr. Ann Berg")
    ann = Contact.objects.create(business=business, organization=homes[1], name="X", email="ANN+news@acme.example")

    def of(row):
        return [(found.row.pk, [why.name for why in found.why]) for found in possible_duplicates(row)]

    assert of(homes[0]) == [(homes[1].pk, ["SAME_NAME"])]
    assert of(homes[1]) == [(homes[0].pk, ["SAME_NAME"]), (archived.pk, ["SAME_DOMAIN"])]
    assert of(people[0]) == [(twin.pk, ["SAME_NAME"]), (ann.pk, ["SAME_EMAIL"])]
    assert of(bob) == []


def test_of_very_many_that_are_called_the_same_twenty_are_shown(business):
    rows = Organization.objects.bulk_create(Organization(business=business, name=f"Acme{'!' * i}") for i in range(30))

    assert [found.row.pk for found in possible_duplicates(rows[29])] == [row.pk for row in rows[:20]]
    assert [found.row.pk for found in possible_duplicates(rows[0])] == [row.pk for row in rows[1:21]]


def test_a_changed_name_or_domain_changes_what_is_alike(homes):
    homes[0].name = "Hooli Inc."
    homes[0].save(update_fields=("name",))

    assert Organization.objects.get(pk=homes[0].pk).name_key == "hooli"
    assert possible_duplicates(homes[0]) == []


def test_a_merged_lead_stays_in_its_place(homes, merge_homes, make_lead, rep, now, publish, business, manager):
    publish(business)
    first = make_lead(rep, organization_id=homes[1].pk, name="")
    second = make_lead(rep, organization_id=homes[1].pk, name="")
    services.merge_leads(kept_id=first.pk, gone_id=second.pk, expected_revision=1, by=manager, now=now)

    merge_homes(*homes)

    assert Merge.objects.latest("pk").moved == [["lead", "leads", 1]]
    assert Lead.everything.get(pk=second.pk).organization == homes[0]
    assert Lead.everything.get(pk=second.pk).stage == Stage.INQUIRY
