"""Versions of schemas: drafts to be written, published and retired ones to be read."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from leads import services
from leads.admin.chosen import the_viewer
from leads.admin.explained import Code, read_version
from leads.admin.reading import Badge, Table, author, link, moment
from leads.admin.site import site
from leads.admin.tenant import ReadOnlyAdmin, RelatedFilter, TenantStackedInline, TenantTabularInline
from leads.domain.documents import DocumentRefused
from leads.domain.errors import DomainError
from leads.domain.values import ValueType
from leads.models import (
    AttributeType,
    AxisMinimum,
    Band,
    Criterion,
    Lead,
    QualificationVersion,
    Status,
)
from leads.selectors import attributes_of
from leads.services.judging import plan_of
from leads.tenancy import Viewer

Act = Callable[[QualificationVersion, Viewer], tuple[str, QualificationVersion]]


class SchemaFilter(RelatedFilter):
    title, parameter_name, field_name = "schema", "schema", "schema"


class InDraft:
    """Rows of a draft come and go with it."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)  # type: ignore[attr-defined]


class BandInline(InDraft, TenantTabularInline):
    model = Band
    fields = ("position", "label", "when", "points", "met")
    ordering = ("position", "id")
    labels = {"when": "Condition", "met": "Counts as met"}
    verbose_name = "step"
    verbose_name_plural = "steps: the first whose condition is true decides"

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "when":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 1, "class": "sp-rule"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class CriterionInline(InDraft, TenantStackedInline):
    model = Criterion
    ordering = ("position", "id")
    verbose_name_plural = "criteria"
    inlines = (BandInline,)
    labels = {
        "knock_out_mql": "Needed for MQL",
        "knock_out_sql": "Needed for SQL",
        "otherwise_points": "Points otherwise",
        "otherwise_met": "Otherwise counts as met",
        "freshness_days": "Stale after (days)",
    }
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("label", "key"),
                    ("axis", "position"),
                    "question",
                    ("knock_out_mql", "knock_out_sql"),
                    ("otherwise_points", "otherwise_met"),
                    ("freshness_days", "help"),
                )
            },
        ),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "help":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class MinimumInline(InDraft, TenantTabularInline):
    model = AxisMinimum
    fields = ("level", "axis", "points")
    verbose_name_plural = "least points on single axes"


