"""Executing what is straight in one go: leaves of an object, and whole objects in which nothing else is asked.

`config/graphql/direct.py` says which fields are straight. What fails here goes the usual way again, which
words the error; nothing that is read here changes anything, so that reading twice is safe.
"""

from collections.abc import Callable
from typing import Any

from graphql import (
    FieldNode,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    GraphQLUnionType,
)
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

Read = Callable[[Any], Any]

LEAVES = "leaves"
"""Under this name a GraphQL type keeps, for its straight leaves, what returns their value as it is sent."""
BRANCHES = "branches"
"""… for its straight objects and lists of them, their type and what returns them."""
PYTHON_TYPE = "python_type"
"""… the class of its objects; types without it are not answered whole."""
MEMBERS = "members"
"""… and an interface or a union, the object types of its members by class."""


class Detour(Exception):
    """What is asked for, or what was found, is not straight."""


class StraightExecution(StrawberryGraphQLCoreExecutionContext):
    """Reads straight leaves by themselves and straight objects whole, and everything else as usual."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._readers: dict[tuple[Any, ...], Read | None] = {}

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        fields: dict[str, list[FieldNode]],
    ) -> Any:
        leaves: dict[str, Read] | None = parent_type.extensions.get(LEAVES)
        if leaves is None:
            return super().execute_fields(parent_type, source_value, path, fields)
        found: dict[str, Any] = {}
        others: dict[str, list[FieldNode]] = {}
        for name, nodes in fields.items():
            leaf = leaves.get(nodes[0].name.value)
            if leaf is not None:
                try:
                    found[name] = leaf(source_value)
                    continue
                except Exception:  # noqa: S110 (the usual way meets it again)
                    pass
            found[name] = None  # holds the place, so that fields come as they were asked for
            others[name] = nodes
        if not others:
            return found
        answers: Any = super().execute_fields(parent_type, source_value, path, others)
        if self.is_awaitable(answers):
            return _completed(found, answers)
        return found | answers

    def complete_list_value(
        self,
        return_type: GraphQLList[GraphQLOutputType],
        field_nodes: list[FieldNode],
        info: GraphQLResolveInfo,
        path: Path,
        result: Any,
    ) -> Any:
        if isinstance(result, list | tuple):
            read = self._reader(return_type.of_type, field_nodes)
            if read is not None:
                try:
                    return [read(item) for item in result]
                except Exception:  # noqa: S110 (the usual way meets it again)
                    pass
        return super().complete_list_value(return_type, field_nodes, info, path, result)

    def complete_object_value(
        self,
        return_type: GraphQLObjectType,
        field_nodes: list[FieldNode],
        info: GraphQLResolveInfo,
        path: Path,
        result: Any,
    ) -> Any:
        read = self._reader(return_type, field_nodes)
        if read is not None:
            try:
                return read(result)
            except Exception:  # noqa: S110 (the usual way meets it again)
                pass
        return super().complete_object_value(return_type, field_nodes, info, path, result)

    def _reader(self, kind: Any, nodes: list[FieldNode]) -> Read | None:
        """Return what completes a value of a type for these selections, or None if some are not straight."""
        key = (kind, *map(id, nodes))
        try:
            return self._readers[key]
        except KeyError:
            try:
                read = self._read(kind, nodes)
            except Detour:
                read = None
            self._readers[key] = read
            return read

    def _read(self, kind: Any, nodes: list[FieldNode]) -> Read:
        if isinstance(kind, GraphQLNonNull):
            return _required(self._read(kind.of_type, nodes))
        if isinstance(kind, GraphQLList):
            return _nullable(_listed(self._read(kind.of_type, nodes)))
        if isinstance(kind, GraphQLObjectType):
            return _nullable(self._whole(kind, nodes))
        if isinstance(kind, GraphQLInterfaceType | GraphQLUnionType):
            return _nullable(self._member(kind, nodes))
        raise Detour

    def _whole(self, kind: GraphQLObjectType, nodes: list[FieldNode]) -> Read:
        """Return what makes the answer of an object from nothing but straight fields."""
        python_type = kind.extensions.get(PYTHON_TYPE)
        if python_type is None:
            raise Detour
        leaves, branches = kind.extensions[LEAVES], kind.extensions[BRANCHES]
        fields: list[tuple[str, Read]] = []
        for name, inner in self.collect_subfields(kind, nodes).items():
            field = inner[0].name.value
            if field in leaves:
                fields.append((name, leaves[field]))
            elif field in branches:
                inner_kind, find = branches[field]
                fields.append((name, _found(find, self._read(inner_kind, inner))))
            else:
                raise Detour

        def read(source: Any) -> dict[str, Any]:
            if type(source) is not python_type:
                raise Detour
            return {name: leaf(source) for name, leaf in fields}

        return read

    def _member(self, kind: GraphQLInterfaceType | GraphQLUnionType, nodes: list[FieldNode]) -> Read:
        """Return what answers for an object of an interface or a union by the object's class."""
        members: dict[type, GraphQLObjectType] = kind.extensions.get(MEMBERS) or {}

        def read(source: Any) -> Any:
            member = members.get(type(source))
            whole = None if member is None else self._reader(member, nodes)
            if whole is None:
                raise Detour
            return whole(source)

        return read


async def _completed(found: dict[str, Any], answers: Any) -> dict[str, Any]:
    return found | await answers


def _nullable(read: Read) -> Read:
    return lambda value: None if value is None else read(value)


def _required(read: Read) -> Read:
    def required(value: Any) -> Any:
        if value is None:
            raise Detour
        return read(value)

    return required


def _listed(read: Read) -> Read:
    def listed(value: Any) -> list[Any]:
        if not isinstance(value, list | tuple):
            raise Detour
        return [read(item) for item in value]

    return listed


def _found(find: Read, read: Read) -> Read:
    return lambda source: read(find(source))
