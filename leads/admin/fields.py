"""Form fields that say in words what is kept as JSON, and the theme's looks for forms of ours."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from leads.domain.rules.naming import key_from


class DayInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": " ".join(INPUT_CLASSES)})


class MomentInput(forms.DateTimeInput):
    """The browser's own calendar and clock."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M", attrs={"class": " ".join(INPUT_CLASSES)})


def line(**kwargs: Any) -> forms.CharField:
    return forms.CharField(widget=UnfoldAdminTextInputWidget, **kwargs)


def paragraph(rows: int = 3, **kwargs: Any) -> forms.CharField:
    return forms.CharField(widget=UnfoldAdminTextareaWidget(attrs={"rows": rows}), **kwargs)


def select(**kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(widget=UnfoldAdminSelectWidget, **kwargs)


def whole_number(**kwargs: Any) -> forms.IntegerField:
    return forms.IntegerField(widget=UnfoldAdminIntegerFieldWidget, **kwargs)


def moment_field(**kwargs: Any) -> forms.DateTimeField:
    return forms.DateTimeField(widget=MomentInput, **kwargs)


def switch(**kwargs: Any) -> forms.BooleanField:
    return forms.BooleanField(widget=UnfoldBooleanSwitchWidget, required=False, **kwargs)


class ChoicesField(forms.CharField):
    """Choices as lines of `code: label`; a line without a colon is a label that gets a code."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(f"{choice['code']}: {choice['label']}" for choice in value)
        return value

    def to_python(self, value: Any) -> Any:
        written = [line.strip() for line in str(value or "").splitlines() if line.strip()]
        parts = [tuple(part.strip() for part in line.partition(":")) for line in written]
        taken = {code for code, colon, _ in parts if colon}
        choices = []
        for line, (code, colon, label) in zip(written, parts, strict=True):
            if not code:
                raise forms.ValidationError(f"Write {line!r} as code: label.")
            if not colon:
                label, code = code, _code(code, taken)
                taken.add(code)
            choices.append({"code": code, "label": label or code})
        return choices

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != self.to_python(data))


def _code(label: str, taken: set[str]) -> str:
    """Return a code for a label; one that is short and plain is its own."""
    is_plain = re.fullmatch(r"[a-z0-9_-]{1,63}", label) is not None
    return label if is_plain and label not in taken else key_from(label, taken, noun="choice")
