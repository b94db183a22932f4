"""What a completed diagnosis found, in the prospect's words.

Made of what is named here and nothing else: no product, score, verdict, advice, risk or guidance, and
nothing of the offer can come in by being added to a template.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from assessments.domain.engine import Evaluation, Standing
from assessments.domain.figures import Step, answered, calculation, money, steps
from assessments.domain.plan import TemplatePlan
from assessments.domain.questions import PlannedQuestion
from assessments.domain.reasons import FormulaResult, cost_items, missing_for
from assessments.domain.template import URGENCY_AFTER, URGENCY_BEFORE, Dimension
from assessments.domain.wording import label_of
from leads.domain.rules import Fact, Range, Unknown

LEFT_OUT = "…"
DEEPEST = 8
"""Levels of "why?" that are shown as levels; what lies deeper is listed at the last one."""
SMALL_WORDS = frozenset(
    ("a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "our", "the", "to", "with", "your")
)
TREE = frozenset({"symptom", "problem", "cause"})


@dataclass(frozen=True, slots=True)
class FoundOut:
    """A finding as it is kept: `kind` is symptom, problem, cause, driver or criterion."""

    key: int
    parent: int | None
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Why:
    """A symptom, problem or cause, with what is behind it."""

    kind: str
    text: str
    because: tuple["Why", ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A question, what was answered, and the note in the prospect's words, which may be empty."""

    question: str
    answer: str
    note: str


@dataclass(frozen=True, slots=True)
class CostLine:
    """One item of the cost. One that is not known has no amounts, and says what is missing.

    `high` is empty while it is open.
    """

    label: str
    known: bool
    benchmark: str
    calculation: str = ""
    low: str = ""
    likely: str = ""
    high: str = ""
    exact: bool = True
    steps: tuple[Step, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CostSummary:
    """A year's cost. `high` is empty while it is open; `complete` says that every item is known."""

    lines: tuple[CostLine, ...]
    low: str
    likely: str
    high: str
    exact: bool
    complete: bool


@dataclass(frozen=True, slots=True)
class Summary:
    language: str
    whys: tuple[Why, ...]
    problem: tuple[Said, ...]
    cause: tuple[Said, ...]
    drivers: tuple[str, ...]
    criteria: tuple[str, ...]
    cost: CostSummary
    urgency_question: str
    urgency_before: str
    urgency_after: str


def summary_of(
    plan: TemplatePlan,
    evaluation: Evaluation,
    answers: Mapping[str, Fact],
    findings: Iterable[FoundOut],
    notes: Mapping[str, str],
    currency: str,
) -> Summary:
    """Return the summary; `notes` has by question what was noted with the answer that counts."""
    telling = _Telling(plan, evaluation, answers, notes, currency)
    found = [replace(one, text=telling.clean(one.text)) for one in findings]
    drivers = tuple(one.text for one in found if one.kind == "driver")
    criteria = tuple(one.text for one in found if one.kind == "criterion")
    return Summary(
        language=plan.document.language,
        whys=whys_of(one for one in found if one.kind in TREE),
        problem=telling.section(Dimension.PROBLEM),
        cause=telling.section(Dimension.CAUSE),
        drivers=drivers,
        criteria=criteria,
        cost=telling.cost(),
        urgency_question=telling.clean(plan.document.urgency_question),
        urgency_before=telling.answer(plan.questions[URGENCY_BEFORE]),
        urgency_after=telling.answer(plan.questions[URGENCY_AFTER]),
    )


def whys_of(findings: Iterable[FoundOut]) -> tuple[Why, ...]:
    """Return the findings as a tree, in their order; one whose parent is not among them stands at the top."""
    findings = list(findings)
    keys = {one.key for one in findings}
    below: dict[int | None, list[FoundOut]] = {}
    for one in findings:
        below.setdefault(one.parent if one.parent in keys else None, []).append(one)

    def behind(parent: int | None, level: int) -> tuple[Why, ...]:
        grown: list[Why] = []
        for one in below.get(parent, ()):
            if level < DEEPEST:
                grown.append(Why(one.kind, one.text, behind(one.key, level + 1)))
            else:
                grown += [Why(one.kind, one.text, ()), *behind(one.key, level)]
        return tuple(grown)

    return behind(None, 1)


def without_offer(name: str, asked: str) -> Callable[[str], str]:
    """Return what takes the offer's name out of a text: as a whole, and each of its words that tells.

    Small words tell nothing, nor do those that the questions use in small letters, one or many: they are everyday
    words of the prospect's problem. `asked` are the texts of all questions.
    """
    words = re.findall(r"\w+", name)
    if not words:
        return lambda text: text
    used = set(re.findall(r"\w+", asked))
    everyday = used | {word + "s" for word in used} | {word.removesuffix("s") for word in used}
    telling = {word for word in words if not word.isdigit() and word.lower() not in SMALL_WORDS | everyday}
    patterns = [r"[\W_]+".join(map(re.escape, words)), *map(re.escape, sorted(telling, key=len, reverse=True))]
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)
    return lambda text: pattern.sub(LEFT_OUT, text)


