"""What can never be, whatever is answered, keeps a template from being published."""

from dataclasses import replace

import pytest

from assessments.domain.plan import compile_template
from assessments.domain.publishing import dead_rules
from assessments.domain.template import ConditionSpec, FormulaBand, StallRiskSpec
from tests.assessments.domain.templates import (
    D,
    FormulaSpec,
    asked,
    attribute,
    between,
    choice,
    scale,
    template,
    verdict,
    yes_no,
)

COST = FormulaSpec("loss", "Loss", "100", cost_item=True)
SHOWN = "sections[0].questions[{}].show_when: can never be true, so the question is never asked; change it"


def dead(**parts):
    return [str(problem) for problem in dead_rules(compile_template(template(**parts)))]


BRANCHES = (
    choice("kind", ("mail", "0"), ("phone", "0"), ("edi", "0")),
    yes_no("typed"),
    yes_no("partner", show_when='kind == "edi"', if_hidden=False),
    choice("system", ("sap", "1"), ("own", "2"), kind="multiple_choice"),
    asked("count", minimum=D("0"), maximum=D("100")),
    scale("rated"),
)


@pytest.mark.parametrize(
    ("rule", "never"),
    [
        ('kind == "mail" and kind == "phone"', True),
        ('kind == "mail" or kind == "phone"', False),
        ('kind != "mail" and kind != "phone" and kind != "edi"', True),
        ('kind != "mail" and kind != "phone"', False),
        ("typed and not typed", True),
        ("partner and typed", False),
        ('not partner and kind == "edi"', False),
        ('"sap" in system and "sap" not in system', True),
        ('"sap" in system and "own" in system', False),
        ("count > 10 and count < 5", True),
        ("count > 10 and count <= 10", True),
        ("count >= 10 and count <= 10", False),
        ("count == 10 and count != 10", True),
        ("count in [100, 102]", False),
        ("count + rated >= 110", False),
        ("points_of_system > 3", True),
        ("points_of_system == 3", False),
        ("points_of_system == 3 and \"own\" not in system", True),
        ('sector == "bank" and sector == "shop"', True),
        ('sector not in ["bank", "shop"]', False),  # a lead may have a choice that is offered no more
        ("staff > 10 and staff < 10", True),
        ("staff > 10 and staff < 11", False),
        ("days_until_due < 5 and days_until_due > 5", True),
        ("note == \"a\" and note == \"b\"", False),  # texts cannot be gone through
        ("staff * count > 5 and staff < 0", True),
        ("staff * count > 5 and staff > 0", False),
    ],
)  # fmt: skip
def test_a_question_that_no_answers_show_can_never_be_asked(rule, never):
    attributes = (attribute("sector", "choice", codes=("bank", "shop")), attribute("staff"), attribute("due", "date"))
    asked_for = (*BRANCHES, asked("note", "text"), asked("last", show_when=rule))

    assert dead(attributes=attributes, problem=asked_for) == ([SHOWN.format(7)] if never else [])


def test_a_question_behind_one_that_is_never_asked_is_never_asked_either():
    questions = (
        yes_no("a"),
        yes_no("b", show_when="a and not a", if_hidden=False),
        asked("c", show_when="b"),
        asked("d", show_when="not b"),
    )

    assert dead(problem=questions) == [SHOWN.format(1), f"{SHOWN.format(2)}, or what shows `b`"]


def test_what_hides_a_question_counts_when_another_reads_it():
    found = dead(problem=(*BRANCHES, asked("last", show_when='partner and kind == "mail"')))

    assert found == [f"{SHOWN.format(6)}, or what shows `partner`"]


@pytest.mark.parametrize(
    ("rule", "never"),
    [
        ("hours * 0", True),
        ("0 - hours", True),
        ("hours - 200", True),
        ("hours - 168", True),
        ("hours - 167", False),
        ("typed ? 0 : 0", True),
        ("typed ? 0 : hours", False),
        ("free - 5", False),
        ("0.004", True),  # less than half a cent
    ],
)
def test_a_cost_item_that_can_only_be_nothing_is_refused(rule, never):
    questions = (asked("hours", minimum=D("0"), maximum=D("168")), yes_no("typed"), asked("free"))
    wrong = "can never be more than 0, so this item adds nothing to the cost of the problem; change it, or remove"

    found = dead(problem=questions, formulas=(COST, FormulaSpec("f", "F", rule, cost_item=True)))

    assert found == ([f"formulas[1].rule: {wrong} the item"] if never else [])


