"""The names that rules of a template read, and where each may be read.

Questions, attributes, formulas and figures share one namespace, so that a rule says one thing. Beside a
question whose answers have points stands `points_of_KEY`, as days until and since stand beside a date.
"""

from collections.abc import Iterable
from enum import IntEnum

from assessments.domain.questions import scoring_of
from assessments.domain.template import URGENCY_AFTER, URGENCY_BEFORE, Dimension, TemplateDocument
from leads.domain.rules import Kind, Name
from leads.domain.snapshot import base_key, names_of
from leads.domain.values import AttributeSpec

SCORES = {f"{dimension.value}_score": dimension for dimension in Dimension}
SCORE_NAMES = {dimension: name for name, dimension in SCORES.items()}
PROBLEM_COST = "problem_cost"
OFFER_FIGURES = ("act_from", "offer_price", "recoverable_share", "required_return")
FIGURES = (*SCORES, PROBLEM_COST, *OFFER_FIGURES)
URGENCIES = (URGENCY_BEFORE, URGENCY_AFTER)
POINTS_OF = "points_of_"
RESERVED_KEYS = frozenset({*FIGURES, *URGENCIES})


class Place(IntEnum):
    """Where a rule stands. Each place may also read what the places before it may.

    The first is whether a template is proposed for a lead, before anything is asked.
    """

    PROPOSE = 0
    SHOW_WHEN = 1
    FORMULA = 2
    CONDITION = 3


class Names:
    """All names of one template. `questions` has the position of each, in the order they are asked.

    `points` has for every name of points the question that gives them.
    """

    def __init__(self, document: TemplateDocument, values: Iterable[AttributeSpec]) -> None:
        self.attributes = {spec.key: spec for spec in document.attributes}
        asked = [question for section in document.sections for question in section.questions]
        self.questions = {question.key: position for position, question in enumerate(asked)}
        self.formulas = {formula.key: position for position, formula in enumerate(document.formulas)}
        self.evidence: dict[str, tuple[str, ...]] = {}
        for question in asked:
            if question.attribute:
                self.evidence[question.attribute] = (*self.evidence.get(question.attribute, ()), question.key)
        number = Name(Kind.NUMBER)
        declared = {
            **names_of((*document.attributes, *values)),
            **dict.fromkeys((*self.formulas, *FIGURES, *URGENCIES), number),
        }
        # What was published before there were points may have a key that looks like them.
        self.points = {
            name: question.key
            for question in asked
            if scoring_of(question) and (name := f"{POINTS_OF}{question.key}") not in declared
        }
        self.all = {**dict.fromkeys(self.points, number), **declared}
        self.scored = {section.dimension for section in document.sections if any(map(scoring_of, section.questions))}

    def base(self, name: str) -> str:
        """Return what is behind a name: the question that gives points, the date that days count to."""
        return self.points.get(name) or base_key(name)

    def why_unknown(self, name: str) -> str:
        """Return what is wrong with a name that does not exist, if more can be said than that; else nothing."""
        key = name.removeprefix(POINTS_OF)
        if key == name or key not in self.questions:
            return ""
        return f"There is no `{name}`: no answer to `{key}` has points, or all have the same; give them some."

    def why_not(self, name: str, place: Place, position: int) -> str:
        """Return why a rule there may not read the name, or nothing.

        `position` is that of the rule's question or formula among its like. What decides whether a
        question is shown comes before it, so that asking in order never goes in circles.
        """
        base = self.base(name)
        if place == Place.PROPOSE and base not in self.attributes:
            return f"`{name}` is known only during a diagnosis; which template is proposed depends on attributes only"
        if base in URGENCIES:
            return f"`{name}` is the prospect's own estimate; no rule reads it"
        if base in SCORES and place == Place.CONDITION and SCORES[base] not in self.scored:
            return f"`{name}` never has a value, since no question of its section has points"
        if base in FIGURES and place < Place.CONDITION:
            return f"`{name}` is known only once everything is asked; only verdict and risks read it"
        if base in self.formulas:
            if place == Place.SHOW_WHEN:
                return f"`{name}` is a formula; whether a question is shown depends on questions and attributes only"
            if place == Place.FORMULA and self.formulas[base] >= position:
                return f"`{name}` does not come before this formula; a formula reads only earlier ones"
        if place == Place.SHOW_WHEN:
            return self._why_not_shown(name, base, position)
        return ""

    def _why_not_shown(self, name: str, base: str, position: int) -> str:
        if base in self.questions and self.questions[base] == position:
            return f"`{name}` is this question itself; whether it is shown depends only on earlier ones"
        if base in self.questions and self.questions[base] > position:
            return f"`{name}` does not come before this question; whether it is shown depends only on earlier ones"
        for question in self.evidence.get(base, ()):
            if self.questions[question] >= position:
                return f"`{name}` is what `{question}` answers, which does not come before this question"
        return ""