class _Telling:
    """Says each part; whatever somebody wrote goes through `clean`."""

    def __init__(
        self,
        plan: TemplatePlan,
        evaluation: Evaluation,
        answers: Mapping[str, Fact],
        notes: Mapping[str, str],
        currency: str,
    ) -> None:
        self._plan = plan
        self._evaluation = evaluation
        self._answers = answers
        self._notes = notes
        self._currency = currency
        asked = " ".join(question.spec.text for section in plan.sections for question in section.questions)
        self.clean = without_offer(plan.document.offer.name, asked)

    def section(self, dimension: Dimension) -> tuple[Said, ...]:
        """Return what was answered in a section, also that somebody does not know."""
        questions = next(section.questions for section in self._plan.sections if section.dimension is dimension)
        return tuple(
            Said(self.clean(question.spec.text), answer, self.clean(self._notes.get(question.key, "")))
            for question in questions
            if (answer := self.answer(question))
        )

    def answer(self, question: PlannedQuestion) -> str:
        """Return what was answered; empty if the question was not asked."""
        standing = self._evaluation.standing[question.key]
        if standing not in (Standing.ANSWERED, Standing.DOES_NOT_KNOW):
            return ""
        value = self._answers[question.key]
        return "Not known" if isinstance(value, Unknown) else self.clean(answered(question, value, self._currency))

    def cost(self) -> CostSummary:
        cost = self._evaluation.cost
        return CostSummary(
            lines=tuple(self._line(item) for item in cost_items(self._plan, self._evaluation)),
            low=money(cost.low, self._currency),
            likely=money(cost.likely, self._currency),
            high="" if cost.high is None else money(cost.high, self._currency),
            exact=cost.low == cost.high,
            complete=cost.complete,
        )

    def _line(self, item: FormulaResult) -> CostLine:
        label, benchmark = self.clean(item.formula.spec.label), self.clean(item.formula.spec.benchmark)
        value = item.value
        if not isinstance(value, Decimal | Range):
            return CostLine(label, False, benchmark, missing=self._missing(value))
        low, likely, high = (value.low, value.likely, value.high) if isinstance(value, Range) else (value, value, value)
        read = steps(self._plan, self._evaluation, item.formula, self._currency)
        return CostLine(
            label,
            True,
            benchmark,
            calculation=self.clean(calculation(self._plan, item.formula, self._evaluation.facts, self._currency)),
            low=money(low, self._currency),
            likely=money(likely, self._currency),
            high=money(high, self._currency) if high.is_finite() else "",
            exact=low == high,
            steps=tuple(Step(self.clean(step.label), self.clean(step.text)) for step in read),
        )

    def _missing(self, value: Fact) -> tuple[str, ...]:
        """Return what would have to be known, each once."""
        names = value.names if isinstance(value, Unknown) else ()
        missing = missing_for(self._plan, self._evaluation, names)
        return tuple(dict.fromkeys(self.clean(label_of(self._plan, name)) for name, _ in missing))
