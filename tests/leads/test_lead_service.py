"""Beginning and changing leads, and the people who have a part in them."""

from decimal import Decimal

import pytest

from leads import services
from leads.domain.rules import Range
from leads.models import Attribute, BuyingRole, Contact, Evidence, Lead, LeadValue, Organization, Role, Stakeholder
from leads.services import LeadChanges, Part
from leads.services.leads import normalized_domain


@pytest.fixture
def lead(business, rep, publish, make_lead):
    publish(business)
    return make_lead(rep)


@pytest.fixture
def update(lead, rep, now):
    def updated(*, by=rep, revision=1, **changes):
        return services.update_lead(
            lead_id=lead.pk, changes=LeadChanges(**changes), expected_revision=revision, by=by, now=now
        )

    return updated


def parts(lead):
    found = Stakeholder.objects.filter(lead=lead).order_by("contact__name")
    return [(part.contact.name, part.contact.email, part.buying_roles) for part in found]


def test_a_lead_begins_judged_by_what_is_given_with_it(business, rep, publish, make_lead, now, events):
    publish(business)
    Attribute.objects.filter(key="employees").update(filterable=True)
    ann = Part(name=" Ann ", email=" Ann@Initech.example", buying_roles=(BuyingRole.USER, BuyingRole.CHAMPION))

    lead = make_lead(
        rep,
        " Initech ",
        organization_domain="https://www.Initech.example/about",
        title=" New plant ",
        source="fair",
        owner_id=rep.membership.pk,
        stakeholders=[ann],
        values={"has_pain": True, "employees": Range(Decimal(60), Decimal(70), Decimal(80))},
    )

    lead = Lead.objects.get(pk=lead.pk)
    organization = lead.organization
    assert (organization.name, organization.domain) == ("Initech", "initech.example")
    assert (lead.title, lead.source, lead.owner, lead.stage) == ("New plant", "fair", rep.membership, "inquiry")
    assert (lead.revision, lead.created_at, lead.stage_since) == (1, now, now)
    assert (lead.level, lead.possible_level, lead.score, lead.worst, lead.best) == ("mql", "sql", 40, 40, 55)
    assert parts(lead) == [("Ann", "ann@initech.example", ["champion", "user"])]
    assert Evidence.objects.get().values["employees"] == {"low": "60", "likely": "70", "high": "80"}
    assert LeadValue.objects.get().number == 70
    assert events(lead) == ["lead_created", "evidence_recorded", "level_changed"]
    assert lead.transitions.get().level_in_force == "mql"
    assert lead.transitions.get().qualification == lead.qualification


def test_an_organization_may_have_several_leads(lead, rep, make_lead):
    again = make_lead(rep, organization_id=lead.organization_id)

    assert again.organization == lead.organization
    assert Organization.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"organization_name": " "}, "organization_missing", "organization"),
        ({"organization_id": 0}, "not_found", "organization"),
        ({"organization_name": "x" * 301}, "field_refused", "organizationName"),
        ({"title": "x" * 301}, "field_refused", "title"),
        ({"source": "x" * 201}, "field_refused", "source"),
        ({"owner_id": 10**9}, "not_found", "owner"),
        ({"stakeholders": [Part(name=" ")]}, "field_refused", "stakeholders"),
        ({"stakeholders": [Part(name="Ann", email="ann@")]}, "field_refused", "stakeholders"),
        ({"stakeholders": [Part(contact_id=10**9)]}, "not_found", "stakeholders"),
        ({"values": {"size": Decimal(1)}}, "unknown_attribute", "size"),
        ({"values": {"employees": "many"}}, "value_refused", "employees"),
    ],
)
def test_a_lead_with_something_wrong_leaves_nothing_behind(lead, rep, now, refused, given, code, field):
    with refused(code, field):
        services.create_lead(**({"by": rep, "now": now, "organization_name": "Umbrella"} | given))


def test_a_stranger_uses_nothing_of_ours(lead, stranger, rep, now, refused):
    with refused("not_found", "organization"):
        services.create_lead(by=stranger, now=now, organization_id=lead.organization_id)
    with refused("not_found", "owner"):
        services.create_lead(by=stranger, now=now, organization_name="X", owner_id=rep.membership.pk)
    with refused("not_found", "lead"):
        services.update_lead(
            lead_id=lead.pk, changes=LeadChanges(title="Mine"), expected_revision=1, by=stranger, now=now
        )


def test_somebody_who_may_only_look_begins_and_changes_nothing(viewer, now, update, refused):
    with refused("not_allowed"):
        services.create_lead(by=viewer, now=now, organization_name="Umbrella")
    with refused("not_allowed"):
        update(by=viewer, title="Mine")


def test_what_is_left_out_of_a_change_stays(lead, rep, update, events):
    update(title=" A ", source="b", owner_id=rep.membership.pk)
    found = update(revision=2, title="C")

    found.refresh_from_db()
    assert (found.title, found.source, found.owner, found.revision) == ("C", "b", rep.membership, 3)
    assert events(lead) == ["lead_created", "lead_updated", "lead_updated"]

    assert update(revision=3, unassign=True).owner is None


def test_a_member_who_left_owns_no_more_leads(business, join, update, refused):
    gone = join(business, Role.SALES, "gone@acme.example").membership
    gone.is_active = False
    gone.save()

    with refused("not_found", "owner"):
        update(owner_id=gone.pk)


def test_a_change_with_another_revision_is_refused_as_a_whole(update, refused):
    with refused("stale_revision", "expectedRevision"):
        update(revision=2, title="A", stakeholders=[Part(name="Ann")])


def test_people_join_change_their_roles_and_leave(lead, update):
    update(stakeholders=[Part(name="Ann", buying_roles=(BuyingRole.USER,)), Part(name="Bob")])
    ann, bob = Contact.objects.order_by("name")

    update(revision=2, stakeholders=[Part(contact_id=ann.pk, buying_roles=(BuyingRole.BLOCKER,))], leaving=[bob.pk, 0])

    assert parts(lead) == [("Ann", "", ["blocker"])]
    assert Contact.objects.count() == 2


def test_a_contact_of_another_organization_takes_no_part(business, lead, update, refused, make_organization):
    elsewhere = make_organization(business, "Umbrella")
    contact = Contact.objects.create(business=business, organization=elsewhere, name="Ann")

    with refused("not_found", "stakeholders"):
        update(title="A", stakeholders=[Part(name="Bob"), Part(contact_id=contact.pk)])


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("", ""),
        (" Initech.Example ", "initech.example"),
        ("ann@initech.example", "initech.example"),
        ("https://www.initech.example:8080/a/b?c=d#e", "initech.example"),
        ("https://user@initech.example/", "initech.example"),
        ("https://social.example/@initech", "social.example"),
        ("initech.example?from=fair", "initech.example"),
        ("initech.example.", "initech.example"),
    ],
)
def test_the_domain_of_an_address_is_its_bare_host(text, domain):
    assert normalized_domain(text) == domain
