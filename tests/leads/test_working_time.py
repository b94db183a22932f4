"""What a business keeps of its working time, and what is due when by it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from leads.domain.working_time import DueTooFar, NoWorkingTime, Weekday, WeekRefused
from leads.domain.writing_hours import HolidayRefused, HolidaySpec, HolidayThere, TimeRefused
from leads.models import Business, Holiday, Role, WorkingSpan
from leads.permissions import NotAllowed
from leads.ports import when_business_begins
from leads.selectors import MomentRefused, NotFound
from leads.services.working_time import (
    DueTimeRefused,
    TooManySpans,
    WrittenSpan,
    add_holiday,
    due_time,
    import_holidays,
    remove_holiday,
    set_holidays,
    set_working_hours,
    working_calendar,
)

pytestmark = pytest.mark.django_db
CHRISTMAS = date(2026, 12, 25)


def hours_of(business):
    return [str(span) for span in WorkingSpan.objects.filter(business=business)]


def span(day, opens, closes):
    return WrittenSpan(Weekday[day], opens, closes)


def test_a_business_begins_with_a_week_from_monday_to_friday(business):
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")

    assert hours_of(business) == [f"{day} 09:00–17:00" for day in days]


def test_what_a_business_begins_with_is_given_once(business, monkeypatch):
    begun = []
    monkeypatch.setattr("leads.ports.when_business_begins", [*when_business_begins, begun.append])

    made = Business.objects.create(slug="hooli", name="Hooli")
    made.name = "Hooli Ltd"
    made.save()

    assert begun == [made]
    assert len(hours_of(made)) == 5


def test_a_calendar_is_read_with_two_queries(business, manager, django_assert_num_queries):
    add_holiday(day=CHRISTMAS, name="Christmas Day", every_year=True, by=manager)
    add_holiday(day=date(2026, 4, 3), name="Good Friday", by=manager)

    with django_assert_num_queries(2):
        found = working_calendar(business)

    assert found.zone.key == "Europe/Berlin"
    assert found.is_holiday(date(2031, 12, 25))
    assert (found.is_holiday(date(2026, 4, 3)), found.is_holiday(date(2027, 4, 3))) == (True, False)
    assert found.spans_on(CHRISTMAS) == ()


def test_setting_the_hours_replaces_the_whole_week(business, manager, other_business):
    set_working_hours(
        spans=[span("SATURDAY", "22:00", "24:00"), span("MONDAY", "13:00", "17:30"), span("MONDAY", "8:15", "12.00")],
        by=manager,
    )

    assert hours_of(business) == ["Monday 08:15–12:00", "Monday 13:00–17:30", "Saturday 22:00–24:00"]
    assert len(hours_of(other_business)) == 5


def test_a_business_may_have_no_hours_and_then_nothing_is_due(manager, business):
    set_working_hours(spans=[], by=manager)

    with pytest.raises(NoWorkingTime):
        due_time(by=manager, start=datetime(2026, 3, 2, tzinfo=UTC), working_hours=Decimal(4))
    assert hours_of(business) == []


@pytest.mark.parametrize(
    ("spans", "refusal", "field"),
    [
        ([span("MONDAY", "09:00", "25:00")], TimeRefused, "closes"),
        ([span("MONDAY", "9", "17:00")], TimeRefused, "opens"),
        ([span("MONDAY", "09:60", "17:00")], TimeRefused, "opens"),
        ([span("MONDAY", "０９:00", "17:00")], TimeRefused, "opens"),
        ([span("MONDAY", "17:00", "09:00")], WeekRefused, "spans"),
        ([span("MONDAY", "09:00", "17:00"), span("MONDAY", "16:00", "18:00")], WeekRefused, "spans"),
        ([span("MONDAY", "09:00", "17:00")] * 2, WeekRefused, "spans"),
        ([span("MONDAY", "09:00", "17:00")] * 43, TooManySpans, "spans"),
    ],
)
def test_hours_that_make_no_sense_are_refused_and_the_week_stays(business, manager, spans, refusal, field):
    before = hours_of(business)

    with pytest.raises(refusal) as refused:
        set_working_hours(spans=spans, by=manager)

    assert refused.value.field == field
    assert hours_of(business) == before


@pytest.mark.parametrize("role", [role for role in Role if role != Role.MANAGER])
def test_only_managers_change_hours_and_holidays(business, join, role):
    by = join(business, role)
    for change in (
        lambda: set_working_hours(spans=[], by=by),
        lambda: add_holiday(day=CHRISTMAS, name="Christmas Day", by=by),
        lambda: remove_holiday(day=CHRISTMAS, by=by),
        lambda: set_holidays(holidays=[], by=by),
        lambda: import_holidays(text="2026-12-25 Christmas Day", by=by),
    ):
        with pytest.raises(NotAllowed):
            change()
    assert (len(hours_of(business)), Holiday.objects.count()) == (5, 0)


@pytest.mark.parametrize(
    ("weekday", "opens", "closes"),
    [(0, 540, 540), (0, 540, 1441), (7, 540, 1020), (0, 600, 540)],
)
def test_the_database_refuses_spans_that_are_none(business, weekday, opens, closes):
    WorkingSpan.objects.all().delete()

    with pytest.raises(IntegrityError), transaction.atomic():
        WorkingSpan.objects.create(business=business, weekday=weekday, opens=opens, closes=closes)


# --- Holidays ------------------------------------------------------------------------------------


def test_a_holiday_is_added_once_and_removed(business, manager):
    add_holiday(day=CHRISTMAS, name="  Christmas   Day ", by=manager)
    with pytest.raises(HolidayThere, match="2026-12-25 is a holiday already: Christmas Day"):
        add_holiday(day=CHRISTMAS, name="Noël", by=manager)
    assert list(Holiday.objects.values_list("date", "name")) == [(CHRISTMAS, "Christmas Day")]

    remove_holiday(day=CHRISTMAS, by=manager)

    assert not Holiday.objects.exists()
    with pytest.raises(NotFound, match="There is no such holiday"):
        remove_holiday(day=CHRISTMAS, by=manager)


def test_the_holidays_of_others_stay(manager, stranger):
    add_holiday(day=CHRISTMAS, name="Christmas Day", by=stranger)

    with pytest.raises(NotFound):
        remove_holiday(day=CHRISTMAS, by=manager)
    add_holiday(day=CHRISTMAS, name="Christmas Day", by=manager)
    set_holidays(holidays=[], by=manager)

    assert Holiday.objects.get().business == stranger.business


@pytest.mark.parametrize(
    ("day", "name", "field"),
    [
        (CHRISTMAS, " ", "name"),
        (CHRISTMAS, "x" * 101, "name"),
        (CHRISTMAS, "a\0b", "name"),
        (date(1899, 12, 31), "Old", "date"),
        (date(2200, 1, 1), "New", "date"),
    ],
)
def test_a_holiday_that_makes_no_sense_is_refused(manager, day, name, field):
    with pytest.raises(HolidayRefused) as refused:
        add_holiday(day=day, name=name, by=manager)

    assert refused.value.field == field
    assert not Holiday.objects.exists()


def test_setting_holidays_writes_what_differs(business, manager):
    add_holiday(day=CHRISTMAS, name="Christmas Day", by=manager)
    add_holiday(day=date(2026, 1, 1), name="New Year", by=manager)
    kept = Holiday.objects.get(date=CHRISTMAS)

    set_holidays(
        holidays=[
            HolidaySpec(CHRISTMAS, "Christmas Day"),
            HolidaySpec(date(2026, 1, 1), "New Year", every_year=True),
            HolidaySpec(date(2026, 5, 1), "May Day"),
        ],
        by=manager,
    )

    assert [(str(row), row.every_year) for row in Holiday.objects.all()] == [
        ("2026-01-01 New Year", True),
        ("2026-05-01 May Day", False),
        ("2026-12-25 Christmas Day", False),
    ]
    assert Holiday.objects.get(date=CHRISTMAS).pk == kept.pk


def test_more_holidays_than_a_page_holds_are_refused(manager):
    days = [HolidaySpec(date(2026, 1, 1) + timedelta(days=i), f"Day {i}") for i in range(151)]

    with pytest.raises(HolidayRefused, match="more than 150 holidays"):
        set_holidays(holidays=days, by=manager)
    assert not Holiday.objects.exists()


def test_pasted_lines_become_holidays_and_pasting_again_adds_none(manager):
    text = "2026-12-25 Christmas Day\r\n\n  2026-12-26   Boxing Day \n2026-12-25 Christmas Day\n"

    assert import_holidays(text=text, by=manager) == 2
    assert import_holidays(text=text, by=manager) == 0
    assert [str(row) for row in Holiday.objects.all()] == ["2026-12-25 Christmas Day", "2026-12-26 Boxing Day"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("25.12.2026 Christmas", "Line 2: '25.12.2026' is no date. Write year, month and day, then the name, such as"),
        ("2026-02-30 Nothing", "Line 2: '2026-02-30' is no date."),
        ("2026-12-25", "Line 2: Say what the holiday is called"),
        ("2026-01-01 Neujahr", "Line 2: 2026-01-01 is there already as 'New Year'. Take one of the two out."),
        ("2026-05-01 " + "x" * 101, "Line 2: The name is too long"),
        ("20260501 May Day", "Line 2: '20260501' is no date."),
        ("9999-05-01 May Day", "Line 2: Give a date between the years"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_none_is_taken(manager, line, message):
    add_holiday(day=date(2026, 1, 1), name="New Year", by=manager)

    with pytest.raises((HolidayRefused, HolidayThere)) as refused:
        import_holidays(text=f"2026-12-25 Christmas Day\n{line}", by=manager)

    assert refused.value.message.startswith(message)
    assert refused.value.field == "lines"
    assert Holiday.objects.count() == 1


# --- Due times -----------------------------------------------------------------------------------


def test_a_due_time_follows_the_hours_holidays_and_clocks_of_the_business(manager, stranger):
    add_holiday(day=date(2026, 10, 26), name="Inventory", by=manager)
    start = datetime(2026, 10, 23, 13, 0, tzinfo=UTC)  # Friday, 15:00 in Berlin, 9:00 in New York

    # The clocks go back in Berlin on the Sunday between.
    assert due_time(by=manager, start=start, working_hours=Decimal("2.5")) == datetime(2026, 10, 27, 8, 30, tzinfo=UTC)
    assert due_time(by=manager, start=start, working_days=1) == datetime(2026, 10, 27, 14, 0, tzinfo=UTC)
    assert due_time(by=stranger, start=start, working_hours=Decimal("2.5")) == start + timedelta(hours=2.5)
    assert due_time(by=stranger, start=start, working_days=6) == datetime(2026, 11, 2, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"working_hours": Decimal(1), "working_days": 1},
        {"working_hours": Decimal(-1)},
        {"working_hours": Decimal(20_001)},
        {"working_hours": Decimal("NaN")},
        {"working_hours": Decimal("Infinity")},
        {"working_days": -1},
        {"working_days": 2_501},
    ],
)
def test_a_due_time_needs_one_sensible_measure(manager, now, given):
    with pytest.raises(DueTimeRefused):
        due_time(by=manager, start=now, **given)


def test_a_due_time_is_refused_for_moments_without_zone_and_far_off(manager, now):
    for start in (now.replace(tzinfo=None), now.replace(year=1899), now.replace(year=2200)):
        with pytest.raises(MomentRefused):
            due_time(by=manager, start=start, working_days=1)


def test_the_most_that_may_be_asked_is_answered_or_refused(manager):
    start = datetime(2199, 12, 31, 23, 59, tzinfo=UTC)

    assert due_time(by=manager, start=start, working_days=2_500).year == 2209
    assert due_time(by=manager, start=start, working_hours=Decimal(20_000)).year == 2209
    set_working_hours(spans=[span("MONDAY", "09:00", "09:01")], by=manager)
    with pytest.raises(DueTooFar):
        due_time(by=manager, start=start, working_hours=Decimal(100))
