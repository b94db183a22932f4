"""Writing what makes a lead qualified: what managers read and do before and while a version counts."""

from collections.abc import Iterable
from typing import Annotated

import strawberry

from leads import models, permissions, services
from leads.domain.movement import Movement
from leads.graphql import types
from leads.graphql.connection import PAGE, PAGE_AT_MOST, KeysetConnection, PageRefused, pages
from leads.graphql.fields import described, pk_of
from leads.graphql.filtering import IdRefused
from leads.graphql.mutations import fresh
from leads.graphql.results import OperationInfo
from leads.graphql.types.trying import listed_out, preview_out, trial_out
from leads.services import previewing
from leads.services.calibration.requests import propose_calibration, request_calibration

VersionResult = Annotated[
    types.QualificationVersion | OperationInfo,
    strawberry.union("QualificationVersionResult", description="The version as it is now, or why nothing was changed."),
]
RejudgingResult = Annotated[
    types.Rejudging | OperationInfo,
    strawberry.union("RejudgingResult", description="The pass as it is now, or why nothing was changed."),
]
FlagResult = Annotated[
    types.Flag | OperationInfo,
    strawberry.union("FlagResult", description="The flag as it is now, or why nothing was changed."),
]
CalibrationResult = Annotated[
    types.Calibration | OperationInfo,
    strawberry.union("CalibrationResult", description="The calibration as it is now, or why there is none."),
]
VERSION = described("The version's global id.")
TRIED = described("The version to try; of a draft, what is saved.")


@strawberry.input(description="Which leads of a preview; all that is given must hold.")
class PreviewFilter:
    movement: Movement | None = strawberry.field(default=None, description="Those that move so.")
    owner: strawberry.ID | None = strawberry.field(default=None, description="Those of this member.")
    unassigned: bool = strawberry.field(default=False, description="True: those that nobody works on.")
    reason: str | None = strawberry.field(default=None, description="Those with this reason, word for word.")

    def wanted(self) -> previewing.Wanted:
        owner = pk_of(self.owner, "Membership")
        if self.owner is not None and owner is None:
            raise IdRefused("This is no id of the type Membership.", field="owner")
        return previewing.Wanted(self.movement, owner, self.unassigned, self.reason)


def _is_there(info: strawberry.Info, version: str) -> bool:
    visible = models.QualificationVersion.objects.visible_to(info.context.viewer)
    return visible.filter(pk=pk_of(version, "QualificationVersion") or 0).exists()


def _names(info: strawberry.Info) -> dict[int, str]:
    found = models.Membership.objects.visible_to(info.context.viewer).select_related("user")
    return {membership.pk: str(membership.user) for membership in found}


def _page(found: list[previewing.Listed], *, more: bool) -> types.PreviewedLeads:
    return types.PreviewedLeads(
        leads=[listed_out(listed) for listed in found],
        has_next_page=more,
        end_cursor=previewing.cursor(found[-1]) if found else None,
    )


@strawberry.type
class AuthoringQuery:
    @strawberry.field(
        description="What would become of all open leads if this version were published now. Writes nothing. For "
        "managers; null for absent and foreign versions alike. Takes some seconds for 100,000 leads."
    )
    def qualification_preview(
        self, info: strawberry.Info, version: Annotated[strawberry.ID, TRIED]
    ) -> types.QualificationPreview | None:
        if not _is_there(info, version):
            return None
        info.context.begin_pass()
        found = previewing.preview(
            version_id=pk_of(version, "QualificationVersion"), by=info.context.viewer, now=info.context.now
        )
        return preview_out(found, _names(info))

    @strawberry.field(
        description="The open leads behind a preview, in pages. For managers; null for absent and foreign versions "
        "alike."
    )
    def qualification_preview_leads(
        self,
        info: strawberry.Info,
        version: Annotated[strawberry.ID, TRIED],
        filter: Annotated[PreviewFilter | None, described("Which ones; by default all.")] = None,
        first: Annotated[int, described(f"So many, at most {PAGE_AT_MOST}.")] = PAGE,
        after: Annotated[str | None, described("Only those behind this cursor.")] = None,
    ) -> types.PreviewedLeads | None:
        if not 0 <= first <= PAGE_AT_MOST:
            raise PageRefused(f"first must be from 0 to {PAGE_AT_MOST}.", field="first")
        behind = pk_of(after, "PreviewedLead")
        if after is not None and behind is None:
            raise PageRefused("This cursor does not belong to this list.", field="after")
        if not _is_there(info, version):
            return None
        info.context.begin_pass()
        found, more = previewing.moving_leads(
            version_id=pk_of(version, "QualificationVersion"),
            wanted=filter.wanted() if filter else previewing.Wanted(),
            by=info.context.viewer,
            now=info.context.now,
            first=first,
            after=behind or 0,
        )
        return _page(found, more=more)

    @strawberry.field(
        description="How some of the open leads, spread over all of them by age, would be judged. For managers; null "
        "for absent and foreign versions alike."
    )
    def qualification_sample(
        self,
        info: strawberry.Info,
        version: Annotated[strawberry.ID, TRIED],
        first: Annotated[int, described(f"How many, at most {PAGE_AT_MOST}.")] = PAGE,
    ) -> types.PreviewedLeads | None:
        if not 0 <= first <= PAGE_AT_MOST:
            raise PageRefused(f"first must be from 0 to {PAGE_AT_MOST}.", field="first")
        if not _is_there(info, version):
            return None
        info.context.begin_pass()
        found = previewing.sample(
            version_id=pk_of(version, "QualificationVersion"),
            by=info.context.viewer,
            now=info.context.now,
            size=first,
        )
        return _page(found, more=False)

    @strawberry.field(
        description="How a lead would be judged now by this version, with the whole explanation. Writes nothing. For "
        "managers; null for absent and foreign versions and leads alike."
    )
    def qualification_trial(
        self,
        info: strawberry.Info,
        version: Annotated[strawberry.ID, TRIED],
        lead: Annotated[strawberry.ID, described("The lead to try it on, open or closed.")],
    ) -> types.QualificationTrial | None:
        visible = models.Lead.objects.visible_to(info.context.viewer)
        if not _is_there(info, version) or not visible.filter(pk=pk_of(lead, "Lead") or 0).exists():
            return None
        viewer = info.context.viewer
        trial = previewing.try_on_lead(
            version_id=pk_of(version, "QualificationVersion"),
            lead_id=pk_of(lead, "Lead"),
            by=viewer,
            now=info.context.now,
        )
        return trial_out(trial, viewer.business.currency)

    @pages(
        "The passes over all open leads that follow a publication or a retirement, newest first.",
        KeysetConnection[types.Rejudging],
    )
    def rejudgings(self, info: strawberry.Info) -> Iterable[models.Rejudging]:
        return models.Rejudging.objects.visible_to(info.context.viewer).order_by("-id")

    @pages("The calibrations that were asked for, newest first. For managers.", KeysetConnection[types.Calibration])
    def calibrations(self, info: strawberry.Info) -> Iterable[models.Calibration]:
        permissions.require(info.context.viewer, "author")
        return models.Calibration.objects.visible_to(info.context.viewer).order_by("-id")

    @pages("What owners of leads must see, raised last first.", KeysetConnection[types.Flag])
    def flags(
        self,
        info: strawberry.Info,
        mine: Annotated[bool, described("True: only those of leads that you work on.")] = False,
        open: Annotated[bool | None, described("True: open ones. False: cleared ones. Null: both.")] = True,
    ) -> Iterable[models.Flag]:
        viewer = info.context.viewer
        found = models.Flag.objects.visible_to(viewer).order_by("-id")
        if mine:
            found = found.filter(lead__owner=viewer.membership)
        return found if open is None else found.filter(cleared_at__isnull=open)


