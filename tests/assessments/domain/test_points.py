"""Points of answers, as rules read them."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.domain.reasons import missing_for
from assessments.domain.template import Dimension, FormulaSpec, QuestionType, StallRiskSpec
from assessments.domain.wording import label_of, spec_of
from leads.domain.rules import Range, Reason, Unknown
from leads.domain.values import ValueType
from tests.assessments.domain import strategies as some
from tests.assessments.domain.templates import (
    NOT_KNOWN,
    D,
    asked,
    attribute,
    between,
    choice,
    compile_template,
    compiled,
    problems,
    run,
    scale,
    verdict,
    yes_no,
)
from tests.assessments.domain.test_properties import laws

COST = FormulaSpec("loss", "Loss", "100", cost_item=True)
QUESTIONS = (
    choice("mood", ("never", "0"), ("often", "2"), ("daily", "3")),
    choice("signs", ("slow", "1"), ("lost", "4"), ("calm", "-2"), kind="multiple_choice"),
    scale("pain"),
    yes_no("worse", points_yes=D("5"), points_no=D("1")),
)
EACH = tuple(FormulaSpec(f"of_{question.key}", "P", f"points_of_{question.key}") for question in QUESTIONS)


@pytest.mark.parametrize(
    ("question", "answer", "points"),
    [
        ("mood", "never", D("0")),
        ("mood", "daily", D("3")),
        ("signs", frozenset(), D("0")),
        ("signs", frozenset({"slow", "lost"}), D("5")),
        ("signs", frozenset({"slow", "calm"}), D("-1")),
        ("pain", D("7.5"), D("7.5")),
        ("pain", between("3", "4", "6"), between("3", "4", "6")),
        ("worse", True, D("5")),
        ("worse", False, D("1")),
    ],
)
def test_an_answer_reads_as_its_points(question, answer, points):
    plan = compiled(problem=QUESTIONS, formulas=(*EACH, COST))

    assert run(plan, {question: answer}).facts[f"of_{question}"] == points


def test_points_of_what_is_not_answered_are_not_known_and_say_why():
    plan = compiled(problem=QUESTIONS, formulas=(*EACH, COST))

    evaluation = run(plan, {"mood": NOT_KNOWN})

    assert evaluation.facts["of_mood"] == Unknown(Reason.DOES_NOT_KNOW, ("points_of_mood",))
    assert evaluation.facts["of_pain"] == Unknown(Reason.NOT_ASKED, ("points_of_pain",))
    assert missing_for(plan, evaluation, ("points_of_mood", "points_of_pain")) == (
        ("mood", Reason.DOES_NOT_KNOW),
        ("pain", Reason.NOT_ASKED),
    )


@pytest.mark.parametrize(
    ("question", "points"),
    [
        (choice("q", ("a", "1"), ("b", "4"), show_when="earlier", if_hidden="b"), D("4")),
        (scale("q", minimum=D("1"), maximum=D("5"), show_when="earlier", if_hidden="0"), D("0")),
        (yes_no("q", points_yes=D("2"), points_no=D("6"), show_when="earlier", if_hidden=False), D("6")),
    ],
)
def test_a_hidden_question_has_the_points_of_the_value_it_reads_as(question, points):
    formulas = (FormulaSpec("of_q", "P", "points_of_q"), COST)
    plan = compiled(problem=(yes_no("earlier"), question), formulas=formulas)

    assert run(plan, {"earlier": False}).facts["of_q"] == points
    assert run(plan, {}).facts["of_q"] == Unknown(Reason.NOT_ASKED, ("points_of_q",))


def test_a_question_whose_points_are_read_needs_a_value_while_it_is_hidden():
    questions = (yes_no("earlier"), choice("q", ("a", "1"), ("b", "4"), show_when="earlier"))

    found = problems(problem=questions, formulas=(FormulaSpec("of_q", "P", "points_of_q"), COST))

    assert found == ["sections[0].questions[1].if_hidden: is missing: rules read `q`, also while it is hidden"]


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("points_of_mood > 1", None),
        ("points_of_mood > 1 and points_of_signs > 2", None),
        (
            "points_of_pain > 1",
            "`points_of_pain` does not come before this question; whether it is shown depends only on earlier ones",
        ),
        (
            "points_of_self > 1",
            "`points_of_self` is this question itself; whether it is shown depends only on earlier ones",
        ),
        ("points_of_mod > 1", "There is no `points_of_mod`; did you mean `points_of_mood`?"),
        (
            "points_of_plain > 1",
            "There is no `points_of_plain`: no answer to `plain` has points, or all have the same; give them some.",
        ),
    ],
)
def test_whether_a_question_is_shown_may_depend_on_the_points_of_earlier_ones(rule, wrong):
    asked_for = (asked("plain"), *QUESTIONS[:2], scale("self", show_when=rule), QUESTIONS[2])

    found = problems(problem=asked_for)

    assert found == ([f"sections[0].questions[3].show_when: {wrong}"] if wrong else [])


def test_points_show_a_question_once_they_suffice():
    asked_for = (*QUESTIONS[:2], asked("difficulty", show_when="points_of_mood + points_of_signs > 0"))
    plan = compiled(problem=asked_for)

    def standing(**answers):
        return run(plan, answers).standing["difficulty"].value

    assert standing() == "undecided"
    assert standing(mood="never", signs=frozenset()) == "hidden"
    assert standing(mood="never", signs=frozenset({"slow"})) == "open"


def test_points_of_a_question_put_it_behind_the_rules_that_read_them():
    plan = compiled(
        problem=QUESTIONS,
        formulas=(*EACH, COST),
        verdict=verdict(will_act="points_of_worse > 2"),
        stall_risks=(StallRiskSpec("r", "R", "points_of_pain < 3 and of_mood > 1"),),
    )

    assert plan.behind["formulas.of_signs"] == ("signs",)
    assert plan.behind["verdict.will_act[0]"] == ("worse",)
    assert plan.behind["stall_risks.r"] == ("mood", "pain")
    assert "verdict.will_act[0]" in plan.affects["worse"]


def test_points_are_told_as_points_of_the_question():
    plan = compiled(problem=QUESTIONS, formulas=(*EACH, COST))

    assert label_of(plan, "points_of_mood") == "Points of “mood?”"
    assert (spec_of(plan, "points_of_mood").type, spec_of(plan, "points_of_mood").unit) == (ValueType.NUMBER, "points")


def test_a_key_that_looks_like_points_keeps_its_own_meaning_in_what_was_published_before():
    formulas = (FormulaSpec("points_of_mood", "Own", "7"), FormulaSpec("twice", "T", "points_of_mood * 2"), COST)
    plan = compiled(problem=QUESTIONS, formulas=formulas)

    assert run(plan, {"mood": "daily"}).facts["twice"] == D("14")


def test_amounts_and_shares_are_told_as_such_wherever_they_are_read():
    formulas = (COST, FormulaSpec("both", "Both", "loss * 2", "EUR"), FormulaSpec("plain", "Plain", "loss / 3"))
    plan = compile_template(replace(compiled(formulas=formulas).document, currency="EUR"))

    kinds = {name: spec_of(plan, name).type for name in ("loss", "both", "plain", "problem_cost", "recoverable_share")}

    assert kinds == {
        "loss": ValueType.MONEY,
        "both": ValueType.MONEY,
        "plain": ValueType.NUMBER,
        "problem_cost": ValueType.MONEY,
        "recoverable_share": ValueType.PERCENT,
    }


# --- When a template is proposed -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("", None),
        ("staff > 50", None),
        ("stuff > 50", "There is no `stuff`; did you mean `staff`?"),
        (
            "plain > 50",
            "`plain` is known only during a diagnosis; which template is proposed depends on attributes only",
        ),
        (
            "problem_cost > 50",
            "`problem_cost` is known only during a diagnosis; which template is proposed depends on attributes only",
        ),
        ("staff", "The rule gives a number, but a yes or no is needed; compare it with something, such as "
                  "`employees >= 50`."),
    ],
)  # fmt: skip
def test_a_template_is_proposed_by_attributes_only(rule, wrong):
    found = problems(attributes=(attribute("staff"),), problem=(asked("plain"),), propose_when=rule)

    assert found == ([f"propose_when: {wrong}"] if wrong else [])


def test_what_decides_about_proposing_a_template_is_compiled_and_taken_along():
    plan = compiled(attributes=(attribute("staff"), attribute("other")), propose_when="staff > 50")

    assert list(plan.attributes) == ["staff"]
    assert plan.propose_when is not None
    assert plan.propose_when({"staff": D("51")}) is True
    assert compiled().propose_when is None


# --- Laws ----------------------------------------------------------------------------------------


@laws
@given(some.documents(), some.facts(), st.data())
def test_the_points_of_what_is_answered_make_the_score_of_a_section(document, facts, data):
    scored = [
        [question.key for question in section.questions if _has_points(question)] for section in document.sections
    ]
    sums = tuple(
        FormulaSpec(f"sum_{place}", "S", " + ".join(f"points_of_{key}" for key in keys))
        for place, keys in enumerate(scored)
    )
    always = tuple(
        replace(section, questions=tuple(replace(each, show_when="", if_hidden=None) for each in section.questions))
        for section in document.sections
    )
    plan = compile_template(replace(document, sections=always, formulas=(*document.formulas, *sums)))
    answers = {
        key: data.draw(some.values(question.spec))
        for key, question in plan.questions.items()
        if question.spec.type != QuestionType.SCALE or question.dimension
    }

    evaluation = run(plan, answers, facts)

    for place, section in enumerate(plan.sections):
        total = evaluation.facts[f"sum_{place}"]
        lowest = sum(question.scoring.lowest for question in section.questions if question.scoring)
        spread = sum(question.scoring.spread for question in section.questions if question.scoring)
        score = evaluation.scores[Dimension(section.dimension)]
        for points, part in zip(_ends(total), (score.low, score.value, score.high), strict=True):
            assert ((points - lowest) * 100 / spread).quantize(Decimal("0.01")) == part


def _has_points(question):
    if question.type == QuestionType.YES_NO:
        return question.points_yes is not None and question.points_yes != question.points_no
    if question.type == QuestionType.MULTIPLE_CHOICE:
        return any(option.points for option in question.options)
    return question.scored or len({option.points for option in question.options}) > 1


def _ends(total):
    return (total.low, total.likely, total.high) if isinstance(total, Range) else (total,) * 3
