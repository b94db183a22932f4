"""Two managers at once: of two plays that together would be a loop exactly one is switched on."""

import pytest

from playbook.domain.happenings import Happening
from playbook.domain.steps import ActionKind
from playbook.models import Play
from playbook.services.plays import PlaysLoop, switch_on
from tests.assessments.test_races import race

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 50

OFFER = {"action": ActionKind.HAND_OFF}
STEP = {"action": ActionKind.NEXT_STEP, "step_kind": "research", "title": "Again"}


def test_two_plays_that_would_be_a_loop_are_never_both_on(business, manager, make_play, now):
    pair = [
        make_play(business, Happening.STEP_OVERDUE, OFFER, switched_on_at=None),
        make_play(business, Happening.HAND_OFF_OVERDUE, STEP, switched_on_at=None),
    ]

    def switching(play):
        return lambda number: switch_on(play_id=play.pk, expected_revision=1, by=manager, now=now).pk

    for _ in range(ROUNDS):
        Play.objects.update(switched_on_at=None, revision=1)
        [found] = race(1, *(switching(play) for play in pair))
        refused = [each for each in found if isinstance(each, PlaysLoop)]
        assert len(refused) == 1, found
        assert Play.objects.filter(switched_on_at__isnull=False).count() == 1
