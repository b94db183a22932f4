"""What the answers mean: is this a problem worth solving, for both sides, and what may lose the sale?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assessments.domain.plan import PlannedCondition, PlannedRisk, TemplatePlan
from assessments.domain.template import Advice, Outlook
from leads.domain.qualification import Decision
from leads.domain.rules import Fact, Unknown


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """One reason. `blamed` are the names that keep an unknown one open."""

    condition: PlannedCondition
    decision: Decision
    blamed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class VerdictAnswer:
    decision: Decision
    reasons: tuple[ConditionResult, ...]


@dataclass(frozen=True, slots=True)
class RiskResult:
    """YES is present, NO is absent."""

    risk: PlannedRisk
    result: ConditionResult

    @property
    def present(self) -> Decision:
        return self.result.decision


@dataclass(frozen=True, slots=True)
class Verdict:
    """The three answers, the outlook with its risks, and the advice; `nurture_until` comes with NURTURE."""

    good_problem: VerdictAnswer
    will_act: VerdictAnswer
    justifies: VerdictAnswer
    risks: tuple[RiskResult, ...]
    outlook: Outlook
    advice: Advice
    nurture_until: date | None

    @property
    def results(self) -> tuple[ConditionResult, ...]:
        """All conditions and risks, in the document's order."""
        answers = (self.good_problem, self.will_act, self.justifies)
        return (*(reason for answer in answers for reason in answer.reasons), *(risk.result for risk in self.risks))


def reach_verdict(plan: TemplatePlan, facts: Mapping[str, Fact], today: date) -> Verdict:
    """Return the verdict on these facts; no fact is missing that the rules could read."""
    good_problem, will_act, justifies = (_answer(conditions, facts) for conditions in plan.verdict.values())
    risks = tuple(RiskResult(risk, _decide(risk.condition, facts)) for risk in plan.risks)
    outlook = outlook_of(risks)
    advice = advise(good_problem.decision, will_act.decision, justifies.decision, outlook)
    until = today + timedelta(days=plan.document.nurture_days) if advice == Advice.NURTURE else None
    return Verdict(good_problem, will_act, justifies, risks, outlook, advice, until)


def _answer(conditions: Sequence[PlannedCondition], facts: Mapping[str, Fact]) -> VerdictAnswer:
    reasons = tuple([_decide(condition, facts) for condition in conditions])
    return VerdictAnswer(all_of(reason.decision for reason in reasons), reasons)


def _decide(condition: PlannedCondition, facts: Mapping[str, Fact]) -> ConditionResult:
    holds = condition.function(facts)
    if isinstance(holds, Unknown):
        return ConditionResult(condition, Decision.UNKNOWN, holds.names)
    return ConditionResult(condition, Decision.YES if holds is True else Decision.NO)


def all_of(decisions: Iterable[Decision]) -> Decision:
    """Return the Kleene "and"."""
    found = set(decisions)
    if Decision.NO in found:
        return Decision.NO
    return Decision.UNKNOWN if Decision.UNKNOWN in found else Decision.YES


def outlook_of(risks: Iterable[RiskResult]) -> Outlook:
    """Return the first that holds: BLOCKED, UNKNOWN, AT_RISK, CLEAR."""
    found = {(risk.risk.spec.blocking, risk.present) for risk in risks}
    if (True, Decision.YES) in found:
        return Outlook.BLOCKED
    if (True, Decision.UNKNOWN) in found:
        return Outlook.UNKNOWN
    if (False, Decision.YES) in found or (False, Decision.UNKNOWN) in found:
        return Outlook.AT_RISK
    return Outlook.CLEAR


def advise(good_problem: Decision, will_act: Decision, justifies: Decision, outlook: Outlook) -> Advice:
    """Return the first that holds: DISQUALIFY, NURTURE, KEEP_DIAGNOSING, ADVANCE."""
    if Decision.NO in (good_problem, justifies):
        return Advice.DISQUALIFY
    if will_act == Decision.NO:
        return Advice.NURTURE
    if Decision.UNKNOWN in (good_problem, will_act, justifies) or outlook in (Outlook.BLOCKED, Outlook.UNKNOWN):
        return Advice.KEEP_DIAGNOSING
    return Advice.ADVANCE
