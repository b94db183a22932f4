"""Texts with values in braces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.domain.filling import NotFillable, fill, names_filled, not_fillable


def test_values_stand_where_they_are_named():
    text = "Call {contact} at {organization} about {hours_lost}"

    said = fill(text, {"contact": "Ana", "organization": "Granite", "hours_lost": "60 hours"}, {})

    assert said == "Call Ana at Granite about 60 hours"


def test_what_is_not_known_says_so_by_its_label():
    assert fill("It costs {cost}.", {}, {"cost": "cost of the problem"}) == "It costs (not known: cost of the problem)."


def test_values_are_not_filled_in_twice():
    assert fill("{contact}", {"contact": "{owner}", "owner": "Sam"}, {}) == "{owner}"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("Call {contact}", []),
        ("Call {contcat}", [NotFillable("contcat", "contact")]),
        ("{ hours_lost } and {zzz}", [NotFillable("zzz", None)]),
        ("{}", [NotFillable("", None)]),
    ],
)
def test_names_that_nothing_stands_for_are_told_with_what_was_meant(text, wrong):
    assert not_fillable(text, ["hours_lost"]) == wrong


@given(st.text())
def test_a_text_that_names_nothing_stays_as_it_is(text):
    if not names_filled(text):
        assert fill(text, {}, {}) == text
