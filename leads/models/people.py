"""Prospect companies, the people there, and their part in a lead."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from leads.models.base import TenantModel, same_business


class Organization(TenantModel):
    """The prospect company."""

    name = models.CharField(max_length=300)
    domain = models.CharField(max_length=253, blank=True, help_text="Like example.com, in small letters.")
    reference = models.CharField(max_length=200, blank=True, help_text="Its key in the system it came from.")
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            same_business("organization"),
            models.UniqueConstraint(
                fields=["business", "reference"],
                condition=~Q(reference=""),
                name="organization_reference_once",
            ),
        ]
        indexes = [
            models.Index(fields=["business", "name", "id"], name="organization_by_name"),
            models.Index(fields=["business", "domain"], name="organization_by_domain"),
            models.Index(F("business"), Lower("name"), name="organization_by_any_case"),
        ]

    def __str__(self) -> str:
        return self.name


class Contact(TenantModel):
    """A person at an organization."""

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=50, blank=True)
    job_title = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=200, blank=True, help_text="Its key in the system it came from.")
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            same_business("contact"),
            models.UniqueConstraint(
                fields=["business", "reference"],
                condition=~Q(reference=""),
                name="contact_reference_once",
            ),
        ]
        indexes = [models.Index(fields=["business", "email"], name="contact_by_email")]

    def __str__(self) -> str:
        return self.name


class BuyingRole(models.TextChoices):
    """What a person does in the prospect's decision (the roles of MEDDICC and of the buying centre)."""

    ECONOMIC_BUYER = "economic_buyer", "Economic buyer"
    CHAMPION = "champion", "Champion"
    DECISION_MAKER = "decision_maker", "Decision maker"
    INFLUENCER = "influencer", "Influencer"
    USER = "user", "User"
    BLOCKER = "blocker", "Blocker"


class Stakeholder(TenantModel):
    """A contact's part in one lead, with the buying roles played there."""

    lead = models.ForeignKey("leads.Lead", models.PROTECT, related_name="stakeholders")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="parts")
    buying_roles = models.JSONField(default=list, help_text="Codes of BuyingRole, sorted.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["lead", "contact"], name="one_part_each"),
            same_business("stakeholder"),
        ]

    def __str__(self) -> str:
        return f"{self.contact} in {self.lead}"
