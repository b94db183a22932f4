"""Straight ways for what needs no detours.

Strawberry wraps every field in layers that serve permissions, arguments and awaitables, and graphql-core
makes a path, a record of circumstances and arguments for each. A column, a relation that is loaded with
its row, a global id, or an attribute of an object that is no row needs none of them, and a list of 50 rows
has thousands. Measured in `tests/bench/board.py` and `tests/bench/diagnosing.py`.
"""

import base64
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    get_nullable_type,
    is_leaf_type,
    is_non_null_type,
)
from strawberry import Schema
from strawberry.extensions import SchemaExtension
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField
from strawberry_django.fields.field import StrawberryDjangoField
from strawberry_django.optimizer import DjangoOptimizerExtension, optimizer

from config.graphql.execution import BRANCHES, LEAVES, MEMBERS, PYTHON_TYPE, Read, StraightExecution

Resolver = Callable[..., Any]


class RootOptimizer(SchemaExtension):
    """Optimizes querysets where they enter, without a hook around every field."""

    def on_execute(self) -> Iterator[None]:
        token = optimizer.set(DjangoOptimizerExtension())
        try:
            yield
        finally:
            optimizer.reset(token)


def straighten(schema: Schema) -> None:
    """Give the plain fields of all types a straight way; the schema's meaning stays the same."""
    inner: GraphQLSchema = schema._schema
    members: dict[type, str] = {}
    for name, graphql_type in inner.type_map.items():
        definition = schema.get_type_by_name(name)
        if isinstance(graphql_type, GraphQLObjectType) and isinstance(definition, StrawberryObjectDefinition):
            is_row = hasattr(definition.origin, "__strawberry_django_definition__")
            leaves: dict[str, Read] = {"__typename": _constant(name)}
            branches: dict[str, tuple[Any, Read]] = {}
            for field in definition.fields:
                graphql_name = schema.config.name_converter.from_field(field)
                graphql_field = graphql_type.fields[graphql_name]
                read = _read(name, field) if is_row else _attribute_read(field)
                graphql_field.resolve = _resolver(read, field, graphql_field.resolve)
                if read is None:
                    continue
                if is_leaf_type(get_nullable_type(graphql_field.type)):
                    leaves[graphql_name] = _leaf(read, graphql_field.type)
                else:
                    branches[graphql_name] = (graphql_field.type, read)
            graphql_type.extensions |= {LEAVES: leaves, BRANCHES: branches}
            if not is_row and definition.concrete_of is None:
                graphql_type.extensions[PYTHON_TYPE] = definition.origin
                members[definition.origin] = name
    for graphql_type in inner.type_map.values():
        if isinstance(graphql_type, GraphQLUnionType | GraphQLInterfaceType):
            possible = inner.get_possible_types(graphql_type)
            types = {origin: inner.type_map[name] for origin, name in members.items()}
            graphql_type.extensions[MEMBERS] = {origin: kind for origin, kind in types.items() if kind in possible}
        if isinstance(graphql_type, GraphQLUnionType):
            names = {origin: kind.name for origin, kind in graphql_type.extensions[MEMBERS].items()}
            graphql_type.resolve_type = _member(names, graphql_type.resolve_type)
    schema.execution_context_class = StraightExecution


def _read(type_name: str, field: Any) -> Read | None:
    """Return what reads a global id, a column or a loaded relation; None for any other field."""
    if field.graphql_name == "id" or (field.python_name == "_id" and field.name == "id"):
        return _global_id(type_name)
    if not _is_plain(field) or field.base_resolver is not None or field.is_list:
        return None
    return attrgetter(_attribute(field))


def _attribute_read(field: StrawberryField) -> Read | None:
    """Return what reads a field of an object that is no row, if it is an attribute and nothing else."""
    if not field.is_basic_field or field.permission_classes or isinstance(field, StrawberryDjangoField):
        return None
    return attrgetter(field.python_name)


def _resolver(read: Read | None, field: StrawberryField, usual: Resolver) -> Resolver:
    """Return a straight resolver, or the usual one where it is needed."""
    if read is not None:
        return lambda source, info: read(source)
    if not _is_plain(field):
        return usual
    if field.base_resolver is not None:
        resolver: Any = field.base_resolver.wrapped_func
        return resolver if field.metadata.get("direct") else usual
    return _prefetched(_attribute(field), usual)


def _is_plain(field: StrawberryField) -> bool:
    return (
        isinstance(field, StrawberryDjangoField)
        and not (field.permission_classes or field.extensions)
        and not (field.is_connection or field.is_paginated)
    )


def _attribute(field: Any) -> str:
    return str(field.django_name or field.python_name)


def _member(names: dict[type, str], usual: Any) -> Resolver:
    """Return what names the member of a union by its class, where that is enough."""
    return lambda value, info, union: names.get(type(value)) or usual(value, info, union)


def _constant(value: str) -> Read:
    return lambda source: value


def _prefetched(attribute: str, usual: Resolver) -> Resolver:
    """Return the rows of a plain list that came with their object, else what the usual resolver finds."""

    def resolve(source: Any, info: Any, **given: Any) -> Any:
        rows = None if given else getattr(source, "_prefetched_objects_cache", {}).get(attribute)
        return usual(source, info, **given) if rows is None else rows

    return resolve


def _leaf(read: Read, kind: Any) -> Read:
    """Return what reads a scalar or an enum as it is sent; it raises where the usual way would."""
    required = is_non_null_type(kind)
    serialize = get_nullable_type(kind).serialize

    def leaf(source: Any) -> Any:
        value = read(source)
        if value is None and not required:
            return None
        sent = serialize(value)
        if value is None or sent is None or sent is Undefined:
            raise TypeError
        return sent

    return leaf


def _global_id(type_name: str) -> Read:
    prefix = f"{type_name}:"
    encode = base64.b64encode
    return lambda source: encode(f"{prefix}{source.pk}".encode()).decode()
