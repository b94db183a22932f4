"""What now? The work queue, read once or watched."""

from typing import Annotated, Any

import strawberry
from django.db.models import QuerySet
from graphql import GraphQLObjectType, get_named_type
from graphql.execution.collect_fields import collect_sub_fields
from strawberry.relay import PageInfo
from strawberry_django.optimizer import optimize

from assessments.models import Diagnosis
from leads.graphql.connection import PAGE, page_size
from leads.graphql.fields import described, optional_pk
from leads.models import Lead
from playbook.graphql.types import WorkItem, WorkItemConnection, WorkItemEdge
from playbook.models import NextStep
from playbook.services.queue import Whose, cursor_of, whose_queue, work_queue
from playbook.services.queue_reasons import explained
from playbook.services.ranking import topic_of

FIRST = described(f"So many from the beginning, at most 100; {PAGE} by default.")
AFTER = described("Only what comes after this cursor.")
MEMBER = described("Whose work, for managers; by default yours.")
DESCRIPTION = (
    "promises that are due, longest overdue first; then what moves a diagnosis forward. Yours, that of those for "
    "whom you stand in today, and what your role may take."
)


@strawberry.type
class QueueQuery:
    @strawberry.field(description=f"What now? The work, ranked: {DESCRIPTION}")
    def work_queue(
        self,
        info: strawberry.Info,
        first: Annotated[int, FIRST] = PAGE,
        after: Annotated[str | None, AFTER] = None,
        member: Annotated[strawberry.ID | None, MEMBER] = None,
    ) -> WorkItemConnection:
        return _page(info, _whose(info, member), first, after)


@strawberry.type
class QueueSubscription:
    @strawberry.field(
        description=f"The first page of the work as it is now, and again whenever it changed: {DESCRIPTION} That time "
        "goes by tells nobody; read it anew when a day begins."
    )
    def work_queue_changed(
        self,
        info: strawberry.Info,
        first: Annotated[int, FIRST] = PAGE,
        member: Annotated[strawberry.ID | None, MEMBER] = None,
    ) -> WorkItemConnection:
        whose = _whose(info, member)
        business = whose.viewer.business.pk
        info.context.watch(topic_of(business, None), *(topic_of(business, found.pk) for found in whose.members))
        return _page(info, whose, first, None)


def _whose(info: strawberry.Info, member: str | None) -> Whose:
    context = info.context
    return whose_queue(by=context.viewer, now=context.now, member_id=optional_pk(member, "Membership"))


def _page(info: strawberry.Info, whose: Whose, first: int, after: str | None) -> WorkItemConnection:
    _, size = page_size(first, None)
    items, more = work_queue(whose, size, after)
    works = explained(whose, items)
    leads = _selected(info, Lead.objects.all(), "lead", [work.item.lead_id for work in works])
    steps = _selected(info, NextStep.objects.all(), "step", [work.item.step_id for work in works])
    diagnoses = _selected(info, Diagnosis.objects.all(), "diagnosis", [work.diagnosis_id for work in works])
    _complete(whose, list(diagnoses.values()))
    edges = [
        WorkItemEdge(
            cursor=cursor_of(work.item.place),
            node=WorkItem(
                kind=work.kind,
                reason=work.reason,
                lead=leads.get(work.item.lead_id),  # type: ignore[arg-type]
                step=steps.get(work.item.step_id),
                diagnosis=diagnoses.get(work.diagnosis_id),
                unknowns=work.unknowns,
                since=work.since,
                due_at=work.due_at,
            ),
        )
        for work in works
    ]
    page_info = PageInfo(
        has_next_page=more,
        has_previous_page=after is not None,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return WorkItemConnection(page_info=page_info, edges=edges, whose=whose)


def _complete(whose: Whose, diagnoses: list[Diagnosis]) -> None:
    """Give diagnoses what evaluating them reads and was not fetched with them, all at once."""
    missing = [row for row in diagnoses if "lead" not in row._state.fields_cache]
    leads = Lead.objects.in_bulk([row.lead_id for row in missing]) if missing else {}
    for row in missing:
        row.lead = leads[row.lead_id]
    for row in diagnoses:
        row.business = row.lead.business = whose.viewer.business


def _selected(info: strawberry.Info, rows: QuerySet[Any], name: str, ids: list[int | None]) -> dict[int | None, Any]:
    """Return the rows with all that is selected of them below the items, by key; none if nothing is."""
    found = _below(info, ("edges", "node", name))
    wanted = [pk for pk in ids if pk is not None]
    if found is None or not wanted:
        return {}
    return {row.pk: row for row in optimize(rows.filter(pk__in=wanted), found)}


def _below(info: strawberry.Info, names: tuple[str, ...]) -> Any:
    """Return what the library would be told if the field on this way were resolved; None if it is not selected."""
    raw = info._raw_info
    parent, nodes = get_named_type(raw.return_type), raw.field_nodes
    for name in names:
        assert isinstance(parent, GraphQLObjectType)
        fields = collect_sub_fields(raw.schema, raw.fragments, raw.variable_values, parent, nodes)
        nodes = [node for found in fields.values() for node in found if node.name.value == name]
        if not nodes:
            return None
        parent = get_named_type(parent.fields[name].type)
    return raw._replace(return_type=parent, field_nodes=nodes)  # type: ignore[arg-type]
