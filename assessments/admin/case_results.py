"""What the test cases of a draft come to now, and why one fails."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assessments.domain.answers import decode_answers
from assessments.domain.cases import run_test_cases
from assessments.domain.engine import Evaluation, evaluate
from assessments.domain.plan import TemplatePlan, compile_template
from assessments.domain.template import ANSWERS, TEST_DAY, TemplateDocument
from assessments.domain.template_document import read, write
from assessments.models import TemplateVersion
from assessments.services.trials import facts_of_imagined
from leads.domain.documents import DocumentRefused, Problem
from leads.domain.values import AttributeSpec, ValueType, display
from leads.domain.wording import shown

MONEY = AttributeSpec("amount", "Amount", ValueType.MONEY)
WORDS = {
    "good_problem": "good problem",
    "will_act": "will act",
    "cost.low": "least cost",
    "cost.likely": "likely cost",
    "cost.high": "greatest cost",
}


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What a case comes to, and what it expects and does not get."""

    plan: TemplatePlan
    evaluation: Evaluation
    problems: tuple[Problem, ...]


def results_of(draft: TemplateVersion, document: TemplateDocument) -> Mapping[int, CaseResult]:
    """Return what comes of a draft's test cases, by row; of none of them while the draft cannot be run."""
    cases = list(draft.test_cases.all())
    if not cases:
        return {}
    try:
        plan = compile_template(read(write(document)))
    except DocumentRefused:
        return {}
    found = run_test_cases(plan)
    results = {}
    for index, (row, case) in enumerate(zip(cases, plan.document.test_cases, strict=True)):
        path = f"test_cases[{index}]"
        wrong = tuple(
            Problem(problem.path.removeprefix(path).lstrip("."), problem.message)
            for problem in found
            if problem.path.startswith(path)
        )
        facts = facts_of_imagined(plan.attributes, dict(case.facts))
        evaluation = evaluate(plan, decode_answers(plan, dict(case.answers)), facts, case.on or TEST_DAY)
        results[row.pk] = CaseResult(plan, evaluation, wrong)
    return results


def outcome(result: CaseResult, currency: str) -> str:
    """Return in a sentence what a case comes to, and why it fails if it does."""
    verdict, cost = result.evaluation.verdict, result.evaluation.cost
    likely = display(MONEY, cost.likely, currency)
    high = "open" if cost.high is None else display(MONEY, cost.high, currency)
    about = likely if cost.low == cost.high else f"{likely} ({display(MONEY, cost.low, currency)} … {high})"
    answers = ", ".join(f"{WORDS.get(name, name)} {getattr(verdict, name).decision.value}" for name in ANSWERS)
    said = f"Advice: {_words(verdict.advice)}. Outlook: {_words(verdict.outlook)}. {answers[0].upper()}{answers[1:]}. "
    said += f"Cost a year: {about}."
    figures = "; ".join(
        f"{formula.spec.label} {shown(_number(formula.spec.unit), result.evaluation.facts[formula.key], currency)}"
        for formula in result.plan.formulas
    )
    said += f" {figures}."
    if not result.problems:
        return f"It passes. {said}"
    why = "; ".join(f"{_place(problem.path)} {problem.message}" for problem in result.problems)
    return f"It fails: {why}. {said}"


def _number(unit: str) -> AttributeSpec:
    return AttributeSpec("figure", "Figure", ValueType.NUMBER, unit=unit)


def _place(path: str) -> str:
    place = path.removeprefix("expected").lstrip(".")
    return WORDS.get(place, place.rpartition(".")[2].replace("_", " ") or "it")


def _words(value: str) -> str:
    return value.replace("_", " ")
