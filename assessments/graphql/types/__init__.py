from assessments.graphql.types.diagnosis import Diagnosis, DiagnosisConflict
from assessments.graphql.types.template import AssessmentTemplate, TemplateVersion

__all__ = ["AssessmentTemplate", "Diagnosis", "DiagnosisConflict", "TemplateVersion"]
