"""What kinds of reasons a business keeps lists of, and those that every business begins with."""

from dataclasses import dataclass
from enum import StrEnum


class ReasonKind(StrEnum):
    """What a reason is given for."""

    DISQUALIFIED = "disqualified"
    LOST = "lost"
    HANDOFF_REJECTED = "handoff_rejected"
    STEP_SKIPPED = "step_skipped"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    ReasonKind.DISQUALIFIED: "Disqualified",
    ReasonKind.LOST: "Lost",
    ReasonKind.HANDOFF_REJECTED: "Hand-off rejected",
    ReasonKind.STEP_SKIPPED: "Step skipped",
}


@dataclass(frozen=True, slots=True)
class ReasonSpec:
    """A reason as a business begins with it; it may be changed or archived there."""

    key: str
    label: str
    description: str = ""
    names_competitor: bool = False


NOT_READY_TO_BUY = "not_ready_to_buy"
"""The key of the hand-off's rejection that confuses a qualified lead with an order."""

DEFAULT_REASONS: dict[ReasonKind, tuple[ReasonSpec, ...]] = {
    ReasonKind.DISQUALIFIED: (
        ReasonSpec("not_our_kind", "Not our kind of company", "Size, industry or place do not fit."),
        ReasonSpec("problem_too_small", "Problem too small", "It costs them less than solving it would."),
        ReasonSpec("nothing_we_solve", "Nothing that we solve", "They have a problem, but none of ours."),
        ReasonSpec("no_authority", "No authority to find", "Nobody there can decide about it."),
        ReasonSpec("duplicate_or_not_genuine", "Duplicate or not genuine", "Known already, a test, or a joke."),
    ),
    ReasonKind.LOST: (
        ReasonSpec("budget", "Budget", "The money is not there, or goes elsewhere."),
        ReasonSpec("changed_priority", "Changed priority", "Something else became more urgent to them."),
        ReasonSpec("unclear_decision", "Unclear internal decision", "They never agreed on who decides, and how."),
        ReasonSpec("competitor_or_price", "Competitor or price", "Somebody else was chosen.", names_competitor=True),
        ReasonSpec("no_decision", "No decision", "They stay as they are."),
    ),
    ReasonKind.HANDOFF_REJECTED: (
        ReasonSpec(NOT_READY_TO_BUY, "Not ready to buy", "They do not order yet. A qualified lead need not."),
        ReasonSpec("criteria_not_met", "Criteria not met", "What was said of the lead does not hold."),
        ReasonSpec("wrong_contact_data", "Wrong contact data", "Nobody can be reached."),
        ReasonSpec("customer_of_another_team", "Already a customer of another team"),
        ReasonSpec("no_time", "No time", "Nobody can take care of it now."),
    ),
    ReasonKind.STEP_SKIPPED: (
        ReasonSpec("done_otherwise", "Done otherwise"),
        ReasonSpec("not_needed_any_more", "Not needed any more"),
        ReasonSpec("prospect_asked_not_to", "Prospect asked not to"),
    ),
}
