"""Trying a play on what happened."""

from datetime import timedelta

import pytest

from leads.models import Event
from leads.permissions import NotAllowed
from playbook.domain.happenings import Happening
from playbook.domain.steps import ActionKind, StepKind
from playbook.models import NextStep, PlayRun
from playbook.services.trial import try_play

STEP = {"action": ActionKind.NEXT_STEP, "step_kind": StepKind.RESEARCH, "title": "Look into {organization}"}


@pytest.fixture
def leads(manager, publish, business, make_lead):
    publish(business)
    return [make_lead(manager, name) for name in ("Initech", "Hooli", "Globex")]


def test_it_says_what_a_play_would_have_created_and_creates_nothing(business, manager, leads, make_play, happen, now):
    play = make_play(business, Happening.DIAGNOSIS_STARTED, STEP, {**STEP, "title": "Call"}, switched_on_at=None)
    for lead in leads[:2]:
        happen(lead, Happening.DIAGNOSIS_STARTED)
    happen(leads[2], Happening.DIAGNOSIS_COMPLETED)
    before = Event.objects.count()

    found = try_play(play_id=play.pk, by=manager, now=now + timedelta(minutes=1), days=30)

    assert found.said == "would have created 4 steps for 2 leads in the last 30 days"
    assert found.lead_count == 2
    assert Event.objects.count() == before
    assert NextStep.objects.count() == PlayRun.objects.count() == 0


def test_outreach_beyond_the_cap_is_counted_apart(business, manager, leads, make_play, happen, now):
    emails = [{**STEP, "step_kind": StepKind.EMAIL, "title": f"Write {number}"} for number in range(5)]
    play = make_play(business, Happening.DIAGNOSIS_STARTED, *emails, switched_on_at=None)
    happen(leads[0], Happening.DIAGNOSIS_STARTED)

    found = try_play(play_id=play.pk, by=manager, now=now + timedelta(minutes=1), days=30)

    assert found.capped == 2
    assert "3 steps for 1 lead" in found.said


def test_a_step_that_would_still_be_open_is_not_made_again(business, manager, leads, make_play, happen, drain, now):
    play = make_play(business, Happening.DIAGNOSIS_STARTED)  # due in one working day
    moments = [now, now, now + timedelta(hours=2), now + timedelta(days=1)]
    for lead, at in [(leads[0], at) for at in moments] + [(leads[1], now)]:
        event = happen(lead, Happening.DIAGNOSIS_STARTED)
        Event.objects.filter(pk=event.pk).update(at=at)

    found = try_play(play_id=play.pk, by=manager, now=now + timedelta(days=2), days=30)

    assert (found.matched, found.step_count, found.planned_already) == (5, 3, 2)
    drain(now)
    assert NextStep.objects.filter(lead=leads[0]).count() == 1  # worked off at once, none was done in between


def test_what_is_not_known_of_a_lead_is_counted_apart(business, manager, leads, make_play, happen, now):
    play = make_play(business, Happening.DIAGNOSIS_STARTED, condition="employees > 50", switched_on_at=None)
    happen(leads[0], Happening.DIAGNOSIS_STARTED)

    found = try_play(play_id=play.pk, by=manager, now=now + timedelta(minutes=1), days=30)

    assert (found.unknown, found.lead_count) == (1, 0)


def test_only_managers_try_plays(business, rep, leads, make_play, now):
    play = make_play(business, Happening.DIAGNOSIS_STARTED, switched_on_at=None)

    with pytest.raises(NotAllowed):
        try_play(play_id=play.pk, by=rep, now=now, days=30)
