"""Versions of schemas: drafts to be written, published and retired ones to be read."""

from __future__ import annotations

import re
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.widgets import UnfoldAdminTextareaWidget

from leads import services
from leads.admin.authored import Act, InDraft, VersionPage
from leads.admin.chosen import the_viewer
from leads.admin.explained import Code, read_version
from leads.admin.reading import Badge, Table, author, link, moment
from leads.admin.site import site
from leads.admin.tenant import RelatedFilter, TenantStackedInline, TenantTabularInline
from leads.domain.values import ValueType
from leads.models import (
    AttributeType,
    AxisMinimum,
    Band,
    Criterion,
    Lead,
    QualificationVersion,
)
from leads.selectors import attributes_of
from leads.services.judging import plan_of
from leads.tenancy import Viewer


class SchemaFilter(RelatedFilter):
    title, parameter_name, field_name = "schema", "schema", "schema"


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


@admin.register(QualificationVersion, site=site)
class VersionAdmin(VersionPage):
    list_select_related = ("schema", "published_by__user")
    list_filter = (SchemaFilter, ("status", ChoicesDropdownFilter))
    ordering = ("schema__position", "schema_id", "-number")
    acts = ACTS
    inlines = (CriterionInline, MinimumInline)
    readonly_fields = ("schema", "number")
    labels = {"mql_score": "MQL", "sql_score": "SQL", "order_ready": "Ready to order when"}
    fieldsets = (
        (None, {"fields": (("schema", "number"), "language", "applies_when", "order_ready")}),
        ("A level needs a score of", {"fields": (("mql_score", "sql_score"),)}),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in ("applies_when", "order_ready"):
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 2, "class": "sp-rule"})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def problems(self, draft: Any) -> list[str]:
        return _problems(draft)

    def names(self, draft: Any, viewer: Viewer) -> Table:
        headers = ("Attribute", "Name", "Type", "Values")
        return Table("What conditions can read", headers, attributes_to_read(viewer))

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


def attributes_to_read(viewer: Viewer) -> list[tuple[Any, ...]]:
    """Return what conditions may read of a lead: label, name, type, and values or unit."""
    rows: list[tuple[Any, ...]] = []
    for attribute in attributes_of(viewer).values():
        kind = "Engagement count" if attribute.is_derived else AttributeType(attribute.type).label
        codes = ", ".join(f'"{choice["code"]}"' for choice in attribute.choices)
        rows.append((attribute.label, Code(attribute.key), kind, Code(codes) if codes else attribute.unit))
        if attribute.type == ValueType.DATE:
            for name in (f"days_until_{attribute.key}", f"days_since_{attribute.key}"):
                rows.append(("", Code(name), "Number", "days"))
    return rows
