from assessments.services.amending import amend_diagnosis
from assessments.services.authoring import (
    begin_template_draft,
    copy_template_to_draft,
    problems_of_template,
    publish_template,
    retire_template,
    template_from_document,
)
from assessments.services.comparing import compare_template_versions
from assessments.services.diagnoses import answer_question, complete_diagnosis, confirm_known, start_diagnosis
from assessments.services.disagreeing import disagree_with_verdict, withdraw_disagreement
from assessments.services.discarding import discard_template_draft
from assessments.services.findings import FindingChanges, add_finding, change_finding, remove_finding
from assessments.services.sittings import (
    abandon_diagnosis,
    go_to_section,
    pause_diagnosis,
    resume_diagnosis,
    skip_question,
)

__all__ = [
    "FindingChanges",
    "abandon_diagnosis",
    "add_finding",
    "amend_diagnosis",
    "answer_question",
    "begin_template_draft",
    "change_finding",
    "compare_template_versions",
    "complete_diagnosis",
    "confirm_known",
    "copy_template_to_draft",
    "disagree_with_verdict",
    "discard_template_draft",
    "go_to_section",
    "pause_diagnosis",
    "problems_of_template",
    "publish_template",
    "remove_finding",
    "resume_diagnosis",
    "retire_template",
    "skip_question",
    "start_diagnosis",
    "template_from_document",
    "withdraw_disagreement",
]
