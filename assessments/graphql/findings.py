"""What a diagnosis brings to light, written down."""

from typing import Annotated

import strawberry

from assessments import services
from assessments.graphql import types
from assessments.graphql.mutations import DIAGNOSIS
from assessments.models import FindingKind, NewToProspect
from leads.graphql.fields import described, optional_pk, pk_of
from leads.graphql.mutations import fresh
from leads.graphql.results import OperationInfo

FindingResult = Annotated[
    types.Finding | OperationInfo,
    strawberry.union("FindingResult", description="The finding as it is now, or why nothing was changed."),
]
FINDING = described("The finding's global id.")
FINDING_REVISION = described("The finding's `revision` as you read it.")


@strawberry.type
class FindingsMutation:
    @strawberry.mutation(description="Write a finding down: in the tree of “why?”, or beside it.")
    def add_finding(
        self,
        info: strawberry.Info,
        diagnosis: Annotated[strawberry.ID, DIAGNOSIS],
        kind: Annotated[FindingKind, described("What it is.")],
        text: Annotated[str, described("In the prospect's words.")],
        parent: Annotated[strawberry.ID | None, described("The finding that it hangs on; null: at the top.")] = None,
        position: Annotated[
            int | None,
            described("Its place among its siblings, from 0; those from there on move one down. Null: the last."),
        ] = None,
        questions: Annotated[list[str] | None, described("Keys of the questions whose answers show it.")] = None,
        new_to_prospect: Annotated[
            NewToProspect, described("Whether it was new to the prospect.")
        ] = NewToProspect.UNKNOWN,
        said_by: Annotated[strawberry.ID | None, described("The contact who said it.")] = None,
    ) -> FindingResult:
        added = services.add_finding(
            diagnosis_id=pk_of(diagnosis, "Diagnosis"),
            kind=kind,
            text=text,
            parent_id=optional_pk(parent, "Finding"),
            position=position,
            questions=questions or (),
            new_to_prospect=new_to_prospect,
            said_by_id=optional_pk(said_by, "Contact"),
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, added)

    @strawberry.mutation(description="Change or move a finding; what is left out stays as it is.")
    def change_finding(
        self,
        info: strawberry.Info,
        finding: Annotated[strawberry.ID, FINDING],
        expected_revision: Annotated[int, FINDING_REVISION],
        text: Annotated[str | None, described("In the prospect's words.")] = None,
        kind: Annotated[FindingKind | None, described("What it is.")] = None,
        parent: Annotated[
            strawberry.ID | None, described("The finding that it hangs on from now on; null: as it is.")
        ] = None,
        to_top: Annotated[bool, described("True: it hangs on nothing from now on; then no parent.")] = False,
        position: Annotated[
            int | None,
            described("Its place among its siblings, from 0. Null: as it is, or the last if it is moved to others."),
        ] = None,
        questions: Annotated[list[str] | None, described("Keys of the questions whose answers show it.")] = None,
        new_to_prospect: Annotated[NewToProspect | None, described("Whether it was new to the prospect.")] = None,
        said_by: Annotated[
            strawberry.ID | None, described("The contact who said it; null: nobody in particular any more.")
        ] = strawberry.UNSET,
    ) -> FindingResult:
        changes = services.FindingChanges(
            text=text,
            kind=kind,
            parent_id=optional_pk(parent, "Finding"),
            to_top=to_top,
            position=position,
            questions=questions,
            new_to_prospect=new_to_prospect,
            said_by_id=None if said_by is strawberry.UNSET else optional_pk(said_by, "Contact"),
            said_by_nobody=said_by is None,
        )
        changed = services.change_finding(
            finding_id=pk_of(finding, "Finding"),
            changes=changes,
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, changed)

    @strawberry.mutation(
        description="Take a finding out of the tree, with all that hangs on it if you say so; they are kept."
    )
    def remove_finding(
        self,
        info: strawberry.Info,
        finding: Annotated[strawberry.ID, FINDING],
        expected_revision: Annotated[int, FINDING_REVISION],
        with_children: Annotated[bool, described("True: what hangs on it goes too; false: that is refused.")] = False,
    ) -> FindingResult:
        removed = services.remove_finding(
            finding_id=pk_of(finding, "Finding"),
            expected_revision=expected_revision,
            with_children=with_children,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, removed)
