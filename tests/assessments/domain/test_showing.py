"""Which questions are asked, in which order, and when enough of them are answered."""

from datetime import date

import pytest

from assessments.domain.asking import Count, next_question, progress
from assessments.domain.engine import Standing
from assessments.domain.template import Dimension
from leads.domain.rules import Reason, Unknown
from tests.assessments.domain.templates import (
    NOT_KNOWN,
    D,
    FormulaSpec,
    asked,
    attribute,
    between,
    choice,
    compiled,
    run,
    scale,
    verdict,
    yes_no,
)


@pytest.mark.parametrize(
    ("answer", "standing"),
    [
        (D("50"), Standing.OPEN),
        (D("49"), Standing.HIDDEN),
        (None, Standing.UNDECIDED),
        (NOT_KNOWN, Standing.UNDECIDED),
        (between("40", "55", "60"), Standing.UNDECIDED),
        (between("50", "55", "60"), Standing.OPEN),
    ],
)
def test_a_question_is_shown_hidden_or_undecided_as_its_condition_is(answer, standing):
    plan = compiled(problem=(asked("staff"), asked("shifts", show_when="staff >= 50")))

    evaluation = run(plan, {} if answer is None else {"staff": answer})

    assert evaluation.standing["shifts"] == standing


def test_an_undecided_question_says_what_decides_about_it():
    plan = compiled(problem=(asked("staff"), asked("shifts", show_when="staff >= 50")))

    assert run(plan).undecided == {"shifts": Unknown(Reason.NOT_ASKED, ("staff",))}


READS_SHIFTS = {
    "problem": (asked("staff"), asked("shifts", show_when="staff >= 50", if_hidden="3")),
    "formulas": (FormulaSpec("loss", "Loss", "shifts * 10", cost_item=True),),
}


@pytest.mark.parametrize(
    ("answers", "reads"),
    [
        ({"staff": D("60"), "shifts": D("7")}, D("70")),
        ({"staff": D("10"), "shifts": D("7")}, D("30")),
        ({"staff": D("10")}, D("30")),
        ({"shifts": D("7")}, Unknown(Reason.NOT_ASKED, ("shifts",))),
        ({"staff": D("60")}, Unknown(Reason.NOT_ASKED, ("shifts",))),
        ({"staff": D("60"), "shifts": NOT_KNOWN}, Unknown(Reason.DOES_NOT_KNOW, ("shifts",))),
    ],
)
def test_rules_read_the_answer_if_shown_the_fixed_value_if_hidden_and_else_nothing(answers, reads):
    assert run(compiled(**READS_SHIFTS), answers).facts["loss"] == reads


def test_a_hidden_choice_counts_for_nothing_and_writes_no_attribute():
    plan = compiled(
        attributes=(attribute("size"),),
        problem=(yes_no("grows"), asked("staff", show_when="grows", if_hidden="0", attribute="size")),
        verdict=verdict(good_problem="size > 5"),
    )

    evaluation = run(plan, {"grows": False, "staff": D("9")}, {"size": D("1")})

    assert (evaluation.facts["staff"], evaluation.facts["size"]) == (D("0"), D("1"))


ATTRIBUTE = {
    "attributes": (attribute("size"),),
    "problem": (asked("staff", attribute="size"), asked("later", attribute="size")),
    "cause": (asked("shifts", show_when="size >= 50"),),
}


@pytest.mark.parametrize(
    ("answers", "size", "shifts"),
    [
        ({}, D("40"), Standing.HIDDEN),
        ({"staff": D("60")}, D("60"), Standing.OPEN),
        ({"staff": NOT_KNOWN}, D("40"), Standing.HIDDEN),
        ({"staff": D("60"), "later": D("20")}, D("20"), Standing.HIDDEN),
        ({"staff": D("60"), "later": NOT_KNOWN}, D("60"), Standing.OPEN),
    ],
)
def test_an_answer_given_now_stands_in_place_of_what_was_known(answers, size, shifts):
    evaluation = run(compiled(**ATTRIBUTE), answers, {"size": D("40")})

    assert (evaluation.facts["size"], evaluation.standing["shifts"]) == (size, shifts)


def test_what_is_known_of_the_lead_beside_the_templates_attributes_is_not_read():
    plan = compiled(
        attributes=(attribute("size"),),
        problem=(asked("staff", attribute="size"),),
        verdict=verdict(good_problem="staff > 5"),
    )

    assert "staff" not in run(plan, {}, {"size": D("9"), "staff": D("9")}).facts


