"""Laws that hold for every template and every course of a diagnosis."""

import json
from dataclasses import replace
from datetime import datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.domain.answers import check_answer, decode_answers, encode_answer, evidence_of
from assessments.domain.asking import next_question, progress, would_change_most
from assessments.domain.cases import run_test_cases
from assessments.domain.engine import SHOWN, Standing, evaluate
from assessments.domain.plan import compile_template
from assessments.domain.reasons import missing
from assessments.domain.template_document import read, write
from leads.domain.documents import DocumentRefused
from leads.domain.qualification import Decision
from leads.domain.rules import Range, Reason, Unknown
from tests.assessments.domain import strategies as some
from tests.assessments.domain.templates import EXAMPLE, NOT_KNOWN, TODAY
from tests.assessments.domain.test_documents import CASE
from tests.leads.rules.strategies import ANYTHING

laws = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)


@laws
@given(some.plans(), some.facts(), st.data())
def test_the_guided_path_asks_every_question_once_at_most_and_ends(plan, facts, data):
    answers, asked = {}, []
    evaluation = evaluate(plan, answers, facts, TODAY)

    while question := next_question(plan, evaluation):
        asked.append(question.key)
        answer = data.draw(some.values(question.spec) | st.just(NOT_KNOWN))
        answers[question.key] = check_answer(plan, evaluation, question.key, answer)
        evaluation = evaluate(plan, answers, facts, TODAY)

    assert len(asked) == len(set(asked)) <= len(plan.questions)
    assert progress(plan, evaluation).complete
    assert progress(plan, evaluation).total.open == 0


@laws
@given(some.plans(), some.facts(), st.data())
def test_the_order_in_which_the_same_answers_come_makes_no_difference(plan, facts, data):
    answers = data.draw(some.answers_to(plan))
    shuffled = dict(data.draw(st.permutations(list(answers.items()))))

    assert evaluate(plan, shuffled, facts, TODAY) == evaluate(plan, answers, facts, TODAY)


@laws
@given(some.plans(), some.facts(), st.data())
def test_answers_to_questions_that_are_not_shown_influence_nothing(plan, facts, data):
    answers = data.draw(some.answers_to(plan))
    evaluation = evaluate(plan, answers, facts, TODAY)

    others = data.draw(some.answers_to(plan))
    changed = {
        key: (answers if standing in SHOWN else others)[key]
        for key, standing in evaluation.standing.items()
        if key in (answers if standing in SHOWN else others)
    }

    assert evaluate(plan, changed, facts, TODAY) == evaluation


@settings(laws, max_examples=120)
@given(some.plans(), some.facts(some.UNASKED), st.data())
def test_knowing_less_never_decides_anything_and_never_turns_it_around(plan, known, data):
    answers = data.draw(some.answers_to(plan))
    more = evaluate(plan, answers, known, TODAY)

    less = evaluate(plan, data.draw(some.less_known(answers)), data.draw(some.less_known(known)), TODAY)

    for before, after in zip(less.verdict.results, more.verdict.results, strict=True):
        assert before.decision in (Decision.UNKNOWN, after.decision)
    for name in ("good_problem", "will_act", "justifies"):
        assert getattr(less.verdict, name).decision in (Decision.UNKNOWN, getattr(more.verdict, name).decision)
    for key, standing in less.standing.items():
        assert standing is Standing.UNDECIDED or (standing in SHOWN) == (more.standing[key] in SHOWN)
    for name, fact in more.facts.items():
        assert is_within(fact, less.facts.get(name))
    for dimension, score in more.scores.items():
        vaguer = less.scores[dimension]
        assert score is None or vaguer is None or vaguer.low <= score.low <= score.value <= score.high <= vaguer.high
    assert less.cost.low <= more.cost.low
    assert less.cost.high is None or less.cost.high >= more.cost.high


def is_within(fact, vaguer):
    if vaguer is None or isinstance(vaguer, Unknown):
        return True
    if not isinstance(vaguer, Range):
        return fact == vaguer
    low, high = (fact.low, fact.high) if isinstance(fact, Range) else (fact, fact)
    return vaguer.low <= low <= high <= vaguer.high


@laws
@given(some.plans(), st.data())
def test_evaluating_never_raises_whatever_is_known(plan, data):
    anything = ANYTHING.filter(lambda fact: not isinstance(fact, datetime))  # no value of any kind
    answers = data.draw(st.dictionaries(st.sampled_from(list(plan.questions)), anything))
    facts = data.draw(st.dictionaries(st.sampled_from(list(plan.attributes)), anything))

    evaluation = evaluate(plan, answers, facts, TODAY)

    assert set(evaluation.standing) == set(plan.questions)


