"""The sales process: what is read, how managers write it, and how people move leads between its phases."""

from typing import Annotated

import strawberry
from strawberry_django.optimizer import optimize

from leads.domain.stages import Stage
from leads.graphql.fields import described, pk_of
from leads.graphql.mutations import EXIT_OVERRIDE, LEAD, LeadResult, fresh
from leads.graphql.mutations import REVISION as LEAD_REVISION
from leads.graphql.results import OperationInfo
from playbook import models
from playbook.domain.process import Severity
from playbook.graphql import types
from playbook.services import process as processes
from playbook.services.phases import move_phase

NODES = {
    "ExitCriterion": models.ExitCriterion,
    "Phase": models.Phase,
    "PhaseMove": models.PhaseMove,
    "SalesProcess": models.SalesProcess,
}

SalesProcessResult = Annotated[
    types.SalesProcess | OperationInfo,
    strawberry.union("SalesProcessResult", description="The process as it is now, or why nothing was changed."),
]
PHASE = described("The phase's global id.")
REVISION = described("The process's `revision` as you read it; a conflict is answered if it changed since.")
NAME = described("What a person reads.")
GUIDANCE = described("What matters there, for whoever works on the lead.")
SHOWS = described("Keys of the attributes that matter most there, in their order.")
BEGINS_WITH = described("The stage that begins it.")
CRITERIA = described(
    "All of its exit criteria in their order: those with a key are changed, those without are new, and those that are "
    "left out are not asked any more."
)


@strawberry.input(description="An exit criterion as it shall be.")
class ExitCriterionInput:
    name: str = strawberry.field(description="What must hold, in words, such as: Economic buyer is known.")
    rule: str = strawberry.field(
        description="The condition, such as `has_economic_buyer`; `playVocabulary` has its names."
    )
    severity: Severity = strawberry.field(default=Severity.WARNS, description="What it does where it does not hold.")
    key: str = strawberry.field(default="", description="That of the one to change; empty for a new one.")


def _specs(given: list[ExitCriterionInput] | None) -> list[processes.CriterionSpec] | None:
    if given is None:
        return None
    return [processes.CriterionSpec(each.name, each.rule, each.severity, each.key) for each in given]


@strawberry.type
class ProcessQuery:
    @strawberry.field(description="The business's sales process.")
    def sales_process(self, info: strawberry.Info) -> types.SalesProcess:
        found = models.SalesProcess.objects.visible_to(info.context.viewer)
        return optimize(found, info).get()  # type: ignore[return-value]


@strawberry.type
class ProcessMutation:
    @strawberry.mutation(
        description="Move a lead to another phase that its stage allows, one of `Lead.inPhase.mayEnter`."
    )
    def move_phase(
        self,
        info: strawberry.Info,
        lead: Annotated[strawberry.ID, LEAD],
        to: Annotated[str, described("The phase's key.")],
        expected_revision: Annotated[int, LEAD_REVISION],
        exit_override: Annotated[str, EXIT_OVERRIDE] = "",
    ) -> LeadResult:
        moved = move_phase(
            lead_id=pk_of(lead, "Lead"),
            to=to,
            expected_revision=expected_revision,
            exit_override=exit_override,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, moved)

    @strawberry.mutation(
        description="Change what the process is called and how much outreach plays may ask for; what is left out "
        "stays. For managers."
    )
    def change_sales_process(
        self,
        info: strawberry.Info,
        expected_revision: Annotated[int, REVISION],
        name: Annotated[str | None, NAME] = None,
        outreach_at_most: Annotated[
            int | None, described("Calls, e-mails and meetings with one lead, 0 to 100.")
        ] = None,
        outreach_days: Annotated[int | None, described("In so many days, 1 to 365.")] = None,
    ) -> SalesProcessResult:
        changed = processes.change_process(
            expected_revision=expected_revision,
            name=name,
            outreach_at_most=outreach_at_most,
            outreach_days=outreach_days,
            by=info.context.viewer,
        )
        return fresh(info, changed)

    @strawberry.mutation(
        description="Add a phase. Leads whose stage begins it, or comes after it, enter it at once. For managers."
    )
    def add_phase(
        self,
        info: strawberry.Info,
        name: Annotated[str, NAME],
        expected_revision: Annotated[int, REVISION],
        key: Annotated[str, described("Its stable name; empty: made out of the name.")] = "",
        guidance: Annotated[str, GUIDANCE] = "",
        shows: Annotated[list[str] | None, SHOWS] = None,
        begins_with: Annotated[Stage | None, BEGINS_WITH] = None,
        place: Annotated[int | None, described("Counted from 0; by default last.")] = None,
        exit_criteria: Annotated[list[ExitCriterionInput] | None, CRITERIA] = None,
    ) -> SalesProcessResult:
        changes = processes.PhaseChanges(
            name=name, guidance=guidance, shows=shows, begins_with=begins_with, criteria=_specs(exit_criteria)
        )
        added = processes.add_phase(
            key=key,
            changes=changes,
            place=place,
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, added.process)

    @strawberry.mutation(description="Change a phase; what is left out stays, and so does its key. For managers.")
    def change_phase(
        self,
        info: strawberry.Info,
        phase: Annotated[strawberry.ID, PHASE],
        expected_revision: Annotated[int, REVISION],
        name: Annotated[str | None, NAME] = None,
        guidance: Annotated[str | None, GUIDANCE] = None,
        shows: Annotated[list[str] | None, SHOWS] = None,
        begins_with: Annotated[Stage | None, BEGINS_WITH] = None,
        people_begin: Annotated[bool, described("True: no stage begins it any more; people move leads there.")] = False,
        exit_criteria: Annotated[list[ExitCriterionInput] | None, CRITERIA] = None,
    ) -> SalesProcessResult:
        changes = processes.PhaseChanges(
            name=name,
            guidance=guidance,
            shows=shows,
            begins_with=begins_with,
            people_begin=people_begin,
            criteria=_specs(exit_criteria),
        )
        changed = processes.change_phase(
            phase_id=pk_of(phase, "Phase"),
            changes=changes,
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, changed.process)

    @strawberry.mutation(description="Put a phase at another place in the process. For managers.")
    def place_phase(
        self,
        info: strawberry.Info,
        phase: Annotated[strawberry.ID, PHASE],
        place: Annotated[int, described("Counted from 0; the others close up.")],
        expected_revision: Annotated[int, REVISION],
    ) -> SalesProcessResult:
        placed = processes.place_phase(
            phase_id=pk_of(phase, "Phase"),
            place=place,
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, placed.process)

    @strawberry.mutation(
        description="Use a phase no more, or again. Leads that are in it enter the one of their stage. For managers."
    )
    def archive_phase(
        self,
        info: strawberry.Info,
        phase: Annotated[strawberry.ID, PHASE],
        expected_revision: Annotated[int, REVISION],
        archived: Annotated[bool, described("False: use it again.")] = True,
    ) -> SalesProcessResult:
        changed = processes.archive_phase(
            phase_id=pk_of(phase, "Phase"),
            archived=archived,
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, changed.process)
