"""What of diagnosis can be changed."""

from typing import Annotated, Any

import strawberry

from assessments import services
from assessments.graphql import types
from assessments.services.diagnoses import DiagnosisChanged
from assessments.services.evaluating import take_evaluation
from leads.graphql.fields import described, optional_pk, pk_of
from leads.graphql.mutations import LEAD, fresh
from leads.graphql.results import MessageKind, OperationInfo, OperationMessage
from leads.graphql.values import ValueInput, check_fits, given_value

DiagnosisResult = Annotated[
    types.Diagnosis | types.DiagnosisConflict | OperationInfo,
    strawberry.union(
        "DiagnosisResult",
        description="The diagnosis as it is now, how it stands if somebody was faster, or why nothing was changed.",
    ),
]
DIAGNOSIS = described("The diagnosis's global id.")
REVISION = described("The diagnosis's `revision` as you read it.")


class Conflicts(strawberry.ExceptionHandler[DiagnosisChanged, types.DiagnosisConflict]):
    """Answers a lost race with the current state."""

    def handle(self, exception: DiagnosisChanged, *, field: Any, info: Any) -> types.DiagnosisConflict:
        message = OperationMessage(
            kind=MessageKind.CONFLICT, code=exception.code, message=exception.message, field=exception.field
        )
        return types.DiagnosisConflict(messages=[message], diagnosis=exception.diagnosis)  # type: ignore[arg-type]


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Begin a guided diagnosis of a lead that is sales qualified.")
    def start_diagnosis(
        self,
        info: strawberry.Info,
        lead: Annotated[strawberry.ID, LEAD],
        template: Annotated[
            strawberry.ID | None,
            described("Which guided diagnosis to run, in its published version; null: the one that fits the lead."),
        ] = None,
    ) -> DiagnosisResult:
        started = services.start_diagnosis(
            lead_id=pk_of(lead, "Lead"),
            template_id=optional_pk(template, "AssessmentTemplate"),
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, started)

    @strawberry.mutation(description="Record an answer or correct one; the result has what follows from it.")
    def answer_question(
        self,
        info: strawberry.Info,
        diagnosis: Annotated[strawberry.ID, DIAGNOSIS],
        question: Annotated[str, described("The question's key.")],
        value: Annotated[ValueInput, described("The answer, fitting the question's type.")],
        expected_revision: Annotated[int, REVISION],
        note: Annotated[str, described("In the prospect's words.")] = "",
        said_by: Annotated[strawberry.ID | None, described("The contact who said it.")] = None,
    ) -> DiagnosisResult:
        answered = services.answer_question(
            diagnosis_id=pk_of(diagnosis, "Diagnosis"),
            question=question,
            value=given_value(question, value, None, info.context.viewer.business.currency),
            fits=lambda wanted: check_fits(question, value, wanted),
            expected_revision=expected_revision,
            note=note,
            said_by_id=optional_pk(said_by, "Contact"),
            by=info.context.viewer,
            now=info.context.now,
        )
        found = fresh(info, answered)
        take_evaluation(found, answered)
        return found

    @strawberry.mutation(
        description="Close a diagnosis: its verdict stays, what was learned becomes evidence, the lead is judged anew."
    )
    def complete_diagnosis(
        self,
        info: strawberry.Info,
        diagnosis: Annotated[strawberry.ID, DIAGNOSIS],
        expected_revision: Annotated[int, REVISION],
    ) -> DiagnosisResult:
        completed = services.complete_diagnosis(
            diagnosis_id=pk_of(diagnosis, "Diagnosis"),
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, completed)
