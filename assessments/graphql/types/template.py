from datetime import datetime
from decimal import Decimal

import strawberry
import strawberry_django
from strawberry import relay

from assessments import models
from assessments.domain.questions import PlannedQuestion, bounds
from assessments.domain.template import Dimension, FormulaSpec, QuestionType, SectionSpec
from assessments.services.evaluating import plan_of
from leads.graphql.fields import column, computed
from leads.graphql.values import Choice
from leads.models import Status


@strawberry.type(description="A question with what guides the person who asks it.")
class Question:
    key: str = strawberry.field(description="Its stable name, to answer it by.")
    dimension: Dimension | None = strawberry.field(
        description="The section it belongs to; null for the prospect's own urgency, asked first and last."
    )
    text: str = strawberry.field(description="What to ask.")
    type: QuestionType = strawberry.field(description="What sort of answer it takes.")
    why_we_ask: str = strawberry.field(description="Why it is worth asking; may be empty.")
    listen_for: str = strawberry.field(description="What to listen for in the answer; may be empty.")
    required: bool = strawberry.field(description="Whether a diagnosis needs it answered, or “does not know”.")
    unit: str = strawberry.field(description="The unit of its numbers; empty if it has none.")
    minimum: Decimal | None = strawberry.field(description="The least number it takes; null if any.")
    maximum: Decimal | None = strawberry.field(description="The greatest number it takes; null if any.")
    options: list[Choice] = strawberry.field(description="What can be chosen; empty for other types.")
    attribute: str = strawberry.field(description="Key of the attribute that its answer is evidence for; may be empty.")
    show_when: str = strawberry.field(description="The condition under which it is asked; empty: always.")


def question_out(planned: PlannedQuestion) -> Question:
    spec = planned.spec
    minimum, maximum = bounds(spec)
    return Question(
        key=planned.key,
        dimension=planned.dimension,
        text=spec.text,
        type=spec.type,
        why_we_ask=spec.why_we_ask,
        listen_for=spec.listen_for,
        required=spec.required,
        unit=planned.value.unit,
        minimum=minimum,
        maximum=maximum,
        options=[Choice(code=option.code, label=option.label) for option in spec.options],
        attribute=spec.attribute,
        show_when=spec.show_when,
    )


@strawberry.type(description="One of the five sections, with its questions.")
class TemplateSection:
    dimension: Dimension = strawberry.field(description="Which of the five.")
    title: str = strawberry.field(description="What a person reads.")
    guidance: str = strawberry.field(description="How to lead this part of the conversation; may be empty.")
    questions: list[Question] = strawberry.field(description="In the order in which they are asked.")


@strawberry.type(description="A named calculation over answers and attributes.")
class TemplateFormula:
    key: str = strawberry.field(description="Its stable name.")
    label: str = strawberry.field(description="What a person reads.")
    rule: str = strawberry.field(description="How it is calculated.")
    unit: str = strawberry.field(description="The unit of its result; may be empty.")
    cost_item: bool = strawberry.field(description="Whether it is part of the yearly cost of the problem.")
    benchmark: str = strawberry.field(description="Shown beside it, never counted; may be empty.")


@strawberry_django.type(models.TemplateVersion, description="One version of a template, frozen when published.")
class TemplateVersion(relay.Node):
    number: int = column("Counts within its template.")
    status: Status = column("Where it stands in its life.")
    checksum: str = column("SHA-256 of its document; empty for a draft.")
    published_at: datetime | None = column("When it was published.")
    retired_at: datetime | None = column("When it was retired.")
    template: "AssessmentTemplate" = column("The template that it is a version of.")

    @computed("The sections in order; empty for a draft.", only=["checksum", "document"])
    def sections(self, info: strawberry.Info) -> list[TemplateSection]:
        if not self.checksum:
            return []
        plan = plan_of(self)
        return [_section(planned.spec, planned.questions) for planned in plan.sections]

    @computed("The formulas in order; empty for a draft.", only=["checksum", "document"])
    def formulas(self, info: strawberry.Info) -> list[TemplateFormula]:
        if not self.checksum:
            return []
        return [_formula(spec) for spec in plan_of(self).document.formulas]


def _section(spec: SectionSpec, questions: tuple[PlannedQuestion, ...]) -> TemplateSection:
    return TemplateSection(
        dimension=spec.dimension,
        title=spec.title,
        guidance=spec.guidance,
        questions=[question_out(question) for question in questions],
    )


def _formula(spec: FormulaSpec) -> TemplateFormula:
    return TemplateFormula(
        key=spec.key,
        label=spec.label,
        rule=spec.rule,
        unit=spec.unit,
        cost_item=spec.cost_item,
        benchmark=spec.benchmark,
    )


@strawberry_django.type(models.AssessmentTemplate, description="A guided diagnosis that the business offers.")
class AssessmentTemplate(relay.Node):
    key: str = column("Its stable name.")
    name: str = column("What a person reads.")
    position: int = column("Its place among the templates.")
    versions: list[TemplateVersion] = column("Newest first.")

    @computed("The version that new diagnoses run; null if none is published.", prefetch_related=["versions"])
    def published(self, info: strawberry.Info) -> TemplateVersion | None:
        return next((row for row in self.versions.all() if row.status == Status.PUBLISHED), None)
