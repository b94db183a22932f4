from assessments.graphql.types.comparison import DiagnosisComparison, comparison_out
from assessments.graphql.types.diagnosis import Conversation, Diagnosis, DiagnosisConflict
from assessments.graphql.types.finding import Disagreement, Finding
from assessments.graphql.types.template import AssessmentTemplate, TemplateProposal, TemplateVersion

__all__ = [
    "AssessmentTemplate",
    "Conversation",
    "Diagnosis",
    "DiagnosisComparison",
    "DiagnosisConflict",
    "Disagreement",
    "Finding",
    "TemplateProposal",
    "TemplateVersion",
    "comparison_out",
]
