"""Lists in pages: keyset pages that an index can seek, of a bounded size."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import strawberry
from django.db.models import F, Model, Prefetch, Q, QuerySet, Value
from graphql.execution.values import get_argument_values
from strawberry import relay
from strawberry.annotation import StrawberryAnnotation
from strawberry.relay import PageInfo
from strawberry.relay.utils import should_resolve_list_connection_edges
from strawberry.types import get_object_definition
from strawberry.types.base import StrawberryContainer
from strawberry.types.field import StrawberryField
from strawberry_django.fields.field import StrawberryDjangoConnectionExtension, StrawberryDjangoField
from strawberry_django.optimizer import OptimizerStore, is_optimized_by_prefetching, optimize
from strawberry_django.pagination import apply_window_pagination, get_total_count
from strawberry_django.queryset import (
    CONFIG_KEY,
    StrawberryDjangoQuerySetConfig,
    get_queryset_config,
)
from strawberry_django.relay.cursor_connection import (
    DjangoCursorConnection,
    DjangoCursorEdge,
    OrderedCollectionCursor,
    OrderingDescriptor,
    annotate_ordering_fields,
)

from leads.domain.errors import DomainError
from leads.selectors import check_moment

PAGE = 20
PAGE_AT_MOST = 100


class PageRefused(DomainError):
    code = "page_refused"


@strawberry.type(name="Edge", description="One row of a page.")
class KeysetEdge(DjangoCursorEdge[relay.NodeType]):
    cursor: str = strawberry.field(description="The place of the row, to give as `after` or `before`.")
    node: relay.NodeType = strawberry.field(description="The row.")


@strawberry.type(name="Connection", description="A page of a list.")
class KeysetConnection(DjangoCursorConnection[relay.NodeType]):
    """A page that begins behind a cursor instead of at an offset, so that every page costs the same.

    `hasNextPage` is found by one row more; the count is only taken when asked for. What lies on the
    far side of a cursor is taken to exist.
    """

    page_info: PageInfo = strawberry.field(description="Where the page begins and ends.")
    edges: list[KeysetEdge[relay.NodeType]] = strawberry.field(description="The rows of the page, in order.")  # type: ignore[assignment]

    @strawberry.field(description="How many there are on all pages together; counted if asked for.")
    def total_count(self) -> int:
        assert self.total_count_qs is not None
        return get_total_count(self.total_count_qs)

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
        backwards, size = page_size(first, last)
        if is_optimized_by_prefetching(nodes):
            page, descriptors = nodes, get_queryset_config(nodes).ordering_descriptors or []
        else:
            page, descriptors = _behind(nodes, after, before)
            page = (page.reverse() if backwards else page)[: size + 1]
        if not should_resolve_list_connection_edges(info):
            empty = PageInfo(has_next_page=False, has_previous_page=False, start_cursor=None, end_cursor=None)
            return cls(edges=[], total_count_qs=nodes, page_info=empty)
        rows = list(page)
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


def page_size(first: int | None, last: int | None) -> tuple[bool, int]:
    """Return whether to page backwards, and the page's size."""
    if first is not None and last is not None:
        raise PageRefused("Give either first or last.", field="first")
    size, name = (last, "last") if last is not None else (PAGE if first is None else first, "first")
    if not 0 <= size <= PAGE_AT_MOST:
        raise PageRefused(f"{name} must be from 0 to {PAGE_AT_MOST}.", field=name)
    return last is not None, size


def _behind(
    rows: QuerySet[Any], after: str | None, before: str | None
) -> tuple[QuerySet[Any], list[OrderingDescriptor]]:
    """Return the rows between two cursors, and what they are ordered by."""
    page, descriptors, _ = annotate_ordering_fields(rows)
    _refuse_nullable(descriptors)
    for name, cursor in (("after", after), ("before", before)):
        if cursor is not None:
            values = _values(cursor, descriptors, name)
            page = page.filter(_beyond(descriptors, values, earlier=name == "before"))
    return page, descriptors


def _refuse_nullable(descriptors: list[OrderingDescriptor]) -> None:
    """An order by a nullable column without explicit nulls would skip rows: that is our mistake."""
    for descriptor in descriptors:
        explicit = descriptor.order_by.nulls_first or descriptor.order_by.nulls_last
        if descriptor.maybe_null and not explicit:
            raise TypeError(f"Lists cannot be ordered by {descriptor.attname}: it may be null.")


