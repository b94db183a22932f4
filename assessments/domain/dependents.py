"""What depends on a question, from the compiled template."""

from dataclasses import dataclass
from enum import StrEnum

from assessments.domain.plan import TemplatePlan


class DependentKind(StrEnum):
    QUESTION = "question"
    FORMULA = "formula"
    SECTION_SCORE = "section_score"
    VERDICT = "verdict"
    STALL_RISK = "stall_risk"


@dataclass(frozen=True, slots=True)
class Dependent:
    """Something that a question's answer may change; `key` is stable within its kind."""

    kind: DependentKind
    key: str
    label: str


def dependents_of(plan: TemplatePlan, key: str) -> list[Dependent]:
    """Return all that an answer may change: questions it may bring up or take away, then results, in document order."""
    affected = plan.affects.get(key, frozenset())
    found = [
        Dependent(DependentKind.QUESTION, name, plan.questions[name].spec.text)
        for name, gates in plan.graph.gates.items()
        if key in gates
    ]
    found += [
        Dependent(DependentKind.FORMULA, formula.key, formula.spec.label)
        for formula in plan.formulas
        if f"formulas.{formula.key}" in affected
    ]
    found += [
        Dependent(DependentKind.SECTION_SCORE, section.dimension.value, section.spec.title)
        for section in plan.sections
        if f"sections.{section.dimension.value}" in affected
    ]
    found += [
        Dependent(DependentKind.VERDICT, answer, condition.label)
        for answer, conditions in plan.verdict.items()
        for condition in conditions
        if condition.node in affected
    ]
    found += [
        Dependent(DependentKind.STALL_RISK, risk.spec.key, risk.spec.label)
        for risk in plan.risks
        if risk.condition.node in affected
    ]
    return found
