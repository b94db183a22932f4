"""Which roles may do what; asked by the services, so that every door obeys.

All members see all leads of their business; roles limit operations. The system may do everything.
"""

import rules
from rules.predicates import Predicate

from leads.domain.errors import DomainError
from leads.models import Role
from leads.tenancy import Viewer


class NotAllowed(DomainError):
    code = "not_allowed"


def roles(*allowed: Role) -> Predicate:
    """Return a predicate that holds for the system and for active members with one of these roles."""

    @rules.predicate
    def holds(viewer: Viewer) -> bool:
        if viewer.membership is None:
            return not viewer.is_outside
        return viewer.membership.is_active and viewer.role in allowed

    return holds


works_on_leads = roles(Role.MANAGER, Role.SALES, Role.INSIDE_SALES, Role.MARKETING)

rules.add_rule("create_lead", works_on_leads)
rules.add_rule("update_lead", works_on_leads)
rules.add_rule("record_evidence", works_on_leads)
rules.add_rule("record_engagement", works_on_leads)
rules.add_rule("qualify_lead", works_on_leads)
rules.add_rule("move_lead", works_on_leads)
rules.add_rule("clear_flag", works_on_leads)
rules.add_rule("convert_lead", roles(Role.MANAGER, Role.SALES))
rules.add_rule("close_opportunity", roles(Role.MANAGER, Role.SALES))
rules.add_rule("reopen_opportunity", roles(Role.MANAGER, Role.SALES))
rules.add_rule("merge", roles(Role.MANAGER, Role.SALES, Role.INSIDE_SALES))
rules.add_rule("override_level", roles(Role.MANAGER))
rules.add_rule("end_override", roles(Role.MANAGER))
rules.add_rule("author", roles(Role.MANAGER))
rules.add_rule("manage_members", roles(Role.MANAGER))
rules.add_rule("set_working_hours", roles(Role.MANAGER))
rules.add_rule("add_holiday", roles(Role.MANAGER))
rules.add_rule("remove_holiday", roles(Role.MANAGER))
rules.add_rule("set_own_absence", works_on_leads)
rules.add_rule("set_absence_of_others", roles(Role.MANAGER))
rules.add_rule("manage_inquiry_forms", roles(Role.MANAGER))
rules.add_rule("read_reports", roles(Role.MANAGER))


def allows(viewer: Viewer, operation: str) -> bool:
    return rules.test_rule(operation, viewer)


def require(viewer: Viewer, operation: str) -> None:
    """Raise NotAllowed unless the viewer's role may do this."""
    if not allows(viewer, operation):
        role = viewer.role.label.lower() if viewer.role else "system"
        said = operation.replace("_", " ")
        raise NotAllowed(f"Your role ({role}) may not {said}. Ask a manager of {viewer.business.name}.")
