"""What keeps a template from being published although it could run.

Documents that were published before a check came are never held against it: `compile_template` takes them.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from assessments.domain.cost import amount
from assessments.domain.currencies import other_currency
from assessments.domain.names import POINTS_OF
from assessments.domain.plan import PlannedCondition, PlannedFormula, PlannedRisk, TemplatePlan
from assessments.domain.possibilities import Possibilities
from assessments.domain.prospect_checks import told_by_trying
from assessments.domain.questions import CHOICES, PlannedQuestion, Test
from assessments.domain.template import ANSWERS, QuestionType, TemplateDocument
from assessments.domain.template_checks import each_at, questions_at
from assessments.domain.template_wording import wording_problems
from leads.domain.documents import Problem
from leads.domain.rules import Fact, Range, Reason, Unknown
from leads.domain.values import AttributeSpec, ValueType

NEVER_ASKED = "can never be true, so the question is never asked"
ZERO = Decimal(0)
PARTS_TOGETHER = 500
"""How many parts are looked at to tell whether several rules can hold together."""


def publishing_problems(document: TemplateDocument, currency: str) -> list[Problem]:
    """Return what is wrong with a document that a business with this currency publishes, rules apart."""
    return [
        *_points_as_keys(document),
        *_same_labels(document),
        *_single_options(document),
        *_currencies(document, currency),
        *_test_cases(document),
        *wording_problems(document),
    ]


def dead_rules(plan: TemplatePlan) -> list[Problem]:
    """Return what can never be, whatever is answered: questions that are asked, items that cost something, names of
    results, conditions, risks, the advice to advance; which questions are asked twice; what a prospect could find out.

    What cannot be told is no problem.
    """
    possible = Possibilities(plan)
    found = [*_never_asked(plan, possible), *_asked_twice(plan, possible), *told_by_trying(plan)]
    if plan.propose_when and possible.never(plan.propose_when, plan.document.propose_when):
        found.append(Problem("propose_when", "can never be yes, so the template is never proposed; change it"))
    for (path, _), formula in zip(each_at("formulas", plan.document.formulas), plan.formulas, strict=True):
        if formula.cost_item and possible.never(_costs_something(formula), formula.spec.rule):
            wrong = "can never be more than 0, so this item adds nothing to the cost of the problem"
            found.append(Problem(f"{path}.rule", f"{wrong}; change it, or remove the item"))
        found += _never_called(path, formula, possible)
    wrong_answers = [problem for answer in ANSWERS for problem in _never_yes(answer, plan.verdict[answer], possible)]
    found += wrong_answers
    for (path, _), risk in zip(each_at("stall_risks", plan.document.stall_risks), plan.risks, strict=True):
        if possible.never(risk.condition.function, risk.condition.text):
            wrong = "can never be yes, so this risk is never there; change it, or remove the risk"
            found.append(Problem(f"{path}.rule", wrong))
    if not wrong_answers:
        found += _never_advances(plan, possible)
    return found


def _never_asked(plan: TemplatePlan, possible: Possibilities) -> Iterator[Problem]:
    for path, spec in questions_at(plan.document):
        shown = plan.questions[spec.key].shown
        if shown is None or not possible.never(shown, spec.show_when):
            continue
        gates = [key for key in plan.graph.gates[spec.key] if plan.questions[key].shown is not None]
        also = f", or what shows {', '.join(f'`{key}`' for key in gates)}" if gates else ""
        yield Problem(f"{path}.show_when", f"{NEVER_ASKED}; change it{also}")


def _asked_twice(plan: TemplatePlan, possible: Possibilities) -> Iterator[Problem]:
    """Yield questions that read like an earlier one, unless no prospect is asked both."""
    seen: dict[str, list[PlannedQuestion]] = {}
    for path, spec in questions_at(plan.document):
        question = plan.questions[spec.key]
        alike = seen.setdefault(" ".join(spec.text.split()).casefold(), [])
        for other in alike:
            shown = [each for each in (other, question) if each.shown is not None]
            texts = [each.spec.show_when for each in shown]
            both = _all_of([each.shown for each in shown if each.shown is not None])
            if len(shown) < 2 or not possible.never(both, *texts, parts=PARTS_TOGETHER):
                wrong = f"reads like the question `{other.key}`, so the prospect is asked the same twice"
                yield Problem(f"{path}.text", f"{wrong}; word it differently, or remove one of the two")
                break
        alike.append(question)


def _never_called(path: str, formula: PlannedFormula, possible: Possibilities) -> Iterator[Problem]:
    """Yield the bands that the formula's value never lies in."""
    bands = formula.spec.bands
    for place, (band_path, band) in enumerate(each_at(f"{path}.bands", bands)):
        below = bands[place + 1].least if place + 1 < len(bands) else Decimal("Infinity")
        if possible.never(_lies_in(formula, band.least, below), formula.spec.rule, parts=PARTS_TOGETHER):
            wrong = f"no answers come to it, so the result is never called “{band.label}”"
            yield Problem(f"{band_path}.from", f"{wrong}; change this threshold or the rule, or remove the name")


def _lies_in(formula: PlannedFormula, least: Decimal, below: Decimal) -> Test:
    def lies(facts: Mapping[str, Fact]) -> Fact:
        value = amount(formula.function(facts)) if formula.cost_item else formula.function(facts)
        if isinstance(value, Unknown):
            return value
        if not isinstance(value, Decimal | Range):
            return False
        low, high = (value.low, value.high) if isinstance(value, Range) else (value, value)
        if high < least or low >= below:
            return False
        return True if least <= low and high < below else Unknown(Reason.NOT_COMPUTABLE, formula.reads)

    return lies


