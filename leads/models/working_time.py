"""When a business works, and who is away."""

from django.db import models
from django.db.models import F, Q

from leads.domain.working_time import MIDNIGHT, Span, Weekday, clock
from leads.models.base import TenantModel
from leads.models.tenancy import Business, Membership


class WorkingSpan(TenantModel):
    """A part of a weekday in which the business works, in minutes since midnight on its own clocks."""

    business = models.ForeignKey(Business, models.PROTECT, related_name="working_hours", db_index=False, editable=False)
    weekday = models.PositiveSmallIntegerField(choices=[(day.value, day.label) for day in Weekday])
    opens = models.PositiveSmallIntegerField()
    closes = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.UniqueConstraint(fields=["business", "weekday", "opens"], name="working_span_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="working_span_has_a_weekday"),
            models.CheckConstraint(
                condition=Q(opens__lt=F("closes"), closes__lte=MIDNIGHT),
                name="working_span_opens_before_it_closes",
                violation_error_message="It closes before it opens.",
            ),
        ]

    def __str__(self) -> str:
        return f"{Weekday(self.weekday).label} {self.span}"

    @property
    def span(self) -> Span:
        return Span(self.opens, self.closes)

    @property
    def written(self) -> tuple[str, str]:
        return clock(self.opens), clock(self.closes)


class Holiday(TenantModel):
    """A day on which the business does not work."""

    business = models.ForeignKey(Business, models.PROTECT, related_name="holidays", db_index=False, editable=False)
    date = models.DateField()
    name = models.CharField(max_length=100)
    every_year = models.BooleanField(default=False, help_text="On this day and month of every year.")

    class Meta:
        ordering = ["date"]
        constraints = [models.UniqueConstraint(fields=["business", "date"], name="holiday_once")]

    def __str__(self) -> str:
        return f"{self.date.isoformat()} {self.name}"


class Absence(TenantModel):
    """A time in which a member is away, and who stands in.

    It lasts from `starts_at` until just before `ends_at`; without an end until further notice. One that was
    ended before it began is empty.
    """

    member = models.ForeignKey(Membership, models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    stand_in = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="absence_ends_after_it_starts",
                violation_error_message="The absence ends before it begins. Give a later end, or none.",
            ),
            models.CheckConstraint(
                condition=Q(stand_in__isnull=True) | ~Q(stand_in=F("member")),
                name="absence_has_another_stand_in",
                violation_error_message="Nobody stands in for themselves. Choose another member, or none.",
            ),
        ]
        indexes = [models.Index(fields=["business", "ends_at"], name="absence_by_end")]

    def __str__(self) -> str:
        return f"{self.member.user} away from {self.starts_at:%Y-%m-%d}"
