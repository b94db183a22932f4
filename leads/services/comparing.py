"""What two versions of qualification schemas differ in."""

from dataclasses import dataclass

from leads import permissions, selectors
from leads.domain import schema_document
from leads.domain.difference import Change
from leads.domain.schema_difference import difference
from leads.domain.schema_document import SchemaDocument
from leads.models import QualificationVersion, Status
from leads.services.schema_rows import document_of_rows
from leads.tenancy import Viewer


@dataclass(frozen=True, slots=True)
class Comparison:
    before: QualificationVersion
    after: QualificationVersion
    changes: tuple[Change, ...]


def compare_versions(*, before_id: int | None, after_id: int | None, by: Viewer) -> Comparison:
    """Return what became of one version in another, of the same schema or not; equal ones have no changes.

    A draft is read as it is written, whatever is wrong with it.
    """
    permissions.require(by, "author")
    wanted = {before_id or 0, after_id or 0}
    found = QualificationVersion.objects.visible_to(by).select_related("schema").in_bulk(wanted)
    before, after = found.get(before_id or 0), found.get(after_id or 0)
    if before is None or after is None:
        raise selectors.NotFound("There is no such version.", field="before" if before is None else "after")
    return Comparison(before, after, difference(content_of(before), content_of(after)))


def content_of(version: QualificationVersion) -> SchemaDocument:
    """Return what a version says: its document, or while a draft its rows."""
    if version.status == Status.DRAFT:
        return document_of_rows(version)
    return schema_document.read(version.document)
