"""What two versions of templates differ in."""

from dataclasses import dataclass

from assessments.domain.template import TemplateDocument
from assessments.domain.template_difference import difference
from assessments.domain.template_document import read
from assessments.models import TemplateVersion
from assessments.services.rows import document_of_rows
from leads import permissions, selectors
from leads.domain.difference import Change
from leads.models import Status
from leads.tenancy import Viewer


@dataclass(frozen=True, slots=True)
class TemplateComparison:
    before: TemplateVersion
    after: TemplateVersion
    changes: tuple[Change, ...]


def compare_template_versions(*, before_id: int | None, after_id: int | None, by: Viewer) -> TemplateComparison:
    """Return what became of one version in another, of the same template or not; equal ones have no changes.

    A draft is read as it is written, whatever is wrong with it.
    """
    permissions.require(by, "author")
    wanted = {before_id or 0, after_id or 0}
    found = TemplateVersion.objects.visible_to(by).select_related("template", "business").in_bulk(wanted)
    before, after = found.get(before_id or 0), found.get(after_id or 0)
    if before is None or after is None:
        raise selectors.NotFound("There is no such version.", field="before" if before is None else "after")
    return TemplateComparison(before, after, difference(content_of(before), content_of(after)))


def content_of(version: TemplateVersion) -> TemplateDocument:
    """Return what a version says: its document, or while a draft its rows."""
    return document_of_rows(version) if version.status == Status.DRAFT else read(version.document)
