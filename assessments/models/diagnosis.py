"""One guided run of a template with one lead, and what was answered in it."""

from django.db import models
from django.db.models import F, Q

from assessments.domain.template import Advice, Outlook
from assessments.models.template import TemplateVersion
from leads.models import Contact, Lead, Membership, TenantModel
from leads.models.base import same_business
from leads.models.qualification import DECISIONS

ADVICE = [(advice.value, advice.value.replace("_", " ").capitalize()) for advice in Advice]
OUTLOOKS = [(outlook.value, outlook.value.replace("_", " ").capitalize()) for outlook in Outlook]


class DiagnosisStatus(models.TextChoices):
    RUNNING = "running", "Running"
    COMPLETED = "completed", "Completed"


class Diagnosis(TenantModel):
    """Its current answers are kept here as JSON, every answer also as a row of its own.

    `revision` counts the answers and decides between two people who answer at once. What follows from
    the answers is worked out from them and the pinned version; the figures below are kept as they were
    at the last answer, so that lists and reports need not work them out.
    """

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="diagnoses")
    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="diagnoses")
    status = models.CharField(max_length=20, choices=DiagnosisStatus, default=DiagnosisStatus.RUNNING)
    answers = models.JSONField(default=dict, help_text="Question keys and their stored answers.")
    facts = models.JSONField(default=dict, help_text="What was known of the lead when it was completed.")
    revision = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    completed_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")

    good_problem = models.CharField(max_length=10, choices=DECISIONS, default="unknown")
    will_act = models.CharField(max_length=10, choices=DECISIONS, default="unknown")
    justifies = models.CharField(max_length=10, choices=DECISIONS, default="unknown")
    outlook = models.CharField(max_length=10, choices=OUTLOOKS, default=Outlook.UNKNOWN)
    advice = models.CharField(max_length=20, choices=ADVICE, default=Advice.KEEP_DIAGNOSING)
    nurture_until = models.DateField(null=True, blank=True)
    cost_low = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    cost_likely = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    cost_high = models.DecimalField(
        max_digits=16, decimal_places=2, null=True, blank=True, help_text="Empty: open, since an item is unknown."
    )

    class Meta:
        verbose_name_plural = "diagnoses"
        ordering = ["-id"]
        constraints = [
            same_business("diagnosis"),
            models.CheckConstraint(
                condition=Q(status=DiagnosisStatus.RUNNING, completed_at__isnull=True)
                | Q(status=DiagnosisStatus.COMPLETED, completed_at__isnull=False),
                name="diagnosis_completed_with_its_time",
            ),
        ]
        indexes = [models.Index(F("business"), F("changed_at").desc(), F("id"), name="diagnosis_latest")]

    def __str__(self) -> str:
        return f"Diagnosis of {self.lead}"


class Answer(TenantModel):
    """One value given to one question, with who and when. Append-only: correcting adds another."""

    diagnosis = models.ForeignKey(Diagnosis, models.PROTECT, related_name="history")
    revision = models.PositiveIntegerField(help_text="Of the diagnosis, after this answer.")
    question = models.CharField(max_length=63)
    value = models.JSONField(help_text="In stored form, or that the prospect does not know.")
    note = models.TextField(blank=True, help_text="In the prospect's words.")
    said_by = models.ForeignKey(Contact, models.PROTECT, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["diagnosis", "revision"], name="one_answer_a_revision")]

    def __str__(self) -> str:
        return f"{self.question} at {self.revision}"
