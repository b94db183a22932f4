from leads.models.attributes import Attribute, AttributeType, EngagementKind
from leads.models.base import TenantModel, TenantQuerySet
from leads.models.evidence import Engagement, Evidence, EvidenceSource
from leads.models.inquiries import InquiryForm
from leads.models.lead import Lead, LeadOutcome, LeadValue
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

__all__ = [
    "UNDER_WAY",
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
    "IdempotentReply",
    "InquiryForm",
    "Lead",
    "LeadOutcome",
    "LeadValue",
    "LevelOverride",
    "Membership",
    "Organization",
    "PublishedVersion",
    "Qualification",
    "QualificationCase",
    "QualificationSchema",
    "QualificationVersion",
    "Rejudging",
    "Role",
    "Stakeholder",
    "Status",
    "TenantModel",
    "TenantQuerySet",
    "Transition",
    "User",
    "WorkStatus",
]
