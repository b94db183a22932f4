"""What the playbook does when a lead moves."""

from datetime import datetime

from leads.models import Lead, Transition
from leads.tenancy import Viewer
from playbook.services.ranking import rank_leads
from playbook.services.steps import close_steps


def follow_move(lead: Lead, receipt: Transition, exit_override: str, by: Viewer, now: datetime) -> None:
    """Close the steps that a lead's new stage leaves no room for, and rank it anew in work queues."""
    close_steps(lead, by, now)
    rank_leads(by.business, [lead.pk], now)
