"""What now? A page of the work queue among 100,000 open leads of one member, against one among 1,000."""

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial

from calling import Caller, body, checked, queries
from diagnosing import template
from django.db import connection
from django.utils import timezone
from measuring import Row, at_most, in_turn
from samples import business_with, six_criteria

from assessments import services
from assessments.models import Diagnosis, TemplateVersion
from leads.models import Door, Lead, Organization
from leads.tenancy import Viewer, system
from playbook.domain.steps import StepKind
from playbook.models import NextStep, QueuePlace
from playbook.services.queue import Place, cursor_of
from playbook.services.ranking import rank_leads

FEW, MANY = 1_000, int(os.environ.get("BENCH_LEADS", "100000"))
ROUNDS, CALLS = 9, 10
QUEUE = """
query Work($after: String) {
  workQueue(first: 20, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { cursor node {
      kind reason unknowns dueAt
      lead { id title stage organization { name } }
      step { id title dueAt revision }
      diagnosis { id revision advice }
    } }
  }
}
"""


def measure(urls: Sequence[str]) -> Iterator[Row]:
    viewers = {leads: business_with(six_criteria(), f"queue{leads}") for leads in (FEW, MANY)}
    for leads, viewer in viewers.items():
        _fill(viewer, leads)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    callers = {leads: Caller(viewer.membership.user, viewer.business) for leads, viewer in viewers.items()}
    for name, place in {"first page": _first, "page in the middle": _middle, "last page of promises": _seam}.items():
        calls = {
            str(leads): partial(callers[leads].post, "/graphql/", body(QUEUE, after=place(viewers[leads])))
            for leads in (FEW, MANY)
        }
        for call in calls.values():
            assert len(checked(call())["workQueue"]["edges"]) == 20
        spent = in_turn(calls, rounds=ROUNDS, calls=CALLS)
        ratio = spent[str(MANY)].wall / spent[str(FEW)].wall
        detail = f"{spent[str(MANY)].wall * 1e3:,.1f} : {spent[str(FEW)].wall * 1e3:,.1f} ms"
        where = "PostgreSQL" if connection.vendor == "postgresql" else "SQLite"
        yield at_most(f"workQueue on {where}, {name}, among {MANY:,} against {FEW:,}", ratio, 1.5, detail)
        few, many = (len(queries(call)) for call in calls.values())
        yield Row("… statements of a request", f"{few} and {many}", "the same", few == many)


def _first(viewer: Viewer) -> None:
    return None


def _middle(viewer: Viewer) -> str:
    """Return the cursor of the lead in the middle of those that are ranked."""
    places = QueuePlace.objects.filter(business=viewer.business).order_by("-rank", "lead_id")
    rank, lead_id = places.values_list("rank", "lead_id")[places.count() // 2]
    return cursor_of(Place(None, rank, lead_id))


def _seam(viewer: Viewer) -> str:
    """Return the cursor ten promises before their end, so that the page has some of both."""
    due = NextStep.objects.filter(business=viewer.business, due_at__lt=timezone.now()).order_by("-due_at", "-pk")
    due_at, pk = due.values_list("due_at", "pk")[10]
    return cursor_of(Place(due_at, 0, pk))


def _fill(viewer: Viewer, leads: int) -> None:
    """Add so many open SQLs; every second is diagnosed, every fifth has a step, half of which are overdue."""
    chance, now = random.Random(7), timezone.now()
    own = {"business": viewer.business}
    by = system(viewer.business, Door.COMMAND)
    document = replace(template(20, 7), key="queue", name="Queue")
    draft = services.template_from_document(document=document, by=by)
    version = services.publish_template(version_id=draft.pk, by=by, now=now)
    organization = Organization.objects.create(**own, name="Company")
    made = Lead.objects.bulk_create(
        Lead(
            **own,
            organization=organization,
            owner=viewer.membership,
            title=f"Journey {number}",
            stage="sql",
            stage_since=now,
            created_at=now,
        )
        for number in range(leads)
    )
    Diagnosis.objects.bulk_create(_diagnosis(own, lead, version, chance, now) for lead in made[::2])
    NextStep.objects.bulk_create(
        NextStep(
            **own,
            lead=lead,
            kind=StepKind.CALL,
            title="Ask",
            due_at=now + timedelta(minutes=chance.randrange(-40_000, 40_000)),
            assigned_to=viewer.membership,
            created_at=now,
            door=Door.COMMAND,
        )
        for lead in chance.sample(made, leads // 5)
    )
    rank_leads(viewer.business, [lead.pk for lead in made], now)


def _diagnosis(own: dict, lead: Lead, version: TemplateVersion, chance: random.Random, now: object) -> Diagnosis:
    known = ("yes", "unknown")
    return Diagnosis(
        **own,
        lead=lead,
        version=version,
        started_at=now,
        changed_at=now,
        good_problem=chance.choice(known),
        will_act=chance.choice(known),
        justifies=chance.choice(known),
        outlook=chance.choice(("clear", "unknown")),
        urgency=Decimal(chance.randrange(10_000)) / 100,
        cost_likely=chance.randrange(200_000),
    )
