"""Where a lead belongs in a work queue: a total order by what moves a diagnosis forward."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.domain.template import Outlook
from assessments.domain.verdict import advise
from leads.domain.qualification import Decision
from leads.domain.stages import CLOSED, Stage
from playbook.domain.ranking_work import (
    ABOVE_NURTURE,
    BUCKET,
    DIAGNOSED,
    NURTURED,
    Circumstances,
    Verdict,
    WorkKind,
    decisive_unknowns,
    nurture_rank,
    rank,
)

YES, NO, UNKNOWN = Decision.YES, Decision.NO, Decision.UNKNOWN
THEN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ORDER = (
    *("conversation", "first_response", "diagnose", "start_diagnosis", "verdict"),
    *("no_next_step", "nurture", "waiting"),
)

moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@st.composite
def verdicts(draw) -> Verdict:
    answers = [draw(st.sampled_from(Decision)) for _ in range(3)]
    outlook = draw(st.sampled_from(Outlook))
    return Verdict(
        *answers,
        outlook,
        advise(*answers, outlook),
        draw(st.none() | st.decimals(0, 100, places=2)),
        draw(st.decimals(0, 10**13, places=2)),
        draw(st.booleans()),
    )


@st.composite
def leads(draw) -> Circumstances:
    since = draw(moments)
    return Circumstances(
        draw(st.sampled_from(sorted(set(Stage) - CLOSED))),
        since,
        since.date(),
        draw(st.none() | moments),
        draw(st.none() | days),
        draw(st.none() | days),
        draw(st.none() | verdicts()),
    )


def sql(verdict: Verdict | None = None, planned: bool = True) -> Circumstances:
    return Circumstances(Stage.SQL, THEN, THEN.date(), next_step=THEN.date() if planned else None, verdict=verdict)


def verdict(*answers: Decision, outlook: Outlook = Outlook.CLEAR, completed: bool = False, **given) -> Verdict:
    urgency, cost = given.get("urgency"), given.get("cost", Decimal(0))
    return Verdict(*answers, outlook, advise(*answers, outlook), urgency, cost, completed)


@pytest.mark.parametrize(
    ("answers", "outlook", "count"),
    [
        ((UNKNOWN, UNKNOWN, UNKNOWN), Outlook.UNKNOWN, 4),
        ((YES, UNKNOWN, YES), Outlook.UNKNOWN, 2),
        ((YES, YES, YES), Outlook.AT_RISK, 0),
        ((NO, UNKNOWN, UNKNOWN), Outlook.UNKNOWN, 0),  # disqualified, whatever the others are
        ((UNKNOWN, NO, YES), Outlook.UNKNOWN, 1),  # nurture, unless the problem is none of ours
        ((UNKNOWN, YES, YES), Outlook.BLOCKED, 1),
        ((YES, UNKNOWN, YES), Outlook.BLOCKED, 1),
    ],
)
def test_only_unknowns_that_may_change_the_advice_count(answers, outlook, count):
    assert decisive_unknowns(*answers, outlook) == count


@given(verdicts())
def test_answering_what_does_not_count_never_changes_the_advice(found):
    answers = (found.good_problem, found.will_act, found.justifies)
    if decisive_unknowns(*answers, found.outlook) == 0:
        settled = {
            advise(*(YES if answer == UNKNOWN else answer for answer in answers), outlook)
            for outlook in ([Outlook.CLEAR, Outlook.BLOCKED] if found.outlook == Outlook.UNKNOWN else [found.outlook])
        }
        assert len(settled) == 1


def test_more_unknowns_come_first_then_urgency_then_cost_then_what_nothing_is_planned_for():
    in_order = [
        sql(verdict(UNKNOWN, UNKNOWN, YES, urgency=Decimal(1))),
        sql(verdict(YES, UNKNOWN, YES, urgency=Decimal("75.01"), cost=Decimal(1))),
        sql(verdict(YES, UNKNOWN, YES, urgency=Decimal(75), cost=Decimal(70_000)), planned=False),
        sql(verdict(YES, UNKNOWN, YES, urgency=Decimal(75), cost=Decimal(70_000))),
        sql(verdict(YES, UNKNOWN, YES, urgency=Decimal(75), cost=Decimal(60_000)), planned=False),
        sql(verdict(YES, UNKNOWN, YES, urgency=Decimal(0), cost=Decimal(10**13))),
        sql(verdict(YES, YES, YES)),
        sql(verdict(YES, YES, YES, completed=True, urgency=Decimal(100), cost=Decimal(10**12))),
        sql(verdict(YES, YES, YES, outlook=Outlook.BLOCKED, completed=True), planned=False),
        sql(verdict(YES, YES, YES, outlook=Outlook.BLOCKED, completed=True)),
    ]

    numbers = [rank(found).number for found in in_order]

    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == len(numbers)


@given(leads(), leads())
def test_kinds_never_overtake_each_other(one, two):
    first, second = rank(one), rank(two)
    parts = {"first_response": 0, "start_diagnosis": 2, "conversation": 0, "diagnose": 2}
    place = {kind: parts.get(kind, 3 + index) for index, kind in enumerate(ORDER)}
    if place[first.kind] < place[second.kind]:
        assert first.number > second.number


@given(leads())
def test_every_number_fits_its_part_and_the_database(found):
    number = rank(found).number
    assert 0 <= number < 2**63
    assert number // BUCKET <= 5


@given(leads())
def test_a_nurtured_lead_is_worked_on_only_if_it_asks(found):
    if found.stage in NURTURED:
        ranked = rank(found)
        assert ranked.kind in (WorkKind.NURTURE, WorkKind.CONVERSATION)
        assert ranked.number < ABOVE_NURTURE or found.asked_at is not None
    elif found.stage in DIAGNOSED:
        assert rank(found).kind not in (WorkKind.NURTURE, WorkKind.CONVERSATION)


def test_who_waits_longer_for_an_answer_comes_first():
    def asked(days_ago: int) -> int:
        at = THEN - timedelta(days=days_ago)
        return rank(Circumstances(Stage.INQUIRY, at, at.date(), asked_at=at)).number

    assert asked(2) > asked(1)


def test_one_who_asked_before_going_to_nurture_is_nurtured():
    asked = THEN - timedelta(days=9)
    found = Circumstances(Stage.NURTURE, THEN, THEN.date(), asked_at=asked, look_again=date(2026, 6, 1))

    assert (rank(found).kind, rank(found).number) == (WorkKind.NURTURE, nurture_rank(date(2026, 6, 1)))


def test_a_planned_step_puts_nurturing_off_until_then():
    found = Circumstances(Stage.MQL, THEN, THEN.date(), next_step=date(2026, 4, 1))

    assert rank(found).number == nurture_rank(date(2026, 4, 1)) < nurture_rank(THEN.date())
