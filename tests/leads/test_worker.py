"""What happens in the background: passes over open leads that may be cut off anywhere, and leads whose time came."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DataError, OperationalError, connection, transaction
from django.db.models import Count, F
from django.utils import timezone

from leads import services
from leads.models import Event, Lead, Qualification, QualificationVersion, Rejudging
from leads.selectors import NotFound
from leads.services import rejudging as rejudgings
from leads.services import versions
from leads.services.rejudging import NotFailed, rejudge_batch, request_rejudging, work_off_rejudging
from leads.tasks import enqueue_what_is_due

LARGE = {"has_pain": True, "employees": Decimal(250)}
CROWD = 80_000
# The worker tends its connections: PostgreSQL's would be closed in the middle of a test's transaction.
AS_IT_RUNS = pytest.mark.django_db(transaction=connection.vendor == "postgresql")


@pytest.fixture
def many_leads(db):
    """Return a function that makes so many copies of a lead that was never judged."""

    def copied(lead: Lead, number: int) -> None:
        Lead.objects.filter(pk=lead.pk).update(level="none", possible_level="none", qualification=None, score=0)
        columns = [field.column for field in Lead._meta.concrete_fields if field.column != "id"]
        listed = ", ".join(f'"{column}"' for column in columns)
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < %s) "
                f'INSERT INTO leads_lead ({listed}) SELECT {listed} FROM leads_lead, counted WHERE "id" = %s',
                [number, lead.pk],
            )

    return copied


@pytest.fixture
def waiting(document, manager, make_lead, many_leads, now):
    """Return a function that makes a pass over so many leads wait, all of which come to SQL."""

    def made(leads: int) -> Rejudging:
        draft = services.draft_from_document(document=document(), by=manager)
        lead = make_lead(manager, values=LARGE)
        many_leads(lead, leads - 1)
        return services.publish(version_id=draft.pk, by=manager, now=now).rejudgings.get()

    return made


def test_publishing_asks_for_all_open_leads_to_be_judged_anew(waiting, manager, now):
    rejudging = waiting(5)

    assert (rejudging.status, rejudging.total, rejudging.judged) == ("waiting", 5, 0)
    assert rejudging.requested_at == now
    assert rejudging.until_lead == Lead.objects.latest("pk").pk


def test_without_open_leads_there_is_nothing_to_wait_for(publish, business, now):
    rejudging = publish(business).rejudgings.get()

    assert (rejudging.status, rejudging.total, rejudging.finished_at) == ("done", 0, now)


def test_a_pass_goes_on_batch_by_batch(waiting, now):
    rejudging = waiting(5)

    more = [rejudge_batch(rejudging.pk, now + timedelta(seconds=n), at_most=2) for n in range(4)]

    rejudging.refresh_from_db()
    assert more == [True, True, False, False]
    assert (rejudging.status, rejudging.judged, rejudging.raised, rejudging.stayed) == ("done", 5, 5, 0)
    assert (rejudging.started_at, rejudging.finished_at) == (now, now + timedelta(seconds=2))
    assert set(Lead.objects.values_list("level", "qualification__version")) == {("sql", rejudging.version_id)}


def test_leads_that_come_meanwhile_are_judged_by_the_new_version_anyway(waiting, manager, make_lead, now):
    rejudging = waiting(2)
    later = make_lead(manager, "Later", values=LARGE)

    work_off_rejudging(rejudging.pk)

    rejudging.refresh_from_db()
    assert rejudging.judged == 2
    assert later.qualification.version_id == rejudging.version_id
    assert Qualification.objects.filter(lead=later).count() == 1


def test_closed_leads_stay_as_they_were_judged(waiting, now):
    rejudging = waiting(3)
    closed = Lead.objects.latest("pk")
    Lead.objects.filter(pk=closed.pk).update(stage="customer")

    work_off_rejudging(rejudging.pk)

    rejudging.refresh_from_db()
    closed.refresh_from_db()
    assert (rejudging.judged, closed.level, closed.qualification) == (2, "none", None)


def test_a_later_publication_replaces_a_pass_that_is_not_done(waiting, manager, now):
    first = waiting(4)
    rejudge_batch(first.pk, now, at_most=2)
    draft = services.copy_to_draft(version_id=first.version_id, by=manager)
    second = services.publish(version_id=draft.pk, by=manager, now=now).rejudgings.get()

    work_off_rejudging(first.pk)
    work_off_rejudging(second.pk)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.judged, second.status, second.judged) == ("replaced", 2, "done", 4)
    assert set(Lead.objects.values_list("qualification__version", flat=True)) == {second.version_id}


def test_a_later_publication_replaces_a_pass_that_failed_which_is_not_tried_again(waiting, manager, now):
    first = waiting(4)
    rejudge_batch(first.pk, now, at_most=2)
    Rejudging.objects.filter(pk=first.pk).update(status="failed")
    draft = services.copy_to_draft(version_id=first.version_id, by=manager)
    second = services.publish(version_id=draft.pk, by=manager, now=now).rejudgings.get()

    with pytest.raises(NotFailed, match="it is replaced by a later one"):
        services.retry_rejudging(rejudging_id=first.pk, by=manager, now=now)
    work_off_rejudging(second.pk)

    assert set(Lead.objects.values_list("qualification__version", flat=True)) == {second.version_id}


def test_retiring_lets_the_other_schemas_judge(waiting, manager, now):
    rejudging = waiting(2)
    work_off_rejudging(rejudging.pk)

    services.retire(version_id=rejudging.version_id, by=manager, now=now)
    retiring = Rejudging.objects.latest("pk")
    work_off_rejudging(retiring.pk)

    retiring.refresh_from_db()
    assert (retiring.version_id, retiring.lowered) == (rejudging.version_id, 2)
    assert set(Lead.objects.values_list("level", "qualification")) == {("none", None)}


def test_what_goes_wrong_is_kept_and_can_be_tried_again(waiting, manager, stranger, now, monkeypatch, caplog):
    rejudging = waiting(4)

    def breaks(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("out of order")

    rejudge_batch(rejudging.pk, now, at_most=3)
    with monkeypatch.context() as patched:
        patched.setattr(rejudgings, "judges_of", breaks)
        with pytest.raises(RuntimeError):
            work_off_rejudging(rejudging.pk)

    rejudging.refresh_from_db()
    assert (rejudging.status, rejudging.judged) == ("failed", 3)
    assert rejudging.problem == "Something went wrong on our side (RuntimeError); the log has it in full."
    assert "RuntimeError: out of order" in caplog.text
    with pytest.raises(NotFound):
        services.retry_rejudging(rejudging_id=rejudging.pk, by=stranger, now=now)

    again = services.retry_rejudging(rejudging_id=rejudging.pk, by=manager, now=now)
    work_off_rejudging(again.pk)

    again.refresh_from_db()
    assert (again.status, again.judged, again.problem) == ("done", 4, "")
    with pytest.raises(NotFailed, match="it is done"):
        services.retry_rejudging(rejudging_id=again.pk, by=manager, now=now)


def test_a_database_that_does_not_answer_is_asked_again_later(waiting, monkeypatch, now):
    rejudging = waiting(2)

    def gone(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("the connection is closed")

    with monkeypatch.context() as patched:
        patched.setattr(rejudgings, "judges_of", gone)
        with pytest.raises(OperationalError):
            work_off_rejudging(rejudging.pk)

    rejudging.refresh_from_db()
    assert (rejudging.status, rejudging.problem) == ("waiting", "")
    assert rejudging.touched_at is not None


def test_a_mistake_that_the_database_finds_is_a_failure(waiting, monkeypatch, now):
    rejudging = waiting(2)

    def wrong(*args: Any, **kwargs: Any) -> None:
        raise DataError("value out of range")

    with monkeypatch.context() as patched:
        patched.setattr(rejudgings, "judges_of", wrong)
        with pytest.raises(DataError):
            work_off_rejudging(rejudging.pk)

    rejudging.refresh_from_db()
    assert rejudging.status == "failed"


# --- The command ---------------------------------------------------------------------------------


@AS_IT_RUNS
def test_the_worker_works_off_what_waits(waiting):
    rejudging = waiting(3)

    call_command("worker", "--once")

    rejudging.refresh_from_db()
    assert (rejudging.status, rejudging.judged) == ("done", 3)


@AS_IT_RUNS
def test_the_worker_takes_over_only_what_was_left_alone(waiting):
    rejudging = waiting(3)
    rejudge_batch(rejudging.pk, timezone.now(), at_most=1)

    call_command("worker", "--once")
    rejudging.refresh_from_db()
    assert (rejudging.status, rejudging.judged) == ("running", 1)

    call_command("worker", "--once", "--take-over-after", "0")
    rejudging.refresh_from_db()
    assert (rejudging.status, rejudging.judged) == ("done", 3)


@AS_IT_RUNS
def test_scheduling_twice_judges_once(waiting):
    rejudging = waiting(3)
    for _ in range(3):
        enqueue_what_is_due()

    call_command("worker", "--once")

    rejudging.refresh_from_db()
    assert (rejudging.status, rejudging.judged) == ("done", 3)
    assert Qualification.objects.count() == 3


def test_the_worker_says_where_it_cannot_work(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}

    with pytest.raises(CommandError, match="TASKS names something else"):
        call_command("worker", "--once")


# --- Killed ---------------------------------------------------------------------------------------


def start_worker() -> subprocess.Popen[bytes]:
    """Start a worker on the database of this test."""
    database = connection.settings_dict
    host, port = database["HOST"] or "127.0.0.1", database["PORT"] or 5432
    url = f"postgres://{database['USER']}:{database['PASSWORD']}@{host}:{port}/{database['NAME']}"
    return subprocess.Popen(
        [sys.executable, "manage.py", "worker", "--once", "--take-over-after", "0"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": url},
    )


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_killed_ten_times_every_lead_is_judged_exactly_once(waiting):
    rejudging = waiting(CROWD)
    dice, killed = random.Random(7), 0

    while killed < 10:
        worker = start_worker()
        before = Rejudging.objects.get().judged
        while worker.poll() is None and Rejudging.objects.get().judged == before:
            time.sleep(0.002)
        time.sleep(dice.uniform(0, 0.1))
        assert worker.poll() is None, "it was done before it was killed ten times"
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        killed += 1
        at_rest = Rejudging.objects.get()
        assert before < at_rest.judged < CROWD
        assert Qualification.objects.count() == Event.objects.filter(kind="level_changed").count() == at_rest.judged
    assert start_worker().wait(timeout=120) == 0

    rejudging.refresh_from_db()
    assert (rejudging.status, rejudging.judged, rejudging.raised) == ("done", CROWD, CROWD)
    judged = Lead.objects.filter(qualification__version=rejudging.version_id, level=F("qualification__level"))
    assert judged.filter(level="sql", qualification__lead=F("pk")).count() == CROWD
    times = Qualification.objects.values("lead").annotate(times=Count("pk")).values_list("times", flat=True)
    assert set(times) == {1}
    assert Event.objects.filter(kind="level_changed").values("lead").distinct().count() == CROWD


def test_a_pass_of_another_business_leaves_ours_alone(waiting, stranger, publish, other_business, make_lead, now):
    ours = waiting(2)
    version = publish(other_business)
    make_lead(stranger, values=LARGE)
    theirs = request_rejudging(version, stranger, now)

    work_off_rejudging(theirs.pk)

    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.status, theirs.status, theirs.judged) == ("waiting", "done", 1)
    assert Qualification.objects.filter(lead__business=ours.business).count() == 0


# --- At once --------------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_lead_that_is_being_added_and_a_publication_wait_for_each_other(document, manager, make_lead, now):
    draft = services.draft_from_document(document=document(), by=manager)
    added, published = threading.Event(), threading.Event()

    def publish_meanwhile() -> None:
        try:
            added.wait(timeout=10)
            services.publish(version_id=draft.pk, by=manager, now=now)
            published.set()
        finally:
            connection.close()

    publishing = threading.Thread(target=publish_meanwhile)
    publishing.start()
    with transaction.atomic():
        make_lead(manager, values=LARGE)
        added.set()
        assert not published.wait(timeout=1)
    publishing.join(timeout=10)

    rejudging = Rejudging.objects.get()
    work_off_rejudging(rejudging.pk)
    assert rejudging.total == 1
    assert Lead.objects.get().qualification.version_id == rejudging.version_id


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_locks_a_version_keeps_nobody_from_judging_by_it(waiting, manager, now):
    rejudging = waiting(1)
    locked, judged = threading.Event(), threading.Event()

    def judge_meanwhile() -> None:
        try:
            locked.wait(timeout=10)
            work_off_rejudging(rejudging.pk)
            judged.set()
        finally:
            connection.close()

    judging = threading.Thread(target=judge_meanwhile)
    judging.start()
    with transaction.atomic():
        versions.locked(QualificationVersion, rejudging.version_id, manager, of="schema")
        locked.set()
        assert judged.wait(timeout=10)
    judging.join(timeout=10)
