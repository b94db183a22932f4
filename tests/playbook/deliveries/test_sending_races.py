"""Several workers at once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from playbook.models import Delivery
from playbook.services.deliveries import send_waiting

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_four_workers_at_once_send_everything_once(receiver, webhook, deliver, now):
    called = webhook(f"http://127.0.0.1:{receiver.port}/")
    ids = [str(deliver(webhook=called).delivery_id) for _ in range(40)]
    together = threading.Barrier(4)

    def work() -> None:
        try:
            together.wait(timeout=10)
            while Delivery.objects.filter(attempts=0).exists():
                send_waiting(now)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)

    assert sorted(receiver.ids) == sorted(ids)
    assert Delivery.objects.filter(status="sent", attempts=1).count() == 40


def test_a_delivery_that_somebody_holds_is_left_to_them(receiver, webhook, deliver, now):
    called = webhook(f"http://127.0.0.1:{receiver.port}/")
    held = deliver(webhook=called, try_at=now - timedelta(minutes=1))
    free = deliver(webhook=called)
    holding, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Delivery.objects.select_for_update().get(pk=held.pk)
                holding.set()
                let_go.wait(timeout=10)
        finally:
            connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    holding.wait(timeout=10)
    assert send_waiting(now) == 1
    let_go.set()
    holder.join(timeout=10)

    assert receiver.ids == [str(free.delivery_id)]


def test_no_transaction_is_open_while_the_network_is_waited_for(receiver, webhook, deliver, now):
    deliver(webhook=webhook(f"http://127.0.0.1:{receiver.port}/"))
    seen = []

    def look(handler: object) -> None:
        try:
            with transaction.atomic():
                seen.append(Delivery.objects.select_for_update(nowait=True).get().attempts)
        finally:
            connection.close()
        handler.send_response(204)
        handler.end_headers()

    receiver.answer = look

    assert send_waiting(now) == 1
    assert seen == [1]
