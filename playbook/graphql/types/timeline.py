"""A lead's history, whatever it is made of."""

from datetime import datetime

import strawberry

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
    cursor: str = strawberry.field(description="Its place, to give as `after`.")


@strawberry.type(description="A page of what happened to a lead, latest first.")
class Timeline:
    entries: list[TimelineEntry] = strawberry.field(description="What happened, in order.")
    has_more: bool = strawberry.field(description="Whether more happened before the last of them.")
    end_cursor: str | None = strawberry.field(description="To give as `after` for the next page; null without entries.")


def timeline_out(page: TimelinePage) -> Timeline:
    entries = [_entry(found) for found in page.entries]
    return Timeline(entries=entries, has_more=page.has_more, end_cursor=entries[-1].cursor if entries else None)


def _entry(found: Entry) -> TimelineEntry:
    author = found.author
    return TimelineEntry(
        at=found.place.at,
        kind=found.kind,
        title=found.title,
        author=str(author.user) if author else None,
        object_id=strawberry.ID(global_id(found.source.type_name, found.row.pk)),
        cursor=found.cursor,
    )
