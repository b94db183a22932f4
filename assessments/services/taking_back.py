"""What an amendment takes back of the evidence that the editions before it left behind."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from assessments.domain.answers import evidence_of
from assessments.models import Answer, Diagnosis, DiagnosisStatus
from assessments.services.editions import editions_of
from assessments.services.evaluating import evaluation_of, plan_of
from leads.domain.snapshot import DOES_NOT_KNOW
from leads.models import Evidence, EvidenceSource


def in_force(diagnosis: Diagnosis, before: Mapping[str, Any]) -> dict[str, datetime]:
    """Return which of these values, by attribute, the lead is judged by as this diagnosis's own, and since when said.

    `before` is what its earlier editions found; the lead's snapshot needs to be current.
    """
    found = {}
    times = _own_times(diagnosis) if before else {}
    for key, stored in before.items():
        entry = diagnosis.lead.snapshot.get(key, {})
        if stored == DOES_NOT_KNOW or entry.get("v") != stored or entry["src"] != EvidenceSource.DIAGNOSIS:
            continue
        at = datetime.fromisoformat(entry["at"])
        if at in times.get(key, ()):
            found[key] = at
    return found


def recordings_to_leave_out(diagnosis: Diagnosis, key: str, now: datetime) -> list[int]:
    """Return the ids of the recordings of an attribute that no diagnosis of the lead stands by any more.

    These are this one's, and values that another diagnosis took back; what people and other diagnoses say stays.
    """
    own = _own_times(diagnosis).get(key, frozenset())
    said = _said_by_others(diagnosis, key, now)
    rows = Evidence.objects.filter(lead=diagnosis.lead_id, source=EvidenceSource.DIAGNOSIS, values__has_key=key)
    return [
        pk
        for pk, at, values in rows.values_list("pk", "observed_at", "values")
        if values[key] != DOES_NOT_KNOW and (at in own or values[key] not in said)
    ]


def _own_times(diagnosis: Diagnosis) -> dict[str, frozenset[datetime]]:
    """Return by attribute when its questions were answered in any edition."""
    rows = Answer.objects.filter(diagnosis__in=editions_of(diagnosis)).values_list("question", "at")
    questions = plan_of(diagnosis.version).questions
    times: dict[str, set[datetime]] = {}
    for question, at in rows:
        times.setdefault(questions[question].attribute, set()).add(at)
    return {key: frozenset(found) for key, found in times.items()}


def _said_by_others(diagnosis: Diagnosis, key: str, now: datetime) -> list[Any]:
    """Return what the latest completed editions of the lead's other diagnoses say of an attribute."""
    own = editions_of(diagnosis).values("pk")
    rows = Diagnosis.objects.filter(lead=diagnosis.lead_id, status=DiagnosisStatus.COMPLETED).exclude(pk__in=own)
    latest = {}
    for row in rows.select_related("version", "lead", "business").order_by("edition"):
        latest[row.origin_id or row.pk] = row
    found = [evidence_of(*evaluation_of(row, now)) for row in latest.values()]
    return [learned[key] for learned in found if key in learned]
