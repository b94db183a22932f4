"""Two people at once: nothing that was acknowledged is lost, and of two that exclude each other one wins."""

from collections.abc import Callable
from decimal import Decimal
from threading import Barrier, Thread
from threading import Event as Event_
from time import sleep
from typing import Any

import pytest
from django.db import connection, transaction

from leads import services
from leads.domain.errors import DomainError
from leads.domain.stages import Stage
from leads.models import Event, Evidence, Lead, Qualification, QualificationVersion, Transition
from tests.causes import cause

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 50


def at_once(*actions: Callable[[], Any]) -> list[Any]:
    """Do these at the same time, each on a connection of its own; return what each gave or the code it got."""
    together = Barrier(len(actions))
    outcomes: list[Any] = [None] * len(actions)

    def act(index: int) -> None:
        try:
            connection.ensure_connection()
            together.wait(timeout=10)
            outcomes[index] = actions[index]()
        except DomainError as refusal:
            outcomes[index] = refusal.code
        except Exception as failure:  # an unexpected one is an outcome too, and fails the test
            outcomes[index] = repr(failure)
        finally:
            connection.close()

    threads = [Thread(target=act, args=(index,)) for index in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


@pytest.fixture
def lead(business, rep, publish, make_lead):
    publish(business)
    return make_lead(rep)


def test_two_people_recording_different_things_lose_nothing(lead, rep, manager, now):
    def record(by, **values):
        return lambda: services.record_evidence(lead_id=lead.pk, values=values, by=by, now=now).revision

    for number in range(ROUNDS):
        outcomes = at_once(
            record(rep, employees=Decimal(number)), record(manager, has_pain=number % 2 == 0, industry="bank")
        )
        assert sorted(outcomes) == [2 * number + 2, 2 * number + 3]
        found = Lead.objects.get()
        assert (found.snapshot["employees"]["v"], found.snapshot["has_pain"]["v"]) == (str(number), number % 2 == 0)

    assert (Evidence.objects.count(), found.revision) == (2 * ROUNDS, 2 * ROUNDS + 1)
    assert Event.objects.filter(kind="evidence_recorded").count() == 2 * ROUNDS
    assert found.score == services.qualify_lead(lead_id=lead.pk, by=rep, now=now).score == -10


def test_of_two_moves_of_one_lead_exactly_one_wins(lead, business, rep, manager, now):
    def move(by, to):
        return lambda: (
            services.move_lead(
                lead_id=lead.pk, to=to, expected_revision=revision, reason="x", by=by, now=now, cause_id=why[to]
            ).to_stage
        )

    why = {Stage.DISQUALIFIED: cause(business), Stage.INQUIRY: None}
    for _ in range(10):
        revision = Lead.objects.get().revision
        there, other = (
            (Stage.INQUIRY, Stage.INQUIRY)
            if Lead.objects.get().stage == "disqualified"
            else (Stage.DISQUALIFIED, Stage.DISQUALIFIED)
        )
        outcomes = at_once(move(rep, there), move(manager, other))
        assert sorted(outcomes) == sorted([there.value, "stale_revision"])
        assert Lead.objects.get().revision == revision + 1

    assert Transition.objects.count() == 11
    assert Event.objects.filter(kind="stage_changed").count() == 10


def test_of_two_changes_of_one_lead_exactly_one_wins(lead, rep, manager, now):
    def rename(by, title):
        return lambda: (
            services.update_lead(
                lead_id=lead.pk, changes=services.LeadChanges(title=title), expected_revision=1, by=by, now=now
            ).title
        )

    outcomes = at_once(rename(rep, "A"), rename(manager, "B"))

    assert "stale_revision" in outcomes
    assert Lead.objects.get().title in outcomes
    assert Lead.objects.get().revision == 2


def test_of_two_who_publish_one_draft_one_wins(business, manager, document, now):
    draft = services.draft_from_document(document=document(), by=manager)

    def publish():
        return services.publish(version_id=draft.pk, by=manager, now=now).status

    assert sorted(at_once(publish, publish, publish)) == ["not_a_draft", "not_a_draft", "published"]
    assert QualificationVersion.objects.get().status == "published"
    assert QualificationVersion.objects.get().document != ""


def test_of_two_who_copy_one_version_one_gets_the_draft(business, manager, publish):
    version = publish(business)

    def copy():
        return services.copy_to_draft(version_id=version.pk, by=manager).number

    assert sorted(at_once(copy, copy), key=str) == [2, "draft_exists"]
    assert QualificationVersion.objects.count() == 2


def test_publishing_while_leads_are_judged_leaves_each_with_a_version_that_was_published(
    lead, business, rep, manager, now
):
    version = QualificationVersion.objects.get()
    for _ in range(5):
        draft = services.copy_to_draft(version_id=version.pk, by=manager)

        outcomes = at_once(
            lambda: services.publish(version_id=draft.pk, by=manager, now=now).pk,  # noqa: B023 (called at once)
            lambda: services.qualify_lead(lead_id=lead.pk, by=rep, now=now).qualification.version_id,
        )

        assert outcomes[0] == draft.pk
        assert outcomes[1] in (version.pk, draft.pk)
        version = draft


def test_who_waited_for_a_lead_judges_it_against_the_judgement_that_came_meanwhile(lead, rep, manager, now):
    waiting, done = Event_(), Event_()

    def record_meanwhile():
        try:
            waiting.wait(timeout=10)
            done.set()
            services.qualify_lead(lead_id=lead.pk, by=manager, now=now)
        finally:
            connection.close()

    other = Thread(target=record_meanwhile)
    other.start()
    with transaction.atomic():
        services.record_evidence(lead_id=lead.pk, values={"has_pain": True}, by=rep, now=now)
        waiting.set()
        done.wait(timeout=10)
        sleep(0.5)  # until it waits for the row
    other.join(timeout=10)

    kept = Qualification.objects.filter(lead=lead).order_by("pk")
    assert [qualification.level for qualification in kept] == ["none", "mql"]
