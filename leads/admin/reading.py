"""What pages of records are made of, and the figures and links in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString

from leads.domain.values import plain

COLOURS = {
    "yes": "success",
    "met": "success",
    "sql": "success",
    "published": "success",
    "customer": "success",
    "mql": "info",
    "opportunity": "info",
    "no": "danger",
    "not_met": "danger",
    "lost": "danger",
    "disqualified": "danger",
    "unknown": "warning",
    "draft": "warning",
    "nurture": "warning",
}


@dataclass(frozen=True, slots=True)
class Badge:
    """A word in a colour that tells what it means."""

    text: str
    value: str = ""

    @property
    def colour(self) -> str:
        return COLOURS.get(self.value, "")


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[Any]]
    empty: str = "Nothing yet."
    note: str = ""

    @property
    def labelled(self) -> list[list[tuple[str, Any]]]:
        """Return the rows with each cell's header, which a narrow screen shows beside it."""
        return [list(zip(self.headers, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Lines:
    """Several lines in one cell, the first the main one."""

    main: Any
    more: Sequence[Any] = field(default_factory=tuple)


def in_list(cell: Any) -> SafeString:
    """Return a cell as the lists of the theme take it."""
    return format_html("<div>{}</div>", render_to_string("leads/admin/cell.html", {"cell": cell}))


def link(row: Model | None, text: str = "") -> SafeString | str:
    """Return a link to a row's page in the admin, a dash if there is none."""
    if row is None:
        return "–"
    return format_html('<a href="{}">{}</a>', address_of(row), text or str(row))


def address_of(row: Model) -> str:
    """Return the address of a row's page in the admin."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def moment(at: datetime | None) -> str:
    """Return a moment on the business's clocks."""
    return date_format(timezone.localtime(at), "j M Y, H:i") if at else "–"


def day(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "j M Y") if at else "–"


def points(number: Decimal | None) -> str:
    return "–" if number is None else plain(number)


def span(worst: Decimal, best: Decimal) -> str:
    """Return what the points may become, empty if that is settled."""
    return "" if worst == best else f"{plain(worst)} … {plain(best)}"


def author(membership: Any) -> str:
    return str(membership.user) if membership is not None else "The system"
