from leads.services.evidence import record_engagement, record_evidence
from leads.services.judging import qualify_lead
from leads.services.leads import LeadChanges, Part, create_lead, update_lead
from leads.services.moves import move_lead, override_level
from leads.services.publishing import copy_to_draft, draft_from_document, publish, retire

__all__ = [
    "LeadChanges",
    "Part",
    "copy_to_draft",
    "create_lead",
    "draft_from_document",
    "move_lead",
    "override_level",
    "publish",
    "qualify_lead",
    "record_engagement",
    "record_evidence",
    "retire",
    "update_lead",
]