SCORED = (scale("pain"), choice("kind", ("a", "0"), ("b", "10")))
HOURS = asked("hours", minimum=D("0"), maximum=D("100"))


@pytest.mark.parametrize(
    ("rule", "never"),
    [
        ("problem_score >= 100", False),
        ("problem_score > 100", True),
        ("problem_score < 0", True),
        ('problem_score > 50 and kind == "a"', True),
        ('problem_score >= 50 and kind == "a"', False),
        ("problem_score > 90 and pain <= 5", True),
        ("problem_cost > 1100", True),
        ("problem_cost >= 1100", False),
        ("problem_cost > 600 and hours < 50", True),
        ("problem_cost >= offer_price", True),
        ("problem_cost >= act_from", False),
        ("recoverable_share > 80", True),
        ("cause_score >= 100", False),
        ("cause_score > 100", True),
        ('cause_score >= 60 and reason == "habit"', True),
        ("wasted > 1000", True),
        ("free > 1000000", False),
        ("false", True),
        ("true", False),
    ],
)
def test_a_condition_of_the_verdict_that_can_never_be_yes_is_refused(rule, never):
    given = {
        "problem": SCORED,
        "cause": (choice("reason", ("habit", "1"), ("rule", "3")),),
        "cost": (HOURS, asked("free")),
        "formulas": (FormulaSpec("wasted", "W", "hours * 10", cost_item=True), COST),
    }

    found = dead(**given, verdict=verdict(will_act=rule))
    risk = dead(**given, stall_risks=(StallRiskSpec("r", "R", rule),))

    answer = "verdict.will_act[0].rule: can never be yes, so the whole answer is never yes; change the condition"
    there = "stall_risks[0].rule: can never be yes, so this risk is never there; change it, or remove the risk"
    assert (found, risk) == (([answer], [there]) if never else ([], []))


def test_conditions_that_are_never_yes_together_are_refused():
    conditions = (ConditionSpec("Bad", "problem_score >= 60"), ConditionSpec("Not bad", "problem_score < 50"))

    found = dead(problem=SCORED, verdict=replace(verdict(), good_problem=conditions))

    assert found == [
        "verdict.good_problem: its conditions can never all be yes together, so it is never yes; change one of them"
    ]


@pytest.mark.parametrize(
    ("rule", "bands", "never"),
    [
        ("min(hours, 10)", ("1", "500"), [1]),
        ("min(hours, 10)", ("1", "10"), []),
        ("hours * 2", ("0", "200"), []),
        ("hours * 2", ("-5", "0", "100", "201"), [0, 3]),
        ("free", ("0", "1000000"), []),
        ("kind == \"a\" ? 1 : 5", ("1", "2", "3", "6"), [1, 3]),
    ],
)  # fmt: skip
def test_a_name_that_no_result_is_ever_called_is_refused(rule, bands, never):
    spec = FormulaSpec("f", "F", rule, bands=tuple(FormulaBand(f"from {least}", D(least)) for least in bands))

    found = dead(problem=SCORED, cost=(HOURS, asked("free")), formulas=(COST, spec))

    wrong = (
        "formulas[1].bands[{0}].from: no answers come to it, so the result is never called “from {1}”; change this "
        "threshold or the rule, or remove the name"
    )
    assert found == [wrong.format(place, bands[place]) for place in never]


def test_a_question_that_is_asked_twice_is_refused():
    twice = (
        "reads like the question `a`, so the prospect is asked the same twice; word it differently, or remove one of"
    )
    first, again = asked("a"), replace(asked("b"), text=" A? ")
    by_mail = replace(first, show_when="mail")
    by_phone = replace(again, show_when="not mail")

    found = dead(problem=(first,), cause=(again,))
    never_both = dead(problem=(yes_no("mail"), by_mail), cause=(by_phone,))
    sometimes = dead(problem=(yes_no("mail"), by_mail), cause=(replace(again, show_when="mail"),))

    path = "sections[1].questions[0].text"
    assert (found, never_both, sometimes) == ([f"{path}: {twice} the two"], [], [f"{path}: {twice} the two"])


BLOCKS = StallRiskSpec("r", "Nobody owns it", "", True)
NEVER_ADVANCES = "verdict: can never advise to advance, whatever is answered: "
TOGETHER = "the conditions of its three answers can never all be yes together; change one of them"
BLOCKED = (
    "whenever its three answers are yes, “Nobody owns it” blocks the sale; change the rule of that risk, or let it "
    "only be watched"
)


