"""Two people who answer one diagnosis at once: one wins, the other is told how it stands, no answer is lost."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from assessments import services
from assessments.models import Answer, Diagnosis
from assessments.services.amending import AlreadyAmended
from assessments.services.diagnoses import DiagnosisChanged
from leads.services.evidence import record_evidence
from tests.assessments.samples import ANSWERS

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 1_000


def race(rounds: int, *actions: Callable[[int], Any]) -> list[Sequence[Any]]:
    """Do these at the same time, round by round, each on one connection of its own.

    Return what they gave in each round, or the exception they met.
    """
    together = Barrier(len(actions))
    outcomes: list[list[Any]] = [[None] * len(actions) for _ in range(rounds)]

    def run(place: int) -> None:
        try:
            connection.ensure_connection()
            for number in range(rounds):
                together.wait(timeout=30)
                try:
                    outcomes[number][place] = actions[place](number)
                except Exception as failure:  # an unexpected one is an outcome too, and fails the test
                    outcomes[number][place] = failure
        except BaseException:
            together.abort()  # nobody waits for this one any more
            raise
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place,)) for place in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_of_two_answers_to_one_revision_exactly_one_is_kept(rep, manager, start, now):
    diagnosis = start(rep)
    given = {
        place: [(key, ANSWERS[key]) for key in keys]
        for place, keys in enumerate((["severity", "hourly", "sponsor"], ["severity", "fitting", "pressure", "hourly"]))
    }

    def answers(by, place):
        def answer(number):
            question, value = given[place][number % len(given[place])]
            answered = services.answer_question(
                diagnosis_id=diagnosis.pk,
                question=question,
                value=value,
                expected_revision=number + 1,
                note=f"{number} by {place}",
                by=by,
                now=now,
            )
            return answered.revision, dict(answered.answers)

        return answer

    rounds = race(ROUNDS, answers(rep, 0), answers(manager, 1))

    notes, winners = [], set()
    for number, outcomes in enumerate(rounds):
        [lost] = [outcome for outcome in outcomes if isinstance(outcome, DiagnosisChanged)]
        [won] = [outcome for outcome in outcomes if isinstance(outcome, tuple)]
        assert won == (number + 2, lost.diagnosis.answers)
        assert (lost.code, lost.diagnosis.revision) == ("stale_revision", number + 2)
        winner = outcomes.index(won)
        notes.append(f"{number} by {winner}")
        winners.add(winner)
    assert winners == {0, 1}

    rows = list(Answer.objects.filter(diagnosis=diagnosis).order_by("revision"))
    found = Diagnosis.objects.get()
    assert [(row.revision, row.note) for row in rows] == [(number + 2, note) for number, note in enumerate(notes)]
    assert found.answers == {row.question: row.value for row in rows}
    assert found.revision == 1 + ROUNDS


def test_of_two_who_amend_at_once_one_makes_the_edition(rep, manager, start, answer, now):
    done = answer(start(rep), rep, **ANSWERS)
    done = services.complete_diagnosis(diagnosis_id=done.pk, expected_revision=done.revision, by=rep, now=now)

    def amend(by):
        return lambda number: services.amend_diagnosis(diagnosis_id=done.pk, reason="Both.", by=by, now=now).pk

    [outcomes] = race(1, amend(rep), amend(manager))

    [edition] = Diagnosis.objects.filter(edition=2)
    [refused] = [outcome for outcome in outcomes if isinstance(outcome, AlreadyAmended)]
    assert [outcome for outcome in outcomes if isinstance(outcome, int)] == [edition.pk]
    assert refused.diagnosis == edition


def test_of_confirming_and_answering_at_once_one_is_kept(rep, manager, start, answer, now):
    diagnosis = start(rep)
    record_evidence(lead_id=diagnosis.lead_id, values={"hours_lost": ANSWERS["hourly"]}, by=rep, now=now)
    call = {"diagnosis_id": diagnosis.pk, "question": "hours", "expected_revision": 1, "now": now}

    [outcomes] = race(
        1,
        lambda number: services.confirm_known(by=rep, **call),
        lambda number: services.answer_question(by=manager, value=ANSWERS["hours"], **call),
    )

    assert len([outcome for outcome in outcomes if isinstance(outcome, DiagnosisChanged)]) == 1
    assert (Answer.objects.count(), Diagnosis.objects.get().revision) == (1, 2)
