"""The quick way to a judgement: for everything that may be known, it is the judgement itself."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.domain.explanation import pack
from leads.domain.plan import compile_plan
from leads.domain.qualification import judge_by_first
from leads.domain.reckoning import REMEMBERED, Reckoner
from leads.domain.rules import Range, Reason, Unknown
from leads.domain.snapshot import absorb
from leads.domain.stages import Level
from tests.leads.domain import strategies as some
from tests.leads.domain.building import MARCH_2, NOW, at, known

thoroughly = settings(max_examples=150, deadline=None)
COUNTS = st.integers(0, 4).map(lambda count: {some.WEBINARS: count})
SPLIT = st.just("") | some.CONDITIONS


def plainly(plans, snapshot, circumstances):
    """Return what the engine says, in the form in which `quickly` does."""
    found = judge_by_first(plans, snapshot, circumstances)
    if found is None:
        return None
    index, judgement = found
    return index, *figures(judgement), judgement.stale_at, pack(judgement)


def quickly(plans, snapshot, circumstances):
    reckoner = Reckoner(plans, circumstances.now, circumstances.today)
    return reckoned(reckoner, snapshot, circumstances.engagements)


def reckoned(reckoner, snapshot, engagements=None):
    found = reckoner.reckon(snapshot, engagements or {})
    return found and (found.plan, *figures(found), found.stale_at, found.explanation())


def figures(found):
    return found.score, found.worst, found.best, found.level, found.possible_level, found.order_ready


def one_criterion(document, when, **changes):
    pain = document().criteria[0]
    bands = (replace(pain.bands[0], when=when),)
    return compile_plan(document(criteria=(replace(pain, bands=bands, **changes),), sql=document().mql))


@thoroughly
@given(some.schemas(), SPLIT, some.schemas(), SPLIT, st.lists(some.snapshots(), min_size=1, max_size=5), COUNTS)
def test_the_quick_way_ends_where_the_engine_does(first, applies_first, second, applies_second, snapshots, counts):
    plans = (
        compile_plan(replace(first, applies_when=applies_first)),
        compile_plan(replace(second, applies_when=applies_second)),
    )
    circumstances = at(engagements=counts)
    reckoner = Reckoner(plans, circumstances.now, circumstances.today)

    for snapshot in snapshots:
        assert reckoned(reckoner, snapshot, counts) == plainly(plans, snapshot, circumstances)


@thoroughly
@given(some.schemas(), some.snapshots(), st.integers(0, 60), st.integers(-5, 5), COUNTS)
def test_the_quick_way_grows_old_as_the_engine_does(schema, snapshot, days, ahead, counts):
    plans = (compile_plan(schema),)
    later = at(now=NOW + timedelta(days=days), today=MARCH_2 + timedelta(days=days + ahead), engagements=counts)

    assert quickly(plans, snapshot, later) == plainly(plans, snapshot, later)


TEXTS = ["50", "50.00", "-0", "1E+3", "NaN", "Infinity", "many", "", "bank", "2026-03-09", "20260309", 'ä\u2028"\\']
OTHERS = [True, False, 1, 0, 50, 1.5, None, [], ["bank", "bank", "saas"], [["saas"]], {}]
RANGES = [{"low": "1", "likely": "60", "high": "90"}, {"low": "9", "likely": "1", "high": "2"}, {"low": "1"}]
STORED = st.sampled_from([*TEXTS, *OTHERS, *RANGES])


@thoroughly
@given(some.schemas(), st.dictionaries(st.sampled_from(some.KEYS), STORED, max_size=6), st.integers(0, 50))
def test_a_stored_value_of_another_type_is_as_little_known(schema, values, days):
    plans = (compile_plan(schema),)
    snapshot = absorb({}, values, at=NOW - timedelta(days=days), source="import", evidence=1)

    assert quickly(plans, snapshot, at()) == plainly(plans, snapshot, at())


def test_yes_is_not_one_and_no_is_not_zero(document):
    plan = one_criterion(document, "has_pain")
    reckoner = Reckoner((plan,), NOW, MARCH_2)

    scores = []
    for stored in (True, 1, False, 0, True):
        snapshot = absorb({}, {"has_pain": stored}, at=NOW, source="import", evidence=1)
        scores.append((reckoner.reckon(snapshot, {}).score, reckoner.reckon(snapshot, {}).best))

    assert scores == [(30, 30), (0, 30), (0, 0), (0, 30), (30, 30)]


def test_more_values_than_are_remembered_are_each_judged_by_what_they_are(document):
    plan = one_criterion(document, "employees >= 50")
    reckoner = Reckoner((plan,), NOW, MARCH_2)
    numbers = [Decimal(number) / 20 for number in range(2 * REMEMBERED)]

    found = [reckoner.reckon(known(employees=number), {}).score for number in numbers]

    assert found == [30 if number >= 50 else 0 for number in numbers]


def test_nobody_judges_where_no_plan_applies(document):
    banks = compile_plan(document(applies_when='industry == "bank"'))

    assert quickly((), {}, at()) is None
    assert quickly((banks,), known(industry="saas"), at()) is None
    assert quickly((banks,), known(industry="bank"), at())[0] == 0


@pytest.mark.parametrize(("days", "level"), [(10, Level.MQL), (9, Level.NONE)])
def test_one_criterion_may_want_fresher_evidence_than_the_others(document, days, level):
    pain, fit, timeframe = document().criteria
    plan = compile_plan(document(criteria=(replace(pain, freshness_days=days), fit, timeframe), mql=document().mql))
    snapshot = known(at=NOW - timedelta(days=9), has_pain=True)

    found = Reckoner((plan,), NOW, MARCH_2).reckon(snapshot, {})

    assert found.level == level
    assert quickly((plan,), snapshot, at()) == plainly((plan,), snapshot, at())


def test_of_two_leads_that_said_the_same_only_one_may_be_fresh_enough(document):
    pain, fit, timeframe = document().criteria
    plan = compile_plan(document(criteria=(replace(pain, freshness_days=10), fit, timeframe)))
    reckoner = Reckoner((plan,), NOW, MARCH_2)
    old, new = known(at=NOW - timedelta(days=10), has_pain=True), known(has_pain=True)

    assert [reckoner.reckon(snapshot, {}).score for snapshot in (new, old, new)] == [30, 0, 30]


def test_a_range_and_an_unknown_name_what_is_missing_as_the_engine_does(document):
    plan = one_criterion(document, "employees >= 50 and has_pain")
    ranged = known(employees=Range(Decimal(20), Decimal(60), Decimal(90)), has_pain=None)
    _, judgement = judge_by_first((plan,), ranged, at())
    assert judgement.results[0].missing == (
        ("employees", Reason.NOT_COMPUTABLE),
        ("has_pain", Reason.DOES_NOT_KNOW),
    )
    assert judgement.facts["has_pain"] == Unknown(Reason.DOES_NOT_KNOW, ("has_pain",))

    assert quickly((plan,), ranged, at()) == plainly((plan,), ranged, at())
