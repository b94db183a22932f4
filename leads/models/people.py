"""Prospect companies, the people there, and their part in a lead."""

from collections.abc import Mapping
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from leads.domain.identity import Likeness, domain_key, email_key, organization_key, person_key
from leads.models.base import TenantModel, same_business
from leads.models.mergeable import Alike, KeyedModel

ALIKE_AT_MOST = 21  # twenty are shown, and the row is among its own


class Organization(KeyedModel):
    """The prospect company."""

    KEYS = ("name_key", "domain_key")
    LIKENESSES: ClassVar[Mapping[str, Likeness]] = {
        "domain_key": Likeness.SAME_DOMAIN,
        "name_key": Likeness.SAME_NAME,
    }

    name = models.CharField(max_length=300)
    domain = models.CharField(max_length=253, blank=True, help_text="Like example.com, in small letters.")
    reference = models.CharField(max_length=200, blank=True, help_text="Its key in the system it came from.")
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    name_key = models.CharField(max_length=300, blank=True, default="", editable=False)
    domain_key = models.CharField(max_length=253, blank=True, default="", editable=False)

    alike_by_domain = Alike("domain_key", at_most=ALIKE_AT_MOST)
    alike_by_name = Alike("name_key", at_most=ALIKE_AT_MOST)

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
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="organization_merged"),
            models.Index(fields=["business", "name", "id"], name="organization_by_name"),
            models.Index(fields=["business", "domain"], name="organization_by_domain"),
            models.Index(F("business"), Lower("name"), name="organization_by_any_case"),
            models.Index(fields=["business", "name_key"], name="organization_by_name_key"),
            models.Index(fields=["business", "domain_key"], name="organization_by_domain_key"),
        ]

    def __str__(self) -> str:
        return self.name

    def take_keys(self) -> None:
        self.name_key = organization_key(self.name)[:300]
        self.domain_key = domain_key(self.domain)[:253]


class Contact(KeyedModel):
    """A person at an organization."""

    KEYS = ("email_key", "name_key")
    LIKENESSES: ClassVar[Mapping[str, Likeness]] = {"email_key": Likeness.SAME_EMAIL, "name_key": Likeness.SAME_NAME}

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="contacts")
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=50, blank=True)
    job_title = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=200, blank=True, help_text="Its key in the system it came from.")
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    email_key = models.CharField(max_length=254, blank=True, default="", editable=False)
    name_key = models.CharField(max_length=200, blank=True, default="", editable=False)

    alike_by_email = Alike("email_key", at_most=ALIKE_AT_MOST)
    alike_by_name = Alike("organization_id", "name_key", at_most=ALIKE_AT_MOST)

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
        indexes = [
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="contact_merged"),
            models.Index(fields=["business", "email"], name="contact_by_email"),
            models.Index(fields=["business", "email_key"], name="contact_by_email_key"),
            models.Index(fields=["business", "name_key"], name="contact_by_name_key"),
        ]

    def __str__(self) -> str:
        return self.name

    def take_keys(self) -> None:
        self.email_key = email_key(self.email)[:254]
        self.name_key = person_key(self.name)[:200]


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
