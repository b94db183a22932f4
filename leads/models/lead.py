"""Sales journeys, and the values that they are searched by."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Case, F, Q, When

from leads.domain.stages import Level, Stage
from leads.models.base import TenantModel, TenantQuerySet, same_business
from leads.models.mergeable import InUse, MergeableModel
from leads.models.people import Organization
from leads.models.tenancy import Membership

LEVELS = [(level.value, level.name) for level in Level]
STAGES = [(stage.value, stage.label) for stage in Stage]


class LeadOutcome(models.TextChoices):
    """How the journey ended, if it ended with a decision of the prospect's."""

    WON = "won", "Won"
    LOST = "lost", "Lost"


class LeadQuerySet(TenantQuerySet):
    def with_level_in_force(self, now: datetime) -> Self:
        """Annotate `in_force`: the override's level while it lasts, else the computed one."""
        return self.annotate(
            in_force=Case(When(override_expires_at__gt=now, then=F("override_level")), default=F("level"))
        )

    def at_level(self, levels: list[str], now: datetime) -> Self:
        """Return the leads with one of these levels in force, so that an index on the level serves."""
        return self.filter(in_force(levels, now))


def in_force(levels: list[str], now: datetime) -> Q:
    """Return the condition that one of these levels is in force."""
    overridden = Q(override_expires_at__gt=now)
    return (overridden & Q(override_level__in=levels)) | (~overridden & Q(level__in=levels))


class Lead(MergeableModel):
    """One sales journey with one organization.

    `level` is what the criteria say, `stage` where people moved the lead; they may differ.
    `revision` counts what people changed, never what was judged anew.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="leads")
    owner = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="leads")
    title = models.CharField(max_length=300, blank=True)
    source = models.CharField(max_length=200, blank=True, help_text="Where the lead came from.")
    reference = models.CharField(max_length=200, blank=True, help_text="Its key in the system it came from.")
    stage = models.CharField(max_length=20, choices=STAGES, default=Stage.INQUIRY)
    stage_since = models.DateTimeField()
    phase = models.CharField(max_length=63, blank=True, help_text="Key of the phase, written by the playbook.")
    outcome = models.CharField(max_length=10, choices=LeadOutcome, blank=True)
    opportunity = models.ForeignKey("leads.Opportunity", models.PROTECT, null=True, blank=True, related_name="leads")
    nurture_until = models.DateField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    wants_conversation_at = models.DateTimeField(
        null=True, blank=True, help_text="When an inquiry last asked for a conversation."
    )

    snapshot = models.JSONField(default=dict, help_text="The latest value of every attribute; see domain.snapshot.")

    level = models.CharField(max_length=10, choices=LEVELS, default=Level.NONE)
    possible_level = models.CharField(max_length=10, choices=LEVELS, default=Level.NONE)
    score = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    worst = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    best = models.DecimalField(max_digits=9, decimal_places=2, default=0)
    qualification = models.ForeignKey(
        "leads.Qualification", models.PROTECT, null=True, blank=True, related_name="current_for"
    )
    override_level = models.CharField(max_length=10, choices=LEVELS, blank=True)
    override_expires_at = models.DateTimeField(null=True, blank=True)
    judge_again_at = models.DateTimeField(null=True, blank=True)

    objects = InUse.from_queryset(LeadQuerySet)()  # type: ignore[assignment,misc]
    everything = models.Manager.from_queryset(LeadQuerySet)()  # type: ignore[misc]

    class Meta:
        ordering = ["id"]
        constraints = [
            same_business("lead"),
            models.UniqueConstraint(
                fields=["business", "reference"], condition=~Q(reference=""), name="lead_reference_once"
            ),
            models.CheckConstraint(
                condition=Q(override_level="", override_expires_at__isnull=True)
                | (~Q(override_level="") & Q(override_expires_at__isnull=False)),
                name="override_level_with_its_expiry",
            ),
        ]
        indexes = [
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="lead_merged"),
            models.Index("business", "stage", F("score").desc(), "id", name="lead_board"),
            models.Index("business", F("score").desc(), "id", name="lead_by_score"),
            models.Index("business", F("created_at").desc(), "id", name="lead_by_age"),
            models.Index(
                fields=["judge_again_at", "business"],
                condition=Q(judge_again_at__isnull=False),
                name="lead_judge_again",
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"Lead {self.pk}"

    def level_in_force(self, now: datetime) -> str:
        """Return the unexpired override's level, else the computed one."""
        if self.override_expires_at is not None and self.override_expires_at > now:
            return self.override_level
        return self.level


class LeadValue(TenantModel):
    """One value of a filterable attribute, indexed; kept beside the snapshot and never on its own.

    A range is found by its likely value, a multiple choice has a row for each of its choices.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="filterable_values")
    key = models.CharField(max_length=63)
    text = models.CharField(max_length=200, null=True)  # noqa: DJ001 (null: the value is no text)
    number = models.DecimalField(max_digits=28, decimal_places=10, null=True)
    date = models.DateField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["business", "key", "text", "lead"], name="lead_value_text"),
            models.Index(fields=["business", "key", "number", "lead"], name="lead_value_number"),
            models.Index(fields=["business", "key", "date", "lead"], name="lead_value_date"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.lead_id}"
