"""What of a lead's history this app keeps: hand-offs, next steps and changes of phase."""

from typing import Any

from django.db.models import QuerySet

from leads.models import Lead
from leads.ports import TimelineSource
from playbook.models import HandOff, NextStep, PhaseMove


def _hand_offs(lead: Lead) -> QuerySet[Any]:
    rows = HandOff.objects.filter(lead=lead)
    return rows.select_related("offered_by__user", "offered_to__user", "decided_by__user", "reason")


def _steps(lead: Lead) -> QuerySet[Any]:
    return NextStep.objects.filter(lead=lead).select_related("created_by__user", "closed_by__user", "reason")


def _offered(row: HandOff) -> str:
    to = str(row.offered_to.user) if row.offered_to else f"all of {row.get_role_display().lower()}"
    return f"Hand-off offered to {to}"


def _decided(row: HandOff) -> str:
    return f"Hand-off {row.get_status_display().lower()}" + (f": {row.reason}" if row.reason else "")


def _closed(row: NextStep) -> str:
    because = row.reason or row.outcome
    return f"{row.get_status_display()}: {row.title}" + (f" – {because}" if because else "")


def _phase(row: PhaseMove) -> str:
    return f"Phase: {row.from_phase or 'none'} → {row.to_phase or 'none'}"


SOURCES = [
    TimelineSource("hand_off_offered", "HandOff", "offered_at", _hand_offs, _offered, lambda row: row.offered_by),
    TimelineSource(
        "hand_off_decided",
        "HandOff",
        "decided_at",
        lambda lead: _hand_offs(lead).filter(decided_at__isnull=False),
        _decided,
        lambda row: row.decided_by,
    ),
    TimelineSource(
        "step_made", "NextStep", "created_at", _steps, lambda row: f"Planned: {row.title}", lambda row: row.created_by
    ),
    TimelineSource(
        "step_closed",
        "NextStep",
        "closed_at",
        lambda lead: _steps(lead).filter(closed_at__isnull=False),
        _closed,
        lambda row: row.closed_by,
    ),
    TimelineSource(
        "phase_move",
        "PhaseMove",
        "at",
        lambda lead: PhaseMove.objects.filter(lead=lead).select_related("author__user"),
        _phase,
        lambda row: row.author,
    ),
]
