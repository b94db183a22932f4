"""Working time: when a business works, and when something is due that so much working time is given for.

It is working time whenever the clock on the wall shows a time within the opening hours of that weekday, and the
day is no holiday. On the days on which clocks change it follows that hours which the clock skips are not worked,
and hours which it shows twice are worked twice. Spans are half-open: at 17:00 a day of 9:00 to 17:00 is over.

Moments come with a zone, of whatever kind, and go out in UTC.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from leads.domain.errors import DomainError

MIDNIGHT = 24 * 60  # minutes
SEARCHED = timedelta(days=20 * 366)
"""How far ahead a due time is looked for."""

ZERO = timedelta(0)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


class Weekday(IntEnum):
    """As Python counts them."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6

    @property
    def label(self) -> str:
        return self.name.capitalize()


class WeekRefused(DomainError):
    code = "week_refused"


class NoWorkingTime(DomainError):
    code = "no_working_time"


class DueTooFar(DomainError):
    code = "due_too_far"


class DurationRefused(DomainError):
    code = "duration_refused"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From one time of a day until another, in minutes since midnight; 1440 is the end of the day."""

    opens: int
    closes: int

    def __str__(self) -> str:
        return f"{clock(self.opens)}–{clock(self.closes)}"


@dataclass(frozen=True, slots=True)
class WorkingWeek:
    """The opening hours of each weekday, in order; spans of a day may touch, not overlap."""

    days: tuple[tuple[Span, ...], ...] = ((),) * 7

    @classmethod
    def of(cls, spans: Mapping[int, Iterable[Span]]) -> "WorkingWeek":
        """Return the week with these spans by weekday; raise WeekRefused where they make no sense together."""
        return cls(tuple(_in_order(Weekday(day), spans.get(day, ())) for day in range(7)))

    @property
    def is_empty(self) -> bool:
        return not any(self.days)


def _in_order(day: Weekday, spans: Iterable[Span]) -> tuple[Span, ...]:
    found = sorted(spans)
    for span in found:
        if not (0 <= span.opens <= MIDNIGHT and 0 <= span.closes <= MIDNIGHT):
            raise WeekRefused(f"{day.label}: times of a day go from 00:00 to 24:00.")
        if span.closes <= span.opens:
            advice = "For hours past midnight, write one span until 24:00 and one from 00:00 on the next day."
            raise WeekRefused(f"{day.label}: {span} closes before it opens. {advice}")
    for earlier, later in pairwise(found):
        if earlier == later:
            raise WeekRefused(f"{day.label}: {later} is there twice. Take one of them out.")
        if later.opens < earlier.closes:
            together = Span(earlier.opens, max(earlier.closes, later.closes))
            raise WeekRefused(f"{day.label}: {earlier} and {later} overlap. Write {together} instead, or part them.")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """When a business works.

    `yearly` are months and days that are holidays in every year; 29 February is one in leap years only.
    """

    week: WorkingWeek
    zone: ZoneInfo
    holidays: frozenset[date] = frozenset()
    yearly: frozenset[tuple[int, int]] = field(default_factory=frozenset)

    def is_holiday(self, day: date) -> bool:
        return day in self.holidays or (day.month, day.day) in self.yearly

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """Return the opening hours of a day; none on a holiday."""
        return () if self.is_holiday(day) else self.week.days[day.weekday()]


# --- Questions -----------------------------------------------------------------------------------


def is_working(moment: datetime, calendar: WorkingCalendar) -> bool:
    local = _utc_of(moment).astimezone(calendar.zone)
    passed = timedelta(hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    spans = calendar.spans_on(local.date())
    return any(timedelta(minutes=span.opens) <= passed < timedelta(minutes=span.closes) for span in spans)


def next_opening(moment: datetime, calendar: WorkingCalendar) -> datetime:
    """Return the first moment of working time from this one on; this one if it is working time.

    Raises NoWorkingTime if the week is empty, DueTooFar if there is none within 20 years.
    """
    start = _utc_of(moment)
    for stretch in _stretches_from(start, calendar):
        if stretch.ends > start:
            return max(stretch.begins, start)
    raise _too_far()


def due(start: datetime, working: timedelta, calendar: WorkingCalendar) -> datetime:
    """Return the first moment at which so much working time has passed since the start.

    That may be the very end of an opening, never a moment outside of one. No working time at all comes to
    the start itself, or to the next opening if nobody works then. Raises DurationRefused for less than none,
    NoWorkingTime if the week is empty, DueTooFar if it takes more than 20 years.
    """
    if working < ZERO:
        raise DurationRefused("Working time cannot be less than none.")
    left, first = working, _utc_of(start)
    for stretch in _stretches_from(first, calendar):
        begins = max(stretch.begins, first)
        if stretch.ends - begins >= left:
            return begins + left
        left -= stretch.ends - begins
    raise _too_far()


def add_days(start: datetime, days: int, calendar: WorkingCalendar) -> datetime:
    """Return the moment so many working days later, at the same local time, moved into working time.

    A start outside of working time counts as the next opening. A working day is one on which there is any
    working time. A local time that the clock shows twice means the first one. Raises as `due` does.
    """
    if days < 0:
        raise DurationRefused("Working days cannot be less than none.")
    begun = due(start, ZERO, calendar)
    if days == 0:
        return begun
    local = begun.astimezone(calendar.zone)
    latest, counted = local.date(), 0
    for stretch in _stretches_from(begun, calendar):
        if stretch.day > latest:
            latest, counted = stretch.day, counted + 1
            if counted == days:
                wanted = datetime.combine(latest, local.time().replace(fold=0), calendar.zone)
                return due(wanted, ZERO, calendar)
    raise _too_far()


def between(start: datetime, end: datetime, calendar: WorkingCalendar) -> timedelta:
    """Return the working time from one moment until another; less than none if the end is before the start."""
    first, last = _utc_of(start), _utc_of(end)
    if last < first:
        return -between(last, first, calendar)
    total = ZERO
    for stretch in _stretches(first, last, calendar):
        total += max(ZERO, min(stretch.ends, last) - max(stretch.begins, first))
    return total


def clock(minutes: int) -> str:
    """Return a time of a day as it is written, 24:00 for its end."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


