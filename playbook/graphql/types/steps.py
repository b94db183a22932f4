from datetime import datetime
from typing import Annotated

import strawberry
import strawberry_django
from strawberry import relay

from leads.graphql.fields import column, computed
from leads.graphql.types.business import Membership
from leads.graphql.types.lifecycle import Reason
from leads.models import Role
from playbook import models
from playbook.domain.steps import StepKind, StepStatus

LATER = strawberry.lazy("leads.graphql.types.lead")


@strawberry_django.type(models.NextStep, description="A dated piece of work on a lead, for a member or a role.")
class NextStep(relay.Node):
    lead: Annotated["Lead", LATER] = column("The lead.")
    kind: StepKind = column("What is to be done.")
    title: str = column("What it is about.")
    talk_track: str = column("What to say or write; may be empty.")
    due_at: datetime = column("By when it was promised.")
    assigned_to: Membership | None = column("Whose it is; null if it is whoever's of the role.")
    status: StepStatus = column("Open, done or skipped.")
    snoozed_until: datetime | None = column("When it was last put off until; it is not shown as due before.")
    created_at: datetime = column("When it was planned.")
    created_by: Membership | None = column("Who planned it; null if a play or the system did.")
    closed_at: datetime | None = column("When it was done or skipped; null while it is open.")
    closed_by: Membership | None = column("Who did or skipped it; null if it went by itself, or is open.")
    reason: Reason | None = column("Why it was skipped; null if it was not, or went with its lead.")
    outcome: str = column("What came of it; may be empty.")
    revision: int = column("Counts what people changed; send it back as `expectedRevision`.")

    @computed("Who may take it if nobody is named; null if that is left open.", only=["role"])
    def role(self, info: strawberry.Info) -> Role | None:
        return Role(self.role) if self.role else None

    @computed("Whether it is open and its time has passed.", only=["status", "due_at"])
    def is_overdue(self, info: strawberry.Info) -> bool:
        return self.status == StepStatus.OPEN and self.due_at < info.context.now
