from datetime import datetime
from decimal import Decimal
from functools import lru_cache

import strawberry
import strawberry_django
from strawberry import relay

from assessments import models
from assessments.domain.dependents import DependentKind, dependents_of
from assessments.domain.plan import TemplatePlan
from assessments.domain.questions import PlannedQuestion, bounds
from assessments.domain.template import Dimension, FormulaSpec, QuestionType, SectionSpec
from assessments.services.evaluating import plan_of
from leads.domain.qualification import Decision
from leads.graphql.fields import column, computed
from leads.graphql.values import Choice
from leads.models import Status


@strawberry.type(description="Something that a question's answer may change.")
class Dependent:
    kind: DependentKind = strawberry.field(description="What sort of thing it is.")
    key: str = strawberry.field(description="Its stable name: of a section or of the verdict, which of them.")
    label: str = strawberry.field(description="What a person reads.")


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
    plan: strawberry.Private[TemplatePlan]

    @strawberry.field(description="What its answer may change: questions, formulas, scores, verdict and stall risks.")
    def dependents(self) -> list[Dependent]:
        found = dependents_of(self.plan, self.key)
        return [Dependent(kind=entry.kind, key=entry.key, label=entry.label) for entry in found]


def question_out(planned: PlannedQuestion, plan: TemplatePlan) -> Question:
    """Return the question as the API gives it, the same object for the same plan: it holds nothing of a diagnosis."""
    return _questions(plan)[planned.key]


@lru_cache(maxsize=128)
def _questions(plan: TemplatePlan) -> dict[str, Question]:
    return {key: _question(planned, plan) for key, planned in plan.questions.items()}


def _question(planned: PlannedQuestion, plan: TemplatePlan) -> Question:
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
        plan=plan,
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
        return [_section(planned.spec, planned.questions, plan) for planned in plan.sections]

    @computed("The formulas in order; empty for a draft.", only=["checksum", "document"])
    def formulas(self, info: strawberry.Info) -> list[TemplateFormula]:
        if not self.checksum:
            return []
        return [_formula(spec) for spec in plan_of(self).document.formulas]


def _section(spec: SectionSpec, questions: tuple[PlannedQuestion, ...], plan: TemplatePlan) -> TemplateSection:
    return TemplateSection(
        dimension=spec.dimension,
        title=spec.title,
        guidance=spec.guidance,
        questions=[question_out(question, plan) for question in questions],
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


@strawberry.type(description="A guided diagnosis that may be run with a lead.")
class TemplateProposal:
    template: AssessmentTemplate = strawberry.field(description="The template, with a published version.")
    fits: Decision = strawberry.field(description="Whether it suits what is known of the lead.")
    because: str = strawberry.field(description="Why, in words.")
