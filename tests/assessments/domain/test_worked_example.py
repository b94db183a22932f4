"""One diagnosis from beginning to end, with every number calculated by hand."""

from datetime import date

import pytest

from assessments.domain.asking import next_question, progress, would_change_most
from assessments.domain.cost import Cost
from assessments.domain.plan import compile_template
from assessments.domain.reasons import cost_items, missing
from assessments.domain.scores import Score
from assessments.domain.template import Advice, Dimension, Outlook
from leads.domain.qualification import Decision
from leads.domain.rules import Reason, Unknown
from tests.assessments.domain.templates import EXAMPLE, EXAMPLE_ANSWERS, EXAMPLE_FACTS, D, between, run


@pytest.fixture(scope="module")
def plan():
    return compile_template(EXAMPLE)


@pytest.fixture
def evaluation(plan):
    return run(plan, EXAMPLE_ANSWERS, EXAMPLE_FACTS)


def test_each_section_has_its_score_and_an_unanswered_question_widens_it(evaluation):
    assert evaluation.scores == {
        Dimension.PROBLEM: Score(D("80.00"), D("80.00"), D("80.00")),
        Dimension.CAUSE: Score(D("70.00"), D("70.00"), D("70.00")),
        Dimension.COST: None,
        Dimension.URGENCY: Score(D("75.00"), D("50.00"), D("83.33")),
        Dimension.FIT: Score(D("90.00"), D("90.00"), D("90.00")),
    }


def test_an_unknown_item_leaves_the_cost_incomplete_and_open_above(plan, evaluation):
    items = {item.formula.key: item for item in cost_items(plan, evaluation)}

    assert evaluation.cost == Cost(D("60800"), D("70000"), None, complete=False)
    assert items["wasted_time"].value == between("36800", "46000", "55200")
    assert items["wasted_time"].read == (("hours_lost", between("20", "25", "30")), ("hourly_cost", D("40")))
    assert items["rework_cost"].value == D("24000")
    assert items["lost_orders_cost"].value == Unknown(Reason.DOES_NOT_KNOW, ("lost_orders",))


def test_the_verdict_gives_each_answer_with_its_reasons(evaluation):
    verdict = evaluation.verdict

    assert (verdict.good_problem.decision, verdict.will_act.decision, verdict.justifies.decision) == (
        Decision.YES,
        Decision.UNKNOWN,
        Decision.YES,
    )
    assert [
        (reason.condition.label, reason.condition.text, reason.decision) for reason in verdict.will_act.reasons
    ] == [
        ("It is urgent enough", "urgency_score >= 60", Decision.UNKNOWN),
        ("The problem costs enough to act", "problem_cost >= act_from", Decision.YES),
        ("The prospect confirmed the cost", "cost_confirmed", Decision.YES),
    ]
    assert verdict.will_act.reasons[1].condition.behind == ("hours_lost", "hourly_cost", "rework", "lost_orders")


def test_without_a_blocking_risk_it_advises_to_keep_diagnosing_and_to_ask_the_third_urgency_question(plan, evaluation):
    verdict = evaluation.verdict
    asked = would_change_most(plan, evaluation)

    assert (verdict.outlook, verdict.advice, verdict.nurture_until) == (Outlook.CLEAR, Advice.KEEP_DIAGNOSING, None)
    assert (asked.question.key, asked.undecided, asked.points) == ("consequence", ("verdict.will_act[0]",), D("10"))
    assert missing(plan, evaluation, verdict.will_act.reasons[0]) == (("consequence", Reason.DOES_NOT_KNOW),)
    assert missing(plan, evaluation, verdict.will_act.reasons[1]) == ()


def test_three_to_the_third_urgency_question_makes_sixty_and_advances(plan):
    evaluation = run(plan, EXAMPLE_ANSWERS | {"consequence": D("3")}, EXAMPLE_FACTS)

    assert evaluation.scores[Dimension.URGENCY] == Score(D("60.00"), D("60.00"), D("60.00"))
    assert (evaluation.verdict.will_act.decision, evaluation.verdict.advice) == (Decision.YES, Advice.ADVANCE)


def test_two_to_the_third_urgency_question_makes_less_than_sixty_and_nurtures_for_ninety_days(plan):
    evaluation = run(plan, EXAMPLE_ANSWERS | {"consequence": D("2")}, EXAMPLE_FACTS)

    assert evaluation.scores[Dimension.URGENCY] == Score(D("56.67"), D("56.67"), D("56.67"))
    assert (evaluation.verdict.will_act.decision, evaluation.verdict.advice) == (Decision.NO, Advice.NURTURE)
    assert evaluation.verdict.nurture_until == date(2026, 5, 31)


@pytest.mark.parametrize(("rework", "justifies"), [("14628.58", Decision.YES), ("14628.57", Decision.UNKNOWN)])
def test_the_cost_justifies_if_even_the_worst_share_of_the_least_cost_pays_the_highest_price_twice(
    plan, rework, justifies
):
    # 36,800 and the rework, at 70 %, against 2 · 18,000: from 14,628.58 on.
    evaluation = run(plan, EXAMPLE_ANSWERS | {"rework": D(rework)}, EXAMPLE_FACTS)

    assert evaluation.verdict.justifies.decision == justifies


def test_nothing_is_left_to_ask_but_the_prospects_own_urgency(plan, evaluation):
    counts = progress(plan, evaluation)

    assert next_question(plan, evaluation).key == "urgency_before"
    assert (counts.total.answered, counts.total.does_not_know, counts.total.open) == (10, 2, 0)
    assert counts.complete
