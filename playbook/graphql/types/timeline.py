"""A lead's history, whatever it is made of."""

from datetime import datetime

import strawberry
from strawberry.relay import PageInfo

from leads.global_ids import global_id
from playbook.domain.timeline import TimelineKind
from playbook.services.timeline import Entry, TimelinePage


@strawberry.type(description="One thing that happened to a lead.")
class TimelineEntry:
    at: datetime = strawberry.field(description="When.")
    kind: TimelineKind = strawberry.field(description="What it is about.")
    title: str = strawberry.field(description="What happened, in words.")
    author: str | None = strawberry.field(description="The name of who did it; null for the system, or if unknown.")
    object_id: strawberry.ID = strawberry.field(description="The global id of what tells of it, to read with `node`.")


@strawberry.type(description="One thing of a page.")
class TimelineEdge:
    cursor: str = strawberry.field(description="The place of the entry, to give as `after`.")
    node: TimelineEntry = strawberry.field(description="The entry.")


@strawberry.type(description="A page of what happened to a lead, latest first.")
class TimelineConnection:
    page_info: PageInfo = strawberry.field(description="Where the page begins and ends.")
    edges: list[TimelineEdge] = strawberry.field(description="What happened, in order.")


def timeline_out(page: TimelinePage, after: str | None) -> TimelineConnection:
    """Return a page; what lies before its cursor is taken to exist."""
    edges = [TimelineEdge(cursor=found.cursor, node=_entry(found)) for found in page.entries]
    return TimelineConnection(
        edges=edges,
        page_info=PageInfo(
            has_next_page=page.has_more,
            has_previous_page=after is not None,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
    )


def _entry(found: Entry) -> TimelineEntry:
    author = found.author
    return TimelineEntry(
        at=found.place.at,
        kind=found.kind,
        title=found.title,
        author=str(author.user) if author else None,
        object_id=strawberry.ID(global_id(found.source.type_name, found.row.pk)),
    )
