"""A business's schemas: what makes a lead qualified, in order."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from leads import services
from leads.admin.authored import AuthoredAdmin, VersionsInline
from leads.admin.site import site
from leads.models import QualificationSchema, QualificationVersion, Status
from leads.tenancy import Viewer


class VersionInline(VersionsInline):
    model = QualificationVersion

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("published_by__user", "schema").defer("document")


@admin.register(QualificationSchema, site=site)
class SchemaAdmin(AuthoredAdmin):
    version_model = QualificationVersion
    list_display = ("name", "position", "judges", "draft")
    inlines = (VersionInline,)

    def begin_draft(self, row: Any, by: Viewer) -> QualificationVersion:
        return services.begin_draft(schema_id=row.pk, by=by)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Where a published schema stands was checked when it was published."""
        published = obj is not None and obj.versions.filter(status=Status.PUBLISHED).exists()
        return (*super().get_readonly_fields(request, obj), *(("position",) if published else ()))

    @display(description="judges leads", label={"Version": "success"}, empty_value="–")
    def judges(self, schema: Any) -> Any:
        return self.in_force(schema)
