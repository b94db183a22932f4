"""Stall risks, briefs and histories: what is read and done with them."""

from collections.abc import Iterable
from typing import Annotated

import strawberry
import strawberry_django

from leads import models as leads
from leads.graphql.connection import KeysetConnection, pages
from leads.graphql.fields import described, optional_pk, pk_of
from leads.graphql.mutations import fresh
from leads.graphql.results import OperationInfo
from leads.selectors import NotFound
from playbook import models
from playbook.domain.stalling import RiskSeverity
from playbook.domain.timeline import TimelineKind
from playbook.graphql import types
from playbook.services import brief as briefs
from playbook.services import timeline as histories
from playbook.services.risk_settings import RiskChanges, change_stall_risk

LEAD = described("The lead's global id.")
StallRiskSettingResult = Annotated[
    types.StallRiskSetting | OperationInfo,
    strawberry.union("StallRiskSettingResult", description="The setting as it is now, or why nothing was changed."),
]


@strawberry.type
class StallingQuery:
    @strawberry_django.field(description="What the business makes of stall risks, in their order.")
    def stall_risk_settings(self, info: strawberry.Info) -> list[types.StallRiskSetting]:
        return models.StallRiskSetting.objects.visible_to(info.context.viewer)  # type: ignore[return-value]

    @pages("What was foreseen of the leads that were lost, newest first.", KeysetConnection[types.LossReview])
    def loss_reviews(self, info: strawberry.Info) -> Iterable[models.LossReview]:
        return models.LossReview.objects.visible_to(info.context.viewer).order_by("-id")

    @strawberry.field(
        description="What somebody should know before they speak with this prospect, and what they should not ask; "
        "null for a lead that is absent or foreign."
    )
    def brief(self, info: strawberry.Info, lead: Annotated[strawberry.ID, LEAD]) -> types.Brief | None:
        viewer = info.context.viewer
        try:
            found = briefs.brief_of(pk_of(lead, "Lead"), viewer, info.context.now)
        except NotFound:
            return None
        return types.brief_out(found, viewer.business.currency)

    @strawberry.field(
        description="Everything that happened to a lead, latest first, whatever it is; null for a lead that is absent "
        "or foreign."
    )
    def timeline(
        self,
        info: strawberry.Info,
        lead: Annotated[strawberry.ID, LEAD],
        first: Annotated[int, described("So many, from 0 to 100.")] = histories.PAGE,
        after: Annotated[str | None, described("Only what comes after this cursor.")] = None,
        kinds: Annotated[list[TimelineKind] | None, described("Of these kinds only; by default of all.")] = None,
    ) -> types.TimelineConnection | None:
        found = leads.Lead.objects.visible_to(info.context.viewer).filter(pk=pk_of(lead, "Lead") or 0).first()
        if found is None:
            return None
        return types.timeline_out(histories.timeline(found, first=first, after=after, kinds=kinds), after)


@strawberry.type
class StallingMutation:
    @strawberry.mutation(description="Change what the business makes of a stall risk. For managers.")
    def change_stall_risk(
        self,
        info: strawberry.Info,
        risk: Annotated[strawberry.ID, described("The global id of the setting.")],
        name: Annotated[str | None, described("What a person reads.")] = None,
        active: Annotated[bool | None, described("Whether it is looked for.")] = None,
        days: Annotated[int | None, described("Working days without activity; for that risk only.")] = None,
        severity: Annotated[RiskSeverity | None, described("How much it weighs.")] = None,
        predicts: Annotated[strawberry.ID | None, described("One of `reasons(kind: LOST)`.")] = None,
        predicts_nothing: Annotated[bool, described("True: it predicts no reason any more.")] = False,
    ) -> StallRiskSettingResult:
        reason = optional_pk(predicts, "Reason")
        changes = RiskChanges(name, active, days, severity, reason, predicts_nothing)
        found = change_stall_risk(setting_id=pk_of(risk, "StallRiskSetting"), changes=changes, by=info.context.viewer)
        return fresh(info, found)


NODES = {"LossReview": models.LossReview, "StallRiskSetting": models.StallRiskSetting}
