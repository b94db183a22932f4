"""What a section's answers score."""

import pytest

from assessments.domain.scores import Score
from assessments.domain.template import Dimension, QuestionType
from leads.domain.rules import Range, Unknown
from tests.assessments.domain.templates import (
    NOT_KNOWN,
    D,
    asked,
    between,
    choice,
    compiled,
    run,
    scale,
    verdict,
    yes_no,
)

CHOICES = choice("kind", ("bad", "-4"), ("fair", "1"), ("good", "6"))
SEVERAL = choice("signs", ("slow", "3"), ("late", "5"), ("calm", "-2"), kind="multiple_choice")
ANSWERED = yes_no("proven", points_yes=D("-5"), points_no=D("15"))


def problem_score(questions, answers):
    return run(compiled(problem=questions), answers).scores[Dimension.PROBLEM]


@pytest.mark.parametrize(
    ("question", "answer", "score"),
    [
        (CHOICES, "bad", "0.00"),
        (CHOICES, "fair", "50.00"),
        (CHOICES, "good", "100.00"),
        (SEVERAL, frozenset(), "20.00"),
        (SEVERAL, frozenset({"calm"}), "0.00"),
        (SEVERAL, frozenset({"slow", "calm"}), "30.00"),
        (SEVERAL, frozenset({"slow", "late"}), "100.00"),
        (ANSWERED, True, "0.00"),
        (ANSWERED, False, "100.00"),
        (scale("pain"), D("7"), "70.00"),
        (scale("pain", minimum=D("-5"), maximum=D("5")), D("-2"), "30.00"),
        (scale("pain", minimum=D("1"), maximum=D("7")), D("2"), "16.67"),
    ],
)
def test_an_answer_scores_by_its_points_between_the_least_and_the_most(question, answer, score):
    assert problem_score((question,), {question.key: answer}) == Score(D(score), D(score), D(score))


@pytest.mark.parametrize(
    ("answers", "score"),
    [
        ({"pain": D("8")}, Score(D("80.00"), D("20.00"), D("95.00"))),
        ({"pain": D("8"), "wide": NOT_KNOWN}, Score(D("80.00"), D("20.00"), D("95.00"))),
        ({"wide": D("30")}, Score(D("100.00"), D("75.00"), D("100.00"))),
        ({"pain": between("6", "7", "9"), "wide": D("0")}, Score(D("17.50"), D("15.00"), D("22.50"))),
        ({"pain": D("8"), "wide": D("30")}, Score(D("95.00"), D("95.00"), D("95.00"))),
    ],
)
def test_low_and_high_count_what_is_not_answered_at_its_least_and_its_most(answers, score):
    assert problem_score((scale("pain"), scale("wide", maximum=D("30"))), answers) == score


def test_undecided_questions_widen_the_score_and_hidden_ones_do_not():
    questions = (yes_no("more"), scale("pain"), scale("extra", show_when="more", if_hidden="10"))

    undecided = problem_score(questions, {"pain": D("5"), "extra": D("9")})
    hidden = problem_score(questions, {"pain": D("5"), "extra": D("9"), "more": False})

    assert undecided == Score(D("50.00"), D("25.00"), D("75.00"))
    assert hidden == Score(D("50.00"), D("50.00"), D("50.00"))


@pytest.mark.parametrize("answers", [{}, {"pain": NOT_KNOWN}, {"same": "a", "remark": "So it is", "plain": D("3")}])
def test_there_is_no_score_while_nothing_that_has_points_is_answered(answers):
    questions = (
        scale("pain"),
        choice("same", ("a", "5"), ("b", "5")),
        asked("remark", QuestionType.TEXT),
        asked("plain", QuestionType.SCALE),
        yes_no("also"),
    )
    plan = compiled(problem=questions, verdict=verdict(good_problem="problem_score >= 0"))

    evaluation = run(plan, answers)

    assert evaluation.scores[Dimension.PROBLEM] is None
    assert evaluation.verdict.good_problem.decision == "unknown"
    assert plan.sections[0].questions[1].scoring is None


def test_rules_read_a_score_as_it_is_shown_and_as_a_range_while_it_is_open():
    plan = compiled(
        problem=(scale("pain", maximum=D("3")), scale("other", maximum=D("3"))),
        verdict=verdict(good_problem="problem_score >= 66.67", justifies="problem_score > 16"),
    )

    exact = run(plan, {"pain": D("2"), "other": D("2")})
    open_ = run(plan, {"pain": D("1")})

    assert (exact.facts["problem_score"], exact.verdict.good_problem.decision) == (D("66.67"), "yes")
    assert open_.facts["problem_score"] == Range(D("16.67"), D("33.33"), D("66.67"))
    assert (open_.verdict.good_problem.decision, open_.verdict.justifies.decision) == ("unknown", "yes")


def test_an_answer_that_is_none_of_the_question_counts_as_open_and_breaks_nothing():
    plan = compiled(problem=(CHOICES, SEVERAL, ANSWERED, scale("pain")))
    wrong = {"kind": "gone", "signs": "slow", "proven": D("1"), "pain": "much"}

    evaluation = run(plan, wrong)

    assert evaluation.scores[Dimension.PROBLEM] is None
    assert not isinstance(evaluation.facts["loss"], Unknown)
