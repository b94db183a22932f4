"""Rows inside of a draft: they stand in the order of the page, and make their keys out of their labels."""

from __future__ import annotations

from typing import Any, ClassVar

from django.forms.models import BaseInlineFormSet
from django.utils.functional import cached_property

from leads.admin.authoring.authored import InDraft
from leads.admin.tenant import TenantForm, TenantStackedInline, TenantTabularInline
from leads.domain.rules.naming import key_from


class KeyedForm(TenantForm):
    """A form whose key is made out of another field where nobody wrote one."""

    key_source = "label"
    noun: str  # what the key begins with where the label gives none
    key_help = "Its name in rules. Left empty, it is made out of the label."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "key" in self.fields:
            self.fields["key"].required = False
            self.fields["key"].help_text = self.key_help

    def clean(self) -> Any:
        cleaned = super().clean()
        source = self.cleaned_data.get(self.key_source, "")
        if "key" in self.fields and "key" not in self.errors and source and not self.cleaned_data.get("key"):
            self.cleaned_data["key"] = key_from(source, self.taken_keys(), noun=self.noun)
        return cleaned

    def taken_keys(self) -> set[str]:
        rows = self._meta.model.objects.visible_to(self.viewer).exclude(pk=self.instance.pk)
        return set(rows.values_list("key", flat=True))


class RowForm(TenantForm):
    """A row whose place is where it stands; a new one comes last unless it was moved."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "position" in self.fields:
            self.fields["position"].required = False
            if self.instance.pk is None:
                self.fields["position"].initial = self.initial["position"] = None

    @cached_property
    def changed_data(self) -> list[str]:
        """A new row that was only put somewhere is still empty."""
        changed: list[str] = super().changed_data
        return [name for name in changed if name != "position"] if self.instance.pk is None else changed

    @property
    def opens(self) -> bool:
        """Whether the row is shown open: a new one, and one in which something is to be mended."""
        nested = [inline.formset for inline in getattr(self, "nested_formsets", ())]
        wrong = bool(self.errors) or any(formset.is_bound and formset.total_error_count() for formset in nested)
        return self.instance.pk is None or wrong


class KeyedRowForm(RowForm):
    """A row with a key; the formset makes it, since it knows the keys of the other rows."""

    key_source = "label"
    noun = "row"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].required = False
        self.fields["key"].help_text = "Left empty, it is made out of the label."


class RowFormSet(BaseInlineFormSet):
    """Gives places and keys to the rows that have none yet."""

    def clean(self) -> None:
        """Place and name before looking for keys that are there twice, of which the empty ones would be some."""
        written = [
            form
            for form in self.forms
            if hasattr(form, "cleaned_data") and (form.has_changed() or form.instance.pk is not None)
        ]
        self._place([form for form in written if "position" in form.fields])
        self._name([form for form in written if isinstance(form, KeyedRowForm)])
        super().clean()

    @staticmethod
    def _place(forms: list[Any]) -> None:
        last = max((form.cleaned_data.get("position") or 0 for form in forms), default=0)
        for form in forms:
            if form.cleaned_data.get("position") is None:
                last += 1
                form.cleaned_data["position"] = form.instance.position = last

    def _name(self, forms: list[Any]) -> None:
        taken = {form.cleaned_data.get("key") for form in forms} - {None, ""}
        for form in forms:
            label = form.cleaned_data.get(form.key_source, "")
            if label and not form.cleaned_data.get("key") and "key" not in form.errors:
                key = key_from(label, taken, noun=form.noun)
                form.cleaned_data["key"] = form.instance.key = key
                taken.add(key)


class RowsInDraft(InDraft):
    """Rows are dragged into order; where one cannot drag, buttons move them."""

    form: Any = RowForm
    formset: Any = RowFormSet
    ordering: ClassVar[Any] = ("position", "id")
    ordering_field = "position"
    hide_ordering_field = True


class TableOfRows(RowsInDraft, TenantTabularInline):
    """Small rows, all of them visible."""

    hide_title = True


class FoldedRows(RowsInDraft, TenantStackedInline):
    """Larger rows, each folded to one line that says the most important things of it."""

    template = "leads/admin/rows.html"
