"""What a business chooses to know about its leads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from leads import services
from leads.admin.chosen import the_viewer
from leads.admin.fields import ArchivableForm, ChoicesField, line, switch
from leads.admin.prospects import ArchivedFilter
from leads.admin.site import site
from leads.admin.tenant import TenantAdmin
from leads.domain.values import AttributeSpec, Choice, ValueRefused, ValueType, decode, encode, parse
from leads.models import Attribute, AttributeType, EngagementKind
from leads.models.attributes import FILTERABLE_AT_MOST

ASIDE = ("key", "type")  # rules and evidence rely on them


class AttributeForm(ArchivableForm):
    choices = ChoicesField(
        required=False,
        help_text="One a line, as code: label, such as saas: Software as a service. People read the label.",
    )
    taken = line(
        required=False,
        label="If never given",
        help_text="The value to take when none was ever given, such as 0, no or a choice's code. Empty: unknown.",
    )
    counts_kinds = forms.MultipleChoiceField(
        choices=EngagementKind.choices,
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        label="Counts engagements",
        help_text="Makes this number the count of such touches, instead of something that is recorded.",
    )
    searched = switch(
        label="Leads can be searched by it", help_text=f"At most {FILTERABLE_AT_MOST} attributes at a time."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attribute: Attribute = self.instance
        if attribute.pk:
            self.initial["taken"] = _as_text(attribute.spec)
            self.initial["searched"] = attribute.filterable

    def clean(self) -> Any:
        cleaned = super().clean()
        attribute: Attribute = self.instance
        if "taken" in self.fields and "taken" in self.changed_data:
            attribute.not_given = self._taken(attribute)
        return cleaned

    def _taken(self, attribute: Attribute) -> Any:
        text = self.cleaned_data.get("taken", "").strip()
        kind = self.cleaned_data.get("type") or attribute.type
        if not text or not kind:
            return None
        choices = tuple(Choice(**choice) for choice in self.cleaned_data.get("choices") or attribute.choices)
        spec = AttributeSpec("it", attribute.label, ValueType(kind), choices=choices)
        try:
            return encode(parse(spec, text))
        except ValueRefused as error:
            self.add_error("taken", error.message.replace("`it`", "This attribute"))
            return None


def _as_text(spec: AttributeSpec) -> str:
    """Return the value for "not given" as one would write it."""
    value = decode(spec, spec.not_given) if spec.not_given is not None else None
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return "; ".join(sorted(value))
    stored = encode(value)
    return " – ".join(stored.values()) if isinstance(stored, dict) else str(stored)


@admin.register(Attribute, site=site)
class AttributeAdmin(TenantAdmin):
    form = AttributeForm
    list_display = ("label", "key", "kind", "freshness", "found_by")
    list_filter = (ArchivedFilter,)
    search_fields = ("label", "key")
    ordering = ("position", "id")
    labels = {"freshness_days": "Stale after (days)", "counts_days": "Within the last (days)"}
    fieldsets = (
        (None, {"fields": ("label", "key", "type", "unit", "question", "position")}),
        ("What it may be", {"fields": ("choices", "taken")}),
        ("How it is used", {"fields": ("freshness_days", "searched", "archived")}),
        ("Counted from engagements", {"fields": ("counts_kinds", "counts_days")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ASIDE if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out what this type of attribute has no use for."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return fieldsets
        numeric = obj.type in (AttributeType.NUMBER, AttributeType.MONEY, AttributeType.PERCENT)
        chosen = obj.type in (AttributeType.CHOICE, AttributeType.MULTI_CHOICE)
        useless = set()
        useless |= set() if chosen else {"choices"}
        useless |= set() if numeric else {"unit"}
        useless |= set() if obj.type == AttributeType.NUMBER else {"counts_kinds", "counts_days"}
        kept = [(name, [field for field in part["fields"] if field not in useless]) for name, part in fieldsets]
        return [(name, {"fields": fields}) for name, fields in kept if fields]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        services.set_filterable(
            attribute_id=obj.pk, filterable=form.cleaned_data.get("searched", False), by=the_viewer(request)
        )

    @display(description="type", label=True)
    def kind(self, attribute: Attribute) -> str:
        return "Engagement count" if attribute.is_derived else attribute.get_type_display()

    @display(description="searchable")
    def found_by(self, attribute: Attribute) -> str:
        return "yes" if attribute.filterable else "–"

    @display(description="stale after")
    def freshness(self, attribute: Attribute) -> str:
        return f"{attribute.freshness_days} days" if attribute.freshness_days else "never"
