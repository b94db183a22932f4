"""Versions of schemas: drafts to be written, published and retired ones to be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from leads import services
from leads.admin.authoring.authored import Act, VersionPage
from leads.admin.authoring.cases import CaseInline
from leads.admin.authoring.comparing import ComparesVersions
from leads.admin.authoring.conditions import CONDITION, QUESTION, Vocabulary, readable, rule_widget
from leads.admin.authoring.criteria import CriterionInline, MinimumInline
from leads.admin.authoring.packs import DownloadsAsPack
from leads.admin.chosen import the_viewer
from leads.admin.evaluating.calibrating import CalibratesVersions
from leads.admin.evaluating.trying import TriesVersions
from leads.admin.explained import Code, read_rule, read_version
from leads.admin.progress import judged_anew
from leads.admin.reading import Badge, Table, author, link, moment
from leads.admin.site import site
from leads.admin.tenant import RelatedFilter
from leads.domain.values import ValueType
from leads.models import AttributeType, Band, Lead, QualificationSchema, QualificationVersion, Status, Transition
from leads.selectors import attributes_of
from leads.services.judging import plan_of
from leads.tenancy import Viewer


class SchemaFilter(RelatedFilter):
    title, parameter_name, field_name = "schema", "schema", "schema"


def _publish(version: QualificationVersion, by: Viewer) -> tuple[str, QualificationVersion]:
    published = services.publish(version_id=version.pk, by=by, now=timezone.now())
    said = format_html("{} is published and judges from now on.{}", published, judged_anew(published, by))
    return said, published


def _copy(version: QualificationVersion, by: Viewer) -> tuple[str, QualificationVersion]:
    draft = services.copy_to_draft(version_id=version.pk, by=by)
    return f"{draft} is a draft with the content of version {version.number}.", draft


def _retire(version: QualificationVersion, by: Viewer) -> tuple[str, QualificationVersion]:
    retired = services.retire(version_id=version.pk, by=by, now=timezone.now())
    return format_html("{} is retired and judges no more.{}", retired, judged_anew(retired, by)), retired


def _discard(version: QualificationVersion, by: Viewer) -> tuple[str, QualificationSchema]:
    said = f"{version} is discarded."
    return said, services.discard_draft(version_id=version.pk, by=by)


ACTS: dict[str, Act] = {"publish": _publish, "copy": _copy, "retire": _retire, "discard": _discard}


@admin.register(QualificationVersion, site=site)
class VersionAdmin(TriesVersions, CalibratesVersions, DownloadsAsPack, ComparesVersions, VersionPage):
    list_select_related = ("schema", "published_by__user")
    list_filter = (SchemaFilter, ("status", ChoicesDropdownFilter))
    ordering = ("schema__position", "schema_id", "-number")
    acts = ACTS
    inlines = (CriterionInline, MinimumInline, CaseInline)
    readonly_fields = ("schema",)
    labels = {"mql_score": "MQL", "sql_score": "SQL", "order_ready": "Ready to order when"}
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("schema", "language"),
                    ("applies_when", "order_ready"),
                )
            },
        ),
        (
            "A level needs a score of",
            {
                "description": "The score is the sum of what the criteria give. Empty: the level asks for no score.",
                "fields": (("mql_score", "sql_score"),),
            },
        ),
    )

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in ("applies_when", "order_ready"):
            kwargs["widget"] = rule_widget(2)
        if db_field.name == "applies_when":
            kwargs["help_text"] = (
                "A condition, if this schema is only for some leads. Empty: it judges all that are left."
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def problems(self, draft: Any) -> list[str]:
        return _problems(draft)

    def names(self, draft: Any, viewer: Viewer) -> Table:
        headers = ("Attribute", "Name", "Type", "Values")
        return Table("What conditions can read", headers, attributes_to_read(viewer))

    def vocabulary(self, draft: Any, viewer: Viewer) -> Vocabulary:
        specs = {key: row.spec for key, row in attributes_of(viewer).items()}
        return Vocabulary(readable(specs.values(), viewer.business.currency), specs, language=draft.language)

    def rules(self, draft: Any) -> Iterator[tuple[str, str]]:
        yield from ((CONDITION, text) for text in (draft.applies_when, draft.order_ready))
        saved = Band.objects.filter(criterion__version=draft).values_list("when", flat=True)
        yield from ((CONDITION, text) for text in saved)
        yield from ((QUESTION, text) for text in draft.criteria.values_list("question", flat=True))

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        document = plan_of(obj.pk, obj.checksum).document
        viewer = the_viewer(request)
        currency = viewer.business.currency

        def rule(text: str, empty: str) -> Any:
            return read_rule(text, document, currency) if text else empty

        facts = [
            ("Schema", link(obj.schema)),
            ("Status", Badge(obj.get_status_display(), obj.status)),
            ("Judges now", _judged(obj, viewer)),
            ("Receipts that rest on it", _receipts(obj, viewer)),
            ("Draft in work", _draft_beside(obj, viewer)),
            ("Published", moment(obj.published_at)),
            ("By", author(obj.published_by)),
            ("Applies when", rule(document.applies_when, "Always")),
            ("Ready to order when", rule(document.order_ready, "–")),
            ("Checksum", Code(obj.checksum)),
        ]
        if obj.retired_at:
            facts.insert(7, ("Retired", moment(obj.retired_at)))
        return {"facts": facts, "tables": read_version(document, currency)}


# --- Who uses a version --------------------------------------------------------------------------


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _judged(version: QualificationVersion, viewer: Viewer) -> str:
    """Return how many leads have their level from it, with a link to them."""
    count = Lead.objects.visible_to(viewer).filter(qualification__version=version).count()
    said = _counted(count, "lead")
    address = f"{reverse('admin:leads_lead_changelist')}?version={version.pk}"
    return format_html('<a href="{}">{}</a>', address, said) if count else said


def _receipts(version: QualificationVersion, viewer: Viewer) -> str:
    count = Transition.objects.visible_to(viewer).filter(qualification__version=version).count()
    return _counted(count, "move")


def _draft_beside(version: QualificationVersion, viewer: Viewer) -> str:
    drafts = QualificationVersion.objects.visible_to(viewer).filter(schema=version.schema_id, status=Status.DRAFT)
    return link(drafts.select_related("schema").first())


# --- What helps to write a draft -----------------------------------------------------------------


def _problems(draft: QualificationVersion) -> list[str]:
    """Return what keeps a draft from being published, in words instead of paths."""
    labels = [criterion.label for criterion in draft.criteria.all()]
    cases = [case.name for case in draft.test_cases.all()]

    def said(path: str) -> str:
        path = re.sub(r"test_cases\[(\d+)\]\.?", lambda found: f"Test case “{cases[int(found[1])]}”, ", path)
        path = re.sub(r"^(Test case .*, )values\.", r"\1", path)
        path = re.sub(r"criteria\[(\d+)\]\.?", lambda found: f"Criterion “{labels[int(found[1])]}”, ", path)
        path = re.sub(r"bands\[(\d+)\]\.?", lambda found: f"step {int(found[1]) + 1}, ", path)
        path = re.sub(r"levels\.(\w+)\.?", lambda found: f"{found[1].upper()}, ", path)
        words = {"when": "condition", "bands": "steps", "criteria": "Criteria"}
        words |= {"applies_when": "Applies when", "order_ready": "Ready to order when"}
        words |= {"possible_level": "possible level"}
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
