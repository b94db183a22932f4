"""What happened to a lead: the moves that people account for, and the events that others wait for."""

from django.db import models
from django.db.models import F, Q

from leads.models.base import TenantModel, same_business
from leads.models.lead import LEVELS, STAGES, Lead
from leads.models.lifecycle import Opportunity, Reason
from leads.models.qualification import Qualification
from leads.models.tenancy import Membership, Role


class Door(models.TextChoices):
    """Through which door a change came in; all obey the same guards."""

    API = "api", "API"
    ADMIN = "admin", "Admin"
    COMMAND = "command", "Command"
    IMPORT = "import", "Import"
    PLAY = "play", "Play"
    PROSPECT = "prospect", "Prospect"
    INQUIRY = "inquiry", "Inquiry form"


class Transition(TenantModel):
    """The receipt of one move: from, to, who, when, why, and the judgement behind it.

    A verdict behind it is kept as its kind, global id and frozen reason, since a receipt outlives it.
    `from_stage` is empty where the lead began, `role` where the system moved it. `cause` is the reason that was
    chosen from the business's list, `reason` what was written beside it.
    """

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="transitions")
    from_stage = models.CharField(max_length=20, choices=STAGES, blank=True)
    to_stage = models.CharField(max_length=20, choices=STAGES)
    at = models.DateTimeField()
    author = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    door = models.CharField(max_length=10, choices=Door)
    reason = models.TextField(blank=True)
    level_in_force = models.CharField(max_length=10, choices=LEVELS)
    qualification = models.ForeignKey(Qualification, models.PROTECT, null=True, blank=True, related_name="+")
    verdict_kind = models.CharField(max_length=40, blank=True)
    verdict_id = models.CharField(max_length=100, blank=True)
    verdict_reason = models.TextField(blank=True)
    role = models.CharField(max_length=20, choices=Role, blank=True)
    cause = models.ForeignKey(Reason, models.PROTECT, null=True, blank=True, related_name="+")
    competitor = models.CharField(max_length=200, blank=True)
    opportunity = models.ForeignKey(Opportunity, models.PROTECT, null=True, blank=True, related_name="transitions")

    class Meta:
        ordering = ["-id"]
        constraints = [same_business("transition")]

    def __str__(self) -> str:
        return f"{self.from_stage} → {self.to_stage}"


class EventKind(models.TextChoices):
    LEAD_CREATED = "lead_created", "Lead created"
    LEAD_UPDATED = "lead_updated", "Lead updated"
    STAGE_CHANGED = "stage_changed", "Stage changed"
    LEVEL_CHANGED = "level_changed", "Level changed"
    LEVEL_OVERRIDDEN = "level_overridden", "Level overridden"
    OVERRIDE_ENDED = "override_ended", "Override ended"
    EVIDENCE_RECORDED = "evidence_recorded", "Evidence recorded"
    ENGAGEMENT_RECORDED = "engagement_recorded", "Engagement recorded"
    INQUIRY_RECEIVED = "inquiry_received", "Inquiry received"
    LEAD_MERGED = "lead_merged", "Another lead merged into it"


class Event(TenantModel):
    """Something that happened, written in the transaction of the change itself (an outbox).

    Ids rise in the order of writing for one lead, whose row is locked by every writer. What follows from an event is
    worked off in the background, in that order for each lead; `worked_off_at` is set in the same transaction.
    """

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=40)
    key = models.CharField(
        max_length=200,
        blank=True,
        db_default="",
        help_text="Of what time brings about: once for each lead, kind and key.",
    )
    at = models.DateTimeField()
    data = models.JSONField(default=dict)
    depth = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="How many plays led to it, one after the other."
    )
    worked_off_at = models.DateTimeField(null=True, blank=True, help_text="When what follows from it was done.")

    class Meta:
        ordering = ["id"]
        constraints = [
            same_business("event"),
            models.UniqueConstraint(fields=["lead", "kind", "key"], condition=~Q(key=""), name="event_key_once"),
        ]
        indexes = [
            models.Index(F("business"), F("kind"), F("id"), name="event_by_kind"),
            models.Index(fields=["id", "lead"], condition=Q(worked_off_at__isnull=True), name="events_to_work_off"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"
