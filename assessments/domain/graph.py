"""What depends on which question.

A node is named as it is found in the document: `formulas.KEY`, `sections.DIMENSION`,
`verdict.will_act[0]`, `stall_risks.KEY`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from assessments.domain.names import PROBLEM_COST, SCORES, Names
from assessments.domain.template import Dimension


@dataclass(frozen=True, slots=True)
class Graph:
    """`behind` has the questions that a node takes values from, in the order they are asked.

    `gates` has, for every question that may be hidden, the earlier questions that this depends on.
    `affects` has the nodes that a question may change, also by showing or hiding other questions.
    """

    behind: Mapping[str, tuple[str, ...]]
    gates: Mapping[str, tuple[str, ...]]
    affects: Mapping[str, frozenset[str]]


class _Sources:
    def __init__(
        self,
        names: Names,
        formulas: Mapping[str, tuple[str, ...]],
        cost_items: Iterable[str],
        scored: Mapping[Dimension, tuple[str, ...]],
    ) -> None:
        self._names = names
        self._formulas = formulas
        self._cost_items = tuple(cost_items)
        self._scored = scored
        self._known: dict[str, frozenset[str]] = {}

    def questions(self, reads: Iterable[str]) -> tuple[str, ...]:
        found = frozenset[str]().union(*(self._behind(self._names.base(name)) for name in reads))
        return tuple(sorted(found, key=self._names.questions.__getitem__))

    def _behind(self, name: str) -> frozenset[str]:
        if name not in self._known:
            self._known[name] = self._find(name)
        return self._known[name]

    def _find(self, name: str) -> frozenset[str]:
        if name in self._names.questions:
            return frozenset([name])
        if name in self._formulas:
            return frozenset(self.questions(self._formulas[name]))
        if name in SCORES:
            return frozenset(self._scored[SCORES[name]])
        if name == PROBLEM_COST:
            return frozenset(self.questions(self._cost_items))
        return frozenset(self._names.evidence.get(name, ()))


def build_graph(
    names: Names,
    *,
    shown_by: Mapping[str, tuple[str, ...]],
    formulas: Mapping[str, tuple[str, ...]],
    cost_items: Iterable[str],
    scored: Mapping[Dimension, tuple[str, ...]],
    rules: Mapping[str, tuple[str, ...]],
) -> Graph:
    """Return the graph. Each mapping gives the names read: by `show when`, by formulas, by other rules."""
    sources = _Sources(names, formulas, cost_items, scored)
    gates = {question: sources.questions(reads) for question, reads in shown_by.items()}
    behind = {f"formulas.{key}": sources.questions(reads) for key, reads in formulas.items()}
    behind |= {f"sections.{dimension.value}": questions for dimension, questions in scored.items()}
    behind |= {node: sources.questions(reads) for node, reads in rules.items()}

    reach: dict[str, frozenset[str]] = {}  # a question and all that may show or hide it
    for question in names.questions:
        reach[question] = frozenset([question]).union(*(reach[gate] for gate in gates.get(question, ())))
    affects: dict[str, set[str]] = {question: set() for question in names.questions}
    for node, questions in behind.items():
        for changing in frozenset[str]().union(*(reach[question] for question in questions)):
            affects[changing].add(node)
    return Graph(behind, gates, {question: frozenset(nodes) for question, nodes in affects.items()})
