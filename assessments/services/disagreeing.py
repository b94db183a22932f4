"""Another opinion on a verdict, kept beside it; it changes nothing in verdict or advice."""

from datetime import datetime

from django.db import transaction

from assessments.models import DiagnosisStatus, Disagreement
from assessments.services.diagnosis_rows import DiagnosisAbandoned, given_reason, locked_diagnosis
from assessments.services.evaluating import evaluation_of
from leads import live, permissions, selectors
from leads.domain.errors import DomainError
from leads.domain.qualification import Decision
from leads.tenancy import Viewer


class VerdictSaysSo(DomainError):
    code = "verdict_says_so"


class AlreadyWithdrawn(DomainError):
    code = "already_withdrawn"


@transaction.atomic
def disagree_with_verdict(
    *, diagnosis_id: int | None, about: Disagreement.About, says: Decision, reason: str, by: Viewer, now: datetime
) -> Disagreement:
    """Keep what somebody thinks otherwise and why, with what the verdict said then; also of a completed diagnosis.

    An earlier opinion of theirs on the same answer is withdrawn by it. Raises VerdictSaysSo for the verdict's own one.
    """
    permissions.require(by, "diagnose")
    diagnosis = locked_diagnosis(diagnosis_id, by)
    if diagnosis.status == DiagnosisStatus.ABANDONED:
        raise DiagnosisAbandoned("This diagnosis was abandoned; its verdict counts for nothing.", field="diagnosis")
    found = getattr(evaluation_of(diagnosis, now)[1].verdict, about.value).decision
    if found is says:
        raise VerdictSaysSo(f"The verdict says {says.name} itself: there is nothing to disagree with.", field="says")
    because = given_reason(reason)
    own = Disagreement.objects.filter(diagnosis=diagnosis, about=about, author=by.membership)
    own.filter(withdrawn_at__isnull=True).update(withdrawn_at=now, withdrawn_by=by.membership)
    return Disagreement.objects.create(
        business=by.business,
        diagnosis=diagnosis,
        about=about,
        found=found.value,
        says=says.value,
        reason=because,
        author=by.membership,
        at=now,
    )


@transaction.atomic
def withdraw_disagreement(*, disagreement_id: int | None, by: Viewer, now: datetime) -> Disagreement:
    """Take an opinion back; it is kept with the time."""
    permissions.require(by, "diagnose")
    rows = Disagreement.objects.visible_to(by).select_for_update(of=("self",))
    found = rows.filter(pk=disagreement_id or 0).first()
    if found is None:
        raise selectors.NotFound("There is no such disagreement.", field="disagreement")
    if found.withdrawn_at is not None:
        raise AlreadyWithdrawn("This disagreement is withdrawn already.", field="disagreement")
    found.withdrawn_at, found.withdrawn_by = now, by.membership
    found.save(update_fields=("withdrawn_at", "withdrawn_by"))
    live.tell(live.topic("diagnosis", found.diagnosis_id))
    return found
