"""How the questions of a template are worded."""

from collections.abc import Iterator

from assessments.domain.template import TemplateDocument
from assessments.domain.template_checks import questions_at
from leads.domain.documents import Problem
from leads.domain.questioning import Finding, errors, lint, refusal

URGENCY_QUESTION = "urgency_question"


def wording_findings(document: TemplateDocument) -> Iterator[tuple[str, Finding]]:
    """Yield every finding with the path of its text, warnings and kept wordings included."""
    for path, text, _ in _worded(document):
        for finding in _lint(document, text):
            yield path, finding


def wording_problems(document: TemplateDocument) -> Iterator[Problem]:
    """Yield a problem for each question that pitches, unless there is a reason why its wording stays.

    The question about urgency has no place for a reason.
    """
    for path, text, override in _worded(document):
        found = errors(_lint(document, text))
        if found and not override.strip():
            yield Problem(path, refusal(found[0], may_stay=path != URGENCY_QUESTION))


def _worded(document: TemplateDocument) -> Iterator[tuple[str, str, str]]:
    """Yield path, text and reason for the wording of all that is asked, in the order of the document."""
    yield URGENCY_QUESTION, document.urgency_question, ""
    for path, question in questions_at(document):
        yield f"{path}.text", question.text, question.wording_override


def _lint(document: TemplateDocument, text: str) -> tuple[Finding, ...]:
    return lint(text, own_names=[document.offer.name], language=document.language)
