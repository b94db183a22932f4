"""Whoever becomes the owner of a lead gets what its owner until then had still to do on it, by whatever door."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.domain.stages import Stage
from leads.global_ids import global_id
from leads.models import Lead, Role, User
from leads.services import LeadChanges, update_lead
from playbook.models import NextStep, QueuePlace
from playbook.services import steps
from playbook.services.reassigning import follow_owners
from tests.leads.admin.browser import Desk, sign_in
from tests.leads.importing.conftest import run, schema

__all__ = ["run", "schema"]


@pytest.fixture
def colleague(business, join):
    return join(business, Role.SALES, "colleague@acme.example")


@pytest.fixture
def lead(rep, colleague, lead_in, plan, now):
    """A lead of the rep with a step that is done, one that is open, a colleague's and a role's."""
    lead = lead_in(rep, Stage.SQL)
    done = plan(rep, lead, "Done")
    steps.complete_step(step_id=done.pk, expected_revision=1, by=rep, now=now)
    plan(rep, lead, "Open")
    plan(rep, lead, "Colleague's", assigned_to_id=colleague.membership.pk)
    plan(rep, lead, "Anybody's", role=Role.SALES)
    return Lead.objects.get(pk=lead.pk)


def whose(lead):
    rows = NextStep.objects.filter(lead=lead).order_by("pk")
    return [(row.title, row.assigned_to.user.email.partition("@")[0] if row.assigned_to else "") for row in rows]


def follows(rep, manager):
    return [
        ("Done", rep.membership.user.email.partition("@")[0]),
        ("Open", manager.membership.user.email.partition("@")[0]),
        ("Colleague's", "colleague"),
        ("Anybody's", ""),
    ]


UPDATE = """mutation($lead: ID!, $owner: ID, $revision: Int!) {
    updateLead(lead: $lead, owner: $owner, expectedRevision: $revision) {
    ... on Lead { owner { id } } ... on OperationInfo { messages { code message } } } }"""


def test_by_the_api(frontend, lead, rep, manager):
    owner = global_id("Membership", manager.membership.pk)
    frontend(rep)(UPDATE, lead=global_id("Lead", lead.pk), owner=owner, revision=lead.revision)

    assert whose(lead) == follows(rep, manager)
    assert NextStep.objects.get(title="Open").revision == 2
    assert QueuePlace.objects.get(lead=lead).owner_id == manager.membership.pk


def test_in_the_admin(lead, rep, manager):
    User.objects.filter(pk=manager.membership.user.pk).update(is_staff=True)
    manager.membership.user.is_staff = True
    desk = Desk(sign_in(manager.membership.user), manager)

    desk.act(lead, "edit", revision=lead.revision, owner=manager.membership.pk, title_given="", source="")

    assert whose(lead) == follows(rep, manager)


def test_by_an_import(lead, rep, manager, run):
    Lead.objects.filter(pk=lead.pk).update(reference="7")
    mapping = '[lead]\nreference = "Id"\nowner = "Rep"\n[organization]\nname = "Company"\n'

    outcome = run(f"Id,Company,Rep\n7,Initech,{manager.membership.user.email}\n", mapping=mapping)

    assert outcome.out.startswith("read 1, created 0, changed 1"), outcome
    assert whose(lead) == follows(rep, manager)
    assert QueuePlace.objects.get(lead=lead).owner_id == manager.membership.pk


def test_a_lead_that_loses_its_owner_leaves_its_steps(lead, rep, now):
    before = whose(lead)
    changes = LeadChanges(unassign=True)
    update_lead(lead_id=lead.pk, changes=changes, expected_revision=lead.revision, by=rep, now=now)

    assert whose(lead) == before
    assert QueuePlace.objects.get(lead=lead).owner_id is None


def test_the_first_owner_of_a_lead_takes_nobodys_steps(lead, rep, manager, now):
    Lead.objects.filter(pk=lead.pk).update(owner=None)
    changes = LeadChanges(owner_id=manager.membership.pk)
    before = whose(lead)
    update_lead(lead_id=lead.pk, changes=changes, expected_revision=lead.revision, by=rep, now=now)

    assert whose(lead) == before


def test_many_leads_cost_as_much_as_one(rep, manager, lead_in, plan, now):
    leads = [lead_in(rep, Stage.SQL, f"Company {number}") for number in range(20)]
    for lead in leads:
        plan(rep, lead)

    def cost(some):
        Lead.objects.filter(pk__in=[lead.pk for lead in some]).update(owner=manager.membership)
        changed = [(Lead.objects.get(pk=lead.pk), rep.membership.pk) for lead in some]
        with CaptureQueriesContext(connection) as queries:
            follow_owners(rep.business, changed, now)
        return len(queries)

    assert cost(leads[:1]) == cost(leads[1:])
    assert set(NextStep.objects.values_list("assigned_to", flat=True)) == {manager.membership.pk}
