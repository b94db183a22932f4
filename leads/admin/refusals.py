"""Refusals of services as this door says them."""

from __future__ import annotations

import re

from django import forms

from leads.domain.errors import DomainError


def add_refusal(form: forms.BaseForm, error: DomainError) -> None:
    """Put a refusal beside the field that it is about, or above the form."""
    name = re.sub(r"[A-Z]", lambda capital: f"_{capital[0].lower()}", error.field or "")
    shown = name in form.fields and not form.fields[name].widget.is_hidden
    form.add_error(name if shown else None, error.message)
