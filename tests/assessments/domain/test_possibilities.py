"""What is said to be never true is never true, whatever is answered and known."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.domain.engine import SHOWN
from assessments.domain.pieces import ANOTHER, between, constants_in, hull, pieces_of
from assessments.domain.publishing import dead_rules
from assessments.domain.template import Advice, FormulaSpec, QuestionType
from leads.domain.qualification import Decision
from leads.domain.rules import Kind, Name
from leads.domain.values import ValueType
from tests.assessments.domain import strategies as some
from tests.assessments.domain.templates import D, attribute, compile_template, run
from tests.assessments.domain.test_properties import laws


@st.composite
def narrow_plans(draw):
    """Plans whose questions and conditions contradict themselves more often than those of other laws do."""
    plan = draw(some.plans())
    document = plan.document
    known = [question for section in document.sections for question in section.questions]
    tests = [test for question in known for test in _tests(question)]

    def contradictory():
        parts = draw(st.lists(st.sampled_from(tests), min_size=2, max_size=3))
        return " and ".join(parts)

    verdict = document.verdict
    conditions = tuple(replace(condition, rule=contradictory()) for condition in verdict.will_act)
    last = document.sections[-1]
    gated = replace(last.questions[-1], key="gated", show_when=contradictory(), if_hidden="1")
    behind = replace(last.questions[-1], key="behind", show_when="gated > 1", if_hidden="1")
    return compile_template(
        replace(
            document,
            sections=(*document.sections[:-1], replace(last, questions=(*last.questions, gated, behind))),
            formulas=(*document.formulas, FormulaSpec("g", "G", "min(gated - 5, behind - 6)", cost_item=True)),
            verdict=replace(verdict, will_act=conditions),
        )
    )


def _tests(question):
    key = question.key
    if question.type == QuestionType.SINGLE_CHOICE:
        points = sorted({option.points for option in question.options})
        more = [f"points_of_{key} > {points[0]}", f"points_of_{key} <= {points[0]}"] if len(points) > 1 else []
        return [*more, *(f'{key} == "{code}"' for code in some.CODES)]
    if question.type == QuestionType.MULTIPLE_CHOICE:
        return [f'"a" in {key}', f'"a" not in {key}']
    if question.type == QuestionType.YES_NO:
        return [key, f"not {key}"]
    if question.type == QuestionType.SCALE:
        return [f"{key} > 4", f"{key} <= 4", f"points_of_{key} > 6"]
    if question.type in (QuestionType.DATE, QuestionType.TEXT):
        return ["true"]
    return [f"{key} > 4", f"{key} <= 4", f"{key} * 2 >= 11"]


@settings(laws, max_examples=150)
@given(narrow_plans(), st.data())
def test_what_is_said_to_be_never_there_is_not_there_for_any_answers(plan, data):
    never = {problem.path for problem in dead_rules(plan) if not problem.path.endswith((".text", ".from"))}
    if not never:
        return
    for _ in range(5):
        answers, facts = data.draw(some.answers_to(plan)), data.draw(some.facts())
        evaluation = run(plan, answers, facts)

        for path in never:
            if found := re.fullmatch(r"sections\[(\d)\]\.questions\[(\d+)\]\.show_when", path):
                spec = plan.document.sections[int(found[1])].questions[int(found[2])]
                assert evaluation.standing[spec.key] not in SHOWN
            elif found := re.fullmatch(r"formulas\[(\d+)\]\.rule", path):
                value = evaluation.facts[plan.formulas[int(found[1])].key]
                assert getattr(value, "low", value) == 0 or value.__class__.__name__ == "Unknown"
            elif path == "verdict":
                assert evaluation.verdict.advice != Advice.ADVANCE
            elif found := re.fullmatch(r"verdict\.(\w+)", path):
                assert getattr(evaluation.verdict, found[1]).decision != Decision.YES
            else:
                results = {f"{result.condition.node}.rule": result for result in evaluation.verdict.results}
                places = {f"stall_risks[{place}].rule": risk for place, risk in enumerate(evaluation.verdict.risks)}
                decision = places[path].present if path in places else results[path].decision
                assert decision != Decision.YES


# --- Pieces --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "ends", "closed", "pieces"),
    [
        ("yes_no", (None, None), True, (True, False)),
        ("choice", (None, None), True, ("a", "b")),
        ("choice", (None, None), False, ("a", "b", ANOTHER)),
        (
            "multi_choice",
            (None, None),
            True,
            (frozenset(), frozenset({"a"}), frozenset({"b"}), frozenset({"a", "b"})),
        ),
        ("text", (None, None), True, ()),
        ("date", (None, None), True, ()),
        (
            "number",
            (D("0"), D("10")),
            True,
            (between(D("0"), D("4.9999999999")), D("5"), between(D("5.0000000001"), D("10"))),
        ),
        ("number", (D("5"), D("10")), True, (D("5"), between(D("5.0000000001"), D("10")))),
        ("number", (D("6"), D("10")), True, (between(D("6"), D("10")),)),
        (
            "money",
            (None, None),
            True,
            (between(D("-Infinity"), D("4.9999999999")), D("5"), between(D("5.0000000001"), D("Infinity"))),
        ),
    ],
)
def test_pieces_are_all_values_that_a_question_takes(kind, ends, closed, pieces):
    spec = attribute("x", ValueType(kind), codes=("a", "b"))

    assert pieces_of(spec, ends, {D("5")}, closed=closed) == pieces


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (D("1"), D("3"), between(D("1"), D("3"))),
        (between(D("2"), D("5")), D("3"), between(D("2"), D("5"))),
        ("a", "a", "a"),
        ("a", "b", None),
        (True, None, None),
        (D("1"), None, None),
    ],
)
def test_a_hull_is_what_both_values_are_part_of(one, other, both):
    assert hull(one, other) == both


def test_constants_are_what_a_name_is_compared_with():
    number = Name(Kind.NUMBER)

    found = constants_in(
        "x > 5 and (3 <= x or x in [7, 8]) and (y == -2 ? x < 9 : not (x + 1 > 4)) and x * 2 > 11",
        {"x": number, "y": number},
    )

    assert found == {"x": {D("5"), D("3"), D("7"), D("8"), D("9")}, "y": {D("-2")}}
