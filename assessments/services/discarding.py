"""Giving up the draft of a template."""

from django.db import transaction

from assessments.models import AssessmentTemplate, TemplateVersion
from leads import permissions
from leads.services import versions
from leads.tenancy import Viewer


@transaction.atomic
def discard_template_draft(*, version_id: int, by: Viewer) -> AssessmentTemplate:
    """Remove a draft with all that was written in it, and return its template; what was published stays."""
    permissions.require(by, "author")
    version = versions.locked(TemplateVersion, version_id, by, of="template")
    versions.check_draft(version)
    template = version.template
    version.delete()
    return template
