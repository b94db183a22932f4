"""Judging all open leads anew after what judges them changed: in the background, batch by batch."""

import logging
from collections import Counter
from contextlib import suppress
from datetime import datetime

from django.db import DatabaseError, InterfaceError, OperationalError, reset_queries, transaction
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.domain.movement import Movement
from leads.domain.stages import CLOSED
from leads.models import UNDER_WAY, Door, Lead, QualificationVersion, Rejudging, WorkStatus
from leads.services import streaming
from leads.services.judges import judges_of
from leads.services.streaming import LEADS_AT_ONCE
from leads.tenancy import Viewer, system, within

logger = logging.getLogger(__name__)
CLOSED_STAGES = sorted(stage.value for stage in CLOSED)


class NotFailed(DomainError):
    code = "not_failed"


def open_leads(business_id: int) -> QuerySet[Lead]:
    """Return the leads whose journey goes on: those that are judged anew when what judges them changes."""
    return Lead.objects.filter(business=business_id).exclude(stage__in=CLOSED_STAGES)


def request_rejudging(version: QualificationVersion, by: Viewer, now: datetime) -> Rejudging:
    """Ask for all open leads to be judged anew; what was asked for before and is not done, or failed, is replaced.

    Called in the transaction that publishes or retires, so that both happen or neither does.
    """
    earlier = Rejudging.objects.filter(business=by.business, status__in=(*UNDER_WAY, WorkStatus.FAILED))
    earlier.update(status=WorkStatus.REPLACED, finished_at=now)
    found = open_leads(by.business.pk).aggregate(until=Max("pk"), total=Count("pk"))
    nothing = not found["total"]
    return Rejudging.objects.create(
        business=by.business,
        version=version,
        status=WorkStatus.DONE if nothing else WorkStatus.WAITING,
        requested_at=now,
        requested_by=by.membership,
        finished_at=now if nothing else None,
        until_lead=found["until"] or 0,
        total=found["total"],
    )


def rejudge_batch(rejudging_id: int, now: datetime, at_most: int = LEADS_AT_ONCE) -> bool:
    """Judge the next leads and keep how far this is, in one transaction; return whether there are more.

    Several workers may call this at once: each batch is done by one of them. Nothing is done where the
    pass is over or was replaced.
    """
    found = Rejudging.objects.select_related("business").filter(pk=rejudging_id).first()
    if found is None:
        return False
    with within(system(found.business, Door.COMMAND)), transaction.atomic():
        rejudging = Rejudging.objects.select_for_update(of=("self",)).get(pk=rejudging_id)
        if not rejudging.is_under_way:
            return False
        leads = open_leads(rejudging.business_id).filter(pk__lte=rejudging.until_lead)
        judges = judges_of(found.business)
        batch = streaming.rejudge_batch(judges, leads, now, after=rejudging.last_lead, at_most=at_most)
        _count(rejudging, batch.moves, now)
        more = batch.judged == at_most
        rejudging.last_lead = batch.last or rejudging.until_lead
        if not more:
            rejudging.status, rejudging.finished_at = WorkStatus.DONE, now
        rejudging.save()
    return more


def _count(rejudging: Rejudging, moves: Counter[Movement], now: datetime) -> None:
    rejudging.status = WorkStatus.RUNNING
    rejudging.started_at = rejudging.started_at or now
    rejudging.touched_at = now
    rejudging.judged += moves.total()
    rejudging.raised += moves[Movement.RISES]
    rejudging.lowered += moves[Movement.FALLS]
    rejudging.opened += moves[Movement.OPENS]
    rejudging.stayed += moves[Movement.STAYS]


def work_off_rejudging(rejudging_id: int, at_most: int = LEADS_AT_ONCE) -> None:
    """Judge batch after batch until all is done; what goes wrong is kept where people see it.

    A database that does not answer, or let somebody else go first, is asked again later.
    """
    try:
        while rejudge_batch(rejudging_id, timezone.now(), at_most):
            reset_queries()  # which Django keeps while DEBUG is on, so memory would grow
    except (InterfaceError, OperationalError):
        with suppress(DatabaseError):
            Rejudging.objects.filter(pk=rejudging_id).update(touched_at=timezone.now())
        raise
    except Exception as error:
        _fail(rejudging_id, error, timezone.now())
        raise


def _fail(rejudging_id: int, error: Exception, now: datetime) -> None:
    logger.error("Judging anew (%s) failed.", rejudging_id, exc_info=error)
    problem = f"Something went wrong on our side ({type(error).__name__}); the log has it in full."
    Rejudging.objects.filter(pk=rejudging_id, status__in=UNDER_WAY).update(
        status=WorkStatus.FAILED, problem=problem, finished_at=now
    )


@transaction.atomic
def retry_rejudging(*, rejudging_id: int | None, by: Viewer, now: datetime) -> Rejudging:
    """Let a pass that failed go on where it stood; raise NotFailed for any other."""
    permissions.require(by, "author")
    selectors.take_turn(by.business)
    found = Rejudging.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=rejudging_id or 0).first()
    if found is None:
        raise selectors.NotFound("There is no such pass.", field="rejudging")
    if found.status != WorkStatus.FAILED:
        raise NotFailed(f"This pass has not failed: it is {found.get_status_display().lower()}.", field="rejudging")
    under_way = Rejudging.objects.visible_to(by).filter(status__in=UNDER_WAY)
    under_way.update(status=WorkStatus.REPLACED, finished_at=now)
    found.status, found.problem, found.finished_at, found.touched_at = WorkStatus.WAITING, "", None, None
    found.save()
    return found
