"""Beginning and discarding drafts, what still keeps one from being published, and what its test cases give."""

from django.db import transaction

from leads import permissions, selectors
from leads.domain import schema_document
from leads.domain.cases import CaseResult, run_cases
from leads.domain.documents import DocumentRefused, Problem
from leads.domain.plan import compile_plan
from leads.models import QualificationSchema, QualificationVersion
from leads.services import versions
from leads.services.publishing import checked_document
from leads.services.schema_rows import document_of_rows
from leads.tenancy import Viewer


@transaction.atomic
def begin_draft(*, schema_id: int, by: Viewer) -> QualificationVersion:
    """Return a new, empty draft of a schema."""
    permissions.require(by, "author")
    schema = QualificationSchema.objects.visible_to(by).select_for_update().filter(pk=schema_id).first()
    if schema is None:
        raise selectors.NotFound("There is no such schema.", field="schema")
    number = versions.next_number(QualificationVersion, schema, of="schema")
    return QualificationVersion.objects.create(business=by.business, schema=schema, number=number)


@transaction.atomic
def discard_draft(*, version_id: int, by: Viewer) -> QualificationSchema:
    """Remove a draft with all that was written in it, and return its schema; what was published stays."""
    permissions.require(by, "author")
    version = versions.locked(QualificationVersion, version_id, by, of="schema")
    versions.check_draft(version)
    schema = version.schema
    version.delete()
    return schema


def problems_of(draft: QualificationVersion) -> tuple[Problem, ...]:
    """Return everything for which publishing a draft would be refused; nothing is written."""
    try:
        checked_document(draft)
    except DocumentRefused as refusal:
        return refusal.problems
    return ()


def results_of(draft: QualificationVersion) -> list[CaseResult]:
    """Return what comes of a draft's test cases, in their order; none of them while the draft cannot judge."""
    try:
        document = document_of_rows(draft)
        return run_cases(compile_plan(schema_document.read(schema_document.write(document))))
    except DocumentRefused:
        return []
