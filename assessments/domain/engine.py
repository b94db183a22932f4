"""Evaluating a diagnosis: which questions are asked, what the answers score and cost, and the verdict.

An answer given now is also its attribute's value, in place of what was known before: the question asked
for it. "Does not know" leaves what was known. If two shown questions answer one attribute, the later counts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from assessments.domain.cost import Cost, amount, total
from assessments.domain.names import PROBLEM_COST
from assessments.domain.plan import PlannedSection, TemplatePlan
from assessments.domain.questions import PlannedQuestion
from assessments.domain.scores import Score, Tally
from assessments.domain.template import URGENCY_AFTER, URGENCY_BEFORE, Dimension
from assessments.domain.verdict import Verdict, reach_verdict
from leads.domain.rules import Fact, Reason, Unknown, Value
from leads.domain.snapshot import derived


class Standing(StrEnum):
    """Where a question stands. The first three are shown; OPEN has no answer yet.

    UNDECIDED is not asked yet, because what decides about it is unknown.
    """

    ANSWERED = "answered"
    DOES_NOT_KNOW = "does_not_know"
    OPEN = "open"
    HIDDEN = "hidden"
    UNDECIDED = "undecided"


SHOWN = frozenset({Standing.ANSWERED, Standing.DOES_NOT_KNOW, Standing.OPEN})


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a diagnosis has come to.

    `facts` has every name that rules read: questions, attributes, formulas and figures; one that is not
    there was not asked. `undecided` has why it is unknown whether a question is shown.
    """

    standing: Mapping[str, Standing]
    undecided: Mapping[str, Unknown]
    facts: Mapping[str, Fact]
    scores: Mapping[Dimension, Score | None]
    cost: Cost
    verdict: Verdict


def evaluate(plan: TemplatePlan, answers: Mapping[str, Fact], facts: Mapping[str, Fact], today: date) -> Evaluation:
    """Return what these answers mean, with what is known of the lead by attribute.

    An answer is a value or Unknown with DOES_NOT_KNOW; a missing one was not asked. Values must be of
    their questions, as `check_answer` returns them; answers to other keys are ignored.
    """
    run = _Run(plan, answers, facts, today)
    scores = {section.dimension: run.ask(section) for section in plan.sections}
    cost = run.calculate()
    return Evaluation(run.standing, run.undecided, run.facts, scores, cost, reach_verdict(plan, run.facts, today))


def points_of(question: PlannedQuestion, value: Value) -> Fact:
    """Return the points that a value of the question gives; not computable if it is none of its values."""
    found = question.scoring.points(value) if question.scoring else None
    return Unknown(Reason.NOT_COMPUTABLE, (question.points,)) if found is None else found


class _Run:
    __slots__ = ("answers", "facts", "plan", "standing", "today", "undecided")

    def __init__(self, plan: TemplatePlan, answers: Mapping[str, Fact], facts: Mapping[str, Fact], today: date) -> None:
        self.plan = plan
        self.answers = answers
        self.today = today
        self.facts: dict[str, Fact] = dict(plan.figures)
        for key in plan.attributes:
            if key in facts:
                self.learn(key, facts[key], plan.days.get(key, ()))
        self.undecided: dict[str, Unknown] = {}
        self.standing = {key: self.standing_of(answers.get(key)) for key in (URGENCY_BEFORE, URGENCY_AFTER)}

    @staticmethod
    def standing_of(answer: Fact | None) -> Standing:
        if answer is None:
            return Standing.OPEN
        return Standing.DOES_NOT_KNOW if isinstance(answer, Unknown) else Standing.ANSWERED

    def learn(self, key: str, value: Fact, days: Iterable[str]) -> None:
        self.facts[key] = value
        for name in days:
            self.facts[name] = derived(name, value, self.today)

    def ask(self, section: PlannedSection) -> Score | None:
        """Find where the section's questions stand and what they say; return its score."""
        answers, facts, standing = self.answers, self.facts, self.standing
        tally = Tally()
        for question in section.questions:
            key, scoring = question.key, question.scoring
            if question.shown is not None:
                shown = question.shown(facts)
                if shown is False:
                    standing[key] = Standing.HIDDEN
                    if question.if_hidden is not None:
                        self.learn(key, question.if_hidden, question.days)
                        if question.points:
                            facts[question.points] = points_of(question, question.if_hidden)
                    continue
                if isinstance(shown, Unknown):
                    standing[key] = Standing.UNDECIDED
                    self.undecided[key] = shown
                    if scoring is not None:
                        tally.open += scoring.spread
                    continue
            answer = answers.get(key)
            if answer is None:
                standing[key] = Standing.OPEN
            elif isinstance(answer, Unknown):
                standing[key] = Standing.DOES_NOT_KNOW
                self.learn(key, answer, question.days)
                if question.points:
                    facts[question.points] = Unknown(answer.reason, (question.points,))
            else:
                standing[key] = Standing.ANSWERED
                self.learn(key, answer, question.days)
                if question.attribute:
                    self.learn(question.attribute, answer, question.attribute_days)
                if question.points:
                    facts[question.points] = points_of(question, answer)
                gain = scoring.gain(answer) if scoring is not None else None
                if scoring is not None and gain is not None:
                    tally.add(gain, scoring.spread)
                    continue
            if scoring is not None:
                tally.open += scoring.spread
        score = tally.score()
        if score is not None:
            facts[section.score_name] = score.fact
        return score

    def calculate(self) -> Cost:
        """Calculate the formulas in their order; return what the cost items add up to."""
        facts = self.facts
        items = []
        for formula in self.plan.formulas:
            value = formula.function(facts)
            if formula.cost_item:
                value = amount(value)
                items.append(value)
            facts[formula.key] = value
        cost = total(items)
        facts[PROBLEM_COST] = cost.fact
        return cost
