"""Which risks show in time and people: the rules, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from leads.domain.qualification import Decision
from playbook.domain.stalling import (
    Foreseen,
    RiskSetting,
    RiskSeverity,
    Situation,
    StallKind,
    Step,
    held_against,
    risk,
    risks_in,
    usual_length,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
YES, NO, UNKNOWN = Decision.YES, Decision.NO, Decision.UNKNOWN


def days(number: float) -> timedelta:
    return timedelta(days=number)


def setting(key: str, predicts: str = "no_decision") -> RiskSetting:
    return RiskSetting(key, RiskSeverity.WATCH, predicts, predicts.capitalize(), 10)


def one(kind: StallKind, **given):
    situation = Situation(
        **{
            "last_activity": NOW - days(3),
            "idle_from": NOW + days(11),
            "stakeholders": (),
            "steps": (),
            "last_step_at": NOW - days(4),
            **given,
        }
    )
    [found] = risks_in(situation, {kind.value: setting(kind.value)}, NOW)
    return found.present, found.because, found.since


@pytest.mark.parametrize(
    ("idle_from", "expected"),
    [
        (NOW + timedelta(seconds=1), (NO, "Something happened on 27 Feb 2026.", None)),
        (NOW, (YES, "Nothing happened for 10 working days: 27 Feb 2026 was the last time.", NOW)),
        (None, (UNKNOWN, "No working hours are set, so working days cannot be counted.", None)),
    ],
)
def test_activity_is_missed_from_the_end_of_the_working_days_on(idle_from, expected):
    assert one(StallKind.NO_ACTIVITY, idle_from=idle_from) == expected


@pytest.mark.parametrize(
    ("people", "expected"),
    [
        (0, (YES, "Nobody there is known.", None)),
        (1, (YES, "Only one person there is known.", None)),
        (2, (NO, "2 people there are known.", None)),
    ],
)
def test_one_contact_alone_is_a_risk(people, expected):
    assert one(StallKind.SINGLE_CONTACT, stakeholders=(frozenset(),) * people) == expected


@pytest.mark.parametrize(
    ("roles", "present"),
    [
        ([], YES),
        ([{"champion"}], YES),
        ([{"champion"}, {"economic_buyer", "user"}], NO),
        ([{"champion"}, set()], UNKNOWN),
    ],
)
def test_an_economic_buyer_is_missing_only_where_every_role_is_known(roles, present):
    assert one(StallKind.NO_ECONOMIC_BUYER, stakeholders=tuple(map(frozenset, roles)))[0] == present


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], (NO, "No next step is overdue.", None)),
        ([Step("Call", NOW)], (NO, "No next step is overdue.", None)),
        ([Step("Call", NOW - days(1), NOW + days(1))], (NO, "No next step is overdue.", None)),
        (
            [Step("Call", NOW - days(1)), Step("Write", NOW - days(2))],
            (YES, "“Write” was due on 28 Feb 2026.", NOW - days(2)),
        ),
    ],
)
def test_a_step_is_overdue_once_it_and_its_snooze_are_past(steps, expected):
    assert one(StallKind.NEXT_STEP_OVERDUE, steps=tuple(steps)) == expected


def test_without_a_next_step_the_risk_is_there_since_the_last_one():
    assert one(StallKind.NO_NEXT_STEP) == (YES, "Nothing is planned to be done next.", NOW - days(4))
    assert one(StallKind.NO_NEXT_STEP, steps=(Step("Call", NOW),)) == (NO, "Open: Call.", None)


@pytest.mark.parametrize(
    ("usual", "since", "expected"),
    [
        (20.0, None, (UNKNOWN, "It is in no phase of the process.", None)),
        (None, 30, (UNKNOWN, "Not enough won deals were in this phase: at least 8 are needed.", None)),
        (30.0, 30, (NO, "30 days in this phase; three of four won deals took at most 30.", None)),
        (20.0, 30, (YES, "30 days in this phase; three of four won deals took at most 20.", NOW - days(10))),
    ],
)
def test_a_phase_is_slow_above_what_is_usual_for_won_deals(usual, since, expected):
    began = NOW - days(since) if since else None

    assert one(StallKind.SLOW_PHASE, usual_days=usual, phase="diagnosis", phase_since=began) == expected


def test_the_usual_length_is_the_third_quartile_of_eight_deals_or_more():
    assert usual_length([1.0] * 7) is None
    assert usual_length([8, 7, 6, 5, 4, 3, 2, 1]) == 5 + 1.25
    assert usual_length(list(map(float, range(1, 10)))) == 7


def test_a_risk_that_is_switched_off_is_not_looked_for():
    situation = Situation(NOW, NOW, (), (), NOW)

    assert risks_in(situation, {}, NOW) == []


@pytest.mark.parametrize(
    ("risks", "foreseen"),
    [
        ([], Foreseen.NOTHING_PREDICTED),
        ([("budget", False)], Foreseen.NOTHING_PREDICTED),
        ([("budget", None)], Foreseen.NOTHING_PREDICTED),
        ([("", True)], Foreseen.NOTHING_PREDICTED),
        ([("no_decision", True)], Foreseen.NO),
        ([("no_decision", True), ("budget", None)], Foreseen.NO),
        ([("no_decision", True), ("budget", True)], Foreseen.YES),
    ],
)
def test_a_reason_is_foreseen_if_a_present_risk_predicts_it(risks, foreseen):
    found = [risk(setting("a", predicts), present, "") for predicts, present in risks]

    assert held_against("budget", found) == foreseen
