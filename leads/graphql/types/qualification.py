from datetime import datetime
from decimal import Decimal
from typing import Annotated

import strawberry
import strawberry_django
from strawberry import relay

from leads import models
from leads.domain import explanation
from leads.domain.plan import Plan
from leads.domain.qualification import (
    CriterionResult,
    Decision,
    Judgement,
    Outcome,
    next_to_ask,
    requirements,
)
from leads.domain.rules import Reason
from leads.domain.schema_document import JUDGED, Axis, BandSpec, CriterionSpec, SchemaDocument
from leads.domain.stages import Level
from leads.domain.wording import label_of, spec_of
from leads.graphql.fields import column, computed
from leads.graphql.types.business import Membership
from leads.graphql.values import Value, value_out
from leads.models import Status
from leads.services.judging import plan_of

LATER = strawberry.lazy("leads.graphql.types.lead")


@strawberry.type(description="A value that a criterion read.")
class FactRead:
    name: str = strawberry.field(description="Its name in the rules, such as `days_until_decision`.")
    label: str = strawberry.field(description="What a person reads.")
    value: Value = strawberry.field(description="As it was when the lead was judged.")


@strawberry.type(description="Why a value was missing.")
class Missing:
    name: str = strawberry.field(description="Its name in the rules.")
    label: str = strawberry.field(description="What a person reads.")
    reason: Reason = strawberry.field(description="Why it was missing.")


@strawberry.type(description="What one criterion said of a lead. The points of all add up to the score.")
class CriterionJudgement:
    key: str = strawberry.field(description="The criterion's key.")
    label: str = strawberry.field(description="What a person reads.")
    axis: Axis = strawberry.field(description="What the criterion speaks of.")
    question: str = strawberry.field(description="What to ask the prospect.")
    outcome: Outcome = strawberry.field(description="Met, not met or unknown.")
    points: Decimal = strawberry.field(description="What it adds to the score now.")
    worst: Decimal = strawberry.field(description="The least it may add once more is known.")
    best: Decimal = strawberry.field(description="The most it may add once more is known.")
    because: str = strawberry.field(description="The condition that decided, or those still possible.")
    facts: list[FactRead] = strawberry.field(description="What it read, in the order of reading.")
    missing: list[Missing] = strawberry.field(description="What keeps it open; empty if it is decided.")
    knock_out_for: list[Level] = strawberry.field(description="The levels that need it met, whatever the score.")


@strawberry.type(description="One of the things that a level asks for; it asks for all of them.")
class Requirement:
    level: Level = strawberry.field(description="The level.")
    text: str = strawberry.field(description="What it asks for.")
    holds: Decision = strawberry.field(description="Whether that is so.")


@strawberry.type(description="A question worth asking next.")
class QuestionToAsk:
    criterion: str = strawberry.field(description="The key of the criterion that it serves.")
    label: str = strawberry.field(description="The criterion's label.")
    question: str = strawberry.field(description="What to ask the prospect.")
    attributes: list[str] = strawberry.field(description="The keys of the attributes to record.")
    worst: Decimal = strawberry.field(description="The least points the answer may bring.")
    best: Decimal = strawberry.field(description="The most points the answer may bring.")
    knock_out_for: Level | None = strawberry.field(
        description="The level that cannot be reached without this being met; null if none waits for it."
    )


@strawberry_django.type(models.Qualification, description="How one lead was judged by one version at one time.")
class Qualification(relay.Node):
    lead: Annotated["Lead", LATER] = column("The lead.")
    version: "QualificationVersion" = column("The version that judged it; pinned.")
    judged_at: datetime = column("When it was judged so for the first time.")
    score: Decimal = column("The sum of the points.")
    worst: Decimal = column("The least the score may become once more is known.")
    best: Decimal = column("The most the score may become once more is known.")
    level: Level = column("The highest level that is certain.")
    possible_level: Level = column("The highest level that is not ruled out.")

    @computed("Ready to buy now? It informs and never gates; null if the schema does not say.", only=["order_ready"])
    def order_ready(self, info: strawberry.Info) -> Decision | None:
        return Decision(self.order_ready) if self.order_ready else None

    @computed(
        "What each criterion said, in the schema's order.",
        only=["explanation", "order_ready", "version__checksum"],
        select_related=["version"],
    )
    def criteria(self, info: strawberry.Info) -> list[CriterionJudgement]:
        plan, judgement = _explained(self)
        currency = info.context.viewer.business.currency
        return [_criterion_out(plan, judgement, result, currency) for result in judgement.results]

    @computed(
        "What MQL and SQL ask for, and whether it holds.",
        only=["explanation", "order_ready", "version__checksum"],
        select_related=["version"],
    )
    def requirements(self, info: strawberry.Info) -> list[Requirement]:
        plan, judgement = _explained(self)
        return [
            Requirement(level=level, text=text, holds=holds)
            for level in JUDGED
            for text, holds in requirements(plan.document.level(level), judgement.results)
        ]

    @computed(
        "What to ask next: open knock-outs of the next level first, then what may change the score most.",
        only=["explanation", "order_ready", "version__checksum"],
        select_related=["version"],
    )
    def next_to_ask(self, info: strawberry.Info) -> list[QuestionToAsk]:
        plan, judgement = _explained(self)
        return [
            QuestionToAsk(
                criterion=ask.criterion.key,
                label=ask.criterion.label,
                question=ask.criterion.question,
                attributes=list(ask.attributes),
                worst=ask.worst,
                best=ask.best,
                knock_out_for=ask.knock_out_for,
            )
            for ask in next_to_ask(plan, judgement.results)
        ]


