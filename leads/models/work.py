"""What follows from what people do: leads judged anew in the background, and what owners are told of it."""

from django.db import models
from django.db.models import F, Q

from leads.models.base import TenantModel, same_business
from leads.models.lead import LEVELS, Lead
from leads.models.qualification import QualificationVersion
from leads.models.tenancy import Membership


class WorkStatus(models.TextChoices):
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    REPLACED = "replaced", "Replaced by a later one"


UNDER_WAY = (WorkStatus.WAITING, WorkStatus.RUNNING)


class Rejudging(TenantModel):
    """One pass over a business's open leads, after what judges them changed.

    It goes by the lead's key: all up to `last_lead` are done, `until_lead` is the last there was when it was
    asked for (later ones are judged by the new version from the beginning; who adds leads and who publishes
    wait for each other). A batch and its cursor are one
    transaction, so a pass that was killed goes on where it stood. Counts compare with the level before.
    """

    version = models.ForeignKey(QualificationVersion, models.PROTECT, related_name="rejudgings")
    status = models.CharField(max_length=10, choices=WorkStatus, default=WorkStatus.WAITING)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField(null=True, blank=True)
    touched_at = models.DateTimeField(null=True, blank=True, help_text="When its last batch was done.")
    finished_at = models.DateTimeField(null=True, blank=True)
    last_lead = models.BigIntegerField(default=0)
    until_lead = models.BigIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="Open leads when it was asked for.")
    judged = models.PositiveIntegerField(default=0)
    raised = models.PositiveIntegerField(default=0, help_text="Came to a higher level.")
    lowered = models.PositiveIntegerField(default=0, help_text="Came to a lower level, and no answer lifts them again.")
    opened = models.PositiveIntegerField(default=0, help_text="Lost a level that answers may give back.")
    stayed = models.PositiveIntegerField(default=0, help_text="Kept their level.")
    problem = models.TextField(blank=True, help_text="Why it failed.")

    class Meta:
        ordering = ["-id"]
        constraints = [
            same_business("rejudging"),
            models.UniqueConstraint(
                fields=["business"], condition=Q(status__in=["waiting", "running"]), name="one_rejudging_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["status", "id"], name="rejudging_to_do")]

    def __str__(self) -> str:
        return f"Leads judged anew by {self.version}"

    @property
    def is_under_way(self) -> bool:
        return self.status in (WorkStatus.WAITING, WorkStatus.RUNNING)


class FlagKind(models.TextChoices):
    LEVEL_LOWERED = "level_lowered", "Level lowered"
    RAISED = "raised", "Raised by a play"


class Flag(TenantModel):
    """Something that a lead's owner must see; open until somebody clears it, or its cause is gone."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="flags")
    kind = models.CharField(max_length=30, choices=FlagKind)
    from_level = models.CharField(max_length=10, choices=LEVELS, blank=True, help_text="In force before.")
    to_level = models.CharField(max_length=10, choices=LEVELS, blank=True, help_text="In force since then.")
    reason = models.TextField(help_text="What happened, as the owner reads it.")
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True, help_text="What was done about it.")

    class Meta:
        ordering = ["-id"]
        constraints = [
            same_business("flag"),
            models.UniqueConstraint(
                fields=["lead"],
                condition=Q(kind=FlagKind.LEVEL_LOWERED, cleared_at__isnull=True),
                name="one_open_flag_of_a_lowered_level",
            ),
        ]
        indexes = [
            models.Index(
                F("business"), F("id").desc(), condition=Q(cleared_at__isnull=True), name="flags_that_are_open"
            ),
            models.Index(fields=["lead", "-id"], name="flags_of_a_lead"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Calibration(TenantModel):
    """How well each criterion of a published version told won leads from lost ones, as worked out once.

    `report` is empty until it is done; `leads.domain.calibration` reads and writes it.
    """

    version = models.ForeignKey(QualificationVersion, models.PROTECT, related_name="calibrations")
    status = models.CharField(max_length=10, choices=WorkStatus, default=WorkStatus.WAITING)
    requested_at = models.DateTimeField()
    requested_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    touched_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    report = models.TextField(blank=True, help_text="Canonical JSON; see leads.domain.calibration.")
    problem = models.TextField(blank=True, help_text="Why it failed.")
    proposal = models.ForeignKey(
        QualificationVersion, models.SET_NULL, null=True, blank=True, related_name="+", help_text="The draft it became."
    )

    class Meta:
        ordering = ["-id"]
        constraints = [same_business("calibration")]
        indexes = [models.Index(fields=["status", "id"], name="calibration_to_do")]

    def __str__(self) -> str:
        return f"Calibration of {self.version}"
