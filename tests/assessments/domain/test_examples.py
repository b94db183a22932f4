"""What a rule gives on example answers, said while it is written."""

from dataclasses import replace

import pytest

from assessments.domain.examples import Example, example_of
from assessments.domain.template import Advice, Expected, TestCase
from tests.assessments.domain.templates import D, FormulaSpec, asked, attribute, choice, scale, template, yes_no

CASE = TestCase(
    "C",
    (("hours", "25"), ("hourly", "40"), ("spread", {"low": "1", "likely": "2", "high": "3"})),
    (("staff", "12"),),
    Expected(advice=Advice.ADVANCE),
)
DOCUMENT = template(
    attributes=(attribute("staff", unit="people"), attribute("rank", not_given="3"), attribute("due", "date")),
    problem=(scale("pain", minimum=D("1"), maximum=D("5")), choice("kind", ("mail", "2"), ("edi", "0"))),
    cost=(
        asked("hours", unit="hours"),
        asked("hourly", "money"),
        asked("spread"),
        asked("open"),
        asked("few", maximum=D("4")),
        yes_no("sure"),
    ),
    formulas=(
        FormulaSpec("typing", "Typing", "hours * hourly * 46", cost_item=True),
        FormulaSpec("broken", "Broken", "hours * "),
    ),
    test_cases=(CASE,),
)


def said(rule, document=DOCUMENT):
    return str(example_of(document, rule, "EUR"))


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (
            "hours * hourly * 46",
            "Gives an amount of money in EUR: EUR 46,000 with hours 25 hours, hourly EUR 40.",
        ),
        ("typing / 2", "Gives an amount of money in EUR: EUR 23,000 with typing EUR 46,000."),
        ("hours * 46", "Gives a number of hours: 1,150 hours with hours 25 hours."),
        ("typing / hourly", "Gives a number: 1,150 with typing EUR 46,000, hourly EUR 40."),
        ("hours / staff", "Gives a number: 2.08 with hours 25 hours, staff 12 people."),
        ("hours + hourly", "Gives a number: 65 with hours 25 hours, hourly EUR 40."),
        ("max(typing, 5000)", "Gives an amount of money in EUR: EUR 46,000 with typing EUR 46,000."),
        ("sure ? typing : 0", "Gives an amount of money in EUR: EUR 46,000 with sure Yes, typing EUR 46,000."),
        ("spread * 2", "Gives a number: 2 – 4 – 6 with spread 1 – 2 – 3."),
        ("pain", "Gives a number: 3 with pain 3."),  # the middle of the scale
        ("open + few + rank", "Gives a number: 17 with open 10, few 4, rank 3."),
        ("points_of_kind", "Gives a number of points: 2 points with points_of_kind 2 points."),
        ("days_until_due", "Gives a number of days: 30 days with days_until_due 30 days."),
        ('kind == "mail"', "Gives a yes or no: Yes with kind Mail."),
        ("problem_cost >= act_from", "Gives a yes or no: Yes with problem_cost EUR 46,000, act_from EUR 0."),
        ("1 + 1", "Gives a number: 2."),
        ("hours / 0", "Gives a number of hours: not known with hours 25 hours."),
        ("broken + 1", "Gives a number: not known with broken not known."),
    ],
)
def test_a_rule_is_told_with_its_type_and_an_example(rule, sentence):
    assert said(rule) == sentence


@pytest.mark.parametrize("rule", ["", "hours *", "houers + 1", "hours + kind"])
def test_of_what_is_no_rule_yet_there_is_no_example(rule):
    assert example_of(DOCUMENT, rule, "EUR") is None


def test_without_test_cases_the_example_is_made_up():
    found = example_of(replace(DOCUMENT, test_cases=()), "hours * hourly", "CHF")

    assert found == Example(
        "an amount of money in CHF", "CHF 100", (("hours", "10 hours"), ("hourly", "CHF 10"))
    )  # fmt: skip


def test_an_answer_of_the_case_that_fits_no_more_is_left_aside():
    stale = replace(CASE, answers=(("kind", "fax"), ("hours", "many")))

    assert said('kind == "mail"', replace(DOCUMENT, test_cases=(stale,))) == "Gives a yes or no: Yes with kind Mail."
