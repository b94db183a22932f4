"""Versions of templates: drafts to be written, published and retired ones to be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Field
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.widgets import UnfoldAdminTextareaWidget

from assessments import services
from assessments.admin.drafting import names_of, problems_of, rules_of, vocabulary_of
from assessments.admin.inlines import ConditionInline, FormulaInline, RiskInline, SectionInline
from assessments.admin.reading import read_template
from assessments.models import Diagnosis, TemplateVersion
from assessments.services.evaluating import plan_of
from leads.admin import site
from leads.admin.authoring.authored import Act, VersionPage
from leads.admin.authoring.conditions import Vocabulary
from leads.admin.chosen import the_viewer
from leads.admin.explained import Code
from leads.admin.reading import Badge, Table, author, link, moment
from leads.admin.tenant import RelatedFilter
from leads.tenancy import Viewer


def _publish(version: TemplateVersion, by: Viewer) -> tuple[str, TemplateVersion]:
    published = services.publish_template(version_id=version.pk, by=by, now=timezone.now())
    return f"{published} is published. Diagnoses that begin from now on ask what it asks.", published


def _copy(version: TemplateVersion, by: Viewer) -> tuple[str, TemplateVersion]:
    draft = services.copy_template_to_draft(version_id=version.pk, by=by)
    return f"{draft} is a draft with the content of version {version.number}.", draft


def _retire(version: TemplateVersion, by: Viewer) -> tuple[str, TemplateVersion]:
    retired = services.retire_template(version_id=version.pk, by=by, now=timezone.now())
    return f"{retired} is retired; no diagnosis begins with it any more.", retired


ACTS: dict[str, Act] = {"publish": _publish, "copy": _copy, "retire": _retire}


class TemplateFilter(RelatedFilter):
    title, parameter_name, field_name = "template", "template", "template"


@admin.register(TemplateVersion, site=site)
class TemplateVersionAdmin(VersionPage):
    page_template = "assessments/admin/version.html"
    change_form_template = "assessments/admin/draft.html"
    acts = ACTS
    list_select_related = ("template", "published_by__user")
    list_filter = (TemplateFilter, ("status", ChoicesDropdownFilter))
    ordering = ("template__position", "template_id", "-number")
    inlines = (SectionInline, FormulaInline, ConditionInline, RiskInline)
    readonly_fields = ("template", "number")
    labels = {
        "offer_name": "Name",
        "price_low": "Price, at least",
        "price_likely": "Price",
        "price_high": "Price, at most",
        "share_low": "Share, at least",
        "share_likely": "Recoverable share",
        "share_high": "Share, at most",
        "act_from": "Prospects act from",
        "nurture_days": "Look again after (days)",
    }
    fieldsets = (
        (None, {"fields": (("template", "number"), "language", "urgency_question")}),
        (
            "What we offer",
            {
                "description": "Leave the ends empty where a figure is exact.",
                "fields": (
                    "offer_name",
                    "price_likely",
                    ("price_low", "price_high"),
                    "share_likely",
                    ("share_low", "share_high"),
                    "required_return",
                ),
            },
        ),
        ("The verdict", {"fields": (("act_from", "nurture_days"),)}),
    )

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "urgency_question":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def problems(self, draft: Any) -> list[str]:
        return problems_of(draft)

    def names(self, draft: Any, viewer: Viewer) -> Table:
        return names_of(draft, viewer)

    def vocabulary(self, draft: Any, viewer: Viewer) -> Vocabulary:
        return vocabulary_of(draft, viewer)

    def rules(self, draft: Any) -> Iterator[tuple[str, str]]:
        return rules_of(draft)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        document = plan_of(obj).document
        uses = Diagnosis.objects.visible_to(the_viewer(request)).filter(version=obj).count()
        facts = [
            ("Template", link(obj.template)),
            ("Status", Badge(obj.get_status_display(), obj.status)),
            ("Used by", f"{uses:,} diagnos{'is' if uses == 1 else 'es'}"),
            ("Published", moment(obj.published_at)),
            ("By", author(obj.published_by)),
            ("Asked first and last", document.urgency_question or "–"),
            ("Language", document.language),
            ("Checksum", Code(obj.checksum)),
        ]
        if obj.retired_at:
            facts.insert(5, ("Retired", moment(obj.retired_at)))
        return {"facts": facts, "tables": read_template(document, obj.business.currency)}
