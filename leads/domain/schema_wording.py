"""How the questions of a qualification schema are worded."""

from collections.abc import Iterator

from leads.domain.documents import Problem
from leads.domain.questioning import Finding, errors, lint, refusal
from leads.domain.schema_document import SchemaDocument


def wording_findings(document: SchemaDocument) -> Iterator[tuple[str, Finding]]:
    """Yield every finding with the path of its question, warnings and kept wordings included."""
    for index, criterion in enumerate(document.criteria):
        for finding in lint(criterion.question, language=document.language):
            yield f"criteria[{index}].question", finding


def wording_problems(document: SchemaDocument) -> Iterator[Problem]:
    """Yield a problem for each question that pitches, unless there is a reason why its wording stays."""
    for index, criterion in enumerate(document.criteria):
        found = errors(lint(criterion.question, language=document.language))
        if found and not criterion.wording_override.strip():
            yield Problem(f"criteria[{index}].question", refusal(found[0]))
