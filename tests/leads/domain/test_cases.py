"""Test cases: imagined leads, and the level that must come of each."""

from dataclasses import replace
from datetime import date

import pytest

from leads.domain.cases import TEST_DAY, case_problems, judge_case, run_cases, value_problems
from leads.domain.documents import DocumentRefused
from leads.domain.plan import compile_plan
from leads.domain.schema_document import TestCase, read, write
from leads.domain.snapshot import DOES_NOT_KNOW
from leads.domain.stages import Level

LARGE = (("employees", "250"), ("has_pain", True))


def said(document):
    return [str(problem) for problem in case_problems(compile_plan(document))]


def test_a_case_that_comes_to_its_level_passes(document):
    case = TestCase("Large, with the problem", LARGE, Level.SQL, Level.SQL)

    assert said(document(test_cases=(case,))) == []


def test_a_case_says_what_came_instead(document):
    cases = (
        TestCase("Only the problem", (("has_pain", True),), Level.SQL),
        TestCase("Nothing known", (), Level.NONE, Level.MQL),
    )

    assert said(document(test_cases=cases)) == [
        "test_cases[0].level: is MQL, not SQL",
        "test_cases[1].possible_level: is SQL, not MQL",
    ]


def test_a_case_happens_on_its_own_day(document):
    known = (("decision", "2026-03-20"), ("employees", "60"), ("has_pain", True))
    cases = (
        TestCase("Decides soon", known, Level.SQL, on=date(2026, 3, 2)),
        TestCase("Decides long after", known, Level.MQL, on=date(2025, 11, 1)),
        TestCase("On the usual day", known, Level.SQL),
    )
    plan = compile_plan(document(test_cases=cases))

    assert [result.problems for result in run_cases(plan)] == [(), (), ()]
    assert date(2026, 1, 1) == TEST_DAY


def test_a_count_of_engagements_is_given_as_a_number(with_interest):
    schema = with_interest()
    case = TestCase("Three webinars", (("webinars", "3"),), Level.NONE)
    plan = compile_plan(replace(schema, test_cases=(case,)))

    judgement = judge_case(plan, case)

    assert str(judgement.facts["webinars"]) == "3"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((("staff", "3"),), "test_cases[0].values.staff: there is no attribute `staff`"),
        ((("employees", "many"),), "test_cases[0].values.employees: is no value of `employees`"),
        ((("employees", 3.5),), "test_cases[0].values.employees: is no value of `employees`"),
        ((("industry", "farm"),), "test_cases[0].values.industry: is no value of `industry`"),
    ],
)
def test_a_value_that_its_attribute_does_not_take_is_told(document, values, message):
    schema = document(test_cases=(TestCase("Odd", values, Level.NONE),))

    assert [str(problem) for problem in value_problems(schema)] == [message]
    assert said(schema) == [message]


def test_what_the_prospect_does_not_know_is_unknown(document):
    case = TestCase("Does not know", (("employees", DOES_NOT_KNOW), ("has_pain", True)), Level.MQL, Level.SQL)

    assert said(document(test_cases=(case,))) == []


def test_cases_survive_the_document(document):
    schema = document(
        test_cases=(
            TestCase("Large", LARGE, Level.SQL, Level.SQL, date(2026, 3, 2)),
            TestCase("Unknown", (("employees", DOES_NOT_KNOW),), Level.NONE),
        )
    )

    assert read(write(schema)) == schema
    assert "test_cases" not in write(document())


@pytest.mark.parametrize(
    ("part", "path"),
    [
        ('"level":"sql"', "test_cases[0].level"),
        ('"on":null', "test_cases[0].on"),
        ('"possible_level":null', "test_cases[0].possible_level"),
        ('"values":{}', "test_cases[0].values"),
    ],
)
def test_a_case_of_another_shape_is_refused(document, part, path):
    text = write(document(test_cases=(TestCase("Large", (), Level.SQL),)))
    name = part.split(":")[0]

    with pytest.raises(DocumentRefused) as caught:
        read(text.replace(part, f'{name}:"tomorrow"'))

    assert [problem.path for problem in caught.value.problems] == [path]
