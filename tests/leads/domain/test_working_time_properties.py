"""What holds for every week, zone and moment; and a slow reference that asks minute by minute."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from leads.domain.working_time import (
    Span,
    WorkingCalendar,
    WorkingWeek,
    add_days,
    between,
    due,
    is_working,
    next_opening,
)

ZONES = (
    *("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe"),
    *("America/Santiago", "Asia/Beirut", "America/Havana", "America/St_Johns", "Pacific/Apia", "Africa/Casablanca"),
    *("Pacific/Chatham", "Africa/Cairo", "Antarctica/Troll"),
)
MINUTE = timedelta(minutes=1)
MOMENTS = st.datetimes(datetime(2005, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@st.composite
def days(draw):
    """Draw the spans of one day; every other pair of cuts is open, so they never overlap."""
    cuts = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
    return [Span(15 * one, 15 * other) for one, other in zip(cuts[::2], cuts[1::2], strict=False)]


@st.composite
def calendars(draw, zones=ZONES):
    spans = {day: draw(days()) for day in range(7)}
    if not any(spans.values()):
        spans[2] = [Span(540, 1020)]
    near = st.dates(date(2005, 1, 1), date(2035, 1, 1))
    yearly = draw(st.frozensets(near.map(lambda day: (day.month, day.day)), max_size=4))
    return WorkingCalendar(WorkingWeek.of(spans), ZoneInfo(draw(st.sampled_from(zones))), frozenset(), yearly)


@st.composite
def changes(draw):
    """Draw a calendar and a moment within two days of a change of its clocks."""
    found = draw(calendars(ZONES[1:]))
    hour = datetime(draw(st.integers(2005, 2034)), draw(st.integers(1, 12)), 1, tzinfo=UTC)
    for _ in range(24 * 40):
        later = hour + timedelta(hours=1)
        if hour.astimezone(found.zone).utcoffset() != later.astimezone(found.zone).utcoffset():
            break
        hour = later
    return found, hour + draw(st.integers(-48 * 60, 24 * 60)) * MINUTE


WORKING = st.integers(0, 60 * 24 * 20).map(lambda minutes: minutes * MINUTE)
CASES = st.one_of(st.tuples(calendars(), MOMENTS), changes())


@settings(deadline=None)
@given(CASES, WORKING)
def test_as_much_working_time_passes_until_it_is_due_as_was_given(case, working):
    found, start = case

    assert between(start, due(start, working, found), found) == working


@settings(deadline=None)
@given(CASES, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_what_is_due_after_the_time_between_is_no_later_than_the_end(case, elapsed):
    found, start = case
    end = start + elapsed
    working = between(start, end, found)

    if working:
        reached = due(start, working, found)
        assert reached <= end
        assert between(reached, end, found) == timedelta(0)
        if is_working(end, found) and is_working(end - timedelta(microseconds=1), found):
            assert reached == end


@settings(deadline=None)
@given(CASES, WORKING, WORKING)
def test_parts_of_working_time_add_up(case, one, other):
    found, start = case

    assert due(due(start, one, found), other, found) == due(start, one + other, found)


@settings(deadline=None)
@given(CASES, WORKING, WORKING, st.timedeltas(timedelta(0), timedelta(days=9)))
def test_more_time_or_a_later_start_is_never_due_earlier(case, one, other, later):
    found, start = case

    assert due(start, min(one, other), found) <= due(start, max(one, other), found)
    assert due(start, one, found) <= due(start + later, one, found)


@settings(deadline=None)
@given(CASES, WORKING)
def test_nothing_is_due_outside_of_working_time_but_at_its_end(case, working):
    found, start = case
    reached = due(start, working, found)

    assert is_working(reached, found) or is_working(reached - timedelta(microseconds=1), found)
    assert reached >= start


@settings(deadline=None)
@given(CASES)
def test_the_next_opening_is_working_time_and_nobody_works_before_it(case):
    found, start = case
    opening = next_opening(start, found)

    assert is_working(opening, found)
    assert between(start, opening, found) == timedelta(0)
    assert next_opening(opening, found) == opening


@settings(deadline=None)
@given(CASES, st.integers(0, 30), st.integers(0, 30))
def test_working_days_are_within_working_time_and_more_of_them_are_later(case, one, other):
    found, start = case
    earlier, later = add_days(start, min(one, other), found), add_days(start, max(one, other), found)

    assert start <= earlier <= later
    for reached in (earlier, later):
        assert is_working(reached, found) or is_working(reached - timedelta(microseconds=1), found)


@settings(deadline=None)
@given(CASES, st.timedeltas(timedelta(days=-9), timedelta(days=9)), st.timedeltas(timedelta(0), timedelta(days=40)))
def test_working_time_between_three_moments_adds_up(case, one, other):
    found, start = case
    middle, end = start + one, start + other

    assert between(start, middle, found) + between(middle, end, found) == between(start, end, found)


@settings(max_examples=60, deadline=None)
@given(changes(), st.integers(0, 600))
def test_the_answer_is_that_of_asking_minute_by_minute(case, wanted):
    found, start = case
    passed, at, end = 0, start, None
    counted = 0
    for _ in range(60 * 24 * 5):
        if passed == wanted and end is None and passed:
            end = at
        worked = is_working(at, found)
        passed, counted, at = passed + worked, counted + worked, at + MINUTE

    assert between(start, at, found) == counted * MINUTE
    if end is not None:
        assert due(start, wanted * MINUTE, found) == end
