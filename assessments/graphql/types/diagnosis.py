from datetime import date, datetime
from decimal import Decimal
from typing import Any

import strawberry
import strawberry_django
from django.db.models import Prefetch
from django.urls import reverse
from strawberry import relay

from assessments import models
from assessments.domain.answers import decode_answers
from assessments.domain.asking import next_question, progress, would_change_most
from assessments.domain.engine import SHOWN
from assessments.domain.questions import PlannedQuestion
from assessments.domain.template import URGENCY_AFTER, URGENCY_BEFORE, Advice, Dimension, Outlook
from assessments.graphql.types import results
from assessments.graphql.types.finding import Disagreement, Finding
from assessments.graphql.types.guided import Desk, GuidedAnswer, links_if_asked, rows_if_asked
from assessments.graphql.types.link import ProspectLink
from assessments.graphql.types.template import Question, TemplateVersion, question_out
from assessments.models import UNFINISHED, DiagnosisStatus
from assessments.models import Answer as AnswerRow
from assessments.services.editions import edition_after
from assessments.services.evaluating import evaluation_of, plan_of
from assessments.services.findings import with_depths
from leads.domain.rules import Fact, Range, Reason, Unknown
from leads.domain.snapshot import DOES_NOT_KNOW
from leads.domain.values import decode
from leads.global_ids import global_id
from leads.graphql.connection import KeysetConnection, pages
from leads.graphql.fields import column, computed
from leads.graphql.results import OperationMessage
from leads.graphql.types import Contact, Lead, Membership
from leads.graphql.values import Value, value_out

READS = {
    "only": ["answers", "facts", "revision", "completed_at", "version__checksum", "lead__snapshot", "business"],
    "select_related": ["version", "lead", "business"],
}
NEXT = {**READS, "only": [*READS["only"], "status", "skipped", "section", "edition", "origin"]}


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
    origin: AnswerRow.Origin = column("How it came about.")

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


@strawberry_django.type(
    models.Conversation, description="One sitting of a diagnosis, to its next pause or end; answers are grouped by it."
)
class Conversation(relay.Node):
    number: int = column("Counts within its diagnosis.")
    started_at: datetime = column("When it began.")
    started_by: Membership | None = column("Who began it.")
    ended_at: datetime | None = column("When it ended; null while it is under way.")
    answers: list[Answer] = column("The answers that were given in it, newest first.")


def standing_findings(info: Any) -> Prefetch[Any]:
    """Return the findings that were not removed."""
    rows = models.Finding.objects.filter(removed_at__isnull=True).select_related("said_by", "author__user")
    return Prefetch("findings", rows, to_attr="standing_findings")


