from assessments.services.authoring import (
    copy_template_to_draft,
    publish_template,
    retire_template,
    template_from_document,
)
from assessments.services.diagnoses import answer_question, complete_diagnosis, start_diagnosis

__all__ = [
    "answer_question",
    "complete_diagnosis",
    "copy_template_to_draft",
    "publish_template",
    "retire_template",
    "start_diagnosis",
    "template_from_document",
]
