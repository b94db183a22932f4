"""What of diagnosis can be read."""

import strawberry
import strawberry_django

from assessments import models
from assessments.graphql import types
from leads.graphql.fields import pk_of
from leads.graphql.queries import Id, one


@strawberry.type
class Query:
    @strawberry_django.field(description="The guided diagnoses that the business offers, in its order.")
    def assessment_templates(self, info: strawberry.Info) -> list[types.AssessmentTemplate]:
        visible = models.AssessmentTemplate.objects.visible_to(info.context.viewer)
        return visible.filter(archived_at__isnull=True)  # type: ignore[return-value]

    @strawberry.field(description="The diagnosis with this global id; null for absent and foreign alike.")
    def diagnosis(self, info: strawberry.Info, id: Id) -> types.Diagnosis | None:
        return one(info, models.Diagnosis.objects.all(), pk_of(id, "Diagnosis"))  # type: ignore[return-value]


NODES = {
    "Answer": models.Answer,
    "AssessmentTemplate": models.AssessmentTemplate,
    "Diagnosis": models.Diagnosis,
    "TemplateVersion": models.TemplateVersion,
}
