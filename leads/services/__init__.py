from leads.services.attributes import set_filterable
from leads.services.drafting import begin_draft, discard_draft, problems_of, results_of
from leads.services.evidence import record_engagement, record_evidence
from leads.services.flags import clear_flag
from leads.services.inquiring import Inquiry, submit_inquiry
from leads.services.inquiry_forms import make_inquiry_form, revoke_inquiry_form
from leads.services.judging import qualify_lead
from leads.services.leads import LeadChanges, Part, create_lead, update_lead
from leads.services.members import add_member, change_account, change_member
from leads.services.merging import merge_contacts, merge_leads, merge_organizations
from leads.services.moves import end_override, move_lead, override_level
from leads.services.opportunities import convert_lead, lose_opportunity, reopen_opportunity, win_opportunity
from leads.services.ordering import place_schema
from leads.services.publishing import copy_to_draft, draft_from_document, publish, retire
from leads.services.reasons import ReasonChanges, add_reason, archive_reason, change_reason
from leads.services.rejudging import retry_rejudging

__all__ = [
    "Inquiry",
    "LeadChanges",
    "Part",
    "ReasonChanges",
    "add_member",
    "add_reason",
    "archive_reason",
    "begin_draft",
    "change_account",
    "change_member",
    "change_reason",
    "clear_flag",
    "convert_lead",
    "copy_to_draft",
    "create_lead",
    "discard_draft",
    "draft_from_document",
    "end_override",
    "lose_opportunity",
    "make_inquiry_form",
    "merge_contacts",
    "merge_leads",
    "merge_organizations",
    "move_lead",
    "override_level",
    "place_schema",
    "problems_of",
    "publish",
    "qualify_lead",
    "record_engagement",
    "record_evidence",
    "reopen_opportunity",
    "results_of",
    "retire",
    "retry_rejudging",
    "revoke_inquiry_form",
    "set_filterable",
    "submit_inquiry",
    "update_lead",
    "win_opportunity",
]