@strawberry_django.type(models.Diagnosis, description="One guided run of a template with one lead.")
class Diagnosis(relay.Node):
    lead: Lead = column("The lead.")
    version: TemplateVersion = column("The version of the template that it runs; pinned.")
    status: DiagnosisStatus = column("Running, paused, completed or abandoned.")
    edition: int = column("Is 1 as first begun, and one more with every amendment.")
    amended_because: str = column("Why it was amended; empty for the first edition.")
    revision: int = column("Counts what was done with it; send it back as `expectedRevision`.")
    started_at: datetime = column("When it began.")
    started_by: Membership | None = column("Who began it.")
    changed_at: datetime = column("When something was last done with it.")
    paused_at: datetime | None = column("When it was paused; null unless it is.")
    abandoned_at: datetime | None = column("When it was given up; null if it was not.")
    abandoned_by: Membership | None = column("Who gave it up.")
    abandoned_because: str = column("Why it was given up; empty if it was not.")
    completed_at: datetime | None = column("When it was completed; null while it runs.")
    completed_by: Membership | None = column("Who completed it.")
    history: KeysetConnection[Answer] = pages("Every answer as it was given, newest first.")
    conversations: list[Conversation] = column("Its conversations, the first one first.")
    disagreements: list[Disagreement] = column("Other opinions on its verdict, newest first; withdrawn ones too.")
    prospect_links: list[ProspectLink] = column(
        "The links that prospects were given, newest first.", field_name="links"
    )

    @computed(
        "The page with its summary for the prospect, to open while signed in; null until completion.", only=["status"]
    )
    def summary_url(self, info: strawberry.Info) -> str | None:
        if self.status != DiagnosisStatus.COMPLETED:
            return None
        return info.context.request.build_absolute_uri(reverse("summary", args=[global_id("Diagnosis", self.pk)]))

    @computed("What the verdict recommends; tentative until completion.", **READS)
    def advice(self, info: strawberry.Info) -> Advice:
        return evaluation_of(self, info.context.now)[1].verdict.advice

    @computed("What the stall risks say of the sale.", **READS)
    def outlook(self, info: strawberry.Info) -> Outlook:
        return evaluation_of(self, info.context.now)[1].verdict.outlook

    @computed("When to look again, if the advice is to nurture.", **READS)
    def nurture_until(self, info: strawberry.Info) -> date | None:
        return evaluation_of(self, info.context.now)[1].verdict.nurture_until

    @computed("The global id of the edition before this one; null for the first.", name="amends", only=["amends"])
    def earlier_edition(self, info: strawberry.Info) -> strawberry.ID | None:
        return strawberry.ID(global_id("Diagnosis", self.amends_id)) if self.amends_id else None

    @computed(
        "The global id of the edition that took this one's place: the next that was not abandoned; null if none did.",
        name="amendedBy",
        annotate={"edition_after": edition_after()},
    )
    def later_edition(self, info: strawberry.Info) -> strawberry.ID | None:
        if "edition_after" not in self.__dict__:  # of a conflict, which has the row itself
            found = models.Diagnosis.objects.annotate(edition_after=edition_after())
            self.__dict__["edition_after"] = found.values_list("edition_after", flat=True).get(pk=self.pk)
        later = self.__dict__["edition_after"]
        return strawberry.ID(global_id("Diagnosis", later)) if later else None

    @computed("The section where the conversation went; null: in order.", only=["section"])
    def section(self, info: strawberry.Info) -> Dimension | None:
        return Dimension(self.section) if self.section else None

    @computed("The next question to ask, with its guidance; null if nothing is left to ask.", **NEXT)
    def next_question(self, info: strawberry.Info) -> Question | None:
        found = _next(self, info)
        return question_out(found, plan_of(self.version)) if found else None

    @computed(
        "The next question with what is known of it; null if nothing is left to ask.",
        **NEXT,
        prefetch_related=[links_if_asked("next")],
    )
    def next(self, info: strawberry.Info) -> GuidedAnswer | None:
        found = _next(self, info)
        if found is None:
            return None
        return Desk(self, info, "next").answer(found.key, Unknown(Reason.NOT_ASKED, (found.key,)))

    @computed("The open question whose answer would decide most; null if none would.", **NEXT)
    def most_decisive(self, info: strawberry.Info) -> results.DecisiveQuestion | None:
        if self.status not in UNFINISHED:
            return None
        plan, evaluation = evaluation_of(self, info.context.now)
        return results.decisive_out(plan, would_change_most(plan, evaluation, self.skipped))

    @computed(
        "All questions in order, with what was answered.",
        **NEXT,
        prefetch_related=[rows_if_asked("answers"), links_if_asked("answers")],
    )
    def answers(self, info: strawberry.Info) -> list[GuidedAnswer]:
        desk = Desk(self, info, "answers")
        given = decode_answers(desk.plan, self.answers)
        return [desk.answer(key, given.get(key, Unknown(Reason.NOT_ASKED, (key,)))) for key in desk.plan.questions]

    @computed(
        "Answers that are kept and count for nothing, since their questions became unreachable.",
        **NEXT,
        prefetch_related=[rows_if_asked("set_aside"), links_if_asked("set_aside")],
    )
    def set_aside(self, info: strawberry.Info) -> list[GuidedAnswer]:
        desk = Desk(self, info, "set_aside")
        given = decode_answers(desk.plan, self.answers)
        return [
            desk.answer(key, given[key])
            for key in desk.plan.questions
            if key in given and desk.evaluation.standing[key] not in SHOWN
        ]

    @computed("What was found, in the order of its tree.", prefetch_related=[standing_findings])
    def findings(self, info: strawberry.Info) -> list[Finding]:
        return with_depths(self.standing_findings)  # type: ignore[return-value]

    @computed("How urgent it was to the prospect at first, by its own word.", **READS)
    def urgency_before(self, info: strawberry.Info) -> Value:
        return _own_word(self, info, URGENCY_BEFORE)

    @computed("How urgent it was to the prospect at the end, by its own word.", **READS)
    def urgency_after(self, info: strawberry.Info) -> Value:
        return _own_word(self, info, URGENCY_AFTER)

    @computed("By how much the prospect's urgency rose or, below 0, fell; null while either is not known.", **READS)
    def urgency_change(self, info: strawberry.Info) -> Decimal | None:
        facts = evaluation_of(self, info.context.now)[1].facts
        before, after = (_likely(facts.get(key)) for key in (URGENCY_BEFORE, URGENCY_AFTER))
        return None if before is None or after is None else after - before

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


def _next(diagnosis: Any, info: strawberry.Info) -> PlannedQuestion | None:
    if diagnosis.status not in UNFINISHED:
        return None
    section = Dimension(diagnosis.section) if diagnosis.section else None
    return next_question(*evaluation_of(diagnosis, info.context.now), diagnosis.skipped, section)


def _own_word(diagnosis: Any, info: strawberry.Info, key: str) -> Any:
    plan, _ = evaluation_of(diagnosis, info.context.now)
    said = decode_answers(plan, diagnosis.answers).get(key, Unknown(Reason.NOT_ASKED, (key,)))
    return value_out(plan.questions[key].value, said, info.context.viewer.business.currency)


def _likely(said: Fact | None) -> Decimal | None:
    if isinstance(said, Range):
        return said.likely
    return said if isinstance(said, Decimal) else None


@strawberry.type(description="Somebody was faster: nothing was changed, and this is how the diagnosis stands now.")
class DiagnosisConflict:
    messages: list[OperationMessage] = strawberry.field(description="What happened.")
    diagnosis: Diagnosis = strawberry.field(description="The current state, to decide again by.")
