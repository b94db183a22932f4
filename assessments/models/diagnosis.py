"""One guided run of a template with one lead, and what was answered in it."""

from django.db import models
from django.db.models import F, Q

from assessments.domain.template import Advice, Dimension, Outlook
from assessments.models.template import TemplateVersion
from leads.models import Contact, Lead, Membership, TenantModel
from leads.models.base import same_business
from leads.models.qualification import DECISIONS

ADVICE = [(advice.value, advice.value.replace("_", " ").capitalize()) for advice in Advice]
OUTLOOKS = [(outlook.value, outlook.value.replace("_", " ").capitalize()) for outlook in Outlook]
SECTIONS = [(dimension.value, dimension.value.capitalize()) for dimension in Dimension]


class DiagnosisStatus(models.TextChoices):
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    COMPLETED = "completed", "Completed"
    ABANDONED = "abandoned", "Abandoned"


UNFINISHED = (DiagnosisStatus.RUNNING, DiagnosisStatus.PAUSED)


class Diagnosis(TenantModel):
    """Its current answers are kept here as JSON, every answer also as a row of its own.

    `revision` counts what people did and decides between two who do something at once. What follows from
    the answers is worked out from them and the pinned version; the figures below are kept as they were
    at the last answer, so that lists and reports need not work them out.

    A completed diagnosis never changes: amending it makes the next edition, a row of its own that begins
    with its answers. `origin` is the first edition of them all, empty on that one itself.
    """

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="diagnoses")
    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="diagnoses")
    status = models.CharField(max_length=20, choices=DiagnosisStatus, default=DiagnosisStatus.RUNNING)
    edition = models.PositiveIntegerField(default=1, help_text="1, and one more with every amendment.")
    origin = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="later_editions")
    amends = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="amended_by")
    amended_because = models.TextField(blank=True)
    answers = models.JSONField(default=dict, help_text="Question keys and their stored answers.")
    skipped = models.JSONField(default=list, blank=True, help_text="Keys of questions put off, in that order.")
    section = models.CharField(
        max_length=10, choices=SECTIONS, blank=True, help_text="Where the conversation went; empty: in order."
    )
    facts = models.JSONField(default=dict, help_text="What was known of the lead when it was completed.")
    revision = models.PositiveIntegerField(default=1)
    conversation = models.ForeignKey(
        "Conversation", models.PROTECT, null=True, blank=True, related_name="+", help_text="The one under way."
    )
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()
    paused_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    abandoned_at = models.DateTimeField(null=True, blank=True)
    abandoned_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    abandoned_because = models.TextField(blank=True)

    good_problem = models.CharField(max_length=10, choices=DECISIONS, default="unknown")
    will_act = models.CharField(max_length=10, choices=DECISIONS, default="unknown")
    justifies = models.CharField(max_length=10, choices=DECISIONS, default="unknown")
    outlook = models.CharField(max_length=10, choices=OUTLOOKS, default=Outlook.UNKNOWN)
    advice = models.CharField(max_length=20, choices=ADVICE, default=Advice.KEEP_DIAGNOSING)
    nurture_until = models.DateField(null=True, blank=True)
    urgency = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="The section's score; empty: nothing scored."
    )
    cost_low = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    cost_likely = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    cost_high = models.DecimalField(
        max_digits=16, decimal_places=2, null=True, blank=True, help_text="Empty: open, since an item is unknown."
    )

    FROZEN_ONCE = "completed_at"
    MAY_CHANGE_ONCE_FROZEN = ("lead",)

    class Meta:
        verbose_name_plural = "diagnoses"
        ordering = ["-id"]
        constraints = [
            same_business("diagnosis"),
            models.CheckConstraint(
                condition=(Q(status=DiagnosisStatus.COMPLETED) & Q(completed_at__isnull=False))
                | (~Q(status=DiagnosisStatus.COMPLETED) & Q(completed_at__isnull=True)),
                name="diagnosis_completed_with_its_time",
            ),
            models.CheckConstraint(
                condition=(Q(status=DiagnosisStatus.ABANDONED) & Q(abandoned_at__isnull=False))
                | (~Q(status=DiagnosisStatus.ABANDONED) & Q(abandoned_at__isnull=True)),
                name="diagnosis_abandoned_with_its_time",
            ),
            models.CheckConstraint(
                condition=Q(edition=1, amends__isnull=True, origin__isnull=True)
                | Q(edition__gt=1, amends__isnull=False, origin__isnull=False),
                name="diagnosis_edition_amends_another",
            ),
        ]
        indexes = [models.Index(F("business"), F("changed_at").desc(), F("id"), name="diagnosis_latest")]

    def __str__(self) -> str:
        return f"Diagnosis of {self.lead}"


class Conversation(TenantModel):
    """One sitting of a diagnosis: from its start, or from where it was taken up again, to its next pause or end."""

    diagnosis = models.ForeignKey(Diagnosis, models.PROTECT, related_name="conversations")
    number = models.PositiveIntegerField(help_text="Counts within its diagnosis.")
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["diagnosis", "number"], name="conversation_number_once"),
            same_business("conversation"),
        ]

    def __str__(self) -> str:
        return f"Conversation {self.number}"


class Answer(TenantModel):
    """One value given to one question, with who and when. Append-only: correcting adds another."""

    class Origin(models.TextChoices):
        ASKED = "asked", "Asked"
        CONFIRMED = "confirmed", "Known before and confirmed"

    FROZEN_WITH = "diagnosis"

    diagnosis = models.ForeignKey(Diagnosis, models.PROTECT, related_name="history")
    conversation = models.ForeignKey(Conversation, models.PROTECT, null=True, blank=True, related_name="answers")
    revision = models.PositiveIntegerField(help_text="Of the diagnosis, after this answer.")
    question = models.CharField(max_length=63)
    value = models.JSONField(help_text="In stored form, or that the prospect does not know.")
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.ASKED)
    note = models.TextField(blank=True, help_text="In the prospect's words.")
    said_by = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["diagnosis", "revision"], name="one_answer_a_revision")]

    def __str__(self) -> str:
        return f"{self.question} at {self.revision}"


class Disagreement(TenantModel):
    """A salesperson's other opinion on one of the verdict's answers, kept beside it; the newest one stands."""

    class About(models.TextChoices):
        GOOD_PROBLEM = "good_problem", "A good problem for us to solve"
        WILL_ACT = "will_act", "Big enough for the prospect to act"
        JUSTIFIES = "justifies", "Big enough to justify our solution"

    diagnosis = models.ForeignKey(Diagnosis, models.PROTECT, related_name="disagreements")
    about = models.CharField(max_length=20, choices=About)
    found = models.CharField(max_length=10, choices=DECISIONS, help_text="What the verdict said then.")
    says = models.CharField(max_length=10, choices=DECISIONS)
    reason = models.TextField()
    author = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [same_business("disagreement")]

    def __str__(self) -> str:
        return f"{self.get_about_display()}: {self.get_says_display()}"