@admin.register(QualificationVersion, site=site)
class VersionAdmin(ReadOnlyAdmin):
    page_template = "leads/admin/version.html"
    change_form_template = "leads/admin/draft.html"
    list_display = ("__str__", "state", "published_at", "by", "retired_at")
    list_select_related = ("schema", "published_by__user")
    list_filter = (SchemaFilter, ("status", ChoicesDropdownFilter))
    ordering = ("schema__position", "schema_id", "-number")
    inlines = (CriterionInline, MinimumInline)
    readonly_fields = ("schema", "number")
    labels = {"mql_score": "MQL", "sql_score": "SQL", "order_ready": "Ready to order when"}
    fieldsets = (
        (None, {"fields": (("schema", "number"), "language", "applies_when", "order_ready")}),
        ("A level needs a score of", {"fields": (("mql_score", "sql_score"),)}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("document")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was published never changes."""
        return self.has_view_permission(request, obj) and (obj is None or obj.status == Status.DRAFT)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in ("applies_when", "order_ready"):
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 2, "class": "sp-rule"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        if found is None or found.status != Status.DRAFT:
            return super().change_view(request, object_id, form_url, extra_context)
        extra = {"problems": _problems(found), "names": _names(the_viewer(request))}
        return self.changeform_view(request, object_id, form_url, extra | (extra_context or {}))

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        document = plan_of(obj.pk, obj.checksum).document
        uses = Lead.objects.visible_to(the_viewer(request)).filter(qualification__version=obj).count()
        facts = [
            ("Schema", link(obj.schema)),
            ("Status", Badge(obj.get_status_display(), obj.status)),
            ("Judges now", f"{uses:,} lead{'' if uses == 1 else 's'}"),
            ("Published", moment(obj.published_at)),
            ("By", author(obj.published_by)),
            ("Applies when", Code(document.applies_when) if document.applies_when else "Always"),
            ("Ready to order when", Code(document.order_ready) if document.order_ready else "–"),
            ("Checksum", Code(obj.checksum)),
        ]
        if obj.retired_at:
            facts.insert(5, ("Retired", moment(obj.retired_at)))
        return {"facts": facts, "tables": read_version(document)}

    @display(description="status", label={"Published": "success", "Draft": "warning"})
    def state(self, version: QualificationVersion) -> str:
        return version.get_status_display()

    @display(description="by", empty_value="–")
    def by(self, version: QualificationVersion) -> str | None:
        return author(version.published_by) if version.published_at else None

    # --- Publishing ------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        acts = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(self.act),
                {"name": name},
                name=f"leads_qualificationversion_{name}",
            )
            for name in ACTS
        ]
        return [*acts, *super().get_urls()]

    def act(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Publish, copy or retire a version, and go to the one that came of it."""
        version = self.get_object(request, object_id)
        if version is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, version):
            raise PermissionDenied
        if request.method == "POST":
            try:
                said, version = ACTS[name](version, the_viewer(request))
            except DocumentRefused:
                for problem in _problems(version):
                    messages.error(request, problem)
            except DomainError as refusal:
                messages.error(request, refusal.message)
            else:
                messages.success(request, said)
        return redirect("admin:leads_qualificationversion_change", version.pk)


def _publish(version: QualificationVersion, by: Viewer) -> tuple[str, QualificationVersion]:
    published = services.publish(version_id=version.pk, by=by, now=timezone.now())
    return f"{published} is published. It judges what changes from now on.", published


def _copy(version: QualificationVersion, by: Viewer) -> tuple[str, QualificationVersion]:
    draft = services.copy_to_draft(version_id=version.pk, by=by)
    return f"{draft} is a draft with the content of version {version.number}.", draft


def _retire(version: QualificationVersion, by: Viewer) -> tuple[str, QualificationVersion]:
    retired = services.retire(version_id=version.pk, by=by, now=timezone.now())
    return f"{retired} is retired and judges no more.", retired


ACTS: dict[str, Act] = {"publish": _publish, "copy": _copy, "retire": _retire}


# --- What helps to write a draft -----------------------------------------------------------------


def _problems(draft: QualificationVersion) -> list[str]:
    """Return what keeps a draft from being published, in words instead of paths."""
    labels = [criterion.label for criterion in draft.criteria.all()]

    def said(path: str) -> str:
        path = re.sub(r"criteria\[(\d+)\]\.?", lambda found: f"Criterion “{labels[int(found[1])]}”, ", path)
        path = re.sub(r"bands\[(\d+)\]\.?", lambda found: f"step {int(found[1]) + 1}, ", path)
        path = re.sub(r"levels\.(\w+)\.?", lambda found: f"{found[1].upper()}, ", path)
        words = {"when": "condition", "bands": "steps", "criteria": "Criteria"}
        words |= {"applies_when": "Applies when", "order_ready": "Order ready"}
        head, _, last = path.strip(", ").rpartition(", ")
        return f"{head}, {words.get(last, last)}" if head else words.get(last, last)

    return [f"{said(problem.path)}: {problem.message}" for problem in services.problems_of(draft)]


def _names(viewer: Viewer) -> Table:
    """Return what conditions may read."""
    rows: list[tuple[Any, ...]] = []
    for attribute in attributes_of(viewer).values():
        kind = "Engagement count" if attribute.is_derived else AttributeType(attribute.type).label
        codes = ", ".join(f'"{choice["code"]}"' for choice in attribute.choices)
        rows.append((attribute.label, Code(attribute.key), kind, Code(codes) if codes else attribute.unit))
        if attribute.type == ValueType.DATE:
            for name in (f"days_until_{attribute.key}", f"days_since_{attribute.key}"):
                rows.append(("", Code(name), "Number", "days"))
    return Table("What conditions can read", ("Attribute", "Name", "Type", "Values"), rows)
