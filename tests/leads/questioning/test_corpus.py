"""How well the lint tells pitches from problem-focused questions."""

import re
from pathlib import Path

import pytest

from leads.domain.questioning import RULES, Severity
from tests.leads.questioning.corpus import CORPUS, DEVELOPMENT, FIRST, SECOND, THIRD, measure, of


def test_no_question_is_there_twice():
    texts = [question.text for question in CORPUS]
    assert len(set(texts)) == len(texts) == 729


def test_the_corpus_is_balanced_and_names_every_rule_of_severity_error():
    held_out = of(FIRST, SECOND)
    assert (len(of(DEVELOPMENT)), len(held_out)) == (486, 219)
    assert sum(bool(question.kind) for question in held_out) == 114
    for part in (of(DEVELOPMENT), of(FIRST), of(SECOND)):
        kinds = {question.kind for question in part} - {""}
        assert kinds == {rule.id for rule in RULES if rule.severity == Severity.ERROR}


@pytest.mark.parametrize("question", of(DEVELOPMENT), ids=lambda question: question.text)
def test_the_rules_hold_for_what_they_were_written_with(question):
    assert question.is_faulted == bool(question.kind)


def test_nine_of_ten_pitches_held_out_are_found_and_nine_of_ten_alarms_are_right():
    held_out = measure(of(FIRST, SECOND))
    assert held_out.precision >= 0.9
    assert held_out.recall >= 0.9


def test_questions_written_after_the_rules_are_told_apart_as_well():
    for half in (SECOND, THIRD):
        measured = measure(of(half))
        assert measured.precision >= 0.9
        assert measured.recall >= 0.9


def test_the_figures_and_rules_in_the_documentation_are_those_of_today():
    text = (Path(__file__).parents[3] / "docs" / "wording.md").read_text(encoding="utf-8")
    for halves in ([DEVELOPMENT], [FIRST, SECOND], [FIRST], [SECOND], [THIRD]):
        assert str(measure(of(*halves))) in text
    rows = re.findall(r"^\| `([\w-]+)` \| (\w+) \| ([^|]+) \|", text, flags=re.MULTILINE)
    assert rows == [(rule.id, rule.severity.value, rule.reason) for rule in RULES]
