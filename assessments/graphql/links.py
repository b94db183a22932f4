"""What members do with prospects' links."""

from typing import Annotated

import strawberry
from django.urls import reverse

from assessments import models
from assessments.graphql.types.link import ProspectLink
from assessments.models import LinkKind
from assessments.services.links import DAYS, invite_prospect, revoke_prospect_link
from leads.graphql.fields import described, pk_of
from leads.graphql.mutations import fresh
from leads.graphql.results import OperationInfo


@strawberry.type(description="A new link for a prospect. Only this answer has its address: it is not kept.")
class ProspectLinkMade:
    link: ProspectLink = strawberry.field(description="The link.")
    url: str = strawberry.field(description="The address to send to the contact; it opens a page of ours.")
    token: str = strawberry.field(description="The secret in it, for a frontend with a page of its own: `X-Prospect`.")


ProspectLinkMadeResult = Annotated[
    ProspectLinkMade | OperationInfo,
    strawberry.union("ProspectLinkMadeResult", description="The new link, or why none was made."),
]
ProspectLinkResult = Annotated[
    ProspectLink | OperationInfo,
    strawberry.union("ProspectLinkResult", description="The link as it is now, or why nothing was changed."),
]


@strawberry.type
class LinksMutation:
    @strawberry.mutation(description="Make a link for a contact, who needs no account to open it.")
    def invite_prospect(
        self,
        info: strawberry.Info,
        diagnosis: Annotated[strawberry.ID, described("The diagnosis's global id.")],
        contact: Annotated[strawberry.ID, described("Whom it is for, at the lead's organization.")],
        kind: Annotated[
            LinkKind,
            described("To answer questions of a running or paused diagnosis, or to read a completed one's summary."),
        ],
        days: Annotated[int, described("For how many days it opens, 90 at most.")] = DAYS,
    ) -> ProspectLinkMadeResult:
        made = invite_prospect(
            diagnosis_id=pk_of(diagnosis, "Diagnosis"),
            contact_id=pk_of(contact, "Contact"),
            kind=kind,
            days=days,
            by=info.context.viewer,
            now=info.context.now,
        )
        url = info.context.request.build_absolute_uri(reverse("prospect", args=[made.token]))
        return ProspectLinkMade(link=made.link, url=url, token=made.token)  # type: ignore[arg-type]

    @strawberry.mutation(description="Take a link back: it opens nothing from now on. What was answered is kept.")
    def revoke_prospect_link(
        self, info: strawberry.Info, link: Annotated[strawberry.ID, described("The link's global id.")]
    ) -> ProspectLinkResult:
        revoked = revoke_prospect_link(
            link_id=pk_of(link, "ProspectLink"), by=info.context.viewer, now=info.context.now
        )
        return fresh(info, revoked)


NODES = {"ProspectLink": models.ProspectLink}
