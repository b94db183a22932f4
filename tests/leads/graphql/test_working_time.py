"""Opening hours, holidays, absences and due times, as a frontend asks for them."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from leads.global_ids import global_id
from leads.models import Absence, Role
from leads.services.absences import set_absence
from leads.services.working_time import add_holiday
from tests.leads.graphql.state import dump

INFO = "... on OperationInfo { messages { kind code field message } }"
BUSINESS = f"... on Business {{ workingHours {{ weekday opens closes }} holidays {{ date name everyYear }} }} {INFO}"
ABSENCE = f"... on Absence {{ member {{ name }} startsAt endsAt standIn {{ name }} note }} {INFO}"
SET_HOURS = f"mutation($spans: [WorkingSpanInput!]!) {{ setWorkingHours(spans: $spans) {{ {BUSINESS} }} }}"
ADD = f"""
mutation($date: Date!, $name: String!, $yearly: Boolean!) {{
  addHoliday(date: $date, name: $name, everyYear: $yearly) {{ {BUSINESS} }}
}}
"""
REMOVE = f"mutation($date: Date!) {{ removeHoliday(date: $date) {{ {BUSINESS} }} }}"
SET_ABSENCE = f"""
mutation($from: DateTime!, $until: DateTime, $member: ID, $standIn: ID, $note: String = "") {{
  setAbsence(startsAt: $from, endsAt: $until, member: $member, standIn: $standIn, note: $note) {{ {ABSENCE} }}
}}
"""
END = f"mutation($id: ID!) {{ endAbsence(absence: $id) {{ {ABSENCE} }} }}"
DUE = """
query($hours: Decimal, $days: Int, $from: DateTime) {
  dueTime(workingHours: $hours, workingDays: $days, from: $from) { at day }
}
"""


def said(body):
    [found] = body["data"].values()
    [message] = found["messages"]
    return message


def test_a_member_reads_when_the_business_works(graphql, manager):
    add_holiday(day=date(2026, 12, 25), name="Christmas Day", every_year=True, by=manager)

    body = graphql(
        "{ business { slug timeZone workingHours { weekday opens closes } holidays { date name everyYear } } }"
    )

    days = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY")
    assert body["data"]["business"] == {
        "slug": "acme",
        "timeZone": "Europe/Berlin",
        "workingHours": [{"weekday": day, "opens": "09:00", "closes": "17:00"} for day in days],
        "holidays": [{"date": "2026-12-25", "name": "Christmas Day", "everyYear": True}],
    }


def test_a_manager_sets_the_hours(frontend, manager):
    body = frontend(manager)(
        SET_HOURS,
        spans=[
            {"weekday": "SUNDAY", "opens": "20:00", "closes": "24:00"},
            {"weekday": "MONDAY", "opens": "0:00", "closes": "4:30"},
        ],
    )

    assert body["data"]["setWorkingHours"]["workingHours"] == [
        {"weekday": "MONDAY", "opens": "00:00", "closes": "04:30"},
        {"weekday": "SUNDAY", "opens": "20:00", "closes": "24:00"},
    ]


def test_a_manager_adds_and_removes_a_holiday(frontend, manager):
    ask = frontend(manager)

    added = ask(ADD, date="2026-05-01", name="May Day", yearly=True)
    removed = ask(REMOVE, date="2026-05-01")

    assert added["data"]["addHoliday"]["holidays"] == [{"date": "2026-05-01", "name": "May Day", "everyYear": True}]
    assert removed["data"]["removeHoliday"]["holidays"] == []


@pytest.mark.parametrize(
    ("query", "given", "refusal"),
    [
        (
            SET_HOURS,
            {"spans": [{"weekday": "MONDAY", "opens": "nine", "closes": "17:00"}]},
            ("time_refused", "opens", "'nine' is no time of a day. Write one like 09:00, at most 24:00."),
        ),
        (
            SET_HOURS,
            {
                "spans": [
                    {"weekday": "MONDAY", "opens": "09:00", "closes": "13:00"},
                    {"weekday": "MONDAY", "opens": "12:00", "closes": "17:00"},
                ]
            },
            (
                "week_refused",
                "spans",
                "Monday: 09:00–13:00 and 12:00–17:00 overlap. Write 09:00–17:00 instead, or part them.",
            ),
        ),
        (
            SET_HOURS,
            {"spans": [{"weekday": "FRIDAY", "opens": "22:00", "closes": "06:00"}]},
            (
                "week_refused",
                "spans",
                "Friday: 22:00–06:00 closes before it opens. For hours past midnight, write one span until 24:00 and "
                "one from 00:00 on the next day.",
            ),
        ),
        (
            ADD,
            {"date": "2026-12-25", "name": "Noël", "yearly": False},
            (
                "holiday_there",
                "date",
                "2026-12-25 is a holiday already: Christmas Day. Take that out first to change it.",
            ),
        ),
        (
            ADD,
            {"date": "2026-12-24", "name": " ", "yearly": False},
            ("holiday_refused", "name", "Say what the holiday is called, in plain characters."),
        ),
        (
            SET_ABSENCE,
            {"from": "2099-01-02T00:00:00Z", "until": "2099-01-01T00:00:00Z"},
            ("absence_refused", "endsAt", "The absence ends before it begins. Give a later end, or none."),
        ),
        (
            SET_ABSENCE,
            {"from": "2099-01-02T00:00:00"},
            ("moment_refused", "startsAt", "Give the time with its zone, such as 2026-03-02T09:30:00+01:00."),
        ),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(frontend, manager, query, given, refusal):
    add_holiday(day=date(2026, 12, 25), name="Christmas Day", by=manager)
    before = dump()

    message = said(frontend(manager)(query, **given))

    assert (message["kind"], message["code"], message["field"], message["message"]) == ("VALIDATION", *refusal)
    assert dump() == before


def test_a_holiday_that_is_not_there_cannot_be_removed(frontend, manager):
    assert said(frontend(manager)(REMOVE, date="2026-12-25")) == {
        "kind": "NOT_FOUND",
        "code": "not_found",
        "field": "date",
        "message": "There is no such holiday. Give the date under which it is listed.",
    }


@pytest.mark.parametrize("role", [role for role in Role if role != Role.MANAGER])
def test_only_managers_change_when_the_business_works(frontend, join, business, role):
    ask = frontend(join(business, role))
    before = dump()
    asked = {
        "set working hours": (SET_HOURS, {"spans": []}),
        "add holiday": (ADD, {"date": "2026-05-01", "name": "May Day", "yearly": False}),
        "remove holiday": (REMOVE, {"date": "2026-05-01"}),
    }

    for words, (query, given) in asked.items():
        assert said(ask(query, **given)) == {
            "kind": "PERMISSION",
            "code": "not_allowed",
            "field": None,
            "message": f"Your role ({role.label.lower()}) may not {words}. Ask a manager of Acme.",
        }
    assert dump() == before


# --- Absences ------------------------------------------------------------------------------------


def test_somebody_leaves_and_comes_back(graphql, rep, manager):
    left = graphql(
        SET_ABSENCE,
        **{"from": "2026-01-01T08:00:00+01:00", "standIn": global_id("Membership", manager.membership.pk)},
        note="At sea",
    )["data"]["setAbsence"]
    listed = graphql("{ absences { id member { name } endsAt } }")["data"]["absences"]
    back = graphql(END, id=listed[0]["id"])["data"]["endAbsence"]

    assert left == {
        "member": {"name": "sales"},
        "startsAt": "2026-01-01T07:00:00+00:00",
        "endsAt": None,
        "standIn": {"name": "manager"},
        "note": "At sea",
    }
    assert [(entry["member"]["name"], entry["endsAt"]) for entry in listed] == [("sales", None)]
    assert back["endsAt"] is not None
    assert graphql("{ absences { id } }")["data"]["absences"] == []
    assert said(graphql(END, id=listed[0]["id"]))["code"] == "absence_over"


def test_only_managers_set_and_end_absences_of_others(graphql, frontend, manager, rep):
    others = global_id("Membership", manager.membership.pk)
    own = global_id("Membership", rep.membership.pk)
    absence = set_absence(by=manager, now=timezone.now(), starts_at=timezone.now())

    assert said(graphql(SET_ABSENCE, **{"from": "2099-01-01T00:00:00Z", "member": others})) == {
        "kind": "PERMISSION",
        "code": "not_allowed",
        "field": None,
        "message": "Your role (sales) may not set absence of others. Ask a manager of Acme.",
    }
    assert said(graphql(END, id=global_id("Absence", absence.pk)))["code"] == "not_allowed"
    assert Absence.objects.get().ends_at is None
    set_ = frontend(manager)(SET_ABSENCE, **{"from": "2099-01-01T00:00:00Z", "member": own})
    assert set_["data"]["setAbsence"]["member"] == {"name": "sales"}


def test_who_is_away_already_is_told_until_when(graphql, rep):
    starts = timezone.now() + timedelta(days=1)
    set_absence(by=rep, now=timezone.now(), starts_at=starts)

    message = said(graphql(SET_ABSENCE, **{"from": "2098-01-01T00:00:00Z"}))

    assert (message["code"], message["field"]) == ("absence_overlaps", "startsAt")
    assert message["message"].endswith("until further notice. End that absence first.")


# --- Due times -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "at", "day"),
    [
        ({"hours": "4"}, "2026-03-27T14:00:00+00:00", "2026-03-27"),
        ({"hours": "6.5"}, "2026-03-30T07:30:00+00:00", "2026-03-30"),  # over the change of clocks
        ({"days": 1}, "2026-03-30T09:00:00+00:00", "2026-03-30"),
        ({"hours": "0"}, "2026-03-27T10:00:00+00:00", "2026-03-27"),
    ],
)
def test_a_frontend_is_told_when_something_is_due(graphql, given, at, day):
    body = graphql(DUE, **{"from": "2026-03-27T11:00:00+01:00"}, **given)

    assert body["data"]["dueTime"] == {"at": at, "day": day}


def test_a_due_time_is_reckoned_from_now_by_default(graphql):
    assert graphql(DUE, days=1)["data"]["dueTime"]["at"] > timezone.now().isoformat()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, "due_time_refused"),
        ({"hours": "1", "days": 1}, "due_time_refused"),
        ({"hours": "-1"}, "due_time_refused"),
        ({"hours": "1e9"}, "due_time_refused"),
        ({"days": -1}, "due_time_refused"),
        ({"days": 1, "from": "2026-03-27T11:00:00"}, "moment_refused"),
    ],
)
def test_a_due_time_that_makes_no_sense_is_refused(graphql, given, code):
    [error] = graphql(DUE, **given)["errors"]

    assert error["extensions"]["code"] == code


def test_a_business_without_hours_is_told_what_to_do(graphql, frontend, manager):
    frontend(manager)(SET_HOURS, spans=[])

    [error] = graphql(DUE, days=1)["errors"]

    assert error["extensions"]["code"] == "no_working_time"
    assert error["message"] == "The business has no opening hours. A manager must set them first."
