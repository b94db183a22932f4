"""The next edition of a completed diagnosis; the earlier one stays as it is."""

from datetime import datetime

from django.db import transaction

from assessments.models import Diagnosis, DiagnosisStatus, Finding
from assessments.services.diagnoses import check_begins
from assessments.services.diagnosis_rows import (
    AMENDED,
    DiagnosisAbandoned,
    DiagnosisChanged,
    begin_conversation,
    check_none_under_way,
    check_open,
    follow,
    given_reason,
    keep_results,
    locked_diagnosis,
    tell,
    tell_changed_verdict,
    verdict_of,
)
from assessments.services.editions import editions_of
from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.tenancy import Viewer


class NotCompleted(DomainError):
    code = "diagnosis_not_completed"


class AlreadyAmended(DiagnosisChanged):
    """Somebody amended it already; `diagnosis` is the edition that exists."""

    code = "already_amended"

    def __init__(self, existing: Diagnosis) -> None:
        DomainError.__init__(
            self, f"This diagnosis is amended already: edition {existing.edition} exists.", field="diagnosis"
        )
        self.diagnosis = existing


@transaction.atomic
def amend_diagnosis(*, diagnosis_id: int | None, reason: str, by: Viewer, now: datetime) -> Diagnosis:
    """Make the next edition of a completed diagnosis, with its answers, findings and pinned version.

    Raises AlreadyAmended with the edition that exists, unless that was abandoned: then another follows it.
    """
    permissions.require(by, "diagnose")
    earlier = locked_diagnosis(diagnosis_id, by)
    if earlier.status == DiagnosisStatus.ABANDONED:
        raise _abandoned(earlier)
    if earlier.status != DiagnosisStatus.COMPLETED:
        raise NotCompleted(
            "Only a completed diagnosis is amended; this one can be changed as it is.", field="diagnosis"
        )
    because = given_reason(reason)
    last = _last_abandoned(earlier)
    lead = selectors.locked_lead(earlier.lead_id, by)
    check_open(lead)
    check_begins(lead, "diagnosis")
    check_none_under_way(lead, earlier.version.template_id, "this template")
    lead.business = by.business
    edition = Diagnosis(
        business=by.business,
        lead=lead,
        version=earlier.version,
        edition=last.edition + 1,
        origin_id=earlier.origin_id or earlier.pk,
        amends=last,
        amended_because=because,
        answers=earlier.answers,
        skipped=earlier.skipped,
        started_at=now,
        started_by=by.membership,
        changed_at=now,
    )
    keep_results(edition, now)
    edition.save(force_insert=True)
    begin_conversation(edition, by, now)
    edition.save(update_fields=("conversation",))
    _copy_findings(earlier, edition)
    tell(edition, AMENDED, now)
    tell_changed_verdict(edition, verdict_of(earlier), now, locked=True)
    follow(edition, now)
    return edition


def _abandoned(edition: Diagnosis) -> DiagnosisAbandoned:
    """Return the refusal of an edition that was given up, with the one that can be amended if there is one."""
    done = editions_of(edition).filter(status=DiagnosisStatus.COMPLETED).order_by("edition").last()
    instead = f"Amend edition {done.edition} instead." if done else "Begin a new one."
    return DiagnosisAbandoned(f"This diagnosis was abandoned. {instead}", field="diagnosis")


def _last_abandoned(earlier: Diagnosis) -> Diagnosis:
    """Return what the next edition follows: this one, or the last of its amendments if all were abandoned."""
    later = Diagnosis.objects.filter(business=earlier.business, origin=earlier.origin_id or earlier.pk)
    last = earlier
    for edition in later.filter(edition__gt=earlier.edition).select_related("version", "lead").order_by("edition"):
        if edition.status != DiagnosisStatus.ABANDONED:
            edition.business = edition.lead.business = earlier.business
            raise AlreadyAmended(edition)
        last = edition
    return last


def _copy_findings(earlier: Diagnosis, edition: Diagnosis) -> None:
    """Copy what was found with its tree; who found it and when stays."""
    copies: dict[int, Finding] = {}
    waiting = list(Finding.objects.filter(diagnosis=earlier, removed_at__isnull=True).order_by("id"))
    while waiting:
        # A parent may have been written after its child: a level at a time.
        level = [row for row in waiting if row.parent_id is None or row.parent_id in copies]
        for row in level:
            copies[row.pk] = Finding.objects.create(
                business_id=row.business_id,
                diagnosis=edition,
                kind=row.kind,
                parent=copies[row.parent_id] if row.parent_id else None,
                text=row.text,
                questions=row.questions,
                new_to_prospect=row.new_to_prospect,
                position=row.position,
                said_by_id=row.said_by_id,
                author_id=row.author_id,
                at=row.at,
            )
        waiting = [row for row in waiting if row.pk not in copies]
