"""What may happen to a lead that the playbook answers: the kinds of its events, whichever app writes them."""

from enum import StrEnum


class Happening(StrEnum):
    """What a play waits for. The values are the kinds of events."""

    LEAD_CREATED = "lead_created"
    INQUIRY_RECEIVED = "inquiry_received"
    STAGE_CHANGED = "stage_changed"
    PHASE_CHANGED = "phase_changed"
    LEVEL_CHANGED = "level_changed"
    EVIDENCE_RECORDED = "evidence_recorded"
    EVIDENCE_STALE = "evidence_stale"
    ENGAGEMENT_RECORDED = "engagement_recorded"
    DIAGNOSIS_STARTED = "diagnosis_started"
    DIAGNOSIS_COMPLETED = "diagnosis_completed"
    DIAGNOSIS_AMENDED = "diagnosis_amended"
    VERDICT_CHANGED = "verdict_changed"
    HAND_OFF_OFFERED = "hand_off_offered"
    HAND_OFF_ACCEPTED = "hand_off_accepted"
    HAND_OFF_REJECTED = "hand_off_rejected"
    HAND_OFF_OVERDUE = "hand_off_overdue"
    STEP_DONE = "step_done"
    STEP_OVERDUE = "step_overdue"
    NOTHING_HAPPENED = "nothing_happened"
    DATE_REACHED = "date_reached"


BROUGHT_BY_TIME = frozenset(
    {
        Happening.EVIDENCE_STALE,
        Happening.HAND_OFF_OVERDUE,
        Happening.STEP_OVERDUE,
        Happening.NOTHING_HAPPENED,
        Happening.DATE_REACHED,
    }
)
"""What nobody does: the scheduler writes these events, each once by its key."""
