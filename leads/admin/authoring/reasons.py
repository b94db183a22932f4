"""The lists of reasons that a business keeps."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Max
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from leads.admin.archived import ArchivableForm, ArchivedFilter
from leads.admin.authoring.rows import KeyedForm
from leads.admin.site import site
from leads.admin.tenant import TenantAdmin
from leads.domain.reasons import ReasonKind
from leads.models import Reason

ASIDE = ("kind", "key")  # receipts and reports rely on them
LATER = ("position", "archived")  # of no use while there is no reason yet


class ReasonForm(ArchivableForm, KeyedForm):
    noun = "reason"
    key_help = "Its name in reports. Left empty, it is made out of the label."

    def taken_keys(self) -> set[str]:
        kind = self.cleaned_data.get("kind") or self.instance.kind
        rows = Reason.objects.visible_to(self.viewer).filter(kind=kind).exclude(pk=self.instance.pk)
        return set(rows.values_list("key", flat=True))


@admin.register(Reason, site=site)
class ReasonAdmin(TenantAdmin):
    form = ReasonForm
    list_display = ("label", "kind_shown", "description", "competitor_asked")
    list_filter = (("kind", ChoicesDropdownFilter), ArchivedFilter)
    search_fields = ("label", "key")
    ordering = ("kind", "position", "id")
    labels = {"names_competitor": "Asks for the competitor", "position": "Place in its list"}
    help_texts = {
        "kind": "Where people choose it: when they disqualify or lose a lead, reject a hand-off, or skip a step. It "
        "cannot be changed later.",
        "position": "Small numbers come first.",
    }
    fieldsets = (
        (None, {"fields": ("kind", "label", "description", "names_competitor")}),
        ("How it is kept", {"fields": ("key", "position", "archived")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ASIDE if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        if obj is not None:
            return fieldsets
        return [
            (name, {"fields": [field for field in part["fields"] if field not in LATER]}) for name, part in fieldsets
        ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.help_texts:
            kwargs["help_text"] = self.help_texts[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            last = self.get_queryset(request).filter(kind=obj.kind).aggregate(last=Max("position"))["last"]
            obj.position = 0 if last is None else last + 1
        super().save_model(request, obj, form, change)

    @display(description="for", label=True, ordering="kind")
    def kind_shown(self, reason: Reason) -> str:
        return ReasonKind(reason.kind).label

    @display(description="asks for the competitor")
    def competitor_asked(self, reason: Reason) -> str:
        return "yes" if reason.names_competitor else "–"
