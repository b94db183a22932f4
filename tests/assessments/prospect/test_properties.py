"""Whatever a template says and whoever answered: a prospect is shown its own questions and nothing else."""

from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.domain.answers import QuestionNotReachable, check_value, encode_answer
from assessments.domain.engine import SHOWN, evaluate
from assessments.domain.plan import compile_template
from assessments.domain.self_assessment import own_answers, own_evidence, own_part
from assessments.domain.template import OptionSpec
from assessments.graphql import self_assessment
from assessments.services.self_assessment import SelfAssessment
from leads.domain.rules import Unknown
from tests.assessments.domain.strategies import answers_to, facts, plans, values

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, tzinfo=UTC)
OWN, OTHERS = "own-answer", "zebra-secret"


@st.composite
def cases(draw):
    """A template some of whose questions are for the prospect, the rest full of a word that it must not read."""
    document = draw(plans()).document
    mine = set()
    sections = []
    for section in document.sections:
        asked = []
        for question in section.questions:
            question = replace(question, why_we_ask=OTHERS, listen_for=OTHERS)
            if draw(st.booleans()):
                mine.add(question.key)
                question = replace(question, for_prospect=True)
            else:
                options = tuple(OptionSpec(one.code, OTHERS, one.points) for one in question.options)
                question = replace(question, text=OTHERS, options=options)
            asked.append(question)
        sections.append(replace(section, title=OTHERS, guidance=OTHERS, questions=tuple(asked)))
    offer = replace(document.offer, name=OTHERS)
    plan = compile_template(replace(document, name=OTHERS, offer=offer, sections=tuple(sections)))
    theirs = {key: OTHERS if value == "So it is." else value for key, value in draw(answers_to(plan)).items()}
    own = {key: OWN if value == "So it is." else value for key, value in draw(answers_to(plan)).items()}
    return plan, mine, theirs, own, draw(facts())


def part_of(plan, theirs, stored, known):
    own = own_answers(plan, stored)
    evaluation = evaluate(plan, theirs | own, known, TODAY)
    return own_part(plan, evaluation, own), evaluation


@settings(max_examples=100, deadline=None)
@given(cases())
def test_a_prospect_is_shown_its_own_questions_that_are_asked_now_with_its_own_answers(case):
    plan, mine, theirs, own, known = case
    part, evaluation = part_of(plan, theirs, {key: encode_answer(value) for key, value in own.items()}, known)

    assert [asked.key for asked in part.questions] == [
        key for key in plan.questions if key in mine and evaluation.standing[key] in SHOWN
    ]
    for asked in part.questions:
        assert (asked.answer is None) == (asked.key not in own)
        assert part.ask(asked.key) is asked.question
    for key in set(plan.questions) - {asked.key for asked in part.questions}:
        with pytest.raises(QuestionNotReachable):
            part.ask(key)
    assert {key for key, _ in own_evidence(part).values()} <= mine


@settings(max_examples=100, deadline=None)
@given(cases())
def test_nothing_internal_is_in_what_the_api_answers(case):
    plan, mine, theirs, own, known = case
    part, _ = part_of(plan, theirs, {key: encode_answer(value) for key, value in own.items()}, known)
    link = SimpleNamespace(
        business=SimpleNamespace(currency="EUR", name="Acme"),
        contact=SimpleNamespace(name="Ann"),
        diagnosis=SimpleNamespace(version=None),
        submitted_at=None,
        expires_at=NOW,
        revision=1,
    )
    original, self_assessment.plan_of = self_assessment.plan_of, lambda version: plan
    try:
        out = asdict(self_assessment.self_assessment_out(SelfAssessment(link, part)))
    finally:
        self_assessment.plan_of = original

    assert OTHERS not in str(out)
    assert {question["key"] for question in out["questions"]} <= mine


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_answering_whatever_is_next_ends_with_answers_that_can_be_sent(data):
    plan, mine, theirs, _, known = data.draw(cases())
    stored: dict = {}
    for _ in range(len(mine) + 1):
        part, _ = part_of(plan, theirs, stored, known)
        if part.next is None:
            break
        question = part.next.question
        value = data.draw(values(question.spec))
        stored[question.key] = encode_answer(check_value(question, value))

    assert part.next is None
    assert part.complete
    assert part.answered == len(part.questions)
    assert part.still_required == ()
    assert not any(isinstance(asked.answer, Unknown) for asked in part.questions)
