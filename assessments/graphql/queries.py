"""What of diagnosis can be read."""

from typing import Annotated

import strawberry
import strawberry_django

from assessments import models
from assessments.graphql import types
from assessments.services.comparing_editions import compare_diagnoses
from assessments.services.proposing import proposals_for
from leads.graphql.fields import described, pk_of
from leads.graphql.queries import Id, one
from leads.models import Status


@strawberry.type
class Query:
    @strawberry_django.field(
        description="The guided diagnoses that the business offers, in its order: those with a published version, "
        "which can be started."
    )
    def assessment_templates(
        self,
        info: strawberry.Info,
        unpublished: Annotated[bool, described("True: those too that have drafts or retired versions only.")] = False,
    ) -> list[types.AssessmentTemplate]:
        visible = models.AssessmentTemplate.objects.visible_to(info.context.viewer).filter(archived_at__isnull=True)
        # At most one version is published.
        return visible if unpublished else visible.filter(versions__status=Status.PUBLISHED)  # type: ignore[return-value]

    @strawberry.field(description="The diagnosis with this global id; null for absent and foreign alike.")
    def diagnosis(self, info: strawberry.Info, id: Id) -> types.Diagnosis | None:
        return one(info, models.Diagnosis.objects.all(), pk_of(id, "Diagnosis"))  # type: ignore[return-value]

    @strawberry.field(
        description="The guided diagnoses that may be run with a lead, in the business's order, and whether each suits "
        "what is known of it; empty for a lead that is absent or foreign."
    )
    def proposed_templates(
        self, info: strawberry.Info, lead: Annotated[strawberry.ID, described("The lead's global id.")]
    ) -> list[types.TemplateProposal]:
        viewer = info.context.viewer
        return [
            types.TemplateProposal(template=found.template, fits=found.fits, because=found.because)  # type: ignore[arg-type]
            for found in proposals_for(pk_of(lead, "Lead"), viewer, info.context.now)
        ]

    @strawberry.field(
        description="What the later of two diagnoses found differently, such as two editions of one; null for absent "
        "and foreign alike, and for two that have neither lead nor template in common."
    )
    def compare_diagnoses(
        self,
        info: strawberry.Info,
        before: Annotated[strawberry.ID, described("The global id of the earlier diagnosis.")],
        after: Annotated[strawberry.ID, described("The global id of the later diagnosis.")],
    ) -> types.DiagnosisComparison | None:
        viewer = info.context.viewer
        ids = {"before_id": pk_of(before, "Diagnosis"), "after_id": pk_of(after, "Diagnosis")}
        found = compare_diagnoses(**ids, by=viewer, now=info.context.now)
        return types.comparison_out(found, viewer.business.currency) if found else None


NODES = {
    "Answer": models.Answer,
    "AssessmentTemplate": models.AssessmentTemplate,
    "Conversation": models.Conversation,
    "Diagnosis": models.Diagnosis,
    "Disagreement": models.Disagreement,
    "Finding": models.Finding,
    "TemplateVersion": models.TemplateVersion,
}
