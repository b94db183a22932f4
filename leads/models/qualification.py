"""What makes a lead qualified for a business, and how each lead was judged."""

from django.db import models
from django.db.models import Q

from leads.domain.qualification import Decision
from leads.domain.schema_document import Axis
from leads.models.attributes import DAYS, check_key
from leads.models.base import TenantModel, same_business
from leads.models.lead import LEVELS, Lead
from leads.models.publishing import PublishedVersion, version_constraints
from leads.models.tenancy import Membership

AXES = [(axis.value, axis.value.capitalize()) for axis in Axis]
DECISIONS = [(decision.value, decision.value.capitalize()) for decision in Decision]


class QualificationSchema(TenantModel):
    """One of a business's ordered answers to what makes a lead qualified."""

    key = models.CharField(max_length=63, validators=[check_key])
    name = models.CharField(max_length=200)
    position = models.PositiveIntegerField(help_text="The first whose condition is true judges a lead.")

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["business", "key"], name="qualification_schema_key_once"),
            same_business("qualification_schema"),
        ]

    def __str__(self) -> str:
        return self.name


class QualificationVersion(PublishedVersion):
    """Criteria and thresholds; the fields below and the rows that hang on it exist for a draft only."""

    schema = models.ForeignKey(QualificationSchema, models.PROTECT, related_name="versions")
    language = models.CharField(max_length=10, default="en")
    applies_when = models.TextField(blank=True)
    order_ready = models.TextField(blank=True, help_text="Ready to buy now; informs and never gates.")
    mql_score = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    sql_score = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["schema", "-number"]
        constraints = [
            *version_constraints("qualification_version", "schema"),
            same_business("qualification_version"),
        ]

    def __str__(self) -> str:
        return f"{self.schema} {self.number}"


class Criterion(TenantModel):
    """One test of a lead, in a draft."""

    version = models.ForeignKey(QualificationVersion, models.CASCADE, related_name="criteria")
    key = models.CharField(max_length=63, validators=[check_key])
    position = models.PositiveIntegerField(default=0)
    axis = models.CharField(max_length=20, choices=AXES)
    label = models.CharField(max_length=200)
    question = models.CharField(max_length=500, help_text="What to ask the prospect.")
    help = models.TextField(blank=True)
    wording_override = models.CharField(
        max_length=500, blank=True, help_text="Why the question stays as it is although its wording was faulted."
    )
    freshness_days = models.PositiveIntegerField(
        null=True, blank=True, validators=DAYS, help_text="Shortens the attribute's."
    )
    knock_out_mql = models.BooleanField(default=False, help_text="Must be met for MQL, whatever the score.")
    knock_out_sql = models.BooleanField(default=False, help_text="Must be met for SQL, whatever the score.")
    otherwise_points = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    otherwise_met = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="criterion_key_once"),
            same_business("criterion"),
        ]

    def __str__(self) -> str:
        return self.label


class Band(TenantModel):
    """One step of a criterion: the first whose condition is true decides."""

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="bands")
    position = models.PositiveIntegerField(default=0)
    when = models.TextField()
    label = models.CharField(max_length=200, blank=True)
    points = models.DecimalField(max_digits=7, decimal_places=2)
    met = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.label or self.when


class AxisMinimum(TenantModel):
    """The least points on one axis that a level needs, in a draft."""

    version = models.ForeignKey(QualificationVersion, models.CASCADE, related_name="minimums")
    level = models.CharField(max_length=10, choices=LEVELS[1:])
    axis = models.CharField(max_length=20, choices=AXES)
    points = models.DecimalField(max_digits=9, decimal_places=2)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "level", "axis"], name="axis_minimum_once"),
        ]

    def __str__(self) -> str:
        return f"{self.axis} for {self.level}"


class QualificationCase(TenantModel):
    """An imagined lead in a draft, and the level that it must come to before the draft can be published."""

    version = models.ForeignKey(QualificationVersion, models.CASCADE, related_name="test_cases")
    position = models.PositiveIntegerField(default=0)
    name = models.CharField(max_length=200, help_text="Such as: a large company with the problem, but without a date.")
    values = models.JSONField(default=dict, blank=True, help_text="Stored values by attribute.")
    level = models.CharField(max_length=10, choices=LEVELS)
    possible_level = models.CharField(
        max_length=10, choices=LEVELS, blank=True, help_text="The highest level not ruled out; empty: any."
    )
    on = models.DateField(null=True, blank=True, help_text="The day it happens on; empty: always the same one.")

    class Meta:
        verbose_name = "test case"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Qualification(TenantModel):
    """The result of judging one lead by one version at one time; kept when it differs from the last."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="qualifications")
    version = models.ForeignKey(QualificationVersion, models.PROTECT, related_name="qualifications")
    judged_at = models.DateTimeField()
    score = models.DecimalField(max_digits=9, decimal_places=2)
    worst = models.DecimalField(max_digits=9, decimal_places=2)
    best = models.DecimalField(max_digits=9, decimal_places=2)
    level = models.CharField(max_length=10, choices=LEVELS)
    possible_level = models.CharField(max_length=10, choices=LEVELS)
    order_ready = models.CharField(max_length=10, choices=DECISIONS, blank=True)
    explanation = models.TextField(help_text="Compact; read with the version's document.")

    class Meta:
        ordering = ["-id"]
        constraints = [same_business("qualification")]

    def __str__(self) -> str:
        return f"{self.get_level_display()} with {self.score}"


class LevelOverride(TenantModel):
    """Somebody's decision that another level counts than the computed one, for a reason and a time."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="overrides")
    level = models.CharField(max_length=10, choices=LEVELS)
    reason = models.TextField()
    author = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True, help_text="When somebody ended it before its time.")
    ended_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [
            same_business("level_override"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")), name="override_ends_after_it_began"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} until {self.expires_at:%Y-%m-%d}"
