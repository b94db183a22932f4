"""Opening hours and holidays as people write them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from leads.domain.errors import DomainError
from leads.domain.working_time import MIDNIGHT

NAME_AT_MOST = 100
HOLIDAYS_AT_MOST = 150
FIRST_YEAR, LAST_YEAR = 1900, 2199


class TimeRefused(DomainError):
    code = "time_refused"


class HolidayRefused(DomainError):
    code = "holiday_refused"


class HolidayThere(DomainError):
    code = "holiday_there"


@dataclass(frozen=True, slots=True)
class HolidaySpec:
    """A day off by its date and name; `every_year` means its day and month in all years."""

    date: date
    name: str
    every_year: bool = False


def read_clock(text: str, *, field: str) -> int:
    """Return the minutes since midnight of a time such as 9:00 or 24:00; raise TimeRefused."""
    found = re.fullmatch(r"([0-9]{1,2})[:.]([0-9]{2})", text.strip(), re.ASCII)
    minutes = int(found[1]) * 60 + int(found[2]) if found else -1
    if found is None or int(found[2]) > 59 or minutes > MIDNIGHT:
        raise TimeRefused(f"{text.strip()!r} is no time of a day. Write one like 09:00, at most 24:00.", field=field)
    return minutes


def check_holiday(spec: HolidaySpec) -> HolidaySpec:
    """Return the holiday with its name trimmed; raise HolidayRefused for what makes no sense."""
    name = " ".join(spec.name.split())
    if not name or not name.isprintable():
        raise HolidayRefused("Say what the holiday is called, in plain characters.", field="name")
    if len(name) > NAME_AT_MOST:
        raise HolidayRefused(f"The name is too long: at most {NAME_AT_MOST} characters.", field="name")
    if not FIRST_YEAR <= spec.date.year <= LAST_YEAR:
        raise HolidayRefused(f"Give a date between the years {FIRST_YEAR} and {LAST_YEAR}.", field="date")
    return HolidaySpec(spec.date, name, spec.every_year)


def check_holidays(specs: Iterable[HolidaySpec]) -> tuple[HolidaySpec, ...]:
    """Return holidays in order; raise where one makes no sense, where two meet, and where they are too many."""
    found: dict[date, HolidaySpec] = {}
    for spec in sorted(map(check_holiday, specs), key=lambda spec: spec.date):
        if spec.date in found:
            names = f"as {found[spec.date].name!r} and as {spec.name!r}"
            raise HolidayThere(f"{spec.date} is there twice, {names}. Take one of them out.", field="date")
        found[spec.date] = spec
    if len(found) > HOLIDAYS_AT_MOST:
        raise HolidayRefused(f"That is more than {HOLIDAYS_AT_MOST:,} holidays. Take old ones out.", field="date")
    return tuple(found.values())


def read_holidays(text: str, known: Mapping[date, HolidaySpec]) -> tuple[HolidaySpec, ...]:
    """Return the new holidays of lines such as `2026-12-25 Christmas Day`; empty lines count for nothing.

    A line that says what is known already is passed over. Raises HolidayRefused or HolidayThere with the
    number of the first line that cannot be taken.
    """
    found: dict[date, HolidaySpec] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            spec = _read_line(line)
            before = found.get(spec.date) or known.get(spec.date)
            if before is not None and before.name != spec.name:
                reason = f"{spec.date} is there already as {before.name!r}. Take one of the two out."
                raise HolidayThere(reason)
        except DomainError as error:
            raise type(error)(f"Line {number}: {error.message}", field="lines") from error
        if before is None:
            found[spec.date] = spec
    return tuple(found.values())


def _read_line(line: str) -> HolidaySpec:
    day, _, name = line.strip().partition(" ")
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", day, re.ASCII):
            raise ValueError(day)
        return check_holiday(HolidaySpec(date.fromisoformat(day), name))
    except ValueError as error:
        advice = "Write year, month and day, then the name, such as 2026-12-25 Christmas Day."
        raise HolidayRefused(f"{day[:40]!r} is no date. {advice}") from error
