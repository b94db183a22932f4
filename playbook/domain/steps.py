"""What next steps are, and what plays do."""

from enum import StrEnum


class StepKind(StrEnum):
    """What somebody does with a next step."""

    CALL = "call"
    EMAIL = "email"
    MEETING = "meeting"
    RESEARCH = "research"
    NURTURE = "nurture"
    OTHER = "other"


OUTREACH = frozenset({StepKind.CALL, StepKind.EMAIL, StepKind.MEETING})
"""What the prospect notices; capped for each lead and period."""


SALES_TALK = frozenset({StepKind.CALL, StepKind.MEETING})
"""What a lead that is only nurtured does not get, unless it asks for a conversation."""


class StepStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


class ActionKind(StrEnum):
    """What a play does with one of its steps."""

    NEXT_STEP = "next_step"
    START_DIAGNOSIS = "start_diagnosis"
    PROPOSE_DIAGNOSIS = "propose_diagnosis"
    HAND_OFF = "hand_off"
    NURTURE = "nurture"
    FLAG = "flag"
    EMAIL = "email"
    WEBHOOK = "webhook"


class Addressee(StrEnum):
    """For whom something is."""

    OWNER = "owner"
    ROLE = "role"
    MEMBER = "member"


class DueUnit(StrEnum):
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"


class RunStatus(StrEnum):
    """What became of a play for one event."""

    DONE = "done"
    DID_NOT_APPLY = "did_not_apply"  # its condition did not hold
    UNKNOWN = "unknown"  # too little is known to tell whether it holds
    STOPPED = "stopped"  # the chain of plays that led here is too long
    REFUSED = "refused"  # a step of it was refused, for instance by the table of moves; nothing of it was done


class DeliveryStatus(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"  # tried as often as it may be; can be tried again by hand


class HandOffKind(StrEnum):
    TO_INSIDE_SALES = "to_inside_sales"
    TO_SALES = "to_sales"


class HandOffStatus(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class AssignBy(StrEnum):
    """How a rule chooses among those who may take a lead over."""

    ROUND_ROBIN = "round_robin"
    LEAST_LOAD = "least_load"
