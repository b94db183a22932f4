"""Plays, what became of them, and what a form for writing them needs."""

from datetime import datetime
from typing import Annotated

import strawberry
import strawberry_django
from strawberry import relay

from assessments.graphql.types.template import AssessmentTemplate
from leads.domain.rules import Kind
from leads.domain.stages import Stage
from leads.global_ids import global_id
from leads.graphql.fields import column, computed
from leads.graphql.types.business import Membership
from leads.models import Role
from playbook import models
from playbook.domain import results
from playbook.domain.happenings import Happening
from playbook.domain.steps import ActionKind, Addressee, DueUnit, RunStatus, StepKind
from playbook.graphql.types.steps import NextStep

HAPPENINGS = {happening.value: happening for happening in Happening}
LATER = strawberry.lazy("leads.graphql.types.lead")


@strawberry_django.type(
    models.PlayStep,
    description="One thing that a play does; which fields count depends on `action`. Texts may name values in braces, "
    "such as {organization}.",
)
class PlayStep(relay.Node):
    action: ActionKind = column("What is done.")
    position: int = column("Its place among the steps, counted from 0.")
    title: str = column("Of a next step; the subject of an e-mail.")
    text: str = column("Talk track, text of the e-mail, or why the flag is raised or the lead is nurtured.")
    addressee: Addressee = column("For whom it is.")
    member: Membership | None = column("The one member whom it is for.")
    due_in: int = column("By when it is due, counted in `dueUnit` from the happening being worked off.")
    due_unit: DueUnit = column("In what that is counted.")
    template: AssessmentTemplate | None = column("What is diagnosed by; null: the one that fits.")
    nurture_days: int | None = column("In how many days a nurtured lead is looked at again.")

    @computed("Of a next step; null if it makes none, or a proposal that is a meeting.", only=["step_kind"])
    def step_kind(self, info: strawberry.Info) -> StepKind | None:
        return StepKind(self.step_kind) if self.step_kind else None

    @computed("Whoever of this role it is for; null if it is for no role.", only=["role"])
    def role(self, info: strawberry.Info) -> Role | None:
        return Role(self.role) if self.role else None

    @computed("The global id of the webhook that is called; null if none is.", only=["webhook_id"])
    def webhook_id(self, info: strawberry.Info) -> strawberry.ID | None:
        return None if self.webhook_id is None else strawberry.ID(global_id("Webhook", self.webhook_id))


@strawberry_django.type(
    models.Play,
    description="When this happens and that holds, do these steps. Off until somebody switches it on.",
)
class Play(relay.Node):
    key: str = column("Its stable name.")
    name: str = column("What a person reads.")
    happening: Happening = column("What it waits for.")
    to_phase: str = column("The key of the phase that was entered; empty: any.")
    attribute: str = column("Which evidence went stale or was recorded, or which date is reached; may be empty.")
    days: int = column("Working days without anything happening; or days before (negative) or after the date.")
    condition: str = column("What must hold at that moment; empty: nothing more.")
    switched_on_at: datetime | None = column("It answers what happens from then on; null: it is off.")
    position: int = column("Its place among the plays; they run in this order.")
    archived_at: datetime | None = column("Since when it is not used any more; null while it is.")
    revision: int = column("Counts what people changed; send it back as `expectedRevision`.")
    steps: list[PlayStep] = column("What it does, in this order.")

    @computed("The stage that was left; null: any.", only=["from_stage"])
    def from_stage(self, info: strawberry.Info) -> Stage | None:
        return Stage(self.from_stage) if self.from_stage else None

    @computed("The stage that was entered; null: any.", only=["to_stage"])
    def to_stage(self, info: strawberry.Info) -> Stage | None:
        return Stage(self.to_stage) if self.to_stage else None


@strawberry.type(description="What became of one step of a play.")
class PlayStepResult:
    action: ActionKind = strawberry.field(description="What the step does.")
    said: str = strawberry.field(description="What it made, or why it made nothing, in words.")
    made: strawberry.ID | None = strawberry.field(
        description="The global id of the diagnosis, hand-off or move that it made; null for all else."
    )


@strawberry_django.type(
    models.PlayRun, description="What a play came to for one event of a lead; there is at most one for each event."
)
class PlayRun(relay.Node):
    play: Play = column("The play.")
    lead: Annotated["Lead", LATER] = column("The lead.")
    status: RunStatus = column("What became of it.")
    at: datetime = column("When.")
    problem: str = column("Why it was refused or stopped, or what is not known; empty if nothing is to be said.")
    next_steps: list[NextStep] = column("The next steps that it made.")

    @computed("What became of each of its steps, in their order.", only=["results"])
    def results(self, info: strawberry.Info) -> list[PlayStepResult]:
        return [
            PlayStepResult(
                action=ActionKind(result["action"]),
                said=results.in_words(result),
                made=results.made_by(result),
            )
            for result in self.results
        ]


