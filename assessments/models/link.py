"""What a prospect may open without an account: its part of a diagnosis, or the summary of one."""

from django.db import models
from django.db.models import Q

from assessments.models.diagnosis import Diagnosis
from leads.models import Contact, Membership, TenantModel
from leads.models.base import same_business


class LinkKind(models.TextChoices):
    SELF_ASSESSMENT = "self_assessment", "Self-assessment"
    SUMMARY = "summary", "Summary"


class ProspectLink(TenantModel):
    """A link for one contact, which expires and can be revoked; only a hash of its secret is kept.

    A self-assessment's answers are the prospect's own until it submits them; then they are evidence.
    """

    diagnosis = models.ForeignKey(Diagnosis, models.PROTECT, related_name="links")
    kind = models.CharField(max_length=20, choices=LinkKind)
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="+")
    secret_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(null=True, blank=True, help_text="When it was first opened.")
    answers = models.JSONField(default=dict, blank=True, help_text="Question keys and the prospect's stored answers.")
    revision = models.PositiveIntegerField(default=1)
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            same_business("prospect_link"),
            models.CheckConstraint(
                condition=Q(kind="self_assessment") | Q(submitted_at__isnull=True, answers={}),
                name="only_self_assessments_are_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.contact}"


class ProspectAnswer(TenantModel):
    """One value that a prospect gave through its link. Append-only: correcting adds another."""

    link = models.ForeignKey(ProspectLink, models.PROTECT, related_name="history")
    revision = models.PositiveIntegerField(help_text="Of the link, after this answer.")
    question = models.CharField(max_length=63)
    value = models.JSONField(help_text="In stored form, or that the prospect does not know.")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["link", "revision"], name="one_prospect_answer_a_revision")]

    def __str__(self) -> str:
        return f"{self.question} at {self.revision}"
