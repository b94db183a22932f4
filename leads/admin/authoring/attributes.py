"""What a business chooses to know about its leads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Max
from django.http import HttpRequest
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from leads import services
from leads.admin.archived import ArchivableForm, ArchivedFilter
from leads.admin.authoring.rows import KeyedForm
from leads.admin.chosen import the_viewer
from leads.admin.fields import ChoicesField, line, switch
from leads.admin.site import site
from leads.admin.tenant import TenantAdmin
from leads.domain.values import AttributeSpec, Choice, ValueRefused, ValueType, decode, encode, parse
from leads.models import Attribute, AttributeType, EngagementKind
from leads.models.attributes import FILTERABLE_AT_MOST

ASIDE = ("key", "type")  # rules and evidence rely on them
LATER = ("position", "archived")  # of no use while there is no attribute yet


CHOSEN = (AttributeType.CHOICE, AttributeType.MULTI_CHOICE)


def _if(*types: AttributeType) -> str:
    """Return when a field is of use, as the page asks it; where the type stands already, it is of use."""
    listed = ", ".join(f"'{type_.value}'" for type_ in types)
    return f"typeof type === 'undefined' || [{listed}].includes(type)"


class AttributeForm(ArchivableForm, KeyedForm):
    noun = "attribute"

    choices = ChoicesField(
        required=False,
        help_text="One a line, such as Software. Rules know it by a short code: write saas: Software to choose it. "
        "Without one, it is made for you.",
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
        """Forget what was written before another type was chosen; the page does not show it any more."""
        cleaned = super().clean()
        attribute: Attribute = self.instance
        kind = self.cleaned_data.get("type") or attribute.type
        if kind not in CHOSEN and "choices" in self.cleaned_data:
            self.cleaned_data["choices"] = []
        if kind != AttributeType.NUMBER:
            empty: dict[str, Any] = {"unit": "", "counts_kinds": [], "counts_days": None}
            self.cleaned_data.update({name: none for name, none in empty.items() if name in self.cleaned_data})
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
    conditional_fields = {
        "unit": _if(AttributeType.NUMBER),
        "choices": _if(*CHOSEN),
        "counts_kinds": _if(AttributeType.NUMBER),
        "counts_days": _if(AttributeType.NUMBER),
    }
    list_display = ("label", "key", "kind", "freshness", "found_by", "position")
    list_editable = ("position",)
    list_per_page = 500  # dragging numbers what is on the page
    ordering_field = "position"
    hide_ordering_field = True
    list_filter = (ArchivedFilter,)
    search_fields = ("label", "key")
    ordering = ("position", "id")
    labels = {
        "freshness_days": "Stale after (days)",
        "counts_days": "Within the last (days)",
        "in_forms": "Forms on websites may ask it",
    }
    help_texts = {
        "label": "What people call it, such as Employees, Has the pain or Decision date.",
        "type": "What its values are. It cannot be changed later: rules and evidence rely on it.",
        "unit": "What is counted, such as people, hours or tickets a month.",
        "question": "How to ask the prospect for it, such as: How many people work with it every day?",
        "freshness_days": "After so many days the value counts as unknown and is asked again. Empty: it stays good.",
        "in_forms": "Lets forms on websites ask it; what people write there is kept as what the prospect says.",
        "counts_days": "Together with the ticked touches: how many there were in so many days.",
    }
    fieldsets = (
        (None, {"fields": ("label", "type", "unit", "choices", "question", "taken")}),
        (
            "How it is used",
            {
                "fields": (
                    "freshness_days",
                    "searched",
                    "in_forms",
                    "counts_kinds",
                    "counts_days",
                    "key",
                    "position",
                    "archived",
                )
            },
        ),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ASIDE if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Leave out what this type of attribute has no use for."""
        fieldsets = super().get_fieldsets(request, obj)
        if obj is None:
            return [
                (name, {"fields": [field for field in part["fields"] if field not in LATER]})
                for name, part in fieldsets
            ]
        useless = set()
        useless |= set() if obj.type in CHOSEN else {"choices"}
        useless |= set() if obj.type == AttributeType.NUMBER else {"unit"}
        useless |= set() if obj.type == AttributeType.NUMBER else {"counts_kinds", "counts_days"}
        kept = [(name, [field for field in part["fields"] if field not in useless]) for name, part in fieldsets]
        return [(name, {"fields": fields}) for name, fields in kept if fields]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.help_texts:
            kwargs["help_text"] = self.help_texts[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            last = self.get_queryset(request).aggregate(last=Max("position"))["last"]
            obj.position = 0 if last is None else last + 1
        super().save_model(request, obj, form, change)
        if "searched" in form.cleaned_data:  # not where the list saves their order
            services.set_filterable(
                attribute_id=obj.pk, filterable=form.cleaned_data["searched"], by=the_viewer(request)
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