@strawberry_django.type(
    models.EventFailure,
    description="Something that happened, but could not be worked off. It is tried again some times, and the later "
    "events of its lead wait so long; then it is given up until somebody asks. For managers.",
)
class EventFailure(relay.Node):
    attempts: int = column("How often it was tried.")
    try_again_at: datetime | None = column("When it is tried again; null: given up, or solved.")
    problem: str = column("What went wrong the last time.")
    changed_at: datetime = column("When that was.")
    solved_at: datetime | None = column("When it was worked off after all; null while it was not.")

    @computed("What happened; null for what no play can wait for.", only=["event__kind"], select_related=["event"])
    def happening(self, info: strawberry.Info) -> Happening | None:
        return HAPPENINGS.get(self.event.kind)

    @computed("When it happened.", only=["event__at"], select_related=["event"])
    def happened_at(self, info: strawberry.Info) -> datetime:
        return self.event.at

    @computed("The global id of its lead.", only=["event__lead_id"], select_related=["event"])
    def lead_id(self, info: strawberry.Info) -> strawberry.ID:
        return strawberry.ID(global_id("Lead", self.event.lead_id))


# --- Trying --------------------------------------------------------------------------------------


@strawberry.type(description="How many next steps of one kind.")
class StepsOfKind:
    kind: StepKind = strawberry.field(description="The kind.")
    count: int = strawberry.field(description="How many.")


@strawberry.type(description="How often something else than a next step would have been done.")
class DoneOfAction:
    action: ActionKind = strawberry.field(description="What.")
    count: int = strawberry.field(description="How often.")


@strawberry.type(description="One next step that a play would have made.")
class PlayExample:
    lead: strawberry.ID = strawberry.field(description="The lead's global id.")
    organization: str = strawberry.field(description="The name of its organization.")
    at: datetime = strawberry.field(description="When it would have been made.")
    kind: StepKind = strawberry.field(description="What would have been to do.")
    title: str = strawberry.field(description="What it would have been about.")


@strawberry.type(description="What a play would have done in the last days, by what is known of the leads today.")
class PlayTrial:
    said: str = strawberry.field(
        description="All of it in words: would have created 14 steps for 9 leads in the last 30 days."
    )
    days: int = strawberry.field(description="How many days were looked back.")
    matched: int = strawberry.field(description="How often happened what it waits for.")
    did_not_hold: int = strawberry.field(description="How often its condition did not hold.")
    unknown: int = strawberry.field(description="How often too little is known to tell whether it holds.")
    capped: int = strawberry.field(description="How many steps the cap on outreach would have held back.")
    step_count: int = strawberry.field(description="How many next steps it would have made.")
    lead_count: int = strawberry.field(description="For how many leads it would have done something.")
    steps: list[StepsOfKind] = strawberry.field(description="The next steps by kind, most frequent first.")
    actions: list[DoneOfAction] = strawberry.field(description="What else it would have done, most frequent first.")
    examples: list[PlayExample] = strawberry.field(description="Some of the next steps, 20 at most.")
    truncated: bool = strawberry.field(description="Whether more happened than was looked at.")
    reckoned: bool = strawberry.field(
        description="Whether what happened was reckoned from what is known of the leads now."
    )


# --- Vocabulary ----------------------------------------------------------------------------------


@strawberry.type(description="Something that a play may wait for, and what else is to be said of it.")
class HappeningMeaning:
    happening: Happening = strawberry.field(description="What happens.")
    meaning: str = strawberry.field(description="What it means.")
    by_time: bool = strawberry.field(description="Whether time brings it about instead of somebody.")
    fields: list[str] = strawberry.field(description="Which fields of the input count for it, such as `toStage`.")


@strawberry.type(description="Something that a step of a play may do.")
class ActionMeaning:
    action: ActionKind = strawberry.field(description="What it does.")
    meaning: str = strawberry.field(description="What it means.")
    fields: list[str] = strawberry.field(description="Which fields of the step count for it, such as `title`.")


@strawberry.type(description="What a text may name in braces.")
class FillableName:
    name: str = strawberry.field(description="What is written in braces.")
    meaning: str = strawberry.field(description="What stands there then.")


@strawberry.type(description="What a condition may name.")
class ConditionName:
    name: str = strawberry.field(description="What is written.")
    kind: Kind = strawberry.field(description="What sort of value it stands for.")
    codes: list[str] = strawberry.field(description="What a text may be; empty if it is not one of some codes.")
    meaning: str = strawberry.field(description="What it stands for.")


@strawberry.type(description="What a play may wait for, do and name in this business.")
class PlayVocabulary:
    happenings: list[HappeningMeaning] = strawberry.field(description="What it may wait for.")
    actions: list[ActionMeaning] = strawberry.field(description="What its steps may do.")
    fillable: list[FillableName] = strawberry.field(description="What its texts may name in braces.")
    names: list[ConditionName] = strawberry.field(description="What its condition may name.")
    stages: list[Stage] = strawberry.field(description="The stages, in their order.")
    phases: list[str] = strawberry.field(description="The keys of the phases, in their order.")
    dates: list[str] = strawberry.field(description="What a reached date may be.")
    attributes: list[str] = strawberry.field(description="Of what recorded evidence may be.")
    fading: list[str] = strawberry.field(description="Of what stale evidence may be.")
