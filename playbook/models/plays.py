"""Plays: when this happens and that holds, do these steps; and what became of them."""

from django.db import models
from django.db.models import F, Q

from assessments.models import AssessmentTemplate
from leads.models import Event, Lead, Membership, Role
from leads.models.attributes import check_key
from leads.models.base import TenantModel, same_business
from leads.models.lead import STAGES
from playbook.domain.happenings import Happening
from playbook.domain.steps import ActionKind, Addressee, DueUnit, RunStatus, StepKind


def said(value: str) -> str:
    return value.replace("_", " ").capitalize()


HAPPENINGS = [(kind.value, said(kind)) for kind in Happening]
ACTIONS = [(kind.value, said(kind)) for kind in ActionKind]
STEP_KINDS = [(kind.value, "E-mail" if kind == StepKind.EMAIL else said(kind)) for kind in StepKind]
ADDRESSEES = [(kind.value, said(kind)) for kind in Addressee]
DUE_UNITS = [(unit.value, said(unit)) for unit in DueUnit]
RUN_STATUSES = [(status.value, said(status)) for status in RunStatus]


class Play(TenantModel):
    """What the process does by itself; off until somebody switches it on. See `docs/plays.md`."""

    key = models.CharField(max_length=63, validators=[check_key])
    name = models.CharField(max_length=200)
    happening = models.CharField(max_length=40, choices=HAPPENINGS, help_text="What it waits for.")
    from_stage = models.CharField(max_length=20, choices=STAGES, blank=True, help_text="Of a changed stage, if given.")
    to_stage = models.CharField(max_length=20, choices=STAGES, blank=True, help_text="Of a changed stage, if given.")
    to_phase = models.CharField(max_length=63, blank=True, help_text="Key of the phase that was entered, if given.")
    attribute = models.CharField(
        max_length=63, blank=True, help_text="Key: which evidence went stale or was recorded, or which date is reached."
    )
    days = models.IntegerField(
        default=0, help_text="Working days without anything happening; or days before (−) or after (+) the date."
    )
    condition = models.TextField(blank=True, help_text="What must hold at that moment; empty: nothing more.")
    switched_on_at = models.DateTimeField(null=True, blank=True, help_text="It answers what happens from then on.")
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["business", "key"],
                name="play_key_once",
                violation_error_message="There is a play with this key already.",
            ),
            same_business("play"),
        ]

    def __str__(self) -> str:
        return self.name


class Webhook(TenantModel):
    """An address of another system that plays call, with the secret that signs what is sent."""

    name = models.CharField(max_length=200)
    url = models.URLField(max_length=500, help_text="HTTPS only; addresses inside a private network are refused.")
    secret = models.TextField(editable=False, help_text="Encrypted.")
    created_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [same_business("webhook")]

    def __str__(self) -> str:
        return self.name


class PlayStep(TenantModel):
    """One thing that a play does, in its order; which columns count depends on `action`.

    Texts may name values in braces, such as {organization}.
    """

    play = models.ForeignKey(Play, models.CASCADE, related_name="steps")
    position = models.PositiveIntegerField(default=0)
    action = models.CharField(max_length=20, choices=ACTIONS)
    step_kind = models.CharField(max_length=20, choices=STEP_KINDS, blank=True, help_text="Of a next step.")
    title = models.CharField(max_length=300, blank=True, help_text="Of a next step; subject of an e-mail.")
    text = models.TextField(
        blank=True, help_text="Talk track, text of the e-mail, or why the flag is raised or the lead is nurtured."
    )
    addressee = models.CharField(max_length=10, choices=ADDRESSEES, default=Addressee.OWNER)
    role = models.CharField(max_length=20, choices=Role, blank=True)
    member = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    due_in = models.PositiveIntegerField(default=1)
    due_unit = models.CharField(max_length=20, choices=DUE_UNITS, default=DueUnit.WORKING_DAYS)
    template = models.ForeignKey(
        AssessmentTemplate,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the one that fits.",
    )
    nurture_days = models.PositiveIntegerField(
        null=True, blank=True, help_text="Days until the lead is looked at again."
    )
    webhook = models.ForeignKey(Webhook, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position", "id"]
        constraints = [same_business("play_step")]

    def __str__(self) -> str:
        return self.title or self.get_action_display()


class PlayRun(TenantModel):
    """What a play came to for one event: at most one run each, whoever works it off and however often.

    `results` has one entry for each step: what it made (a global id) or why it made nothing.
    """

    play = models.ForeignKey(Play, models.PROTECT, related_name="runs")
    event = models.ForeignKey(Event, models.PROTECT, related_name="runs")
    lead = models.ForeignKey(Lead, models.PROTECT, related_name="play_runs")
    status = models.CharField(max_length=20, choices=RUN_STATUSES)
    at = models.DateTimeField()
    results = models.JSONField(default=list)
    problem = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["play", "event"], name="one_run_for_each_event"),
            same_business("play_run"),
        ]
        indexes = [models.Index(F("business"), F("id").desc(), name="play_runs_latest")]

    def __str__(self) -> str:
        return f"{self.play} for {self.lead}"


class EventFailure(TenantModel):
    """An event that could not be worked off: tried again later, and given up after some attempts until a person asks.

    While it waits to be tried again the later events of its lead wait too; once it is given up they go on.
    """

    event = models.OneToOneField(Event, models.PROTECT, related_name="failure")
    attempts = models.PositiveIntegerField(default=1)
    try_again_at = models.DateTimeField(null=True, blank=True, help_text="Empty: given up.")
    problem = models.TextField(help_text="What went wrong the last time.")
    changed_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [same_business("event_failure")]
        indexes = [
            models.Index(fields=["try_again_at"], condition=Q(solved_at__isnull=True), name="event_failures_waiting")
        ]

    def __str__(self) -> str:
        return f"{self.event}: {self.problem[:80]}"
