"""What every type of row is made of, and which other rows a selection needs."""

from collections.abc import Mapping
from typing import Any

import graphene
from django.db.models import QuerySet
from graphene import relay
from graphene_django import DjangoObjectType
from graphene_django.converter import BlankValueField
from graphql import FieldNode, GraphQLObjectType, get_named_type
from graphql.execution.collect_fields import collect_sub_fields

from leads.reporting.scalars import ENUMS


class Row(DjangoObjectType):
    """A row of a model with a global id; only what it names is shown.

    `columns` are described columns of the model, typed by graphene-django. `needs` says for a GraphQL
    field which to-one relation it reads, `heavy` names columns that no field reads and that are large.
    """

    class Meta:
        abstract = True

    needs: Mapping[str, str] = {}
    heavy: tuple[str, ...] = ()

    @classmethod
    def __init_subclass_with_meta__(cls, columns: Mapping[str, str] | None = None, **options: Any) -> None:
        columns = columns or {}
        super().__init_subclass_with_meta__(
            fields=list(columns),
            interfaces=(relay.Node,),
            use_connection=False,
            convert_choices_to_enum=False,
            **options,
        )
        for name, description in columns.items():
            cls._meta.fields[name].description = description


def to_one(of: Any, description: str, *, required: bool = True) -> graphene.Field:
    return graphene.Field(of, required=required, description=description)


def choice(of: Any, description: str, *, required: bool = True) -> graphene.Field:
    """Return a field with an enum; where it is not required, the empty text is null."""
    kind = graphene.Field if required else BlankValueField
    return kind(ENUMS[of], required=required, description=description)


def with_all_selected(rows: QuerySet[Any], info: Any) -> QuerySet[Any]:
    """Join what a connection's selection reads, so that a page is one query whatever its size."""
    joined: set[str] = set()
    deferred: set[str] = set()
    _gather(info, get_named_type(info.return_type), info.field_nodes, (), joined, deferred)
    return rows.select_related(*joined).defer(*deferred) if joined else rows.defer(*deferred)


def _gather(
    info: Any,
    parent: GraphQLObjectType,
    nodes: list[FieldNode],
    path: tuple[str, ...],
    joined: set[str],
    deferred: set[str],
) -> None:
    """Collect the paths of the relations that are read below `nodes`, and of the columns that are not."""
    row = getattr(parent, "graphene_type", None)
    row = row if isinstance(row, type) and issubclass(row, Row) else None
    if row is not None:
        deferred.update("__".join((*path, column)) for column in row.heavy)
    selected = collect_sub_fields(info.schema, info.fragments, info.variable_values, parent, nodes)
    for found in selected.values():
        name = found[0].name.value
        relation = row.needs.get(name) if row else None
        below = (*path, relation) if relation else path
        if relation:
            joined.add("__".join(below))
        field = parent.fields.get(name)  # `__typename` is none
        kind = get_named_type(field.type) if field else None
        if isinstance(kind, GraphQLObjectType):
            _gather(info, kind, found, below, joined, deferred)
