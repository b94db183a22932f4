"""What the answers mean, why, and what would tell more."""

from datetime import date
from itertools import product

import pytest

from assessments.domain.asking import would_change_most
from assessments.domain.reasons import missing
from assessments.domain.template import Advice, ConditionSpec, Outlook, StallRiskSpec, VerdictSpec
from assessments.domain.verdict import advise, all_of
from leads.domain.qualification import Decision
from leads.domain.rules import Reason, Unknown
from tests.assessments.domain.templates import (
    NOT_KNOWN,
    D,
    FormulaSpec,
    asked,
    attribute,
    between,
    compiled,
    run,
    scale,
    verdict,
    yes_no,
)

YES, NO, UNKNOWN = Decision.YES, Decision.NO, Decision.UNKNOWN


@pytest.mark.parametrize(
    ("decisions", "answer"),
    [
        ((YES, YES), YES),
        ((YES, NO), NO),
        ((YES, UNKNOWN), UNKNOWN),
        ((UNKNOWN, UNKNOWN), UNKNOWN),
        ((UNKNOWN, NO), NO),
        ((YES, UNKNOWN, NO), NO),
    ],
)
def test_an_answer_is_the_and_of_its_conditions(decisions, answer):
    assert all_of(decisions) == answer


def risk(key, rule, blocking):
    return StallRiskSpec(key, key.title(), rule, blocking)


RISKS = {
    "fit": (yes_no("no_owner"), yes_no("frozen_budget")),
    "stall_risks": (risk("owner", "no_owner", True), risk("budget", "frozen_budget", False)),
}


@pytest.mark.parametrize(
    ("blocking", "watch", "outlook"),
    [
        (True, True, Outlook.BLOCKED),
        (True, None, Outlook.BLOCKED),
        (None, True, Outlook.UNKNOWN),
        (None, False, Outlook.UNKNOWN),
        (False, True, Outlook.AT_RISK),
        (False, None, Outlook.AT_RISK),
        (False, False, Outlook.CLEAR),
    ],
)
def test_the_outlook_is_the_first_that_its_risks_allow(blocking, watch, outlook):
    answers = {"no_owner": NOT_KNOWN if blocking is None else blocking}
    answers |= {} if watch is None else {"frozen_budget": watch}

    assert run(compiled(**RISKS), answers).verdict.outlook == outlook


def test_without_risks_the_outlook_is_clear_and_one_absent_risk_hides_no_present_one():
    two = (risk("first", "no_owner", True), risk("second", "frozen_budget", True))

    assert run(compiled()).verdict.outlook == Outlook.CLEAR
    answers = {"no_owner": False, "frozen_budget": True}
    assert run(compiled(fit=RISKS["fit"], stall_risks=two), answers).verdict.outlook == Outlook.BLOCKED


def test_the_advice_is_the_first_that_holds_for_every_combination():
    for good, act, just, outlook in product(Decision, Decision, Decision, Outlook):
        if good == NO or just == NO:
            expected = Advice.DISQUALIFY
        elif act == NO:
            expected = Advice.NURTURE
        elif UNKNOWN in (good, act, just) or outlook in (Outlook.BLOCKED, Outlook.UNKNOWN):
            expected = Advice.KEEP_DIAGNOSING
        else:
            expected = Advice.ADVANCE

        assert advise(good, act, just, outlook) == expected


@pytest.mark.parametrize(
    ("rules", "advice", "until"),
    [
        ({"good_problem": "false", "will_act": "false"}, Advice.DISQUALIFY, None),
        ({"justifies": "false", "will_act": "false"}, Advice.DISQUALIFY, None),
        ({"will_act": "false"}, Advice.NURTURE, date(2026, 3, 12)),
        ({"will_act": "plain > 3"}, Advice.KEEP_DIAGNOSING, None),
        ({}, Advice.ADVANCE, None),
    ],
)
def test_only_nurturing_has_a_date_to_look_again(rules, advice, until):
    plan = compiled(problem=(asked("plain"),), verdict=verdict(**rules), nurture_days=10)

    found = run(plan, today=date(2026, 3, 2)).verdict

    assert (found.advice, found.nurture_until) == (advice, until)


