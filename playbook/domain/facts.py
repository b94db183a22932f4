"""What rules of the playbook may read beside a business's attributes, each name with its kind and meaning.

The names are fixed: a business's attribute of the same key cannot be read there. Answers of the latest diagnosis are
read as `answer_` and the question's key.
"""

from dataclasses import dataclass

from assessments.domain.template import Advice, Outlook
from leads.domain.rules import Kind, Name
from leads.domain.stages import Level, Stage

ANSWER = "answer_"


@dataclass(frozen=True, slots=True)
class FactName:
    name: Name
    meaning: str


def _text(values: type[Stage] | type[Level] | type[Advice] | type[Outlook], meaning: str) -> FactName:
    return FactName(Name(Kind.TEXT, tuple(value.value for value in values)), meaning)


def _number(meaning: str) -> FactName:
    return FactName(Name(Kind.NUMBER), meaning)


def _yes_no(meaning: str) -> FactName:
    return FactName(Name(Kind.YES_NO), meaning)


FACTS: dict[str, FactName] = {
    "lead_stage": _text(Stage, "Where people moved the lead to."),
    "lead_level": _text(Level, "The level in force."),
    "lead_score": _number("The score of its qualification."),
    "lead_phase": FactName(Name(Kind.TEXT), "The key of the phase that it is in."),
    "days_in_stage": _number("Whole days since it entered its stage."),
    "days_in_phase": _number("Whole days since it entered its phase."),
    "days_since_activity": _number("Whole days since a touch, evidence, an answer, a move or a done step."),
    "order_ready": _yes_no("Whether it is ready to order, by the condition that the business wrote."),
    "wants_conversation": _yes_no("Whether an inquiry asked for a conversation."),
    "stakeholder_count": _number("People who are known to have a part in it."),
    "has_economic_buyer": _yes_no("Whether an economic buyer is known."),
    "has_decision_maker": _yes_no("Whether a decision maker is known."),
    "has_champion": _yes_no("Whether a champion is known."),
    "has_blocker": _yes_no("Whether a blocker is known."),
    "open_steps": _number("Next steps that are open."),
    "diagnosis_running": _yes_no("Whether a diagnosis is under way."),
    "has_completed_diagnosis": _yes_no("Whether a diagnosis was completed."),
    "verdict_good_problem": _yes_no("Whether it is a good problem for us to solve, by the latest diagnosis."),
    "verdict_will_act": _yes_no("Whether it is big enough for the prospect to act."),
    "verdict_justifies": _yes_no("Whether it is big enough to justify our solution."),
    "verdict_advice": _text(Advice, "What the verdict of the latest completed diagnosis recommends."),
    "verdict_outlook": _text(Outlook, "What its stall risks say of the sale."),
    "problem_cost": _number("The yearly cost of the problem, from its low to its high end."),
}