@pytest.mark.parametrize(
    ("rules", "risk", "wrong"),
    [
        ({}, "problem_score >= 0", BLOCKED),
        ({"good_problem": "problem_score >= 60", "will_act": "problem_score < 60"}, "", TOGETHER),
        ({"good_problem": "problem_score >= 60", "will_act": "problem_score <= 60"}, "", ""),
        ({"good_problem": "problem_score >= 50"}, "problem_score >= 50", BLOCKED),
        ({"good_problem": "problem_score >= 50"}, "problem_score >= 51", ""),
        ({"will_act": "problem_cost >= act_from"}, "problem_cost >= act_from", BLOCKED),
        ({"will_act": "problem_cost >= act_from"}, "problem_cost > act_from", ""),
        ({"justifies": "wasted > 300", "will_act": "wasted < 400"}, "", ""),
        ({"justifies": "wasted > 400", "will_act": "wasted < 300"}, "", TOGETHER),
        ({"justifies": 'kind == "a"'}, 'kind != "b"', BLOCKED),
        ({"justifies": 'kind == "a"'}, 'kind == "b"', ""),
    ],
)
def test_a_template_that_can_never_advise_to_advance_is_refused(rules, risk, wrong):
    given = {
        "problem": SCORED,
        "cost": (HOURS,),
        "formulas": (FormulaSpec("wasted", "W", "hours * 10", cost_item=True), COST),
        "verdict": replace(verdict(**rules), act_from=D("500")),
        "stall_risks": (replace(BLOCKS, rule=risk),) if risk else (),
    }

    assert dead(**given) == ([f"{NEVER_ADVANCES}{wrong}"] if wrong else [])


def test_a_risk_that_is_only_watched_never_keeps_from_advancing():
    assert dead(problem=SCORED, stall_risks=(replace(BLOCKS, rule="problem_score >= 0", blocking=False),)) == []


def test_of_a_large_template_whose_cases_are_too_many_nothing_is_said():
    """What would take long to tell is left; the clock is that of a busy machine."""
    scales = {
        name: tuple(scale(f"{name}{n}") for n in range(40)) for name in ("problem", "cause", "cost", "urgency", "fit")
    }
    puzzle = " + ".join(f"problem{n}" for n in range(12)) + " != 77.5"
    plan = compile_template(
        template(
            **scales,
            verdict=verdict(good_problem="problem_score >= 50 and fit_score >= 60", will_act="urgency_score >= 60"),
            stall_risks=(replace(BLOCKS, rule=puzzle),),
        )
    )

    assert dead_rules(plan) == []


def test_a_template_that_is_never_proposed_is_refused():
    found = dead(attributes=(attribute("staff"),), propose_when="staff > 50 and staff < 10")

    assert found == ["propose_when: can never be yes, so the template is never proposed; change it"]


def test_the_offer_is_what_it_is():
    assert dead(verdict=verdict(justifies="offer_price < 15000")) != []
    assert dead(verdict=verdict(justifies="offer_price < 18000")) == []  # a range says neither yes nor no
    assert between("15000", "16500", "18000").low == D("15000")


def test_of_a_rule_with_too_many_cases_nothing_is_said():
    """Nine answers whose points never sum to 100: found by their range; to exactly 26.5: by no number of cases."""
    items = tuple(choice(f"q{n}", ("a", "0"), ("b", "1"), ("c", "2"), ("d", "3")) for n in range(12))
    total = " + ".join(f"points_of_q{n}" for n in range(12))

    never = dead(problem=(*items, asked("last", show_when=f"{total} > 36")))
    unclear = dead(problem=(*items, asked("last", show_when=f"{total} == 26.5")))

    assert (never, unclear) == ([SHOWN.format(12)], [])


def test_a_long_chain_of_questions_is_gone_through():
    chain = [yes_no("q0")] + [yes_no(f"q{n}", show_when=f"q{n - 1}", if_hidden=False) for n in range(1, 450)]
    contradiction = asked("last", show_when="q39 and not q0")

    found = dead(problem=tuple(chain), cause=(yes_no("q450", show_when="q449", if_hidden=False),))
    contradicted = dead(problem=tuple(chain[:40]), cause=(contradiction,))

    wrong = "can never be true, so the question is never asked; change it, or what shows `q39`"
    assert (found, contradicted) == ([], [f"sections[1].questions[0].show_when: {wrong}"])
