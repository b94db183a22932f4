"""What a diagnosis has brought to light, in the prospect's words."""

from django.db import models
from django.db.models import Q

from assessments.models.diagnosis import Diagnosis
from leads.models import Contact, Membership, TenantModel
from leads.models.base import same_business


class FindingKind(models.TextChoices):
    SYMPTOM = "symptom", "Symptom"
    PROBLEM = "problem", "Problem"
    CAUSE = "cause", "Cause"
    DRIVER = "driver", "Driver of the business"
    CRITERION = "criterion", "Decision criterion"


class NewToProspect(models.TextChoices):
    YES = "yes", "New to them"
    NO = "no", "They knew"
    UNKNOWN = "unknown", "Not known"


class Finding(TenantModel):
    """A symptom, a problem or a cause in a tree of "why?", or beside it a driver or a decision criterion.

    Removed ones are kept with their time, and what hangs on them with theirs.
    """

    FROZEN_WITH = "diagnosis"

    diagnosis = models.ForeignKey(Diagnosis, models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=10, choices=FindingKind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    text = models.TextField(help_text="In the prospect's words.")
    questions = models.JSONField(default=list, blank=True, help_text="Keys of the questions whose answers show it.")
    new_to_prospect = models.CharField(max_length=10, choices=NewToProspect, default=NewToProspect.UNKNOWN)
    position = models.PositiveIntegerField(default=0, help_text="Its place among its siblings.")
    said_by = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            same_business("finding"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | Q(kind__in=["symptom", "problem", "cause"]),
                name="finding_beside_the_tree_has_no_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:80]
