from leads.services.attributes import set_filterable
from leads.services.drafting import begin_draft, problems_of
from leads.services.evidence import record_engagement, record_evidence
from leads.services.judging import qualify_lead
from leads.services.leads import LeadChanges, Part, create_lead, update_lead
from leads.services.members import add_member, change_account, change_member
from leads.services.moves import move_lead, override_level
from leads.services.publishing import copy_to_draft, draft_from_document, publish, retire

__all__ = [
    "LeadChanges",
    "Part",
    "add_member",
    "begin_draft",
    "change_account",
    "change_member",
    "copy_to_draft",
    "create_lead",
    "draft_from_document",
    "move_lead",
    "override_level",
    "problems_of",
    "publish",
    "qualify_lead",
    "record_engagement",
    "record_evidence",
    "retire",
    "set_filterable",
    "update_lead",
]
