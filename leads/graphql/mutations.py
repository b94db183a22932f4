"""What can be changed. A mutation parses, finds, delegates; rules live in the services."""

from datetime import date, datetime
from typing import Annotated, Any

import strawberry
from strawberry_django.optimizer import optimize

from leads import services
from leads.domain.stages import Level, Stage
from leads.graphql import types
from leads.graphql.fields import described, optional_pk, pk_of
from leads.graphql.results import OperationInfo
from leads.graphql.values import AttributeValueInput, values_in
from leads.models import BuyingRole, EngagementKind, EvidenceSource

LeadResult = Annotated[
    types.Lead | OperationInfo,
    strawberry.union("LeadResult", description="The lead as it is now, or why nothing was changed."),
]
EngagementResult = Annotated[
    types.Engagement | OperationInfo,
    strawberry.union("EngagementResult", description="The engagement, or why nothing was changed."),
]
TransitionResult = Annotated[
    types.Transition | OperationInfo,
    strawberry.union("TransitionResult", description="The receipt of the move, or why nothing was changed."),
]


@strawberry.input(description="Somebody's part in a lead: a known contact by id, or a new one by name.")
class StakeholderInput:
    contact: strawberry.ID | None = strawberry.field(default=None, description="A contact of the lead's organization.")
    name: str = strawberry.field(default="", description="The name of a new contact.")
    email: str = strawberry.field(default="", description="E-mail address of a new contact.")
    phone: str = strawberry.field(default="", description="Telephone number of a new contact.")
    job_title: str = strawberry.field(default="", description="Job title of a new contact.")
    buying_roles: list[BuyingRole] = strawberry.field(
        default_factory=list, description="What the person does in this decision; replaces what was known."
    )

    def part(self) -> services.Part:
        return services.Part(
            contact_id=optional_pk(self.contact, "Contact"),
            name=self.name,
            email=self.email,
            phone=self.phone,
            job_title=self.job_title,
            buying_roles=tuple(self.buying_roles),
        )


LEAD = described("The lead's global id.")
REVISION = described("The lead's `revision` as you read it; a conflict is answered if it changed since.")
EXIT_OVERRIDE = described("Why the phase is left though exit criteria of it that only warn do not hold; kept with it.")


def fresh(info: strawberry.Info, row: Any) -> Any:
    """Return a written row as the database has it, with all that is selected of it."""
    return optimize(type(row).objects.all(), info).get(pk=row.pk)


