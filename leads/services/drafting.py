"""Beginning drafts, and what still keeps one from being published."""

from django.db import transaction

from leads import permissions, selectors
from leads.domain.documents import DocumentRefused, Problem
from leads.models import QualificationSchema, QualificationVersion
from leads.services import versions
from leads.services.publishing import checked_document
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


def problems_of(draft: QualificationVersion) -> tuple[Problem, ...]:
    """Return everything for which publishing a draft would be refused; nothing is written."""
    try:
        checked_document(draft)
    except DocumentRefused as refusal:
        return refusal.problems
    return ()
