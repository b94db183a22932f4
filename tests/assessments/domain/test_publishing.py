"""What keeps a template that could run from being published."""

from dataclasses import replace

import pytest

from assessments.domain.currencies import other_currency
from assessments.domain.plan import compile_template
from assessments.domain.publishing import dead_rules, publishing_problems
from assessments.domain.template import Advice, Expected, FormulaBand, TestCase
from tests.assessments.domain.templates import (
    D,
    FormulaSpec,
    asked,
    attribute,
    choice,
    problems,
    template,
    yes_no,
)

COST = FormulaSpec("loss", "Loss", "100", cost_item=True)
CASE = TestCase("Case", (), (), Expected(advice=Advice.ADVANCE))
SHOWN = "sections[0].questions[{}].show_when: can never be true, so the question is never asked; change it"


def publishing(own="EUR", **parts):
    document = template(**({"test_cases": (CASE,)} | parts))
    return [str(problem) for problem in publishing_problems(document, own)]


def dead(**parts):
    return [str(problem) for problem in dead_rules(compile_template(template(**parts)))]


def test_the_plain_template_can_be_published():
    assert (publishing(), dead()) == ([], [])


def test_a_template_needs_a_test_case():
    assert publishing(test_cases=()) == [
        "test_cases: needs at least one test case: answers, and what must come of them. A good set has one for each "
        "advice that you count on, and one in which something is not known"
    ]


@pytest.mark.parametrize("part", ["question", "formula"])
def test_keys_that_look_like_points_are_refused(part):
    if part == "question":
        found, path = publishing(problem=(asked("points_of_x"),)), "sections[0].questions[0]"
    else:
        found, path = publishing(formulas=(COST, FormulaSpec("points_of_x", "P", "1"))), "formulas[1]"

    assert found == [f"{path}.key: points_of_… belongs to the questions that give points; choose another"]


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ("hours * 46 > hourly", "hourly"),
        ("employees > hours", "employees"),
        ("painful and (hours > 3 or hours in [1, hourly])", "hourly"),
        ("hours > 3 and hourly > 3", None),
        ("hours > (painful ? 2 : 3)", None),
        ("hours > days", None),
    ],
)
def test_what_a_prospect_could_find_out_by_trying_is_refused(shown, told):
    questions = (
        asked("hours", for_prospect=True),
        asked("days", for_prospect=True),
        asked("hourly"),
        yes_no("painful"),
        asked("more", for_prospect=True, show_when=shown),
    )

    assert dead(problem=questions, attributes=(attribute("employees"),)) == [
        "sections[0].questions[4].show_when: compares the prospect's own `hours` with "
        f"`{told}`, which it must not see and could find out by trying; compare one of them with a fixed number, or "
        "do not ask the prospect this question"
    ] * (told is not None)


def test_options_that_read_alike_are_refused():
    question = choice("q", ("a", "0"), ("b", "1"), ("c", "2"))
    alike = (question.options[0], question.options[1], replace(question.options[2], label=" a"))

    assert publishing(problem=(replace(question, options=alike),)) == [
        "sections[0].questions[0].options[2].label: reads like the option `a`, so nobody can choose between them; "
        "give it another label, or remove it"
    ]


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice"])
def test_a_choice_of_one_option_is_refused(kind):
    assert publishing(problem=(choice("q", ("a", "0"), ("b", "1")), choice("r", ("a", "0"), kind=kind))) == [
        "sections[0].questions[1].options: offers a single option, so there is nothing to choose; add what else may be "
        "answered, or ask for yes or no"
    ]


# --- Currencies ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("unit", "currency", "other"),
    [
        ("EUR", "EUR", ""),
        ("€ per year", "EUR", ""),
        ("kEUR", "EUR", ""),
        ("EUR/month", "EUR", ""),
        ("per try", "EUR", ""),
        ("hours a week", "EUR", ""),
        ("", "EUR", ""),
        ("$", "USD", ""),
        ("$", "CAD", ""),
        ("kr", "SEK", ""),
        ("¥", "CNY", ""),
        ("USD", "EUR", "USD"),
        ("kUSD", "EUR", "kUSD"),
        ("$ a month", "EUR", "$"),
        ("US$", "EUR", "US$"),
        ("US$", "CAD", "US$"),
        ("€", "CHF", "€"),
        ("Euros", "GBP", "Euros"),
        ("£", "USD", "£"),
        ("¥", "EUR", "¥"),
        ("CHF", "EUR", "CHF"),
    ],
)
def test_a_unit_names_another_currency_by_code_sign_or_word(unit, currency, other):
    assert other_currency(unit, currency) == other


def test_a_template_is_in_the_currency_of_its_business():
    assert publishing(currency="EUR") == []
    assert publishing(currency="USD") == [
        "currency: is USD, but the business counts in EUR; write its amounts in EUR and set this to EUR"
    ]


def test_amounts_in_another_currency_are_named_where_they_stand():
    found = publishing(
        attributes=(attribute("spent", "money", unit="£"), attribute("unused", "money", unit="$")),
        problem=(
            asked("fine", "money", unit="EUR"),
            asked("wrong", "money", unit="USD"),
            asked("count", unit="USD"),
            asked("spending", "money", unit="£", attribute="spent"),
        ),
        formulas=(replace(COST, unit="€"), FormulaSpec("f", "F", "1", unit="CHF a year")),
    )

    one = "all amounts of a template are in one currency"
    assert found == [
        f"sections[0].questions[1].unit: USD is not EUR; {one}",
        f"sections[0].questions[3].unit: £ is not EUR; {one}",
        f"formulas[1].unit: CHF is not EUR; {one}",
        f"attributes[0].unit: £ is not EUR; {one}",
    ]


# --- Bands ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bands", "wrong"),
    [
        ((("Mild", "5"), ("Severe", "10")), []),
        (
            (("Mild", "10"), ("Severe", "10")),
            ["[1].from: the thresholds must rise: 10 is not above 10; put the bands from the lowest to the highest"],
        ),
        (
            (("Mild", "10"), ("Severe", "5")),
            ["[1].from: the thresholds must rise: 5 is not above 10; put the bands from the lowest to the highest"],
        ),
        ((("Mild", "1"), ("mild ", "2")), ["[1].label: `mild ` is there twice; give each band its own label"]),
        (((" ", "1"),), ["[0].label: is missing: say what values from here on are called"]),
    ],
)
def test_bands_of_a_formula_rise_and_have_labels_of_their_own(bands, wrong):
    spec = replace(COST, bands=tuple(FormulaBand(label, D(least)) for label, least in bands))

    assert problems(formulas=(spec,)) == [f"formulas[0].bands{each}" for each in wrong]
