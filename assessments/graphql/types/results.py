"""What follows from the answers, as the API gives it.

What takes a search or is long is shown only once it is asked for.
"""

from collections.abc import Callable
from decimal import Decimal

import strawberry

from assessments.domain.asking import Count, Progress, ToAsk
from assessments.domain.bands import band_of
from assessments.domain.cost import Cost
from assessments.domain.engine import Evaluation
from assessments.domain.plan import TemplatePlan
from assessments.domain.reasons import FormulaResult, cost_items, formula_results, missing
from assessments.domain.template import Dimension
from assessments.domain.verdict import ConditionResult, RiskResult, VerdictAnswer
from assessments.domain.wording import label_of, spec_of
from assessments.graphql.types.template import Question, question_out
from leads.domain.qualification import Decision
from leads.domain.rules import Fact, Reason
from leads.graphql.values import Money, Value, value_out


@strawberry.type(description="How many questions stand where.")
class SectionProgress:
    dimension: Dimension | None = strawberry.field(description="The section; null for all of them together.")
    answered: int = strawberry.field(description="With a value.")
    does_not_know: int = strawberry.field(description="Asked, and not known.")
    open: int = strawberry.field(description="To be asked.")
    required_open: int = strawberry.field(description="Those of the open ones that must be asked.")
    undecided: int = strawberry.field(description="Not asked yet, because what decides about them is unknown.")
    hidden: int = strawberry.field(description="Not asked, because earlier answers make them pointless.")


@strawberry.type(description="How far the questions have come.")
class DiagnosisProgress:
    total: SectionProgress = strawberry.field(description="All sections together.")
    sections: list[SectionProgress] = strawberry.field(description="Each section, in order.")
    complete: bool = strawberry.field(description="Whether the diagnosis can be completed.")


def progress_out(found: Progress) -> DiagnosisProgress:
    return DiagnosisProgress(
        total=_count(None, found.total),
        sections=[_count(dimension, count) for dimension, count in found.sections.items()],
        complete=found.complete,
    )


def _count(dimension: Dimension | None, count: Count) -> SectionProgress:
    return SectionProgress(
        dimension=dimension,
        answered=count.answered,
        does_not_know=count.does_not_know,
        open=count.open,
        required_open=count.required_open,
        undecided=count.undecided,
        hidden=count.hidden,
    )


@strawberry.type(description="The score of a section, of 100; 100 favours advancing.")
class SectionScore:
    dimension: Dimension = strawberry.field(description="The section.")
    score: Decimal | None = strawberry.field(description="Over what was answered; null if nothing scored was.")
    low: Decimal | None = strawberry.field(description="With every open question at its worst.")
    high: Decimal | None = strawberry.field(description="With every open question at its best.")


def scores_out(evaluation: Evaluation) -> list[SectionScore]:
    return [
        SectionScore(
            dimension=dimension,
            score=score.value if score else None,
            low=score.low if score else None,
            high=score.high if score else None,
        )
        for dimension, score in evaluation.scores.items()
    ]


@strawberry.type(description="A value that a calculation read.")
class ValueRead:
    name: str = strawberry.field(description="Its name in the rule: a question, an attribute or a formula.")
    label: str = strawberry.field(description="What a person reads.")
    value: Value = strawberry.field(description="As it is now.")


@strawberry.type(description="A formula and what it comes to.")
class FormulaValue:
    key: str = strawberry.field(description="The formula's key.")
    label: str = strawberry.field(description="What a person reads.")
    rule: str = strawberry.field(description="How it is calculated.")
    value: Value = strawberry.field(description="What it comes to, or that it is unknown.")
    benchmark: str = strawberry.field(description="Shown beside it, never counted; may be empty.")
    band: str = strawberry.field(description="What the value is called, such as “Moderate”; may be empty.")
    show_reads: strawberry.Private[Callable[[], list[ValueRead]]]

    @strawberry.field(description="Where the value comes from.")
    def reads(self) -> list[ValueRead]:
        return self.show_reads()


@strawberry.type(description="Money lost in a year if nothing changes.")
class ProblemCost:
    low: Money = strawberry.field(description="At least; an unknown item adds nothing.")
    likely: Money = strawberry.field(description="Likely, of the items that are known.")
    high: Money | None = strawberry.field(description="At most; null while an item is unknown.")
    complete: bool = strawberry.field(description="Whether every item is known.")
    show_items: strawberry.Private[Callable[[], list[FormulaValue]]]

    @strawberry.field(description="What it consists of.")
    def items(self) -> list[FormulaValue]:
        return self.show_items()


def cost_out(plan: TemplatePlan, evaluation: Evaluation, currency: str) -> ProblemCost:
    cost: Cost = evaluation.cost
    return ProblemCost(
        low=Money(amount=cost.low, currency=currency),
        likely=Money(amount=cost.likely, currency=currency),
        high=None if cost.high is None else Money(amount=cost.high, currency=currency),
        complete=cost.complete,
        show_items=lambda: [_formula(plan, result, currency) for result in cost_items(plan, evaluation)],
    )


