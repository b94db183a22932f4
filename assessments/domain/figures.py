"""Values and calculations as a prospect reads them: in its own words, with its own numbers put in."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from assessments.domain.engine import Evaluation, Standing
from assessments.domain.plan import PlannedFormula, TemplatePlan
from assessments.domain.questions import PlannedQuestion, bounds
from assessments.domain.template import QuestionType
from assessments.domain.wording import label_of, spec_of
from leads.domain.rules import Fact, Range, Unknown, Value
from leads.domain.rules.english import Meaning, spoken
from leads.domain.rules.generate import generate
from leads.domain.rules.rule import checked
from leads.domain.rules.tree import Arithmetic, Choose, Extreme, Negate, Part, Round
from leads.domain.rules.values import Kind
from leads.domain.values import AttributeSpec, ValueType, display, plain

SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}
CENT = Decimal("0.01")
PLACES = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Step:
    """Something that a calculation reads: what it is called, and its value or how that was calculated."""

    label: str
    text: str


def money(amount: Decimal, currency: str) -> str:
    """Return an amount with the sign of its currency; with cents only if it has any."""
    amount = amount.quantize(CENT)
    whole = amount == amount.to_integral_value()
    return f"{SIGNS.get(currency, currency)} {amount:,.0f}" if whole else f"{SIGNS.get(currency, currency)} {amount:,f}"


def said(spec: AttributeSpec, value: Value, currency: str) -> str:
    """Return a value as one would say it; a range as "20 to 30 hours, likely 25"."""
    if isinstance(value, Range):
        low, likely, high = (_number(spec, end, currency) for end in (value.low, value.likely, value.high))
        if not value.high.is_finite():
            return f"{_with_unit(spec, low)} or more, likely {likely}"
        return f"{low} to {_with_unit(spec, high)}, likely {likely}"
    if isinstance(value, Decimal):
        return _with_unit(spec, _number(spec, value, currency))
    return display(spec, value, currency)


def answered(question: PlannedQuestion, value: Value, currency: str) -> str:
    """Return an answer as one would say it; one on a scale with the ends of the scale."""
    text = said(question.value, value, currency)
    if question.spec.type != QuestionType.SCALE:
        return text
    low, high = bounds(question.spec)
    return f"{text} on a scale from {plain(low or Decimal(0))} to {plain(high or Decimal(0))}"


def calculation(plan: TemplatePlan, formula: PlannedFormula, facts: Mapping[str, Fact], currency: str) -> str:
    """Return how a formula was calculated, with the likely values in place of names: "25 hours × € 40 × 46".

    Of a part that depends on a condition only the branch that counts is written. Empty if points of an answer
    are calculated with, since those are nobody's but ours.
    """
    if any(name in plan.names.points for name in formula.reads):
        return ""
    part, _ = checked(formula.spec.rule, plan.names.all, wants=Kind.NUMBER)
    meanings = {name: _meaning(plan, name, facts.get(name), currency) for name in formula.reads}
    return spoken(_settled(part, plan, facts), meanings)


def steps(plan: TemplatePlan, evaluation: Evaluation, formula: PlannedFormula, currency: str) -> tuple[Step, ...]:
    """Return all that a formula reads, also through other formulas.

    What was never asked is left out, and so are points.
    """
    formulas = {planned.key: planned for planned in plan.formulas}
    found: dict[str, Step] = {}

    def follow(reading: PlannedFormula) -> None:
        for name in reading.reads:
            hidden = evaluation.standing.get(plan.names.base(name)) is Standing.HIDDEN
            if name in found or hidden or name in plan.names.points:
                continue
            value = evaluation.facts.get(name)
            if value is None or isinstance(value, Unknown):
                continue
            text = said(spec_of(plan, name), value, currency)
            if name in formulas:
                follow(formulas[name])
                how = calculation(plan, formulas[name], evaluation.facts, currency)
                text = f"{how} = {text}" if how else text
            found[name] = Step(label_of(plan, name), text)

    follow(formula)
    return tuple(found.values())


def _meaning(plan: TemplatePlan, name: str, value: Fact | None, currency: str) -> Meaning:
    """Return what stands for a name: its likely number, or its label where it is none."""
    spec = spec_of(plan, name)
    if isinstance(value, Range):
        value = value.likely
    if isinstance(value, Decimal):
        return Meaning(said(spec, value, currency))
    return Meaning(label_of(plan, name), {choice.code: choice.label for choice in spec.choices})


def _settled(part: Part, plan: TemplatePlan, facts: Mapping[str, Fact]) -> Part:
    """Return the part with every choice that is decided replaced by the branch that counts."""
    if isinstance(part, Choose):
        holds = generate(part.condition, plan.names.all)(facts)
        if isinstance(holds, bool):
            return _settled(part.yes if holds else part.no, plan, facts)
        return part
    if isinstance(part, Arithmetic):
        return replace(part, left=_settled(part.left, plan, facts), right=_settled(part.right, plan, facts))
    if isinstance(part, Negate | Round):
        return replace(part, part=_settled(part.part, plan, facts))
    if isinstance(part, Extreme):
        return replace(part, parts=tuple(_settled(inner, plan, facts) for inner in part.parts))
    return part


def _number(spec: AttributeSpec, number: Decimal, currency: str) -> str:
    if not number.is_finite():
        return "open"
    if spec.type == ValueType.MONEY:
        return money(number, currency)
    return f"{Decimal(plain(number.quantize(PLACES) if abs(number) < 10**15 else number)):,f}"


def _with_unit(spec: AttributeSpec, number: str) -> str:
    if spec.type == ValueType.PERCENT:
        return f"{number} %"
    return f"{number} {spec.unit}" if spec.unit and spec.type != ValueType.MONEY else number
