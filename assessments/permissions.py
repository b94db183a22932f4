"""Who may diagnose; authoring templates is `author`, as for schemas."""

import rules

from leads.models import Role
from leads.permissions import roles

rules.add_rule("diagnose", roles(Role.MANAGER, Role.SALES, Role.INSIDE_SALES))
