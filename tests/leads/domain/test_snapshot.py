"""What is known: the value observed last, what it contradicts, and what it is worth as time goes by."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leads.domain.rules import Range, Reason, Unknown
from leads.domain.snapshot import (
    DOES_NOT_KNOW,
    absorb,
    base_key,
    current_value,
    derived,
    fact,
    names_of,
    news,
)
from leads.domain.values import AttributeSpec, Choice, ValueType
from tests.leads.domain.building import MARCH_2, NOW, at, judged, known

EMPLOYEES = AttributeSpec("employees", "Employees", ValueType.NUMBER)
DECISION = AttributeSpec("decision", "Decision", ValueType.DATE)
DAY = timedelta(days=1)


def worth(snapshot, spec=EMPLOYEES, *, now=NOW, freshness=None):
    return fact(spec, snapshot.get(spec.key), now, freshness)


# --- Which value counts --------------------------------------------------------------------------


def test_the_value_observed_last_counts_though_it_arrived_first():
    kept = absorb({}, {"employees": "200"}, at=NOW, source="sales", evidence=1)
    kept = absorb(kept, {"employees": "50"}, at=NOW - DAY, source="import", evidence=2)

    assert kept == {
        "employees": {
            "v": "200",
            "at": "2026-03-02T09:30:00+00:00",
            "src": "sales",
            "ev": 1,
            "was": {"v": "50", "at": "2026-03-01T09:30:00+00:00", "src": "import", "ev": 2},
        }
    }


def test_of_two_values_of_one_moment_the_one_recorded_later_counts():
    kept = absorb({}, {"employees": "200"}, at=NOW, source="sales", evidence=1)
    kept = absorb(kept, {"employees": "50"}, at=NOW, source="prospect", evidence=2)

    assert (kept["employees"]["v"], kept["employees"]["was"]["v"]) == ("50", "200")


def test_the_same_value_again_is_newer_and_no_contradiction():
    kept = known(known(employees=Decimal(50)), at=NOW + DAY, employees=Decimal(50))

    assert kept["employees"] == {"v": "50", "at": "2026-03-03T09:30:00+00:00", "src": "sales", "ev": 1}


def test_a_contradiction_outlives_the_confirmation_of_either_side():
    kept = known(employees=Decimal(10))
    for days, number in enumerate([20, 20, 10, 10], start=1):
        kept = known(kept, at=NOW + days * DAY, employees=Decimal(number))

    assert kept["employees"]["v"] == "10"
    assert (kept["employees"]["was"]["v"], kept["employees"]["was"]["at"][:10]) == ("20", "2026-03-04")


def test_moments_are_compared_across_zones_and_fractions_of_a_second():
    tokyo = timezone(timedelta(hours=9))
    kept = absorb({}, {"employees": "1"}, at=datetime(2026, 3, 2, 18, 30, tzinfo=tokyo), source="a", evidence=1)
    kept = absorb(kept, {"employees": "2"}, at=NOW + timedelta(microseconds=1), source="b", evidence=2)
    kept = absorb(kept, {"employees": "3"}, at=NOW - timedelta(microseconds=1), source="c", evidence=3)

    assert [kept["employees"]["v"], kept["employees"]["was"]["v"]] == ["2", "1"]


def test_absorbing_leaves_the_given_snapshot_and_other_attributes_alone():
    before = known(employees=Decimal(10), has_pain=True)
    copy = {key: dict(entry) for key, entry in before.items()}

    after = known(before, at=NOW + DAY, employees=Decimal(20))

    assert before == copy
    assert after["has_pain"] == before["has_pain"]


RECORDINGS = st.lists(
    st.tuples(st.sampled_from(["1", "2", "3", DOES_NOT_KNOW]), st.integers(0, 9)),
    min_size=1,
    max_size=5,
    unique_by=lambda recording: recording[1],
)


def absorbed(recordings):
    kept = {}
    for value, day in recordings:
        kept = absorb(kept, {"employees": value}, at=NOW + day * DAY, source=f"on {day}", evidence=day)
    return kept["employees"]


@settings(max_examples=60, deadline=None)
@given(RECORDINGS)
def test_recordings_give_the_same_snapshot_in_whatever_order_they_arrive(recordings):
    expected = absorbed(sorted(recordings, key=lambda recording: recording[1]))

    for order in permutations(recordings):
        assert absorbed(order) == expected


@settings(max_examples=60, deadline=None)
@given(RECORDINGS)
def test_the_snapshot_says_what_the_recordings_say(recordings):
    entry = absorbed(recordings)

    given_values = sorted(((day, value) for value, day in recordings if value != DOES_NOT_KNOW), reverse=True)
    not_known = max((day for value, day in recordings if value == DOES_NOT_KNOW), default=None)
    if given_values:
        day, value = given_values[0]
        contradicting = [(d, v) for d, v in given_values if v != value]
        assert (entry["v"], entry["ev"], entry["src"]) == (value, day, f"on {day}")
        assert entry.get("was", {}).get("ev") == (contradicting[0][0] if contradicting else None)
        assert ("dk" in entry) is (not_known is not None and not_known > day)
    else:
        assert entry == {"dk": (NOW + not_known * DAY).isoformat(), "src": f"on {not_known}", "ev": not_known}


# --- What it is worth ----------------------------------------------------------------------------


def test_what_was_never_asked_is_unknown_or_what_the_attribute_says():
    assert worth({}) == (Unknown(Reason.NOT_ASKED, ("employees",)), None)
    assert worth({}, replace(EMPLOYEES, not_given="0")) == (Decimal(0), None)
    assert worth({}, replace(EMPLOYEES, not_given="none")) == (Unknown(Reason.NOT_COMPUTABLE, ("employees",)), None)


def test_does_not_know_is_unknown_and_never_erases_a_value():
    assert worth(known(employees=None)) == (Unknown(Reason.DOES_NOT_KNOW, ("employees",)), None)
    assert worth(known(employees=None), replace(EMPLOYEES, not_given="0"))[0] == Unknown(
        Reason.DOES_NOT_KNOW, ("employees",)
    )
    kept = known(known(employees=Decimal(5)), at=NOW + DAY, employees=None)
    assert worth(kept) == (Decimal(5), None)


def test_a_value_goes_stale_exactly_when_its_days_are_over():
    kept = known(employees=Decimal(5))
    end = NOW + 30 * DAY

    assert worth(kept, now=end - timedelta(microseconds=1), freshness=30) == (Decimal(5), end)
    assert worth(kept, now=end, freshness=30) == (Unknown(Reason.STALE, ("employees",)), None)


def test_a_stale_value_is_unknown_even_where_not_given_means_something():
    kept = known(employees=Decimal(5))

    assert worth(kept, replace(EMPLOYEES, not_given="0"), now=NOW + 31 * DAY, freshness=30)[0] == Unknown(
        Reason.STALE, ("employees",)
    )


def test_who_did_not_know_after_a_value_is_not_asked_again_once_it_is_stale():
    kept = known(known(employees=Decimal(5)), at=NOW + DAY, employees=None)
    earlier = known(known(employees=Decimal(5)), at=NOW - DAY, employees=None)

    assert worth(kept, now=NOW + 40 * DAY, freshness=30)[0].reason == Reason.DOES_NOT_KNOW
    assert worth(earlier, now=NOW + 40 * DAY, freshness=30)[0].reason == Reason.STALE


def test_a_value_of_a_type_that_the_attribute_no_longer_has_is_not_computable():
    assert worth({"employees": {"v": [1], "at": NOW.isoformat(), "src": "sales", "ev": 1}})[0] == Unknown(
        Reason.NOT_COMPUTABLE, ("employees",)
    )
    assert current_value(EMPLOYEES, {"v": True, "at": NOW.isoformat(), "src": "sales", "ev": 1}) is None


def test_the_current_value_is_the_latest_whatever_its_age():
    assert current_value(EMPLOYEES, known(at=NOW - 9999 * DAY, employees=Decimal(5))["employees"]) == Decimal(5)
    assert current_value(EMPLOYEES, known(employees=None)["employees"]) is None
    assert current_value(EMPLOYEES, None) is None


def test_a_criterion_may_ask_for_fresher_evidence_and_never_for_older(document):
    original = document()
    aging = tuple(replace(s, freshness_days=20) if s.key == "employees" else s for s in original.attributes)
    pain, fit, timeframe = original.criteria
    kept = known(employees=Decimal(120), has_pain=True)

    for days, fit_days, expected in [(9, 10, 10), (10, 10, 0), (19, 30, 10), (20, 30, 0)]:
        asking = replace(original, attributes=aging, criteria=(pain, replace(fit, freshness_days=fit_days), timeframe))
        judgement = judged(asking, kept, now=NOW + days * DAY)
        assert judgement.results[1].points == expected, (days, fit_days)
    fresher = replace(original, criteria=(pain, replace(fit, freshness_days=10), timeframe))
    assert judged(fresher, kept).stale_at == NOW + 10 * DAY
    assert judged(fresher, kept, now=NOW + 10 * DAY).facts["employees"] == Decimal(120)
    assert judged(fresher, kept, now=NOW + 10 * DAY).results[1].missing == (("employees", Reason.STALE),)


def test_a_criterion_that_asks_for_fresher_dates_counts_the_days_anew(document):
    original = document()
    pain, fit, timeframe = original.criteria
    fresher = replace(original, criteria=(pain, fit, replace(timeframe, freshness_days=10)))
    kept = known(decision=date(2026, 5, 1))

    assert judged(fresher, kept, now=NOW + 9 * DAY).results[2].points == 15
    late = judged(fresher, kept, now=NOW + 10 * DAY).results[2]
    assert (late.points, late.missing) == (0, (("days_until_decision", Reason.STALE),))


# --- Days and counts -----------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "until"), [(date(2026, 3, 2), 0), (date(2026, 3, 5), 3), (date(2026, 2, 27), -3)])
def test_days_until_and_since_are_whole_days_of_the_calendar(day, until):
    assert derived("days_until_decision", day, MARCH_2) == until
    assert derived("days_since_decision", day, MARCH_2) == -until


def test_a_clock_change_makes_no_day_longer():
    assert derived("days_until_decision", date(2026, 3, 30), date(2026, 3, 28)) == 2
    assert derived("days_since_decision", date(2026, 10, 24), date(2026, 10, 26)) == 2


def test_days_of_an_unknown_date_are_unknown_for_its_reason_under_their_own_name():
    assert derived("days_until_decision", Unknown(Reason.STALE, ("decision",)), MARCH_2) == Unknown(
        Reason.STALE, ("days_until_decision",)
    )
    assert derived("days_until_decision", "soon", MARCH_2) == Unknown(Reason.NOT_COMPUTABLE, ("days_until_decision",))


def test_every_date_brings_its_days_along_and_nothing_else_does():
    closed = AttributeSpec("industry", "Industry", ValueType.CHOICE, choices=(Choice("saas", "SaaS"),))

    names = names_of((EMPLOYEES, DECISION, closed))

    assert list(names) == ["employees", "decision", "days_until_decision", "days_since_decision", "industry"]
    assert names["industry"].choices == ("saas",)
    assert names["employees"].choices is None
    assert [base_key(name) for name in names] == ["employees", "decision", "decision", "decision", "industry"]


def test_a_count_without_engagements_is_known_to_be_zero(document):
    original = document()
    webinars = AttributeSpec("webinars", "W", ValueType.NUMBER, counts_kinds=("webinar",), counts_days=30)
    fit = original.criteria[1]
    counting = replace(
        original,
        attributes=(*original.attributes, webinars),
        criteria=(*original.criteria[:1], replace(fit, bands=(replace(fit.bands[0], when="webinars >= 2"),))),
    )

    assert judged(counting).facts["webinars"] == Decimal(0)
    assert judged(counting).results[1].points == -10
    assert judged(counting, engagements={(("webinar",), 30): 2}).results[1].points == 20
    assert judged(counting, engagements={(("webinar",), 7): 2}).results[1].points == -10


def test_news_are_the_values_that_say_something_else():
    kept = known(employees=Decimal(5), has_pain=True)

    assert news(kept, {"employees": "5", "has_pain": False, "industry": "saas"}) == {
        "has_pain": False,
        "industry": "saas",
    }


def test_a_range_is_kept_with_its_three_numbers():
    kept = known(employees=Range(Decimal(1), Decimal(2), Decimal("3.50")))

    assert kept["employees"]["v"] == {"low": "1", "likely": "2", "high": "3.5"}
    assert worth(kept)[0] == Range(Decimal(1), Decimal(2), Decimal("3.5"))
    assert at().now == NOW == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
