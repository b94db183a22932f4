"""A prospect's own part of a diagnosis: the questions that are meant for it, and its own answers to them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from assessments.domain.answers import QuestionNotReachable, decode_answers, encode_answer
from assessments.domain.engine import SHOWN, Evaluation, Standing
from assessments.domain.plan import TemplatePlan
from assessments.domain.questions import PlannedQuestion
from leads.domain.rules import Fact, Unknown

CORRECTIONS_AT_MOST = 200
"""How often the answers behind one link may change: what people do, and no more than a disk should hold."""


class LinkState(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"
    EXPIRED = "expired"
    REVOKED = "revoked"
    CLOSED = "closed"


class SelfAssessmentStatus(StrEnum):
    OPEN = "open"
    SUBMITTED = "submitted"


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question that the prospect is asked now, and what it answered itself; None if it did not."""

    question: PlannedQuestion
    answer: Fact | None

    @property
    def key(self) -> str:
        return self.question.key


@dataclass(frozen=True, slots=True)
class OwnPart:
    """All that a prospect ever sees of a diagnosis.

    `still_required` are the questions without which it cannot be sent; with those that an open question
    may still bring up, which are not shown yet, `complete` is False although nothing shown is missing.
    """

    questions: tuple[OwnQuestion, ...]
    still_required: tuple[PlannedQuestion, ...]
    complete: bool

    @property
    def next(self) -> OwnQuestion | None:
        """The first question without an answer; None if all have one."""
        return next((asked for asked in self.questions if asked.answer is None), None)

    @property
    def answered(self) -> int:
        return sum(asked.answer is not None for asked in self.questions)

    def ask(self, key: str) -> PlannedQuestion:
        """Return the question; raise QuestionNotReachable alike for one that is hidden, internal or not there."""
        for asked in self.questions:
            if asked.key == key:
                return asked.question
        raise QuestionNotReachable("This question is not asked. Read the questions again.", field="question")


def own_answers(plan: TemplatePlan, stored: Mapping[str, Any]) -> dict[str, Fact]:
    """Return what the prospect answered of the questions that are meant for it."""
    answers = decode_answers(plan, stored)
    return {key: answer for key, answer in answers.items() if plan.questions[key].spec.for_prospect}


def own_part(plan: TemplatePlan, evaluation: Evaluation, own: Mapping[str, Fact]) -> OwnPart:
    """Return the prospect's part; the evaluation is that of the diagnosis's answers overlaid by its own."""
    asked = tuple(
        OwnQuestion(question, own.get(key))
        for key, question in plan.questions.items()
        if question.spec.for_prospect and evaluation.standing[key] in SHOWN
    )
    open_ = {found.key for found in asked if found.answer is None}
    required = tuple(found.question for found in asked if found.key in open_ and found.question.spec.required)
    return OwnPart(asked, required, not required and not _awaited(plan, evaluation, open_))


def _awaited(plan: TemplatePlan, evaluation: Evaluation, open_: set[str]) -> bool:
    """Whether an answer that the prospect can still give may bring up a required question of its own."""
    waiting = set(open_)
    for key, question in plan.questions.items():
        undecided = evaluation.standing[key] is Standing.UNDECIDED and question.spec.for_prospect
        if undecided and not waiting.isdisjoint(plan.graph.gates[key]):
            waiting.add(key)
    return any(plan.questions[key].spec.required for key in waiting - open_)


def own_evidence(part: OwnPart) -> dict[str, tuple[str, Any]]:
    """Return by attribute which question the prospect answered about it, and the stored answer.

    A value counts more than "does not know"; of two values the later question's.
    """
    found: dict[str, tuple[str, Any]] = {}
    known: set[str] = set()
    for asked in part.questions:
        attribute, answer = asked.question.attribute, asked.answer
        if not attribute or answer is None:
            continue
        if not isinstance(answer, Unknown):
            known.add(attribute)
        elif attribute in known:
            continue
        found[attribute] = asked.key, encode_answer(answer)
    return found
