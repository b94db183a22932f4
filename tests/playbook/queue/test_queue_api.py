"""The work queue as a frontend reads it."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import Diagnosis
from leads.domain.stages import Stage
from leads.models import Lead
from playbook.services.ranking import rank_leads

QUEUE = """query($first: Int!, $after: String) { workQueue(first: $first, after: $after) {
  totalCount pageInfo { hasNextPage endCursor }
  edges { cursor node {
    kind reason unknowns since dueAt lead { id title organization { name } owner { id } }
    step { id title assignedTo { id } } diagnosis { id revision advice }
  } }
} }"""


def test_a_page_costs_the_same_however_many_items_it_has(rep, graphql, lead_in, plan, start, now):
    begun = start(rep)
    leads = [lead_in(rep, Stage.SQL, str(number)) for number in range(8)]
    Diagnosis.objects.bulk_create(
        Diagnosis(business=rep.business, lead=lead, version=begun.version, started_at=now, changed_at=now)
        for lead in leads
    )
    for lead in leads[::2]:
        plan(rep, lead, due=now)
    Lead.objects.update(owner=rep.membership)
    rank_leads(rep.business, Lead.objects.values_list("pk", flat=True), now)
    graphql(QUEUE, first=2)

    def cost(first: int) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as captured:
            edges = graphql(QUEUE, first=first)["data"]["workQueue"]["edges"]
        return len(edges), len(captured)

    few, many = cost(5), cost(9)
    assert (few[0], many[0]) == (5, 9)
    assert few[1] == many[1]
