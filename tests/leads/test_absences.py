"""Who is away, and who stands in."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from leads.models import Absence, Role
from leads.permissions import NotAllowed
from leads.selectors import MomentRefused, NotFound
from leads.services.absences import (
    AbsenceOver,
    AbsenceOverlaps,
    AbsenceRefused,
    current_absences,
    end_absence,
    set_absence,
    stand_in_for,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def people(business, join):
    return [join(business, Role.SALES, f"{name}@acme.example") for name in ("ann", "bob", "cleo", "dan")]


@pytest.fixture
def away(manager, now):
    """Let a member be away for a day from now on, with a stand-in."""

    def set_away(who, instead=None, *, after=0 * DAY, lasts=DAY):
        return set_absence(
            by=manager,
            now=now,
            member_id=who.membership.pk,
            stand_in_id=instead and instead.membership.pk,
            starts_at=now + after,
            ends_at=lasts and now + after + lasts,
        )

    return set_away


def test_a_member_who_is_there_does_the_work(people, now):
    assert stand_in_for(people[0].membership, now) == people[0].membership


def test_a_stand_in_does_it_from_the_beginning_until_just_before_the_end(people, away, now):
    ann, bob = people[0].membership, people[1].membership
    away(people[0], people[1])

    moments = (now - timedelta(seconds=1), now, now + DAY - timedelta(seconds=1), now + DAY)
    assert [stand_in_for(ann, at) for at in moments] == [ann, bob, bob, ann]


def test_a_stand_in_who_is_away_too_has_one_in_turn(people, away, now, django_assert_num_queries):
    ann, bob, cleo, _ = people
    away(ann, bob)
    away(bob, cleo, lasts=None)

    with django_assert_num_queries(1):
        found = stand_in_for(ann.membership, now)

    assert found == cleo.membership
    assert stand_in_for(ann.membership, now + 2 * DAY) == ann.membership


def test_nobody_is_found_in_a_circle_or_at_its_end(people, away, now):
    ann, bob, cleo, dan = people
    away(ann, bob)
    away(bob, cleo)
    away(cleo, ann)
    away(dan)

    assert [stand_in_for(who.membership, now) for who in people] == [None] * 4


def test_who_left_stands_in_for_nobody(people, away, now):
    away(people[0], people[1])
    people[1].membership.is_active = False
    people[1].membership.save()

    assert stand_in_for(people[0].membership, now) is None
    assert stand_in_for(people[1].membership, now) is None


@pytest.mark.parametrize("role", [role for role in Role if role != Role.VIEWER])
def test_who_works_on_leads_sets_and_ends_their_own_absence(business, join, now, role):
    viewer = join(business, role)

    absence = set_absence(by=viewer, now=now, starts_at=now, note=" At sea ")

    assert (absence.member, absence.ends_at, absence.note) == (viewer.membership, None, "At sea")
    assert end_absence(absence_id=absence.pk, by=viewer, now=now + DAY).ends_at == now + DAY


def test_who_changes_nothing_sets_no_absence_either(business, join, now):
    with pytest.raises(NotAllowed, match="may not set own absence"):
        set_absence(by=join(business, Role.VIEWER), now=now, starts_at=now)
    assert not Absence.objects.exists()


def test_only_managers_do_it_for_others(people, away, now):
    absence = away(people[1])

    with pytest.raises(NotAllowed, match="may not set absence of others"):
        set_absence(by=people[0], now=now, starts_at=now + 9 * DAY, member_id=people[1].membership.pk)
    with pytest.raises(NotAllowed):
        end_absence(absence_id=absence.pk, by=people[0], now=now)
    assert Absence.objects.get() == absence


def test_absences_of_one_member_do_not_overlap(people, away, now):
    away(people[0], after=DAY, lasts=2 * DAY)
    for after, lasts in ((0 * DAY, 2 * DAY), (DAY, 2 * DAY), (2 * DAY, DAY / 2), (2 * DAY, None), (0 * DAY, None)):
        with pytest.raises(AbsenceOverlaps) as refused:
            away(people[0], after=after, lasts=lasts)
    assert refused.value.message == (
        "The member is away already from 2026-03-03 10:30 until 2026-03-05 10:30. End that absence first."
    )

    away(people[0], lasts=DAY)
    away(people[0], after=3 * DAY, lasts=None)
    away(people[1])
    assert Absence.objects.count() == 4


def test_one_that_did_not_begin_yet_does_not_happen_once_ended(people, away, now, manager):
    absence = away(people[0], people[1], after=5 * DAY)

    ended = end_absence(absence_id=absence.pk, by=manager, now=now)

    assert ended.ends_at == ended.starts_at
    assert stand_in_for(people[0].membership, now + 5 * DAY) == people[0].membership
    assert list(current_absences(manager, now)) == []
    away(people[0], people[1], after=5 * DAY)
    with pytest.raises(AbsenceOver):
        end_absence(absence_id=absence.pk, by=manager, now=now)


def test_current_absences_are_those_that_last_or_come(people, away, now, manager, stranger):
    coming, lasting = away(people[0], after=DAY), away(people[1], lasts=None)
    over = away(people[2])
    end_absence(absence_id=over.pk, by=manager, now=now + timedelta(hours=1))
    set_absence(by=stranger, now=now, starts_at=now)

    assert list(current_absences(manager, now + timedelta(hours=2))) == [lasting, coming]


@pytest.mark.parametrize(
    ("changed", "refusal", "field"),
    [
        ({"ends_at": -DAY}, AbsenceRefused, "endsAt"),
        ({"ends_at": 0 * DAY}, AbsenceRefused, "endsAt"),
        ({"starts_at": -3 * DAY, "ends_at": -DAY}, AbsenceRefused, "endsAt"),
        ({"note": "x" * 501}, AbsenceRefused, "note"),
        ({"note": "a\0b"}, AbsenceRefused, "note"),
        ({"stand_in_id": 0}, NotFound, "standIn"),
        ({"starts_at": 400 * 365 * DAY}, MomentRefused, "startsAt"),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused(manager, now, changed, refusal, field):
    given = {"starts_at": 0 * DAY, **changed}
    moments = {name: now + value if isinstance(value, timedelta) else value for name, value in given.items()}

    with pytest.raises(refusal) as refused:
        set_absence(by=manager, now=now, **moments)

    assert refused.value.field == field
    assert not Absence.objects.exists()


def test_nobody_stands_in_for_themselves_or_from_elsewhere(manager, stranger, now):
    with pytest.raises(AbsenceRefused, match="Nobody stands in for themselves"):
        set_absence(by=manager, now=now, starts_at=now, stand_in_id=manager.membership.pk)
    with pytest.raises(NotFound):
        set_absence(by=manager, now=now, starts_at=now, stand_in_id=stranger.membership.pk)
    with pytest.raises(NotFound):
        set_absence(by=manager, now=now, starts_at=now, member_id=stranger.membership.pk)


def test_the_database_refuses_absences_that_are_none(manager, business, now):
    own = {"business": business, "member": manager.membership, "starts_at": now}
    for wrong in ({"ends_at": now - DAY}, {"stand_in": manager.membership}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Absence.objects.create(**own, **wrong)
