"""Straight resolvers for what needs no detours.

Strawberry wraps every field in layers that serve permissions, arguments and awaitables. A column, a
relation that is loaded with its row, or a global id needs none of them, and a list of 50 rows has
thousands. Measured in `bench/board.py`.
"""

import base64
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

from django.db.models import Model
from graphql import GraphQLObjectType, GraphQLSchema
from strawberry import Schema
from strawberry.extensions import SchemaExtension
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.field import StrawberryField
from strawberry_django.fields.field import StrawberryDjangoField
from strawberry_django.optimizer import DjangoOptimizerExtension, optimizer

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
    """Give the plain fields of all types a straight resolver; the schema's meaning stays the same."""
    inner: GraphQLSchema = schema._schema
    for name, graphql_type in inner.type_map.items():
        definition = schema.get_type_by_name(name)
        if isinstance(graphql_type, GraphQLObjectType) and isinstance(definition, StrawberryObjectDefinition):
            model = getattr(
                getattr(definition.origin, "__strawberry_django_definition__", None), "model", None
            )
            for field in definition.fields:
                resolver = _straight(name, model, field)
                if resolver is not None:
                    graphql_type.fields[schema.config.name_converter.from_field(field)].resolve = resolver


def _straight(type_name: str, model: type[Model] | None, field: StrawberryField) -> Resolver | None:
    """Return a straight resolver, None where the usual one is needed."""
    if model is None:
        return None
    if field.graphql_name == "id" or (field.python_name == "_id" and field.name == "id"):
        return _global_id(type_name)
    if not isinstance(field, StrawberryDjangoField) or field.permission_classes:
        return None
    if field.base_resolver is not None:
        direct = field.metadata.get("direct") and not field.extensions
        resolver: Any = field.base_resolver.wrapped_func
        return resolver if direct else None
    if field.extensions or field.is_list or field.is_connection or field.is_paginated:
        return None
    getter = attrgetter(field.django_name or field.python_name)
    return lambda source, info: getter(source)


def _global_id(type_name: str) -> Resolver:
    prefix = f"{type_name}:"
    encode = base64.b64encode
    return lambda source, info: encode(f"{prefix}{source.pk}".encode()).decode()
