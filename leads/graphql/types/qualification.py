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
    Decision,
    Judgement,
)
from leads.domain.schema_document import JUDGED, Axis, BandSpec, CriterionSpec, SchemaDocument
from leads.domain.stages import Level
from leads.graphql.fields import column, computed
from leads.graphql.types.business import Membership
from leads.graphql.types.explained import (
    CriterionJudgement,
    QualificationTestCase,
    QuestionToAsk,
    Requirement,
    cases_out,
    criteria_out,
    requirements_out,
    to_ask_out,
)
from leads.models import Status
from leads.services.judging import plan_of

LATER = strawberry.lazy("leads.graphql.types.lead")


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
        return criteria_out(*_explained(self), info.context.viewer.business.currency)

    @computed(
        "What MQL and SQL ask for, and whether it holds.",
        only=["explanation", "order_ready", "version__checksum"],
        select_related=["version"],
    )
    def requirements(self, info: strawberry.Info) -> list[Requirement]:
        return requirements_out(*_explained(self))

    @computed(
        "What to ask next: open knock-outs of the next level first, then what may change the score most.",
        only=["explanation", "order_ready", "version__checksum"],
        select_related=["version"],
    )
    def next_to_ask(self, info: strawberry.Info) -> list[QuestionToAsk]:
        return to_ask_out(*_explained(self))


def _explained(row: models.Qualification) -> tuple[Plan, Judgement]:
    """Return the pinned plan and the judgement, unpacked once for all fields of a row."""
    kept = row.__dict__.get("_explained")
    if kept is None:
        plan = plan_of(row.version_id, row.version.checksum)
        kept = row.__dict__["_explained"] = plan, explanation.unpack(plan, row.explanation, row.order_ready)
    return kept


@strawberry_django.type(models.LevelOverride, description="A decision that another level counts than the computed one.")
class LevelOverride(relay.Node):
    level: Level = column("The level that counts instead.")
    reason: str = column("Why.")
    author: Membership | None = column("Who decided; null for the system.")
    created_at: datetime = column("From when.")
    expires_at: datetime = column("Until when; it ends by itself.")
    ended_at: datetime | None = column("When somebody ended or replaced it before its time; null if nobody did.")
    ended_by: Membership | None = column("Who did.")


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

    @computed("The imagined leads that it was tried on before it was published; empty for a draft.", only=["checksum"])
    def test_cases(self, info: strawberry.Info) -> list[QualificationTestCase]:
        plan = plan_of(self.pk, self.checksum) if self.checksum else None
        return cases_out(plan, info.context.viewer.business.currency) if plan else []

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