# --- Why -----------------------------------------------------------------------------------------

WHY = {
    "attributes": (attribute("size"), attribute("sector", "text")),
    "problem": (scale("pain"), scale("other"), asked("staff", attribute="size")),
    "cost": (
        yes_no("has_rework"),
        asked("rework", "money", show_when="has_rework", if_hidden="0"),
        asked("hours"),
        asked("rate", "money"),
    ),
    "formulas": (
        FormulaSpec("wasted", "Wasted", "hours * rate", cost_item=True),
        FormulaSpec("redone", "Redone", "rework", cost_item=True),
        FormulaSpec("twice", "Twice", "wasted * 2"),
    ),
}


@pytest.mark.parametrize(
    ("rule", "answers", "why"),
    [
        ("problem_score >= 50", {"pain": D("6")}, {"other": Reason.NOT_ASKED}),
        ("problem_score >= 50", {"pain": NOT_KNOWN}, {"pain": Reason.DOES_NOT_KNOW, "other": Reason.NOT_ASKED}),
        ("problem_score >= 50", {"pain": between("1", "5", "9"), "other": D("5")}, {"pain": Reason.NOT_COMPUTABLE}),
        ("twice > 10", {"hours": D("1")}, {"rate": Reason.NOT_ASKED}),
        (
            "twice > 10",
            {"hours": between("1", "5", "9"), "rate": D("1")},
            {"hours": Reason.NOT_COMPUTABLE},
        ),
        ("rework > 10", {}, {"has_rework": Reason.NOT_ASKED}),
        ("rework > 10", {"has_rework": NOT_KNOWN}, {"has_rework": Reason.DOES_NOT_KNOW}),
        ("rework > 10", {"has_rework": True}, {"rework": Reason.NOT_ASKED}),
        ("problem_cost > 10", {"has_rework": False, "hours": D("1")}, {"rate": Reason.NOT_ASKED}),
        ("problem_cost > 10", {"hours": D("1"), "rate": D("2")}, {"has_rework": Reason.NOT_ASKED}),
        ("problem_cost > 10", {"hours": D("9"), "rate": D("9")}, {}),
        ("size > 10", {}, {"staff": Reason.NOT_ASKED}),
        ("size > 10", {"staff": NOT_KNOWN}, {"staff": Reason.DOES_NOT_KNOW}),
        ("size > 10", {"staff": between("1", "5", "19")}, {"staff": Reason.NOT_COMPUTABLE}),
        ('sector == "bank"', {}, {"sector": Reason.STALE}),
        ("5 / hours > 1 or false", {"hours": D("0")}, {"hours": Reason.NOT_COMPUTABLE}),
    ],
)
def test_an_unknown_condition_names_what_keeps_it_open(rule, answers, why):
    plan = compiled(**WHY, verdict=verdict(good_problem=rule))

    evaluation = run(plan, answers, {"sector": Unknown(Reason.STALE)})

    assert dict(missing(plan, evaluation, evaluation.verdict.good_problem.reasons[0])) == why


