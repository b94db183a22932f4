from assessments.services.authoring import (
    begin_template_draft,
    copy_template_to_draft,
    problems_of_template,
    publish_template,
    retire_template,
    template_from_document,
)
from assessments.services.diagnoses import answer_question, complete_diagnosis, start_diagnosis

__all__ = [
    "answer_question",
    "begin_template_draft",
    "complete_diagnosis",
    "copy_template_to_draft",
    "problems_of_template",
    "publish_template",
    "retire_template",
    "start_diagnosis",
    "template_from_document",
]
