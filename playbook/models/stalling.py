"""Which risks a business watches, and what was foreseen of the leads that it lost."""

from django.db import models
from django.db.models import F

from leads.models import Lead, Reason, Transition
from leads.models.attributes import check_key
from leads.models.base import TenantModel, same_business
from playbook.domain.stalling import Foreseen, RiskSeverity

SEVERITIES = [(RiskSeverity.BLOCKING.value, "Blocking"), (RiskSeverity.WATCH.value, "To watch")]
FORESEEN = [
    (Foreseen.YES.value, "Foreseen"),
    (Foreseen.NO.value, "Not foreseen"),
    (Foreseen.NOTHING_PREDICTED.value, "Nothing was predicted"),
]


class StallRiskSetting(TenantModel):
    """What a business makes of a stall risk, known by its key: of time and people, or of a template's verdict.

    Those of a verdict have their severity from the template.
    """

    key = models.CharField(max_length=63, validators=[check_key])
    name = models.CharField(max_length=200)
    active = models.BooleanField(default=True, help_text="Whether it is looked for, and counts when a lead is lost.")
    days = models.PositiveIntegerField(
        null=True, blank=True, help_text="Working days without activity; of use for that risk only."
    )
    severity = models.CharField(max_length=10, choices=SEVERITIES, default=RiskSeverity.WATCH)
    predicts = models.ForeignKey(
        Reason,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="For which reason such a lead would be lost.",
    )
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["business", "key"],
                name="stall_risk_setting_once",
                violation_error_message="There is a stall risk with this key already.",
            ),
            same_business("stall_risk_setting"),
        ]

    def __str__(self) -> str:
        return self.name


class LossReview(TenantModel):
    """What was predicted of a lead when it was lost, and whether the reason was among it.

    `predicted` has the risks that were present then: key, name, because, since, predicts and its label.
    """

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="loss_reviews")
    transition = models.OneToOneField(Transition, models.PROTECT, related_name="loss_review")
    cause = models.ForeignKey(Reason, models.PROTECT, related_name="+")
    predicted = models.JSONField(default=list)
    foreseen = models.CharField(max_length=20, choices=FORESEEN)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        constraints = [same_business("loss_review")]
        indexes = [models.Index(F("business"), F("cause"), F("foreseen"), name="loss_reviews_by_cause")]

    def __str__(self) -> str:
        return f"{self.lead}: {self.get_foreseen_display()}"
