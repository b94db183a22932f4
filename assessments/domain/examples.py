"""A rule on example answers, for help while somebody writes it: of which type it is, and what it would give."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from assessments.domain.cost import amount, total
from assessments.domain.names import PROBLEM_COST, SCORES, Names
from assessments.domain.questions import bounds, scoring_of, value_of
from assessments.domain.template import TEST_DAY, FormulaSpec, QuestionSpec, TemplateDocument
from assessments.domain.template_checks import questions_at
from assessments.domain.units import MONEY, unit_of
from leads.domain.rules import Fact, Kind, Range, RuleError, Unknown, compile_rule
from leads.domain.rules.check import NOUNS
from leads.domain.rules.rule import checked
from leads.domain.snapshot import derived
from leads.domain.values import AttributeSpec, ValueType, decode, display

TEN = Decimal(10)
SCORE = Decimal(50)
IN_DAYS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Example:
    """`type` is such as "an amount of money in EUR", `result` such as "EUR 46,000", `inputs` the names that the
    rule reads, each with its example value."""

    type: str
    result: str
    inputs: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        given = ", ".join(f"{name} {value}" for name, value in self.inputs)
        sentence = f"Gives {self.type}: {self.result}"
        return f"{sentence} with {given}." if given else f"{sentence}."


def example_of(document: TemplateDocument, rule: str, currency: str) -> Example | None:
    """Return of which type a rule is and what it gives on example answers; None if it is not a rule yet.

    Answers and facts are those of the first test case; what that does not say is the middle of what a question
    takes, its first option, yes, or 10. Whether a question would be shown is left aside.
    """
    given = _Given(document, currency)
    try:
        compiled = compile_rule(rule, given.names.all, wants=None)
        part, _ = checked(rule, given.names.all, wants=None)
    except RuleError:
        return None
    facts = given.facts()
    spec = _spec("", unit_of(part, given.units) if compiled.kind is Kind.NUMBER else "")
    value = compiled.evaluate(facts)
    return Example(
        type=_type(compiled.kind, spec, currency),
        result=_shown(spec, value, currency),
        inputs=tuple(
            (name, _shown(given.specs.get(name) or _spec(name, given.units.get(name, "")), facts.get(name), currency))
            for name in compiled.reads
        ),
    )


def _type(kind: Kind, spec: AttributeSpec, currency: str) -> str:
    if kind is not Kind.NUMBER:
        return NOUNS[kind]
    if spec.type == ValueType.MONEY:
        return f"an amount of money in {currency}"
    return f"a number of {spec.unit}" if spec.unit else NOUNS[kind]


def _spec(name: str, unit: str) -> AttributeSpec:
    """Return how a number in this unit is shown."""
    kind = ValueType.MONEY if unit == MONEY else ValueType.NUMBER
    return AttributeSpec(name, name, kind, unit="" if unit == MONEY else unit)


def _shown(spec: AttributeSpec, value: Fact | None, currency: str) -> str:
    if value is None or isinstance(value, Unknown):
        return "not known"
    if isinstance(value, Decimal):
        value = value.quantize(Decimal("0.01")) if abs(value) < TEN**15 else value
    if isinstance(value, Range) and not value.high.is_finite():
        return f"{display(spec, value.low, currency)} or more"
    return display(spec, value, currency)


class _Given:
    """What a rule of a document may read, with an example of each; the document may be unfinished."""

    def __init__(self, document: TemplateDocument, currency: str) -> None:
        self._document = document
        attributes = {spec.key: spec for spec in document.attributes}
        self._questions = {question.key: question for _, question in questions_at(document)}
        self.specs = {
            **attributes,
            **{key: value_of(spec, attributes.get(spec.attribute)) for key, spec in self._questions.items()},
        }
        self.names = Names(document, [self.specs[key] for key in self._questions])
        self.units = {key: MONEY if spec.type == ValueType.MONEY else spec.unit for key, spec in self.specs.items()}
        self.units |= {formula.key: _unit(formula, currency) for formula in document.formulas}
        self.units |= dict.fromkeys(("problem_cost", "act_from", "offer_price"), MONEY)
        self.units |= {name: "days" for name in self.names.all if name != self.names.base(name)}
        self.units |= dict.fromkeys(self.names.points, "points")

    def facts(self) -> dict[str, Fact]:
        facts: dict[str, Fact] = {}
        case = self._document.test_cases[0] if self._document.test_cases else None
        stored = {**dict(case.facts if case else ()), **dict(case.answers if case else ())}
        day = (case and case.on) or TEST_DAY
        for key, spec in self.specs.items():
            value = decode(spec, stored[key]) if key in stored else None
            facts[key] = _default(spec, self._questions.get(key)) if value is None else value
            if spec.type == ValueType.DATE:
                for name in (f"days_until_{key}", f"days_since_{key}"):
                    facts[name] = derived(name, facts[key], day)
        for name, key in self.names.points.items():
            scoring, answer = scoring_of(self._questions[key]), facts[key]
            points = scoring.points(answer) if scoring and not isinstance(answer, Unknown) else None
            if points is not None:
                facts[name] = points
        self._figures(facts)
        return facts

    def _figures(self, facts: dict[str, Fact]) -> None:
        items = []
        for formula in self._document.formulas:
            value = _calculated(formula, self.names, facts)
            if formula.cost_item and value is not None:
                value = amount(value)
                items.append(value)
            if value is not None:
                facts[formula.key] = value
        offer = self._document.offer
        facts |= {"act_from": self._document.verdict.act_from, "required_return": offer.required_return}
        facts |= {"offer_price": offer.price, "recoverable_share": offer.recoverable_share}
        facts |= dict.fromkeys(SCORES, SCORE)
        facts[PROBLEM_COST] = total(items).fact


def _calculated(formula: FormulaSpec, names: Names, facts: Mapping[str, Fact]) -> Fact | None:
    try:
        return compile_rule(formula.rule, names.all, wants=Kind.NUMBER).evaluate(facts)
    except RuleError:
        return None


def _unit(formula: FormulaSpec, currency: str) -> str:
    return MONEY if formula.cost_item or formula.unit.strip() == currency else formula.unit


def _default(spec: AttributeSpec, question: QuestionSpec | None) -> Fact:
    if question is None and spec.not_given is not None and (value := decode(spec, spec.not_given)) is not None:
        return value
    if spec.type == ValueType.YES_NO:
        return True
    if spec.type == ValueType.DATE:
        return TEST_DAY + IN_DAYS
    if spec.type == ValueType.TEXT:
        return "example"
    if spec.type == ValueType.CHOICE:
        return spec.codes[0] if spec.codes else "example"
    if spec.type == ValueType.MULTI_CHOICE:
        return frozenset(spec.codes[:1])
    low, high = bounds(question) if question else (None, None)
    if low is not None and high is not None:
        return (low + high) / 2
    return max(TEN, low) if low is not None else TEN if high is None else min(TEN, high)
