"""When a business works: its opening hours, its holidays, and what is due when."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from leads import permissions, selectors
from leads.domain import working_time
from leads.domain.errors import DomainError
from leads.domain.working_time import Span, Weekday, WorkingCalendar, WorkingWeek
from leads.domain.writing_hours import (
    HolidaySpec,
    HolidayThere,
    check_holiday,
    check_holidays,
    read_clock,
    read_holidays,
)
from leads.models import Business, Holiday, WorkingSpan
from leads.tenancy import Viewer

AT_FIRST = {day: [Span(9 * 60, 17 * 60)] for day in range(5)}
SPANS_AT_MOST = 7 * 6
HOURS_AT_MOST = 20_000
DAYS_AT_MOST = 2_500


class TooManySpans(DomainError):
    code = "too_many_spans"


class DueTimeRefused(DomainError):
    code = "due_time_refused"


@dataclass(frozen=True, slots=True)
class WrittenSpan:
    """A span as somebody wrote it, such as Monday from 9:00 to 17:30."""

    weekday: Weekday
    opens: str
    closes: str


def begin_working_week(business: Business) -> None:
    """Let a new business work from Monday to Friday, 9:00 to 17:00."""
    _write_week(business, WorkingWeek.of(AT_FIRST))


def working_calendar(business: Business) -> WorkingCalendar:
    """Return when a business works; two queries."""
    spans: dict[int, list[Span]] = {}
    for row in WorkingSpan.objects.filter(business=business):
        spans.setdefault(row.weekday, []).append(row.span)
    holidays = list(Holiday.objects.filter(business=business))
    return WorkingCalendar(
        week=WorkingWeek.of(spans),
        zone=business.zone,
        holidays=frozenset(row.date for row in holidays),
        yearly=frozenset((row.date.month, row.date.day) for row in holidays if row.every_year),
    )


def due_time(
    *, by: Viewer, start: datetime, working_hours: Decimal | None = None, working_days: int | None = None
) -> datetime:
    """Return when something is due for which so many working hours or days are given, in UTC.

    Raises DueTimeRefused unless exactly one of the two is given and is sensible, MomentRefused for the start,
    NoWorkingTime if the business has no opening hours, DueTooFar if it takes more than 20 years.
    """
    selectors.check_moment(start, "from")
    if (working_hours is None) == (working_days is None):
        raise DueTimeRefused("Give either working hours or working days.", field="workingHours")
    if working_hours is not None and not (working_hours.is_finite() and 0 <= working_hours <= HOURS_AT_MOST):
        raise DueTimeRefused(f"Give from 0 to {HOURS_AT_MOST:,} working hours.", field="workingHours")
    if working_days is not None and not 0 <= working_days <= DAYS_AT_MOST:
        raise DueTimeRefused(f"Give from 0 to {DAYS_AT_MOST:,} working days.", field="workingDays")
    calendar = working_calendar(by.business)
    if working_days is not None:
        return working_time.add_days(start, working_days, calendar)
    seconds = round((working_hours or Decimal(0)) * 3600)
    return working_time.due(start, timedelta(seconds=seconds), calendar)


# --- Changing it ---------------------------------------------------------------------------------


@transaction.atomic
def set_working_hours(*, spans: Sequence[WrittenSpan], by: Viewer) -> Business:
    """Replace the opening hours of the whole week; a weekday without a span is closed.

    Raises TimeRefused for what is no time of a day, WeekRefused for spans that make no sense together.
    """
    permissions.require(by, "set_working_hours")
    if len(spans) > SPANS_AT_MOST:
        raise TooManySpans(f"Give at most {SPANS_AT_MOST} spans in a week.", field="spans")
    found: dict[int, list[Span]] = {}
    for span in spans:
        read = Span(read_clock(span.opens, field="opens"), read_clock(span.closes, field="closes"))
        found.setdefault(span.weekday.value, []).append(read)
    try:
        week = WorkingWeek.of(found)
    except working_time.WeekRefused as refusal:
        raise working_time.WeekRefused(refusal.message, field="spans") from refusal
    selectors.take_turn(by.business)
    _write_week(by.business, week)
    return by.business


@transaction.atomic
def add_holiday(*, day: date, name: str, by: Viewer, every_year: bool = False) -> Business:
    """Keep a day as a holiday; raise HolidayThere if it is one already."""
    permissions.require(by, "add_holiday")
    given = check_holiday(HolidaySpec(day, name, every_year))
    selectors.take_turn(by.business)
    known = _known(by.business)
    if day in known:
        reason = f"{day} is a holiday already: {known[day].name}. Take that out first to change it."
        raise HolidayThere(reason, field="date")
    _write_holidays(by.business, known, [*known.values(), given])
    return by.business


@transaction.atomic
def remove_holiday(*, day: date, by: Viewer) -> Business:
    """Work on a day again that was a holiday; raise NotFound if there is none of this date."""
    permissions.require(by, "remove_holiday")
    selectors.take_turn(by.business)
    if not Holiday.objects.visible_to(by).filter(date=day).delete()[0]:
        raise selectors.NotFound("There is no such holiday. Give the date under which it is listed.", field="date")
    return by.business


@transaction.atomic
def set_holidays(*, holidays: Iterable[HolidaySpec], by: Viewer) -> Business:
    """Replace all holidays; raise HolidayRefused, or HolidayThere for a date that is there twice."""
    permissions.require(by, "add_holiday")
    selectors.take_turn(by.business)
    _write_holidays(by.business, _known(by.business), holidays)
    return by.business


@transaction.atomic
def import_holidays(*, text: str, by: Viewer) -> int:
    """Add holidays from lines such as `2026-12-25 Christmas Day`; return how many are new.

    All lines are taken or none: raises HolidayRefused or HolidayThere with the number of the line.
    """
    permissions.require(by, "add_holiday")
    selectors.take_turn(by.business)
    known = _known(by.business)
    new = read_holidays(text, known)
    _write_holidays(by.business, known, [*known.values(), *new])
    return len(new)


def _known(business: Business) -> dict[date, HolidaySpec]:
    rows = Holiday.objects.filter(business=business)
    return {row.date: HolidaySpec(row.date, row.name, row.every_year) for row in rows}


def _write_holidays(business: Business, known: Mapping[date, HolidaySpec], wanted: Iterable[HolidaySpec]) -> None:
    """Write what differs from what is known."""
    found = {spec.date: spec for spec in check_holidays(wanted)}
    gone = [day for day, spec in known.items() if found.get(day) != spec]
    new = [spec for day, spec in found.items() if known.get(day) != spec]
    Holiday.objects.filter(business=business, date__in=gone).delete()
    Holiday.objects.bulk_create(
        Holiday(business=business, date=spec.date, name=spec.name, every_year=spec.every_year) for spec in new
    )


def _write_week(business: Business, week: WorkingWeek) -> None:
    WorkingSpan.objects.filter(business=business).delete()
    WorkingSpan.objects.bulk_create(
        WorkingSpan(business=business, weekday=weekday, opens=span.opens, closes=span.closes)
        for weekday, spans in enumerate(week.days)
        for span in spans
    )
