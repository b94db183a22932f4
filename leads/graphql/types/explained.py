"""Why a lead has its level: what each criterion said, what the levels ask for, and what to ask next."""

from datetime import date
from decimal import Decimal

import strawberry

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
from leads.domain.schema_document import JUDGED, Axis, BandSpec
from leads.domain.stages import Level
from leads.domain.wording import label_of, shown_stored, spec_of
from leads.graphql.values import Value, value_out


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


def criteria_out(plan: Plan, judgement: Judgement, currency: str) -> list[CriterionJudgement]:
    return [_criterion_out(plan, judgement, result, currency) for result in judgement.results]


def requirements_out(plan: Plan, judgement: Judgement) -> list[Requirement]:
    return [
        Requirement(level=level, text=text, holds=holds)
        for level in JUDGED
        for text, holds in requirements(plan.document.level(level), judgement.results)
    ]


def to_ask_out(plan: Plan, judgement: Judgement) -> list[QuestionToAsk]:
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


# --- Test cases ----------------------------------------------------------------------------------


@strawberry.type(description="An imagined lead, and the level that it must come to.")
class QualificationTestCase:
    name: str = strawberry.field(description="What is imagined.")
    given: list[str] = strawberry.field(
        description="What is known, such as `Employees: 120 people`; everything else was never asked."
    )
    level: Level = strawberry.field(description="The level that must be certain.")
    possible_level: Level | None = strawberry.field(
        description="The highest level that must not be ruled out; null: any."
    )
    on: date | None = strawberry.field(description="The day it happens on; null: always the same one.")


def cases_out(plan: Plan, currency: str) -> list[QualificationTestCase]:
    specs = {spec.key: spec for spec in plan.document.attributes}
    return [
        QualificationTestCase(
            name=case.name,
            given=[f"{specs[key].label}: {shown_stored(specs[key], stored, currency)}" for key, stored in case.values],
            level=case.level,
            possible_level=case.possible_level,
            on=case.on,
        )
        for case in plan.document.test_cases
    ]
