"""A business's assessment templates: what its salespeople ask, in versions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from assessments import services
from assessments.admin.reading import read_template
from assessments.domain.template_document import KIND
from assessments.models import AssessmentTemplate, TemplateVersion
from leads.admin import site
from leads.admin.authoring.authored import AuthoredAdmin, VersionsInline
from leads.admin.authoring.comparing import ComparesItsVersions
from leads.admin.authoring.packs import StartsFromPack
from leads.admin.authoring.rows import KeyedForm
from leads.admin.reading import Table
from leads.tenancy import Viewer


class TemplateVersionsInline(VersionsInline):
    model = TemplateVersion

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("published_by__user", "template").defer("document")


class TemplateForm(KeyedForm):
    key_source, noun = "name", "template"
    key_help = "Its name in files and for other programs. Left empty, it is made out of the name."


@admin.register(AssessmentTemplate, site=site)
class TemplateAdmin(StartsFromPack, ComparesItsVersions, AuthoredAdmin):
    form = TemplateForm
    version_model = TemplateVersion
    pack_kind = KIND
    about_packs = (
        "A pack is a whole template to begin with: questions, formulas and a verdict. It becomes a draft, which you "
        "make your own; nobody is asked anything before you publish it."
    )
    list_display = ("name", "position", "in_force", "draft")
    inlines = (TemplateVersionsInline,)

    def begin_draft(self, row: Any, by: Viewer) -> TemplateVersion:
        return services.begin_template_draft(template_id=row.pk, by=by)

    def preview(self, document: Any, currency: str) -> list[Table]:
        return read_template(document, currency)
