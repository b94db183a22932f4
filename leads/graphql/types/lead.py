from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry
import strawberry_django
from django.db.models import Prefetch
from strawberry import relay
from strawberry_django.optimizer import OptimizerStore, optimize

from leads import models
from leads.domain.level_and_stage import LevelAndStage, compare, said
from leads.domain.opportunities import OpportunityStatus
from leads.domain.reasons import ReasonKind
from leads.domain.stages import MOVES, Level, Stage
from leads.graphql.connection import KeysetConnection, pages
from leads.graphql.fields import column, computed, described
from leads.graphql.types.business import Membership
from leads.graphql.types.evidence import AttributeValue, Engagement, Evidence, attribute_value
from leads.graphql.types.lifecycle import Opportunity, Stay
from leads.graphql.types.merging import Merge, merged_into_it, merged_into_out
from leads.graphql.types.people import Organization, Stakeholder
from leads.graphql.types.qualification import LevelOverride, Qualification
from leads.graphql.types.receipts import Transition
from leads.graphql.types.work import Flag
from leads.models import LeadOutcome, Role
from leads.models.worked_out import worked_out

HERE = strawberry.lazy("leads.graphql.types.lead")
IN_PHASE_READS = [
    *("stage", "stage_since", "phase", "snapshot", "level", "override_level", "override_expires_at", "score"),
    *("qualification", "wants_conversation_at", "created_at"),
]


@strawberry.type(description="A move that is legal from a lead's stage, and what it asks for.")
class LegalMove:
    to: Stage = strawberry.field(description="Where to.")
    level: Level = strawberry.field(description="The level that must be in force; NONE: any.")
    needs_reason: bool = strawberry.field(description="Whether a reason must be written.")
    needs_cause: ReasonKind | None = strawberry.field(
        description="The kind of reason that must be chosen from `reasons`, as `cause`; null if none. Where that one "
        "`namesCompetitor`, the competitor must be named too."
    )
    needs_date: bool = strawberry.field(description="Whether a date to look again must be given.")
    needs_verdict: bool = strawberry.field(
        description="Whether a completed diagnosis that advises to advance, or an override reason, is needed."
    )
    roles: list[Role] = strawberry.field(description="Which roles may make it.")
    is_yours: bool = strawberry.field(description="Whether your role may.")


def _overrides_in_force(info: strawberry.Info) -> "Prefetch[Any]":
    """Return what fetches the unexpired overrides of all leads at once, the one in force first."""
    lasting = models.LevelOverride.objects.filter(expires_at__gt=info.context.now, ended_at__isnull=True).order_by(
        "-id"
    )
    pointer = OptimizerStore.with_hints(only=["lead"])
    return Prefetch("overrides", optimize(lasting, info, store=pointer), to_attr="overrides_in_force")


def _open_opportunities(info: strawberry.Info) -> "Prefetch[Any]":
    """Return what fetches the open opportunities of all leads' organizations at once, newest first."""
    found = models.Opportunity.objects.filter(status=OpportunityStatus.OPEN).order_by("-id")
    pointer = OptimizerStore.with_hints(only=["organization"])
    return Prefetch("organization__opportunities", optimize(found, info, store=pointer), to_attr="open_opportunities")


def _in_phase(info: strawberry.Info) -> "Prefetch[Any]":
    """Return what works out where all leads stand in the process at once; the playbook says how."""
    return worked_out(models.Lead, "in_phase", info.context.viewer.business, info.context.now)


def _stall_risks(info: strawberry.Info) -> "Prefetch[Any]":
    """Return what works out the stall risks of all leads at once; the playbook says how."""
    return worked_out(models.Lead, "stall_risks", info.context.viewer.business, info.context.now)