@laws
@given(some.plans(), some.facts(), st.data())
def test_what_is_open_is_explained_by_something_that_is_not_plainly_known(plan, facts, data):
    answers = data.draw(some.answers_to(plan))
    evaluation = evaluate(plan, answers, facts, TODAY)

    for result in evaluation.verdict.results:
        why = missing(plan, evaluation, result)
        assert bool(why) is (result.decision is Decision.UNKNOWN)
        for name, reason in why:  # all of them can be asked, but for a range that stands for a hidden question
            assert evaluation.standing.get(name, Standing.OPEN) in SHOWN or reason is Reason.NOT_COMPUTABLE
    found = would_change_most(plan, evaluation)
    if found is not None:
        standing = {
            Reason.NOT_ASKED: Standing.OPEN,
            Reason.DOES_NOT_KNOW: Standing.DOES_NOT_KNOW,
            Reason.NOT_COMPUTABLE: Standing.ANSWERED,
        }
        assert evaluation.standing[found.question.key] is standing[found.reason]
        assert set(found.undecided) <= plan.affects[found.question.key]


@laws
@given(some.plans(), some.facts(), st.data())
def test_changing_one_answer_changes_only_what_the_graph_says_depends_on_it(plan, facts, data):
    answers = data.draw(some.answers_to(plan))
    key = data.draw(st.sampled_from([question.key for section in plan.sections for question in section.questions]))
    other = {name: answer for name, answer in answers.items() if name != key}
    if data.draw(st.booleans()):
        other[key] = data.draw(some.values(plan.questions[key].spec))

    before, after = (evaluate(plan, given, facts, TODAY) for given in (answers, other))

    changed = {
        f"formulas.{formula.key}" for formula in plan.formulas if before.facts[formula.key] != after.facts[formula.key]
    }
    changed |= {f"sections.{name.value}" for name in before.scores if before.scores[name] != after.scores[name]}
    pairs = zip(before.verdict.results, after.verdict.results, strict=True)
    changed |= {one.condition.node for one, two in pairs if one.decision != two.decision}
    assert changed <= plan.affects[key]


@laws
@given(some.plans(), some.facts(), st.data())
def test_answers_and_evidence_survive_being_stored(plan, facts, data):
    answers = data.draw(some.answers_to(plan))
    evaluation = evaluate(plan, answers, facts, TODAY)

    stored = json.loads(json.dumps({key: encode_answer(answer) for key, answer in answers.items()}))
    again = evaluate(plan, decode_answers(plan, stored), facts, TODAY)

    assert evidence_of(plan, again) == evidence_of(plan, evaluation)
    assert (again.standing, again.verdict.advice, again.cost) == (
        evaluation.standing,
        evaluation.verdict.advice,
        evaluation.cost,
    )


# --- Documents -----------------------------------------------------------------------------------


@laws
@given(some.documents())
def test_every_document_reads_back_equal_and_to_the_same_bytes(document):
    text = write(document)

    assert read(text) == document
    assert write(read(text)) == text


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(st.characters(exclude_categories=()), max_size=5)
    | st.sampled_from(["1", "-5", "1e5", "0.001", "true", "pain", "gone > 1", "number", "scale", "2026-02-30"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def mutated(draw):
    content = json.loads(write(replace(EXAMPLE, test_cases=(CASE,))))
    for _ in range(draw(st.integers(1, 3))):
        node = content
        while True:
            step = draw(st.sampled_from(sorted(node)) if isinstance(node, dict) else st.integers(0, len(node) - 1))
            inner = node[step]
            if not isinstance(inner, dict | list) or not inner or not draw(st.integers(0, 3)):
                break
            node = inner
        how = draw(st.sampled_from(["replace", "delete", "double"]))
        if how == "delete" and len(node) > 1:
            del node[step]
        elif how == "double" and isinstance(node, list):
            node.append(inner)
        else:
            node[step] = draw(JSON)
    return json.dumps(content)


@settings(laws, max_examples=400)
@given(mutated())
def test_a_damaged_document_is_refused_or_works(text):
    try:
        document = read(text)
    except DocumentRefused:
        return
    assert write(read(write(document))) == write(document)
    write(document).encode()
    try:
        plan = compile_template(document)
    except DocumentRefused:
        return
    run_test_cases(plan)
    evaluate(plan, {}, {}, TODAY)
