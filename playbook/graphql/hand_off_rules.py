"""Writing the rules by which leads are handed off."""

from typing import Annotated

import strawberry

from leads.graphql.fields import described, optional_pk, pk_of
from leads.graphql.mutations import fresh
from leads.graphql.results import OperationInfo
from playbook import services
from playbook.domain.steps import AssignBy, HandOffKind
from playbook.graphql import types

HandOffRuleResult = Annotated[
    types.HandOffRule | OperationInfo,
    strawberry.union("HandOffRuleResult", description="The rule as it is now, or why nothing was changed."),
]
RULE = described("The rule's global id.")
NAME = described("The territory or segment, such as Software in Germany.")
APPLIES_WHEN = described("The condition, over attributes and what is known of the lead; empty: every lead.")
ASSIGN_BY = described("How it chooses.")
MEMBERS = described("Among whom it chooses; empty: all of the role.")
RESPOND_WITHIN = described("Working hours to accept or reject, from 1 to 2,000.")
ESCALATE_TO = described("Who must see to what is overdue; by default a manager.")


@strawberry.type
class HandOffRulesMutation:
    @strawberry.mutation(
        description="Add a rule: one with a condition before those for every lead, others last. For managers."
    )
    def add_hand_off_rule(
        self,
        info: strawberry.Info,
        kind: Annotated[HandOffKind, described("Of which hand-offs; it cannot be changed later.")],
        name: Annotated[str, NAME],
        applies_when: Annotated[str, APPLIES_WHEN] = "",
        assign_by: Annotated[AssignBy, ASSIGN_BY] = AssignBy.ROUND_ROBIN,
        members: Annotated[list[strawberry.ID] | None, MEMBERS] = None,
        respond_within: Annotated[int, RESPOND_WITHIN] = 8,
        escalate_to: Annotated[strawberry.ID | None, ESCALATE_TO] = None,
    ) -> HandOffRuleResult:
        added = services.add_hand_off_rule(
            kind=kind,
            name=name,
            applies_when=applies_when,
            assign_by=assign_by,
            member_ids=_pks(members) or (),
            respond_within=respond_within,
            escalate_to_id=optional_pk(escalate_to, "Membership"),
            by=info.context.viewer,
        )
        return fresh(info, added)

    @strawberry.mutation(
        description="Change a rule; what is left out stays, and so does what was offered by it. For managers."
    )
    def change_hand_off_rule(
        self,
        info: strawberry.Info,
        rule: Annotated[strawberry.ID, RULE],
        name: Annotated[str | None, NAME] = None,
        applies_when: Annotated[str | None, APPLIES_WHEN] = None,
        assign_by: Annotated[AssignBy | None, ASSIGN_BY] = None,
        members: Annotated[list[strawberry.ID] | None, MEMBERS] = None,
        respond_within: Annotated[int | None, RESPOND_WITHIN] = None,
        escalate_to: Annotated[strawberry.ID | None, described("Who must see to what is overdue.")] = None,
        escalate_to_managers: Annotated[bool, described("True: nobody in particular, but a manager.")] = False,
    ) -> HandOffRuleResult:
        changes = services.HandOffRuleChanges(
            name=name,
            applies_when=applies_when,
            assign_by=assign_by,
            member_ids=_pks(members),
            respond_within=respond_within,
            escalate_to_id=optional_pk(escalate_to, "Membership"),
            escalate_to_managers=escalate_to_managers,
        )
        changed = services.change_hand_off_rule(
            rule_id=pk_of(rule, "HandOffRule"), changes=changes, by=info.context.viewer
        )
        return fresh(info, changed)

    @strawberry.mutation(description="Put a rule at another place among those of its kind. For managers.")
    def place_hand_off_rule(
        self,
        info: strawberry.Info,
        rule: Annotated[strawberry.ID, RULE],
        place: Annotated[int, described("Counted from 0; the others close up.")],
    ) -> HandOffRuleResult:
        placed = services.place_hand_off_rule(rule_id=pk_of(rule, "HandOffRule"), place=place, by=info.context.viewer)
        return fresh(info, placed)

    @strawberry.mutation(
        description="Use a rule no more, or again; what was offered by it stays as it is. For managers."
    )
    def archive_hand_off_rule(
        self,
        info: strawberry.Info,
        rule: Annotated[strawberry.ID, RULE],
        archived: Annotated[bool, described("False: use it again.")] = True,
    ) -> HandOffRuleResult:
        changed = services.archive_hand_off_rule(
            rule_id=pk_of(rule, "HandOffRule"), archived=archived, by=info.context.viewer, now=info.context.now
        )
        return fresh(info, changed)


def _pks(members: list[strawberry.ID] | None) -> list[int] | None:
    """Return the keys; one that no row has for an id that is none of a member."""
    return None if members is None else [pk_of(member, "Membership") or 0 for member in members]
