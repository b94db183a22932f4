"""Answers as they come in, as they are kept, and as evidence."""

from datetime import UTC, date, datetime

import pytest

from assessments.domain.answers import check_answer, decode_answers, encode_answer, evidence_of
from assessments.domain.engine import Standing
from leads.domain.errors import DomainError
from leads.domain.rules import Reason, Unknown
from leads.domain.values import display
from tests.assessments.domain.templates import NOT_KNOWN, D, asked, attribute, between, choice, compiled, run, yes_no

QUESTIONS = (
    yes_no("hides"),
    asked("hours", "duration", minimum=D("1"), maximum=D("168"), unit="hours"),
    asked("price", "money"),
    asked("share", "percent", maximum=D("100")),
    asked("rating", "scale"),
    asked("due", "date"),
    asked("remark", "text"),
    choice("kind", ("a", "0"), ("b", "0")),
    choice("signs", ("x", "0"), ("y", "0"), kind="multiple_choice"),
    asked("hidden", show_when="not hides"),
    asked("undecided", show_when="hours > 10"),
)
PLAN = compiled(problem=QUESTIONS)
EVALUATION = run(PLAN, {"hides": True})


@pytest.mark.parametrize(
    ("key", "value", "kept"),
    [
        ("hours", D("20.0"), D("20")),
        ("hours", between("1", "20", "168"), between("1", "20", "168")),
        ("hours", between("20", "20", "20"), D("20")),
        ("price", D("12.50"), D("12.5")),
        ("rating", D("0"), D("0")),
        ("rating", D("10"), D("10")),
        ("due", date(2026, 3, 1), date(2026, 3, 1)),
        ("remark", " As it is. ", "As it is."),
        ("kind", "b", "b"),
        ("signs", frozenset({"x"}), frozenset({"x"})),
        ("signs", frozenset(), frozenset()),
        ("hides", False, False),
        ("urgency_before", D("7"), D("7")),
        ("kind", NOT_KNOWN, Unknown(Reason.DOES_NOT_KNOW, ("kind",))),
    ],
)
def test_an_answer_is_kept_as_its_question_keeps_it(key, value, kept):
    assert check_answer(PLAN, EVALUATION, key, value) == kept


