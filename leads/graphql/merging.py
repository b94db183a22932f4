"""Making one of two that are the same."""

from typing import Annotated

import strawberry

from leads import services
from leads.graphql import types
from leads.graphql.fields import described, pk_of
from leads.graphql.mutations import LeadResult, fresh
from leads.graphql.results import OperationInfo

OrganizationResult = Annotated[
    types.Organization | OperationInfo,
    strawberry.union("OrganizationResult", description="The organization as it is now, or why nothing was changed."),
]
ContactResult = Annotated[
    types.Contact | OperationInfo,
    strawberry.union("ContactResult", description="The contact as it is now, or why nothing was changed."),
]
KEPT = described("The global id of the one that is kept.")
GONE = described("The global id of the one that is merged into it, and found under it from then on.")
REVISION = described("The kept lead's `revision` as you read it; a conflict is answered if it changed since.")


@strawberry.type
class MergingMutation:
    @strawberry.mutation(
        description="Let an organization's people, leads and opportunities be another one's, and answer the kept one. "
        "Asking again changes nothing. For inside sales, sales and managers."
    )
    def merge_organizations(
        self,
        info: strawberry.Info,
        kept: Annotated[strawberry.ID, KEPT],
        gone: Annotated[strawberry.ID, GONE],
    ) -> OrganizationResult:
        ids = {"kept_id": pk_of(kept, "Organization"), "gone_id": pk_of(gone, "Organization")}
        merged = services.merge_organizations(**ids, by=info.context.viewer, now=info.context.now)
        return fresh(info, merged)

    @strawberry.mutation(
        description="Let what a contact said and did be another one's of the same organization, and answer the kept "
        "one. Asking again changes nothing. For inside sales, sales and managers."
    )
    def merge_contacts(
        self,
        info: strawberry.Info,
        kept: Annotated[strawberry.ID, KEPT],
        gone: Annotated[strawberry.ID, GONE],
    ) -> ContactResult:
        ids = {"kept_id": pk_of(kept, "Contact"), "gone_id": pk_of(gone, "Contact")}
        merged = services.merge_contacts(**ids, by=info.context.viewer, now=info.context.now)
        return fresh(info, merged)

    @strawberry.mutation(
        description="Let what was learned in one journey count in another of the same organization, and answer the "
        "kept lead, judged anew. Evidence, touches, people, diagnoses and open next steps move; receipts and stays are "
        "read through `mergedFrom`. Asking again changes nothing, whatever the revision. For inside sales, sales and "
        "managers."
    )
    def merge_leads(
        self,
        info: strawberry.Info,
        kept: Annotated[strawberry.ID, KEPT],
        gone: Annotated[strawberry.ID, GONE],
        expected_revision: Annotated[int, REVISION],
    ) -> LeadResult:
        merged = services.merge_leads(
            kept_id=pk_of(kept, "Lead"),
            gone_id=pk_of(gone, "Lead"),
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, merged)
