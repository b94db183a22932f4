from leads.models.attributes import Attribute, AttributeType, EngagementKind
from leads.models.base import TenantModel, TenantQuerySet
from leads.models.evidence import Engagement, Evidence, EvidenceSource
from leads.models.lead import Lead, LeadOutcome, LeadValue
from leads.models.people import BuyingRole, Contact, Organization, Stakeholder
from leads.models.publishing import PublishedVersion, Status
from leads.models.qualification import (
    AxisMinimum,
    Band,
    Criterion,
    LevelOverride,
    Qualification,
    QualificationSchema,
    QualificationVersion,
)
from leads.models.receipts import Door, Event, EventKind, Transition
from leads.models.tenancy import Business, Membership, Role, User

__all__ = [
    "Attribute",
    "AttributeType",
    "AxisMinimum",
    "Band",
    "Business",
    "BuyingRole",
    "Contact",
    "Criterion",
    "Door",
    "Engagement",
    "EngagementKind",
    "Event",
    "EventKind",
    "Evidence",
    "EvidenceSource",
    "Lead",
    "LeadOutcome",
    "LeadValue",
    "LevelOverride",
    "Membership",
    "Organization",
    "PublishedVersion",
    "Qualification",
    "QualificationSchema",
    "QualificationVersion",
    "Role",
    "Stakeholder",
    "Status",
    "TenantModel",
    "TenantQuerySet",
    "Transition",
    "User",
]
