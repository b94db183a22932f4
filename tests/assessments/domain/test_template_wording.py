"""Questions of templates ask about the problem, not about what is sold."""

from dataclasses import replace

import pytest

from assessments.domain.template_wording import wording_findings, wording_problems
from leads.domain.documents import Problem
from tests.assessments.samples import small_template

PITCH = "What do you need?"


def asking(text: str, **more):
    """Return the small template with another first question in its second section."""
    document = small_template()
    section = document.sections[1]
    changed = replace(section.questions[0], text=text, **more)
    sections = list(document.sections)
    sections[1] = replace(section, questions=(changed, *section.questions[1:]))
    return replace(document, sections=tuple(sections))


def test_a_good_template_has_no_problem():
    assert list(wording_findings(small_template())) == []
    assert list(wording_problems(small_template())) == []


def test_a_pitch_is_a_problem_of_its_question():
    assert list(wording_problems(asking(PITCH))) == [
        Problem(
            "sections[1].questions[0].text",
            "It asks them to diagnose themselves and to order what they think helps. Ask instead: What goes wrong "
            "today? To keep it as it is, write why in “Keep this wording because” (`wording_override`).",
        )
    ]


def test_a_question_with_a_reason_is_no_problem_and_still_a_finding():
    kept = asking(PITCH, wording_override="Their form is called so.")
    assert list(wording_problems(kept)) == []
    assert [(path, finding.rule) for path, finding in wording_findings(kept)] == [
        ("sections[1].questions[0].text", "what-do-you-need")
    ]


def test_a_reason_of_blanks_is_none():
    assert len(list(wording_problems(asking(PITCH, wording_override="  ")))) == 1


def test_a_warning_is_a_finding_and_no_problem():
    warned = asking("Does it happen often?")
    assert [finding.rule for _, finding in wording_findings(warned)] == ["yes-or-no-for-a-number"]
    assert list(wording_problems(warned)) == []


def test_a_question_that_names_the_offer_is_a_problem():
    document = asking("How do you get on with Order Desk 3?")
    assert list(wording_problems(document)) == []
    named = replace(document, offer=replace(document.offer, name="Order Desk 3"))
    assert [problem.path for problem in wording_problems(named)] == ["sections[1].questions[0].text"]


def test_a_pitch_in_place_of_the_question_about_urgency_has_no_way_to_stay():
    document = replace(small_template(), urgency_question="When will you order?")
    assert list(wording_problems(document)) == [
        Problem(
            "urgency_question",
            "It asks for an order before there is a diagnosis. Ask instead: By when must the problem be solved?",
        )
    ]


def test_an_offer_that_is_called_like_an_ordinary_word_refuses_no_question_about_the_problem():
    for name, urgency in (("IT", "How urgent is it, from 0 to 10?"), ("Cost", "How urgent is the cost of it?")):
        document = replace(small_template(), urgency_question=urgency)
        assert list(wording_problems(replace(document, offer=replace(document.offer, name=name)))) == []


@pytest.mark.parametrize("language", ["de", "fr"])
def test_a_template_in_another_language_is_not_looked_at(language):
    document = replace(asking(PITCH), language=language, urgency_question="When will you order?")
    assert list(wording_findings(document)) == []
    assert list(wording_problems(document)) == []
