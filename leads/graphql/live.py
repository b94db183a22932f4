"""What of leads can be watched, at `/graphql/stream/`.

Each field is resolved as in a query, once at the beginning and again whenever a topic changed that it named
to `info.context.watch`. It names them before it reads, so that no change falls in between.
"""

from typing import Annotated

import strawberry

from leads import live, models
from leads.graphql import types
from leads.graphql.fields import described, pk_of
from leads.graphql.queries import one


@strawberry.type
class LiveSubscription:
    @strawberry.field(
        description="The lead as it is now, and again whenever it, its evidence, work or diagnoses changed. Null for "
        "absent and foreign alike, and then the stream ends."
    )
    def lead_changed(
        self, info: strawberry.Info, lead: Annotated[strawberry.ID, described("The lead's global id.")]
    ) -> types.Lead | None:
        pk = pk_of(lead, "Lead")
        if pk is None:
            return None
        info.context.watch(*live.topics_of_lead(info.context.viewer.business.pk, pk))
        return one(info, models.Lead.everything.all(), pk)  # type: ignore[return-value]
