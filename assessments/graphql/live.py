"""What of diagnosis can be watched, at `/graphql/stream/`; see `leads.graphql.live`."""

from typing import Annotated

import strawberry

from assessments import models
from assessments.graphql import types
from leads import live
from leads.graphql.fields import described, pk_of
from leads.graphql.queries import one


@strawberry.type
class LiveSubscription:
    @strawberry.field(
        description="The diagnosis as it is now, and again whenever it or its lead changed, with its progress, scores "
        "and verdict so far. Null for absent and foreign alike, and then the stream ends."
    )
    def diagnosis_changed(
        self, info: strawberry.Info, diagnosis: Annotated[strawberry.ID, described("The diagnosis's global id.")]
    ) -> types.Diagnosis | None:
        pk = pk_of(diagnosis, "Diagnosis")
        visible = models.Diagnosis.objects.visible_to(info.context.viewer)
        lead_id = visible.filter(pk=pk or 0).values_list("lead_id", flat=True).first()
        if pk is None or lead_id is None:
            return None
        info.context.watch(live.topic("diagnosis", pk), *live.topics_of_lead(info.context.viewer.business.pk, lead_id))
        return one(info, models.Diagnosis.objects.all(), pk)  # type: ignore[return-value]
