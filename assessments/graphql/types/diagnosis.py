from datetime import date, datetime

import strawberry
import strawberry_django
from strawberry import relay

from assessments import models
from assessments.domain.answers import decode_answers
from assessments.domain.asking import next_question, progress, would_change_most
from assessments.domain.engine import Standing
from assessments.domain.template import Advice, Outlook
from assessments.graphql.types import results
from assessments.graphql.types.template import Question, TemplateVersion, question_out
from assessments.models import DiagnosisStatus
from assessments.services.evaluating import evaluation_of, plan_of
from leads.domain.rules import Reason, Unknown
from leads.domain.snapshot import DOES_NOT_KNOW
from leads.domain.values import decode
from leads.graphql.connection import KeysetConnection, pages
from leads.graphql.fields import column, computed
from leads.graphql.results import OperationMessage
from leads.graphql.types import Contact, Lead, Membership
from leads.graphql.values import Value, value_out

READS = {
    "only": ["answers", "facts", "revision", "completed_at", "version__checksum", "lead__snapshot", "business"],
    "select_related": ["version", "lead", "business"],
}


@strawberry.type(description="A question of a diagnosis and what was answered.")
class GuidedAnswer:
    question: Question = strawberry.field(description="The question.")
    standing: Standing = strawberry.field(description="Where it stands.")
    value: Value = strawberry.field(description="The answer, kept even while the question is hidden; or unknown.")


@strawberry_django.type(
    models.Answer, description="One answer as it was given. Never changed: correcting adds another."
)
class Answer(relay.Node):
    question: str = column("The question's key.")
    revision: int = column("The diagnosis's revision after it.")
    note: str = column("In the prospect's words; empty if nobody noted any.")
    said_by: Contact | None = column("Who said it, if that is known.")
    author: Membership | None = column("Who recorded it.")
    at: datetime = column("When.")

    @computed(
        "What was answered, or that the prospect did not know.",
        only=["question", "value", "diagnosis__version__checksum"],
        select_related=["diagnosis__version"],
    )
    def value(self, info: strawberry.Info) -> Value:
        spec = plan_of(self.diagnosis.version).questions[self.question].value
        known = None if self.value == DOES_NOT_KNOW else decode(spec, self.value)
        answer = Unknown(Reason.DOES_NOT_KNOW, (self.question,)) if known is None else known
        return value_out(spec, answer, info.context.viewer.business.currency)


@strawberry_django.type(models.Diagnosis, description="One guided run of a template with one lead.")
class Diagnosis(relay.Node):
    lead: Lead = column("The lead.")
    version: TemplateVersion = column("The version of the template that it runs; pinned.")
    status: DiagnosisStatus = column("Running or completed.")
    revision: int = column("Counts the answers; send it back as `expectedRevision`.")
    started_at: datetime = column("When it began.")
    started_by: Membership | None = column("Who began it.")
    changed_at: datetime = column("When it was last answered.")
    completed_at: datetime | None = column("When it was completed; null while it runs.")
    completed_by: Membership | None = column("Who completed it.")
    history: KeysetConnection[Answer] = pages("Every answer as it was given, newest first.")

    @computed("What the verdict recommends; tentative until completion.", **READS)
    def advice(self, info: strawberry.Info) -> Advice:
        return evaluation_of(self, info.context.now)[1].verdict.advice

    @computed("What the stall risks say of the sale.", **READS)
    def outlook(self, info: strawberry.Info) -> Outlook:
        return evaluation_of(self, info.context.now)[1].verdict.outlook

    @computed("When to look again, if the advice is to nurture.", **READS)
    def nurture_until(self, info: strawberry.Info) -> date | None:
        return evaluation_of(self, info.context.now)[1].verdict.nurture_until

    @computed("The next question to ask, with its guidance; null if nothing is left to ask.", **READS)
    def next_question(self, info: strawberry.Info) -> Question | None:
        if self.completed_at is not None:
            return None
        found = next_question(*evaluation_of(self, info.context.now))
        return question_out(found) if found else None

    @computed("The open question whose answer would decide most; null if none would.", **READS)
    def most_decisive(self, info: strawberry.Info) -> results.DecisiveQuestion | None:
        if self.completed_at is not None:
            return None
        return results.decisive_out(would_change_most(*evaluation_of(self, info.context.now)))

    @computed("All questions in order, with what was answered.", **READS)
    def answers(self, info: strawberry.Info) -> list[GuidedAnswer]:
        plan, evaluation = evaluation_of(self, info.context.now)
        currency = info.context.viewer.business.currency
        given = decode_answers(plan, self.answers)
        found = []
        for key, question in plan.questions.items():
            value = given[key] if key in given else Unknown(Reason.NOT_ASKED, (key,))
            shown = value_out(question.value, value, currency)
            found.append(GuidedAnswer(question=question_out(question), standing=evaluation.standing[key], value=shown))
        return found

    @computed("How far the questions have come.", **READS)
    def progress(self, info: strawberry.Info) -> results.DiagnosisProgress:
        return results.progress_out(progress(*evaluation_of(self, info.context.now)))

    @computed("The scores of the five sections.", **READS)
    def scores(self, info: strawberry.Info) -> list[results.SectionScore]:
        return results.scores_out(evaluation_of(self, info.context.now)[1])

    @computed("What the formulas come to.", **READS)
    def formulas(self, info: strawberry.Info) -> list[results.FormulaValue]:
        plan, evaluation = evaluation_of(self, info.context.now)
        return results.formulas_out(plan, evaluation, info.context.viewer.business.currency)

    @computed("The yearly cost of the problem, so far.", **READS)
    def cost(self, info: strawberry.Info) -> results.ProblemCost:
        plan, evaluation = evaluation_of(self, info.context.now)
        return results.cost_out(plan, evaluation, info.context.viewer.business.currency)

    @computed("Is this a good problem for us to solve?", **READS)
    def good_problem(self, info: strawberry.Info) -> results.VerdictAnswerResult:
        plan, evaluation = evaluation_of(self, info.context.now)
        return results.answer_out(plan, evaluation, evaluation.verdict.good_problem)

    @computed("Is it big enough for the prospect to act?", **READS)
    def will_act(self, info: strawberry.Info) -> results.VerdictAnswerResult:
        plan, evaluation = evaluation_of(self, info.context.now)
        return results.answer_out(plan, evaluation, evaluation.verdict.will_act)

    @computed("Is it big enough to justify our solution?", **READS)
    def justifies(self, info: strawberry.Info) -> results.VerdictAnswerResult:
        plan, evaluation = evaluation_of(self, info.context.now)
        return results.answer_out(plan, evaluation, evaluation.verdict.justifies)

    @computed("What here will bog the sale down or lose it?", **READS)
    def stall_risks(self, info: strawberry.Info) -> list[results.StallRiskResult]:
        plan, evaluation = evaluation_of(self, info.context.now)
        return [results.risk_out(plan, evaluation, risk) for risk in evaluation.verdict.risks]


@strawberry.type(description="Somebody was faster: nothing was changed, and this is how the diagnosis stands now.")
class DiagnosisConflict:
    messages: list[OperationMessage] = strawberry.field(description="What happened.")
    diagnosis: Diagnosis = strawberry.field(description="The current state, to decide again by.")
