"""Businesses, and the people who work in them."""

from typing import Any, ClassVar
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower

from leads.models.base import TenantModel, same_business


def check_time_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"There is no time zone {name!r}; write one like Europe/Berlin.", "time_zone")


class Business(models.Model):
    """The selling company that uses the system: everything belongs to exactly one."""

    slug = models.SlugField(unique=True, help_text="Its name in the X-Business header.")
    name = models.CharField(max_length=200)
    currency = models.CharField(
        max_length=3,
        default="EUR",
        validators=[RegexValidator(r"^[A-Z]{3}$", "Write the three letters of ISO 4217, such as EUR.")],
    )
    time_zone = models.CharField(max_length=64, default="UTC", validators=[check_time_zone])
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "businesses"
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, by e-mail; what they may do is said by their memberships."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    is_staff = models.BooleanField(default=False, help_text="May open the admin.")
    is_active = models.BooleanField(default=True, help_text="Take this away instead of deleting a user.")
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_in_any_case")]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return self.name or self.email


class Role(models.TextChoices):
    MANAGER = "manager", "Manager"
    SALES = "sales", "Sales"
    INSIDE_SALES = "inside_sales", "Inside sales"
    MARKETING = "marketing", "Marketing"
    VIEWER = "viewer", "Viewer"


class Membership(TenantModel):
    """A user's place in a business."""

    business = models.ForeignKey(Business, models.PROTECT, related_name="memberships", db_index=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "business"], name="one_membership_each"),
            same_business("membership"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"
