"""The plays that every business begins with."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from leads.models import Business, Door, Lead, Role
from leads.permissions import NotAllowed
from leads.tenancy import system
from playbook.domain.happenings import Happening
from playbook.domain.loops import loop_with
from playbook.domain.playing import check_play, wording_hints
from playbook.domain.starter_plays import STARTER_PLAYS
from playbook.models import NextStep, Play
from playbook.services.compiled import waiting_of
from playbook.services.plays import (
    PlaysLoop,
    archive_play,
    begin_plays,
    link_of,
    spec_of,
    surroundings,
    switch_on,
    use_starter_plays,
)


@pytest.fixture
def begun(business, now) -> Business:
    assert use_starter_plays(by=system(business, Door.COMMAND), now=now) == len(STARTER_PLAYS)
    return business


def test_every_business_begins_with_them_switched_off(business):
    plays = list(Play.objects.filter(business=business))

    assert begin_plays(business) == 0
    assert [spec_of(play) for play in plays] == list(STARTER_PLAYS)
    assert all(play.switched_on_at is None for play in plays)


def test_they_are_switched_on_together_but_for_archived_ones(business, manager, now):
    gone = Play.objects.filter(business=business)[0]
    archive_play(play_id=gone.pk, archived=True, expected_revision=1, by=manager, now=now)

    assert use_starter_plays(by=manager, now=now) == len(STARTER_PLAYS) - 1
    assert use_starter_plays(by=manager, now=now) == 0
    assert list(Play.objects.filter(business=business, switched_on_at__isnull=True)) == [gone]


@pytest.mark.parametrize("spec", STARTER_PLAYS, ids=[spec.key for spec in STARTER_PLAYS])
def test_each_can_be_run_and_is_worded_well(begun, spec):
    assert check_play(spec, surroundings(begun)) == []
    assert wording_hints(spec) == []


def test_none_leads_back_to_itself(begun):
    links = [
        link_of(play.name, waiting_of(play), [step.action for step in play.steps.all()])
        for play in Play.objects.filter(business=begun)
    ]
    assert [loop_with(link, [other for other in links if other is not link]) for link in links] == [()] * len(links)


def test_who_is_sales_qualified_has_a_dated_next_step_however_often_it_was_reached_out_to(
    begun, publish, make_lead, join, happen, drain, now
):
    publish(begun)
    Play.objects.filter(business=begun).update(switched_on_at=now)
    lead = make_lead(join(begun, Role.MANAGER), "Initech")
    drain(now)
    Lead.objects.filter(pk=lead.pk).update(stage="sql")
    NextStep.objects.all().delete()
    for _ in range(5):
        happen(lead, Happening.STAGE_CHANGED, **{"from": "sal", "to": "sql"})
        drain(now)
        NextStep.objects.filter(lead=lead, status="open").update(status="done", closed_at=now)

    kinds = list(NextStep.objects.filter(lead=lead, due_at__gt=now).values_list("kind", flat=True))
    assert (kinds.count("research"), kinds.count("meeting")) == (5, 3)


def test_the_command_switches_them_on_or_only_adds_what_is_not_there(business):
    said = StringIO()
    first = Play.objects.filter(business=business)[0]
    first.steps.all().delete()
    first.delete()

    call_command("starter_plays", business="acme", off=True, stdout=said)
    assert not Play.objects.filter(business=business, switched_on_at__isnull=False).exists()
    call_command("starter_plays", business="acme", stdout=said)
    assert not Play.objects.filter(business=business, switched_on_at__isnull=True).exists()
    call_command("starter_plays", business="acme", stdout=said)

    assert said.getvalue() == (
        "Acme has 1 plays more, switched off.\n"
        f"{len(STARTER_PLAYS)} plays of Acme were switched on.\n"
        "0 plays of Acme were switched on.\n"
    )


def test_the_command_says_what_keeps_one_from_being_switched_on(business):
    play = Play.objects.filter(business=business)[0]
    Play.objects.filter(pk=play.pk).update(condition="no_such_name > 1")

    with pytest.raises(CommandError, match="no_such_name"):
        call_command("starter_plays", business="acme")
    assert not Play.objects.filter(business=business, switched_on_at__isnull=False).exists()


def test_switching_on_what_would_loop_is_refused(business, manager, make_play, now):
    step = {"action": "next_step", "step_kind": "research", "title": "Again"}
    play = make_play(business, Happening.STEP_OVERDUE, step, switched_on_at=None)

    with pytest.raises(PlaysLoop) as refused:
        switch_on(play_id=play.pk, expected_revision=1, by=manager, now=now)

    assert "Play 1" in refused.value.message
    play.refresh_from_db()
    assert (play.switched_on_at, play.revision) == (None, 1)


def test_only_managers_switch_plays_on(business, rep, make_play, now):
    play = make_play(business, Happening.LEAD_CREATED, switched_on_at=None)

    with pytest.raises(NotAllowed):
        switch_on(play_id=play.pk, expected_revision=1, by=rep, now=now)

    play.refresh_from_db()
    assert play.switched_on_at is None
