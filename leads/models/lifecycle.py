"""What a journey is accounted for with: a business's reasons, the time in each stage, and opportunities."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from leads.domain.opportunities import OpportunityStatus
from leads.domain.reasons import ReasonKind
from leads.models.attributes import check_key
from leads.models.base import TenantModel, same_business
from leads.models.lead import Lead
from leads.models.people import Contact, Organization
from leads.models.tenancy import Membership

REASON_KINDS = [(kind.value, kind.label) for kind in ReasonKind]
OPPORTUNITY_STATUSES = [(status.value, status.label) for status in OpportunityStatus]


class Reason(TenantModel):
    """One entry of a business's list of reasons of one kind; known by its key, archived instead of deleted."""

    kind = models.CharField(max_length=20, choices=REASON_KINDS, help_text="What it is given for.")
    key = models.CharField(max_length=63, validators=[check_key])
    label = models.CharField(max_length=200, help_text="What people choose, such as Changed priority.")
    description = models.CharField(max_length=500, blank=True, help_text="When to choose it.")
    names_competitor = models.BooleanField(
        default=False, help_text="Who chooses it must name the competitor. Of use for lost leads."
    )
    position = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["kind", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["business", "kind", "key"],
                name="reason_key_once",
                violation_error_message="There is a reason of this kind with this key already.",
            ),
            same_business("reason"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def spec_kind(self) -> ReasonKind:
        return ReasonKind(self.kind)


class StayKind(models.TextChoices):
    """What a stay is in."""

    STAGE = "stage", "Stage"
    PHASE = "phase", "Phase"


class Stay(TenantModel):
    """The time that a lead spent, or spends, in one stage or phase; at most one of each kind goes on."""

    lead = models.ForeignKey(Lead, models.PROTECT, related_name="stays")
    kind = models.CharField(max_length=10, choices=StayKind)
    key = models.CharField(max_length=63, help_text="The stage's code, or the phase's key.")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lead", "kind"], condition=Q(ended_at__isnull=True), name="one_open_stay_of_each_kind"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("began_at")), name="stay_ends_after_it_began"
            ),
            same_business("stay"),
        ]
        indexes = [models.Index(fields=["business", "kind", "key", "began_at"], name="stay_by_place")]

    def __str__(self) -> str:
        return f"{self.key} from {self.began_at:%Y-%m-%d}"

    def seconds(self, now: datetime) -> float:
        """Return how long it lasted, or lasts until now; never less than 0."""
        return max(0.0, ((self.ended_at or now) - self.began_at).total_seconds())


class Opportunity(TenantModel):
    """A diagnosed problem that both sides want solved, at one organization; made of one lead or more.

    What the verdict behind the first lead said is kept here as it was then: its kind, global id and reason, and the
    yearly cost of the problem. `status` follows from where the leads are.
    """

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="opportunities")
    title = models.CharField(max_length=300)
    owner = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="opportunities")
    status = models.CharField(max_length=10, choices=OPPORTUNITY_STATUSES, default=OpportunityStatus.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    cost_low = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    cost_likely = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    cost_high = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    currency = models.CharField(max_length=3)
    verdict_kind = models.CharField(max_length=40, blank=True)
    verdict_id = models.CharField(max_length=100, blank=True)
    verdict_reason = models.TextField(blank=True)
    override_reason = models.TextField(blank=True)
    cause = models.ForeignKey(Reason, models.PROTECT, null=True, blank=True, related_name="+")
    competitor = models.CharField(max_length=200, blank=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "opportunities"
        constraints = [
            same_business("opportunity"),
            models.CheckConstraint(
                condition=Q(status="open", closed_at__isnull=True) | (~Q(status="open") & Q(closed_at__isnull=False)),
                name="opportunity_closed_with_its_time",
            ),
        ]
        indexes = [models.Index("business", "status", F("id").desc(), name="opportunity_board")]

    def __str__(self) -> str:
        return self.title


class OpportunityContact(TenantModel):
    """A contact's part in an opportunity, taken over from the leads that it is made of."""

    opportunity = models.ForeignKey(Opportunity, models.PROTECT, related_name="contacts")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="opportunities")
    buying_roles = models.JSONField(default=list, help_text="Codes of BuyingRole, sorted.")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["opportunity", "contact"], name="one_part_in_an_opportunity_each"),
            same_business("opportunity_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.contact} in {self.opportunity}"