@strawberry_django.type(models.Lead, description="One sales journey with one organization.")
class Lead(relay.Node):
    organization: Organization = column("The prospect company.")
    owner: Membership | None = column("Who works on it; null if nobody does.")
    title: str = column("What it is about; may be empty.")
    source: str = column("Where it came from; may be empty.")
    reference: str = column("Its key in the system it came from; empty if none.")
    stage: Stage = column("Where people moved it to.")
    stage_since: datetime = column("Since when it is there.")
    phase: str = column("The key of its phase in the sales process; empty before it begins.")
    nurture_until: date | None = column("When to look again, while in NURTURE.")
    revision: int = column("Counts what people changed; send it back as `expectedRevision`.")
    created_at: datetime = column("When the journey began.")
    wants_conversation_at: datetime | None = column("When an inquiry last asked for a conversation; null: never.")
    level: Level = column("The computed level: the highest that is certain.")
    possible_level: Level = column("The highest level that is not ruled out.")
    score: Decimal = column("The sum of the criteria's points.")
    worst: Decimal = column("The least the score may become once more is known.")
    best: Decimal = column("The most the score may become once more is known.")
    qualification: Qualification | None = column("The judgement behind the level; null before the first.")
    diagnoses: list[Annotated["Diagnosis", strawberry.lazy("assessments.graphql.types")]] = column(
        "The guided diagnoses, newest first."
    )
    hand_offs: list[Annotated["HandOff", strawberry.lazy("playbook.graphql.types")]] = column(
        "The offers to take it over, newest first."
    )
    stakeholders: list[Stakeholder] = column("The people who have a part in it.")
    overrides: list[LevelOverride] = column("All decisions that another level counts, newest first.")
    evidence: KeysetConnection[Evidence] = pages("What was learned, newest first.")
    engagements: KeysetConnection[Engagement] = pages("The touches, latest first.")
    transitions: KeysetConnection[Transition] = pages("The receipts of its moves, newest first.")
    opportunity: Opportunity | None = column(
        "The opportunity that it is part of, also once that is won or lost; null if it is part of none."
    )
    stays: list[Stay] = column("How long it was in each stage and phase, oldest first.")
    phase_moves: KeysetConnection[Annotated["PhaseMove", strawberry.lazy("playbook.graphql.types")]] = pages(
        "The receipts of its changes of phase, newest first."
    )
    flags: KeysetConnection[Flag] = pages("What its owner must see or saw to, raised last first.")
    next_steps: KeysetConnection[Annotated["NextStep", strawberry.lazy("playbook.graphql.types")]] = pages(
        "What is planned and was done, due first first."
    )
    qualifications: KeysetConnection[Qualification] = pages(
        "Every judgement that differed from the one before, newest first."
    )

    merges: list[Merge] = column("What was merged into it, newest first.")

    @computed(
        "The global id of the lead that it was merged into and that counts instead; null while it counts itself.",
        only=["merged_into"],
    )
    def merged_into(self, info: strawberry.Info) -> strawberry.ID | None:
        return merged_into_out("Lead", self)

    @computed(
        "The leads that were merged into it, also by way of others, oldest first: with their receipts and stays.",
        prefetch_related=[merged_into_it(models.Lead)],
    )
    def merged_from(self, info: strawberry.Info) -> list[Annotated["Lead", HERE]]:
        return self.gone_ones

    @computed(
        "Where it stands in the sales process: its phase, what must hold before that is left, and where people may "
        "move it; null while it is in none.",
        only=IN_PHASE_READS,
        prefetch_related=[_in_phase],
    )
    def in_phase(self, info: strawberry.Info) -> Annotated["InPhase", strawberry.lazy("playbook.graphql.types")] | None:
        _, found = self.in_phase
        return found

    @computed(
        "What may bog the sale down or lose it, as of now: what shows in time and people, then what the latest "
        "diagnosis says; empty once it is closed.",
        only=["stage", "created_at", "snapshot"],
        prefetch_related=[_stall_risks],
    )
    def stall_risks(
        self, info: strawberry.Info
    ) -> list[Annotated["StallRisk", strawberry.lazy("playbook.graphql.types")]]:
        _, found = self.stall_risks
        return found

    @computed(
        "The level that counts: that of an override while it lasts, else the computed one.",
        only=["level", "override_level", "override_expires_at"],
    )
    def level_in_force(self, info: strawberry.Info) -> Level:
        return Level(self.level_in_force(info.context.now))

    @computed(
        "The override in force; null if the computed level counts.",
        only=["override_expires_at"],
        prefetch_related=[_overrides_in_force],
    )
    def override(self, info: strawberry.Info) -> LevelOverride | None:
        lasts = self.override_expires_at is not None and self.override_expires_at > info.context.now
        return self.overrides_in_force[0] if lasts else None

    @computed("How it ended; null while it goes on.", only=["outcome"])
    def outcome(self, info: strawberry.Info) -> LeadOutcome | None:
        return LeadOutcome(self.outcome) if self.outcome else None

    @computed(
        "The opportunities of its organization that are open, newest first: it may be converted into one of them.",
        only=["organization__name"],
        select_related=["organization"],
        prefetch_related=[_open_opportunities],
    )
    def open_opportunities(self, info: strawberry.Info) -> list[Opportunity]:
        return self.organization.open_opportunities

    @computed(
        "Whether the level in force is above or below what the stage means.",
        only=["stage", "level", "override_level", "override_expires_at"],
    )
    def level_and_stage(self, info: strawberry.Info) -> LevelAndStage:
        return compare(Level(self.level_in_force(info.context.now)), Stage(self.stage))

    @computed(
        "The same in words, such as: Meets the criteria of an SQL; nobody has moved it yet.",
        only=["stage", "level", "override_level", "override_expires_at"],
    )
    def level_and_stage_text(self, info: strawberry.Info) -> str:
        return said(Level(self.level_in_force(info.context.now)), Stage(self.stage))

    @computed("Where it may go from here, and what each move asks for.", only=["stage"])
    def legal_moves(self, info: strawberry.Info) -> list[LegalMove]:
        return [
            LegalMove(
                to=to,
                level=move.level,
                needs_reason=move.reason,
                needs_cause=move.cause,
                needs_date=move.date,
                needs_verdict=move.verdict,
                roles=[role for role in Role if role in move.roles],
                is_yours=info.context.viewer.role in move.roles,
            )
            for to, move in MOVES[Stage(self.stage)].items()
        ]

    @strawberry_django.field(
        description="What is known of these attributes, or of all that can be recorded, in their order.",
        only=["snapshot"],
    )
    def values(
        self,
        info: strawberry.Info,
        keys: Annotated[list[str] | None, described("Of which attributes; by default of all.")] = None,
    ) -> list[AttributeValue]:
        context = info.context
        return [
            attribute_value(attribute, self.snapshot.get(key), context.now, context.viewer.business.currency)
            for key, attribute in context.attributes.items()
            if not attribute.is_derived and (keys is None or key in keys)
        ]
