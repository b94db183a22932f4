"""Publishing and comparing what salespeople ask; templates are written in the admin, or come as packs."""

from typing import Annotated

import strawberry

from assessments import services
from assessments.graphql import types
from assessments.services.comparing import compare_template_versions
from leads.graphql.fields import described, pk_of
from leads.graphql.mutations import fresh
from leads.graphql.results import OperationInfo
from leads.graphql.types import VersionDifference, difference_out
from leads.selectors import NotFound

TemplateVersionResult = Annotated[
    types.TemplateVersion | OperationInfo,
    strawberry.union("TemplateVersionResult", description="The version as it is now, or why nothing was changed."),
]
VERSION = described("The version's global id.")


@strawberry.type
class TemplateQuery:
    @strawberry.field(
        description="What became of one version of a template in another, in words, for managers; drafts, and versions "
        "of another template, may be compared too; null for absent and foreign alike."
    )
    def template_difference(
        self,
        info: strawberry.Info,
        before: Annotated[strawberry.ID, described("The global id of the earlier version.")],
        after: Annotated[strawberry.ID, described("The global id of the later version.")],
    ) -> VersionDifference | None:
        ids = {"before_id": pk_of(before, "TemplateVersion"), "after_id": pk_of(after, "TemplateVersion")}
        try:
            found = compare_template_versions(**ids, by=info.context.viewer)
        except NotFound:
            return None
        return difference_out(found.changes)


@strawberry.type
class TemplateMutation:
    @strawberry.mutation(
        description="Publish a draft: it is checked, its test cases are run, and it never changes again. Diagnoses "
        "that begin from then on run it. A refusal has a message for every problem, with the path to it. For managers."
    )
    def publish_template(
        self, info: strawberry.Info, version: Annotated[strawberry.ID, VERSION]
    ) -> TemplateVersionResult:
        published = services.publish_template(
            version_id=pk_of(version, "TemplateVersion") or 0, by=info.context.viewer, now=info.context.now
        )
        return fresh(info, published)

    @strawberry.mutation(
        description="Offer a published version no more; diagnoses that run it go on with it. For managers."
    )
    def retire_template(
        self, info: strawberry.Info, version: Annotated[strawberry.ID, VERSION]
    ) -> TemplateVersionResult:
        retired = services.retire_template(
            version_id=pk_of(version, "TemplateVersion") or 0, by=info.context.viewer, now=info.context.now
        )
        return fresh(info, retired)

    @strawberry.mutation(description="Begin a draft with the content of a published or retired version. For managers.")
    def copy_template(self, info: strawberry.Info, version: Annotated[strawberry.ID, VERSION]) -> TemplateVersionResult:
        draft = services.copy_template_to_draft(
            version_id=pk_of(version, "TemplateVersion") or 0, by=info.context.viewer
        )
        return fresh(info, draft)
