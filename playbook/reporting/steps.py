"""Next steps as managers read them, and the leads that lack one."""

from typing import Any

import graphene

from leads.models import Role
from leads.reporting.filtering import input_of
from leads.reporting.pages import pages
from leads.reporting.rows import Row, choice, to_one
from leads.reporting.scalars import describe
from leads.reporting.types import Lead, Membership, Reason
from playbook import models
from playbook.domain.steps import StepKind, StepStatus
from playbook.filters import IdleLeadFilterSet, NextStepFilterSet
from playbook.meanings import MEANINGS

for _enum in (StepKind, StepStatus):
    describe(_enum, MEANINGS[_enum])


class NextStep(Row):
    class Meta:
        model = models.NextStep
        description = "A dated piece of work on a lead, for a member or a role."
        columns = {
            "title": "What it is about.",
            "due_at": "By when it was promised.",
            "snoozed_until": "When it was last put off until; null if it was not.",
            "created_at": "When it was planned.",
            "closed_at": "When it was done or skipped; null while it is open.",
            "outcome": "What came of it; may be empty.",
            "revision": "Counts what people changed.",
        }

    needs = {
        "lead": "lead",
        "assignedTo": "assigned_to",
        "createdBy": "created_by",
        "closedBy": "closed_by",
        "reason": "reason",
    }
    heavy = ("talk_track",)

    lead = to_one(Lead, "The lead.")
    kind = choice(StepKind, "What is to be done.")
    status = choice(StepStatus, "Open, done or skipped.")
    role = choice(Role, "Who may take it if nobody is named; null if that is left open.", required=False)
    assigned_to = to_one(Membership, "Whose it is; null if it is whoever's of the role.", required=False)
    created_by = to_one(Membership, "Who planned it; null if a play or the system did.", required=False)
    closed_by = to_one(Membership, "Who did or skipped it; null if it went by itself, or is open.", required=False)
    reason = to_one(Reason, "Why it was skipped; null if it was not, or went with its lead.", required=False)
    is_overdue = graphene.Boolean(required=True, description="Whether it is open and its time has passed.")

    def resolve_is_overdue(self: Any, info: Any) -> bool:
        return bool(self.status == StepStatus.OPEN and self.due_at < info.context.now)


NextStepFilter = input_of(
    NextStepFilterSet,
    "NextStepFilter",
    "Which next steps; all that is given must hold.",
    {"status": StepStatus, "kind": StepKind, "role": Role},
)
IdleLeadFilter = input_of(
    IdleLeadFilterSet, "LeadWithoutNextStepFilter", "Which leads without a next step; all that is given must hold."
)


class Query:
    """The part of the query type that this app brings; see `config.reporting_schema`."""

    next_steps = pages(NextStep, "The next steps, planned last first.", by=NextStepFilter)
    leads_without_next_step = pages(
        Lead, "The open SQLs and opportunities for which nothing is planned, newest first.", by=IdleLeadFilter
    )
