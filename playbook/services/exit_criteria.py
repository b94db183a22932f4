"""How the exit criteria of phases stand for the leads that are in them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import prefetch_related_objects

from leads.domain.qualification import Decision
from leads.domain.rules import Fact, Rule, RuleError, Unknown, compile_rule
from leads.models import Business, Lead
from playbook.models import ExitCriterion, Phase
from playbook.services.facts import facts_of, names_for


@dataclass(frozen=True, slots=True)
class Asked:
    """An exit criterion as it stands for a lead; `holds` is the fact, or what keeps it from being known."""

    criterion: ExitCriterion
    holds: Fact
    problem: str = ""

    @property
    def met(self) -> bool:
        return self.holds is True

    @property
    def decision(self) -> Decision:
        if isinstance(self.holds, Unknown):
            return Decision.UNKNOWN
        return Decision.YES if self.met else Decision.NO

    @property
    def missing(self) -> str:
        """What keeps it from being known, in words; empty where it is known."""
        if self.problem:
            return f"its rule cannot be asked: {self.problem}"
        if isinstance(self.holds, Unknown):
            return f"not known: {', '.join(self.holds.names) or self.holds.reason.value}"
        return ""

    @property
    def said(self) -> str:
        """What does not hold, in words."""
        return f"{self.criterion.name} ({self.missing})" if self.missing else self.criterion.name


def criteria_in_use(phase: Phase) -> list[ExitCriterion]:
    """Return the exit criteria of a phase in their order, archived ones left out."""
    return [each for each in phase.exit_criteria.all() if each.archived_at is None]


def ask_criteria(
    phases: Sequence[Phase], leads: Sequence[Lead], business: Business, now: datetime
) -> dict[int, list[Asked]]:
    """Return for each lead, by its key, how the exit criteria of its phase among these stand.

    A rule that cannot be asked does not hold. However many leads, the number of queries is fixed.
    """
    asked: dict[int, list[Asked]] = {lead.pk: [] for lead in leads}
    criteria = {phase.key: found for phase in phases if (found := criteria_in_use(phase))}
    concerned = [lead for lead in leads if lead.phase in criteria]
    if not concerned:
        return asked
    compiled = _compiled([each for found in criteria.values() for each in found], business)
    reads = {name for rule in compiled.values() if isinstance(rule, Rule) for name in rule.reads}
    if "order_ready" in reads:
        prefetch_related_objects(concerned, "qualification")
    facts = facts_of(business, concerned, reads, now)
    for lead in concerned:
        asked[lead.pk] = [_ask(each, compiled[each.pk], facts[lead.pk]) for each in criteria[lead.phase]]
    return asked


def _compiled(criteria: Sequence[ExitCriterion], business: Business) -> dict[int, Rule | RuleError]:
    names = names_for(business)
    found: dict[int, Rule | RuleError] = {}
    for criterion in criteria:
        try:
            found[criterion.pk] = compile_rule(criterion.rule, names)
        except RuleError as error:
            found[criterion.pk] = error
    return found


def _ask(criterion: ExitCriterion, rule: Rule | RuleError, facts: Mapping[str, Fact]) -> Asked:
    if isinstance(rule, RuleError):
        return Asked(criterion, False, rule.message)
    return Asked(criterion, rule.evaluate(facts))
