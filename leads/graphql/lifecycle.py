"""Reasons and opportunities: what is read and done with them."""

from collections.abc import Iterable
from typing import Annotated, Any

import strawberry
import strawberry_django

from leads import models, services
from leads.domain.opportunities import OpportunityStatus
from leads.domain.reasons import ReasonKind
from leads.filters import OpportunityFilterSet
from leads.graphql import types
from leads.graphql.connection import KeysetConnection, pages
from leads.graphql.fields import described, optional_pk, pk_of
from leads.graphql.filtering import input_of
from leads.graphql.mutations import EXIT_OVERRIDE, LEAD, REVISION, fresh
from leads.graphql.queries import WHICH, Id, filtered, one
from leads.graphql.results import OperationInfo

OpportunityFilter: Any = input_of(
    OpportunityFilterSet,
    "OpportunityFilter",
    "Which opportunities; all that is given must hold.",
    {"status": OpportunityStatus},
)

OpportunityResult = Annotated[
    types.Opportunity | OperationInfo,
    strawberry.union("OpportunityResult", description="The opportunity as it is now, or why nothing was changed."),
]
ReasonResult = Annotated[
    types.Reason | OperationInfo,
    strawberry.union("ReasonResult", description="The reason as it is now, or why nothing was changed."),
]
OPPORTUNITY = described("The opportunity's global id.")
OPPORTUNITY_REVISION = described("The opportunity's `revision` as you read it; a conflict is answered if it changed.")
REASON = described("The reason's global id.")
LABEL = described("What people choose, such as Changed priority.")
WHEN = described("When to choose it.")
NAMES = described("True: who chooses it must name the competitor.")


@strawberry.type
class LifecycleQuery:
    @strawberry_django.field(description="The reasons that the business keeps lists of, in their order.")
    def reasons(
        self,
        info: strawberry.Info,
        kind: Annotated[ReasonKind | None, described("Of this kind only; by default of all.")] = None,
        archived: Annotated[bool, described("True: with those that are not offered any more.")] = False,
    ) -> list[types.Reason]:
        found = models.Reason.objects.visible_to(info.context.viewer)
        if kind is not None:
            found = found.filter(kind=kind.value)
        return found if archived else found.filter(archived_at__isnull=True)  # type: ignore[return-value]

    @strawberry.field(description="The opportunity with this global id; null for absent and foreign alike.")
    def opportunity(self, info: strawberry.Info, id: Id) -> types.Opportunity | None:
        return one(info, models.Opportunity.objects.all(), pk_of(id, "Opportunity"))  # type: ignore[return-value]

    @pages("The business's opportunities, newest first.", KeysetConnection[types.Opportunity])
    def opportunities(
        self,
        info: strawberry.Info,
        filter: Annotated[OpportunityFilter | None, WHICH] = None,
    ) -> Iterable[models.Opportunity]:
        return filtered(info, models.Opportunity, OpportunityFilter.filter_set, filter).order_by("-id")


