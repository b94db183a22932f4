"""Next steps: what is read and done with them."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from leads.graphql.connection import KeysetConnection, pages
from leads.graphql.fields import described, optional_pk, pk_of
from leads.graphql.filtering import LeadFilter, input_of
from leads.graphql.mutations import LEAD, fresh
from leads.graphql.queries import WHICH, Id, filtered, one
from leads.graphql.results import OperationInfo
from leads.graphql.types import Lead
from leads.models import Lead as LeadModel
from leads.models import Role
from playbook import models
from playbook.domain.steps import StepKind, StepStatus
from playbook.filters import NextStepFilterSet
from playbook.graphql import types
from playbook.selectors import without_next_step
from playbook.services import reassigning, steps

NODES = {"NextStep": models.NextStep}

NextStepFilter: Any = input_of(
    NextStepFilterSet,
    "NextStepFilter",
    "Which next steps; all that is given must hold.",
    {"status": StepStatus, "kind": StepKind, "role": Role},
)
NextStepResult = Annotated[
    types.NextStep | OperationInfo,
    strawberry.union("NextStepResult", description="The step as it is now, or why nothing was changed."),
]


@strawberry.type(description="Steps that were given to somebody else.")
class ReassignedSteps:
    count: int = strawberry.field(description="How many.")


ReassignedResult = Annotated[
    ReassignedSteps | OperationInfo,
    strawberry.union(
        "ReassignedStepsResult",
        description="How many steps were given away, or why none was: a message for each step that cannot be.",
    ),
]
STEP = described("The step's global id.")
REVISION = described("The step's `revision` as you read it; a conflict is answered if it changed since.")
KIND = described("What is to be done. A lead that is only nurtured gets no CALL and no MEETING, unless it asked.")
TITLE = described("What it is about.")
TALK_TRACK = described("What to say or write.")
DUE_AT = described("By when.")
HOURS = described("Or in so many hours of working time from now.")
DAYS = described("Or in so many working days from now.")
OUTCOME = described("What came of it.")


@strawberry.type
class StepsQuery:
    @strawberry.field(description="The next step with this global id; null for absent and foreign alike.")
    def next_step(self, info: strawberry.Info, id: Id) -> types.NextStep | None:
        return one(info, models.NextStep.objects.all(), pk_of(id, "NextStep"))  # type: ignore[return-value]

    @pages("The business's next steps, due first first.", KeysetConnection[types.NextStep])
    def next_steps(
        self, info: strawberry.Info, filter: Annotated[NextStepFilter | None, WHICH] = None
    ) -> Iterable[models.NextStep]:
        return filtered(info, models.NextStep, NextStepFilter.filter_set, filter).order_by("due_at", "id")

    @pages(
        "The open SQLs and opportunities for which nothing is planned, highest score first: each should have a dated "
        "next step.",
        KeysetConnection[Lead],
    )
    def leads_without_next_step(
        self, info: strawberry.Info, filter: Annotated[LeadFilter | None, WHICH] = None
    ) -> Iterable[LeadModel]:
        return without_next_step(filtered(info, LeadModel, LeadFilter.filter_set, filter)).order_by("-score", "id")


@strawberry.type
class StepsMutation:
    @strawberry.mutation(
        description="Plan a dated piece of work on a lead: give one of `dueAt`, `workingHours` and `workingDays`."
    )
    def add_next_step(
        self,
        info: strawberry.Info,
        lead: Annotated[strawberry.ID, LEAD],
        kind: Annotated[StepKind, KIND],
        title: Annotated[str, TITLE],
        talk_track: Annotated[str, TALK_TRACK] = "",
        due_at: Annotated[datetime | None, DUE_AT] = None,
        working_hours: Annotated[Decimal | None, HOURS] = None,
        working_days: Annotated[int | None, DAYS] = None,
        assigned_to: Annotated[
            strawberry.ID | None, described("Whose it is; by default the lead's owner, else yours.")
        ] = None,
        role: Annotated[Role | None, described("Or whoever's of this role.")] = None,
    ) -> NextStepResult:
        added = steps.add_step(
            lead_id=pk_of(lead, "Lead"),
            kind=kind,
            title=title,
            talk_track=talk_track,
            due_at=due_at,
            working_hours=working_hours,
            working_days=working_days,
            assigned_to_id=optional_pk(assigned_to, "Membership"),
            role=role,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, added)

    @strawberry.mutation(description="Change an open step; what is left out stays. A new date ends its snooze.")
    def change_next_step(
        self,
        info: strawberry.Info,
        step: Annotated[strawberry.ID, STEP],
        expected_revision: Annotated[int, REVISION],
        kind: Annotated[StepKind | None, KIND] = None,
        title: Annotated[str | None, TITLE] = None,
        talk_track: Annotated[str | None, TALK_TRACK] = None,
        due_at: Annotated[datetime | None, DUE_AT] = None,
        working_hours: Annotated[Decimal | None, HOURS] = None,
        working_days: Annotated[int | None, DAYS] = None,
    ) -> NextStepResult:
        changed = steps.change_step(
            step_id=pk_of(step, "NextStep"),
            changes=steps.StepChanges(kind, title, talk_track, due_at, working_hours, working_days),
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, changed)

    @strawberry.mutation(description="Say that a step was done, and what came of it.")
    def complete_next_step(
        self,
        info: strawberry.Info,
        step: Annotated[strawberry.ID, STEP],
        expected_revision: Annotated[int, REVISION],
        outcome: Annotated[str, OUTCOME] = "",
    ) -> NextStepResult:
        done = steps.complete_step(
            step_id=pk_of(step, "NextStep"),
            outcome=outcome,
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, done)

    @strawberry.mutation(description="Say that a step is not done, and why.")
    def skip_next_step(
        self,
        info: strawberry.Info,
        step: Annotated[strawberry.ID, STEP],
        reason: Annotated[strawberry.ID, described("One of `reasons(kind: STEP_SKIPPED)`.")],
        expected_revision: Annotated[int, REVISION],
        outcome: Annotated[str, OUTCOME] = "",
    ) -> NextStepResult:
        skipped = steps.skip_step(
            step_id=pk_of(step, "NextStep"),
            reason_id=pk_of(reason, "Reason") or 0,
            outcome=outcome,
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, skipped)

    @strawberry.mutation(description="Show an open step as due no sooner than then; the date promised stays.")
    def snooze_next_step(
        self,
        info: strawberry.Info,
        step: Annotated[strawberry.ID, STEP],
        until: Annotated[datetime, described("Until when.")],
        expected_revision: Annotated[int, REVISION],
    ) -> NextStepResult:
        snoozed = steps.snooze_step(
            step_id=pk_of(step, "NextStep"),
            until=until,
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, snoozed)

    @strawberry.mutation(
        description="Give open steps to somebody else, all or none: those named, or all of a member. Of a member who "
        "is away they go to the stand-in, unless somebody else is named."
    )
    def reassign_next_steps(
        self,
        info: strawberry.Info,
        steps: Annotated[list[strawberry.ID] | None, described("Which; at most 1,000.")] = None,
        member: Annotated[strawberry.ID | None, described("Or all open ones of this member.")] = None,
        to: Annotated[strawberry.ID | None, described("The member who gets them.")] = None,
        role: Annotated[Role | None, described("Or whoever of this role.")] = None,
    ) -> ReassignedResult:
        moved = reassigning.reassign_steps(
            step_ids=None if steps is None else [pk_of(step, "NextStep") or 0 for step in steps],
            member_id=optional_pk(member, "Membership"),
            to_id=optional_pk(to, "Membership"),
            role=role,
            by=info.context.viewer,
            now=info.context.now,
        )
        return ReassignedSteps(count=len(moved))
