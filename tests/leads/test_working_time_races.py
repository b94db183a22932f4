"""Managers who write hours, holidays and absences at once."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import F

from leads.domain.working_time import Weekday
from leads.domain.writing_hours import HolidayThere
from leads.models import Absence, Holiday, WorkingSpan
from leads.services.absences import AbsenceOverlaps, set_absence
from leads.services.working_time import WrittenSpan, add_holiday, set_working_hours
from tests.assessments.test_races import race

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 60


def test_one_of_two_weeks_is_kept_whole(business, manager):
    weeks = (
        [WrittenSpan(Weekday.MONDAY, "09:00", "12:00"), WrittenSpan(Weekday.TUESDAY, "09:00", "12:00")],
        [WrittenSpan(Weekday.MONDAY, "10:00", "18:00"), WrittenSpan(Weekday.TUESDAY, "10:00", "18:00")],
    )
    kept = []

    def write(week, look):
        def written(number):
            set_working_hours(spans=week, by=manager)
            if look:
                kept.append({(row.opens, row.closes) for row in WorkingSpan.objects.filter(business=business)})

        return written

    outcomes = race(ROUNDS, write(weeks[0], look=True), write(weeks[1], look=False))

    assert [outcome for outcome in outcomes if outcome != [None, None]] == []
    assert all(len(found) == 1 for found in kept)
    assert WorkingSpan.objects.filter(business=business).count() == 2
    assert connection.vendor == "postgresql"


def test_one_of_two_who_add_the_same_holiday_is_told_so(manager):
    def add(name):
        return lambda number: add_holiday(day=date(2026, 1, 1) + timedelta(days=number), name=name, by=manager) and name

    outcomes = race(ROUNDS, add("One"), add("Other"))

    for outcome in outcomes:
        assert sorted(type(found).__name__ for found in outcome) == ["HolidayThere", "str"]
        assert sum(isinstance(found, HolidayThere) for found in outcome) == 1
    assert Holiday.objects.count() == ROUNDS


def test_one_of_two_absences_of_a_member_is_kept(manager, now):
    def leave(number):
        starts = now + timedelta(days=2 * number)
        return set_absence(by=manager, now=now, starts_at=starts, ends_at=starts + timedelta(days=1))

    outcomes = race(ROUNDS, leave, leave)

    assert all(sum(isinstance(found, AbsenceOverlaps) for found in outcome) == 1 for outcome in outcomes)
    assert Absence.objects.filter(ends_at__gt=F("starts_at")).count() == ROUNDS
