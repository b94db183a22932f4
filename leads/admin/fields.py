"""Form fields that say in words what is kept as JSON or as a moment, and the theme's looks for forms of ours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from leads.admin.tenant import TenantForm


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": " ".join(INPUT_CLASSES)})


def line(**kwargs: Any) -> forms.CharField:
    return forms.CharField(widget=UnfoldAdminTextInputWidget, **kwargs)


def paragraph(rows: int = 3, **kwargs: Any) -> forms.CharField:
    return forms.CharField(widget=UnfoldAdminTextareaWidget(attrs={"rows": rows}), **kwargs)


def select(**kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(widget=UnfoldAdminSelectWidget, **kwargs)


def switch(**kwargs: Any) -> forms.BooleanField:
    return forms.BooleanField(widget=UnfoldBooleanSwitchWidget, required=False, **kwargs)


class ChoicesField(forms.CharField):
    """Choices as lines of `code: label`; a line without a colon is both."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{choice['code']}: {choice['label']}" for choice in value)
        return value

    def to_python(self, value: Any) -> Any:
        choices = []
        for written in str(value or "").splitlines():
            if not written.strip():
                continue
            code, _, label = (part.strip() for part in written.partition(":"))
            if not code:
                raise forms.ValidationError(f"Write {written.strip()!r} as code: label.")
            choices.append({"code": code, "label": label or code})
        return choices

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


class ArchivableForm(TenantForm):
    """Archiving as a switch; the row keeps since when."""

    archived = switch(help_text="Is not offered any more. Everything that refers to it stays as it is.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "archived" in self.fields:
            self.initial["archived"] = self.instance.archived_at is not None

    def clean(self) -> Any:
        cleaned = super().clean()
        archived = self.cleaned_data.get("archived", False)
        if archived != (self.instance.archived_at is not None):
            self.instance.archived_at = timezone.now() if archived else None
        return cleaned
