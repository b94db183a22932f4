"""Making one of two organizations, contacts or leads that are the same; nothing that was recorded is lost."""

from leads.services.merging.foreseeing import Foreseen, foresee, merge_rows
from leads.services.merging.journeys import merge_leads
from leads.services.merging.prospects import merge_contacts, merge_organizations

__all__ = ["Foreseen", "foresee", "merge_contacts", "merge_leads", "merge_organizations", "merge_rows"]
