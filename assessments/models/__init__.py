from assessments.models.diagnosis import Answer, Diagnosis, DiagnosisStatus
from assessments.models.template import (
    AssessmentTemplate,
    Formula,
    Option,
    Question,
    Section,
    StallRisk,
    TemplateVersion,
    TestCase,
    VerdictCondition,
)

__all__ = [
    "Answer",
    "AssessmentTemplate",
    "Diagnosis",
    "DiagnosisStatus",
    "Formula",
    "Option",
    "Question",
    "Section",
    "StallRisk",
    "TemplateVersion",
    "TestCase",
    "VerdictCondition",
]
