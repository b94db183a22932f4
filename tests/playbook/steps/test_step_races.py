"""Many at once: a step is done or skipped by one of those who try, with one effect and one event."""

from datetime import timedelta

import pytest

from leads.domain.stages import Stage
from leads.models import Event, Lead, Organization, Role
from leads.selectors import StaleRevision
from playbook.domain.happenings import Happening
from playbook.models import NextStep
from playbook.services import steps
from tests.assessments.test_races import race

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 200


@pytest.fixture
def planned(business, rep, now):
    """Return an open step on each of many leads."""
    homes = Organization.objects.bulk_create(
        Organization(business=business, name=f"Company {number}") for number in range(ROUNDS)
    )
    leads = Lead.objects.bulk_create(
        Lead(
            business=business,
            organization=home,
            owner=rep.membership,
            stage=Stage.SQL.value,
            stage_since=now,
            created_at=now,
        )
        for home in homes
    )
    return NextStep.objects.bulk_create(
        NextStep(
            business=business,
            lead=lead,
            kind="call",
            title="Ask",
            due_at=now + timedelta(days=1),
            assigned_to=rep.membership,
            created_at=now,
            door="api",
        )
        for lead in leads
    )


@pytest.fixture
def completing(planned, now):
    def completes(by):
        def complete(number):
            done = steps.complete_step(
                step_id=planned[number].pk, expected_revision=1, outcome=by.role.value, by=by, now=now
            )
            return done.status, done.closed_by_id

        return complete

    return completes


@pytest.fixture
def skipping(planned, skip_reason, now):
    def skips(by):
        reason = skip_reason(by)

        def skip(number):
            skipped = steps.skip_step(step_id=planned[number].pk, reason_id=reason, expected_revision=1, by=by, now=now)
            return skipped.status, skipped.closed_by_id

        return skip

    return skips


def check(planned, rounds):
    """Exactly one of each round counted; the other was told, and what is kept is what the one who counted said."""
    winners = []
    for outcomes in rounds:
        [winner] = [outcome for outcome in outcomes if isinstance(outcome, tuple)]
        [loser] = [outcome for outcome in outcomes if not isinstance(outcome, tuple)]
        assert isinstance(loser, StaleRevision), loser
        winners.append(winner)
    kept = NextStep.objects.order_by("pk").values_list("status", "closed_by", "revision")
    assert list(kept) == [(*winner, 2) for winner in winners]
    events = Event.objects.filter(kind=Happening.STEP_DONE).order_by("lead")
    said = {(event.data["step"], event.data["skipped"]) for event in events}
    assert len(events) == ROUNDS
    assert said == {(step.pk, status == "skipped") for step, (status, _) in zip(planned, winners, strict=True)}


def test_of_two_who_complete_a_step_exactly_one_counts(planned, completing, rep, join, business):
    other = join(business, Role.INSIDE_SALES, "other@acme.example")

    check(planned, race(ROUNDS, completing(rep), completing(other)))


def test_a_step_that_is_completed_and_skipped_at_once_is_one_of_both(
    planned, completing, skipping, rep, join, business
):
    other = join(business, Role.INSIDE_SALES, "other@acme.example")

    check(planned, race(ROUNDS, completing(rep), skipping(other)))
