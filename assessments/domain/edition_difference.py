"""What two diagnoses, such as two editions of one, found differently."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from assessments.domain.engine import Evaluation, Standing
from assessments.domain.plan import TemplatePlan
from assessments.domain.questions import PlannedQuestion
from assessments.domain.scores import Score
from assessments.domain.template import ANSWERS, Dimension
from leads.domain.qualification import Decision
from leads.domain.rules import Fact, Reason, Unknown


@dataclass(frozen=True, slots=True)
class Found:
    """A finding as far as two of them are compared; `parent` is the text of what it hangs on."""

    kind: str
    text: str
    parent: str
    new_to_prospect: str
    questions: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Side:
    plan: TemplatePlan
    evaluation: Evaluation
    answers: Mapping[str, Fact]
    findings: Sequence[Found] = ()


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """A question that has another answer, or stands elsewhere; a standing is None where it is not asked at all."""

    question: PlannedQuestion
    before: Fact
    after: Fact
    standing_before: Standing | None
    standing_after: Standing | None


class FindingChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class FindingChange:
    kind: FindingChangeKind
    before: Found | None
    after: Found | None


@dataclass(frozen=True, slots=True)
class ScoreChange:
    dimension: Dimension
    before: Score | None
    after: Score | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Only what differs; `verdict` has the answers, by name, as they were and as they are."""

    answers: tuple[AnswerChange, ...]
    scores: tuple[ScoreChange, ...]
    verdict: tuple[tuple[str, Decision, Decision], ...]
    findings: tuple[FindingChange, ...]


def compare(before: Side, after: Side) -> Difference:
    """Return what changed; questions in the later one's order, then those that only the earlier one has."""
    keys = [*after.plan.questions, *(key for key in before.plan.questions if key not in after.plan.questions)]
    scores = [
        ScoreChange(dimension, before.evaluation.scores.get(dimension), after.evaluation.scores.get(dimension))
        for dimension in Dimension
    ]
    decided = [
        (name, getattr(before.evaluation.verdict, name).decision, getattr(after.evaluation.verdict, name).decision)
        for name in ANSWERS
    ]
    return Difference(
        tuple(change for key in keys if (change := _answer(before, after, key)) is not None),
        tuple(change for change in scores if change.before != change.after),
        tuple(entry for entry in decided if entry[1] is not entry[2]),
        tuple(_findings(before.findings, after.findings)),
    )


def _answer(before: Side, after: Side, key: str) -> AnswerChange | None:
    nothing = Unknown(Reason.NOT_ASKED, (key,))
    question = after.plan.questions.get(key) or before.plan.questions[key]
    change = AnswerChange(
        question,
        before.answers.get(key, nothing),
        after.answers.get(key, nothing),
        before.evaluation.standing.get(key),
        after.evaluation.standing.get(key),
    )
    same = change.before == change.after and change.standing_before is change.standing_after
    return None if same else change


def _findings(before: Iterable[Found], after: Iterable[Found]) -> Iterable[FindingChange]:
    """Pair what says the same, then what was written at one moment; an amendment's copies keep their time."""
    removed, added = list(before), []
    for found in after:
        if (same := next((old for old in removed if _says(old) == _says(found)), None)) is not None:
            removed.remove(same)
        else:
            added.append(found)
    for found in added:
        old = next((row for row in removed if row.at == found.at), None)
        if old is None:
            yield FindingChange(FindingChangeKind.ADDED, None, found)
        else:
            removed.remove(old)
            yield FindingChange(FindingChangeKind.CHANGED, old, found)
    for old in removed:
        yield FindingChange(FindingChangeKind.REMOVED, old, None)


def _says(found: Found) -> tuple[str, str, str, str, tuple[str, ...]]:
    return found.kind, found.text, found.parent, found.new_to_prospect, found.questions
