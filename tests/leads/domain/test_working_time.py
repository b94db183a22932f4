"""Working time and due times, over weekends, holidays and days on which clocks change."""

from datetime import UTC, date, datetime, timedelta
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from leads.domain.working_time import (
    DueTooFar,
    DurationRefused,
    NoWorkingTime,
    Span,
    WeekRefused,
    WorkingCalendar,
    WorkingWeek,
    add_days,
    between,
    clock,
    due,
    is_working,
    next_opening,
)

OFFICE = WorkingWeek.of({day: [Span(9 * 60, 17 * 60)] for day in range(5)})
ALWAYS = WorkingWeek.of({day: [Span(0, 1440)] for day in range(7)})
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def calendar(zone="Europe/Berlin", week=OFFICE, holidays=(), yearly=()):
    return WorkingCalendar(week, ZoneInfo(zone), frozenset(holidays), frozenset(yearly))


def at(text, zone="Europe/Berlin", fold=0):
    """Return a local time as the moment it is."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC)


def hours(number):
    return timedelta(hours=number)


def every_day(opens, closes):
    return WorkingWeek.of({day: [Span(opens, closes)] for day in range(7)})


# --- Ordinary weeks ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "working", "expected"),
    [
        ("2026-03-04 10:00", 4, "2026-03-04 14:00"),
        ("2026-03-04 13:00", 4, "2026-03-04 17:00"),  # the end of the day, not the next morning
        ("2026-03-04 15:00", 4, "2026-03-05 11:00"),
        ("2026-03-04 06:00", 4, "2026-03-04 13:00"),
        ("2026-03-04 22:00", 4, "2026-03-05 13:00"),
        ("2026-03-06 15:00", 4, "2026-03-09 11:00"),  # Friday to Monday
        ("2026-03-07 12:00", 4, "2026-03-09 13:00"),
        ("2026-03-06 16:00", 41, "2026-03-13 17:00"),
        ("2026-03-04 17:00", 0, "2026-03-04 17:00"),
        ("2026-03-04 17:01", 0, "2026-03-05 09:00"),
        ("2026-03-07 12:00", 0, "2026-03-09 09:00"),
    ],
)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu"])
def test_what_is_due_in_so_many_working_hours(start, working, expected, zone):
    assert due(at(start, zone), hours(working), calendar(zone)) == at(expected, zone)


def test_a_due_time_passes_over_holidays_of_one_year_and_of_every_year():
    days_off = calendar(holidays=[date(2026, 4, 3), date(2026, 4, 6)], yearly=[(12, 25), (12, 26)])

    assert due(at("2026-04-02 16:00"), hours(2), days_off) == at("2026-04-07 10:00")
    assert due(at("2026-12-24 16:00"), hours(2), days_off) == at("2026-12-28 10:00")
    assert due(at("2031-12-24 16:00"), hours(2), days_off) == at("2031-12-29 10:00")


def test_the_29th_of_february_is_a_yearly_holiday_in_leap_years_only():
    days_off = calendar(yearly=[(2, 29)])

    assert due(at("2028-02-28 16:00"), hours(2), days_off) == at("2028-03-01 10:00")
    assert due(at("2027-02-26 16:00"), hours(2), days_off) == at("2027-03-01 10:00")


def test_a_day_may_have_a_break_and_a_night_shift_two_spans():
    week = WorkingWeek.of({0: [Span(13 * 60, 17 * 60), Span(8 * 60, 12 * 60), Span(22 * 60, 1440)], 1: [Span(0, 120)]})
    found = calendar(week=week)

    assert due(at("2026-03-02 11:00"), hours(2), found) == at("2026-03-02 14:00")
    assert due(at("2026-03-02 21:00"), hours(3), found) == at("2026-03-03 01:00")
    assert between(at("2026-03-02 00:00"), at("2026-03-04 00:00"), found) == hours(12)


def test_is_working_is_so_from_opening_until_just_before_closing():
    found = calendar(holidays=[date(2026, 3, 5)])

    assert is_working(at("2026-03-04 09:00"), found)
    assert is_working(at("2026-03-04 16:59:59.999999"), found)
    assert not is_working(at("2026-03-04 17:00"), found)
    assert not is_working(at("2026-03-05 12:00"), found)
    assert is_working(at("2026-03-04 23:59:59"), calendar(week=ALWAYS))


def test_the_next_opening_is_now_while_somebody_works():
    assert next_opening(at("2026-03-04 12:34"), calendar()) == at("2026-03-04 12:34")
    assert next_opening(at("2026-03-06 17:00"), calendar()) == at("2026-03-09 09:00")
    assert next_opening(at("2026-03-07 00:00"), calendar()) == at("2026-03-09 09:00")


def test_working_time_backwards_is_less_than_none():
    start, end = at("2026-03-06 16:00"), at("2026-03-09 10:00")

    assert between(start, end, calendar()) == hours(2)
    assert between(end, start, calendar()) == -hours(2)


def test_moments_may_come_in_any_zone_and_go_out_in_utc():
    start = datetime(2026, 3, 4, 10, 0, tzinfo=NEW_YORK)

    found = due(start, hours(1), calendar())

    assert (found, found.tzinfo) == (at("2026-03-04 17:00"), UTC)
    assert next_opening(start, calendar()).tzinfo is UTC
    assert add_days(start, 1, calendar()).tzinfo is UTC


# --- Working days --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2026-03-04 10:30", 0, "2026-03-04 10:30"),
        ("2026-03-04 10:30", 1, "2026-03-05 10:30"),
        ("2026-03-06 10:30", 1, "2026-03-09 10:30"),
        ("2026-03-06 10:30", 5, "2026-03-13 10:30"),
        ("2026-03-06 17:00", 1, "2026-03-09 17:00"),
        ("2026-03-06 20:00", 1, "2026-03-10 09:00"),  # as if it came on Monday morning
        ("2026-03-07 12:00", 1, "2026-03-10 09:00"),
        ("2026-03-09 08:00", 1, "2026-03-10 09:00"),
        ("2026-03-27 10:00", 1, "2026-03-30 10:00"),  # the clock stays, the hour in UTC does not
        ("2026-10-23 10:00", 1, "2026-10-26 10:00"),
    ],
)
def test_so_many_working_days_later_it_is_the_same_time_of_day(start, days, expected):
    assert add_days(at(start), days, calendar()) == at(expected)


def test_working_days_pass_over_holidays_and_end_within_the_hours_of_their_day():
    week = WorkingWeek.of({0: [Span(540, 1020)], 1: [Span(540, 720)], 2: [Span(600, 1020)]})

    assert add_days(at("2026-04-02 10:00"), 1, calendar(holidays=[date(2026, 4, 3), date(2026, 4, 6)])) == at(
        "2026-04-07 10:00"
    )
    assert add_days(at("2026-03-02 16:00"), 1, calendar(week=week)) == at("2026-03-04 10:00")
    assert add_days(at("2026-03-03 09:30"), 1, calendar(week=week)) == at("2026-03-04 10:00")


def test_a_working_day_later_whose_time_the_clock_skips_is_due_right_after():
    week = every_day(0, 1440)

    assert add_days(at("2026-03-28 02:30"), 1, calendar(week=week)) == at("2026-03-29 03:30")


# --- Clocks that change --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("America/New_York", "2026-03-08", 23),
        ("America/New_York", "2026-11-01", 25),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("America/Santiago", "2026-09-06", 23),  # midnight does not exist
        ("America/Santiago", "2026-04-04", 25),  # the day's last hour comes twice
        ("Asia/Beirut", "2026-03-29", 23),
        ("Asia/Beirut", "2026-10-24", 25),
        ("America/Havana", "2026-11-01", 25),  # the day's first hour comes twice
        ("Asia/Kolkata", "2026-03-29", 24),
        ("Pacific/Apia", "2011-12-30", 0),  # the day does not exist
    ],
)
def test_a_day_has_as_many_working_hours_as_the_clock_shows(zone, day, expected):
    found = calendar(zone, week=ALWAYS)
    one_day = WorkingCalendar(WorkingWeek.of({date.fromisoformat(day).weekday(): [Span(0, 1440)]}), found.zone)
    noon = at(f"{day} 12:00", zone)

    assert between(noon - timedelta(days=3), noon + timedelta(days=3), one_day) == hours(expected)


@pytest.mark.parametrize(
    ("opens", "closes", "spring", "autumn"),
    [
        (1, 5, 3, 5),
        (2, 3, 0, 2),
        (2.5, 5, 2, 3),  # begins inside: in spring when the clock jumps; in autumn for half an hour, and again
        (1, 2.5, 1, 2),
        (2.25, 2.75, 0, 1),
        (3, 5, 2, 2),
        (0, 2, 2, 2),
    ],
)
def test_hours_around_a_change_of_clocks(opens, closes, spring, autumn):
    found = calendar(week=every_day(int(opens * 60), int(closes * 60)))

    assert between(at("2026-03-29 00:00"), at("2026-03-30 00:00"), found) == hours(spring)
    assert between(at("2026-10-25 00:00"), at("2026-10-26 00:00"), found) == hours(autumn)


def test_what_begins_at_a_time_that_the_clock_skips_begins_when_it_jumps():
    found = calendar(week=every_day(150, 300))

    assert next_opening(at("2026-03-29 01:00"), found) == at("2026-03-29 03:00")
    assert due(at("2026-03-29 01:00"), hours(1), found) == at("2026-03-29 04:00")


def test_what_ends_at_a_time_that_the_clock_skips_ends_when_it_jumps():
    found = calendar(week=every_day(60, 150))

    assert due(at("2026-03-29 00:00"), hours(1), found) == at("2026-03-29 03:00")
    assert not is_working(at("2026-03-29 03:00"), found)


def test_an_hour_that_comes_twice_is_worked_twice():
    found = calendar(week=every_day(0, 300))

    assert due(at("2026-10-25 01:00"), hours(2), found) == at("2026-10-25 02:00", fold=1)
    assert due(at("2026-10-25 01:00"), hours(4), found) == at("2026-10-25 04:00")
    assert between(at("2026-10-25 02:30"), at("2026-10-25 02:30", fold=1), found) == hours(1)


def test_both_sides_of_a_repeated_hour_are_told_apart_in_their_own_zone():
    first = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN)

    assert between(first, first.replace(fold=1), calendar(week=ALWAYS)) == hours(1)
    assert between(first.replace(fold=1), first, calendar(week=ALWAYS)) == -hours(1)


# --- What cannot be answered ---------------------------------------------------------------------


def test_a_week_without_hours_is_refused_at_once():
    empty = calendar(week=WorkingWeek())

    for ask in (
        lambda: due(at("2026-03-04 10:00"), hours(1), empty),
        lambda: add_days(at("2026-03-04 10:00"), 1, empty),
        lambda: next_opening(at("2026-03-04 10:00"), empty),
    ):
        with pytest.raises(NoWorkingTime, match="A manager must set them first"):
            ask()
    assert between(at("2026-03-04 10:00"), at("2026-04-04 10:00"), empty) == timedelta(0)
    assert not is_working(at("2026-03-04 10:00"), empty)


@pytest.mark.parametrize(
    "never",
    [
        calendar(yearly=[(d.month, d.day) for d in (date(2028, 1, 1) + timedelta(days=i) for i in range(366))]),
        calendar(
            "Europe/Berlin",
            WorkingWeek.of({6: [Span(0, 1440)]}),
            [],
            [(m, d) for m in range(1, 13) for d in range(1, 32)],
        ),
    ],
)
def test_a_week_that_never_comes_ends_the_search(never):
    began = process_time()

    with pytest.raises(DueTooFar):
        due(at("2026-03-04 10:00"), hours(1), never)
    with pytest.raises(DueTooFar):
        add_days(at("2026-03-04 10:00"), 1, never)

    assert process_time() - began < 5


def test_what_is_due_in_ten_years_is_found_in_reasonable_time():
    began = process_time()

    found = due(at("2026-03-04 09:00"), hours(8 * 5 * 52 * 10), calendar())

    assert found == at("2036-02-19 17:00")
    assert process_time() - began < 1


def test_less_than_no_time_is_refused():
    with pytest.raises(DurationRefused):
        due(at("2026-03-04 10:00"), -hours(1), calendar())
    with pytest.raises(DurationRefused):
        add_days(at("2026-03-04 10:00"), -1, calendar())


def test_a_moment_without_a_zone_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="zone"):
        due(datetime(2026, 3, 4, 10), hours(1), calendar())  # noqa: DTZ001
    with pytest.raises(ValueError, match="zone"):
        is_working(datetime(2026, 3, 4, 10), calendar())  # noqa: DTZ001


@pytest.mark.parametrize(
    ("spans", "message"),
    [
        ([Span(540, 540)], "Monday: 09:00–09:00 closes before it opens."),
        ([Span(1320, 360)], "write one span until 24:00 and one from 00:00 on the next day"),
        ([Span(540, 1441)], "Monday: times of a day go from 00:00 to 24:00."),
        ([Span(-1, 60)], "Monday: times of a day go from 00:00 to 24:00."),
        ([Span(540, 1020), Span(540, 1020)], "Monday: 09:00–17:00 is there twice. Take one of them out."),
        ([Span(780, 1080), Span(540, 1020)], "Monday: 09:00–17:00 and 13:00–18:00 overlap. Write 09:00–18:00 instead"),
    ],
)
def test_hours_that_make_no_sense_are_refused_with_how_to_mend_them(spans, message):
    with pytest.raises(WeekRefused) as refusal:
        WorkingWeek.of({0: spans})

    assert message in refusal.value.message


def test_spans_may_touch():
    week = WorkingWeek.of({0: [Span(720, 1020), Span(540, 720)]})

    assert week.days[0] == (Span(540, 720), Span(720, 1020))
    assert [clock(minutes) for minutes in (0, 65, 1440)] == ["00:00", "01:05", "24:00"]
