from datetime import datetime
from typing import Any

import strawberry
from strawberry.relay import PageInfo

from assessments.graphql.types import Diagnosis
from leads.graphql.types.lead import Lead
from playbook.domain.ranking_work import WorkKind
from playbook.graphql.types.steps import NextStep
from playbook.services.queue import Whose


@strawberry.type(description="Something to do now: a lead, and the reason for its place in the work queue.")
class WorkItem:
    kind: WorkKind = strawberry.field(description="Why it is listed.")
    reason: str = strawberry.field(description="The reason for its place, in words, in English.")
    lead: Lead = strawberry.field(description="The lead; each is listed once.")
    step: NextStep | None = strawberry.field(description="The promise that brings it here; null if none does.")
    diagnosis: Diagnosis | None = strawberry.field(
        description="The diagnosis that ranks it: the newest under way, else the newest completed; null without one."
    )
    unknowns: int = strawberry.field(
        description="How many of the verdict's four questions are open and could change what it advises."
    )
    since: datetime = strawberry.field(
        description="Since when it waits: the step was planned, the conversation asked for, or the stage entered."
    )
    due_at: datetime | None = strawberry.field(
        description="When the promise is due, else the next step that is planned; null if none is."
    )


@strawberry.type(description="One row of a page.")
class WorkItemEdge:
    cursor: str = strawberry.field(description="The place of the row, to give as `after`.")
    node: WorkItem = strawberry.field(description="The row.")


@strawberry.type(description="A page of a work queue.")
class WorkItemConnection:
    page_info: PageInfo = strawberry.field(description="Where the page begins and ends.")
    edges: list[WorkItemEdge] = strawberry.field(description="The rows of the page, in order.")
    whose: strawberry.Private[Whose]

    @strawberry.field(description="How many there are on all pages together; counted if asked for.")
    def total_count(self: Any) -> int:
        return int(self.whose.places.count())
