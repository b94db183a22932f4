"""Who may work with the playbook; authoring process, rules and plays is `author`, as for schemas."""

import rules

from leads.models import Role
from leads.permissions import roles, works_on_leads

rules.add_rule("move_phase", works_on_leads)
rules.add_rule("work_on_steps", works_on_leads)
rules.add_rule("reassign_steps", works_on_leads)
rules.add_rule("read_work_of_others", roles(Role.MANAGER))
rules.add_rule("offer_hand_off", works_on_leads)
rules.add_rule("answer_hand_off", roles(Role.MANAGER, Role.SALES, Role.INSIDE_SALES))
rules.add_rule("retry_failed_work", roles(Role.MANAGER))
rules.add_rule("manage_webhooks", roles(Role.MANAGER))
