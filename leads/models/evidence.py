"""What was learned about a lead, by whom and when."""

from django.db import models
from django.db.models import F, Q

from leads.models.attributes import EngagementKind
from leads.models.base import TenantModel, same_business
from leads.models.lead import Lead
from leads.models.people import Contact
from leads.models.tenancy import Membership


class EvidenceSource(models.TextChoices):
    IMPORT = "import", "Import"
    MARKETING = "marketing", "Marketing"
    INSIDE_SALES = "inside_sales", "Inside sales"
    SALES = "sales", "Sales"
    DIAGNOSIS = "diagnosis", "Diagnosis"
    PROSPECT = "prospect", "Prospect"


class Evidence(TenantModel):
    """One recording: the dated values of one or more attributes from one source. Append-only."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="evidence")
    source = models.CharField(max_length=20, choices=EvidenceSource)
    author = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    said_by = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    observed_at = models.DateTimeField(help_text="When it was learned; the value observed last counts.")
    recorded_at = models.DateTimeField()
    values = models.JSONField(help_text='{"employees": "120", "has_pain": {"unknown": "does_not_know"}}')
    note = models.TextField(blank=True, help_text="In the prospect's words.")

    class Meta:
        verbose_name_plural = "evidence"
        ordering = ["-id"]
        constraints = [same_business("evidence")]

    def __str__(self) -> str:
        return f"{self.get_source_display()} of {self.observed_at:%Y-%m-%d}"


class Engagement(TenantModel):
    """A dated touch between the prospect and us."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="engagements", db_index=False)
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=30, choices=EngagementKind)
    title = models.CharField(max_length=300, blank=True)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    author = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True, help_text="What was said, and what else came with it.")
    reference = models.CharField(max_length=200, blank=True, help_text="Its key in the system it came from.")

    class Meta:
        ordering = ["-happened_at", "-id"]
        constraints = [
            same_business("engagement"),
            models.UniqueConstraint(
                fields=["business", "reference"],
                condition=~Q(reference=""),
                name="engagement_reference_once",
            ),
        ]
        indexes = [
            models.Index("lead", "kind", "happened_at", name="engagement_counts"),
            models.Index("lead", F("happened_at").desc(), "id", name="engagement_latest"),
        ]

    def __str__(self) -> str:
        return self.title or self.get_kind_display()