def _explained(row: models.Qualification) -> tuple[Plan, Judgement]:
    """Return the pinned plan and the judgement, unpacked once for all fields of a row."""
    kept = row.__dict__.get("_explained")
    if kept is None:
        plan = plan_of(row.version_id, row.version.checksum)
        kept = row.__dict__["_explained"] = plan, explanation.unpack(plan, row.explanation, row.order_ready)
    return kept


def _criterion_out(plan: Plan, judgement: Judgement, result: CriterionResult, currency: str) -> CriterionJudgement:
    spec = result.spec
    conditions = [_condition(result.criterion.band(index)) for index in result.reached]
    return CriterionJudgement(
        key=spec.key,
        label=spec.label,
        axis=spec.axis,
        question=spec.question,
        outcome=result.outcome,
        points=result.points,
        worst=result.worst,
        best=result.best,
        because=" / ".join(conditions),
        facts=[
            FactRead(
                name=name,
                label=label_of(plan, name),
                value=value_out(spec_of(plan, name), judgement.facts[name], currency),
            )
            for name in result.because
        ],
        missing=[Missing(name=name, label=label_of(plan, name), reason=reason) for name, reason in result.missing],
        knock_out_for=[level for level in JUDGED if spec.key in plan.document.level(level).knock_outs],
    )


def _condition(band: BandSpec) -> str:
    return band.label or band.when


@strawberry_django.type(models.LevelOverride, description="A decision that another level counts than the computed one.")
class LevelOverride(relay.Node):
    level: Level = column("The level that counts instead.")
    reason: str = column("Why.")
    author: Membership | None = column("Who decided; null for the system.")
    created_at: datetime = column("From when.")
    expires_at: datetime = column("Until when; it ends by itself.")


# --- Schemas -------------------------------------------------------------------------------------


@strawberry.type(description="One step of a criterion: the first whose condition is true decides.")
class Band:
    condition: str = strawberry.field(description="In the rule language; empty for the last, which always holds.")
    label: str = strawberry.field(description="What a person reads; may be empty.")
    points: Decimal = strawberry.field(description="What it adds to the score.")
    met: bool = strawberry.field(description="Whether the criterion counts as met.")


@strawberry.type(description="One test of a lead.")
class Criterion:
    key: str = strawberry.field(description="Its stable name.")
    label: str = strawberry.field(description="What a person reads.")
    axis: Axis = strawberry.field(description="What it speaks of.")
    question: str = strawberry.field(description="What to ask the prospect.")
    help: str = strawberry.field(description="More about it; may be empty.")
    freshness_days: int | None = strawberry.field(
        description="How old evidence may be here; null: as its attribute says."
    )
    bands: list[Band] = strawberry.field(description="In order; the last holds otherwise.")


@strawberry.type(description="The least points on one axis.")
class AxisMinimum:
    axis: Axis = strawberry.field(description="The axis.")
    points: Decimal = strawberry.field(description="The least points.")


@strawberry.type(description="What a level asks for; all of it.")
class LevelRequirements:
    level: Level = strawberry.field(description="The level.")
    score: Decimal | None = strawberry.field(description="The least score; null if any will do.")
    minimums: list[AxisMinimum] = strawberry.field(description="Least points on single axes.")
    knock_outs: list[str] = strawberry.field(description="Keys of the criteria that must be met.")


@strawberry_django.type(models.QualificationVersion, description="Criteria and thresholds, frozen when published.")
class QualificationVersion(relay.Node):
    number: int = column("Counts within its schema.")
    status: Status = column("Where it stands in its life.")
    checksum: str = column("SHA-256 of its document; empty for a draft.")
    published_at: datetime | None = column("When it was published.")
    retired_at: datetime | None = column("When it was retired.")
    schema: "QualificationSchema" = column("The schema that it is a version of.")

    @computed("The condition under which it judges a lead; empty: it judges all that come to it.", only=["checksum"])
    def applies_when(self, info: strawberry.Info) -> str:
        document = _document(self)
        return document.applies_when if document else ""

    @computed("The criteria in order; empty for a draft.", only=["checksum"])
    def criteria(self, info: strawberry.Info) -> list[Criterion]:
        document = _document(self)
        return [_criterion_spec_out(spec) for spec in document.criteria] if document else []

    @computed("What MQL and SQL ask for; empty for a draft.", only=["checksum"])
    def levels(self, info: strawberry.Info) -> list[LevelRequirements]:
        document = _document(self)
        return [_level_out(document, level) for level in JUDGED] if document else []


def _document(version: models.QualificationVersion) -> SchemaDocument | None:
    return plan_of(version.pk, version.checksum).document if version.checksum else None


def _criterion_spec_out(spec: CriterionSpec) -> Criterion:
    otherwise = BandSpec("", spec.otherwise_points, spec.otherwise_met, "None of the conditions holds")
    return Criterion(
        key=spec.key,
        label=spec.label,
        axis=spec.axis,
        question=spec.question,
        help=spec.help,
        freshness_days=spec.freshness_days,
        bands=[
            Band(condition=band.when, label=band.label, points=band.points, met=band.met)
            for band in (*spec.bands, otherwise)
        ],
    )


def _level_out(document: SchemaDocument, level: Level) -> LevelRequirements:
    asked = document.level(level)
    return LevelRequirements(
        level=level,
        score=asked.score,
        minimums=[AxisMinimum(axis=axis, points=points) for axis, points in asked.minimums],
        knock_outs=list(asked.knock_outs),
    )


@strawberry_django.type(
    models.QualificationSchema,
    description="One of the business's ordered answers to what makes a lead qualified.",
)
class QualificationSchema(relay.Node):
    key: str = column("Its stable name.")
    name: str = column("What a person reads.")
    position: int = column("Its place: the first whose published version applies judges a lead.")
    versions: list[QualificationVersion] = column("Newest first.")