def test_each_condition_knows_the_questions_behind_it_and_each_question_what_it_may_change():
    rules = VerdictSpec(
        D("10"),
        (ConditionSpec("Score", "problem_score >= 50"),),
        (ConditionSpec("Cost", "problem_cost >= act_from"), ConditionSpec("Size", "size > 3 and twice > 4")),
        (ConditionSpec("Price", "offer_price > 1"),),
    )
    plan = compiled(**WHY, verdict=rules, stall_risks=(risk("redo", "rework > 1000", True),))

    assert plan.behind["verdict.good_problem[0]"] == ("pain", "other")
    assert plan.behind["verdict.will_act[0]"] == ("rework", "hours", "rate")
    assert plan.behind["verdict.will_act[1]"] == ("staff", "hours", "rate")
    assert plan.behind["verdict.justifies[0]"] == ()
    assert plan.verdict["will_act"][1].behind == ("staff", "hours", "rate")
    assert plan.affects["pain"] == {"sections.problem", "verdict.good_problem[0]"}
    assert plan.affects["has_rework"] == {"formulas.redone", "verdict.will_act[0]", "stall_risks.redo"}
    assert plan.affects["hours"] == {"formulas.wasted", "formulas.twice", "verdict.will_act[0]", "verdict.will_act[1]"}


def test_a_question_may_change_what_depends_on_questions_that_it_shows_by_way_of_others():
    plan = compiled(
        problem=(
            yes_no("first"),
            yes_no("second", show_when="first", if_hidden=False),
            scale("third", show_when="second", if_hidden="0"),
        ),
        verdict=verdict(justifies="third > 5"),
    )

    assert plan.affects["first"] == {"sections.problem", "verdict.justifies[0]"}
    assert plan.graph.gates == {"second": ("first",), "third": ("second",)}


# --- What would change most ----------------------------------------------------------------------

TELLING = {
    "problem": (scale("pain"), scale("wide", maximum=D("30"))),
    "fit": (yes_no("gate"), yes_no("owner", show_when="gate", if_hidden=False), asked("remark", "text")),
    "verdict": verdict(good_problem="problem_score >= 50", will_act="owner", justifies="owner or problem_score > 90"),
    "stall_risks": (risk("nobody", "not owner", True),),
}


@pytest.mark.parametrize(
    ("answers", "key", "undecided"),
    [
        ({}, "gate", ("verdict.will_act[0]", "verdict.justifies[0]", "stall_risks.nobody")),
        ({"gate": True}, "owner", ("verdict.will_act[0]", "verdict.justifies[0]", "stall_risks.nobody")),
        ({"gate": True, "owner": True}, "wide", ("verdict.good_problem[0]",)),
        ({"gate": True, "owner": True, "wide": NOT_KNOWN}, "pain", ("verdict.good_problem[0]",)),
        ({"gate": True, "owner": True, "wide": NOT_KNOWN, "pain": D("9")}, "wide", ("verdict.good_problem[0]",)),
        ({"gate": True, "owner": True, "wide": D("30")}, "pain", ()),
    ],
)
def test_the_question_that_would_change_most_comes_first(answers, key, undecided):
    plan = compiled(**TELLING)

    found = would_change_most(plan, run(plan, answers))

    assert (found.question.key, found.undecided) == (key, undecided)


WIDE = {"gate": True, "owner": True, "wide": between("10", "15", "25"), "pain": D("5")}


@pytest.mark.parametrize(
    ("answers", "key", "reason"),
    [
        ({}, "gate", Reason.NOT_ASKED),
        ({"pain": NOT_KNOWN}, "pain", Reason.DOES_NOT_KNOW),
        ({}, "wide", Reason.NOT_COMPUTABLE),
    ],
)
def test_a_range_too_wide_to_decide_comes_after_all_that_is_without_a_value(answers, key, reason):
    plan = compiled(**TELLING)
    given = WIDE | answers if key != "gate" else {"wide": WIDE["wide"]}

    found = would_change_most(plan, run(plan, given))

    assert (found.question.key, found.reason) == (key, reason)


def test_a_range_that_decides_is_not_asked_again():
    plan = compiled(**TELLING)

    assert would_change_most(plan, run(plan, WIDE | {"wide": between("25", "26", "27")})) is None


def test_no_question_would_change_anything_once_all_is_decided():
    plan = compiled(**TELLING)

    assert would_change_most(plan, run(plan, {"gate": True, "owner": True, "wide": D("30"), "pain": D("9")})) is None
