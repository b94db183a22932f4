"""What to ask next, how far the questions have come, and which one would tell most."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assessments.domain.answers import check_shown
from assessments.domain.engine import Evaluation, Standing
from assessments.domain.plan import TemplatePlan
from assessments.domain.questions import PlannedQuestion
from assessments.domain.reasons import missing
from assessments.domain.template import URGENCY_AFTER, Dimension
from assessments.domain.verdict import ConditionResult
from leads.domain.errors import DomainError
from leads.domain.qualification import Decision
from leads.domain.rules import Range, Reason


class QuestionAnswered(DomainError):
    code = "question_answered"


def next_question(
    plan: TemplatePlan, evaluation: Evaluation, skipped: Sequence[str] = (), section: Dimension | None = None
) -> PlannedQuestion | None:
    """Return the first shown question without an answer: from the section on, then what is open before it.

    Without a section it is the document's order. What was skipped comes last, in its own order. None means that
    nothing is left to ask; questions may still be undecided because what decides about them is not known to
    the prospect, or to us.
    """
    first = None
    for key in _order(plan, section):
        if evaluation.standing[key] is Standing.OPEN:
            if key not in skipped:
                return plan.questions[key]
            first = key
    if first is None:
        return None
    return plan.questions[next(key for key in skipped if key in plan.questions and _is_open(evaluation, key))]


def _is_open(evaluation: Evaluation, key: str) -> bool:
    return evaluation.standing[key] is Standing.OPEN


def _order(plan: TemplatePlan, section: Dimension | None) -> Iterable[str]:
    """Return all questions, rotated so that the section is first; the last urgency question stays last."""
    if section is None:
        return plan.questions
    keys = [key for key in plan.questions if key != URGENCY_AFTER]
    start = next((place for place, key in enumerate(keys) if plan.questions[key].dimension is section), 0)
    return [*keys[start:], *keys[:start], URGENCY_AFTER]


def check_unanswered(plan: TemplatePlan, evaluation: Evaluation, key: str) -> None:
    """Raise UnknownQuestion, QuestionNotReachable, or QuestionAnswered for what does not wait for an answer."""
    check_shown(plan, evaluation, key)
    if not _is_open(evaluation, key):
        raise QuestionAnswered(f"The question `{key}` is answered already.", field=key)


# --- Progress ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Count:
    """How many questions stand where; `required_open` are those of `open` that must be asked."""

    answered: int
    does_not_know: int
    open: int
    required_open: int
    undecided: int
    hidden: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Counts of the questions in the sections; the prospect's own urgency stands outside.

    `complete` says that every required question that is shown is answered or not known, and that no
    required one waits for a question which could still show it.
    """

    total: Count
    sections: Mapping[Dimension, Count]
    complete: bool


def progress(plan: TemplatePlan, evaluation: Evaluation) -> Progress:
    sections = {section.dimension: _count(section.questions, evaluation) for section in plan.sections}
    total = _count((question for section in plan.sections for question in section.questions), evaluation)
    return Progress(total, sections, not total.required_open and not _awaited(plan, evaluation))


def _count(questions: Iterable[PlannedQuestion], evaluation: Evaluation) -> Count:
    found: Counter[Standing] = Counter()
    required_open = 0
    for question in questions:
        standing = evaluation.standing[question.key]
        found[standing] += 1
        required_open += standing is Standing.OPEN and question.spec.required
    return Count(
        answered=found[Standing.ANSWERED],
        does_not_know=found[Standing.DOES_NOT_KNOW],
        open=found[Standing.OPEN],
        required_open=required_open,
        undecided=found[Standing.UNDECIDED],
        hidden=found[Standing.HIDDEN],
    )


def _awaited(plan: TemplatePlan, evaluation: Evaluation) -> bool:
    """Whether an answer that can still be given may show a required question that is not asked yet."""
    waiting: set[str] = set()
    for key in evaluation.undecided:
        for gate in plan.graph.gates[key]:
            if gate in waiting or evaluation.standing[gate] is Standing.OPEN:
                waiting.add(key)
    return any(plan.questions[key].spec.required for key in waiting)


# --- What would change most ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A question worth asking: the undecided conditions and risks that depend on it, and its points.

    `reason` is NOT_ASKED, DOES_NOT_KNOW, or NOT_COMPUTABLE for a range that is too wide to decide.
    """

    question: PlannedQuestion
    undecided: tuple[str, ...]
    points: Decimal
    reason: Reason


def would_change_most(plan: TemplatePlan, evaluation: Evaluation, skipped: Collection[str] = ()) -> ToAsk | None:
    """Return the shown question without a value on which most undecided conditions and risks depend.

    Among equals, one that was not asked comes before one that somebody did not know, then one that was not
    skipped, then the one with more points, then the earlier. Without undecided conditions only points that
    were not asked for count. Where no question without a value decides anything, it is the one that was answered
    by a range too wide to decide.
    None if no question would change anything.
    """
    unknown = [result for result in evaluation.verdict.results if result.decision is Decision.UNKNOWN]
    undecided = [result.condition.node for result in unknown]
    best: ToAsk | None = None
    best_rank = (0, True, True, Decimal(0))
    for section in plan.sections:
        for question in section.questions:
            standing = evaluation.standing[question.key]
            if standing is not Standing.OPEN and standing is not Standing.DOES_NOT_KNOW:
                continue
            affected = plan.affects[question.key]
            nodes = tuple([node for node in undecided if node in affected])
            points = question.scoring.spread if question.scoring else Decimal(0)
            rank = (len(nodes), standing is Standing.OPEN, question.key not in skipped, points)
            if (nodes or (rank[1] and points)) and (best is None or rank > best_rank):
                reason = Reason.NOT_ASKED if standing is Standing.OPEN else Reason.DOES_NOT_KNOW
                best, best_rank = ToAsk(question, nodes, points, reason), rank
    if best is None or not best.undecided:
        return _to_narrow(plan, evaluation, unknown) or best
    return best


def _to_narrow(plan: TemplatePlan, evaluation: Evaluation, unknown: Iterable[ConditionResult]) -> ToAsk | None:
    """Return the range that keeps most of these open, the earliest among equals."""
    kept_open: dict[str, list[str]] = {}
    for result in unknown:
        for name, _ in missing(plan, evaluation, result):
            if evaluation.standing.get(name) is Standing.ANSWERED and isinstance(evaluation.facts[name], Range):
                kept_open.setdefault(name, []).append(result.condition.node)
    asked = [question for question in plan.questions.values() if question.key in kept_open]
    if not asked:
        return None
    question = max(asked, key=lambda question: len(kept_open[question.key]))
    points = question.scoring.spread if question.scoring else Decimal(0)
    return ToAsk(question, tuple(kept_open[question.key]), points, Reason.NOT_COMPUTABLE)
