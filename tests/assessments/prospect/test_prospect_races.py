"""One link on two devices at once, and a link that is revoked while it is used."""

from decimal import Decimal
from threading import Thread
from time import sleep

import pytest
from django.db import connection, transaction

from assessments import services
from assessments.models import Diagnosis, ProspectAnswer, ProspectLink
from assessments.services.links import LinkNotValid, revoke_prospect_link
from assessments.services.self_assessment import (
    SelfAssessmentChanged,
    answer_self_assessment,
    submit_self_assessment,
)
from leads.models import Evidence, Lead
from leads.services.moves import LeadIsClosed
from leads.tenancy import prospect
from tests.assessments.prospect.conftest import contact_of
from tests.assessments.test_races import race

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 100


def test_of_two_devices_one_is_told_and_every_answer_that_was_taken_is_kept(ann, link, now):
    def answers(question, values):
        def answer(number):
            revision = ProspectLink.objects.get(pk=link.pk).revision
            return answer_self_assessment(
                question=question, value=values[number % 2], expected_revision=revision, by=ann, now=now
            ).link.revision

        return answer

    outcomes = race(ROUNDS, answers("kind", ["mail", "edi"]), answers("hours", [Decimal(1), Decimal(2)]))

    taken = [found for pair in outcomes for found in pair if isinstance(found, int)]
    lost = [found for pair in outcomes for found in pair if not isinstance(found, int)]
    assert {type(found) for found in lost} <= {SelfAssessmentChanged}
    assert len(taken) + len(lost) == 2 * ROUNDS
    assert sorted(taken) == list(range(2, 2 + len(taken)))
    link.refresh_from_db()
    assert link.revision == 1 + len(taken)
    newest = {}
    for row in ProspectAnswer.objects.order_by("revision"):
        newest[row.question] = row.value
    assert link.answers == newest


def test_answers_that_are_sent_from_two_devices_are_evidence_once(ann, link, now):
    answer_self_assessment(question="kind", value="edi", expected_revision=1, by=ann, now=now)
    answer_self_assessment(question="hours", value=Decimal(3), expected_revision=2, by=ann, now=now)

    def submit(_):
        return submit_self_assessment(expected_revision=3, by=ann, now=now)

    [pair] = race(1, submit, submit)

    assert sorted(type(found).__name__ for found in pair) == ["SelfAssessment", "SelfAssessmentChanged"]
    assert Evidence.objects.filter(source="prospect").count() == 1


def test_a_link_that_is_revoked_meanwhile_sends_everything_or_nothing(ann, link, rep, now):
    answer_self_assessment(question="kind", value="edi", expected_revision=1, by=ann, now=now)
    answer_self_assessment(question="hours", value=Decimal(3), expected_revision=2, by=ann, now=now)

    [(sent, _)] = race(
        1,
        lambda _: submit_self_assessment(expected_revision=3, by=ann, now=now),
        lambda _: revoke_prospect_link(link_id=link.pk, by=rep, now=now),
    )

    link.refresh_from_db()
    assert link.revoked_at == now
    went = not isinstance(sent, LinkNotValid)
    assert (link.submitted_at is not None) is went
    assert Evidence.objects.filter(source="prospect").exists() is went


def test_sending_while_the_salesperson_answers_and_completes_blocks_nobody(ann, link, rep, now, answer, answers):
    answer_self_assessment(question="kind", value="mail", expected_revision=1, by=ann, now=now)
    answer_self_assessment(question="which_mail", value="x", expected_revision=2, by=ann, now=now)
    answer_self_assessment(question="hours", value=Decimal(3), expected_revision=3, by=ann, now=now)
    done = answer(Diagnosis.objects.get(), rep, **answers)

    [outcome] = race(
        1,
        lambda _: submit_self_assessment(expected_revision=4, by=ann, now=now),
        lambda _: services.complete_diagnosis(diagnosis_id=done.pk, expected_revision=done.revision, by=rep, now=now),
    )

    # Whoever completes first closes the link; otherwise both have recorded.
    assert [type(found) for found in outcome if isinstance(found, Exception)] in ([], [LinkNotValid])
    assert Diagnosis.objects.get().status == "completed"
    sources = set(Evidence.objects.filter(lead=Lead.objects.get()).values_list("source", flat=True))
    assert "diagnosis" in sources


def test_two_prospects_of_one_lead_send_at_once(diagnosis, contact, invite, business, now):
    pairs = []
    for number in range(30):
        viewers = []
        for person in (contact, contact_of(diagnosis, f"Bob {number}")):
            viewers.append(prospect(business, invite(diagnosis, person).link.pk))
            answer_self_assessment(question="kind", value="edi", expected_revision=1, by=viewers[-1], now=now)
            answer_self_assessment(
                question="hours", value=Decimal(number), expected_revision=2, by=viewers[-1], now=now
            )
        pairs.append(viewers)

    def submits(place):
        return lambda number: submit_self_assessment(expected_revision=3, by=pairs[number][place], now=now)

    outcomes = race(len(pairs), submits(0), submits(1))

    assert [type(found).__name__ for pair in outcomes for found in pair] == ["SelfAssessment"] * 60


@pytest.mark.parametrize("who", ["the prospect", "the salesperson"])
def test_who_waits_for_a_lead_that_is_closed_meanwhile_writes_nothing(
    ann, link, rep, diagnosis, answer, answers, now, who
):
    answer_self_assessment(question="kind", value="edi", expected_revision=1, by=ann, now=now)
    answer_self_assessment(question="hours", value=Decimal(3), expected_revision=2, by=ann, now=now)
    done = answer(diagnosis, rep, **answers)
    before = Evidence.objects.count()
    outcome = []

    def other():
        try:
            if who == "the prospect":
                submit_self_assessment(expected_revision=3, by=ann, now=now)
            else:
                services.complete_diagnosis(diagnosis_id=done.pk, expected_revision=done.revision, by=rep, now=now)
        except Exception as refusal:
            outcome.append(refusal)
        finally:
            connection.close()

    with transaction.atomic():
        Lead.objects.select_for_update().get(pk=diagnosis.lead_id)
        waiting = Thread(target=other)
        waiting.start()
        wait_for_a_lock()
        Lead.objects.filter(pk=diagnosis.lead_id).update(stage="lost")
    waiting.join()

    assert [type(refusal) for refusal in outcome] == [LinkNotValid if who == "the prospect" else LeadIsClosed]
    link.refresh_from_db()
    assert (link.submitted_at, Evidence.objects.count()) == (None, before)
    assert Diagnosis.objects.get().status == "running"


def wait_for_a_lock() -> None:
    """Wait until another connection waits for a lock."""
    for _ in range(1_000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        sleep(0.01)
    raise AssertionError("Nobody waits.")