@strawberry.type
class Mutation:
    @strawberry.mutation(description="Begin a sales journey with an organization, known or new.")
    def create_lead(
        self,
        info: strawberry.Info,
        organization: Annotated[strawberry.ID | None, described("A known organization.")] = None,
        organization_name: Annotated[str, described("The name of a new organization.")] = "",
        organization_domain: Annotated[str, described("The domain of a new organization.")] = "",
        title: Annotated[str, described("What the journey is about.")] = "",
        source: Annotated[str, described("Where the lead came from.")] = "",
        owner: Annotated[strawberry.ID | None, described("The member who works on it.")] = None,
        stakeholders: Annotated[list[StakeholderInput] | None, described("Who has a part in it.")] = None,
        values: Annotated[list[AttributeValueInput] | None, described("What is known already.")] = None,
    ) -> LeadResult:
        viewer = info.context.viewer
        lead = services.create_lead(
            by=viewer,
            now=info.context.now,
            organization_id=optional_pk(organization, "Organization"),
            organization_name=organization_name,
            organization_domain=organization_domain,
            title=title,
            source=source,
            owner_id=optional_pk(owner, "Membership"),
            stakeholders=[entry.part() for entry in stakeholders or []],
            values=values_in(values or [], info.context),
        )
        return fresh(info, lead)

    @strawberry.mutation(description="Change what people keep about a lead; what is left out stays as it is.")
    def update_lead(
        self,
        info: strawberry.Info,
        lead: Annotated[strawberry.ID, LEAD],
        expected_revision: Annotated[int, REVISION],
        title: Annotated[str | None, described("What the journey is about.")] = None,
        source: Annotated[str | None, described("Where the lead came from.")] = None,
        owner: Annotated[strawberry.ID | None, described("The member who works on it from now on.")] = None,
        unassign: Annotated[bool, described("True: nobody works on it from now on.")] = False,
        stakeholders: Annotated[
            list[StakeholderInput] | None, described("Who joins it, or plays other roles in it.")
        ] = None,
        leaving: Annotated[list[strawberry.ID] | None, described("Contacts who have no part in it any more.")] = None,
    ) -> LeadResult:
        changes = services.LeadChanges(
            title=title,
            source=source,
            owner_id=optional_pk(owner, "Membership"),
            unassign=unassign,
            stakeholders=[entry.part() for entry in stakeholders or []],
            leaving=[optional_pk(entry, "Contact") or 0 for entry in leaving or []],
        )
        changed = services.update_lead(
            lead_id=pk_of(lead, "Lead"),
            changes=changes,
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, changed)

    @strawberry.mutation(description="Record what was learned about a lead, and judge it anew.")
    def record_evidence(
        self,
        info: strawberry.Info,
        lead: Annotated[strawberry.ID, LEAD],
        values: Annotated[list[AttributeValueInput], described("What was learned; all is taken or nothing.")],
        source: Annotated[EvidenceSource | None, described("Where it comes from; by default your role says.")] = None,
        said_by: Annotated[strawberry.ID | None, described("The contact who said it.")] = None,
        observed_at: Annotated[datetime | None, described("When it was learned; by default now.")] = None,
        note: Annotated[str, described("In the prospect's words.")] = "",
    ) -> LeadResult:
        viewer = info.context.viewer
        recorded = services.record_evidence(
            lead_id=pk_of(lead, "Lead"),
            values=values_in(values, info.context),
            attributes=info.context.attributes,
            source=source,
            said_by_id=optional_pk(said_by, "Contact"),
            observed_at=observed_at,
            note=note,
            by=viewer,
            now=info.context.now,
        )
        return fresh(info, recorded)

    @strawberry.mutation(description="Record a dated touch, and judge the lead anew.")
    def record_engagement(
        self,
        info: strawberry.Info,
        lead: Annotated[strawberry.ID, LEAD],
        kind: Annotated[EngagementKind, described("What sort of touch it was.")],
        title: Annotated[str, described("What it was about.")] = "",
        contact: Annotated[strawberry.ID | None, described("With whom.")] = None,
        happened_at: Annotated[datetime | None, described("When; by default now.")] = None,
    ) -> EngagementResult:
        recorded = services.record_engagement(
            lead_id=pk_of(lead, "Lead"),
            kind=kind,
            title=title,
            contact_id=optional_pk(contact, "Contact"),
            happened_at=happened_at,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, recorded)

    @strawberry.mutation(description="Judge a lead anew, now, by what the business published.")
    def qualify_lead(self, info: strawberry.Info, lead: Annotated[strawberry.ID, LEAD]) -> LeadResult:
        judged = services.qualify_lead(lead_id=pk_of(lead, "Lead"), by=info.context.viewer, now=info.context.now)
        return fresh(info, judged)

    @strawberry.mutation(
        description="Let another level count than the computed one, for a reason and a time. For managers."
    )
    def override_level(
        self,
        info: strawberry.Info,
        lead: Annotated[strawberry.ID, LEAD],
        level: Annotated[Level, described("The level that counts instead.")],
        reason: Annotated[str, described("Why.")],
        expires_at: Annotated[datetime, described("When it ends by itself.")],
        expected_revision: Annotated[int, REVISION],
    ) -> LeadResult:
        overridden = services.override_level(
            lead_id=pk_of(lead, "Lead"),
            level=level,
            reason=reason,
            expires_at=expires_at,
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, overridden)

    @strawberry.mutation(description="Let the computed level count again, before an override ends. For managers.")
    def end_override(
        self,
        info: strawberry.Info,
        lead: Annotated[strawberry.ID, LEAD],
        expected_revision: Annotated[int, REVISION],
    ) -> LeadResult:
        ended = services.end_override(
            lead_id=pk_of(lead, "Lead"),
            expected_revision=expected_revision,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, ended)

    @strawberry.mutation(description="Move a lead to another stage; see `Lead.legalMoves` for what that asks for.")
    def move_lead(
        self,
        info: strawberry.Info,
        lead: Annotated[strawberry.ID, LEAD],
        to: Annotated[Stage, described("Where to.")],
        expected_revision: Annotated[int, REVISION],
        reason: Annotated[str, described("Why, in words; some moves need it.")] = "",
        nurture_until: Annotated[date | None, described("When to look again; NURTURE needs it.")] = None,
        override_reason: Annotated[
            str, described("Why to go on without a verdict that advises it; kept on the receipt.")
        ] = "",
        cause: Annotated[
            strawberry.ID | None,
            described("One of `reasons`, of the kind that the move needs; DISQUALIFIED and LOST need one."),
        ] = None,
        competitor: Annotated[
            str, described("Who won the lead instead; needed for LOST where the cause names a competitor.")
        ] = "",
        exit_override: Annotated[str, EXIT_OVERRIDE] = "",
    ) -> TransitionResult:
        receipt = services.move_lead(
            lead_id=pk_of(lead, "Lead"),
            to=to,
            expected_revision=expected_revision,
            reason=reason,
            nurture_until=nurture_until,
            override_reason=override_reason,
            cause_id=optional_pk(cause, "Reason"),
            competitor=competitor,
            exit_override=exit_override,
            by=info.context.viewer,
            now=info.context.now,
        )
        return fresh(info, receipt)
