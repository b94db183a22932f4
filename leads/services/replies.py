"""Replies that are kept, so that a request which is sent twice is done once and answered the same.

A body may hold what is kept nowhere else, such as the token of a prospect's link. So it is kept encrypted: with a
key made from SECRET_KEY and from whose reply it is, which a copy of the database does not have.
"""

import zlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils.crypto import salted_hmac

from leads.domain.errors import DomainError
from leads.models import IdempotentReply
from leads.tenancy import Viewer, within

KEPT_FOR = timedelta(days=7)
BYTES_AT_MOST = 256 * 1024
"""Of one answer: a diagnosis of 200 questions with all results takes a third of it."""
WAITS_AT_MOST = timedelta(seconds=2)
"""For a twin to be done. PostgreSQL alone: on SQLite every writer waits as long as its `timeout` says."""

LOCK_NOT_AVAILABLE = "55P03"
SQLITE_BUSY_OR_LOCKED = (5, 6)


class TwinUnderWay(DomainError):
    code = "idempotency_in_progress"


class KeyReused(DomainError):
    code = "idempotency_key_reused"


class ReplyLost(DomainError):
    code = "idempotency_reply_lost"


class ReplyTooLarge(DomainError):
    code = "idempotency_reply_too_large"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request was answered over HTTP."""

    status: int
    content_type: str
    body: bytes


def scope_of(viewer: Viewer) -> str:
    """Return whose keys a viewer's are: those of a member at one business, of a form, or of a prospect's link."""
    if viewer.form is not None:
        return f"form:{viewer.form}"
    return f"member:{viewer.membership.pk}" if viewer.membership else f"link:{viewer.link}"


def _whose(by: Viewer, key: str) -> str:
    return f"{by.business.pk} {scope_of(by)} {key}"


@contextmanager
def one_at_a_time(*, by: Viewer, key: str) -> Iterator[None]:
    """Do something in one transaction of its own, while nobody else does it for the same viewer and key.

    Raise TwinUnderWay if somebody still does after a while. What is raised inside undoes all of it.
    """
    with ExitStack() as transactions:
        try:
            # A transaction around this one could take back what was kept, or keep what was taken back.
            transactions.enter_context(transaction.atomic(durable=True))
            transactions.enter_context(within(by))
            if connection.vendor == "postgresql":
                _lock(by, key)
        except OperationalError as error:
            if not _waited_too_long(error):
                raise
            raise TwinUnderWay("The same request is being answered. Send it again in a moment.") from error
        yield


def _lock(by: Viewer, key: str) -> None:
    """Hold the lock of this key until the transaction ends; rows are waited for as long as ever."""
    number = int.from_bytes(sha256(_whose(by, key).encode()).digest()[:8], signed=True)
    milliseconds = WAITS_AT_MOST // timedelta(milliseconds=1)
    with connection.cursor() as cursor:
        # In one go, since each would be a round trip. Both are whole numbers, so there is nothing to quote.
        cursor.execute(
            f"SET LOCAL lock_timeout = {milliseconds:d}; SELECT pg_advisory_xact_lock({number:d}); "
            "SET LOCAL lock_timeout TO DEFAULT"
        )


def _waited_too_long(error: OperationalError) -> bool:
    cause = error.__cause__
    # The last byte says what it is about; the first says more precisely why.
    return (
        getattr(cause, "sqlstate", None) == LOCK_NOT_AVAILABLE
        or getattr(cause, "sqlite_errorcode", 0) & 0xFF in SQLITE_BUSY_OR_LOCKED
    )


def find_reply(*, by: Viewer, key: str, request_hash: str, now: datetime) -> Reply | None:
    """Return what the viewer was answered under this key, None if nothing was kept, or longer ago than 7 days.

    Raise KeyReused if the key was given to another request, ReplyLost if SECRET_KEY is another one since.
    """
    found = IdempotentReply.objects.filter(business=by.business, scope=scope_of(by), key=key).first()
    if found is None or found.at < now - KEPT_FOR:
        return None
    if found.request_hash != request_hash:
        raise KeyReused("This key was given to another request. Choose a new key for a new request.")
    try:
        body = zlib.decompress(_seal(by, key).decrypt(bytes(found.body)))
    except (InvalidToken, zlib.error) as error:
        raise ReplyLost("This was done, but what it was answered can be read no more. Read what it changed.") from error
    return Reply(found.status, found.content_type, body)


def keep_reply(*, by: Viewer, key: str, request_hash: str, reply: Reply, now: datetime) -> IdempotentReply:
    """Keep what was answered; call it in the transaction of the change (`one_at_a_time`).

    Raise ReplyTooLarge if it is larger than what is kept.
    """
    if len(reply.body) > BYTES_AT_MOST:
        raise ReplyTooLarge(
            f"The answer is larger than {BYTES_AT_MOST // 1024} KB, so it cannot be kept for a retry, and nothing was "
            "changed. Ask for less of what changed, and read the rest by a query."
        )
    # The row of an answer that is too old to be given again makes room.
    IdempotentReply.objects.filter(business=by.business, scope=scope_of(by), key=key, at__lt=now - KEPT_FOR).delete()
    return IdempotentReply.objects.create(
        business=by.business,
        scope=scope_of(by),
        key=key,
        request_hash=request_hash,
        status=reply.status,
        content_type=reply.content_type,
        body=_seal(by, key).encrypt(zlib.compress(reply.body)),
        at=now,
    )


def _seal(by: Viewer, key: str) -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    macs = [salted_hmac(__name__, _whose(by, key), secret=secret, algorithm="sha256") for secret in secrets]
    return MultiFernet([Fernet(urlsafe_b64encode(mac.digest())) for mac in macs])


def purge_replies(now: datetime) -> int:
    """Remove the replies of all businesses that were kept for 7 days; return how many."""
    removed, _ = IdempotentReply.objects.filter(at__lt=now - KEPT_FOR).delete()
    return removed
