from assessments.models.diagnosis import UNFINISHED, Answer, Conversation, Diagnosis, DiagnosisStatus, Disagreement
from assessments.models.finding import Finding, FindingKind, NewToProspect
from assessments.models.link import LinkKind, ProspectAnswer, ProspectLink
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
    "UNFINISHED",
    "Answer",
    "AssessmentTemplate",
    "Conversation",
    "Diagnosis",
    "DiagnosisStatus",
    "Disagreement",
    "Finding",
    "FindingKind",
    "Formula",
    "LinkKind",
    "NewToProspect",
    "Option",
    "ProspectAnswer",
    "ProspectLink",
    "Question",
    "Section",
    "StallRisk",
    "TemplateVersion",
    "TestCase",
    "VerdictCondition",
]
