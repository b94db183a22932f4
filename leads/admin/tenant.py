"""What every page of the admin has in common: it shows, offers and takes rows of one business only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.core.exceptions import NON_FIELD_ERRORS, ImproperlyConfigured, PermissionDenied
from django.db.models import Field, Model, QuerySet
from django.db.models.fields.related import RelatedField
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.contrib.filters.admin import DropdownFilter

from leads.admin.chosen import the_viewer, viewer_of
from leads.admin.refusals import add_refusal
from leads.domain.errors import DomainError
from leads.models import TenantModel
from leads.tenancy import Viewer


class TenantForm(ModelForm):
    """A form whose row belongs to the viewer's business before it is checked, so that constraints see it."""

    # Set by the admin on the class that it makes for a request.
    viewer: Viewer
    refusal: DomainError | None = None

    class Meta:
        error_messages = {
            NON_FIELD_ERRORS: {"unique_together": "There is such a %(model_name)s already (%(field_labels)s)."}
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.business_id is None:
            self.instance.business = self.viewer.business

    def full_clean(self) -> None:
        super().full_clean()
        if self.refusal is not None and self.is_bound:
            add_refusal(self, self.refusal)

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"business"}  # type: ignore[misc]


class Scoped(BaseModelAdmin):
    """Limits rows and choices; for pages and for what is edited inside of pages."""

    form: type[ModelForm] = TenantForm
    labels: Mapping[str, str] = {}  # where a field's own name does not say enough

    def visible(self, queryset: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
        """Return what of these rows the viewer may see."""
        if not issubclass(queryset.model, TenantModel):
            raise ImproperlyConfigured(f"{type(self).__name__} must say which rows are visible.")
        return queryset.visible_to(viewer)  # type: ignore[attr-defined]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        viewer = viewer_of(request)
        queryset = super().get_queryset(request)
        return queryset.none() if viewer is None else self.visible(queryset, viewer)

    def get_field_queryset(
        self, db: str | None, db_field: RelatedField[Any, Any], request: HttpRequest
    ) -> QuerySet[Any]:
        """Return what can be chosen: what the viewer sees on the page of what is referred to."""
        related: type[Model] = db_field.remote_field.model
        page = self.admin_site._registry.get(related)
        if page is not None:
            return page.get_queryset(request)
        if not issubclass(related, TenantModel):
            return related._default_manager.none()
        return related.objects.visible_to(viewer_of(request))

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        """Offer no small buttons to make or change what is chosen; that has a page of its own."""
        if db_field.name in self.labels:
            kwargs["label"] = self.labels[db_field.name]
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for button in ("can_add_related", "can_change_related", "can_delete_related", "can_view_related"):
            if field is not None and hasattr(field.widget, button):
                setattr(field.widget, button, False)
        return field

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return viewer_of(request) is not None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return viewer_of(request) is not None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return viewer_of(request) is not None

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No: what is not wanted any more is archived, retired or made inactive."""
        return False


class TenantAdmin(Scoped, ModelAdmin):
    """A page of rows that belong to the viewer's business."""

    list_per_page = 50
    list_filter_submit = True
    warn_unsaved_form = True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return viewer_of(request) is not None

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        form.viewer = the_viewer(request)
        form.refusal = getattr(request, "refusal", None)
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Show the form again where a service refuses to save what it says; nothing is saved then."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except DomainError as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]
            return super().changeform_view(request, object_id, form_url, extra_context)


class ScopedInline(Scoped):
    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)  # type: ignore[misc]
        formset.form.viewer = the_viewer(request)
        return formset


class TenantTabularInline(ScopedInline, TabularInline):
    extra = 0


class TenantStackedInline(ScopedInline, StackedInline):
    extra = 0


class ReadOnlyAdmin(TenantAdmin):
    """A list of what happened, and a page for each in words; nothing here is changed by hand."""

    page_template = "leads/admin/record.html"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Return what the page says: `facts`, pairs of label and value, and `tables`."""
        raise NotImplementedError

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        if found is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method not in ("GET", "HEAD") or not self.has_view_permission(request, found):
            raise PermissionDenied
        return self.show(request, found, extra_context)

    def show(self, request: HttpRequest, obj: Any, extra: dict[str, Any] | None = None) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": obj,
            "title": str(obj),
            "is_popup": False,
            "media": self.media,
            **self.page(request, obj),
            **(extra or {}),
        }
        return TemplateResponse(request, self.page_template, context)


class RelatedFilter(DropdownFilter):
    """Choose among the viewer's rows that a foreign key may point to."""

    field_name = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        field = model_admin.model._meta.get_field(self.field_name)
        return [(row.pk, str(row)) for row in model_admin.get_field_queryset(None, field, request)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = str(self.value() or "")
        if not value:
            return queryset
        if not (value.isascii() and value.isdigit()):
            return queryset.none()
        return queryset.filter(**{f"{self.field_name}_id": int(value)})
