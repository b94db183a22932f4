"""Hand-offs, and the rules by which they are made."""

from datetime import datetime
from typing import Annotated

import strawberry
import strawberry_django
from strawberry import relay

from leads.domain.stages import Stage
from leads.graphql.connection import PageRefused
from leads.graphql.fields import column, computed
from leads.graphql.types import Membership, Reason
from leads.models import Role
from leads.selectors import NotFound
from playbook import models
from playbook.domain.steps import AssignBy, HandOffKind, HandOffStatus
from playbook.graphql.types.brief import Brief, brief_out
from playbook.services.brief import brief_of

LEAD = strawberry.lazy("leads.graphql.types.lead")


@strawberry_django.type(
    models.HandOffRule,
    description="Who gets which leads: the first rule of a kind whose condition holds decides.",
)
class HandOffRule(relay.Node):
    kind: HandOffKind = column("Of which hand-offs.")
    name: str = column("The territory or segment, such as Software in Germany.")
    applies_when: str = column("The condition; empty: every lead. Where it is unknown for a lead, it does not apply.")
    assign_by: AssignBy = column("How it chooses.")
    members: list[Membership] = column("Among whom it chooses; empty: all of the role.")
    respond_within: int = column("Working hours to accept or reject.")
    escalate_to: Membership | None = column("Who must see to what is overdue; null: a manager.")
    position: int = column("Its place among those of its kind.")
    archived_at: datetime | None = column("Since when it is not used any more; null while it is.")


@strawberry_django.type(
    models.HandOff,
    description="An offer to take a lead over, due by a time. Rejecting it returns the lead, stage unchanged.",
)
class HandOff(relay.Node):
    lead: Annotated["Lead", LEAD] = column("The lead.")
    kind: HandOffKind = column("To inside sales, or to sales.")
    status: HandOffStatus = column("What became of it.")
    stage: Stage = column("The lead's stage when it was offered.")
    offered_at: datetime = column("When.")
    offered_by: Membership | None = column("By whom; null for the system.")
    offered_to: Membership | None = column("To whom; null: to all of the role.")
    role: Role = column("Who may take it over if nobody is named.")
    rule: HandOffRule | None = column("The rule that says by when, and to whom if nobody was named; null for none.")
    note: str = column("What to know of it; may be empty.")
    due_at: datetime = column("By when it is to be answered, in working hours.")
    overdue_at: datetime | None = column("When it was escalated; null if it was not.")
    escalated_to: Membership | None = column("Who must see to it since then.")
    decided_at: datetime | None = column("When it was accepted, rejected or withdrawn; null while it waits.")
    decided_by: Membership | None = column("Who did; null for the system, or while it waits.")
    reason: Reason | None = column("Why it was rejected; null unless it was.")
    decision_note: str = column("What was said with the answer; may be empty.")
    revision: int = column("Counts what people did with it; send it back as `expectedRevision`.")

    @strawberry_django.field(
        description="What is known of the lead, what it means, and what not to ask; only where one hand-off is read, "
        "not below a list. Null once the lead was merged into another.",
        only=["lead"],
    )
    def brief(self, info: strawberry.Info) -> Brief | None:
        if any(isinstance(step, int) for step in info.path.as_list()):
            raise PageRefused("A brief is read for one hand-off: ask for it by its id, or for `brief(lead:)`.")
        viewer = info.context.viewer
        try:
            found = brief_of(self.lead_id, viewer, info.context.now)
        except NotFound:
            return None
        return brief_out(found, viewer.business.currency)

    @computed("Whether it waits for an answer past its time.", only=["status", "due_at"])
    def is_overdue(self, info: strawberry.Info) -> bool:
        return self.status == HandOffStatus.OFFERED and self.due_at <= info.context.now
