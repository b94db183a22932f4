"""Sending what waits: e-mails to colleagues, and calls of webhooks.

A delivery is claimed in one short transaction, which counts the attempt and puts the next one off by a lease; sent
without any transaction or lock; and what came of it is noted in another short one. Who is killed in between leaves a
delivery that is sent again when the lease is over, under the same `delivery_id`.
"""

import logging
import random
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import QuerySet

from leads import permissions
from leads.domain.errors import DomainError
from leads.models import Business, Door
from leads.selectors import NotFound
from leads.tenancy import Viewer, system, within
from playbook.domain.deliveries import ATTEMPTS_AT_MOST, wait_before
from playbook.domain.steps import DeliveryStatus
from playbook.models import Delivery
from playbook.services.sending import Given, Outcome, Undone, send

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=1)
"""How long a delivery belongs to who claimed it: longer than any way of sending it takes."""
AT_WORK = timedelta(seconds=20)
"""After so long somebody else has a turn; the scheduler calls again."""
CUT_OFF = "It was cut off while it was sent, as often as it may be tried."


class NotGivenUp(DomainError):
    code = "delivery_not_failed"


def due_deliveries(now: datetime) -> QuerySet[Delivery]:
    """Return what is to be sent by now, of all businesses, what is due longest first."""
    return Delivery.objects.filter(status=DeliveryStatus.WAITING, try_at__lte=now).order_by("try_at", "pk")


def send_waiting(now: datetime, at_most: int = 50) -> int:
    """Send what is due; return how many were sent. Never call it in a transaction.

    It may run many times at once, and not at all for an hour. A webhook that does not take one call is left alone for
    the rest of this turn, so that one that answers slowly keeps nobody waiting.
    """
    began, sent, tried = monotonic(), 0, 0
    failing: set[int] = set()
    while tried < at_most:
        at = now + timedelta(seconds=monotonic() - began)
        if at - now > AT_WORK:
            break
        delivery = _claim(at, failing)
        if delivery is None:
            break
        tried += 1
        outcome = _try(delivery, at)
        _note(delivery, outcome, now + timedelta(seconds=monotonic() - began))
        if isinstance(outcome, Given):
            sent += 1
        elif delivery.webhook_id is not None:
            failing.add(delivery.webhook_id)
    return sent


def _claim(now: datetime, failing: set[int]) -> Delivery | None:
    """Count an attempt at the delivery that is due longest, and return it as it is then; None if none is due."""
    while True:
        due = due_deliveries(now).exclude(webhook__isnull=False, webhook_id__in=failing)
        found = due.values_list("pk", "business_id").first()
        if found is None:
            return None
        pk, business_id = found
        business = Business.objects.get(pk=business_id)
        with within(system(business, Door.COMMAND)), transaction.atomic():
            # Others may have claimed what we saw; then what comes after it is ours.
            claimed = due.filter(business=business).select_for_update(of=("self",), skip_locked=True).first()
            if claimed is None:
                if not due.filter(pk=pk).exists():
                    continue
                return None  # somebody is at it this moment; the next turn sees what is left
            if claimed.attempts >= ATTEMPTS_AT_MOST:
                claimed.status, claimed.try_at, claimed.problem = DeliveryStatus.FAILED, None, CUT_OFF
                claimed.save(update_fields=("status", "try_at", "problem"))
                continue
            claimed.attempts += 1
            claimed.try_at = now + LEASE
            claimed.save(update_fields=("attempts", "try_at"))
        return Delivery.objects.select_related("business", "webhook__business", "recipient__user").get(pk=claimed.pk)


def _try(delivery: Delivery, now: datetime) -> Outcome:
    try:
        return send(delivery, now)
    except Exception as error:
        # A mistake of ours in one delivery must not keep the others from being sent.
        logger.exception("Delivery %s could not be sent.", delivery.delivery_id)
        return Undone(f"Something went wrong on our side ({type(error).__name__}); the log has it in full.")


def _note(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Keep what came of an attempt. That it arrived counts always; that it did not, unless another tried since."""
    waiting = Delivery.objects.filter(pk=delivery.pk, status=DeliveryStatus.WAITING)
    with within(system(delivery.business, Door.COMMAND)), transaction.atomic():
        if isinstance(outcome, Given):
            waiting.update(
                status=DeliveryStatus.SENT, sent_at=now, try_at=None, response_status=outcome.status, problem=""
            )
            return
        given_up = outcome.for_good or delivery.attempts >= ATTEMPTS_AT_MOST
        wait = wait_before(delivery.attempts, random.random(), outcome.asked)  # noqa: S311 (spreads, hides nothing)
        waiting.filter(attempts=delivery.attempts).update(
            status=DeliveryStatus.FAILED if given_up else DeliveryStatus.WAITING,
            try_at=None if given_up else now + wait,
            response_status=outcome.status,
            problem=outcome.problem,
        )


@transaction.atomic
def retry_delivery(*, delivery_id: int | None, by: Viewer, now: datetime) -> Delivery:
    """Let a delivery that was given up be tried again, as often as a new one and under its old `delivery_id`."""
    permissions.require(by, "retry_failed_work")
    found = Delivery.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=delivery_id or 0).first()
    if found is None:
        raise NotFound("There is no such delivery.", field="delivery")
    if found.status != DeliveryStatus.FAILED:
        state = "it was sent" if found.status == DeliveryStatus.SENT else "it waits to be sent"
        raise NotGivenUp(f"Only what was given up can be tried again; {state}.", field="delivery")
    found.status, found.attempts, found.try_at = DeliveryStatus.WAITING, 0, now
    found.save(update_fields=("status", "attempts", "try_at"))
    return found
