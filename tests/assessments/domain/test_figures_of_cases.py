"""Bands of formulas, and what test cases expect of formulas."""

from dataclasses import replace

import pytest

from assessments.domain.bands import band_of
from assessments.domain.cases import run_test_cases
from assessments.domain.plan import compile_template
from assessments.domain.template import Expected, FormulaBand, TestCase
from leads.domain.rules import Reason, Unknown
from tests.assessments.domain.templates import D, FormulaSpec, asked, between, scale, template

BANDS = tuple(FormulaBand(label, D(least)) for label, least in (("Mild", "5"), ("Moderate", "10"), ("Severe", "20")))
SPEC = FormulaSpec("total", "Total", "rated", bands=BANDS)


@pytest.mark.parametrize(
    ("value", "band"),
    [
        (D("4.99"), ""),
        (D("5"), "Mild"),
        (D("9.99"), "Mild"),
        (D("10"), "Moderate"),
        (D("1000"), "Severe"),
        (between("5", "6", "9"), "Mild"),
        (between("5", "6", "10"), "Mild to Moderate"),
        (between("9", "12", "25"), "Mild to Severe"),
        (between("1", "6", "25"), "up to Severe"),
        (between("1", "2", "3"), ""),
        (between("12", "15", "Infinity"), "Moderate to Severe"),
        (Unknown(Reason.NOT_ASKED, ("rated",)), ""),
    ],
)
def test_a_value_is_called_by_the_band_it_lies_in(value, band):
    assert band_of(SPEC, value) == band


def test_without_bands_a_value_is_called_nothing():
    assert band_of(replace(SPEC, bands=()), D("7")) == ""


FORMULAS = (
    FormulaSpec("loss", "Loss", "hours * 100", cost_item=True),
    FormulaSpec("third", "Third", "rated / 3"),
    FormulaSpec("rest", "Rest", "10 - rated"),
)


def case(**figures):
    """A case of 12 to 20 hours and a rating of 7, that expects of formulas what is given."""
    answers = (("hours", {"low": "12", "likely": "15", "high": "20"}), ("rated", "7"))
    expected = Expected(figures=tuple((key, None if value is None else D(value)) for key, value in figures.items()))
    document = template(
        problem=(scale("rated"), asked("silent")),
        cost=(asked("hours"),),
        formulas=(*FORMULAS, FormulaSpec("never", "Never", "silent * 2")),
        test_cases=(TestCase("C", answers, (), expected),),
    )
    return [str(problem) for problem in run_test_cases(compile_template(document))]


@pytest.mark.parametrize(
    ("figures", "wrong"),
    [
        ({"rest": "3"}, []),
        ({"third": "2.33"}, []),  # 2.3333333333, to the cent
        ({"never": None}, []),
        ({"rest": "3", "never": None, "third": "2.33"}, []),
        ({"rest": "4"}, ["rest: is 3, not 4"]),
        ({"rest": None}, ["rest: is 3, not not known"]),
        ({"never": "0"}, ["never: is not known, not 0"]),
        ({"loss": "1500"}, ["loss: is 1200 to 2000, likely 1500, not 1500"]),
        (
            {"rset": "3"},
            ["rset: there is no formula `rset`; there is `loss`, `never`, `rest`, `third`"],
        ),
        ({"rest": "1", "third": "1"}, ["rest: is 3, not 1", "third: is 2.33, not 1"]),
    ],
)
def test_a_case_may_expect_what_formulas_come_to(figures, wrong):
    assert case(**figures) == [f"test_cases[0].expected.figures.{each}" for each in wrong]
