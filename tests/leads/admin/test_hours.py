"""The page on which a manager writes when the business works, and the absences."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from leads.models import Absence, Holiday, Membership, Role, WorkingSpan
from leads.services.working_time import add_holiday, set_working_hours
from tests.leads.admin.browser import read, told

WEEK = [f"{day} 09:00–17:00" for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")]


@pytest.fixture
def address():
    return reverse("admin:working_time")


def typed(response):
    """Return what a browser would send if somebody saved the page as it is."""
    given = {"state": response.context["state"]}
    for formset in (response.context["spans"], response.context["holidays"]):
        for form in (formset.management_form, *formset.forms):
            for field in form:
                value = field.value()
                if value is not None and value is not False and value != "":
                    given[field.html_name] = "on" if value is True else str(value)
    return given


def hours():
    return [str(span) for span in WorkingSpan.objects.all()]


def test_saving_the_page_as_it_is_changes_nothing(at_work, address, manager):
    add_holiday(day=date(2026, 12, 25), name="Christmas Day", every_year=True, by=manager)
    before = list(Holiday.objects.values())

    response = at_work.post(address, typed(at_work.get(address)))

    assert response.status_code == 302
    assert told(response) == ["Saved. Due times follow these hours from now on."]
    assert (hours(), list(Holiday.objects.values())) == (WEEK, before)


def test_a_manager_writes_the_week_and_the_holidays_as_rows(at_work, address):
    given = typed(at_work.get(address))
    given |= {"spans-0-closes": "12:00", "spans-4-DELETE": "on"}
    given |= {"spans-5-weekday": "0", "spans-5-opens": "13:00", "spans-5-closes": "24:00"}
    given |= {"holidays-1-date": "2026-05-01", "holidays-1-name": "May Day", "holidays-1-every_year": "on"}

    assert at_work.post(address, given).status_code == 302

    assert hours() == ["Monday 09:00–12:00", "Monday 13:00–24:00", *WEEK[1:4]]
    assert [(str(row), row.every_year) for row in Holiday.objects.all()] == [("2026-05-01 May Day", True)]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"spans-0-opens": "18:00"}, "Monday: 18:00–17:00 closes before it opens."),
        (
            {"spans-5-weekday": "0", "spans-5-opens": "16:00", "spans-5-closes": "20:00"},
            "Monday: 09:00–17:00 and 16:00–20:00 overlap. Write 09:00–20:00 instead, or part them.",
        ),
        (
            {"spans-5-weekday": "0", "spans-5-opens": "09:00", "spans-5-closes": "17:00"},
            "Monday: 09:00–17:00 is there twice. Take one of them out.",
        ),
        ({"spans-0-opens": "nine"}, "'nine' is no time of a day. Write one like 09:00, at most 24:00."),
        ({"spans-0-weekday": ""}, "This field is required."),
        ({"spans-5-weekday": "0"}, "This field is required."),
        ({"spans-0-weekday": "9"}, "Select a valid choice."),
        ({"holidays-0-date": "2026-05-01"}, "This field is required."),
        ({"holidays-0-date": "1.5.2026", "holidays-0-name": "May Day"}, "Enter a valid date."),
        (
            {
                "holidays-0-date": "2026-05-01",
                "holidays-0-name": "May Day",
                "holidays-1-date": "2026-05-01",
                "holidays-1-name": "Labour Day",
            },
            "2026-05-01 is there twice, as 'May Day' and as 'Labour Day'. Take one of them out.",
        ),
    ],
)
def test_what_cannot_be_is_said_on_the_page_and_nothing_is_saved(at_work, address, changed, message):
    response = at_work.post(address, typed(at_work.get(address)) | changed)

    assert response.status_code == 200
    assert message in read(response)
    assert (hours(), Holiday.objects.count()) == (WEEK, 0)


def test_who_was_slower_is_told_and_overwrites_nothing(at_work, address, manager):
    given = typed(at_work.get(address))
    add_holiday(day=date(2026, 5, 1), name="May Day", by=manager)

    response = at_work.post(address, given)

    assert response.status_code == 200
    assert "Somebody changed this page meanwhile. Nothing was saved" in read(response)
    assert Holiday.objects.count() == 1


def test_more_rows_than_a_week_may_have_are_refused(at_work, address):
    response = at_work.post(address, typed(at_work.get(address)) | {"spans-TOTAL_FORMS": "43"})

    assert response.status_code == 200
    assert hours() == WEEK


def test_a_page_that_is_sent_without_its_rows_changes_nothing(at_work, address):
    response = at_work.post(address, {"state": "x"})

    assert response.status_code == 200
    assert hours() == WEEK


def test_the_page_says_when_an_answer_would_be_due(at_work, address, monkeypatch):
    friday = datetime(2026, 3, 27, 15, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    monkeypatch.setattr("leads.admin.hours.timezone.now", lambda: friday)

    said = read(at_work.get(address))

    assert "An answer due in 4 working hours from now is due Monday, 30 March 2026, 11:00." in said
    assert "One due in 1 working day from now is due Monday, 30 March 2026, 15:00." in said
    assert "Now it is Friday, 27 March 2026, 15:00 in Europe/Berlin: you are open." in said


def test_a_week_without_hours_is_told_in_words(at_work, address, manager):
    set_working_hours(spans=[], by=manager)

    said = read(at_work.get(address))

    assert "Nothing can be due The business has no opening hours." in said
    assert "you are closed" in said


def test_holidays_are_pasted(at_work, address):
    response = at_work.post(address, {"import": "1", "lines": "2026-12-25 Christmas Day\n2026-12-26 Boxing Day"})
    again = at_work.post(address, {"import": "1", "lines": "2026-12-25 Christmas Day\n2027-01-01 New Year"})

    assert (told(response), told(again)) == (["2 holidays were added."], ["One holiday was added."])
    assert Holiday.objects.count() == 3


def test_a_pasted_line_that_cannot_be_read_is_said_beside_the_lines(at_work, address):
    response = at_work.post(address, {"import": "1", "lines": "2026-12-25 Christmas Day\nBoxing Day"})

    assert response.status_code == 200
    assert "Line 2: 'Boxing' is no date." in read(response)
    assert "Boxing Day" in response.content.decode()
    assert not Holiday.objects.exists()


def test_a_manager_sees_and_changes_ones_own_hours_only(at_work, address, stranger):
    add_holiday(day=date(2026, 12, 25), name="Elsewhere", by=stranger)

    assert "Elsewhere" not in at_work.get(address).content.decode()
    at_work.post(address, typed(at_work.get(address)) | {"spans-0-DELETE": "on"})

    assert Holiday.objects.get().business == stranger.business
    assert stranger.business.working_hours.count() == 5


def test_only_managers_open_the_page(desk, join, business, address):
    for role in Role:
        response = desk(join(business, role, f"{role}@x.example")).get(address)
        assert response.status_code == (200 if role == Role.MANAGER else 302)


def test_the_page_is_in_the_sidebar(at_work, address):
    assert re.search(rf'href="{address}"', at_work.get("/admin/").content.decode())


# --- Absences ------------------------------------------------------------------------------------


def leave(desk, member, **given):
    data = {"member": member.pk, "starts_at": "2099-07-01T09:00", "note": ""}
    return desk.post(desk.page(Absence, "add"), data | given)


def test_a_manager_sets_an_absence_by_the_business_s_clocks_and_ends_it(at_work, rep, manager):
    assert leave(at_work, rep.membership, stand_in=manager.membership.pk, note="At sea").status_code == 302
    absence = Absence.objects.get()
    assert (absence.member, absence.stand_in, absence.ends_at) == (rep.membership, manager.membership, None)
    assert absence.starts_at.isoformat() == "2099-07-01T07:00:00+00:00"

    response = at_work.act(absence, "end")

    absence.refresh_from_db()
    assert told(response) == ["sales is there again."]
    assert absence.ends_at == absence.starts_at


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"ends_at": "2099-06-01T09:00"}, "The absence ends before it begins."),
        ({"stand_in": "own"}, "Nobody stands in for themselves."),
        ({"note": "x" * 501}, "at most 500 characters"),
        ({"starts_at": ""}, "This field is required."),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused_on_the_page(at_work, rep, given, message):
    if given.get("stand_in") == "own":
        given = {"stand_in": rep.membership.pk}

    response = leave(at_work, rep.membership, **given)

    assert response.status_code == 200
    assert message in read(response)
    assert not Absence.objects.exists()


def test_an_absence_beside_another_is_refused_on_the_page(at_work, rep):
    leave(at_work, rep.membership)

    response = leave(at_work, rep.membership, starts_at="2099-08-01T09:00")

    assert response.status_code == 200
    assert "away already from 2099-07-01 09:00 until further notice. End that absence first." in read(response)
    assert Absence.objects.count() == 1


def test_the_page_of_an_absence_says_who_does_the_work(at_work, ours):
    absence = Absence.objects.get(business=ours.business)
    Absence.objects.update(starts_at=timezone.now() - timedelta(days=1))

    said = read(at_work.get(at_work.page(absence)))

    assert "Does the work now ours colleague" in said
    assert "They are back" in said
    assert "Away" in read(at_work.get(at_work.page(Absence, "changelist"), when="current"))


def test_who_left_is_not_offered(at_work, rep):
    Membership.objects.filter(pk=rep.membership.pk).update(is_active=False)

    response = leave(at_work, rep.membership)

    assert response.status_code == 200
    assert not Absence.objects.exists()
