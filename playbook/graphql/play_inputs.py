"""Plays as they are written, tried and told of over the API."""

import strawberry

from leads.domain.stages import Stage
from leads.global_ids import global_id
from leads.graphql.fields import optional_pk
from leads.models import Role
from playbook.domain.happenings import BROUGHT_BY_TIME, Happening
from playbook.domain.playing import PlaySpec, StepSpec
from playbook.domain.steps import ActionKind, Addressee, DueUnit, StepKind
from playbook.graphql.types import plays as types
from playbook.meanings import MEANINGS
from playbook.services.play_vocabulary import COUNTS_FOR_ACTION, COUNTS_FOR_HAPPENING, Vocabulary
from playbook.services.trial import Trial


@strawberry.input(description="One step of a play; `playVocabulary` says which fields count for which action.")
class PlayStepInput:
    action: ActionKind = strawberry.field(description="What is done.")
    step_kind: StepKind | None = strawberry.field(default=None, description="Of a next step.")
    title: str = strawberry.field(default="", description="Of a next step; the subject of an e-mail.")
    text: str = strawberry.field(
        default="", description="Talk track, text of the e-mail, or why the flag is raised or the lead is nurtured."
    )
    addressee: Addressee = strawberry.field(default=Addressee.OWNER, description="For whom it is.")
    role: Role | None = strawberry.field(default=None, description="Whoever of this role it is for.")
    member: strawberry.ID | None = strawberry.field(default=None, description="The one member whom it is for.")
    due_in: int = strawberry.field(default=1, description="By when it is due, from 0 to 2,000.")
    due_unit: DueUnit = strawberry.field(default=DueUnit.WORKING_DAYS, description="In what that is counted.")
    template: strawberry.ID | None = strawberry.field(
        default=None, description="What is diagnosed by; null: the one that fits."
    )
    nurture_days: int | None = strawberry.field(
        default=None, description="In how many days a nurtured lead is looked at again."
    )
    webhook: strawberry.ID | None = strawberry.field(default=None, description="The webhook that is called.")

    def spec(self) -> StepSpec:
        return StepSpec(
            action=self.action,
            step_kind=self.step_kind,
            title=self.title,
            text=self.text,
            addressee=self.addressee,
            role=self.role.value if self.role else "",
            member_id=optional_pk(self.member, "Membership"),
            due_in=self.due_in,
            due_unit=self.due_unit,
            template_id=optional_pk(self.template, "AssessmentTemplate"),
            nurture_days=self.nurture_days,
            webhook_id=optional_pk(self.webhook, "Webhook"),
        )


@strawberry.input(description="A play, all of it: when this happens and that holds, do these steps.")
class PlayInput:
    name: str = strawberry.field(description="What a person reads; at most 200 characters.")
    happening: Happening = strawberry.field(description="What it waits for.")
    steps: list[PlayStepInput] = strawberry.field(description="What it does, in this order; 1 to 20.")
    from_stage: Stage | None = strawberry.field(default=None, description="Of a changed stage: the one that was left.")
    to_stage: Stage | None = strawberry.field(default=None, description="Of a changed stage: the one that was entered.")
    to_phase: str = strawberry.field(default="", description="Of a changed phase: the key of the one that was entered.")
    attribute: str = strawberry.field(
        default="", description="Key: which evidence went stale or was recorded, or which date is reached."
    )
    days: int = strawberry.field(
        default=0, description="Working days without anything happening; or days before (negative) or after the date."
    )
    condition: str = strawberry.field(default="", description="What must hold at that moment; empty: nothing more.")

    def spec(self, key: str = "") -> PlaySpec:
        return PlaySpec(
            key=key,
            name=self.name,
            happening=self.happening,
            steps=tuple(step.spec() for step in self.steps),
            from_stage=self.from_stage,
            to_stage=self.to_stage,
            to_phase=self.to_phase,
            attribute=self.attribute,
            days=self.days,
            condition=self.condition,
        )


def trial_out(found: Trial) -> types.PlayTrial:
    return types.PlayTrial(
        said=found.said,
        days=found.days,
        matched=found.matched,
        did_not_hold=found.did_not_hold,
        unknown=found.unknown,
        capped=found.capped,
        step_count=found.step_count,
        lead_count=found.lead_count,
        steps=[types.StepsOfKind(kind=kind, count=count) for kind, count in found.steps.most_common()],
        actions=[types.DoneOfAction(action=action, count=count) for action, count in found.actions.most_common()],
        examples=[
            types.PlayExample(
                lead=strawberry.ID(global_id("Lead", example.lead.pk)),
                organization=example.lead.organization.name,
                at=example.at,
                kind=example.kind,
                title=example.title,
            )
            for example in found.examples
        ],
        truncated=found.truncated,
        reckoned=found.reckoned,
    )


def vocabulary_out(found: Vocabulary) -> types.PlayVocabulary:
    return types.PlayVocabulary(
        happenings=[
            types.HappeningMeaning(
                happening=happening,
                meaning=MEANINGS[Happening].values[happening],
                by_time=happening in BROUGHT_BY_TIME,
                fields=list(COUNTS_FOR_HAPPENING.get(happening, ())),
            )
            for happening in Happening
        ],
        actions=[
            types.ActionMeaning(
                action=action, meaning=MEANINGS[ActionKind].values[action], fields=list(COUNTS_FOR_ACTION[action])
            )
            for action in ActionKind
        ],
        fillable=[types.FillableName(name=name, meaning=meaning) for name, meaning in found.fillable.items()],
        names=[
            types.ConditionName(
                name=each.key, kind=each.name.kind, codes=list(each.name.choices or ()), meaning=each.meaning
            )
            for each in found.names
        ],
        stages=list(Stage),
        phases=list(found.phases),
        dates=list(found.dates),
        attributes=list(found.attributes),
        fading=list(found.fading),
    )
