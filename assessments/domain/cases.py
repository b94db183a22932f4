"""Running the test cases that a template brings along."""

from collections.abc import Iterator
from decimal import Decimal

from assessments.domain.answers import check_value
from assessments.domain.engine import Evaluation, evaluate
from assessments.domain.plan import TemplatePlan
from assessments.domain.template import ANSWERS, TEST_DAY, Expected, TestCase
from assessments.domain.template_checks import each_at
from leads.domain.documents import Problem
from leads.domain.rules import Fact, Range, Reason, Unknown
from leads.domain.snapshot import DOES_NOT_KNOW
from leads.domain.values import NUMBER_BELOW, ValueRefused, decode, plain

CENT = Decimal("0.01")


def run_test_cases(plan: TemplatePlan) -> list[Problem]:
    """Return what the test cases expect and do not get; nothing if all of them pass.

    A case runs on its own day, and on a fixed one if it names none. Attributes without a fact have the
    value that stands for "not given".
    """
    found: list[Problem] = []
    for path, case in each_at("test_cases", plan.document.test_cases):
        problems: list[Problem] = []
        answers = _answers(plan, case, f"{path}.answers", problems)
        facts = _facts(plan, case, f"{path}.facts", problems)
        if case.expected == Expected():
            problems.append(Problem(f"{path}.expected", "expects nothing"))
        if not problems:
            evaluation = evaluate(plan, answers, facts, case.on or TEST_DAY)
            problems += _differences(evaluation, case.expected, f"{path}.expected")
            problems += _other_figures(plan, evaluation, case.expected, f"{path}.expected.figures")
        found += problems
    return found


def value_problems(plan: TemplatePlan) -> list[Problem]:
    """Return where the test cases give values that their questions or attributes do not take."""
    found: list[Problem] = []
    for path, case in each_at("test_cases", plan.document.test_cases):
        _answers(plan, case, f"{path}.answers", found)
        _facts(plan, case, f"{path}.facts", found)
    return found


def _answers(plan: TemplatePlan, case: TestCase, path: str, problems: list[Problem]) -> dict[str, Fact]:
    answers: dict[str, Fact] = {}
    for key, stored in case.answers:
        question = plan.questions.get(key)
        if question is None:
            problems.append(Problem(f"{path}.{key}", f"there is no question `{key}`"))
        elif stored == DOES_NOT_KNOW:
            answers[key] = Unknown(Reason.DOES_NOT_KNOW, (key,))
        else:
            value = decode(question.value, stored)
            try:
                if value is None:
                    raise ValueRefused(f"is no value of `{key}`")
                answers[key] = check_value(question, value)
            except ValueRefused as refused:
                problems.append(Problem(f"{path}.{key}", refused.message))
    return answers


def _facts(plan: TemplatePlan, case: TestCase, path: str, problems: list[Problem]) -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for key, spec in plan.attributes.items():
        if spec.not_given is not None and (value := decode(spec, spec.not_given)) is not None:
            facts[key] = value
    for key, stored in case.facts:
        if key not in plan.attributes:
            problems.append(Problem(f"{path}.{key}", f"there is no attribute `{key}`"))
            continue
        value = decode(plan.attributes[key], stored)
        if stored == DOES_NOT_KNOW:
            facts[key] = Unknown(Reason.DOES_NOT_KNOW, (key,))
        elif value is None:
            problems.append(Problem(f"{path}.{key}", f"is no value of `{key}`"))
        else:
            facts[key] = value
    return facts


def _differences(evaluation: Evaluation, expected: Expected, path: str) -> Iterator[Problem]:
    verdict = evaluation.verdict
    pairs = [
        *((name, getattr(expected, name), getattr(verdict, name).decision) for name in ANSWERS),
        ("outlook", expected.outlook, verdict.outlook),
        ("advice", expected.advice, verdict.advice),
    ]
    for name, wanted, got in pairs:
        if wanted is not None and wanted != got:
            yield Problem(f"{path}.{name}", f"is {got.value}, not {wanted.value}")
    for end, amount in expected.cost:
        found = getattr(evaluation.cost, end)
        if found != amount:
            yield Problem(f"{path}.cost.{end}", f"is {_shown(found)}, not {_shown(amount)}")


def _other_figures(plan: TemplatePlan, evaluation: Evaluation, expected: Expected, path: str) -> Iterator[Problem]:
    """Compare formulas to the cent, as documents keep numbers."""
    formulas = {formula.key for formula in plan.formulas}
    for key, wanted in expected.figures:
        if key not in formulas:
            known = f"; there is {', '.join(f'`{name}`' for name in sorted(formulas))}" if formulas else ""
            yield Problem(f"{path}.{key}", f"there is no formula `{key}`{known}")
            continue
        found = evaluation.facts[key]
        if isinstance(found, Range):
            ends = " to ".join(_shown(end) if end.is_finite() else "open" for end in (found.low, found.high))
            yield Problem(f"{path}.{key}", f"is {ends}, likely {_shown(found.likely)}, not {_value(wanted)}")
        elif (got := _to_the_cent(found)) != wanted:
            yield Problem(f"{path}.{key}", f"is {_value(got)}, not {_value(wanted)}")


def _to_the_cent(value: Fact) -> Decimal | None:
    if not isinstance(value, Decimal):
        return None
    return value if abs(value) >= NUMBER_BELOW else value.quantize(CENT)


def _value(number: Decimal | None) -> str:
    return "not known" if number is None else plain(number)


def _shown(amount: Decimal | None) -> str:
    return "open" if amount is None else plain(amount)