@pytest.mark.parametrize(
    ("key", "value", "code", "message"),
    [
        ("nothing", D("1"), "unknown_question", "There is no question 'nothing'."),
        ("hidden", D("1"), "question_not_reachable", "The question `hidden` is hidden by earlier answers."),
        ("undecided", D("1"), "question_not_reachable", "The question `undecided` is not asked yet."),
        ("undecided", NOT_KNOWN, "question_not_reachable", "The question `undecided` is not asked yet."),
        ("hours", "20", "wrong_type", "`hours` takes a number or a range of numbers."),
        ("hours", True, "wrong_type", "`hours` takes a number or a range of numbers."),
        ("remark", D("1"), "wrong_type", "`remark` takes a text."),
        ("kind", frozenset({"a"}), "wrong_type", "`kind` takes one of its options, by code."),
        ("signs", "x", "wrong_type", "`signs` takes a list of its options, by code."),
        ("hides", D("1"), "wrong_type", "`hides` takes yes or no."),
        ("due", datetime(2026, 3, 1, tzinfo=UTC), "wrong_type", "`due` takes a date."),
        (
            "kind",
            Unknown(Reason.STALE),
            "wrong_type",
            "An answer to `kind` is a value, or that somebody does not know.",
        ),
        ("hours", D("0.9"), "out_of_bounds", "`hours` takes values from 1 to 168."),
        ("hours", between("0", "20", "30"), "out_of_bounds", "`hours` takes values from 1 to 168."),
        ("hours", between("20", "30", "169"), "out_of_bounds", "`hours` takes values from 1 to 168."),
        ("share", D("100.1"), "out_of_bounds", "`share` takes 100 at most."),
        ("rating", D("11"), "out_of_bounds", "`rating` takes values from 0 to 10."),
        ("urgency_after", D("-1"), "out_of_bounds", "`urgency_after` takes values from 0 to 10."),
        ("kind", "c", "unknown_option", "`kind` has no option 'c'; choose from a, b."),
        ("signs", frozenset({"x", "z"}), "unknown_option", "`signs` has no option 'z'; choose from x, y."),
        ("price", D("0.001"), "value_refused", "`price` takes at most 2 decimal places."),
        ("hours", D("NaN"), "value_refused", "`hours` takes a number or a range of numbers."),
        ("remark", " ", "value_refused", "`remark` takes a text of 1 to 2,000 characters."),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_with_its_code_and_field(key, value, code, message):
    with pytest.raises(DomainError) as refused:
        check_answer(PLAN, EVALUATION, key, value)

    assert (refused.value.code, refused.value.field, refused.value.message) == (code, key, message)


@pytest.mark.parametrize(
    ("key", "value", "stored"),
    [
        ("hours", D("20.50"), "20.5"),
        ("hours", between("20", "25", "30"), {"low": "20", "likely": "25", "high": "30"}),
        ("due", date(2026, 3, 1), "2026-03-01"),
        ("signs", frozenset({"y", "x"}), ["x", "y"]),
        ("hides", True, True),
        ("kind", "a", "a"),
        ("kind", Unknown(Reason.DOES_NOT_KNOW, ("kind",)), {"unknown": "does_not_know"}),
        ("urgency_before", D("3"), "3"),
    ],
)
def test_an_answer_reads_back_from_its_stored_form(key, value, stored):
    assert encode_answer(value) == stored
    assert decode_answers(PLAN, {key: stored}) == {key: value}


def test_what_is_no_answer_to_its_question_is_left_out_when_reading_back():
    stored = {
        "gone": "1",
        "hours": {"low": "1"},
        "due": "soon",
        "hides": "yes",
        "price": "much",
        "kind": 3,
        "share": "5",
    }

    assert decode_answers(PLAN, stored) == {"share": D("5")}


def test_an_answer_is_shown_with_the_unit_of_its_question_or_else_of_its_attribute():
    plan = compiled(
        attributes=(attribute("size", unit="people"),),
        problem=(asked("hours", "duration", unit="hours"), asked("staff", attribute="size")),
    )

    assert (
        display(plan.questions["hours"].value, between("1000", "2000", "3000"), "EUR") == "1,000 – 2,000 – 3,000 hours"
    )
    assert display(plan.questions["staff"].value, D("12"), "EUR") == "12 people"


EVIDENCE = compiled(
    attributes=(attribute("size"), attribute("budget", "money"), attribute("sector", "choice", codes=("a", "b"))),
    problem=(
        asked("staff", attribute="size"),
        asked("money", "money", attribute="budget"),
        yes_no("more"),
        asked("staff_again", attribute="size", show_when="more"),
        choice("branch", ("a", "0"), attribute="sector"),
    ),
)


@pytest.mark.parametrize(
    ("answers", "evidence"),
    [
        ({}, {}),
        ({"staff": D("5"), "more": False, "staff_again": D("9")}, {"size": "5"}),
        ({"staff": D("5"), "more": True, "staff_again": D("9")}, {"size": "9"}),
        ({"staff": D("5"), "more": True, "staff_again": NOT_KNOWN}, {"size": "5"}),
        ({"staff": NOT_KNOWN, "more": True, "staff_again": D("9")}, {"size": "9"}),
        ({"staff": D("5"), "staff_again": D("9")}, {"size": "5"}),
        ({"branch": "a", "money": NOT_KNOWN}, {"sector": "a", "budget": {"unknown": "does_not_know"}}),
        ({"money": between("1", "2", "3")}, {"budget": {"low": "1", "likely": "2", "high": "3"}}),
    ],
)
def test_evidence_is_what_shown_questions_were_answered(answers, evidence):
    assert evidence_of(EVIDENCE, run(EVIDENCE, answers, {"size": D("1")})) == evidence


def test_every_question_stands_somewhere():
    assert set(EVALUATION.standing) == {*PLAN.questions}
    assert EVALUATION.standing["hidden"] == Standing.HIDDEN