def _values(cursor: str, descriptors: list[OrderingDescriptor], name: str) -> list[Any]:
    try:
        values = OrderedCollectionCursor.from_cursor(cursor, descriptors).field_values
        for descriptor, value in zip(descriptors, values, strict=True):
            _check_comparable(descriptor, value)
    except Exception as error:
        raise PageRefused("This cursor does not belong to this list and order.", field=name) from error
    return values


def _check_comparable(descriptor: OrderingDescriptor, value: Any) -> None:
    """Raise an error for a value that no row has and that a database might choke on."""
    if value is None:
        raise ValueError
    ordered_by: Any = descriptor.order_by.expression
    ordered_by.output_field.run_validators(value)
    if isinstance(value, datetime):
        check_moment(value, "")
    if isinstance(value, str) and "\0" in value.encode().decode():
        raise ValueError


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


# --- As fields -----------------------------------------------------------------------------------

ARGUMENTS = {
    "first": f"So many from the beginning, at most {PAGE_AT_MOST}; {PAGE} if neither this nor `last` is given.",
    "last": f"So many from the end instead, at most {PAGE_AT_MOST}.",
    "after": "Only what comes after this cursor.",
    "before": "Only what comes before this cursor.",
}


def pages(description: str, of: Any = None) -> Any:
    """Return a field with a page of rows; above a resolver it pages those that are returned."""
    return StrawberryDjangoField(
        type_annotation=StrawberryAnnotation.from_annotation(of),
        description=description,
        extensions=[Pages()],
        # The library's own way fetches nothing together where only a total or cursors are selected.
        prefetch_related=[_first_pages],
    )


@dataclass
class Fetched(StrawberryDjangoQuerySetConfig):
    """Tells of rows that were fetched together with their objects which page of each they are."""

    page: tuple[bool, int] | None = None


def _first_pages(info: Any) -> "Prefetch[Any]":
    """Return what fetches the first page of every object of a list at once, one row more than it has."""
    raw = info._raw_info
    given = get_argument_values(raw.parent_type.fields[raw.field_name], raw.field_nodes[0], raw.variable_values)
    backwards, size = page_size(given.get("first"), given.get("last"))
    parent = info.schema.get_type_by_name(raw.parent_type.name).origin.__strawberry_django_definition__.model
    relation = parent._meta.get_field(info._field.python_name)
    rows = relation.related_model.objects.all()
    if given.get("after") is not None or given.get("before") is not None:
        return Prefetch(relation.name, rows.none())  # `Pages` reads them
    rows, descriptors, _ = annotate_ordering_fields(rows)
    _refuse_nullable(descriptors)
    # The columns that a cursor is made of, under names that a later `only` leaves alone.
    copies = {f"_order_{index}": descriptor for index, descriptor in enumerate(descriptors)}
    rows = rows.annotate(**{name: F(descriptor.attname) for name, descriptor in copies.items()})
    rows = apply_window_pagination(
        rows.reverse() if backwards else rows, related_field_id=relation.field.attname, limit=size + 1
    )
    rows = optimize(rows, info, store=OptimizerStore.with_hints(only=[relation.field.name]))
    ordered_by = [
        OrderingDescriptor(name, descriptor.order_by, descriptor.maybe_null) for name, descriptor in copies.items()
    ]
    fetched = Fetched(optimized_by_prefetching=True, ordering_descriptors=ordered_by, page=(backwards, size))
    setattr(rows, CONFIG_KEY, fetched)
    return Prefetch(relation.name, rows)


class Pages(StrawberryDjangoConnectionExtension):
    """Pages a list. What was not fetched with its object is read for that object, but never row by row."""

    def apply(self, field: StrawberryField) -> None:
        super().apply(field)
        self.field = field
        for argument in field.arguments:
            argument.description = ARGUMENTS.get(argument.python_name, argument.description)

    def resolve(self, next_: Any, source: Any, info: Any, **given: Any) -> Any:
        if not isinstance(source, Model):
            return super().resolve(next_, source, info, **given)
        page = {name: given.get(name) for name in ARGUMENTS}
        of_source = getattr(source, self.field.python_name)
        rows = of_source.all()
        behind = page["after"] is not None or page["before"] is not None
        fetched = getattr(get_queryset_config(rows), "page", None)
        if behind or fetched != page_size(page["first"], page["last"]):
            if any(isinstance(step, int) for step in info.path.as_list()):
                raise PageRefused(
                    f"Below a list, '{info.field_name}' is read for all rows at once: ask for its first or last "
                    "page only, and under one name. For another, ask for one object by its id."
                )
            rows = optimize(of_source.model.objects.filter(**of_source.core_filters), info)
        return self.connection_type.resolve_connection(rows, info=info, **page)
