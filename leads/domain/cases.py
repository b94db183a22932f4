"""Running the test cases that a qualification schema brings along."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from leads.domain.documents import Problem
from leads.domain.plan import Plan
from leads.domain.qualification import Judgement, judge
from leads.domain.schema_document import SchemaDocument, TestCase
from leads.domain.snapshot import DOES_NOT_KNOW, Circumstances, absorb
from leads.domain.values import AttributeSpec, Window, decode

TEST_DAY = date(2026, 1, 1)


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What came of a case; `problems` are empty if it is what the case expects."""

    case: TestCase
    judgement: Judgement | None
    problems: tuple[Problem, ...]


def run_cases(plan: Plan) -> list[CaseResult]:
    """Return what comes of every test case of the plan's document, in their order."""
    return [_run(plan, case, f"test_cases[{index}]") for index, case in enumerate(plan.document.test_cases)]


def case_problems(plan: Plan) -> list[Problem]:
    """Return what the test cases expect and do not get; nothing if all of them pass."""
    return [problem for result in run_cases(plan) for problem in result.problems]


def value_problems(document: SchemaDocument) -> list[Problem]:
    """Return where the test cases give values that their attributes do not take."""
    return [
        problem
        for index, case in enumerate(document.test_cases)
        for problem in _value_problems(document, case, f"test_cases[{index}]")
    ]


def _value_problems(document: SchemaDocument, case: TestCase, path: str) -> list[Problem]:
    specs = {spec.key: spec for spec in document.attributes}
    return [
        Problem(f"{path}.values.{key}", message)
        for key, stored in case.values
        if (message := _refusal(specs.get(key), key, stored))
    ]


def _run(plan: Plan, case: TestCase, path: str) -> CaseResult:
    problems = _value_problems(plan.document, case, path)
    if problems:
        return CaseResult(case, None, tuple(problems))
    judgement = judge_case(plan, case)
    if judgement.level != case.level:
        problems.append(Problem(f"{path}.level", f"is {judgement.level.name}, not {case.level.name}"))
    if case.possible_level is not None and judgement.possible_level != case.possible_level:
        problems.append(
            Problem(f"{path}.possible_level", f"is {judgement.possible_level.name}, not {case.possible_level.name}")
        )
    return CaseResult(case, judgement, tuple(problems))


def _refusal(spec: AttributeSpec | None, key: str, stored: Any) -> str:
    if spec is None:
        return f"there is no attribute `{key}`"
    if spec.counts_days is not None:
        is_count = isinstance(stored, str) and stored.isascii() and stored.isdigit()
        return "" if is_count else f"`{key}` is counted: give a whole number"
    if stored == DOES_NOT_KNOW:
        return ""
    return "" if decode(spec, stored) is not None else f"is no value of `{key}`"


def judge_case(plan: Plan, case: TestCase) -> Judgement:
    """Return how the plan judges what a case gives, whatever the schema applies to.

    Its values must be of their attributes.
    """
    now = datetime.combine(case.on or TEST_DAY, time(12), tzinfo=UTC)
    counted: dict[Window, int] = {}
    values: dict[str, Any] = {}
    specs = {spec.key: spec for spec in plan.document.attributes}
    for key, stored in case.values:
        if specs[key].counts_days is None:
            values[key] = stored
        else:
            counted[specs[key].window] = int(stored)
    snapshot = absorb({}, values, at=now, source="", evidence=0)
    return judge(plan, snapshot, Circumstances(now=now, today=now.date(), engagements=counted))
