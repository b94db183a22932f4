"""Versions that are drafted, published and retired; shared by everything that a business publishes."""

from django.db import models
from django.db.models import Q

from leads.models.base import TenantModel
from leads.models.tenancy import Membership


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


class PublishedVersion(TenantModel):
    """A version whose content is rows while a draft, and one frozen document afterwards.

    The database refuses every change of a published row but its retirement (`leads.guards`), so the
    document and its checksum are what was judged by, forever. `number` counts within what is versioned.
    """

    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    document = models.TextField(blank=True, help_text="Canonical JSON; empty while a draft.")
    checksum = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the document's bytes.")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    MAY_CHANGE_ONCE_PUBLISHED = ("status", "retired_at")

    class Meta:
        abstract = True


def version_constraints(name: str, of: str) -> list[models.BaseConstraint]:
    """Return the constraints that every kind of version needs; `of` names the field to what is versioned."""
    return [
        models.UniqueConstraint(fields=[of, "number"], name=f"{name}_number_once"),
        models.UniqueConstraint(fields=[of], condition=Q(status=Status.DRAFT), name=f"{name}_one_draft"),
        models.UniqueConstraint(fields=[of], condition=Q(status=Status.PUBLISHED), name=f"{name}_one_published"),
        models.CheckConstraint(
            condition=Q(status=Status.DRAFT, document="", published_at__isnull=True)
            | (~Q(status=Status.DRAFT) & ~Q(document="") & Q(published_at__isnull=False)),
            name=f"{name}_document_when_published",
        ),
    ]
