"""A business's schemas: what makes a lead qualified, in order."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Max, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from unfold.decorators import display

from leads import services
from leads.admin.chosen import the_viewer
from leads.admin.site import site
from leads.admin.tenant import TenantAdmin, TenantTabularInline
from leads.domain.errors import DomainError
from leads.models import QualificationSchema, QualificationVersion, Status


class VersionInline(TenantTabularInline):
    model = QualificationVersion
    fields = readonly_fields = ("status", "published_at", "published_by", "retired_at")
    ordering = ("-number",)
    verbose_name_plural = "versions"
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("published_by__user", "schema")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(QualificationSchema, site=site)
class SchemaAdmin(TenantAdmin):
    list_display = ("name", "position", "judges", "draft")
    search_fields = ("name", "key")
    fields = ("name", "key", "position")
    change_form_outer_before_template = "leads/admin/schema_actions.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        versions = QualificationVersion.objects.exclude(status=Status.RETIRED).defer("document")
        return super().get_queryset(request).prefetch_related(Prefetch("versions", versions, to_attr="current"))

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return (VersionInline,) if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Where a published schema stands was checked when it was published."""
        if obj is None:
            return ()
        published = obj.versions.filter(status=Status.PUBLISHED).exists()
        return ("key", "position") if published else ("key",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        last = self.get_queryset(request).aggregate(last=Max("position"))["last"]
        return {"position": 0 if last is None else last + 1, **super().get_changeform_initial_data(request)}

    @display(description="judges leads", label={"Version": "success"}, empty_value="–")
    def judges(self, schema: Any) -> Any:
        return next((f"Version {row.number}" for row in schema.current if row.status == Status.PUBLISHED), None)

    @display(description="draft", empty_value="–")
    def draft(self, schema: Any) -> Any:
        return next((f"Version {row.number}" for row in schema.current if row.status == Status.DRAFT), None)

    # --- Beginning a draft -----------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.begin)
        return [
            path("<path:object_id>/begin/", view, name="leads_qualificationschema_begin"),
            *super().get_urls(),
        ]

    def begin(self, request: HttpRequest, object_id: str) -> HttpResponse:
        schema = self.get_object(request, object_id)
        if schema is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST":
            try:
                draft = services.begin_draft(schema_id=schema.pk, by=the_viewer(request))
            except DomainError as refusal:
                messages.error(request, refusal.message)
            else:
                messages.success(request, f"Draft {draft.number} has begun.")
                return redirect("admin:leads_qualificationversion_change", draft.pk)
        return redirect("admin:leads_qualificationschema_change", schema.pk)
