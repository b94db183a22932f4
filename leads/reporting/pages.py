"""Lists in pages that begin behind a row instead of at an offset, so that every page costs the same."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from functools import cache, cached_property
from typing import Any

import graphene
from django.db.models import Model, Q, QuerySet
from graphene import relay

from leads.domain.errors import DomainError
from leads.reporting.filtering import FilterInput, filtered
from leads.reporting.rows import Row, with_all_selected
from leads.selectors import check_moment

PAGE = 20
PAGE_AT_MOST = 100


class PageRefused(DomainError):
    code = "page_refused"


@dataclass(frozen=True)
class Order:
    """Names of columns that are never null, `-` before those that fall; the last one is unique."""

    columns: tuple[str, ...]

    def cursor(self, row: Model) -> str:
        fields: list[Any] = [row._meta.get_field(name.lstrip("-")) for name in self.columns]
        values = [field.value_to_string(row) for field in fields]
        return base64.b64encode(json.dumps([",".join(self.columns), *values]).encode()).decode()

    def beyond(self, model: type[Model], cursor: str, *, earlier: bool) -> Q:
        """Return the rows beyond a cursor: `a <= x and (a < x or id > i)`, whose first half an index can seek."""
        condition = Q()
        for column, value in reversed(list(zip(self.columns, self._values(model, cursor), strict=True))):
            name, falling = column.lstrip("-"), column.startswith("-") != earlier
            past = Q(**{f"{name}__{'lt' if falling else 'gt'}": value})
            bound = Q(**{f"{name}__{'lte' if falling else 'gte'}": value})
            condition = bound & (past | condition) if condition else past
        return condition

    def _values(self, model: type[Model], cursor: str) -> list[Any]:
        """Return what a row of ours could hold; raise any exception for a cursor that is none of ours."""
        order, *texts = json.loads(base64.b64decode(cursor, validate=True))
        if order != ",".join(self.columns):
            raise ValueError
        values = []
        for name, text in zip(self.columns, texts, strict=True):
            if not isinstance(text, str) or "\0" in text:
                raise ValueError
            field: Any = model._meta.get_field(name.lstrip("-"))
            values.append(field.to_python(text))
            field.run_validators(values[-1])
            if isinstance(values[-1], datetime):
                check_moment(values[-1], "")
        return values


NEWEST = Order(("-id",))


class Page:
    """One page, read from the database when its rows are asked for; and the total, when that is."""

    def __init__(self, info: Any, rows: QuerySet[Any], order: Order, **page: Any) -> None:
        self.info, self.found, self.order = info, rows, order
        self.after, self.before = page.get("after"), page.get("before")
        self.backwards, self.size = _size(page.get("first"), page.get("last"))
        self.rows = rows.order_by(*order.columns)
        for name, cursor in (("after", self.after), ("before", self.before)):
            if cursor is not None:
                try:
                    beyond = order.beyond(rows.model, cursor, earlier=name == "before")
                except Exception as error:
                    raise PageRefused("This cursor does not belong to this list and order.", field=name) from error
                self.rows = self.rows.filter(beyond)

    @cached_property
    def _read(self) -> tuple[list[Any], bool]:
        """Return the rows in order, and whether more lie on the side to which the page goes."""
        rows = self.rows.reverse() if self.backwards else self.rows
        read = list(with_all_selected(rows, self.info)[: self.size + 1])
        page = read[: self.size]
        return page[::-1] if self.backwards else page, len(read) > self.size

    @property
    def edges(self) -> list[dict[str, Any]]:
        return [{"node": row, "cursor": self.order.cursor(row)} for row in self._read[0]]

    @property
    def page_info(self) -> dict[str, Any]:
        """What lies on the far side of a cursor is taken to exist."""
        rows, more = self._read
        return {
            "has_next_page": self.before is not None if self.backwards else more,
            "has_previous_page": more if self.backwards else self.after is not None,
            "start_cursor": self.order.cursor(rows[0]) if rows else None,
            "end_cursor": self.order.cursor(rows[-1]) if rows else None,
        }

    @property
    def total_count(self) -> int:
        return self.found.count()


def _size(first: int | None, last: int | None) -> tuple[bool, int]:
    """Return whether to page backwards, and the page's size."""
    if first is not None and last is not None:
        raise PageRefused("Give either first or last.", field="first")
    size, name = (last, "last") if last is not None else (PAGE if first is None else first, "first")
    if not 0 <= size <= PAGE_AT_MOST:
        raise PageRefused(f"{name} must be from 0 to {PAGE_AT_MOST}.", field=name)
    return last is not None, size


# --- As fields -----------------------------------------------------------------------------------


class Rows(relay.Connection):
    """A connection with a total."""

    class Meta:
        abstract = True

    total_count = graphene.Int(
        required=True, description="How many there are on all pages together; counted if asked for."
    )


class Orders(Enum):
    """The orders of a list: of each its columns, and what it is called for."""

    def __init__(self, columns: tuple[str, ...], description: str) -> None:
        self.order, self.description = Order(columns), description


@cache
def _enum_of(orders: type[Orders]) -> Any:
    return graphene.Enum.from_enum(orders)


def pages(
    row: type[Row], description: str, *, by: type[FilterInput], orders: type[Orders] | None = None
) -> graphene.Field:
    """Return a root field with pages of the visible rows that a filter asks for.

    They come in the first of `orders` if none is asked for, and newest first where there are none.
    """
    arguments: dict[str, Any] = {
        "filter": graphene.Argument(by, description="Which ones; by default all."),
        "first": graphene.Int(
            description=f"So many from the beginning, at most {PAGE_AT_MOST}; "
            f"{PAGE} if neither this nor `last` is given."
        ),
        "last": graphene.Int(description=f"So many from the end instead, at most {PAGE_AT_MOST}."),
        "after": graphene.String(description="Only what comes after this cursor."),
        "before": graphene.String(description="Only what comes before this cursor."),
    }
    if orders is not None:
        arguments["order"] = graphene.Argument(
            graphene.NonNull(_enum_of(orders)), default_value=next(iter(orders)), description="In which order."
        )

    def resolve(root: Any, info: Any, filter: Any = None, order: Orders | None = None, **page: Any) -> Page:
        rows = filtered(info, row._meta.model, by, filter)
        return Page(info, rows, order.order if order else NEWEST, **page)

    return graphene.Field(_connection_of(row), args=arguments, required=True, resolver=resolve, description=description)


def _connection_of(row: type[Row]) -> Any:
    """Return the type of pages of these rows; several fields share one."""
    name = f"{row._meta.name}Connection"
    if name not in _connections:
        meta = type("Meta", (), {"node": row, "strict_types": True, "description": "A page of a list."})
        _connections[name] = type(name, (Rows,), {"Meta": meta})
    return _connections[name]


_connections: dict[str, Any] = {}
