"""A business's schemas: what makes a lead qualified, in order."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from leads import services
from leads.admin.authoring.authored import AuthoredAdmin, VersionsInline
from leads.admin.authoring.comparing import ComparesItsVersions
from leads.admin.authoring.packs import StartsFromPack
from leads.admin.authoring.rows import KeyedForm
from leads.admin.chosen import the_viewer
from leads.admin.site import site
from leads.domain.sentences import sentence
from leads.models import QualificationSchema, QualificationVersion, Status
from leads.services.judging import plan_of
from leads.tenancy import Viewer


class VersionInline(VersionsInline):
    model = QualificationVersion

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("published_by__user", "schema").defer("document")


class SchemaForm(KeyedForm):
    """A schema with its place among the others, told by what comes before it."""

    key_source, noun = "name", "schema"
    key_help = "Its name in files and for other programs. Left empty, it is made out of the name."
    place = forms.TypedChoiceField(
        coerce=int,
        label="Is asked",
        widget=UnfoldAdminSelectWidget,
        help_text="Schemas are asked in order; the first whose condition is true judges a lead.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "place" not in self.fields:
            return
        schemas = list(QualificationSchema.objects.visible_to(self.viewer).order_by("position", "pk"))
        others = [schema for schema in schemas if schema.pk != self.instance.pk]
        places = ["first", *(f"after {schema}" for schema in others)]
        self.fields["place"].choices = list(enumerate(places))  # type: ignore[attr-defined]
        if self.instance.pk is None:
            self.initial["place"] = _before_who_judges_all(others, self.viewer)
        else:
            self.initial["place"] = [schema.pk for schema in schemas].index(self.instance.pk)


def _before_who_judges_all(schemas: list[QualificationSchema], viewer: Viewer) -> int:
    """Return where a new schema can judge: the last place, unless that has one that judges every lead."""
    published = QualificationVersion.objects.visible_to(viewer).filter(status=Status.PUBLISHED)
    all_judging = set(published.filter(applies_when="").values_list("schema", flat=True))
    return next((place for place, schema in enumerate(schemas) if schema.pk in all_judging), len(schemas))


@admin.register(QualificationSchema, site=site)
class SchemaAdmin(StartsFromPack, ComparesItsVersions, AuthoredAdmin):
    form = SchemaForm
    version_model = QualificationVersion
    fields = ("name", "key", "place")
    list_display = ("name", "place", "for_whom", "judges", "draft")
    list_select_related = ("business",)
    ordering = ("position", "id")
    inlines = (VersionInline,)

    def begin_draft(self, row: Any, by: Viewer) -> QualificationVersion:
        return services.begin_draft(schema_id=row.pk, by=by)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save a schema, and put it where it is wanted; the service refuses where that leaves leads without one."""
        if not change:
            obj.position = QualificationSchema.objects.visible_to(the_viewer(request)).count()
        super().save_model(request, obj, form, change)
        if "place" in form.changed_data or not change:
            services.place_schema(
                schema_id=obj.pk, place=form.cleaned_data["place"], by=the_viewer(request), now=timezone.now()
            )

    @display(description="is asked")
    def place(self, schema: Any) -> str:
        return f"{schema.position + 1}."

    @display(description="applies when")
    def for_whom(self, schema: Any) -> str:
        for version in schema.current:
            if version.status == Status.PUBLISHED:
                return _condition(version, schema.business.currency)
        return "–"

    @display(description="judges leads", label={"Version": "success"}, empty_value="–")
    def judges(self, schema: Any) -> Any:
        return self.in_force(schema)


def _condition(version: QualificationVersion, currency: str) -> str:
    """Return in English which leads a published version judges, by the document that it was frozen in."""
    text = version.applies_when.strip()
    if not text:
        return "Every lead that is left"
    return sentence(text, plan_of(version.pk, version.checksum).document.attributes, currency) or text
