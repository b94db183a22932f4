"""What comes in for a row that was merged goes to the one that was kept."""

import pytest

from leads import services
from leads.models import Contact, Lead, Organization
from leads.services.inquiring import Inquiry, submit_inquiry
from leads.tenancy import inquiry_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def homes(business, make_lead, manager, now, publish):
    """An organization that another one, with another domain and a contact, was merged into."""
    publish(business)
    kept = Organization.objects.create(business=business, name="Acme", domain="acme.example")
    gone = Organization.objects.create(business=business, name="Hooli", domain="hooli.example", reference="H-1")
    lead = make_lead(manager, organization_id=kept.pk, name="")
    services.merge_organizations(kept_id=kept.pk, gone_id=gone.pk, by=manager, now=now)
    return kept, lead


def inquire(business, manager, now, **given):
    made = services.make_inquiry_form(name="Site", source="Site", by=manager, now=now)
    form = getattr(made, "form", made)
    asked = {"contact_name": "Ann", "email": "ann@hooli.example"} | given
    submit_inquiry(inquiry=Inquiry(**asked), values={}, by=inquiry_form(business, form.pk), now=now)


def test_an_inquiry_from_the_domain_of_a_merged_organization_joins_the_kept_ones_lead(homes, business, manager, now):
    inquire(business, manager, now)

    assert Organization.objects.get() == homes[0]
    assert Lead.objects.get() == homes[1]
    assert Lead.objects.get().engagements.get().contact == Contact.objects.get()


def test_an_inquiry_of_a_merged_contact_is_the_kept_ones(homes, business, manager, now):
    people = [
        Contact.objects.create(business=business, organization=homes[0], name=name, email=f"{name}@hooli.example")
        for name in ("ann", "ann.b")
    ]
    services.merge_contacts(kept_id=people[1].pk, gone_id=people[0].pk, by=manager, now=now)

    inquire(business, manager, now)

    assert Lead.objects.get().engagements.get().contact == people[1]
    assert Contact.everything.count() == 2
