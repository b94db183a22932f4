from leads.graphql.types.absences import Absence
from leads.graphql.types.business import Business, Me, Membership
from leads.graphql.types.calibration import Calibration
from leads.graphql.types.difference import ChangeDetail, VersionChange, VersionDifference, difference_out
from leads.graphql.types.evidence import Attribute, AttributeValue, Engagement, Evidence
from leads.graphql.types.lead import Lead
from leads.graphql.types.lifecycle import Opportunity, OpportunityContact, Reason, Stay
from leads.graphql.types.merging import Merge, PossibleDuplicate
from leads.graphql.types.people import Contact, Organization, Stakeholder
from leads.graphql.types.qualification import (
    LevelOverride,
    Qualification,
    QualificationSchema,
    QualificationVersion,
)
from leads.graphql.types.receipts import Transition
from leads.graphql.types.trying import PreviewedLead, PreviewedLeads, QualificationPreview, QualificationTrial
from leads.graphql.types.work import Flag, Rejudging
from leads.graphql.types.working_time import DueTime, Holiday, WorkingSpan

__all__ = [
    "Absence",
    "Attribute",
    "AttributeValue",
    "Business",
    "Calibration",
    "ChangeDetail",
    "Contact",
    "DueTime",
    "Engagement",
    "Evidence",
    "Flag",
    "Holiday",
    "Lead",
    "LevelOverride",
    "Me",
    "Membership",
    "Merge",
    "Opportunity",
    "OpportunityContact",
    "Organization",
    "PossibleDuplicate",
    "PreviewedLead",
    "PreviewedLeads",
    "Qualification",
    "QualificationPreview",
    "QualificationSchema",
    "QualificationTrial",
    "QualificationVersion",
    "Reason",
    "Rejudging",
    "Stakeholder",
    "Stay",
    "Transition",
    "VersionChange",
    "VersionDifference",
    "WorkingSpan",
    "difference_out",
]
