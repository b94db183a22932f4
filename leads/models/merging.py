"""What became of two rows that were the same."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from leads.models.base import TenantModel, same_business
from leads.models.lead import Lead
from leads.models.people import Contact, Organization
from leads.models.receipts import Door
from leads.models.tenancy import Membership


class MergeKind(models.TextChoices):
    ORGANIZATION = "organization", "Organization"
    CONTACT = "contact", "Contact"
    LEAD = "lead", "Lead"


def _kept_is_named() -> Q:
    """Return the condition that the row of its kind is named as kept."""
    found = Q()
    for kind in MergeKind.values:
        found |= Q(kind=kind, **{f"{kind}__isnull": False})
    return found


class Merge(TenantModel):
    """The receipt of one merge: what was kept, what is gone, what moved and what was not taken over. Append-only.

    The kept row is one of `organization`, `contact` and `lead`. The gone one is known by its key and what it was called
    then. `moved` and `differed` are as `leads.domain.merging` writes them.
    """

    kind = models.CharField(max_length=20, choices=MergeKind)
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="merges")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="merges")
    lead = models.ForeignKey(Lead, models.PROTECT, null=True, blank=True, related_name="merges")
    kept_label = models.CharField(max_length=300)
    gone_key = models.BigIntegerField()
    gone_label = models.CharField(max_length=300)
    at = models.DateTimeField()
    author = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    door = models.CharField(max_length=10, choices=Door)
    moved = models.JSONField(default=list)
    differed = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]
        constraints = [
            same_business("merge"),
            models.UniqueConstraint(fields=["business", "kind", "gone_key"], name="merged_once"),
            models.CheckConstraint(condition=_kept_is_named(), name="merge_names_what_it_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_label} merged into {self.kept_label}"

    @property
    def kept(self) -> Organization | Contact | Lead:
        """The row that was kept; it may have been merged into another one later."""
        return getattr(self, self.kind)
