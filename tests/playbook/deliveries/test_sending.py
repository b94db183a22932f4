"""What is sent, what comes of it, and when it is tried again."""

import hmac
from base64 import b64decode, b64encode
from datetime import timedelta
from hashlib import sha256
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail

from leads.models import Membership
from leads.permissions import NotAllowed
from leads.selectors import NotFound
from playbook.models import Delivery, Webhook
from playbook.services import sending
from playbook.services.deliveries import NotGivenUp, due_deliveries, retry_delivery, send_waiting
from playbook.services.webhooks import archive_webhook, create_webhook
from tests.playbook.deliveries.receiving import closed_port

pytestmark = [pytest.mark.usefixtures("still"), pytest.mark.django_db]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def called(receiver, webhook) -> Webhook:
    """A webhook that leads to the receiver."""
    return webhook(f"http://127.0.0.1:{receiver.port}/hooks?from=us")


def verify(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Tell whether a call is genuine; this is what `docs/webhooks.md` gives to receivers."""
    key = b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = "v1," + b64encode(hmac.new(key, signed, sha256).digest()).decode()
    return any(hmac.compare_digest(expected, given) for given in headers["webhook-signature"].split())


def test_a_call_is_signed_and_carries_the_bytes_of_the_body(receiver, manager, deliver, now):
    made = create_webhook(name="W", url=f"http://127.0.0.1:{receiver.port}/hooks?from=us", by=manager, now=now)
    delivery = deliver(webhook=made.webhook, body='{"name":"Größe 🐦"}')

    assert send_waiting(now) == 1

    (call,) = receiver.received
    delivery.refresh_from_db()
    assert (call.path, call.body) == ("/hooks?from=us", '{"name":"Größe 🐦"}'.encode())
    assert call.headers["webhook-id"] == str(delivery.delivery_id)
    assert call.headers["webhook-timestamp"] == str(int(now.timestamp()))
    assert call.headers["content-type"] == "application/json; charset=utf-8"
    assert call.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert verify(made.secret, call.headers, call.body)
    assert not verify(made.secret, call.headers, call.body + b" ")
    assert (delivery.status, delivery.sent_at, delivery.response_status) == ("sent", now, 204)
    assert (delivery.attempts, delivery.try_at, delivery.problem) == (1, None, "")


def test_what_was_sent_is_not_sent_again(receiver, called, deliver, now):
    deliver(webhook=called)
    send_waiting(now)

    assert send_waiting(now + timedelta(days=1)) == 0
    assert len(receiver.received) == 1


def test_what_is_not_due_waits(receiver, called, deliver, now):
    deliver(webhook=called, try_at=now + MINUTE)

    assert send_waiting(now) == 0
    assert receiver.received == []
    assert send_waiting(now + MINUTE) == 1


def test_what_is_due_longest_goes_first_and_no_more_than_asked_for(receiver, called, deliver, now):
    ids = [deliver(webhook=called, try_at=now - MINUTE * n).delivery_id for n in range(3)]

    assert send_waiting(now, at_most=2) == 2
    assert receiver.ids == [str(ids[2]), str(ids[1])]


@pytest.mark.parametrize(
    ("status", "problem"),
    [
        (500, "It answered 500."),
        (404, "It answered 404."),
        (302, "It answered 302; redirects are not followed."),
    ],
)
def test_what_is_refused_is_tried_again_later_and_later(receiver, called, deliver, now, status, problem):
    receiver.status = status
    delivery = deliver(webhook=called)
    tried, at = [], now

    for _ in range(8):
        assert send_waiting(at) == 0
        delivery.refresh_from_db()
        tried.append(((delivery.try_at or at) - at) / MINUTE)
        at = delivery.try_at or at

    assert tried == [1, 4, 16, 64, 256, 360, 360, 0]
    assert (delivery.status, delivery.attempts, delivery.try_at) == ("failed", 8, None)
    assert (delivery.response_status, delivery.problem) == (status, problem)
    assert receiver.ids == [str(delivery.delivery_id)] * 8
    assert send_waiting(now + timedelta(days=9)) == 0


def test_who_is_gone_is_called_no_more(receiver, called, deliver, now):
    receiver.status = 410
    delivery = deliver(webhook=called)

    send_waiting(now)

    delivery.refresh_from_db()
    assert (delivery.status, delivery.attempts, delivery.try_at, delivery.response_status) == ("failed", 1, None, 410)
    assert delivery.problem == "It answered 410: nobody wants to be called there any more."


@pytest.mark.parametrize(
    ("status", "retry_after", "wait"),
    [
        (429, "600", MINUTE * 10),
        (503, "Mon, 02 Mar 2026 09:50:00 GMT", MINUTE * 20),
        (503, "999999", timedelta(hours=6)),
        (503, "1", MINUTE),
        (429, "nonsense", MINUTE),
        (500, "600", MINUTE),
    ],
)
def test_who_asks_for_time_gets_it(receiver, called, deliver, now, status, retry_after, wait):
    receiver.status, receiver.headers = status, {"Retry-After": retry_after}
    delivery = deliver(webhook=called)

    send_waiting(now)

    delivery.refresh_from_db()
    assert (delivery.status, delivery.try_at) == ("waiting", now + wait)


def test_nobody_there_is_told_in_plain_words(here, webhook, deliver, now):
    delivery = deliver(webhook=webhook(f"http://127.0.0.1:{closed_port()}/"))

    send_waiting(now)

    delivery.refresh_from_db()
    assert (delivery.status, delivery.response_status) == ("waiting", None)
    assert delivery.problem == "It could not be connected to, or broke off."


def test_a_webhook_that_refuses_is_left_alone_for_the_turn(receiver, called, webhook, deliver, now):
    dead = webhook(f"http://127.0.0.1:{closed_port()}/")
    for_dead = [deliver(webhook=dead, try_at=now - MINUTE * 9) for _ in range(3)]
    deliver(webhook=called)

    assert send_waiting(now) == 1

    assert [Delivery.objects.get(pk=row.pk).attempts for row in for_dead] == [1, 0, 0]


def test_an_archived_webhook_is_not_called(receiver, called, deliver, manager, now):
    delivery = deliver(webhook=called)
    archive_webhook(webhook_id=called.pk, by=manager, now=now)

    send_waiting(now)

    delivery.refresh_from_db()
    assert receiver.received == []
    assert (delivery.status, delivery.problem) == ("failed", "The webhook is archived.")


def test_without_its_secret_nothing_is_sent(receiver, called, deliver, settings, now):
    delivery = deliver(webhook=called)
    settings.SECRET_KEY = "another"

    send_waiting(now)

    delivery.refresh_from_db()
    assert receiver.received == []
    assert delivery.status == "failed"
    assert "SECRET_KEY changed" in delivery.problem


# --- Killed --------------------------------------------------------------------------------------


def test_killed_between_sending_and_noting_it_arrives_twice_with_the_same_id(
    receiver, called, deliver, now, monkeypatch
):
    delivery = deliver(webhook=called)

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("playbook.services.deliveries._note", killed)
        with pytest.raises(KeyboardInterrupt):
            send_waiting(now)
    assert send_waiting(now + timedelta(seconds=59)) == 0
    assert send_waiting(now + MINUTE) == 1

    delivery.refresh_from_db()
    assert receiver.ids == [str(delivery.delivery_id)] * 2
    assert (delivery.status, delivery.attempts) == ("sent", 2)


def test_what_is_cut_off_again_and_again_is_given_up(receiver, called, deliver, now):
    delivery = deliver(webhook=called, attempts=8)

    assert send_waiting(now) == 0

    delivery.refresh_from_db()
    assert receiver.received == []
    assert (delivery.status, delivery.attempts, delivery.try_at) == ("failed", 8, None)
    assert delivery.problem == "It was cut off while it was sent, as often as it may be tried."


def test_a_failure_that_is_noted_late_does_not_undo_what_others_did_since(called, deliver, now):
    delivery = deliver(webhook=called)
    later = now + timedelta(minutes=3)

    def overtaken(row: Delivery, at: object) -> sending.Undone:
        Delivery.objects.filter(pk=row.pk).update(attempts=2, try_at=later)
        return sending.Undone("Too late.")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("playbook.services.deliveries.send", overtaken)
        send_waiting(now)

    delivery.refresh_from_db()
    assert (delivery.attempts, delivery.try_at, delivery.problem) == (2, later, "")


def test_a_mistake_of_ours_keeps_nobody_else_from_being_sent(receiver, called, deliver, now, monkeypatch, caplog):
    broken, whole = deliver(webhook=called, try_at=now - MINUTE), deliver(webhook=called)
    other = Webhook.objects.get(pk=called.pk)
    other.pk = None
    other.save()
    Delivery.objects.filter(pk=broken.pk).update(webhook=other)
    real = sending.send

    def breaks(row: Delivery, at: object) -> sending.Outcome:
        if row.pk == broken.pk:
            raise RuntimeError("out of order")
        return real(row, now)

    monkeypatch.setattr("playbook.services.deliveries.send", breaks)
    assert send_waiting(now) == 1

    broken.refresh_from_db()
    assert receiver.ids == [str(whole.delivery_id)]
    assert (broken.status, broken.try_at) == ("waiting", now + MINUTE)
    assert broken.problem == "Something went wrong on our side (RuntimeError); the log has it in full."
    assert "out of order" in caplog.text


# --- E-mails -------------------------------------------------------------------------------------


def test_an_e_mail_goes_to_the_member_from_our_address(rep, deliver, settings, now):
    settings.DEFAULT_FROM_EMAIL = "Playbook <playbook@acme.example>"
    delivery = deliver(recipient=rep.membership, subject="Call Initech", body="They asked twice.")

    assert send_waiting(now) == 1

    (message,) = mail.outbox
    delivery.refresh_from_db()
    assert (message.to, message.cc, message.bcc) == (["sales@acme.example"], [], [])
    assert (message.from_email, message.subject) == ("Playbook <playbook@acme.example>", "Call Initech")
    assert message.body == "They asked twice."
    assert message.message()["Message-ID"] == f"<{delivery.delivery_id}@acme.example>"
    assert (delivery.status, delivery.sent_at, delivery.response_status) == ("sent", now, None)


def test_a_subject_cannot_begin_another_header(rep, deliver, now):
    deliver(recipient=rep.membership, subject="Hello\r\nBcc: all@example.com\n\tand\x0bmore", body="x")

    assert send_waiting(now) == 1

    (message,) = mail.outbox
    assert message.subject == "Hello Bcc: all@example.com and more"
    assert message.message()["Bcc"] is None
    assert message.recipients() == ["sales@acme.example"]


@pytest.mark.parametrize("which", ["membership", "user"])
def test_nobody_gets_mail_who_is_no_member_any_more(rep, deliver, now, which):
    delivery = deliver(recipient=rep.membership, subject="x")
    if which == "membership":
        Membership.objects.filter(pk=rep.membership.pk).update(is_active=False)
    else:
        type(rep.membership.user).objects.filter(pk=rep.membership.user.pk).update(is_active=False)

    assert send_waiting(now) == 0

    delivery.refresh_from_db()
    assert mail.outbox == []
    assert (delivery.status, delivery.problem) == ("failed", "The recipient is no member of the business any more.")


def test_a_mail_server_that_is_away_is_tried_again(rep, deliver, now, monkeypatch):
    delivery = deliver(recipient=rep.membership, subject="x")

    def away(*_: object, **__: object) -> None:
        raise SMTPServerDisconnected("gone")

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
        assert send_waiting(now) == 0
    delivery.refresh_from_db()
    assert (delivery.status, delivery.try_at) == ("waiting", now + MINUTE)
    assert delivery.problem == "The mail server did not take it (SMTPServerDisconnected)."

    assert send_waiting(now + MINUTE) == 1
    assert len(mail.outbox) == 1


# --- By hand -------------------------------------------------------------------------------------


def test_what_was_given_up_is_tried_again_by_hand(receiver, called, deliver, manager, now):
    delivery = deliver(webhook=called, status="failed", try_at=None, attempts=8, problem="It answered 500.")

    again = retry_delivery(delivery_id=delivery.pk, by=manager, now=now)

    assert (again.status, again.attempts, again.try_at) == ("waiting", 0, now)
    assert again.delivery_id == delivery.delivery_id
    assert send_waiting(now) == 1
    assert receiver.ids == [str(delivery.delivery_id)]


@pytest.mark.parametrize(("status", "says"), [("sent", "it was sent"), ("waiting", "it waits to be sent")])
def test_only_what_was_given_up_is_tried_again(called, deliver, manager, now, status, says):
    delivery = deliver(webhook=called, status=status)

    with pytest.raises(NotGivenUp, match=says):
        retry_delivery(delivery_id=delivery.pk, by=manager, now=now)


def test_only_managers_of_the_business_try_again(called, deliver, rep, stranger, now):
    delivery = deliver(webhook=called, status="failed", try_at=None)

    with pytest.raises(NotAllowed):
        retry_delivery(delivery_id=delivery.pk, by=rep, now=now)
    with pytest.raises(NotFound):
        retry_delivery(delivery_id=delivery.pk, by=stranger, now=now)

    delivery.refresh_from_db()
    assert (delivery.status, delivery.try_at) == ("failed", None)


def test_due_deliveries_are_those_that_wait(called, deliver, now):
    due = deliver(webhook=called)
    deliver(webhook=called, try_at=now + MINUTE)
    deliver(webhook=called, status="failed", try_at=None)
    deliver(webhook=called, status="sent", try_at=None)

    assert list(due_deliveries(now)) == [due]
