"""Calibrations that somebody asked for: worked out in the background, kept, and turned into drafts."""

import logging
from datetime import datetime, timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.utils import timezone

from leads import permissions, selectors
from leads.domain.calibration.report_json import report_in, report_out
from leads.domain.errors import DomainError
from leads.models import UNDER_WAY, Calibration, Door, QualificationVersion, Status, WorkStatus
from leads.services.calibration import NothingToPropose, calibrate, propose
from leads.services.versions import NotPublished
from leads.tenancy import Viewer, system

logger = logging.getLogger(__name__)
ALONE_AFTER = timedelta(minutes=10)  # it tells nothing until it is done


@transaction.atomic
def request_calibration(*, version_id: int | None, by: Viewer, now: datetime) -> Calibration:
    """Ask for a calibration of a published or retired version; one that is under way already is returned."""
    permissions.require(by, "author")
    visible = QualificationVersion.objects.visible_to(by).select_for_update(of=("self",), no_key=True)
    version = visible.filter(pk=version_id or 0).first()
    if version is None:
        raise selectors.NotFound("There is no such version.", field="version")
    if version.status == Status.DRAFT:
        raise NotPublished(f"{version} is a draft: it has judged no lead yet. Publish it first.", field="version")
    under_way = Calibration.objects.filter(version=version, status__in=UNDER_WAY).first()
    return under_way or Calibration.objects.create(
        business=by.business, version=version, requested_at=now, requested_by=by.membership
    )


def work_off_calibration(calibration_id: int) -> None:
    """Work a calibration out and keep its report, or why there is none.

    Nothing is done where it is done, or another worker began it less than ten minutes ago.
    """
    now = timezone.now()
    kept = Calibration.objects.filter(pk=calibration_id, status__in=UNDER_WAY)
    left_alone = Q(status=WorkStatus.WAITING) | Q(touched_at__lte=now - ALONE_AFTER)
    if not kept.filter(left_alone).update(status=WorkStatus.RUNNING, touched_at=now):
        return
    found = Calibration.objects.select_related("business").get(pk=calibration_id)
    try:
        report = calibrate(version_id=found.version_id, by=system(found.business, Door.COMMAND), now=now)
    except (InterfaceError, OperationalError):
        raise  # it is tried again
    except DomainError as refusal:
        kept.update(status=WorkStatus.FAILED, finished_at=timezone.now(), problem=refusal.message)
        return
    except Exception as error:
        logger.exception("The calibration %s failed.", calibration_id)
        said = f"Something went wrong on our side ({type(error).__name__}); the log has it in full."
        kept.update(status=WorkStatus.FAILED, finished_at=timezone.now(), problem=said)
        raise
    kept.update(status=WorkStatus.DONE, finished_at=timezone.now(), report=report_out(report))


@transaction.atomic
def propose_calibration(*, calibration_id: int | None, by: Viewer) -> QualificationVersion:
    """Return a draft with the card that a calibration proposes; what is published stays as it is."""
    permissions.require(by, "author")
    visible = Calibration.objects.visible_to(by).select_for_update(of=("self",))
    found = visible.filter(pk=calibration_id or 0).first()
    if found is None:
        raise selectors.NotFound("There is no such calibration.", field="calibration")
    if not found.report:
        raise NothingToPropose("This calibration has no report yet.", field="calibration")
    draft = propose(report=report_in(found.report), by=by)
    found.proposal = draft
    found.save(update_fields=("proposal",))
    return draft
