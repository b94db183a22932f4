"""Forms on websites, through which inquiries come in."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from leads.domain.inquiries import MINUTE_AT_MOST, PER_DAY, PER_MINUTE
from leads.models.base import TenantModel, same_business
from leads.models.tenancy import Membership


class InquiryForm(TenantModel):
    """A form that may hand in inquiries with its token and do nothing else; only a hash of the token is kept.

    The last four columns count what it handed in: a minute, and a day, begin with the first inquiry after the
    one before is over.
    """

    name = models.CharField(max_length=200)
    source = models.CharField(max_length=200, blank=True)
    origins = models.JSONField(default=list, blank=True)
    per_minute = models.PositiveIntegerField(
        default=PER_MINUTE, validators=[MinValueValidator(1), MaxValueValidator(MINUTE_AT_MOST)]
    )
    per_day = models.PositiveIntegerField(
        default=PER_DAY, validators=[MinValueValidator(1), MaxValueValidator(1_000_000)]
    )
    token_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(editable=False)
    created_by = models.ForeignKey(Membership, models.PROTECT, null=True, editable=False, related_name="+")
    revoked_at = models.DateTimeField(null=True, editable=False)
    revoked_by = models.ForeignKey(Membership, models.PROTECT, null=True, editable=False, related_name="+")
    last_used_at = models.DateTimeField(null=True, editable=False)
    minute_began_at = models.DateTimeField(null=True, editable=False)
    in_minute = models.PositiveIntegerField(default=0, editable=False)
    day_began_at = models.DateTimeField(null=True, editable=False)
    in_day = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            same_business("inquiry_form"),
            models.UniqueConstraint(fields=["token_hash"], name="inquiry_form_token_once"),
        ]

    def __str__(self) -> str:
        return self.name
