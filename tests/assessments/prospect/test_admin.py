"""A manager invites a contact on the page of a diagnosis, and takes a link back."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from assessments.models import Diagnosis, ProspectLink
from leads.models import Contact
from tests.assessments.prospect.conftest import contact_of, prospect_template
from tests.leads.admin.browser import Desk, read, sign_in, told
from tests.leads.graphql.state import dump

pytestmark = pytest.mark.usefixtures("soon")


@pytest.fixture
def desk(manager) -> Desk:
    user = manager.membership.user
    user.is_staff = True
    user.save()
    return Desk(sign_in(user), manager)


def invite_on(desk: Desk, diagnosis: Diagnosis, person: Contact, /, **changed):
    given = {"contact": person.pk, "kind": "self_assessment", "days": 7} | changed
    return desk.post(reverse("admin:assessments_diagnosis_invite", args=[diagnosis.pk]), given)


def test_a_link_is_made_and_its_address_shown_once(desk, diagnosis, contact, now, client):
    response = invite_on(desk, diagnosis, contact)

    [address] = re.findall(r"http://testserver/prospect/[^<]+/", response.content.decode())
    assert client.get(address).status_code == 200
    link = ProspectLink.objects.get()
    assert (link.contact, link.expires_at, link.created_by) == (
        contact,
        now + timedelta(days=7),
        desk.viewer.membership,
    )
    page = desk.get(desk.page(diagnosis))
    assert "prospect/" not in page.content.decode()
    assert "Ann Prospect Self-assessment" in read(page)
    assert "no-store" in response["Cache-Control"]
    assert "messages" not in response.cookies


@pytest.mark.parametrize(
    "changed", [{"contact": 10**9}, {"contact": "x"}, {"kind": "summary"}, {"days": 0}, {"days": 91}, {"days": "x"}]
)
def test_what_cannot_be_is_refused_beside_its_field(desk, diagnosis, contact, changed):
    before = dump()

    response = invite_on(desk, diagnosis, contact, **changed)

    assert response.status_code == 200
    assert list(response.context["links"].form.errors) == list(changed)
    assert dump() == before


def test_a_contact_of_another_organization_is_not_offered(desk, diagnosis, contact, make_organization, business, now):
    home = make_organization(business, "Hooli")
    Contact.objects.create(business=business, organization=home, name="Gavin Elsewhere")
    Contact.objects.create(
        business=business, organization=diagnosis.lead.organization, name="Gone Away", archived_at=now
    )

    page = read(desk.get(desk.page(diagnosis)))

    assert "Ann Prospect" in page
    assert "Gavin Elsewhere" not in page
    assert "Gone Away" not in page


def test_a_completed_diagnosis_offers_its_summary_and_a_closed_lead_nothing(desk, diagnosis, contact, complete):
    done = complete(diagnosis)

    assert "Make a link" in read(desk.get(desk.page(done)))
    assert invite_on(desk, done, contact, kind="summary").context["links"].made
    done.lead.stage = "lost"
    done.lead.save()
    assert "Make a link" not in read(desk.get(desk.page(done)))


def test_a_link_is_taken_back(desk, diagnosis, link, now):
    address = reverse("admin:assessments_diagnosis_revoke", args=[diagnosis.pk, link.pk])
    assert desk.get(address).status_code == 302
    assert ProspectLink.objects.get().revoked_at is None

    response = desk.post(address)

    assert told(response) == ["The link for Ann Prospect opens nothing any more."]
    assert ProspectLink.objects.get().revoked_at == now
    page = read(desk.get(desk.page(diagnosis)))
    assert "Revoked" in page
    assert "Revoke " not in page


def test_links_of_another_business_are_neither_made_nor_taken_back(desk, start, stranger, invite, diagnosis):
    theirs = start(stranger, prospect_template())
    other = invite(theirs, contact_of(theirs, "Zoe"), by=stranger)
    before = dump()

    desk.post(reverse("admin:assessments_diagnosis_revoke", args=[diagnosis.pk, other.link.pk]))
    desk.post(reverse("admin:assessments_diagnosis_revoke", args=[theirs.pk, other.link.pk]))
    invite_on(desk, theirs, other.link.contact)
    invite_on(desk, diagnosis, other.link.contact)

    assert dump() == before
    assert "Zoe" not in read(desk.get(desk.page(diagnosis)))
