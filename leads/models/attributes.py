"""What a business chose to know about its leads."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from leads.domain.rules import is_key
from leads.domain.values import AttributeSpec, Choice, ValueType, decode
from leads.models.base import TenantModel, same_business

FILTERABLE_AT_MOST = 20  # a row is kept per lead and filterable attribute
DAYS = [MinValueValidator(1), MaxValueValidator(99_999, "That is more than 270 years: leave it empty instead.")]
DERIVED_PREFIXES = ("days_until_", "days_since_")


def check_key(key: str) -> None:
    """Refuse what the rule language could not read as a name."""
    if not is_key(key):
        raise ValidationError(
            f"{key!r} cannot be a key: use small letters, digits and _, begin with a letter, "
            "and none of the rule language's own words.",
            "key",
        )
    if key.startswith(DERIVED_PREFIXES):
        raise ValidationError("Keys with days_until_ and days_since_ belong to the dates they count.", "key")


class AttributeType(models.TextChoices):
    NUMBER = "number", "Number"
    MONEY = "money", "Money"
    PERCENT = "percent", "Percent"
    CHOICE = "choice", "Choice"
    MULTI_CHOICE = "multi_choice", "Multiple choice"
    YES_NO = "yes_no", "Yes or no"
    DATE = "date", "Date"
    TEXT = "text", "Text"


class EngagementKind(models.TextChoices):
    CONTENT_DOWNLOAD = "content_download", "Content download"
    WEBINAR = "webinar", "Webinar"
    VISIT = "visit", "Visit"
    EMAIL_REPLY = "email_reply", "Email reply"
    CALL = "call", "Call"
    RESULTS_CONVERSATION = "results_conversation", "Results conversation"
    INQUIRY = "inquiry", "Inquiry"


class Attribute(TenantModel):
    """A typed thing that a business chooses to know; read by its key everywhere, never by its id.

    One with `counts_kinds` is derived: the number of engagements of those kinds in the last
    `counts_days` days, today included. Every date brings `days_until_…` and `days_since_…` along.
    """

    key = models.CharField(max_length=63, validators=[check_key])
    label = models.CharField(max_length=200)
    question = models.CharField(max_length=500, blank=True, help_text="How to ask the prospect for it.")
    type = models.CharField(max_length=20, choices=AttributeType)
    unit = models.CharField(max_length=40, blank=True)
    choices = models.JSONField(default=list, blank=True, help_text='[{"code": "saas", "label": "SaaS"}]')
    freshness_days = models.PositiveIntegerField(
        null=True, blank=True, validators=DAYS, help_text="Stale after so many days."
    )
    not_given = models.JSONField(
        null=True, blank=True, help_text="The value to take when none was ever given; empty: unknown."
    )
    filterable = models.BooleanField(default=False, help_text="Leads can be searched by it.")
    in_forms = models.BooleanField(default=False, help_text="Forms on websites may ask for it.")
    counts_kinds = models.JSONField(default=list, blank=True)
    counts_days = models.PositiveIntegerField(null=True, blank=True, validators=DAYS)
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["business", "key"], name="attribute_key_once"),
            same_business("attribute"),
            models.CheckConstraint(
                condition=Q(counts_days__isnull=True) | Q(type="number", counts_days__gte=1),
                name="engagement_counts_are_numbers",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_derived(self) -> bool:
        return self.counts_days is not None

    @property
    def spec(self) -> AttributeSpec:
        """The attribute as the pure engines know it."""
        return AttributeSpec(
            key=self.key,
            label=self.label,
            question=self.question,
            type=ValueType(self.type),
            unit=self.unit,
            choices=tuple(Choice(choice["code"], choice["label"]) for choice in self.choices),
            freshness_days=self.freshness_days,
            not_given=self.not_given,
            counts_kinds=tuple(self.counts_kinds),
            counts_days=self.counts_days,
        )

    def clean(self) -> None:
        """Refuse choices that cannot be told apart, and a value for "not given" of another type."""
        if self.type in (AttributeType.CHOICE, AttributeType.MULTI_CHOICE):
            self._clean_choices()
        elif self.choices:
            raise ValidationError({"choices": "Only choices have choices."})
        if self.is_derived and self.in_forms:
            raise ValidationError({"in_forms": "An engagement count is counted, not asked."})
        if self.is_derived and not set(self.counts_kinds) <= set(EngagementKind.values):
            raise ValidationError({"counts_kinds": f"Choose from {', '.join(EngagementKind.values)}."})
        if self.is_derived != bool(self.counts_kinds):
            raise ValidationError({"counts_days": "An engagement count needs both its kinds and its days."})
        if self.not_given is not None and decode(self.spec, self.not_given) is None:
            raise ValidationError({"not_given": f"That is no {self.get_type_display().lower()} of this attribute."})

    def _clean_choices(self) -> None:
        shaped = isinstance(self.choices, list) and all(
            isinstance(choice, dict) and set(choice) == {"code", "label"} for choice in self.choices
        )
        codes = [choice["code"] for choice in self.choices] if shaped else []
        if not shaped or not codes:
            raise ValidationError({"choices": "Give at least one choice, each with a code and a label."})
        if len(set(codes)) < len(codes) or not all(isinstance(code, str) and code for code in codes):
            raise ValidationError({"choices": "Every choice needs a code of its own."})
