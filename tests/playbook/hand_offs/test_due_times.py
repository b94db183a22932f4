"""By when a hand-off is to be answered, on the business's own clocks."""

from datetime import UTC, date, datetime

import pytest

from leads.domain.stages import Stage
from leads.domain.working_time import NoWorkingTime
from leads.models import Business, Holiday, WorkingSpan
from playbook import services
from playbook.models import HandOff, HandOffRule

BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture
def due(lead_at, business, offer, rep):
    """Offer an SQL at a moment in a time zone, by a rule with so many hours; return by when it is to be answered."""

    def answered_by(zone: str, moment: str, hours: int) -> datetime:
        Business.objects.filter(pk=business.pk).update(time_zone=zone)
        business.refresh_from_db()
        HandOffRule.objects.filter(kind="to_sales").update(respond_within=hours)
        return offer(lead_at(Stage.SQL), now=at(moment)).due_at

    return answered_by


@pytest.mark.parametrize(
    ("zone", "moment", "hours", "expected"),
    [
        # Monday to Friday, 9 to 17 o'clock. Within a day:
        (BERLIN, "2026-03-02T09:30", 4, "2026-03-02T13:30"),
        (NEW_YORK, "2026-03-02T14:30", 4, "2026-03-02T18:30"),
        # Friday afternoon, over the weekend:
        (BERLIN, "2026-03-06T15:00", 4, "2026-03-09T11:00"),
        (NEW_YORK, "2026-03-20T20:00", 4, "2026-03-23T16:00"),
        # On a Saturday it counts from Monday on:
        (BERLIN, "2026-03-07T12:00", 8, "2026-03-09T16:00"),
        # The clocks go forward, on 29 March in Berlin and on 8 March in New York:
        (BERLIN, "2026-03-27T15:00", 2, "2026-03-30T08:00"),
        (NEW_YORK, "2026-03-06T21:00", 2, "2026-03-09T14:00"),
        # and back, on 25 October in Berlin and on 1 November in New York:
        (BERLIN, "2026-10-23T14:00", 2, "2026-10-26T09:00"),
        (NEW_YORK, "2026-10-30T20:00", 2, "2026-11-02T15:00"),
    ],
)
def test_the_due_time_is_in_working_hours_of_the_business(due, zone, moment, hours, expected):
    assert due(zone, moment, hours) == at(expected)


@pytest.mark.parametrize(
    ("zone", "moment", "expected"),
    [
        # Around the clock on Sundays only, the day on which the clocks change: an hour less, or one more.
        (BERLIN, "2026-03-28T22:00", "2026-03-29T03:00"),  # from 0:00, 4 hours are 5:00 by the clock
        (BERLIN, "2026-10-24T21:00", "2026-10-25T02:00"),
        (NEW_YORK, "2026-03-08T04:00", "2026-03-08T09:00"),
        (NEW_YORK, "2026-11-01T03:00", "2026-11-01T08:00"),
    ],
)
def test_an_hour_that_is_skipped_is_not_worked_and_one_that_comes_twice_is_worked_twice(
    due, business, zone, moment, expected
):
    WorkingSpan.objects.all().delete()
    WorkingSpan.objects.create(business=business, weekday=6, opens=0, closes=24 * 60)

    assert due(zone, moment, 4) == at(expected)


def test_a_holiday_is_not_worked(due, business):
    Holiday.objects.create(business=business, date=date(2026, 3, 3), name="Founding day")
    Holiday.objects.create(business=business, date=date(2020, 3, 4), name="Every year", every_year=True)

    assert due(BERLIN, "2026-03-02T15:00", 4) == at("2026-03-05T11:00")


def test_without_a_rule_there_are_eight_working_hours(due, business, now):
    HandOffRule.objects.update(archived_at=now)

    assert due(BERLIN, "2026-03-02T10:00", 1) == at("2026-03-03T10:00")


def test_a_business_without_opening_hours_is_told_so_and_nothing_is_offered(due, business):
    WorkingSpan.objects.all().delete()

    with pytest.raises(NoWorkingTime):
        due(BERLIN, "2026-03-02T10:00", 1)
    assert not HandOff.objects.exists()


def test_it_is_overdue_only_once_the_time_has_come(due):
    answered_by = due(BERLIN, "2026-03-06T15:00", 4)

    assert services.escalate_overdue(at("2026-03-09T10:59:59")) == 0
    assert services.escalate_overdue(answered_by) == 1
