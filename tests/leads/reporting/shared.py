"""What the two APIs have in common, read from their schemas, so that nothing new is forgotten."""

from collections.abc import Iterator
from typing import Any

import graphene
from graphene.utils.str_converters import to_camel_case
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    get_named_type,
    is_leaf_type,
)

from config.reporting_schema import schema as reporting_schema
from config.schema import schema
from leads.reporting.queries import Query

FRONTENDS: GraphQLSchema = schema._schema
REPORTS: GraphQLSchema = reporting_schema.graphql_schema


def _is_own(kind: GraphQLNamedType) -> bool:
    """Leave out what each library brings itself: pages, and the parts of introspection."""
    return not kind.name.startswith("__") and not kind.name.endswith(("Connection", "Edge", "PageInfo"))


def both(kind: type) -> Iterator[tuple[Any, Any]]:
    """Yield the types of a kind that both schemas have under one name, apart from the roots."""
    for name, found in REPORTS.type_map.items():
        other = FRONTENDS.type_map.get(name)
        if isinstance(found, kind) and other is not None and _is_own(found) and name != "Query":
            assert isinstance(other, kind), name
            yield other, found


def connections(part: type = Query) -> list[str]:
    """Return the lists that an app's part of the query type brings to the reports."""
    fields = {to_camel_case(name): field for name, field in vars(part).items() if isinstance(field, graphene.Field)}
    return [name for name in fields if get_named_type(REPORTS.query_type.fields[name].type).name.endswith("Connection")]


def roots(part: type = Query) -> list[str]:
    """Return those of them that the other API offers too."""
    return [name for name in connections(part) if name in FRONTENDS.query_type.fields]


def filter_of(root: str) -> GraphQLInputObjectType:
    return get_named_type(REPORTS.query_type.fields[root].args["filter"].type)


def orders_of(root: str) -> list[str]:
    order: GraphQLEnumType = get_named_type(REPORTS.query_type.fields[root].args["order"].type)
    return list(order.values)


def row_of(root: str) -> GraphQLObjectType:
    connection = get_named_type(REPORTS.query_type.fields[root].type)
    return get_named_type(get_named_type(connection.fields["edges"].type).fields["node"].type)


def selection(kind: GraphQLObjectType, relations: int = 3, *, of_both: bool = True) -> str:
    """Return a selection of all leaves of a type and of the rows it points to, so many steps away."""
    other = FRONTENDS.type_map.get(kind.name)
    parts = []
    for name, field in kind.fields.items():
        if of_both and (other is None or name not in other.fields):
            continue
        found = get_named_type(field.type)
        if is_leaf_type(found):
            parts.append(name)
        elif relations:
            parts.append(f"{name} {{ {selection(found, relations - 1, of_both=of_both)} }}")
    return " ".join(parts)