def test_days_are_counted_from_todays_date_for_questions_and_attributes():
    plan = compiled(
        attributes=(attribute("contract_end", "date"),),
        problem=(asked("go_live", "date"), asked("ends", "date", attribute="contract_end")),
        verdict=verdict(good_problem="days_until_go_live < 30", will_act="days_since_contract_end > 0"),
    )

    known = {"contract_end": date(2026, 2, 28)}
    evaluation = run(plan, {"go_live": date(2026, 3, 12)}, known, date(2026, 3, 2))
    later = run(plan, {"go_live": NOT_KNOWN, "ends": date(2026, 3, 1)}, known, date(2026, 3, 2))

    assert (evaluation.facts["days_until_go_live"], evaluation.facts["days_since_contract_end"]) == (D("10"), D("2"))
    assert later.facts["days_until_go_live"] == Unknown(Reason.DOES_NOT_KNOW, ("days_until_go_live",))
    assert later.facts["days_since_contract_end"] == D("1")


# --- The order of asking -------------------------------------------------------------------------

BRANCHING = {
    "problem": (
        yes_no("has_pain"),
        choice("kind", ("a", "0"), ("b", "0"), show_when="has_pain", if_hidden="b"),
    ),
    "cause": (asked("detail", "text", show_when='kind == "a"'),),
}


def order(plan, given):
    answers, keys = {}, []
    while question := next_question(plan, run(plan, answers)):
        keys.append(question.key)
        answers[question.key] = given.get(question.key, NOT_KNOWN)
    return keys


@pytest.mark.parametrize(
    ("given", "between_the_urgencies"),
    [
        ({"has_pain": True, "kind": "a"}, ["has_pain", "kind", "detail"]),
        ({"has_pain": True, "kind": "b"}, ["has_pain", "kind"]),
        ({"has_pain": True}, ["has_pain", "kind"]),
        ({"has_pain": False}, ["has_pain"]),
        ({}, ["has_pain"]),
    ],
)
def test_questions_come_in_their_order_between_the_two_about_the_prospects_urgency(given, between_the_urgencies):
    plan = compiled(**BRANCHING)

    assert order(plan, given) == [
        "urgency_before",
        *between_the_urgencies,
        "plain_cost",
        "plain_urgency",
        "plain_fit",
        "urgency_after",
    ]


def test_an_optional_question_is_asked_before_a_required_one_that_comes_later():
    plan = compiled(problem=(asked("optional"), asked("needed", required=True)))

    assert next_question(plan, run(plan, {"urgency_before": D("5")})).key == "optional"


# --- Progress ------------------------------------------------------------------------------------


def test_progress_counts_every_section_and_leaves_the_prospects_urgency_out():
    plan = compiled(**BRANCHING)

    counted = progress(plan, run(plan, {"urgency_before": D("4"), "plain_fit": NOT_KNOWN, "plain_cost": "Much"}))

    assert counted.total == Count(answered=1, does_not_know=1, open=2, required_open=0, undecided=2, hidden=0)
    assert counted.sections[Dimension.PROBLEM] == Count(0, 0, 1, 0, 1, 0)
    assert counted.sections[Dimension.FIT] == Count(0, 1, 0, 0, 0, 0)
    assert counted.complete


REQUIRED = {
    "problem": (yes_no("has_pain", required=True), yes_no("more", show_when="has_pain", if_hidden=False)),
    "cause": (asked("detail", "text", show_when="more", required=True),),
}


@pytest.mark.parametrize(
    ("answers", "complete"),
    [
        ({}, False),
        ({"has_pain": False}, True),
        ({"has_pain": NOT_KNOWN}, True),  # nothing that can be answered would show more
        ({"has_pain": True}, False),  # `more` may still show a required one
        ({"has_pain": True, "more": NOT_KNOWN}, True),
        ({"has_pain": True, "more": False}, True),
        ({"has_pain": True, "more": True}, False),
        ({"has_pain": True, "more": True, "detail": NOT_KNOWN}, True),
    ],
)
def test_a_diagnosis_is_complete_once_no_required_question_is_open_or_may_still_be_shown(answers, complete):
    plan = compiled(**REQUIRED)

    assert progress(plan, run(plan, answers)).complete is complete


def test_an_optional_question_that_may_show_another_that_shows_a_required_one_must_be_asked_too():
    plan = compiled(
        problem=(
            yes_no("first"),
            yes_no("second", show_when="first", if_hidden=False),
            asked("third", show_when="second", required=True),
        )
    )

    found = [progress(plan, run(plan, answers)).complete for answers in ({}, {"first": NOT_KNOWN}, {"first": True})]

    assert found == [False, True, False]


def test_the_prospects_urgency_is_outside_of_scores_verdict_and_progress():
    plan = compiled(urgency=(scale("deadline"),), verdict=verdict(will_act="urgency_score >= 50"))
    without = run(plan, {"deadline": D("7")})

    evaluation = run(plan, {"deadline": D("7"), "urgency_before": D("1"), "urgency_after": D("9")})

    assert evaluation.standing["urgency_before"] == evaluation.standing["urgency_after"] == Standing.ANSWERED
    assert (evaluation.scores, evaluation.verdict, evaluation.facts) == (without.scores, without.verdict, without.facts)
    assert progress(plan, evaluation) == progress(plan, without)