@strawberry.type
class AuthoringMutation:
    @strawberry.mutation(
        description="Publish a draft: it is checked, its test cases are run, it never changes again, and all open "
        "leads are judged anew in the background (`rejudgings`). For managers."
    )
    def publish_qualification(self, info: strawberry.Info, version: Annotated[strawberry.ID, VERSION]) -> VersionResult:
        published = services.publish(
            version_id=pk_of(version, "QualificationVersion") or 0, by=info.context.viewer, now=info.context.now
        )
        return fresh(info, published)

    @strawberry.mutation(
        description="Let a published version judge no more; all open leads are judged anew in the background. For "
        "managers."
    )
    def retire_qualification(self, info: strawberry.Info, version: Annotated[strawberry.ID, VERSION]) -> VersionResult:
        retired = services.retire(
            version_id=pk_of(version, "QualificationVersion") or 0, by=info.context.viewer, now=info.context.now
        )
        return fresh(info, retired)

    @strawberry.mutation(description="Begin a draft with the content of a published or retired version. For managers.")
    def copy_qualification(self, info: strawberry.Info, version: Annotated[strawberry.ID, VERSION]) -> VersionResult:
        draft = services.copy_to_draft(version_id=pk_of(version, "QualificationVersion") or 0, by=info.context.viewer)
        return fresh(info, draft)

    @strawberry.mutation(description="Let a pass that failed go on where it stood. For managers.")
    def retry_rejudging(
        self, info: strawberry.Info, rejudging: Annotated[strawberry.ID, described("The pass's global id.")]
    ) -> RejudgingResult:
        waiting = services.retry_rejudging(
            rejudging_id=pk_of(rejudging, "Rejudging"), by=info.context.viewer, now=info.context.now
        )
        return fresh(info, waiting)

    @strawberry.mutation(
        description="Ask how well the criteria of a published or retired version told won leads from lost ones; it is "
        "worked out in the background. One that is under way is answered instead of a second. For managers."
    )
    def calibrate_qualification(
        self, info: strawberry.Info, version: Annotated[strawberry.ID, VERSION]
    ) -> CalibrationResult:
        requested = request_calibration(
            version_id=pk_of(version, "QualificationVersion"), by=info.context.viewer, now=info.context.now
        )
        return fresh(info, requested)

    @strawberry.mutation(
        description="Make a draft of the card that a calibration proposes; what is published stays as it is. For "
        "managers."
    )
    def propose_calibration(
        self, info: strawberry.Info, calibration: Annotated[strawberry.ID, described("The calibration's global id.")]
    ) -> VersionResult:
        draft = propose_calibration(calibration_id=pk_of(calibration, "Calibration"), by=info.context.viewer)
        return fresh(info, draft)

    @strawberry.mutation(description="Say that a flag was seen to.")
    def clear_flag(
        self,
        info: strawberry.Info,
        flag: Annotated[strawberry.ID, described("The flag's global id.")],
        note: Annotated[str, described("What was done about it.")] = "",
    ) -> FlagResult:
        cleared = services.clear_flag(
            flag_id=pk_of(flag, "Flag"), note=note, by=info.context.viewer, now=info.context.now
        )
        return fresh(info, cleared)
