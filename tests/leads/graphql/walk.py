"""Queries derived from the schema, so that a field which somebody adds is tested from that day on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLField,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
)

from config.schema import schema

SCHEMA: GraphQLSchema = schema._schema
ROOT = SCHEMA.query_type
assert ROOT is not None


ALONE = {("HandOff", "brief")}
"""Fields that are read of one object only; below a list they are refused, which tests of their own show."""


def object_types() -> Iterator[GraphQLObjectType]:
    for name, found in SCHEMA.type_map.items():
        if isinstance(found, GraphQLObjectType) and not name.startswith("__"):
            yield found


def is_node(found: GraphQLObjectType) -> bool:
    return any(interface.name == "Node" for interface in found.interfaces)


def is_list(field: GraphQLField) -> bool:
    found = field.type
    while isinstance(found, GraphQLNonNull):
        found = found.of_type
    return isinstance(found, GraphQLList)


def is_connection(field: GraphQLField) -> bool:
    return get_named_type(field.type).name.endswith("Connection")


def row_type(field: GraphQLField) -> GraphQLObjectType | None:
    """Return the object type behind a field, through a connection; None for leaves and abstract types."""
    found = get_named_type(field.type)
    if is_connection(field):
        found = get_named_type(get_named_type(found.fields["edges"].type).fields["node"].type)
    return found if isinstance(found, GraphQLObjectType) else None


def is_many(field: GraphQLField) -> bool:
    """Tell the lists and connections of objects."""
    return is_connection(field) or (is_list(field) and not is_leaf_type(get_named_type(field.type)))


ASIDE = {"inPhase"}
"""Objects that are worked out of many tables; only the ways to the lists in them ask for them."""


def leaves(parent: GraphQLObjectType, relations: int = 2) -> str:
    """Return a selection of all that a type holds, without more lists of objects.

    Relations to one object are followed so many steps.
    """
    parts = []
    for name, field in parent.fields.items():
        found = get_named_type(field.type)
        if (parent.name, name) in ALONE:
            continue
        if is_leaf_type(found):
            parts.append(name)
        elif isinstance(found, GraphQLUnionType):
            parts.append(f"{name} {{ __typename ... on NumberValue {{ display }} }}")
        elif relations and isinstance(found, GraphQLObjectType) and not is_many(field) and name not in ASIDE:
            parts.append(f"{name} {{ {leaves(found, relations - 1)} }}")
    return " ".join(parts) or "__typename"


@dataclass(frozen=True, slots=True)
class Path:
    """A way from a field of the query type down to a list; `steps` are types and the fields taken."""

    steps: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return ".".join(field for _, field in self.steps)

    @property
    def last(self) -> tuple[str, str]:
        return self.steps[-1]

    @property
    def lists(self) -> int:
        """How many lists and connections are on the way."""
        return sum(is_many(SCHEMA.type_map[parent].fields[field]) for parent, field in self.steps)

    def query(self, root: str = "", *, twice: bool = False, first: int = 100, then: int = 2) -> str:
        """Write the query; `root` are the arguments of the first field.

        `first` is the size of the first connection on the way, `then` of those below it. `twice` asks for
        the last list under two names, and for as much as there is without saying how much.
        """
        return "{ " + self._write(0, root, twice, [first], then) + " }"

    def _write(self, index: int, root: str, twice: bool, sizes: list[int], then: int) -> str:
        parent, name = self.steps[index]
        field = SCHEMA.type_map[parent].fields[name]
        arguments = [root] if root and index == 0 else []
        last = index == len(self.steps) - 1
        if is_connection(field) and not (last and twice):
            arguments.append(f"first: {sizes.pop() if sizes else then}")
        found = row_type(field)
        assert found is not None
        inside = leaves(found)
        if not last:
            inside = "id " if "id" in found.fields else ""
            inside += self._write(index + 1, root, twice, sizes, then)
        if is_connection(field):
            inside = f"pageInfo {{ hasNextPage }} edges {{ cursor node {{ {inside} }} }}"
        call = f"{name}({', '.join(arguments)})" if arguments else name
        if last and twice:
            return f"one: {call} {{ {inside} }} two: {call} {{ {inside} }}"
        return f"{call} {{ {inside} }}"


def paths_to_lists(root: str) -> Iterator[Path]:
    """Yield the shortest way from a field of the query type to every list that can be reached from it."""
    seen: set[str] = set()
    waiting = [Path((("Query", root),))]
    while waiting:
        path = waiting.pop(0)
        field = SCHEMA.type_map[path.last[0]].fields[path.last[1]]
        if is_many(field):
            yield path
        found = row_type(field)
        if found is None or found.name in seen:
            continue
        seen.add(found.name)
        for name, below in found.fields.items():
            if (found.name, name) not in ALONE and (row_type(below) is not None or is_many(below)):
                waiting.append(Path((*path.steps, (found.name, name))))


def list_fields() -> set[tuple[str, str]]:
    """Return every list and connection of objects in the schema, apart from the parts of connections."""
    return {
        (parent.name, name)
        for parent in object_types()
        if not parent.name.endswith("Connection")
        for name, field in parent.fields.items()
        if is_many(field) and parent.name not in ("Mutation", "OperationInfo")
    }


def arguments(root: str, crowd: Any) -> str:
    """Return what a root field must be given, of a crowd; empty if nothing."""
    given = ROOT.fields[root].args
    if root == "dueTime":
        return "workingDays: 2"
    if root == "playTrial":
        return 'input: {name: "x", happening: LEAD_CREATED, steps: [{action: NEXT_STEP, stepKind: EMAIL, title: "x"}]}'
    version = f'"{crowd.id("QualificationVersion")}"'
    if root == "qualificationDifference":
        return f"before: {version}, after: {version}"
    if root == "templateDifference":
        return f'before: "{crowd.id("TemplateVersion")}", after: "{crowd.id("TemplateVersion")}"'
    if root == "compareDiagnoses":
        return f'before: "{crowd.id("Diagnosis")}", after: "{crowd.id("Diagnosis")}"'
    if root in ("proposedTemplates", "brief", "timeline"):
        return f'lead: "{crowd.id("Lead")}"'
    if "version" in given:
        return f"version: {version}" + (f', lead: "{crowd.id("Lead")}"' if "lead" in given else "")
    return f'id: "{crowd.id(root[0].upper() + root[1:])}"' if "id" in given else ""


def of_node(found: GraphQLObjectType, global_id: str) -> str:
    """Return a query for all that an object has, with its lists."""
    lists = []
    for name, field in found.fields.items():
        if is_many(field):
            inside = leaves(row_type(field))
            page = f"edges {{ cursor node {{ {inside} }} }}" if is_connection(field) else inside
            lists.append(f"{name} {{ {page} }}")
    inside = f"{leaves(found)} {' '.join(lists)}"
    return f'{{ node(id: "{global_id}") {{ id ... on {found.name} {{ {inside} }} }} }}'