# --- Stretches of working time -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Working time without a break, in UTC, and the local day that it belongs to."""

    day: date
    begins: datetime
    ends: datetime


def _stretches_from(start: datetime, calendar: WorkingCalendar) -> Iterator[_Stretch]:
    """Yield the working time that ends at this moment or later, as far ahead as is searched."""
    if calendar.week.is_empty:
        raise NoWorkingTime("The business has no opening hours. A manager must set them first.")
    until = start + SEARCHED if start.year + 21 < date.max.year else datetime.max.replace(tzinfo=UTC) - 2 * DAY
    # One that ends at the very moment counts, so begin a little before it.
    return (found for found in _stretches(start - SECOND, until, calendar) if found.ends >= start)


def _stretches(first: datetime, last: datetime, calendar: WorkingCalendar) -> Iterator[_Stretch]:
    """Yield the working time from one moment in UTC until another, in order; the outermost may reach beyond."""
    for begins, ends, offset in _steady(first, last, calendar.zone):
        local_begin, local_end = _naive(begins) + offset, _naive(ends) + offset
        day = local_begin.date()
        while day <= local_end.date():
            midnight = datetime.combine(day, time.min)
            for span in calendar.spans_on(day):
                opens = max(local_begin, midnight + timedelta(minutes=span.opens))
                closes = min(local_end, midnight + timedelta(minutes=span.closes))
                if opens < closes:
                    yield _Stretch(day, _utc(opens - offset), _utc(closes - offset))
            day += DAY


def _steady(first: datetime, last: datetime, zone: ZoneInfo) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Yield pieces of UTC in which the zone keeps one offset, of about a day each, and the offset."""
    at, offset = first, _offset(first, zone)
    while at < last:
        ends = at + DAY
        then = _offset(ends, zone)
        if offset == then:
            yield at, ends, offset
        else:
            change = _change(at, ends, zone)
            yield at, change, offset
            yield change, ends, then
        at, offset = ends, then


def _change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """Return when the offset changes between two moments; clocks change at whole seconds."""
    before = _offset(low, zone)
    low, high = low.replace(microsecond=0), high.replace(microsecond=0) + SECOND
    while high - low > SECOND:
        middle = low + timedelta(seconds=(high - low) // SECOND // 2)
        low, high = (middle, high) if _offset(middle, zone) == before else (low, middle)
    return high


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or ZERO


def _utc_of(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("A moment needs a zone.")
    return moment.astimezone(UTC)


def _naive(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)


def _too_far() -> DueTooFar:
    return DueTooFar("That is due in more than 20 years from then. Give less working time, or fewer holidays.")