def _costs_something(formula: PlannedFormula) -> Test:
    def costs(facts: Mapping[str, Fact]) -> Fact:
        value = amount(formula.function(facts))
        if isinstance(value, Range):
            if value.low > ZERO:
                return True
            return Unknown(Reason.NOT_COMPUTABLE, formula.reads) if value.high > ZERO else False
        return value > ZERO if isinstance(value, Decimal) else value

    return costs


def _never_yes(answer: str, conditions: tuple[PlannedCondition, ...], possible: Possibilities) -> list[Problem]:
    """Return which conditions of an answer are never true; if each may be, whether all together are not."""
    found = [
        Problem(f"{condition.node}.rule", "can never be yes, so the whole answer is never yes; change the condition")
        for condition in conditions
        if possible.never(condition.function, condition.text)
    ]
    if not found and len(conditions) > 1:
        texts = [condition.text for condition in conditions]
        if possible.never(_all_of([condition.function for condition in conditions]), *texts):
            wrong = "its conditions can never all be yes together, so it is never yes; change one of them"
            found.append(Problem(f"verdict.{answer}", wrong))
    return found


def _never_advances(plan: TemplatePlan, possible: Possibilities) -> Iterator[Problem]:
    """Yield a problem if no case has all conditions of the three answers and none of the blocking risks."""
    conditions = [condition for answer in ANSWERS for condition in plan.verdict[answer]]
    blocking = [risk for risk in plan.risks if risk.spec.blocking]

    def never(*risks: PlannedRisk) -> bool:
        functions = [
            *(condition.function for condition in conditions),
            *(_absent(risk.condition.function) for risk in risks),
        ]
        texts = [condition.text for condition in (*conditions, *(risk.condition for risk in risks))]
        return possible.never(_all_of(functions), *texts, parts=PARTS_TOGETHER)

    if not never(*blocking):
        return
    if not blocking or never():
        wrong = "the conditions of its three answers can never all be yes together; change one of them"
    else:
        there = [risk for risk in blocking if never(risk)] or blocking
        named = " or ".join(f"“{risk.spec.label}”" for risk in there)
        wrong = f"whenever its three answers are yes, {named} blocks the sale; change the rule of that risk, or let it "
        wrong += "only be watched"
    yield Problem("verdict", f"can never advise to advance, whatever is answered: {wrong}")


def _absent(function: Test) -> Test:
    def absent(facts: Mapping[str, Fact]) -> Fact:
        value = function(facts)
        return value if isinstance(value, Unknown) else value is False

    return absent


def _all_of(functions: list[Test]) -> Test:
    def holds(facts: Mapping[str, Fact]) -> Fact:
        open_: list[Unknown] = []
        for function in functions:
            value = function(facts)
            if value is False:
                return False
            if isinstance(value, Unknown):
                open_.append(value)
        names = dict.fromkeys(name for value in open_ for name in value.names)
        return Unknown(open_[0].reason, tuple(names)) if open_ else True

    return holds


# --- Apart from the rules ------------------------------------------------------------------------


def _points_as_keys(document: TemplateDocument) -> Iterator[Problem]:
    placed = [
        *((path, question.key) for path, question in questions_at(document)),
        *((path, formula.key) for path, formula in each_at("formulas", document.formulas)),
    ]
    for path, key in placed:
        if key.startswith(POINTS_OF):
            yield Problem(f"{path}.key", "points_of_… belongs to the questions that give points; choose another")


def _same_labels(document: TemplateDocument) -> Iterator[Problem]:
    """An option that reads like another one can never be told from it."""
    for path, question in questions_at(document):
        seen: dict[str, str] = {}
        for option_path, option in each_at(f"{path}.options", question.options):
            label = " ".join(option.label.split()).casefold()
            if label in seen:
                wrong = f"reads like the option `{seen[label]}`, so nobody can choose between them"
                yield Problem(f"{option_path}.label", f"{wrong}; give it another label, or remove it")
            seen.setdefault(label, option.code)


def _single_options(document: TemplateDocument) -> Iterator[Problem]:
    for path, question in questions_at(document):
        if question.type in CHOICES and len(question.options) == 1:
            wrong = "offers a single option, so there is nothing to choose"
            yield Problem(f"{path}.options", f"{wrong}; add what else may be answered, or ask for yes or no")


def _currencies(document: TemplateDocument, currency: str) -> Iterator[Problem]:
    if document.currency and document.currency != currency:
        yield Problem("currency", differs(document.currency, currency))
    money = [
        *((path, question.unit) for path, question in questions_at(document) if question.type == QuestionType.MONEY),
        *((path, formula.unit) for path, formula in each_at("formulas", document.formulas)),
        *((path, spec.unit) for path, spec in _money_attributes(document)),
    ]
    for path, unit in money:
        if other := other_currency(unit, currency):
            yield Problem(f"{path}.unit", f"{other} is not {currency}; all amounts of a template are in one currency")


def differs(currency: str, own: str) -> str:
    return f"is {currency}, but the business counts in {own}; write its amounts in {own} and set this to {own}"


def _money_attributes(document: TemplateDocument) -> Iterator[tuple[str, AttributeSpec]]:
    answered = {question.attribute for _, question in questions_at(document)}
    for path, spec in each_at("attributes", document.attributes):
        if spec.type == ValueType.MONEY and spec.key in answered:
            yield path, spec


def _test_cases(document: TemplateDocument) -> Iterator[Problem]:
    if not document.test_cases:
        wrong = "needs at least one test case: answers, and what must come of them"
        good = "A good set has one for each advice that you count on, and one in which something is not known"
        yield Problem("test_cases", f"{wrong}. {good}")
