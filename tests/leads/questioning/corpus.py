"""Labelled questions: those that the rules were written with, two sets held out, and a third of near misses.

docs/wording.md says how they came about. `kind` is the rule that a question was written to break, empty if it is
a good one. A question counts as faulted if any rule of severity error faults it.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from leads.domain.questioning import errors, lint

DEVELOPMENT, FIRST, SECOND, THIRD = "development", "first", "second", "third"


@dataclass(frozen=True)
class Labelled:
    text: str
    kind: str
    half: str
    own_names: list[str] = field(default_factory=list)

    @property
    def is_faulted(self) -> bool:
        return bool(errors(lint(self.text, own_names=self.own_names)))


@dataclass(frozen=True)
class Measured:
    """How often the lint was right."""

    found: int
    false_alarms: int
    missed: int
    spared: int

    @property
    def precision(self) -> float:
        return self.found / (self.found + self.false_alarms)

    @property
    def recall(self) -> float:
        return self.found / (self.found + self.missed)

    def __str__(self) -> str:
        total = self.found + self.false_alarms + self.missed + self.spared
        return (
            f"{total} questions: precision {self.precision:.3f}, recall {self.recall:.3f} "
            f"({self.found} found, {self.missed} missed, {self.false_alarms} false alarms)"
        )


CORPUS = [Labelled(**row) for row in json.loads((Path(__file__).parent / "corpus.json").read_text(encoding="utf-8"))]


def of(*halves: str) -> list[Labelled]:
    return [question for question in CORPUS if question.half in halves]


def measure(questions: list[Labelled]) -> Measured:
    faulted = [question.is_faulted for question in questions]
    pairs = list(zip((bool(question.kind) for question in questions), faulted, strict=True))
    return Measured(*(pairs.count(pair) for pair in ((True, True), (False, True), (True, False), (False, False))))
