"""Hand-offs as managers read them, and how often which became of them."""

from dataclasses import dataclass
from typing import Any

import graphene
from django.db.models import Count, Q, QuerySet

from leads.domain.reasons import NOT_READY_TO_BUY
from leads.domain.stages import Stage
from leads.global_ids import global_id
from leads.models import Role
from leads.reporting.filtering import filtered, input_of
from leads.reporting.pages import pages
from leads.reporting.rows import Row, choice, to_one
from leads.reporting.scalars import describe
from leads.reporting.types import Lead, Membership, Reason
from playbook import models
from playbook.domain.steps import AssignBy, HandOffKind, HandOffStatus
from playbook.filters import HandOffFilterSet
from playbook.meanings import MEANINGS
from playbook.models import HandOff as HandOffModel

for _enum in (HandOffKind, HandOffStatus, AssignBy):
    describe(_enum, MEANINGS[_enum])


class HandOffRule(Row):
    class Meta:
        model = models.HandOffRule
        description = "Who gets which leads: the first rule of a kind whose condition holds decides."
        columns = {
            "name": "The territory or segment, such as Software in Germany.",
            "applies_when": "The condition; empty: every lead. Where it is unknown for a lead, it does not apply.",
            "respond_within": "Working hours to accept or reject.",
            "position": "Its place among those of its kind.",
            "archived_at": "Since when it is not used any more; null while it is.",
        }

    kind = choice(HandOffKind, "Of which hand-offs.")
    assign_by = choice(AssignBy, "How it chooses.")


class HandOff(Row):
    class Meta:
        model = models.HandOff
        description = "An offer to take a lead over, due by a time. Rejecting it returns the lead, stage unchanged."
        columns = {
            "offered_at": "When.",
            "note": "What to know of it; may be empty.",
            "due_at": "By when it is to be answered, in working hours.",
            "overdue_at": "When it was escalated; null if it was not.",
            "decided_at": "When it was accepted, rejected or withdrawn; null while it waits.",
            "decision_note": "What was said with the answer; may be empty.",
            "revision": "Counts what people did with it.",
        }

    needs = {
        "lead": "lead",
        "offeredBy": "offered_by",
        "offeredTo": "offered_to",
        "rule": "rule",
        "escalatedTo": "escalated_to",
        "decidedBy": "decided_by",
        "reason": "reason",
    }

    lead = to_one(Lead, "The lead.")
    kind = choice(HandOffKind, "To inside sales, or to sales.")
    status = choice(HandOffStatus, "What became of it.")
    stage = choice(Stage, "The lead's stage when it was offered.")
    role = choice(Role, "Who may take it over if nobody is named.")
    offered_by = to_one(Membership, "By whom; null for the system.", required=False)
    offered_to = to_one(Membership, "To whom; null: to all of the role.", required=False)
    rule = to_one(
        HandOffRule, "The rule that says by when, and to whom if nobody was named; null for none.", required=False
    )
    escalated_to = to_one(Membership, "Who must see to it since then.", required=False)
    decided_by = to_one(Membership, "Who did; null for the system, or while it waits.", required=False)
    reason = to_one(Reason, "Why it was rejected; null unless it was.", required=False)
    is_overdue = graphene.Boolean(required=True, description="Whether it waits for an answer past its time.")

    def resolve_is_overdue(self: Any, info: Any) -> bool:
        return self.status == HandOffStatus.OFFERED and self.due_at <= info.context.now


HandOffFilter = input_of(
    HandOffFilterSet,
    "HandOffFilter",
    "Which hand-offs; all that is given must hold.",
    {"status": HandOffStatus, "kind": HandOffKind},
)

# --- Counts --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rejections:
    """How many hand-offs were rejected for one reason."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of hand-offs; the rejections of leads that were not ready to buy stand apart from the others."""

    offered: int
    accepted: int
    rejected: int
    withdrawn: int
    escalated: int
    not_ready_to_buy: int
    other_reasons: list[Rejections]


def count_hand_offs(hand_offs: QuerySet[HandOffModel]) -> Counts:
    """Return what became of these hand-offs; two queries. Reasons come most frequent first."""
    rows = hand_offs.order_by()
    totals = rows.aggregate(
        **{status.value: Count("pk", filter=Q(status=status.value)) for status in HandOffStatus},
        escalated=Count("pk", filter=Q(overdue_at__isnull=False)),
    )
    reasons = list(
        rows.filter(status=HandOffStatus.REJECTED, reason__isnull=False)
        .values_list("reason_id", "reason__key", "reason__label")
        .annotate(times=Count("pk"))
        .order_by("-times", "reason__label", "reason_id")
    )
    return Counts(
        **totals,
        not_ready_to_buy=sum(times for _, key, _, times in reasons if key == NOT_READY_TO_BUY),
        other_reasons=[
            Rejections(global_id("Reason", pk), label, times)
            for pk, key, label, times in reasons
            if key != NOT_READY_TO_BUY
        ],
    )


class HandOffReasonCount(graphene.ObjectType):
    class Meta:
        description = "How many hand-offs were rejected for one reason."

    key = graphene.String(required=True, description="The reason's id, to filter by.")
    label = graphene.String(required=True, description="What a person reads.")
    count = graphene.Int(required=True, description="How many.")


class HandOffCounts(graphene.ObjectType):
    class Meta:
        description = "What became of hand-offs."

    offered = graphene.Int(required=True, description="How many wait for an answer.")
    accepted = graphene.Int(required=True, description="How many were accepted.")
    rejected = graphene.Int(required=True, description="How many were rejected, for whatever reason.")
    withdrawn = graphene.Int(required=True, description="How many were withdrawn, or their leads moved on.")
    escalated = graphene.Int(required=True, description="How many of all were escalated because nobody answered.")
    not_ready_to_buy = graphene.Int(
        required=True,
        description="How many were rejected because the lead does not order yet, which a sales-qualified lead need "
        "not; they say more of what the definition is taken for than of the leads.",
    )
    other_reasons = graphene.List(
        graphene.NonNull(HandOffReasonCount),
        required=True,
        description="How many were rejected for each other reason, most frequent first; reasons without any are left "
        "out.",
    )


class Query:
    """The part of the query type that this app brings; see `config.reporting_schema`."""

    hand_offs = pages(HandOff, "The business's hand-offs, newest first.", by=HandOffFilter)
    hand_off_counts = graphene.Field(
        HandOffCounts,
        required=True,
        filter=graphene.Argument(HandOffFilter, description="Which ones; by default all."),
        description="What became of hand-offs, and why they were rejected.",
    )

    def resolve_hand_off_counts(self: Any, info: Any, **given: Any) -> Counts:
        return count_hand_offs(filtered(info, HandOffModel, HandOffFilter, given.get("filter")))
