"""What is to be done next on leads."""

from django.db import models
from django.db.models import F, Q

from leads.models import Door, Lead, Membership, Reason, Role
from leads.models.base import TenantModel, same_business
from playbook.domain.steps import StepStatus
from playbook.models.plays import STEP_KINDS, PlayRun, said

STEP_STATUSES = [(status.value, said(status)) for status in StepStatus]


class NextStep(TenantModel):
    """A dated piece of work on a lead, for a member or for whoever of a role takes it."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="next_steps")
    kind = models.CharField(max_length=20, choices=STEP_KINDS)
    title = models.CharField(max_length=300)
    talk_track = models.TextField(blank=True)
    due_at = models.DateTimeField()
    assigned_to = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="next_steps")
    role = models.CharField(max_length=20, choices=Role, blank=True, help_text="Whose it is if nobody is named.")
    status = models.CharField(max_length=10, choices=STEP_STATUSES, default=StepStatus.OPEN)
    snoozed_until = models.DateTimeField(null=True, blank=True, help_text="Not shown as due before.")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    door = models.CharField(max_length=10, choices=Door)
    run = models.ForeignKey(
        PlayRun, models.PROTECT, null=True, blank=True, related_name="next_steps", help_text="The play's that made it."
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.ForeignKey(
        Reason, models.PROTECT, null=True, blank=True, related_name="+", help_text="Why it was skipped."
    )
    outcome = models.TextField(blank=True, help_text="What came of it.")
    overdue_at = models.DateTimeField(null=True, blank=True, help_text="When its overdue event was written.")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["due_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(status="open") & Q(closed_at__isnull=True))
                | (~Q(status="open") & Q(closed_at__isnull=False)),
                name="next_step_closed_with_its_time",
            ),
            models.CheckConstraint(condition=Q(assigned_to__isnull=False) | ~Q(role=""), name="next_step_is_somebodys"),
            same_business("next_step"),
        ]
        indexes = [
            models.Index(
                F("business"),
                F("assigned_to"),
                F("due_at"),
                F("id"),
                condition=Q(status="open"),
                name="steps_of_a_member",
            ),
            models.Index(
                F("business"),
                F("role"),
                F("due_at"),
                F("id"),
                condition=Q(status="open", assigned_to__isnull=True),
                name="steps_of_a_role",
            ),
            models.Index(fields=["lead", "status", "due_at"], name="steps_of_a_lead"),
            models.Index(fields=["business", "due_at", "id"], name="steps_by_due_time"),
            models.Index(
                fields=["due_at"], condition=Q(status="open", overdue_at__isnull=True), name="steps_that_fall_due"
            ),
        ]

    def __str__(self) -> str:
        return self.title
