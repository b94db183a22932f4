"""Lists at the root: keyset pages that an index can seek, of a bounded size."""

from typing import Any, Self

import strawberry
from django.db.models import Q, Value
from strawberry import relay
from strawberry.relay import PageInfo
from strawberry.relay.utils import should_resolve_list_connection_edges
from strawberry.types import get_object_definition
from strawberry.types.base import StrawberryContainer
from strawberry_django.relay import DjangoCursorConnection
from strawberry_django.relay.cursor_connection import (
    OrderedCollectionCursor,
    OrderingDescriptor,
    annotate_ordering_fields,
)

from leads.domain.errors import DomainError

PAGE = 20
PAGE_AT_MOST = 100


class PageRefused(DomainError):
    code = "page_refused"


@strawberry.type(name="Connection", description="A page of a list.")
class KeysetConnection(DjangoCursorConnection[relay.NodeType]):
    """A page that begins behind a cursor instead of at an offset, so that every page costs the same.

    `hasNextPage` is found by one row more; the count is only taken when asked for. What lies on the
    far side of a cursor is taken to exist.
    """

    @classmethod
    def resolve_connection(
        cls,
        nodes: Any,
        *,
        info: Any,
        before: str | None = None,
        after: str | None = None,
        first: int | None = None,
        last: int | None = None,
        max_results: int | None = None,
        **kwargs: Any,
    ) -> Self:
        backwards, size = _size(first, last)
        page, descriptors, _ = annotate_ordering_fields(nodes)
        _refuse_nullable(descriptors)
        for cursor, earlier in ((after, False), (before, True)):
            if cursor is not None:
                page = page.filter(_beyond(descriptors, _values(cursor, descriptors), earlier))
        if not should_resolve_list_connection_edges(info):
            empty = PageInfo(
                has_next_page=False, has_previous_page=False, start_cursor=None, end_cursor=None
            )
            return cls(edges=[], total_count_qs=nodes, page_info=empty)
        rows = list((page.reverse() if backwards else page)[: size + 1])
        more, rows = len(rows) > size, rows[:size]
        edge = _edge_type(cls)
        edges = [
            edge.resolve_edge(
                cls.resolve_node(row, info=info), cursor=OrderedCollectionCursor.from_model(row, descriptors)
            )
            for row in (reversed(rows) if backwards else rows)
        ]
        return cls(
            edges=edges,
            total_count_qs=nodes,
            page_info=PageInfo(
                has_next_page=before is not None if backwards else more,
                has_previous_page=more if backwards else after is not None,
                start_cursor=edges[0].cursor if edges else None,
                end_cursor=edges[-1].cursor if edges else None,
            ),
        )


def _size(first: int | None, last: int | None) -> tuple[bool, int]:
    """Return whether to page backwards, and the page's size."""
    if first is not None and last is not None:
        raise PageRefused("Give either first or last.", field="first")
    size, name = (last, "last") if last is not None else (PAGE if first is None else first, "first")
    if not 0 <= size <= PAGE_AT_MOST:
        raise PageRefused(f"{name} must be from 0 to {PAGE_AT_MOST}.", field=name)
    return last is not None, size


def _refuse_nullable(descriptors: list[OrderingDescriptor]) -> None:
    """An order by a nullable column without explicit nulls would skip rows: that is our mistake."""
    for descriptor in descriptors:
        explicit = descriptor.order_by.nulls_first or descriptor.order_by.nulls_last
        if descriptor.maybe_null and not explicit:
            raise TypeError(f"Lists cannot be ordered by {descriptor.attname}: it may be null.")


def _values(cursor: str, descriptors: list[OrderingDescriptor]) -> list[Any]:
    try:
        return OrderedCollectionCursor.from_cursor(cursor, descriptors).field_values
    except Exception as error:
        raise PageRefused("This cursor does not belong to this list and order.") from error


def _beyond(descriptors: list[OrderingDescriptor], values: list[Any], earlier: bool) -> Q:
    """Return the rows beyond a cursor: `a <= x and (a < x or id > i)`, whose first half an index can seek."""
    condition = Q()
    for descriptor, value in zip(reversed(descriptors), reversed(values), strict=True):
        ordered_by: Any = descriptor.order_by.expression
        typed = Value(value, output_field=ordered_by.output_field)
        name, falling = descriptor.attname, descriptor.order_by.descending != earlier
        past = Q(**{f"{name}__{'lt' if falling else 'gt'}": typed})
        bound = Q(**{f"{name}__{'lte' if falling else 'gte'}": typed})
        condition = bound & (past | condition) if condition else past
    return condition


def _edge_type(cls: type[KeysetConnection[Any]]) -> Any:
    definition = get_object_definition(cls, strict=True)
    field = definition.get_field("edges")
    assert field is not None
    found = field.resolve_type(type_definition=definition)
    while isinstance(found, StrawberryContainer):
        found = found.of_type
    return found