@strawberry.type
class LifecycleMutation:
    @strawberry.mutation(
        description="Make an opportunity of a diagnosed lead, or let it join an open one of its organization. Asking "
        "again answers the same opportunity, whatever the revision. For sales and managers."
    )
    def convert_lead(
        self,
        info: strawberry.Info,
        lead: Annotated[strawberry.ID, LEAD],
        expected_revision: Annotated[int, REVISION],
        opportunity: Annotated[
            strawberry.ID | None, described("One of `Lead.openOpportunities`, to join it; by default a new one.")
        ] = None,
        title: Annotated[str, described("What a new one is about; by default the lead's title.")] = "",
        override_reason: Annotated[
            str, described("Why to go on without a verdict that advises it; kept on the receipt.")
        ] = "",
        exit_override: Annotated[str, EXIT_OVERRIDE] = "",
    ) -> OpportunityResult:
        converted = services.convert_lead(
            lead_id=pk_of(lead, "Lead"),
            expected_revision=expected_revision,
            opportunity_id=optional_pk(opportunity, "Opportunity"),
            title=title,
            override_reason=override_reason,
            exit_override=exit_override,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, converted)

    @strawberry.mutation(description="Make customers of all leads in an open opportunity. For sales and managers.")
    def win_opportunity(
        self,
        info: strawberry.Info,
        opportunity: Annotated[strawberry.ID, OPPORTUNITY],
        expected_revision: Annotated[int, OPPORTUNITY_REVISION],
        reason: Annotated[str, described("What to write on the receipts; may be empty.")] = "",
        exit_override: Annotated[str, EXIT_OVERRIDE] = "",
    ) -> OpportunityResult:
        won = services.win_opportunity(
            opportunity_id=pk_of(opportunity, "Opportunity"),
            expected_revision=expected_revision,
            reason=reason,
            exit_override=exit_override,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, won)

    @strawberry.mutation(description="Lose all leads in an open opportunity. For sales and managers.")
    def lose_opportunity(
        self,
        info: strawberry.Info,
        opportunity: Annotated[strawberry.ID, OPPORTUNITY],
        cause: Annotated[strawberry.ID, described("One of `reasons(kind: LOST)`.")],
        expected_revision: Annotated[int, OPPORTUNITY_REVISION],
        competitor: Annotated[str, described("Who won it instead; needed where the cause names a competitor.")] = "",
        reason: Annotated[str, described("What to write on the receipts; may be empty.")] = "",
    ) -> OpportunityResult:
        lost = services.lose_opportunity(
            opportunity_id=pk_of(opportunity, "Opportunity"),
            cause_id=pk_of(cause, "Reason") or 0,
            competitor=competitor,
            expected_revision=expected_revision,
            reason=reason,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, lost)

    @strawberry.mutation(
        description="Let a won or lost opportunity go on, with the leads that closed it. For sales and managers."
    )
    def reopen_opportunity(
        self,
        info: strawberry.Info,
        opportunity: Annotated[strawberry.ID, OPPORTUNITY],
        reason: Annotated[str, described("Why.")],
        expected_revision: Annotated[int, OPPORTUNITY_REVISION],
    ) -> OpportunityResult:
        reopened = services.reopen_opportunity(
            opportunity_id=pk_of(opportunity, "Opportunity"),
            reason=reason,
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, reopened)

    @strawberry.mutation(description="Add a reason at the end of its list. For managers.")
    def add_reason(
        self,
        info: strawberry.Info,
        kind: Annotated[ReasonKind, described("What it is given for.")],
        label: Annotated[str, LABEL],
        key: Annotated[str, described("Its stable name; by default made out of the label.")] = "",
        description: Annotated[str, WHEN] = "",
        names_competitor: Annotated[bool, NAMES] = False,
    ) -> ReasonResult:
        added = services.add_reason(
            kind=kind,
            label=label,
            key=key,
            description=description,
            names_competitor=names_competitor,
            by=info.context.viewer,
        )
        return fresh(info, added)

    @strawberry.mutation(description="Change what people read of a reason; what is left out stays. For managers.")
    def change_reason(
        self,
        info: strawberry.Info,
        reason: Annotated[strawberry.ID, REASON],
        label: Annotated[str | None, LABEL] = None,
        description: Annotated[str | None, WHEN] = None,
        names_competitor: Annotated[bool | None, NAMES] = None,
        position: Annotated[int | None, described("Its place in the list, from 0.")] = None,
    ) -> ReasonResult:
        changes = services.ReasonChanges(
            label=label, description=description, names_competitor=names_competitor, position=position
        )
        changed = services.change_reason(reason_id=pk_of(reason, "Reason"), changes=changes, by=info.context.viewer)
        return fresh(info, changed)

    @strawberry.mutation(
        description="Offer a reason no more, or again; receipts that name it stay as they are. For managers."
    )
    def archive_reason(
        self,
        info: strawberry.Info,
        reason: Annotated[strawberry.ID, REASON],
        archived: Annotated[bool, described("False: offer it again.")] = True,
    ) -> ReasonResult:
        changed = services.archive_reason(
            reason_id=pk_of(reason, "Reason"), archived=archived, by=info.context.viewer, now=info.context.now
        )
        return fresh(info, changed)
