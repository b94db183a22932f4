"""What a prospect with a link can read and do; these types lead to nothing else."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry

from assessments.domain.questions import PlannedQuestion, bounds
from assessments.domain.self_assessment import OwnQuestion, SelfAssessmentStatus
from assessments.domain.template import QuestionType
from assessments.services.evaluating import plan_of
from assessments.services.self_assessment import (
    SelfAssessment,
    SelfAssessmentChanged,
    answer_self_assessment,
    read_self_assessment,
    submit_self_assessment,
)
from leads.graphql.enums import described as enum_described
from leads.graphql.fields import described
from leads.graphql.results import MessageKind, OperationInfo, OperationMessage
from leads.graphql.values import Choice, Value, ValueInput, check_fits, given_value, value_out

enum_described(
    SelfAssessmentStatus,
    "Whether the prospect still answers.",
    {
        SelfAssessmentStatus.OPEN: "Answers can be given and corrected.",
        SelfAssessmentStatus.SUBMITTED: "The answers were sent and stay as they are.",
    },
)


@strawberry.type(description="A question that the prospect is asked, with its own answer.")
class ProspectQuestion:
    key: str = strawberry.field(description="Its stable name, to answer it by.")
    text: str = strawberry.field(description="What is asked.")
    type: QuestionType = strawberry.field(description="What sort of answer it takes.")
    unit: str = strawberry.field(description="The unit of its numbers; empty if it has none.")
    minimum: Decimal | None = strawberry.field(description="The least number it takes; null if any.")
    maximum: Decimal | None = strawberry.field(description="The greatest number it takes; null if any.")
    required: bool = strawberry.field(description="Whether it needs an answer, or “does not know”, before sending.")
    options: list[Choice] = strawberry.field(description="What can be chosen; empty for other types.")
    answer: Value | None = strawberry.field(
        description="What the prospect answered through this link; null if it did not answer yet."
    )


@strawberry.type(description="How far a prospect has come.")
class ProspectProgress:
    answered: int = strawberry.field(description="How many of the questions shown have an answer.")
    total: int = strawberry.field(description="How many are shown; answers may bring up more or fewer.")


@strawberry.type(name="SelfAssessment", description="The prospect's own part of a diagnosis, opened with a link.")
class SelfAssessmentType:
    prospect_name: str = strawberry.field(description="Whom the link was made for.")
    business_name: str = strawberry.field(description="Who asks.")
    language: str = strawberry.field(description="The language of the questions, such as `en`.")
    currency: str = strawberry.field(description="In which amounts of money are given, such as EUR.")
    status: SelfAssessmentStatus = strawberry.field(description="Whether answers can still be given.")
    revision: int = strawberry.field(description="Counts the changes; send it back as `expectedRevision`.")
    questions: list[ProspectQuestion] = strawberry.field(description="The questions to ask now, in order.")
    next: ProspectQuestion | None = strawberry.field(description="The first one without an answer; null if none.")
    progress: ProspectProgress = strawberry.field(description="How far the questions have come.")
    expires_at: datetime = strawberry.field(description="Until when the link opens this.")
    submitted_at: datetime | None = strawberry.field(description="When the answers were sent; null if they were not.")


@strawberry.type(description="The answers were changed meanwhile: nothing was done, and this is how they stand now.")
class SelfAssessmentConflict:
    messages: list[OperationMessage] = strawberry.field(description="What happened.")
    self_assessment: SelfAssessmentType = strawberry.field(description="The current state, to decide again by.")


SelfAssessmentResult = Annotated[
    SelfAssessmentType | SelfAssessmentConflict | OperationInfo,
    strawberry.union(
        "SelfAssessmentResult",
        description="The self-assessment as it is now, how it stands if it changed meanwhile, or why nothing was done.",
    ),
]
REVISION = described("The self-assessment's `revision` as you read it.")


def self_assessment_out(found: SelfAssessment) -> SelfAssessmentType:
    link, part = found.link, found.part
    currency = link.business.currency
    return SelfAssessmentType(
        prospect_name=link.contact.name,
        business_name=link.business.name,
        language=plan_of(link.diagnosis.version).document.language,
        currency=currency,
        status=SelfAssessmentStatus.SUBMITTED if link.submitted_at else SelfAssessmentStatus.OPEN,
        revision=link.revision,
        questions=[_question_out(asked, currency) for asked in part.questions],
        next=_question_out(part.next, currency) if part.next else None,
        progress=ProspectProgress(answered=part.answered, total=len(part.questions)),
        expires_at=link.expires_at,
        submitted_at=link.submitted_at,
    )


def _question_out(asked: OwnQuestion, currency: str) -> ProspectQuestion:
    planned: PlannedQuestion = asked.question
    minimum, maximum = bounds(planned.spec)
    return ProspectQuestion(
        key=planned.key,
        text=planned.spec.text,
        type=planned.spec.type,
        unit=planned.value.unit,
        minimum=minimum,
        maximum=maximum,
        required=planned.spec.required,
        options=[Choice(code=option.code, label=option.label) for option in planned.spec.options],
        answer=None if asked.answer is None else value_out(planned.value, asked.answer, currency),
    )


class SelfAssessmentConflicts(strawberry.ExceptionHandler[SelfAssessmentChanged, SelfAssessmentConflict]):
    """Answers a lost race with the current state."""

    def handle(self, exception: SelfAssessmentChanged, *, field: Any, info: Any) -> SelfAssessmentConflict:
        message = OperationMessage(
            kind=MessageKind.CONFLICT, code=exception.code, message=exception.message, field=exception.field
        )
        return SelfAssessmentConflict(messages=[message], self_assessment=self_assessment_out(exception.now_at))


@strawberry.type
class ProspectQuery:
    @strawberry.field(
        description="For a prospect, who sends the token of its link as `X-Prospect`: its questions and answers. "
        "Null for members."
    )
    def self_assessment(self, info: strawberry.Info) -> SelfAssessmentType | None:
        viewer = info.context.viewer
        if not viewer.is_prospect:
            return None
        return self_assessment_out(read_self_assessment(by=viewer, now=info.context.now))


@strawberry.type
class ProspectMutation:
    @strawberry.mutation(description="For a prospect: answer one question, or correct an answer that was not sent yet.")
    def answer_self_assessment(
        self,
        info: strawberry.Info,
        question: Annotated[str, described("The question's key.")],
        value: Annotated[ValueInput, described("The answer, fitting the question's type.")],
        expected_revision: Annotated[int, REVISION],
    ) -> SelfAssessmentResult:
        answered = answer_self_assessment(
            question=question,
            value=given_value(question, value, None, info.context.viewer.business.currency),
            fits=lambda wanted: check_fits(question, value, wanted),
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return self_assessment_out(answered)

    @strawberry.mutation(description="For a prospect: send the answers. They stay as they are from then on.")
    def submit_self_assessment(
        self, info: strawberry.Info, expected_revision: Annotated[int, REVISION]
    ) -> SelfAssessmentResult:
        submitted = submit_self_assessment(
            expected_revision=expected_revision, by=info.context.viewer, now=info.context.now
        )
        return self_assessment_out(submitted)
