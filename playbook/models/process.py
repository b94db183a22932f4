"""A business's sales process: its phases, what must hold to leave them, and the moves between them."""

from django.db import models
from django.db.models import Q

from leads.models import Door, Lead, Membership, Transition
from leads.models.attributes import check_key
from leads.models.base import TenantModel, same_business
from leads.models.lead import STAGES
from playbook.domain.process import Severity

SEVERITIES = [(severity.value, severity.value.capitalize()) for severity in Severity]


class SalesProcess(TenantModel):
    """How a business goes from first interest to a customer; each has one. See `docs/process.md`."""

    name = models.CharField(max_length=200, default="Sales process")
    outreach_at_most = models.PositiveIntegerField(
        default=3, help_text="Calls, e-mails and meetings that plays may ask for with one lead in that many days."
    )
    outreach_days = models.PositiveIntegerField(default=7, help_text="The days that are counted.")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name_plural = "sales processes"
        constraints = [
            models.UniqueConstraint(fields=["business"], name="one_process_each"),
            same_business("sales_process"),
        ]

    def __str__(self) -> str:
        return self.name


class Phase(TenantModel):
    """One phase, known by its key; `Lead.phase` holds the key of the one that a lead is in."""

    process = models.ForeignKey(SalesProcess, models.PROTECT, related_name="phases")
    key = models.CharField(max_length=63, validators=[check_key])
    name = models.CharField(max_length=200)
    guidance = models.TextField(blank=True, help_text="What matters here, for whoever works on the lead.")
    shows = models.JSONField(
        default=list, blank=True, help_text="Keys of the attributes that matter most here, in their order."
    )
    begins_with = models.CharField(
        max_length=20, choices=STAGES, blank=True, help_text="Entering this stage begins the phase; empty: people do."
    )
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["business", "key"],
                name="phase_key_once",
                violation_error_message="There is a phase with this key already.",
            ),
            models.UniqueConstraint(
                fields=["business", "begins_with"],
                condition=Q(archived_at__isnull=True) & ~Q(begins_with=""),
                name="one_phase_begins_with_a_stage",
                violation_error_message="Another phase begins with this stage already.",
            ),
            same_business("phase"),
        ]

    def __str__(self) -> str:
        return self.name


class ExitCriterion(TenantModel):
    """A fact that a buyer could confirm and that must hold before a phase is left for a later one."""

    phase = models.ForeignKey(Phase, models.PROTECT, related_name="exit_criteria")
    key = models.CharField(max_length=63, validators=[check_key])
    name = models.CharField(max_length=300, help_text="What must hold, in words, such as Economic buyer is known.")
    rule = models.TextField(help_text="The condition, such as has_economic_buyer.")
    severity = models.CharField(max_length=10, choices=SEVERITIES, default=Severity.WARNS)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        verbose_name_plural = "exit criteria"
        constraints = [
            models.UniqueConstraint(fields=["phase", "key"], name="exit_criterion_key_once"),
            same_business("exit_criterion"),
        ]

    def __str__(self) -> str:
        return self.name


class PhaseMove(TenantModel):
    """The receipt of one change of phase; `transition` is the move of the stage that brought it, if one did.

    `warnings` are the exit criteria that did not hold and only warn, as they were then: key, name and outcome.
    """

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="phase_moves")
    from_phase = models.CharField(max_length=63, blank=True)
    to_phase = models.CharField(max_length=63, blank=True)
    at = models.DateTimeField()
    author = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    door = models.CharField(max_length=10, choices=Door)
    transition = models.ForeignKey(Transition, models.PROTECT, null=True, blank=True, related_name="phase_moves")
    warnings = models.JSONField(default=list, blank=True)
    override_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [same_business("phase_move")]
        indexes = [models.Index(fields=["lead", "-id"], name="phase_moves_of_a_lead")]

    def __str__(self) -> str:
        return f"{self.from_phase} → {self.to_phase}"
