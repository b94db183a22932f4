"""For whom the steps of a play are."""

from dataclasses import dataclass

from leads.domain.stages import Stage
from leads.models import Business, Lead, Membership, Role
from playbook.domain.steps import Addressee
from playbook.models import PlayStep

WORKS_IN = {
    Stage.INQUIRY: Role.MARKETING,
    Stage.NURTURE: Role.MARKETING,
    Stage.MQL: Role.INSIDE_SALES,
    Stage.SAL: Role.INSIDE_SALES,
}
"""Whose work leads are that nobody owns; in every other stage they are for sales."""


@dataclass(frozen=True, slots=True)
class Addressed:
    """A member, or else whoever of a role."""

    member: Membership | None
    role: Role


class People:
    """The active members of a business, read once."""

    def __init__(self, business: Business) -> None:
        found = Membership.objects.filter(business=business, is_active=True, user__is_active=True)
        self._by_id = {member.pk: member for member in found.select_related("user").order_by("pk")}

    def addressed(self, step: PlayStep, lead: Lead) -> Addressed:
        """Return for whom a step is; for a member who is not there any more it is for their role."""
        if step.addressee == Addressee.ROLE and step.role:
            return Addressed(None, Role(step.role))
        chosen = step.member_id if step.addressee == Addressee.MEMBER else lead.owner_id
        member = self._by_id.get(chosen) if chosen is not None else None
        if member is not None:
            return Addressed(member, Role(member.role))
        named = step.member if step.addressee == Addressee.MEMBER else None
        return Addressed(None, Role(named.role) if named else WORKS_IN.get(Stage(lead.stage), Role.SALES))

    def reached(self, addressed: Addressed) -> list[Membership]:
        """Return who gets an e-mail: the member, or everybody of the role."""
        if addressed.member is not None:
            return [addressed.member]
        return [member for member in self._by_id.values() if member.role == addressed.role]
