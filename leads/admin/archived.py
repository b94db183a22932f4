"""What is not offered any more: a switch in its form, and a choice in its list."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter

from leads.admin.fields import switch
from leads.admin.tenant import TenantForm


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


class ArchivedFilter(DropdownFilter):
    title = "archived"
    parameter_name = "archived"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "In use"), ("yes", "Archived")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("no", "yes"):
            return queryset
        return queryset.filter(archived_at__isnull=self.value() == "no")
