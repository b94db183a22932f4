"""The event that a verdict says something else than before."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import services
from leads.models import Event


def changes():
    return [event.data for event in Event.objects.filter(kind="verdict_changed").order_by("id")]


@pytest.fixture
def answered(rep, start, answer, answers):
    """A diagnosis that waits for one answer about whether there is a sponsor."""
    del answers["sponsor"]
    return answer(start(rep), rep, **answers)


def test_beginning_changes_no_verdict(rep, start):
    start(rep)

    assert changes() == []


def test_an_answer_that_changes_the_advice_is_told_once(rep, answered, answer):
    Event.objects.filter(kind="verdict_changed").delete()

    diagnosis = answer(answered, rep, sponsor=True)

    assert diagnosis.advice == "advance"
    assert changes() == [
        {"diagnosis": diagnosis.pk, "from": "keep_diagnosing", "to": "advance", "changed": ["outlook", "advice"]}
    ]


def test_an_answer_that_changes_nothing_tells_nothing(rep, answered, answer):
    diagnosis = answer(answered, rep, sponsor=True)
    Event.objects.filter(kind="verdict_changed").delete()

    answer(diagnosis, rep, sponsor=True)

    assert changes() == []


def test_an_answer_to_one_question_alone_is_told_though_the_advice_stays(rep, start, answer):
    diagnosis = answer(start(rep), rep, sponsor=False)

    assert changes() == [
        {"diagnosis": diagnosis.pk, "from": "keep_diagnosing", "to": "keep_diagnosing", "changed": ["outlook"]}
    ]


def test_completing_tells_nothing_where_nothing_changes(rep, answered, answer, now):
    diagnosis = answer(answered, rep, sponsor=True)
    Event.objects.all().delete()

    services.complete_diagnosis(diagnosis_id=diagnosis.pk, expected_revision=diagnosis.revision, by=rep, now=now)

    assert changes() == []
    assert Event.objects.filter(kind="diagnosis_completed").count() == 1


def test_an_amendment_that_changes_the_verdict_is_told(rep, answered, answer, now):
    diagnosis = answer(answered, rep, sponsor=True)
    done = services.complete_diagnosis(diagnosis_id=diagnosis.pk, expected_revision=diagnosis.revision, by=rep, now=now)
    Event.objects.all().delete()

    edition = services.amend_diagnosis(diagnosis_id=done.pk, reason="They said more.", by=rep, now=now)
    edition = answer(edition, rep, sponsor=False)

    assert changes() == [
        {"diagnosis": edition.pk, "from": "advance", "to": "keep_diagnosing", "changed": ["outlook", "advice"]}
    ]


def test_a_refused_answer_tells_nothing(rep, answered, now):
    before = changes()

    with pytest.raises(services.diagnoses.DiagnosisChanged):
        services.answer_question(
            diagnosis_id=answered.pk, question="sponsor", value=True, expected_revision=1, by=rep, now=now
        )

    assert changes() == before


def test_telling_costs_two_statements_and_only_when_the_verdict_changed(rep, answered, now):
    def cost(value, revision):
        with CaptureQueriesContext(connection) as queries:
            services.answer_question(
                diagnosis_id=answered.pk,
                question="sponsor",
                value=value,
                expected_revision=revision,
                by=rep,
                now=now + timedelta(minutes=1),
            )
        return len([query for query in queries if "SAVEPOINT" not in query["sql"]])

    changed = cost(True, answered.revision)
    unchanged = cost(True, answered.revision + 1)

    assert changed - unchanged == 2


def test_the_lead_is_locked_before_the_event_is_written(rep, answered, now):
    with CaptureQueriesContext(connection) as queries:
        services.answer_question(
            diagnosis_id=answered.pk,
            question="sponsor",
            value=True,
            expected_revision=answered.revision,
            by=rep,
            now=now,
        )

    asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    [place] = [number for number, sql in enumerate(asked) if sql.startswith('INSERT INTO "leads_event"')]
    lock, event = asked[place - 1 : place + 1]
    assert 'FROM "leads_lead"' in lock
    assert lock.endswith('FOR UPDATE OF "leads_lead"') == (connection.vendor == "postgresql")
    assert event.startswith('INSERT INTO "leads_event"')
