"""When what could not be delivered is tried again, and how a call is signed."""

import hmac
from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from hashlib import sha256

ATTEMPTS_AT_MOST = 8
WAITS_AT_LEAST = timedelta(minutes=1)
WAITS_AT_MOST = timedelta(hours=6)
GROWS_BY = 4
SPREAD = 0.2
"""By how much of itself a wait is lengthened at most, so that what failed together does not come back together."""

SECRET_PREFIX = "whsec_"  # noqa: S105 (what secrets begin with)


def wait_before(attempts: int, chance: float, asked: timedelta | None = None) -> timedelta:
    """Return how long to wait after so many attempts: from a minute, four times as long each time, to six hours.

    `chance`, from 0 to 1, spreads it. If the other side asked for a longer wait it gets that, up to six hours too.
    """
    times: int = GROWS_BY ** min(attempts - 1, 10)
    grown = WAITS_AT_LEAST * times
    return min(max(grown * (1 + SPREAD * chance), asked or timedelta()), WAITS_AT_MOST)


def asked_wait(retry_after: str, now: datetime) -> timedelta | None:
    """Return how long a `Retry-After` asks to wait: seconds, or a date of HTTP; None for anything else."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), WAITS_AT_MOST)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta()), WAITS_AT_MOST)


def signature(secret: str, delivery_id: str, timestamp: int, body: bytes) -> str:
    """Return what goes into `webhook-signature`, as https://www.standardwebhooks.com says.

    HMAC-SHA256 with the bytes that follow `whsec_` in base64, over `id.timestamp.body`, in base64 after `v1,`.
    """
    key = b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{delivery_id}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.new(key, signed, sha256).digest()).decode()
