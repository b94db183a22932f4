"""How deep, wide and costly a GraphQL operation is, without running it.

The walk goes the way of the executor: selections that end up under one response key are merged
first, whichever fragments they came through, and every merged selection is measured once.
Documents whose fragments multiply are therefore measured in linear time, and `work` bounds those
that are built to defeat the memory.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    IntValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_named_type,
    print_ast,
)
from graphql.type.introspection import SchemaMetaFieldDef, TypeMetaFieldDef


@dataclass(frozen=True, slots=True)
class Limits:
    """The most of each that one operation may have, and the rows counted where it does not say."""

    depth: int
    introspection_depth: int
    aliases: int
    directives: int
    root_fields: int
    cost: int
    work: int
    page_size: int
    max_page_size: int
    list_size: int
    introspection_cost: int


@dataclass(frozen=True, slots=True)
class Measure:
    """What a merged selection adds up to; `per_row` is what a connection has once for each row."""

    depth: int = 0
    introspection_depth: int = 0
    aliases: int = 0
    directives: int = 0
    cost: int = 0
    per_row: int = 0

    def __add__(self, other: "Measure") -> "Measure":
        """Both, side by side."""
        return Measure(
            depth=max(self.depth, other.depth),
            introspection_depth=max(self.introspection_depth, other.introspection_depth),
            aliases=self.aliases + other.aliases,
            directives=self.directives + other.directives,
            cost=self.cost + other.cost,
            per_row=self.per_row + other.per_row,
        )

    def __or__(self, other: "Measure") -> "Measure":
        """One or the other, whichever is larger in each respect."""
        return Measure(*(max(getattr(self, f.name), getattr(other, f.name)) for f in fields(self)))


class TooDeep(Exception):
    """The walk went below every depth limit."""


class TooMuchWork(Exception):
    """The fragments overlap in so many ways that measuring them takes too long."""


SelectionSets = frozenset[SelectionSetNode]
Key = tuple[SelectionSets, str, bool]


class Walk:
    """Measures operations of one document.

    `aliased` collects, by name, connections that are asked for below a list under several response
    keys with different arguments. Unknown fields and fragments are passed over and a fragment that
    contains itself ends where it starts again: other rules refuse those.
    """

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, limits: Limits) -> None:
        self.schema = schema
        self.limits = limits
        self.fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self.aliased: dict[str, FieldNode] = {}
        self.looked_at = 0
        self._measured: dict[Key, Measure] = {}
        self._under_way: set[Key] = set()

    def operation(self, node: OperationDefinitionNode) -> tuple[Measure, int]:
        """Return the measure and the number of root fields. Raises `TooDeep` or `TooMuchWork`."""
        root = self.schema.get_root_type(node.operation)
        if root is None:
            return Measure(), 0
        selection_sets = frozenset({node.selection_set})
        groups, _ = self._fields(selection_sets, root)
        measure = self._selection(selection_sets, root, level=1, in_list=False)
        directives = len(node.directives) + sum(len(v.directives) for v in node.variable_definitions)
        return measure + Measure(directives=directives), len(groups)

    def _selection(
        self, selection_sets: SelectionSets, parent: GraphQLCompositeType, *, level: int, in_list: bool
    ) -> Measure:
        limits = self.limits
        if level > (limits.introspection_depth if parent.name.startswith("__") else limits.depth):
            raise TooDeep
        key = (selection_sets, parent.name, in_list)
        if key in self._measured:
            return self._measured[key]
        if key in self._under_way:
            return Measure()
        self._under_way.add(key)
        measure = Measure()
        for runtime_type in self._runtime_types(selection_sets, parent):
            measure |= self._object(selection_sets, runtime_type, level=level, in_list=in_list)
        self._under_way.remove(key)
        self._measured[key] = measure
        return measure

    def _object(
        self, selection_sets: SelectionSets, parent: GraphQLObjectType, *, level: int, in_list: bool
    ) -> Measure:
        groups, directives = self._fields(selection_sets, parent)
        measure = Measure(directives=directives)
        connections: dict[str, list[FieldNode]] = defaultdict(list)
        for response_key, nodes in groups.items():
            name = nodes[0].name.value
            field = self._definition(parent, name)
            if response_key != name:
                measure += Measure(aliases=1)
            if field is None:
                measure += Measure(depth=1)  # `__typename`, or a field that another rule refuses
                continue
            if in_list and _is_connection(get_named_type(field.type)):
                connections[name].append(nodes[0])
            measure += self._field(parent, field, nodes, level=level, in_list=in_list)
        for name, nodes in connections.items():
            if len(nodes) > 1 and len({_signature(node) for node in nodes}) > 1:
                self.aliased.setdefault(name, nodes[1])
        return measure

    def _field(
        self,
        parent: GraphQLObjectType,
        field: GraphQLField,
        nodes: list[FieldNode],
        *,
        level: int,
        in_list: bool,
    ) -> Measure:
        named = get_named_type(field.type)
        if not isinstance(named, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType):
            return Measure(depth=1)
        name = nodes[0].name.value
        lists = _list_levels(field.type)
        is_page = bool(lists) and name in ("edges", "nodes") and _is_connection(parent)
        child = self._selection(
            frozenset(node.selection_set for node in nodes if node.selection_set),
            named,
            level=level + 1,
            in_list=in_list or lists > 0,
        )
        # What the child says of depth, aliases and directives holds here too; its rows do not.
        here = Measure(
            depth=child.depth + 1,
            introspection_depth=child.introspection_depth,
            aliases=child.aliases,
            directives=child.directives,
        )
        if named.name.startswith("__"):
            here += Measure(cost=self.limits.introspection_cost + child.cost)
            if parent.name.startswith("__"):
                return here
            return replace(here, depth=1, introspection_depth=here.depth)
        if is_page:
            # An edge is only a wrapper of its node.
            return here + Measure(per_row=max(1, child.cost) if name == "edges" else 1 + child.cost)
        if _is_connection(named):
            return here + Measure(cost=1 + child.cost + self._page_size(field, nodes[0]) * child.per_row)
        return here + Measure(cost=self.limits.list_size**lists * (1 + child.cost))

    def _page_size(self, field: GraphQLField, node: FieldNode) -> int:
        sizes = []
        for argument in node.arguments:
            if argument.name.value in ("first", "last") and not isinstance(argument.value, NullValueNode):
                sizes.append(self._rows(argument))
        if sizes:
            return max(sizes)
        default = field.args["first"].default_value if "first" in field.args else None
        return default if isinstance(default, int) else self.limits.page_size

    def _rows(self, argument: ArgumentNode) -> int:
        if not isinstance(argument.value, IntValueNode):
            return self.limits.max_page_size
        digits = argument.value.value
        # A number of thousands of digits is refused by `int`, and by the next rule.
        return max(0, int(digits)) if len(digits) < 10 else 10**9

    def _definition(self, parent: GraphQLObjectType, name: str) -> GraphQLField | None:
        if parent is self.schema.query_type:
            if name == "__schema":
                return SchemaMetaFieldDef
            if name == "__type":
                return TypeMetaFieldDef
        return parent.fields.get(name)

    def _fields(
        self, selection_sets: SelectionSets, parent: GraphQLObjectType
    ) -> tuple[dict[str, list[FieldNode]], int]:
        """Return the fields of `parent` by response key, and the directives met on the way."""
        groups: dict[str, list[FieldNode]] = defaultdict(list)
        directives = 0
        for selection, _ in self._flat(selection_sets, parent):
            directives += len(selection.directives)
            if isinstance(selection, FieldNode):
                groups[(selection.alias or selection.name).value].append(selection)
        return groups, directives

    def _runtime_types(
        self, selection_sets: SelectionSets, parent: GraphQLCompositeType
    ) -> Iterable[GraphQLObjectType]:
        """Return one object type for each set of type conditions that can hold at once."""
        if isinstance(parent, GraphQLObjectType):
            return [parent]
        conditions = {condition for _, condition in self._flat(selection_sets, None) if condition}
        types = {
            frozenset(c for c in conditions if self._applies(c, possible)): possible
            for possible in self.schema.get_possible_types(parent)
        }
        return types.values()

    def _flat(
        self, selection_sets: SelectionSets, parent: GraphQLObjectType | None
    ) -> Iterable[tuple[SelectionNode, str | None]]:
        """Yield the selections inside all fragments, with the type condition of those that have one.

        A fragment that is spread twice is entered once. Without `parent`, every condition holds.
        """
        entered: set[str] = set()
        waiting = list(selection_sets)
        while waiting:
            for selection in waiting.pop().selections:
                self.looked_at += 1
                if self.looked_at > self.limits.work:
                    raise TooMuchWork
                fragment: FragmentDefinitionNode | InlineFragmentNode | None = None
                if isinstance(selection, InlineFragmentNode):
                    fragment = selection
                elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in entered:
                    entered.add(selection.name.value)
                    fragment = self.fragments.get(selection.name.value)
                named = fragment.type_condition if fragment else None
                condition = named.name.value if named else None
                yield selection, condition
                if fragment and (parent is None or condition is None or self._applies(condition, parent)):
                    waiting.append(fragment.selection_set)

    def _applies(self, condition: str, runtime_type: GraphQLObjectType) -> bool:
        if condition == runtime_type.name:
            return True
        abstract = self.schema.type_map.get(condition)
        if not isinstance(abstract, GraphQLInterfaceType | GraphQLUnionType):
            return False
        return self.schema.is_sub_type(abstract, runtime_type)


def _is_connection(named: object) -> bool:
    return (
        isinstance(named, GraphQLObjectType)
        and "pageInfo" in named.fields
        and not {"edges", "nodes"}.isdisjoint(named.fields)
    )


def _list_levels(output_type: GraphQLOutputType) -> int:
    levels = 0
    while isinstance(output_type, GraphQLList | GraphQLNonNull):
        levels += isinstance(output_type, GraphQLList)
        output_type = output_type.of_type
    return levels


def _signature(node: FieldNode) -> tuple[str, ...]:
    return tuple(sorted(print_ast(argument) for argument in node.arguments))
