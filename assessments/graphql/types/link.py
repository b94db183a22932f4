from datetime import datetime

import strawberry
import strawberry_django
from strawberry import relay

from assessments import models
from assessments.domain.self_assessment import LinkState
from assessments.models import LinkKind
from assessments.services.links import state_of
from leads.graphql.enums import described
from leads.graphql.fields import column, computed
from leads.graphql.types import Contact, Membership

described(
    LinkState,
    "Where a prospect's link stands.",
    {
        LinkState.OPEN: "It opens.",
        LinkState.SUBMITTED: "The prospect has sent its answers; it may still read them.",
        LinkState.EXPIRED: "Its time is over.",
        LinkState.REVOKED: "Somebody took it back.",
        LinkState.CLOSED: "It opens no more, since the diagnosis, the lead or the contact changed.",
    },
    "ProspectLinkState",
)


@strawberry_django.type(
    models.ProspectLink, description="A link that one contact was given; its address is shown only when it is made."
)
class ProspectLink(relay.Node):
    contact: Contact = column("Whom it was made for.")
    kind: LinkKind = column("What it opens.")
    created_at: datetime = column("When it was made.")
    created_by: Membership | None = column("Who made it.")
    expires_at: datetime = column("Until when it opens.")
    revoked_at: datetime | None = column("When it was taken back; null if it was not.")
    opened_at: datetime | None = column("When the prospect first opened it; null if it did not.")
    submitted_at: datetime | None = column("When the prospect sent its answers; null if it did not.")

    @computed("How many questions the prospect has answered through it.", only=["answers"])
    def answered(self, info: strawberry.Info) -> int:
        return len(self.answers)

    @computed(
        "Where it stands.",
        only=[
            *("kind", "expires_at", "revoked_at", "submitted_at", "contact__archived_at", "contact__organization"),
            *("diagnosis__status", "diagnosis__lead__stage", "diagnosis__lead__organization"),
        ],
        select_related=["contact", "diagnosis__lead"],
    )
    def state(self, info: strawberry.Info) -> LinkState:
        return state_of(self, info.context.now)
