"""Leads that pass from one person to the next, and the rules by which they do."""

from django.db import models
from django.db.models import F, Q

from leads.models import Lead, Membership, Reason, Role
from leads.models.base import TenantModel, same_business
from leads.models.lead import STAGES
from playbook.domain.steps import AssignBy, HandOffKind, HandOffStatus

KINDS = [(HandOffKind.TO_INSIDE_SALES.value, "To inside sales"), (HandOffKind.TO_SALES.value, "To sales")]
STATUSES = [(status.value, status.value.capitalize()) for status in HandOffStatus]
METHODS = [(AssignBy.ROUND_ROBIN.value, "Round robin"), (AssignBy.LEAST_LOAD.value, "Least load")]


class HandOffRule(TenantModel):
    """Who gets which leads: the first rule of a kind whose condition holds decides, in the order of their positions."""

    kind = models.CharField(max_length=20, choices=KINDS)
    name = models.CharField(max_length=200, help_text="The territory or segment, such as Software in Germany.")
    applies_when = models.TextField(blank=True, help_text="The condition; empty: every lead.")
    assign_by = models.CharField(max_length=20, choices=METHODS, default=AssignBy.ROUND_ROBIN)
    members = models.ManyToManyField(
        Membership, through="HandOffRuleMember", related_name="+", help_text="Among whom; none: all of the role."
    )
    respond_within = models.PositiveIntegerField(default=8, help_text="Working hours to accept or reject.")
    escalate_to = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", help_text="Empty: all managers."
    )
    last_given_to = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "position", "id"]
        constraints = [same_business("hand_off_rule")]

    def __str__(self) -> str:
        return self.name


class HandOffRuleMember(TenantModel):
    """Somebody among whom a rule chooses."""

    rule = models.ForeignKey(HandOffRule, models.CASCADE, related_name="parts")
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["rule", "member"], name="once_in_a_hand_off_rule")]

    def __str__(self) -> str:
        return str(self.member)


class HandOff(TenantModel):
    """An offer to take a lead over, due by a time; at most one of a lead is open.

    Accepting an MQL makes it a SAL, accepting an SQL changes its owner; a rejection has a reason and changes nothing.
    """

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="hand_offs")
    kind = models.CharField(max_length=20, choices=KINDS)
    status = models.CharField(max_length=20, choices=STATUSES, default=HandOffStatus.OFFERED)
    stage = models.CharField(max_length=20, choices=STAGES, help_text="The lead's stage when it was offered.")
    offered_at = models.DateTimeField()
    offered_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    offered_to = models.ForeignKey(
        Membership, models.PROTECT, null=True, blank=True, related_name="hand_offs", help_text="Empty: all of the role."
    )
    role = models.CharField(max_length=20, choices=Role, help_text="Who may take it over if nobody is named.")
    rule = models.ForeignKey(HandOffRule, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)
    due_at = models.DateTimeField()
    overdue_at = models.DateTimeField(null=True, blank=True, help_text="When it was escalated.")
    escalated_to = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.ForeignKey(Reason, models.PROTECT, null=True, blank=True, related_name="+")
    decision_note = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["lead"], condition=Q(status="offered"), name="one_open_hand_off_of_a_lead"),
            models.CheckConstraint(
                condition=(Q(status="offered") & Q(decided_at__isnull=True))
                | (~Q(status="offered") & Q(decided_at__isnull=False)),
                name="hand_off_decided_with_its_time",
            ),
            same_business("hand_off"),
        ]
        indexes = [
            models.Index(F("business"), F("offered_to"), F("due_at"), name="hand_offs_of_a_member"),
            models.Index(
                fields=["due_at"], condition=Q(status="offered", overdue_at__isnull=True), name="hand_offs_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.lead}"