def formulas_out(plan: TemplatePlan, evaluation: Evaluation, currency: str) -> list[FormulaValue]:
    return [_formula(plan, result, currency) for result in formula_results(plan, evaluation)]


def _formula(plan: TemplatePlan, result: FormulaResult, currency: str) -> FormulaValue:
    spec = result.formula.spec
    return FormulaValue(
        key=spec.key,
        label=spec.label,
        rule=spec.rule,
        value=named_out(plan, spec.key, result.value, currency),
        benchmark=spec.benchmark,
        band=band_of(spec, result.value),
        show_reads=lambda: [
            ValueRead(name=name, label=label_of(plan, name), value=named_out(plan, name, value, currency))
            for name, value in result.read
        ],
    )


def named_out(plan: TemplatePlan, name: str, value: Fact, currency: str) -> Value:
    """Return the value of a name that rules read, shown like the question or attribute that it is."""
    return value_out(spec_of(plan, name), value, currency)


# --- Verdict -------------------------------------------------------------------------------------


@strawberry.type(description="What keeps a condition open.")
class OpenPoint:
    name: str = strawberry.field(description="The key of the question to ask, or of the attribute to find out.")
    label: str = strawberry.field(description="What a person reads.")
    reason: Reason = strawberry.field(description="Why it is not known.")


@strawberry.type(description="One reason for a verdict's answer.")
class VerdictReason:
    label: str = strawberry.field(description="The condition in words.")
    rule: str = strawberry.field(description="The condition in the rule language.")
    decision: Decision = strawberry.field(description="Whether it holds.")
    questions: list[str] = strawberry.field(description="Keys of the questions whose answers it rests on.")
    open: list[OpenPoint] = strawberry.field(description="What keeps it unknown; empty if it is decided.")


@strawberry.type(description="One of the verdict's questions: yes if all of its reasons hold.")
class VerdictAnswerResult:
    decision: Decision = strawberry.field(description="Yes, no or unknown.")
    show_reasons: strawberry.Private[Callable[[], list[VerdictReason]]]

    @strawberry.field(description="Why.")
    def reasons(self) -> list[VerdictReason]:
        return self.show_reasons()


@strawberry.type(description="A named reason why the sale may be bogged down or lost.")
class StallRiskResult:
    key: str = strawberry.field(description="Its stable name.")
    label: str = strawberry.field(description="What a person reads.")
    present: Decision = strawberry.field(description="Whether it is there.")
    blocking: bool = strawberry.field(description="Whether it blocks; otherwise it is to watch.")
    what_to_do: str = strawberry.field(description="What to do about it; may be empty.")
    questions: list[str] = strawberry.field(description="Keys of the questions whose answers it rests on.")
    open: list[OpenPoint] = strawberry.field(description="What keeps it unknown; empty if it is decided.")


def answer_out(plan: TemplatePlan, evaluation: Evaluation, answer: VerdictAnswer) -> VerdictAnswerResult:
    return VerdictAnswerResult(
        decision=answer.decision,
        show_reasons=lambda: [_reason(plan, evaluation, reason) for reason in answer.reasons],
    )


def _reason(plan: TemplatePlan, evaluation: Evaluation, reason: ConditionResult) -> VerdictReason:
    return VerdictReason(
        label=reason.condition.label,
        rule=reason.condition.text,
        decision=reason.decision,
        questions=list(reason.condition.behind),
        open=_open(plan, evaluation, reason),
    )


def risk_out(plan: TemplatePlan, evaluation: Evaluation, result: RiskResult) -> StallRiskResult:
    spec = result.risk.spec
    return StallRiskResult(
        key=spec.key,
        label=spec.label,
        present=result.present,
        blocking=spec.blocking,
        what_to_do=spec.what_to_do,
        questions=list(result.risk.condition.behind),
        open=_open(plan, evaluation, result.result),
    )


def _open(plan: TemplatePlan, evaluation: Evaluation, result: ConditionResult) -> list[OpenPoint]:
    if result.decision is not Decision.UNKNOWN:
        return []
    return [
        OpenPoint(name=name, label=label_of(plan, name), reason=reason)
        for name, reason in missing(plan, evaluation, result)
    ]


@strawberry.type(description="The question whose answer would decide most.")
class DecisiveQuestion:
    question: Question = strawberry.field(description="The question.")
    undecided: int = strawberry.field(description="How many undecided conditions and risks depend on it.")
    points: Decimal = strawberry.field(description="How many points of its section it may bring.")
    reason: Reason = strawberry.field(
        description="Why it is worth asking: not asked, not known, or answered by a range that is too wide to decide"
        " (not computable)."
    )


def decisive_out(plan: TemplatePlan, found: ToAsk | None) -> DecisiveQuestion | None:
    if found is None:
        return None
    return DecisiveQuestion(
        question=question_out(found.question, plan),
        undecided=len(found.undecided),
        points=found.points,
        reason=found.reason,
    )
