"""A business's assessment templates: what its salespeople ask, in versions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from assessments import services
from assessments.models import AssessmentTemplate, TemplateVersion
from leads.admin import site
from leads.admin.authoring.authored import AuthoredAdmin, VersionsInline
from leads.tenancy import Viewer


class TemplateVersionsInline(VersionsInline):
    model = TemplateVersion

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("published_by__user", "template").defer("document")


@admin.register(AssessmentTemplate, site=site)
class TemplateAdmin(AuthoredAdmin):
    version_model = TemplateVersion
    list_display = ("name", "position", "in_force", "draft")
    inlines = (TemplateVersionsInline,)

    def begin_draft(self, row: Any, by: Viewer) -> TemplateVersion:
        return services.begin_template_draft(template_id=row.pk, by=by)
