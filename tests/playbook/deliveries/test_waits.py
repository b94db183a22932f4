"""When what could not be delivered is tried again."""

from datetime import UTC, datetime, timedelta

import pytest

from playbook.domain.deliveries import asked_wait, signature, wait_before

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
HOURS_6 = timedelta(hours=6)


def test_waits_grow_from_a_minute_to_six_hours():
    minutes = [wait_before(attempts, 0) / timedelta(minutes=1) for attempts in range(1, 9)]

    assert minutes == [1, 4, 16, 64, 256, 360, 360, 360]
    assert wait_before(10_000, 1) == HOURS_6


def test_chance_lengthens_a_wait_by_a_fifth_at_most():
    assert wait_before(2, 0.5) == timedelta(minutes=4.4)
    assert wait_before(2, 1) == timedelta(minutes=4.8)


def test_who_asks_for_a_longer_wait_gets_it_but_no_shorter_one():
    assert wait_before(1, 0, timedelta(minutes=10)) == timedelta(minutes=10)
    assert wait_before(1, 0, timedelta(seconds=5)) == timedelta(minutes=1)
    assert wait_before(1, 0, timedelta(days=9)) == HOURS_6


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta()),
        ("99999999999999999999", HOURS_6),
        ("Mon, 02 Mar 2026 09:40:00 GMT", timedelta(minutes=10)),
        ("Mon, 02 Mar 2026 09:40:00", timedelta(minutes=10)),
        ("Mon, 02 Mar 2026 09:00:00 GMT", timedelta()),
        ("Mon, 02 Mar 2099 09:00:00 GMT", HOURS_6),
        ("-1", None),
        ("soon", None),
        ("", None),
        ("²", None),
    ],
)
def test_what_an_answer_asks_to_wait_is_read(said, wait):
    assert asked_wait(said, NOW) == wait


def test_the_signature_is_that_of_the_convention():
    """With the example of its reference implementations."""
    secret, message = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"

    signed = signature(secret, message, 1614265330, b'{"test": 2432232314}')

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
