"""The table of moves: every pair of stages, and what each asks for."""

from itertools import product

import pytest

from leads.domain.reasons import ReasonKind
from leads.domain.stages import CLOSED, Level, MoveRefused, Stage, check_move, legal_from

ALL = {"level": Level.SQL, "has_reason": True, "has_date": True, "has_verdict": True}
KINDS = {Stage.DISQUALIFIED: ReasonKind.DISQUALIFIED, Stage.LOST: ReasonKind.LOST}
LEGAL = """
inquiry > mql: level mql
inquiry > sql: level sql
inquiry > nurture: date
inquiry > disqualified: cause
mql > sal:
mql > sql: level sql
mql > nurture: date
mql > disqualified: cause
sal > mql: level mql, reason
sal > sql: level sql
sal > nurture: date
sal > disqualified: cause
sql > opportunity: verdict
sql > nurture: date
sql > disqualified: cause
sql > lost: cause
opportunity > customer:
opportunity > sql: level sql, reason
opportunity > nurture: date
opportunity > lost: cause
customer > opportunity: reason
nurture > inquiry:
nurture > mql: level mql
nurture > sql: level sql
nurture > disqualified: cause
disqualified > inquiry: reason
lost > inquiry: reason
lost > sql: level sql, reason
lost > opportunity: verdict, reason
"""
NEEDS = {
    (Stage(start.strip()), Stage(to.strip())): [need.strip() for need in needs.split(",") if need.strip()]
    for line in LEGAL.strip().splitlines()
    for move, _, needs in [line.partition(":")]
    for start, _, to in [move.partition(">")]
}
LACKING = {
    "level mql": ({"level": Level.NONE}, "level_too_low", "to"),
    "level sql": ({"level": Level.MQL}, "level_too_low", "to"),
    "reason": ({"has_reason": False}, "reason_missing", "reason"),
    "date": ({"has_date": False}, "date_missing", "nurtureUntil"),
    "cause": ({"cause": None}, "cause_missing", "cause"),
    "verdict": ({"has_verdict": False}, "verdict_missing", "overrideReason"),
}
NOTHING = {"level": Level.NONE, "has_reason": False, "has_date": False, "has_verdict": False, "cause": None}


def refusal(start, to, **given):
    with pytest.raises(MoveRefused) as caught:
        check_move(start, to, **given)
    return caught.value.code, caught.value.field


@pytest.mark.parametrize(("start", "to"), list(product(Stage, Stage)), ids=str)
def test_every_pair_of_stages_is_legal_or_refused(start, to):
    if (start, to) not in NEEDS:
        assert refusal(start, to, **ALL) == ("illegal_move", "to")
        return
    given = ALL | {"cause": KINDS.get(to)}

    check_move(start, to, **given)

    for need in NEEDS[start, to]:
        lacking, code, field = LACKING[need]
        assert refusal(start, to, **(given | lacking)) == (code, field)
    for kind in ReasonKind:
        if kind != KINDS.get(to):
            assert refusal(start, to, **(given | {"cause": kind})) == ("cause_of_other_kind", "cause")


@pytest.mark.parametrize(("start", "to"), NEEDS, ids=str)
def test_a_move_asks_for_nothing_beyond_the_table(start, to):
    given = {
        "level": next((Level(need[6:]) for need in NEEDS[start, to] if need.startswith("level")), Level.NONE),
        "has_reason": "reason" in NEEDS[start, to],
        "has_date": "date" in NEEDS[start, to],
        "has_verdict": "verdict" in NEEDS[start, to],
        "cause": KINDS.get(to),
    }

    check_move(start, to, **given)

    if given == NOTHING:
        assert NEEDS[start, to] == []


def test_where_a_lead_may_go_is_told_in_the_order_of_the_table():
    assert legal_from(Stage.SQL) == (Stage.OPPORTUNITY, Stage.NURTURE, Stage.DISQUALIFIED, Stage.LOST)
    assert {(start, to) for start in Stage for to in legal_from(start)} == set(NEEDS)


def test_a_refused_move_names_the_stages_to_choose_from():
    with pytest.raises(MoveRefused, match=r"A lead cannot go from CUSTOMER to MQL; choose from OPPORTUNITY\."):
        check_move(Stage.CUSTOMER, Stage.MQL, **ALL)


def test_closed_stages_can_only_be_left_with_a_reason():
    assert {stage.value for stage in CLOSED} == {"customer", "disqualified", "lost"}
    for start in CLOSED:
        assert all("reason" in NEEDS[start, to] for to in legal_from(start))


def test_levels_are_ordered_and_stages_have_labels():
    assert [level.rank for level in (Level.NONE, Level.MQL, Level.SQL)] == [0, 1, 2]
    assert [stage.label for stage in (Stage.SQL, Stage.SAL, Stage.NURTURE)] == ["SQL", "SAL", "Nurture"]
