"""What a tree of findings may look like: symptoms, the problems behind them, their causes, and causes of those."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from leads.domain.errors import DomainError

RANKS = {"symptom": 0, "problem": 1, "cause": 2}
"""The kinds in the tree, from the top; what is not here stands beside it."""

DEPTH_AT_MOST = 12
FINDINGS_AT_MOST = 200


class FindingMisplaced(DomainError):
    code = "finding_misplaced"


class TooManyFindings(DomainError):
    code = "too_many_findings"


@dataclass(frozen=True, slots=True)
class Node:
    """A finding's place: its parent's key, its place among the siblings."""

    key: int
    kind: str
    parent: int | None = None
    position: int = 0


def in_tree_order(nodes: Collection[Node]) -> list[tuple[Node, int]]:
    """Return every node with its depth, 0 at the top, each before its children; siblings by position, then key."""
    below: dict[int | None, list[Node]] = {}
    known = {node.key for node in nodes}
    for node in nodes:
        below.setdefault(node.parent if node.parent in known else None, []).append(node)
    found: list[tuple[Node, int]] = []
    waiting = [(node, 0) for node in _latest_first(below.get(None, ()))]
    while waiting:
        node, depth = waiting.pop()
        found.append((node, depth))
        waiting += [(child, depth + 1) for child in _latest_first(below.get(node.key, ()))]
    return found


def _latest_first(nodes: Sequence[Node]) -> list[Node]:
    return sorted(nodes, key=lambda node: (node.position, node.key), reverse=True)


def below(nodes: Collection[Node], key: int) -> set[int]:
    """Return the keys of a node and of all that hangs on it."""
    found, size = {key}, 0
    while len(found) > size:
        size = len(found)
        found |= {node.key for node in nodes if node.parent in found}
    return found


def check_place(nodes: Mapping[int, Node], placed: Node) -> None:
    """Raise FindingMisplaced where a node, new or moved, may not stand, and TooManyFindings.

    `nodes` are those that stand; the key of a new one is none of theirs.
    """
    if placed.key not in nodes and len(nodes) >= FINDINGS_AT_MOST:
        raise TooManyFindings(f"A diagnosis has at most {FINDINGS_AT_MOST} findings.", field="diagnosis")
    after = {**nodes, placed.key: placed}
    if placed.parent is not None:
        if placed.kind not in RANKS:
            raise FindingMisplaced("A driver or a criterion stands beside the tree: give it no parent.", field="parent")
        if placed.parent in below(list(nodes.values()), placed.key):
            raise FindingMisplaced("A finding cannot hang on itself or on what hangs on it.", field="parent")
        _check_rank(after[placed.parent], placed)
    for child in after.values():
        if child.parent == placed.key:
            _check_rank(placed, child)
    if max(depth for _, depth in in_tree_order(list(after.values()))) >= DEPTH_AT_MOST:
        raise FindingMisplaced(f"A tree of findings is at most {DEPTH_AT_MOST} levels deep.", field="parent")


def _check_rank(parent: Node, child: Node) -> None:
    if parent.kind not in RANKS:
        raise FindingMisplaced("Nothing hangs on a driver or a criterion: they stand beside the tree.", field="parent")
    if RANKS[child.kind] < RANKS[parent.kind] if child.kind in RANKS else True:
        raise FindingMisplaced(
            f"A {child.kind} cannot hang on a {parent.kind}: ask on from symptom to problem to cause.", field="parent"
        )
