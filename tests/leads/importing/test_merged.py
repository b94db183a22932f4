"""Importing what was merged, and what may be known already."""

import pytest

from leads import services
from leads.models import Contact, Evidence, Lead, Organization

pytestmark = pytest.mark.django_db
WITH_PEOPLE = """
[lead]
reference = "Id"
[organization]
name = "Company"
domain = "Site"
[contact]
name = "Who"
email = "Mail"
[attributes]
employees = "Staff"
"""


@pytest.fixture
def united(run, manager, now):
    """Two leads of an import at one organization, the second merged into the first."""
    run("Id,Company,Staff\n1,Acme,100\n2,Acme,200\n")
    kept, gone = Lead.objects.order_by("reference")
    services.merge_leads(kept_id=kept.pk, gone_id=gone.pk, expected_revision=1, by=manager, now=now)
    return kept


def test_the_same_file_again_changes_nothing(run, united):
    before = Lead.objects.get()

    outcome = run("Id,Company,Staff\n1,Acme,100\n2,Acme,200\n")

    assert "created 0, changed 0, unchanged 2, rejected 0" in outcome.out
    assert Lead.objects.get().snapshot == before.snapshot
    assert (Lead.objects.get().revision, Evidence.objects.count()) == (before.revision, 2)


def test_news_under_either_reference_come_to_the_kept_lead(run, united):
    outcome = run("Id,Company,Staff\n1,Acme,300\n2,Acme,400\n")

    assert "created 0, changed 2" in outcome.out
    assert Lead.objects.get().snapshot["employees"]["v"] == "400"
    assert (Lead.objects.get().title, Lead.objects.get().reference) == ("Deal 1", "1")


def test_a_row_of_a_merged_organization_begins_a_lead_at_the_kept_one(run, business, manager, now):
    kept = Organization.objects.create(business=business, name="Acme")
    gone = Organization.objects.create(business=business, name="Hooli")
    services.merge_organizations(kept_id=kept.pk, gone_id=gone.pk, by=manager, now=now)

    run("Id,Company,Staff\n1,Hooli,100\n")

    assert Lead.objects.get().organization == kept
    assert Organization.everything.count() == 2


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_rows_that_bring_somebody_who_may_be_known_are_named(run, business, options):
    acme = Organization.objects.create(business=business, name="Acme GmbH")
    Contact.objects.create(business=business, organization=acme, name="Ann", email="ann@acme.example")

    outcome = run(
        "Id,Company,Site,Who,Mail,Staff\n"
        "1,ACME Inc.,acme.example,Ann,ann+x@acme.example,1\n"
        "2,Hooli,hooli.example,,,1\n"
        "3,Hooli AG,other.example,,,1\n",
        *options,
        mapping=WITH_PEOPLE,
    )

    assert outcome.err.splitlines() == [
        "3 new organizations and contacts may be known already; merge those that are:",
        "  line 2: the new organization “ACME Inc.” may be the organization “Acme GmbH” (same name).",
        "  line 4: the new organization “Hooli AG” may be the organization “Hooli” (same name).",
        "  line 2: the new contact “Ann” may be the contact “Ann” (same e-mail address).",
    ]
