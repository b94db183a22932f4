"""Two diagnoses side by side, as the API gives them."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import strawberry

from assessments.domain.edition_difference import FindingChangeKind, Found, ScoreChange, Side
from assessments.domain.engine import Standing
from assessments.domain.plan import TemplatePlan
from assessments.domain.scores import Score
from assessments.domain.template import Advice, Dimension, Outlook
from assessments.graphql.types.results import ProblemCost, cost_out
from assessments.graphql.types.template import Question, question_out
from assessments.models import Disagreement, FindingKind, NewToProspect
from assessments.services.comparing_editions import Comparison
from leads.domain.qualification import Decision
from leads.graphql.values import Value, value_out


@strawberry.type(description="A question that was answered otherwise, or stands elsewhere.")
class AnswerChange:
    question: Question = strawberry.field(description="The question.")
    before: Value = strawberry.field(description="The earlier answer, or unknown.")
    after: Value = strawberry.field(description="The later answer, or unknown.")
    standing_before: Standing | None = strawberry.field(
        description="Where it stood; null if the earlier one did not have it."
    )
    standing_after: Standing | None = strawberry.field(
        description="Where it stands; null if the later one does not have it."
    )


@strawberry.type(description="A section's score that changed.")
class ScoreDifference:
    dimension: Dimension = strawberry.field(description="The section.")
    before: Decimal | None = strawberry.field(description="The earlier score; null if nothing scored was answered.")
    after: Decimal | None = strawberry.field(description="The later score; null if nothing scored is answered.")


@strawberry.type(description="One of the verdict's answers that changed.")
class VerdictChange:
    about: Disagreement.About = strawberry.field(description="Which of the verdict's answers.")
    before: Decision = strawberry.field(description="As it was.")
    after: Decision = strawberry.field(description="As it is.")


@strawberry.type(description="A finding as it stood in one of two diagnoses.")
class ComparedFinding:
    kind: FindingKind = strawberry.field(description="What it is.")
    text: str = strawberry.field(description="In the prospect's words.")
    parent: str = strawberry.field(description="The words of what it hangs on; empty at the top.")
    new_to_prospect: NewToProspect = strawberry.field(description="Whether it was new to the prospect.")


@strawberry.type(description="A finding that was added, removed or changed.")
class FindingChange:
    change: FindingChangeKind = strawberry.field(description="What became of it.")
    before: ComparedFinding | None = strawberry.field(description="As it was; null if it was added.")
    after: ComparedFinding | None = strawberry.field(description="As it is; null if it was removed.")


@strawberry.type(description="What the later of two diagnoses found differently; its lists have only what differs.")
class DiagnosisComparison:
    answers: list[AnswerChange] = strawberry.field(description="The answers, in the order of the questions.")
    scores: list[ScoreDifference] = strawberry.field(description="The scores of sections.")
    verdict: list[VerdictChange] = strawberry.field(description="The verdict's answers.")
    findings: list[FindingChange] = strawberry.field(description="The findings.")
    cost_before: ProblemCost = strawberry.field(description="The earlier yearly cost of the problem.")
    cost_after: ProblemCost = strawberry.field(description="The later yearly cost of the problem.")
    outlook_before: Outlook = strawberry.field(description="The earlier outlook.")
    outlook_after: Outlook = strawberry.field(description="The later outlook.")
    advice_before: Advice = strawberry.field(description="The earlier advice.")
    advice_after: Advice = strawberry.field(description="The later advice.")
    nurture_until_before: date | None = strawberry.field(description="When to look again, in the earlier advice.")
    nurture_until_after: date | None = strawberry.field(description="When to look again, in the later advice.")


def comparison_out(found: Comparison, currency: str) -> DiagnosisComparison:
    before, after, difference = found.before, found.after, found.difference
    sooner, later = before.evaluation.verdict, after.evaluation.verdict
    return DiagnosisComparison(
        answers=[
            AnswerChange(
                question=question_out(change.question, _plan_with(change.question.key, after, before)),
                before=value_out(change.question.value, change.before, currency),
                after=value_out(change.question.value, change.after, currency),
                standing_before=change.standing_before,
                standing_after=change.standing_after,
            )
            for change in difference.answers
        ],
        scores=_scores(difference.scores),
        verdict=[
            VerdictChange(about=Disagreement.About(name), before=was, after=now)
            for name, was, now in difference.verdict
        ],
        findings=[
            FindingChange(change=change.kind, before=_finding(change.before), after=_finding(change.after))
            for change in difference.findings
        ],
        cost_before=cost_out(before.plan, before.evaluation, currency),
        cost_after=cost_out(after.plan, after.evaluation, currency),
        outlook_before=sooner.outlook,
        outlook_after=later.outlook,
        advice_before=sooner.advice,
        advice_after=later.advice,
        nurture_until_before=sooner.nurture_until,
        nurture_until_after=later.nurture_until,
    )


def _plan_with(key: str, after: Side, before: Side) -> TemplatePlan:
    return after.plan if key in after.plan.questions else before.plan


def _scores(changes: Sequence[ScoreChange]) -> list[ScoreDifference]:
    return [
        ScoreDifference(dimension=change.dimension, before=_score(change.before), after=_score(change.after))
        for change in changes
    ]


def _score(score: Score | None) -> Decimal | None:
    return score.value if score else None


def _finding(found: Found | None) -> ComparedFinding | None:
    if found is None:
        return None
    return ComparedFinding(
        kind=FindingKind(found.kind),
        text=found.text,
        parent=found.parent,
        new_to_prospect=NewToProspect(found.new_to_prospect),
    )
