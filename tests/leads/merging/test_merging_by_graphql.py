"""Duplicates and merges as a frontend sees them."""

import pytest

from leads import services
from leads.global_ids import global_id
from leads.models import Contact, Lead, Organization

pytestmark = pytest.mark.django_db
REFUSED = "... on OperationInfo { messages { kind code field message } }"


@pytest.fixture
def twins(business):
    acme = Organization.objects.create(business=business, name="Acme GmbH", domain="acme.example")
    return acme, Organization.objects.create(business=business, name="ACME", domain="www.acme.example")


def test_who_creates_a_lead_sees_which_organizations_may_be_the_same(graphql, twins):
    answer = graphql(
        """mutation { createLead(organizationName: "Acme, Inc.", organizationDomain: "acme.example",
             stakeholders: [{name: "Dr. Ann Berg"}, {name: "BERG, Ann"}]) {
             ... on Lead { organization { possibleDuplicates { other name detail reasons text } }
               stakeholders { contact { name possibleDuplicates { name reasons } } } } } }"""
    )

    found = answer["data"]["createLead"]
    assert found["organization"]["possibleDuplicates"] == [
        {
            "other": global_id("Organization", twins[0].pk),
            "name": "Acme GmbH",
            "detail": "acme.example",
            "reasons": ["SAME_DOMAIN", "SAME_NAME"],
            "text": "Same domain and same name",
        },
        {
            "other": global_id("Organization", twins[1].pk),
            "name": "ACME",
            "detail": "www.acme.example",
            "reasons": ["SAME_DOMAIN", "SAME_NAME"],
            "text": "Same domain and same name",
        },
    ]
    assert [part["contact"]["possibleDuplicates"] for part in found["stakeholders"]] == [
        [{"name": "BERG, Ann", "reasons": ["SAME_NAME"]}],
        [{"name": "Dr. Ann Berg", "reasons": ["SAME_NAME"]}],
    ]


def test_one_organization_is_made_of_two(graphql, twins, make_lead, rep, now):
    lead = make_lead(rep, organization_id=twins[1].pk, name="", stakeholders=[services.Part(name="Ann")])
    kept, gone = (global_id("Organization", one.pk) for one in twins)

    answer = graphql(
        """mutation($kept: ID!, $gone: ID!) { mergeOrganizations(kept: $kept, gone: $gone) {
             ... on Organization { name possibleDuplicates { name } contacts { name } mergedInto
               leads { edges { node { id } } }
               merges { kind keptLabel goneLabel gone movedText door author { name }
                 moved { count text } differed { what kept gone } } } } }""",
        kept=kept,
        gone=gone,
    )

    assert answer["data"]["mergeOrganizations"] == {
        "name": "Acme GmbH",
        "possibleDuplicates": [],
        "contacts": [{"name": "Ann"}],
        "mergedInto": None,
        "leads": {"edges": [{"node": {"id": global_id("Lead", lead.pk)}}]},
        "merges": [
            {
                "kind": "ORGANIZATION",
                "keptLabel": "Acme GmbH",
                "goneLabel": "ACME",
                "gone": gone,
                "movedText": "1 contact, 1 lead",
                "door": "API",
                "author": {"name": "sales"},
                "moved": [{"count": 1, "text": "1 contact"}, {"count": 1, "text": "1 lead"}],
                "differed": [
                    {"what": "Name", "kept": "Acme GmbH", "gone": "ACME"},
                    {"what": "Domain", "kept": "acme.example", "gone": "www.acme.example"},
                ],
            }
        ],
    }
    listed = graphql("{ organizations { totalCount edges { node { id } } } }")["data"]["organizations"]
    assert listed == {"totalCount": 1, "edges": [{"node": {"id": kept}}]}
    found = graphql("query($id: ID!) { node(id: $id) { ... on Organization { mergedInto } } }", id=gone)
    assert found["data"]["node"] == {"mergedInto": kept}


def test_one_contact_is_made_of_two(graphql, make_lead, rep):
    lead = make_lead(rep, stakeholders=[services.Part(name="Ann"), services.Part(name="ann", email="ann@x.example")])
    kept, gone = Contact.objects.filter(organization=lead.organization_id).order_by("pk")

    answer = graphql(
        f"""mutation($kept: ID!, $gone: ID!) {{ mergeContacts(kept: $kept, gone: $gone) {{
             ... on Contact {{ name email merges {{ goneLabel movedText }} }} {REFUSED} }} }}""",
        kept=global_id("Contact", kept.pk),
        gone=global_id("Contact", gone.pk),
    )

    assert answer["data"]["mergeContacts"] == {
        "name": "Ann",
        "email": "ann@x.example",
        "merges": [{"goneLabel": "ann", "movedText": "1 part"}],
    }


def test_one_lead_is_made_of_two_and_its_receipts_are_read_through_it(graphql, pair):
    kept, gone = (global_id("Lead", lead.pk) for lead in pair)

    answer = graphql(
        f"""mutation($kept: ID!, $gone: ID!) {{ mergeLeads(kept: $kept, gone: $gone, expectedRevision: 1) {{
             ... on Lead {{ id revision transitions {{ edges {{ node {{ lead {{ id }} }} }} }}
               mergedFrom {{ id transitions {{ edges {{ node {{ toStage lead {{ id }} }} }} }} stays {{ key }} }} }}
             {REFUSED} }} }}""",
        kept=kept,
        gone=gone,
    )

    assert answer["data"]["mergeLeads"] == {
        "id": kept,
        "revision": 2,
        "transitions": {"edges": [{"node": {"lead": {"id": kept}}}]},
        "mergedFrom": [
            {
                "id": gone,
                "transitions": {"edges": [{"node": {"toStage": "INQUIRY", "lead": {"id": gone}}}]},
                "stays": [{"key": "inquiry"}, {"key": "discovery"}],
            }
        ],
    }
    assert graphql("{ leads { totalCount } }") == {"data": {"leads": {"totalCount": 1}}}
    found = graphql("query($id: ID!) { lead(id: $id) { mergedInto } }", id=gone)
    assert found == {"data": {"lead": {"mergedInto": kept}}}


def test_writing_to_a_merged_lead_is_refused_with_the_one_to_go_on_with(graphql, pair, merge):
    kept, gone = pair
    merge(kept, gone)

    answer = graphql(
        f"mutation($id: ID!) {{ qualifyLead(lead: $id) {{ __typename {REFUSED} }} }}", id=global_id("Lead", gone.pk)
    )

    message = f"This lead was merged into “Orders” ({global_id('Lead', kept.pk)}). Go on with that one."
    assert answer["data"]["qualifyLead"]["messages"] == [
        {"kind": "VALIDATION", "code": "lead_merged", "field": "lead", "message": message}
    ]
    assert Lead.objects.get().revision == 2


def test_a_reference_of_a_merged_lead_still_finds_the_kept_one(graphql, pair, merge):
    kept, gone = pair
    Lead.objects.filter(pk=gone.pk).update(reference="CRM-77")
    merge(kept, gone)

    found = graphql('{ leads(filter: {search: "CRM-77"}) { edges { node { title } } } }')

    assert found["data"]["leads"]["edges"] == [{"node": {"title": "Orders"}}]
