"""Numbers known only from low to high."""

from decimal import Decimal

import pytest

from leads.domain.rules import Kind, Name, Range, Reason, Unknown, compile_rule

NAMES = {name: Name(Kind.NUMBER) for name in ("x", "y", "hours_lost_per_week", "hourly_cost")}
INFINITY = Decimal("Infinity")


def between(low, likely, high):
    return Range(Decimal(low), Decimal(likely), Decimal(high))


def evaluate(text, **facts):
    return compile_rule(text, NAMES, wants=None).evaluate(facts)


def test_a_cost_carries_low_likely_and_high():
    cost = evaluate(
        "hours_lost_per_week * hourly_cost * 46 + 24000",
        hours_lost_per_week=between(20, 25, 30),
        hourly_cost=Decimal(40),
    )

    assert cost == between(60_800, 70_000, 79_200)


@pytest.mark.parametrize(
    ("text", "x", "y", "expected"),
    [
        ("x + y", (1, 2, 3), (10, 20, 30), (11, 22, 33)),
        ("x - y", (1, 2, 3), (10, 20, 30), (-29, -18, -7)),
        ("-x", (1, 2, 4), (0, 0, 0), (-4, -2, -1)),
        ("x * y", (-1, 2, 3), (-10, 20, 30), (-30, 40, 90)),
        ("x * -2", (1, 2, 3), (0, 0, 0), (-6, -4, -2)),
        ("x / y", (10, 20, 40), (1, 2, 4), ("2.5", 10, 40)),
        ("x / y", (10, 20, 40), (-4, -2, -1), (-40, -10, "-2.5")),
        ("min(x, y)", (1, 5, 9), (2, 3, 4), (1, 3, 4)),
        ("max(x, 3)", (1, 2, 9), (0, 0, 0), (3, 3, 9)),
        ("round(x)", ("1.4", "2.5", "3.6"), (0, 0, 0), (1, 2, 4)),
        ("x * y", (1, 2, INFINITY), (0, 0, 5), (0, 0, INFINITY)),
        ("x * y", (-INFINITY, 2, INFINITY), (1, 1, 2), (-INFINITY, 2, INFINITY)),
        ("x + y", (1, 2, INFINITY), (-INFINITY, 0, 1), (-INFINITY, 2, INFINITY)),
        ("x - y", (1, 2, INFINITY), (1, 3, INFINITY), (-INFINITY, -1, INFINITY)),
        ("x / y", (1, 2, INFINITY), (1, 4, INFINITY), (0, "0.5", INFINITY)),
        ("x / y", (1, 2, 3), (1, 4, INFINITY), (0, "0.5", 3)),
    ],
)
def test_arithmetic_carries_all_three(text, x, y, expected):
    assert evaluate(text, x=between(*x), y=between(*y)) == between(*expected)


@pytest.mark.parametrize(
    ("text", "x", "expected"),
    [
        ("x * 0", (1, 2, INFINITY), Decimal(0)),
        ("x", (5, 5, 5), Decimal(5)),
        ("min(x, 3)", (4, 5, 6), Decimal(3)),
        ("round(x)", ("1.9", "2", "2.1"), Decimal(2)),
    ],
)
def test_a_range_whose_ends_meet_is_a_number(text, x, expected):
    assert evaluate(text, x=between(*x)) == expected


@pytest.mark.parametrize("divisor", [(-1, 1, 2), (0, 1, 2), (-2, -1, 0), (-INFINITY, 1, INFINITY)])
def test_what_may_be_divided_by_zero_is_not_computable(divisor):
    assert evaluate("1 / x", x=between(*divisor)) == Unknown(Reason.NOT_COMPUTABLE, ("x",))


UNDECIDED = Unknown(Reason.NOT_COMPUTABLE, ("x",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x < 10", False),
        ("x < 15", UNDECIDED),
        ("x < 20", UNDECIDED),
        ("x < 21", True),
        ("x <= 9", False),
        ("x <= 10", UNDECIDED),
        ("x <= 20", True),
        ("x > 20", False),
        ("x > 10", UNDECIDED),
        ("x > 9", True),
        ("x >= 21", False),
        ("x >= 20", UNDECIDED),
        ("x >= 10", True),
        ("x == 9", False),
        ("x == 10", UNDECIDED),
        ("x == 15", UNDECIDED),
        ("x == 20", UNDECIDED),
        ("x != 21", True),
        ("x != 10", UNDECIDED),
        ("x in [1, 2]", False),
        ("x in [1, 12]", UNDECIDED),
        ("x not in [1, 2]", True),
        ("x * 2 > 19", True),
        ("x + x == 30", UNDECIDED),
        ("x > 15 or x < 30", True),
        ("x > 15 and x > 30", False),
        ("x > 15 ? 1 : 1", Decimal(1)),
    ],
)
def test_a_comparison_is_decided_only_where_the_whole_range_agrees(text, expected):
    assert evaluate(text, x=between(10, 15, 20)) == expected


def test_two_ranges_decide_where_they_do_not_overlap():
    assert evaluate("x < y", x=between(1, 2, 3), y=between(4, 5, 6)) is True
    assert evaluate("x < y", x=between(1, 2, 4), y=between(4, 5, 6)) == Unknown(Reason.NOT_COMPUTABLE, ("x", "y"))
    assert evaluate("x <= y", x=between(1, 2, 4), y=between(4, 5, 6)) is True


def test_an_open_end_decides_nothing_on_its_side():
    assert evaluate("x >= 50000", x=between(60_800, 70_000, INFINITY)) is True
    assert evaluate("x >= 65000", x=between(60_800, 70_000, INFINITY)) == UNDECIDED


def test_an_unknown_weighs_more_than_a_range():
    assert evaluate("x + y > 3", x=between(1, 2, 3)) == Unknown(Reason.NOT_ASKED, ("y",))


@pytest.mark.parametrize(
    "ends",
    [(2, 1, 3), (1, 4, 3), (3, 2, 1), ("NaN", 1, 2), (1, "NaN", 2), (1, INFINITY, INFINITY)],
)
def test_a_range_is_in_order(ends):
    with pytest.raises(ValueError, match=r"range"):
        between(*ends)


def test_a_range_is_made_of_decimals():
    with pytest.raises(TypeError, match="decimals"):
        Range(1, 2, 3)
