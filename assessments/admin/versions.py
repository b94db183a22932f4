"""Versions of templates: drafts to be written, published and retired ones to be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Field
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter

from assessments import services
from assessments.admin.cases import CaseInline
from assessments.admin.drafting import problems_of
from assessments.admin.inlines import ConditionInline, FormulaInline, RiskInline, SectionInline
from assessments.admin.parts import ADVICE_IN_WORDS, OUTLOOK_IN_WORDS, parts_of
from assessments.admin.reading import read_template
from assessments.admin.trying import TriesTemplates
from assessments.admin.uses import uses_of
from assessments.admin.vocabulary import (
    PROPOSE,
    begin_work,
    names_of,
    rules_of,
    work_on,
)
from assessments.domain.template_document import KIND
from assessments.models import TemplateVersion
from assessments.services.evaluating import plan_of
from leads.admin import site
from leads.admin.authoring.authored import Act, VersionPage
from leads.admin.authoring.comparing import ComparesVersions
from leads.admin.authoring.conditions import Vocabulary, question_widget, rule_widget
from leads.admin.authoring.packs import DownloadsAsPack
from leads.admin.chosen import the_viewer
from leads.admin.explained import Code
from leads.admin.reading import Badge, Table, author, link, moment
from leads.admin.tenant import RelatedFilter
from leads.domain.difference import Change
from leads.domain.documents import DocumentRefused
from leads.models import Status
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


def _discard(version: TemplateVersion, by: Viewer) -> tuple[str, Any]:
    said = f"{version} is discarded."
    return said, services.discard_template_draft(version_id=version.pk, by=by)


ACTS: dict[str, Act] = {"publish": _publish, "copy": _copy, "retire": _retire, "discard": _discard}
HELP = {
    "propose_when": "A condition on what is known of a lead, if this template is only for some. "
    "Empty: for every lead that no other is for.",
    "price_likely": "Of the first year.",
    "share_likely": "How much of the problem's cost we can take away, in percent.",
    "required_return": "How many times the price must come back in a year.",
}


class TemplateFilter(RelatedFilter):
    title, parameter_name, field_name = "template", "template", "template"


@admin.register(TemplateVersion, site=site)
class TemplateVersionAdmin(TriesTemplates, DownloadsAsPack, ComparesVersions, VersionPage):
    page_template = "assessments/admin/version.html"
    change_form_template = "assessments/admin/draft.html"
    version_of = "template"
    pack_kind = KIND
    acts = ACTS
    list_select_related = ("template", "business", "published_by__user")
    list_filter = (TemplateFilter, ("status", ChoicesDropdownFilter))
    ordering = ("template__position", "template_id", "-number")
    inlines = (SectionInline, FormulaInline, ConditionInline, RiskInline, CaseInline)
    readonly_fields = ("template",)
    labels = {
        "urgency_question": "Asked first and last",
        "propose_when": "Propose when",
        "offer_name": "Name",
        "price_low": "Price, at least",
        "price_likely": "Price, likely",
        "price_high": "Price, at most",
        "share_low": "Share, at least",
        "share_likely": "Recoverable share, likely",
        "share_high": "Share, at most",
        "act_from": "Prospects act from",
        "nurture_days": "Look again after (days)",
    }
    fieldsets = (
        (None, {"fields": (("template", "language"), "urgency_question", "propose_when")}),
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
        ("What it is held against", {"fields": (("act_from", "nurture_days"),), "classes": ("sp-verdict-part",)}),
    )

    class Media:
        js = ("assessments/options.js", "assessments/questions.js", "assessments/parts.js")
        css = {"all": ("assessments/admin.css",)}

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "urgency_question":
            kwargs["widget"] = question_widget(2)
        if db_field.name == "propose_when":
            kwargs["widget"] = rule_widget(2, PROPOSE)
        if db_field.name in HELP:
            kwargs["help_text"] = HELP[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    # --- A draft ---------------------------------------------------------------------------------

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        if found is not None and found.status == Status.DRAFT:
            begin_work(request, found)
        return super().change_view(request, object_id, form_url, extra_context)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        context |= {"parts": parts_of(context), "advice_in_words": ADVICE_IN_WORDS, "outlooks": OUTLOOK_IN_WORDS}
        return super().render_change_form(request, context, *args, **kwargs)

    def problems(self, draft: Any) -> Sequence[str]:
        return problems_of(draft)

    def refused(self, version: Any, refusal: DocumentRefused) -> Sequence[str]:
        count = len(refusal.problems)
        things = "one thing" if count == 1 else f"{count} things"
        return [f"{version} is not published: {things} must be mended first. Each line below leads to its place."]

    def names(self, draft: Any, viewer: Viewer) -> Table:
        return names_of(work_on(draft).document, viewer)

    def vocabulary(self, draft: Any, viewer: Viewer) -> Vocabulary:
        return work_on(draft).vocabulary

    def rules(self, draft: Any) -> Iterator[tuple[str, str]]:
        return rules_of(work_on(draft).document)

    # --- A published version ---------------------------------------------------------------------

    def changes(self, before: Any, after: Any, viewer: Viewer) -> tuple[Change, ...]:
        return services.compare_template_versions(before_id=before.pk, after_id=after.pk, by=viewer).changes

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        document = plan_of(obj).document
        facts = [
            ("Template", link(obj.template)),
            ("Status", Badge(obj.get_status_display(), obj.status)),
            ("Published", moment(obj.published_at)),
            ("By", author(obj.published_by)),
            ("Asked first and last", document.urgency_question or "–"),
            ("Proposed when", Code(document.propose_when) if document.propose_when else "No other is for the lead"),
            ("Language", document.language),
            ("Checksum", Code(obj.checksum)),
        ]
        if obj.retired_at:
            facts.insert(4, ("Retired", moment(obj.retired_at)))
        uses = uses_of(obj, document, the_viewer(request))
        return {"facts": facts, "tables": [uses, *read_template(document, obj.business.currency)]}
