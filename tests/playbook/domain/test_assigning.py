"""Who of several gets the next lead."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbook.domain.assigning import Candidate, Choice, choose
from playbook.domain.steps import AssignBy

ROUND, LOAD = AssignBy.ROUND_ROBIN, AssignBy.LEAST_LOAD

candidates = st.lists(
    st.builds(
        Candidate,
        member=st.integers(1, 9),
        is_away=st.booleans(),
        load=st.integers(0, 4),
        stand_in=st.none() | st.integers(20, 22),
    ),
    max_size=7,
    unique_by=lambda candidate: candidate.member,
)
last = st.none() | st.integers(0, 10)


@pytest.mark.parametrize(("last_one", "gets"), [(None, 3), (3, 5), (5, 8), (8, 3), (1, 3), (4, 5), (99, 3)])
def test_round_robin_goes_to_the_next_one_even_if_the_last_is_gone(last_one, gets):
    found = [Candidate(8), Candidate(3), Candidate(5)]

    assert choose(found, ROUND, last_one) == Choice(gets, gets)


def test_least_load_goes_to_who_has_least_to_do_and_of_two_to_the_first():
    found = [Candidate(3, load=2), Candidate(8, load=1), Candidate(5, load=1)]

    assert choose(found, LOAD, 5) == Choice(5, 5)


def test_who_is_away_is_passed_over_while_somebody_is_there():
    found = [Candidate(1, is_away=True, stand_in=7), Candidate(2)]

    assert choose(found, ROUND) == Choice(2, 2)
    assert choose(found, ROUND, 2) == Choice(2, 2)
    assert choose([replace(found[0], load=0), Candidate(2, load=9)], LOAD) == Choice(2, 2)


def test_a_stand_in_gets_it_if_all_are_away_and_the_turn_is_that_of_who_is_away():
    found = [Candidate(1, is_away=True, stand_in=7), Candidate(2, is_away=True), Candidate(3, is_away=True, stand_in=8)]

    assert choose(found, ROUND) == Choice(7, 1)
    assert choose(found, ROUND, 1) == Choice(8, 3)


def test_nobody_gets_it_if_all_are_away_without_a_stand_in():
    assert choose([Candidate(1, is_away=True)], LOAD) == choose([], ROUND) == Choice()


@given(candidates, st.sampled_from(AssignBy), last)
def test_the_choice_is_there_or_stands_in_for_one_of_them_and_their_order_is_of_no_account(found, by, last_one):
    choice = choose(found, by, last_one)

    assert choose(found[::-1], by, last_one) == choice
    there = {candidate.member for candidate in found if not candidate.is_away}
    covered = {candidate.member: candidate.stand_in for candidate in found if candidate.stand_in is not None}
    if there:
        assert choice.to in there
        assert choice.turn == choice.to
    elif covered:
        assert choice.to == covered[choice.turn]
    else:
        assert choice == Choice()


@given(candidates, last)
def test_nobody_who_is_there_has_less_to_do_than_who_gets_it(found, last_one):
    loads = {candidate.member: candidate.load for candidate in found if not candidate.is_away}
    choice = choose(found, LOAD, last_one)

    if loads:
        assert (loads[choice.to], choice.to) == min((load, member) for member, load in loads.items())


@given(st.sets(st.integers(1, 50), min_size=1, max_size=8), st.integers(1, 60), last)
def test_round_robin_spreads_evenly_within_one(members, offers, last_one):
    got = Counter(dict.fromkeys(members, 0))
    for _ in range(offers):
        last_one = choose([Candidate(member) for member in members], ROUND, last_one).turn
        got[last_one] += 1

    assert max(got.values()) - min(got.values()) <= 1


@given(st.sets(st.integers(1, 50), min_size=1, max_size=8), st.integers(1, 60))
def test_least_load_spreads_evenly_within_one(members, offers):
    got = Counter(dict.fromkeys(members, 0))
    for _ in range(offers):
        got[choose([Candidate(member, load=got[member]) for member in members], LOAD).to] += 1

    assert max(got.values()) - min(got.values()) <= 1
