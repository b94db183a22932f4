"""The example that defines qualification, number by number.

MQL from 20, SQL from 50 with pain and fit as knock-outs. Pain: 30. Fit: 20 from 200 employees, 10 from 50,
else -10 and not met. Timeframe: 15 if the decision is at most 90 days away.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from leads.domain.plan import OTHERWISE, compile_plan
from leads.domain.qualification import Decision, Outcome, decide, judge, judge_by_first, next_to_ask, requirements
from leads.domain.rules import Range, Reason
from leads.domain.schema_document import Axis, LevelSpec
from leads.domain.stages import Level
from tests.leads.domain.building import NOW, at, judged, known

SOON = date(2026, 5, 1)
LATE = date(2027, 5, 1)


def points(judgement):
    return {result.spec.key: int(result.points) for result in judgement.results}


def outcomes(judgement):
    return {result.spec.key: result.outcome.value for result in judgement.results}


def figures(judgement):
    return judgement.score, judgement.worst, judgement.best, judgement.level, judgement.possible_level


def asked(document, snapshot, **circumstances):
    plan = compile_plan(document)
    judgement = judge(plan, snapshot, at(**circumstances))
    return [(ask.criterion.key, ask.attributes, ask.knock_out_for) for ask in next_to_ask(plan, judgement.results)]


def test_an_mql_with_unknown_employees_may_become_an_sql(document):
    judgement = judged(document(), known(has_pain=True, decision=SOON))

    assert points(judgement) == {"pain": 30, "fit": 0, "timeframe": 15}
    assert outcomes(judgement) == {"pain": "met", "fit": "unknown", "timeframe": "met"}
    assert figures(judgement) == (45, 35, 65, Level.MQL, Level.SQL)
    fit = judgement.results[1]
    assert (fit.worst, fit.best, fit.reached) == (-10, 20, (0, 1, OTHERWISE))
    assert fit.missing == (("employees", Reason.NOT_ASKED),)


def test_its_next_question_is_the_knock_out_of_the_undecided_level(document):
    assert asked(document(), known(has_pain=True, decision=SOON)) == [("fit", ("employees",), Level.SQL)]


def test_an_unknown_knock_out_keeps_a_level_open_though_the_score_is_reached(document):
    low = document(sql=LevelSpec(Decimal(20), knock_outs=("pain", "fit")))
    judgement = judged(low, known(has_pain=True))

    assert figures(judgement) == (30, 20, 65, Level.MQL, Level.SQL)
    assert requirements(low.sql, judgement.results) == [
        ("Score of at least 20", Decision.YES),
        ("Pain must be met", Decision.YES),
        ("Fit must be met", Decision.UNKNOWN),
    ]
    assert asked(low, known(has_pain=True))[0] == ("fit", ("employees",), Level.SQL)


def test_with_120_employees_it_is_an_sql(document):
    judgement = judged(document(), known(has_pain=True, decision=SOON, employees=Decimal(120)))

    assert points(judgement) == {"pain": 30, "fit": 10, "timeframe": 15}
    assert figures(judgement) == (55, 55, 55, Level.SQL, Level.SQL)
    assert judgement.results[1].because == ("employees",)


def test_with_20_employees_the_knock_out_says_no(document):
    snapshot = known(has_pain=True, decision=SOON, employees=Decimal(20))
    judgement = judged(document(), snapshot)

    assert figures(judgement) == (35, 35, 35, Level.MQL, Level.MQL)
    assert requirements(document().sql, judgement.results) == [
        ("Score of at least 50", Decision.NO),
        ("Pain must be met", Decision.YES),
        ("Fit must be met", Decision.NO),
    ]
    assert asked(document(), snapshot) == []


@pytest.mark.parametrize(
    ("employees", "fit"), [("49", -10), ("49.9999999999", -10), ("50", 10), ("199", 10), ("200", 20)]
)
def test_a_band_begins_exactly_at_its_number(document, employees, fit):
    assert points(judged(document(), known(employees=Decimal(employees))))["fit"] == fit


def test_nothing_known_is_worth_nothing_and_may_become_everything(document):
    judgement = judged(document())

    assert points(judgement) == {"pain": 0, "fit": 0, "timeframe": 0}
    assert figures(judgement) == (0, -10, 65, Level.NONE, Level.SQL)
    assert asked(document(), {}) == [
        ("pain", ("has_pain",), None),  # MQL is undecided first, and has no knock-outs
        ("fit", ("employees",), None),
        ("timeframe", ("decision",), None),
    ]


def test_what_somebody_did_not_know_is_not_asked_again(document):
    snapshot = known(has_pain=True, employees=None)
    judgement = judged(document(), snapshot)

    assert judgement.results[1].missing == (("employees", Reason.DOES_NOT_KNOW),)
    assert figures(judgement) == (30, 20, 65, Level.MQL, Level.SQL)
    assert asked(document(), snapshot) == [("timeframe", ("decision",), None)]


def test_what_went_stale_is_asked_again_and_counts_as_unknown(document):
    original = document()
    stale_after_30 = tuple(replace(spec, freshness_days=30) for spec in original.attributes)
    aging = replace(original, attributes=stale_after_30)
    snapshot = known(has_pain=True, decision=SOON, employees=Decimal(120))

    fresh = judged(aging, snapshot, now=NOW + timedelta(days=30, microseconds=-1))
    stale = judged(aging, snapshot, now=NOW + timedelta(days=30))

    assert (fresh.level, fresh.stale_at) == (Level.SQL, NOW + timedelta(days=30))
    assert figures(stale) == (0, -10, 65, Level.NONE, Level.SQL)
    assert stale.results[1].missing == (("employees", Reason.STALE),)
    assert asked(aging, snapshot, now=NOW + timedelta(days=30))[1] == ("fit", ("employees",), None)


def test_a_range_over_two_bands_that_are_met_is_met_with_points_from_to(document):
    snapshot = known(has_pain=True, decision=SOON, employees=Range(Decimal(60), Decimal(120), Decimal(300)))
    judgement = judged(document(), snapshot)

    assert judgement.results[1].reached == (0, 1)
    assert judgement.results[1].outcome == Outcome.MET
    assert judgement.results[1].missing == (("employees", Reason.NOT_COMPUTABLE),)
    assert figures(judgement) == (55, 55, 65, Level.SQL, Level.SQL)
    assert asked(document(), snapshot) == [("fit", ("employees",), None)]


def test_a_range_that_may_fail_the_knock_out_leaves_it_unknown_and_is_asked_first(document):
    snapshot = known(has_pain=True, employees=Range(Decimal(20), Decimal(120), Decimal(300)))
    judgement = judged(document(), snapshot)

    assert judgement.results[1].reached == (0, 1, OTHERWISE)
    assert figures(judgement) == (30, 20, 65, Level.MQL, Level.SQL)
    assert asked(document(), snapshot) == [
        ("fit", ("employees",), Level.SQL),
        ("timeframe", ("decision",), None),
    ]


def test_a_range_within_one_band_is_decided(document):
    judgement = judged(document(), known(employees=Range(Decimal(60), Decimal(70), Decimal(199))))

    assert (judgement.results[1].outcome, judgement.results[1].points) == (Outcome.MET, 10)


def test_a_late_decision_costs_the_timeframe_only(document):
    judgement = judged(document(), known(has_pain=True, employees=Decimal(500), decision=LATE))

    assert points(judgement) == {"pain": 30, "fit": 20, "timeframe": 0}
    assert judgement.level == Level.SQL


def test_an_unknown_that_cannot_matter_is_not_reported_as_missing(document):
    fit = document().criteria[1]
    bands = (
        replace(fit.bands[0], when='employees >= 200 and industry == "bank"'),
        replace(fit.bands[1], when="has_pain"),
    )
    changed = document(criteria=(replace(fit, bands=bands),), mql=LevelSpec(Decimal(5)), sql=LevelSpec(Decimal(15)))

    no_bank = judged(changed, known(industry="saas"))
    a_bank = judged(changed, known(industry="bank", has_pain=True))

    assert no_bank.results[0].missing == (("has_pain", Reason.NOT_ASKED),)
    assert a_bank.results[0].missing == (("employees", Reason.NOT_ASKED),)


def test_a_minimum_on_an_axis_is_asked_of_that_axis_alone(document):
    level = LevelSpec(minimums=((Axis.FIT, Decimal(10)),))
    results = judged(document(), known(has_pain=True, employees=Decimal(120))).results

    assert decide(level, results) == Decision.YES
    assert decide(LevelSpec(minimums=((Axis.FIT, Decimal(11)),)), results) == Decision.NO
    assert decide(LevelSpec(minimums=((Axis.TIMEFRAME, Decimal(15)),)), results) == Decision.UNKNOWN


def test_order_ready_is_yes_no_or_unknown_and_changes_no_level(document):
    ready = document(order_ready="days_until_decision <= 30 and has_pain")

    answers = [
        judged(ready, snapshot).order_ready
        for snapshot in (
            known(has_pain=True, decision=date(2026, 4, 1)),
            known(has_pain=True, decision=date(2026, 4, 2)),
            known(has_pain=True),
        )
    ]

    assert answers == [Decision.YES, Decision.NO, Decision.UNKNOWN]
    assert judged(document(), known(has_pain=True)).order_ready is None


def test_the_first_schema_that_applies_judges(document):
    banks = compile_plan(document(key="banks", applies_when='industry == "bank"'))
    everyone = compile_plan(document())

    found = [
        judge_by_first((banks, everyone), snapshot, at())[0]
        for snapshot in (known(industry="bank"), known(industry="saas"), {}, known(industry=None))
    ]

    assert found == [0, 1, 1, 1]
    assert judge_by_first((banks,), known(industry="saas"), at()) is None


def test_what_an_earlier_schema_read_in_vain_still_goes_stale(document):
    original = document()
    aging = tuple(replace(s, freshness_days=10) if s.key == "industry" else s for s in original.attributes)
    banks = compile_plan(replace(original, key="banks", attributes=aging, applies_when='industry == "bank"'))

    index, judgement = judge_by_first((banks, compile_plan(original)), known(industry="saas"), at())

    assert (index, judgement.stale_at) == (1, NOW + timedelta(days=10))
