"""How a diagnosis is led: what may be done with it beside answering and completing."""

from typing import Annotated

import strawberry

from assessments import services
from assessments.domain.template import Dimension
from assessments.graphql import types
from assessments.graphql.mutations import DIAGNOSIS, REVISION, DiagnosisResult
from assessments.models import Disagreement
from leads.domain.qualification import Decision
from leads.graphql.fields import described, pk_of
from leads.graphql.mutations import fresh
from leads.graphql.results import OperationInfo

DisagreementResult = Annotated[
    types.Disagreement | OperationInfo,
    strawberry.union("DisagreementResult", description="The disagreement as it is now, or why nothing was changed."),
]


@strawberry.type
class GuidingMutation:
    @strawberry.mutation(
        description="Record what is known already as the answer to an open question, now that it was confirmed."
    )
    def confirm_known(
        self,
        info: strawberry.Info,
        diagnosis: Annotated[strawberry.ID, DIAGNOSIS],
        question: Annotated[str, described("The question's key.")],
        expected_revision: Annotated[int, REVISION],
    ) -> DiagnosisResult:
        confirmed = services.confirm_known(
            diagnosis_id=pk_of(diagnosis, "Diagnosis"),
            question=question,
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, confirmed)

    @strawberry.mutation(description="Put an open question off until all others are asked; answering it takes it back.")
    def skip_question(
        self,
        info: strawberry.Info,
        diagnosis: Annotated[strawberry.ID, DIAGNOSIS],
        question: Annotated[str, described("The question's key.")],
        expected_revision: Annotated[int, REVISION],
    ) -> DiagnosisResult:
        skipped = services.skip_question(
            diagnosis_id=pk_of(diagnosis, "Diagnosis"),
            question=question,
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, skipped)

    @strawberry.mutation(description="Ask on from another section; what is open before it is asked after the last one.")
    def go_to_section(
        self,
        info: strawberry.Info,
        diagnosis: Annotated[strawberry.ID, DIAGNOSIS],
        expected_revision: Annotated[int, REVISION],
        section: Annotated[Dimension | None, described("Where to go; null: back to the order.")] = None,
    ) -> DiagnosisResult:
        moved = services.go_to_section(
            diagnosis_id=pk_of(diagnosis, "Diagnosis"),
            section=section,
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, moved)

    @strawberry.mutation(description="Put a diagnosis by and end its conversation; nothing is answered until resumed.")
    def pause_diagnosis(
        self,
        info: strawberry.Info,
        diagnosis: Annotated[strawberry.ID, DIAGNOSIS],
        expected_revision: Annotated[int, REVISION],
    ) -> DiagnosisResult:
        paused = services.pause_diagnosis(
            diagnosis_id=pk_of(diagnosis, "Diagnosis"),
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, paused)

    @strawberry.mutation(description="Take a paused diagnosis up again where it stood, in a new conversation.")
    def resume_diagnosis(
        self,
        info: strawberry.Info,
        diagnosis: Annotated[strawberry.ID, DIAGNOSIS],
        expected_revision: Annotated[int, REVISION],
    ) -> DiagnosisResult:
        resumed = services.resume_diagnosis(
            diagnosis_id=pk_of(diagnosis, "Diagnosis"),
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, resumed)

    @strawberry.mutation(description="Give a diagnosis up: it counts for nothing, and a new one may begin.")
    def abandon_diagnosis(
        self,
        info: strawberry.Info,
        diagnosis: Annotated[strawberry.ID, DIAGNOSIS],
        reason: Annotated[str, described("Why.")],
        expected_revision: Annotated[int, REVISION],
    ) -> DiagnosisResult:
        abandoned = services.abandon_diagnosis(
            diagnosis_id=pk_of(diagnosis, "Diagnosis"),
            reason=reason,
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, abandoned)

    @strawberry.mutation(
        description="Make the next edition of a completed diagnosis, to be changed; the earlier one stays as it is. "
        "If there is one already, the conflict has it."
    )
    def amend_diagnosis(
        self,
        info: strawberry.Info,
        diagnosis: Annotated[strawberry.ID, DIAGNOSIS],
        reason: Annotated[str, described("Why.")],
    ) -> DiagnosisResult:
        edition = services.amend_diagnosis(
            diagnosis_id=pk_of(diagnosis, "Diagnosis"), reason=reason, by=info.context.viewer, now=info.context.now
        )
        return fresh(info, edition)

    @strawberry.mutation(description="Keep another opinion beside a verdict's answer; verdict and advice stay.")
    def disagree_with_verdict(
        self,
        info: strawberry.Info,
        diagnosis: Annotated[strawberry.ID, DIAGNOSIS],
        about: Annotated[Disagreement.About, described("Which of the verdict's answers.")],
        says: Annotated[Decision, described("What it should say.")],
        reason: Annotated[str, described("Why.")],
    ) -> DisagreementResult:
        kept = services.disagree_with_verdict(
            diagnosis_id=pk_of(diagnosis, "Diagnosis"),
            about=about,
            says=says,
            reason=reason,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, kept)

    @strawberry.mutation(description="Take another opinion back; it is kept with the time.")
    def withdraw_disagreement(
        self,
        info: strawberry.Info,
        disagreement: Annotated[strawberry.ID, described("The disagreement's global id.")],
    ) -> DisagreementResult:
        withdrawn = services.withdraw_disagreement(
            disagreement_id=pk_of(disagreement, "Disagreement"), by=info.context.viewer, now=info.context.now
        )
        return fresh(info, withdrawn)
