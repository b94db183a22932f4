"""Hand-offs and their rules: what is read and done with them."""

from collections.abc import Iterable
from typing import Annotated, Any

import strawberry
import strawberry_django

from leads.graphql.connection import KeysetConnection, pages
from leads.graphql.fields import described, optional_pk, pk_of
from leads.graphql.filtering import input_of
from leads.graphql.mutations import LEAD, fresh
from leads.graphql.queries import WHICH, filtered
from leads.graphql.results import KINDS, MessageKind, OperationInfo
from leads.models import TenantModel
from playbook import models, services
from playbook.domain.steps import HandOffKind, HandOffStatus
from playbook.filters import HandOffFilterSet
from playbook.graphql import types
from playbook.services.hand_offs import HandOffAnswered

NODES: dict[str, type[TenantModel]] = {"HandOff": models.HandOff, "HandOffRule": models.HandOffRule}

KINDS[HandOffAnswered] = MessageKind.CONFLICT

HandOffFilter: Any = input_of(
    HandOffFilterSet,
    "HandOffFilter",
    "Which hand-offs; all that is given must hold.",
    {"status": HandOffStatus, "kind": HandOffKind},
)
HandOffResult = Annotated[
    types.HandOff | OperationInfo,
    strawberry.union("HandOffResult", description="The hand-off as it is now, or why nothing was changed."),
]
HAND_OFF = described("The hand-off's global id.")
REVISION = described("The hand-off's `revision` as you read it; a conflict is answered if it changed since.")
NOTE = described("What to say with it; may be empty.")


@strawberry.type
class HandOffsQuery:
    @pages("The business's hand-offs, newest first.", KeysetConnection[types.HandOff])
    def hand_offs(
        self,
        info: strawberry.Info,
        filter: Annotated[HandOffFilter | None, WHICH] = None,
    ) -> Iterable[models.HandOff]:
        return filtered(info, models.HandOff, HandOffFilter.filter_set, filter).order_by("-id")

    @strawberry_django.field(description="The rules by which leads are handed off, in their order.")
    def hand_off_rules(
        self,
        info: strawberry.Info,
        kind: Annotated[HandOffKind | None, described("Of this kind only; by default of both.")] = None,
        archived: Annotated[bool, described("True: with those that are not used any more.")] = False,
    ) -> list[types.HandOffRule]:
        found = models.HandOffRule.objects.visible_to(info.context.viewer)
        if kind is not None:
            found = found.filter(kind=kind.value)
        return found if archived else found.filter(archived_at__isnull=True)  # type: ignore[return-value]


@strawberry.type
class HandOffsMutation:
    @strawberry.mutation(
        description="Offer an MQL to inside sales, or an SQL to sales: to a member, or by your rules if none is named, "
        "or to all of the role if there is no rule."
    )
    def offer_hand_off(
        self,
        info: strawberry.Info,
        lead: Annotated[strawberry.ID, LEAD],
        kind: Annotated[HandOffKind | None, described("By default what follows from the lead's stage.")] = None,
        to: Annotated[strawberry.ID | None, described("To this member; by default by rule.")] = None,
        note: Annotated[str, described("What to know of it; may be empty.")] = "",
    ) -> HandOffResult:
        offered = services.offer_hand_off(
            lead_id=pk_of(lead, "Lead"),
            kind=kind,
            to_member_id=optional_pk(to, "Membership"),
            note=note,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, offered)

    @strawberry.mutation(
        description="Take a lead over: an MQL becomes a SAL, an SQL keeps its stage, and you own it. For whom it is "
        "offered to, who stands in for them, and managers."
    )
    def accept_hand_off(
        self,
        info: strawberry.Info,
        hand_off: Annotated[strawberry.ID, HAND_OFF],
        expected_revision: Annotated[int, REVISION],
    ) -> HandOffResult:
        accepted = services.accept_hand_off(
            hand_off_id=pk_of(hand_off, "HandOff"),
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, accepted)

    @strawberry.mutation(
        description="Give a lead back, its stage unchanged. To reject it as not ready to buy is answered with the code "
        "`not_ready_to_buy` and what a sales-qualified lead is, until it is confirmed. For the same as accepting."
    )
    def reject_hand_off(
        self,
        info: strawberry.Info,
        hand_off: Annotated[strawberry.ID, HAND_OFF],
        reason: Annotated[strawberry.ID, described("One of `reasons(kind: HANDOFF_REJECTED)`.")],
        expected_revision: Annotated[int, REVISION],
        note: Annotated[str, NOTE] = "",
        confirm: Annotated[bool, described("True: reject it though it need not be ready to buy.")] = False,
    ) -> HandOffResult:
        rejected = services.reject_hand_off(
            hand_off_id=pk_of(hand_off, "HandOff"),
            reason_id=pk_of(reason, "Reason") or 0,
            expected_revision=expected_revision,
            note=note,
            confirm=confirm,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, rejected)

    @strawberry.mutation(
        description="Take an offer back that waits for its answer. For who made it, the lead's owner, and managers."
    )
    def withdraw_hand_off(
        self,
        info: strawberry.Info,
        hand_off: Annotated[strawberry.ID, HAND_OFF],
        expected_revision: Annotated[int, REVISION],
        note: Annotated[str, NOTE] = "",
    ) -> HandOffResult:
        withdrawn = services.withdraw_hand_off(
            hand_off_id=pk_of(hand_off, "HandOff"),
            expected_revision=expected_revision,
            note=note,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, withdrawn)
