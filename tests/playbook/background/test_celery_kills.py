"""Celery on PostgreSQL and Redis: killed again and again, and without its broker for a while."""

import random
import threading
from collections import Counter
from datetime import timedelta
from decimal import Decimal
from email import message_from_bytes
from pathlib import Path

import pytest
from django.db.models import Count
from django.utils import timezone

from leads import services
from leads.models import Event, Lead, Qualification, Rejudging
from playbook.models import Delivery
from playbook.services.webhooks import create_webhook
from tests.playbook.background.killing import REDIS, Workers, broker
from tests.playbook.deliveries.receiving import receiving

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.redis,
    pytest.mark.skipif(REDIS is None, reason="no Redis is installed"),
    pytest.mark.django_db(transaction=True),
]
CROWD = 20_000
DELIVERIES = 400


@pytest.fixture
def redis(tmp_path):
    with broker(tmp_path) as found:
        yield found


@pytest.fixture
def workers(redis, tmp_path):
    mails = tmp_path / "mails"
    mails.mkdir()
    with Workers(redis, mails) as made:
        yield made


@pytest.fixture
def mails_and_calls(business, manager, rep, settings):
    """Return a function that lets so many e-mails and calls of a receiver wait."""
    settings.WEBHOOK_ALLOW_PRIVATE = True

    def made(port: int, number: int) -> list[Delivery]:
        now = timezone.now()
        webhook = create_webhook(name="W", url=f"http://127.0.0.1:{port}/", by=manager, now=now).webhook
        places = ({"webhook": webhook}, {"recipient": rep.membership, "subject": "Call them"})
        return Delivery.objects.bulk_create(
            Delivery(business=business, body="{}", created_at=now, try_at=now, **places[n % 2]) for n in range(number)
        )

    return made


def waiting() -> int:
    return Delivery.objects.filter(status="waiting").count()


def leases_are_over() -> None:
    """Let what killed workers had claimed be taken over at once, as after a minute."""
    over = timezone.now()
    Delivery.objects.filter(status="waiting", try_at__gt=over).update(try_at=over)


def mailed(folder: Path) -> Counter[str]:
    """Return how often each e-mail went out, by its Message-ID; a message of which half was written is none."""
    found: Counter[str] = Counter()
    for file in folder.iterdir():
        *messages, _ = file.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
        found.update(str(message_from_bytes(message.strip())["Message-ID"]) for message in messages)
    return found


@pytest.fixture
def crowd_to_judge(document, manager, make_lead, now):
    """Return a pass over a crowd of open leads, all of which come to SQL."""
    draft = services.draft_from_document(document=document(), by=manager)
    first = make_lead(manager, values={"has_pain": True, "employees": Decimal(250)})
    columns = Lead.objects.filter(pk=first.pk).values().get()
    del columns["id"]
    Lead.objects.bulk_create([Lead(**columns) for _ in range(CROWD - 1)], batch_size=2_000)
    return services.publish(version_id=draft.pk, by=manager, now=now).rejudgings.get()


def test_killed_twenty_times_nothing_is_lost_and_nothing_done_twice(workers, mails_and_calls, crowd_to_judge):
    def left() -> int:
        at = Rejudging.objects.get(pk=crowd_to_judge.pk)
        return waiting() + (0 if at.status == "done" else CROWD - at.judged + 1)

    with receiving() as receiver:
        made = mails_and_calls(receiver.port, DELIVERIES)
        workers.kill_while(left, times=20, dice=random.Random(7))
        leases_are_over()
        workers.finish(left)

    # Every delivery arrived, under its own id.
    calls, mails = Counter(receiver.ids), mailed(workers.mail_into)
    assert set(calls) == {str(row.delivery_id) for row in made if row.webhook_id}
    assert set(mails) == {f"<{row.delivery_id}@localhost>" for row in made if row.recipient_id}
    assert Delivery.objects.filter(status="sent", sent_at__isnull=False).count() == DELIVERIES
    # What arrived twice is what a killed worker was at: at most one for each of its processes.
    assert calls.total() + mails.total() - DELIVERIES <= 20 * workers.processes

    # Every lead was judged exactly once.
    crowd_to_judge.refresh_from_db()
    assert (crowd_to_judge.judged, crowd_to_judge.raised) == (CROWD, CROWD)
    times = Qualification.objects.values("lead").annotate(times=Count("pk")).values_list("times", flat=True)
    assert (len(times), set(times)) == (CROWD, {1})
    changes = Event.objects.filter(kind="level_changed")
    assert (changes.count(), changes.values("lead").distinct().count()) == (CROWD, CROWD)


def test_while_the_broker_is_away_work_is_kept_and_then_worked_off(workers, redis, mails_and_calls):
    with receiving() as receiver:
        workers.start()
        before = mails_and_calls(receiver.port, 4)
        workers_wait = threading.Event()
        while waiting():
            workers_wait.wait(0.05)
        redis.stop()
        meanwhile = mails_and_calls(receiver.port, 4)
        workers_wait.wait(2)
        assert waiting() == 4
        redis.start()
        workers.finish(waiting)

    calls = [str(row.delivery_id) for row in before + meanwhile if row.webhook_id]
    assert sorted(receiver.ids) == sorted(calls)


def test_a_worker_with_nothing_to_do_ends_when_it_is_asked_to(workers, mails_and_calls):
    with receiving() as receiver:
        mails_and_calls(receiver.port, 2)
        workers.start()
        workers.finish(waiting)

    assert len(receiver.ids) == 1
    assert Delivery.objects.filter(status="sent", sent_at__gt=timezone.now() - timedelta(minutes=5)).count() == 2
