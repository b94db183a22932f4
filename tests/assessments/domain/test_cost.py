"""What the problem costs a year."""

import pytest

from assessments.domain.cost import MOST, Cost, amount, total
from assessments.domain.reasons import formula_results
from leads.domain.qualification import Decision
from leads.domain.rules import Range, Reason, Unknown
from tests.assessments.domain.templates import NOT_KNOWN, D, FormulaSpec, asked, between, compiled, run, verdict

LOST = Unknown(Reason.NOT_ASKED, ("lost",))
OPEN = D("Infinity")


@pytest.mark.parametrize(
    ("value", "counts"),
    [
        (D("12.345"), D("12.34")),
        (D("12.355"), D("12.36")),
        (D("-3"), D("0")),
        (between("-3", "1", "2.006"), between("0", "1", "2.01")),
        (between("-3", "-2", "-1"), D("0")),
        (between("-3", "-2", "4"), between("0", "0", "4")),
        (D("10E15"), Range(MOST, MOST, OPEN)),
        (Range(D("5"), D("6"), OPEN), Range(D("5"), D("6"), OPEN)),
        (Range(-OPEN, D("6"), D("7")), between("0", "6", "7")),
        (LOST, LOST),
    ],
)
def test_an_item_counts_to_the_cent_and_never_below_zero(value, counts):
    assert amount(value) == counts


@pytest.mark.parametrize(
    ("items", "cost"),
    [
        ([D("10"), D("20")], Cost(D("30"), D("30"), D("30"), complete=True)),
        ([D("10"), between("1", "2", "3")], Cost(D("11"), D("12"), D("13"), complete=True)),
        ([D("10"), LOST], Cost(D("10"), D("10"), None, complete=False)),
        ([LOST], Cost(D("0"), D("0"), None, complete=False)),
        ([Range(D("1"), D("2"), OPEN)], Cost(D("1"), D("2"), None, complete=True)),
        ([MOST, MOST], Cost(MOST, MOST, None, complete=True)),
    ],
)
def test_items_add_up_and_an_unknown_one_opens_only_the_high_end(items, cost):
    assert total(items) == cost


FORMULAS = {
    "cost": (asked("hours"), asked("rate", "money")),
    "formulas": (
        FormulaSpec("wasted", "Wasted", "hours * rate", cost_item=True, benchmark="1000000"),
        FormulaSpec("saved", "Saved", "0 - wasted", cost_item=True),
        FormulaSpec("half", "Half", "wasted / 2"),
    ),
    "verdict": verdict(will_act="problem_cost >= 100", justifies="half > 40"),
}


def test_only_cost_items_add_to_the_cost_and_a_benchmark_never_does():
    evaluation = run(compiled(**FORMULAS), {"hours": D("10"), "rate": D("9")})

    assert evaluation.cost == Cost(D("90.00"), D("90.00"), D("90.00"), complete=True)
    assert [evaluation.facts[key] for key in ("wasted", "saved", "half")] == [D("90"), D("0"), D("45")]


@pytest.mark.parametrize(
    ("answers", "will_act"),
    [
        ({"hours": D("10"), "rate": D("10")}, Decision.YES),
        ({"hours": D("10"), "rate": D("9")}, Decision.NO),
        ({"hours": between("10", "11", "12"), "rate": D("9")}, Decision.UNKNOWN),
        ({"hours": between("1", "2", "3"), "rate": D("9")}, Decision.NO),
        ({"hours": NOT_KNOWN}, Decision.UNKNOWN),
    ],
)
def test_a_condition_on_the_cost_is_decided_only_where_its_whole_range_agrees(answers, will_act):
    assert run(compiled(**FORMULAS), answers).verdict.will_act.decision == will_act


def test_a_formula_is_explained_by_what_it_read():
    plan = compiled(**FORMULAS)

    results = formula_results(plan, run(plan, {"hours": D("10")}))

    assert [result.formula.key for result in results] == ["wasted", "saved", "half"]
    assert results[0].read == (("hours", D("10")), ("rate", Unknown(Reason.NOT_ASKED, ("rate",))))
    assert results[2].read == (("wasted", Unknown(Reason.NOT_ASKED, ("rate",))),)


def test_dividing_by_zero_is_an_unknown_item():
    plan = compiled(cost=(asked("hours"),), formulas=(FormulaSpec("loss", "Loss", "5 / hours", cost_item=True),))

    assert run(plan, {"hours": D("0")}).cost == Cost(D("0"), D("0"), None, complete=False)
