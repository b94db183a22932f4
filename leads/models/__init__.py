from leads.models.attributes import Attribute, AttributeType, EngagementKind
from leads.models.base import TenantModel, TenantQuerySet
from leads.models.evidence import Engagement, Evidence, EvidenceSource
from leads.models.inquiries import InquiryForm
from leads.models.lead import Lead, LeadOutcome, LeadValue
from leads.models.lifecycle import Opportunity, OpportunityContact, Reason, Stay, StayKind
from leads.models.merging import Merge, MergeKind
from leads.models.people import BuyingRole, Contact, Organization, Stakeholder
from leads.models.publishing import PublishedVersion, Status
from leads.models.qualification import (
    AxisMinimum,
    Band,
    Criterion,
    LevelOverride,
    Qualification,
    QualificationCase,
    QualificationSchema,
    QualificationVersion,
)
from leads.models.receipts import Door, Event, EventKind, Transition
from leads.models.replies import IdempotentReply
from leads.models.tenancy import Business, Membership, Role, User
from leads.models.work import UNDER_WAY, Calibration, Flag, FlagKind, Rejudging, WorkStatus
from leads.models.working_time import Absence, Holiday, WorkingSpan

__all__ = [
    "UNDER_WAY",
    "Absence",
    "Attribute",
    "AttributeType",
    "AxisMinimum",
    "Band",
    "Business",
    "BuyingRole",
    "Calibration",
    "Contact",
    "Criterion",
    "Door",
    "Engagement",
    "EngagementKind",
    "Event",
    "EventKind",
    "Evidence",
    "EvidenceSource",
    "Flag",
    "FlagKind",
    "Holiday",
    "IdempotentReply",
    "InquiryForm",
    "Lead",
    "LeadOutcome",
    "LeadValue",
    "LevelOverride",
    "Membership",
    "Merge",
    "MergeKind",
    "Opportunity",
    "OpportunityContact",
    "Organization",
    "PublishedVersion",
    "Qualification",
    "QualificationCase",
    "QualificationSchema",
    "QualificationVersion",
    "Reason",
    "Rejudging",
    "Role",
    "Stakeholder",
    "Status",
    "Stay",
    "StayKind",
    "TenantModel",
    "TenantQuerySet",
    "Transition",
    "User",
    "WorkStatus",
    "WorkingSpan",
]
