"""Why something is not known: the questions to ask and the attributes to find out."""

from collections.abc import Iterable
from dataclasses import dataclass

from assessments.domain.engine import Evaluation, Standing
from assessments.domain.names import PROBLEM_COST, SCORES
from assessments.domain.plan import PlannedFormula, TemplatePlan
from assessments.domain.verdict import ConditionResult
from leads.domain.qualification import Missing
from leads.domain.rules import Fact, Range, Reason, Unknown


@dataclass(frozen=True, slots=True)
class FormulaResult:
    """What a formula gives, and the names and values that it was calculated from."""

    formula: PlannedFormula
    value: Fact
    read: tuple[tuple[str, Fact], ...]


def formula_results(plan: TemplatePlan, evaluation: Evaluation) -> tuple[FormulaResult, ...]:
    """Return every formula with its value; that of a cost item is what it adds to the cost of the problem."""
    return tuple(
        FormulaResult(
            formula,
            evaluation.facts[formula.key],
            tuple((name, evaluation.facts.get(name, Unknown(Reason.NOT_ASKED, (name,)))) for name in formula.reads),
        )
        for formula in plan.formulas
    )


def cost_items(plan: TemplatePlan, evaluation: Evaluation) -> tuple[FormulaResult, ...]:
    """Return what the cost of the problem consists of."""
    return tuple(result for result in formula_results(plan, evaluation) if result.formula.cost_item)


def missing(plan: TemplatePlan, evaluation: Evaluation, result: ConditionResult) -> Missing:
    """Return the questions and attributes that keep a condition open, each with why; none if it is decided.

    A known range that spans a boundary is not computable. In place of a question that is not asked yet
    stands what decides whether it is. What no answer could help is named as the rule names it.
    """
    return missing_for(plan, evaluation, result.blamed)


def missing_for(plan: TemplatePlan, evaluation: Evaluation, names: Iterable[str]) -> Missing:
    """Return what keeps these names from being plainly known, such as the `names` of an Unknown."""
    search = _Search(plan, evaluation)
    names = tuple(names)
    for name in names:
        search.follow(name)
    return tuple(search.found.items()) or tuple((name, Reason.NOT_COMPUTABLE) for name in names)


class _Search:
    def __init__(self, plan: TemplatePlan, evaluation: Evaluation) -> None:
        self._plan = plan
        self._evaluation = evaluation
        self._formulas = {formula.key: formula for formula in plan.formulas}
        self._seen: set[str] = set()
        self.found: dict[str, Reason] = {}

    def follow(self, name: str) -> None:
        key = self._plan.names.base(name)
        if key in self._seen:
            return
        self._seen.add(key)
        if key in self._plan.questions:
            self._question(key)
        elif key in self._plan.attributes:
            self._attribute(key)
        else:
            for source in self._sources(key):
                self.follow(source)

    def _sources(self, key: str) -> Iterable[str]:
        """Return the names that a figure or formula takes its uncertainty from."""
        value = self._evaluation.facts.get(key)
        if key in SCORES:
            return self._plan.behind[f"sections.{SCORES[key].value}"]
        if key == PROBLEM_COST:
            return [formula.key for formula in self._plan.formulas if formula.cost_item]
        if key in self._formulas:
            if isinstance(value, Unknown):
                return value.names
            return self._formulas[key].reads if isinstance(value, Range) else ()
        return ()

    def _question(self, key: str) -> None:
        standing = self._evaluation.standing[key]
        if standing is Standing.OPEN:
            self.found[key] = Reason.NOT_ASKED
        elif standing is Standing.DOES_NOT_KNOW:
            self.found[key] = Reason.DOES_NOT_KNOW
        elif standing is Standing.UNDECIDED:
            for name in self._evaluation.undecided[key].names:
                self.follow(name)
        elif standing is Standing.ANSWERED and isinstance(self._evaluation.facts[key], Range):
            self.found[key] = Reason.NOT_COMPUTABLE

    def _attribute(self, key: str) -> None:
        value = self._evaluation.facts.get(key, Unknown(Reason.NOT_ASKED, (key,)))
        if not isinstance(value, Unknown | Range):
            return
        questions = self._plan.names.evidence.get(key, ())
        before = len(self.found)
        for question in questions:
            self.follow(question)
        if len(self.found) == before and not any(question in self.found for question in questions):
            self.found[key] = value.reason if isinstance(value, Unknown) else Reason.NOT_COMPUTABLE
