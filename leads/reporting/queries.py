"""What can be read about leads."""

from leads.reporting.counts import count_field
from leads.reporting.filtering import LeadFilter, OrganizationFilter, QualificationFilter
from leads.reporting.pages import Orders, pages
from leads.reporting.types import Lead, Organization, Qualification


class LeadOrder(Orders):
    """In which order leads are listed."""

    SCORE = ("-score", "id"), "Highest score first."
    NEWEST = ("-created_at", "id"), "Created last first."
    OLDEST = ("created_at", "-id"), "Created first first."


class NameOrder(Orders):
    """In which order organizations are listed."""

    NAME = ("name", "id"), "By name."
    NEWEST = ("-id",), "Recorded last first."


class Query:
    """The part of the query type that this app brings; see `config.reporting_schema`."""

    leads = pages(Lead, "The business's leads, highest score first.", by=LeadFilter, orders=LeadOrder)
    organizations = pages(
        Organization, "The prospect companies that the business knows.", by=OrganizationFilter, orders=NameOrder
    )
    qualifications = pages(
        Qualification, "Every judgement of a lead that differed from the one before.", by=QualificationFilter
    )
    lead_counts = count_field()
