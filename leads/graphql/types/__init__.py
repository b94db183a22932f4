from leads.graphql.types.business import Business, Me, Membership
from leads.graphql.types.evidence import Attribute, AttributeValue, Engagement, Evidence
from leads.graphql.types.lead import Lead
from leads.graphql.types.people import Contact, Organization, Stakeholder
from leads.graphql.types.qualification import (
    LevelOverride,
    Qualification,
    QualificationSchema,
    QualificationVersion,
)
from leads.graphql.types.receipts import Transition

__all__ = [
    "Attribute",
    "AttributeValue",
    "Business",
    "Contact",
    "Engagement",
    "Evidence",
    "Lead",
    "LevelOverride",
    "Me",
    "Membership",
    "Organization",
    "Qualification",
    "QualificationSchema",
    "QualificationVersion",
    "Stakeholder",
    "Transition",
]
