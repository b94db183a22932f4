"""Businesses, and the people who work in them."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminPasswordWidget

from leads import services
from leads.admin.chosen import is_superuser, the_viewer, viewer_of
from leads.admin.fields import line, select
from leads.admin.site import site
from leads.admin.tenant import TenantAdmin, TenantForm
from leads.models import Business, Membership, Role, User
from leads.services.members import is_ours_alone
from leads.tenancy import Viewer


class BusinessForm(forms.ModelForm):
    time_zone = select(
        choices=[(name, name) for name in sorted(available_timezones())],
        initial="UTC",
        help_text="Its days begin and end here.",
    )


@admin.register(Business, site=site)
class BusinessAdmin(TenantAdmin):
    """One's own business; for superusers all."""

    form = BusinessForm
    list_display = ("name", "slug", "currency", "time_zone")
    search_fields = ("name", "slug")
    fields = ("name", "slug", "currency", "time_zone")

    def visible(self, queryset: QuerySet[Any], viewer: Viewer) -> QuerySet[Any]:
        return queryset.filter(pk=viewer.business.pk)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        if viewer_of(request) is not None and is_superuser(request):
            return Business.objects.all()
        return super().get_queryset(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and is_superuser(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Amounts are kept without their currency, so it stays; a new slug would break frontends."""
        if obj is None:
            return ()
        return ("currency",) if is_superuser(request) else ("slug", "currency")


class UserForm(forms.ModelForm):
    new_password = forms.CharField(
        required=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text="Leave it empty to keep the old one.",
    )

    def clean_email(self) -> str:
        return self.cleaned_data["email"].lower()

    def clean_new_password(self) -> str:
        password: str = self.cleaned_data["new_password"]
        if password:
            validate_password(password, self.instance)
        elif self.instance.pk is None:
            raise forms.ValidationError("A new account needs a first password.")
        return password

    def save(self, commit: bool = True) -> Any:
        if self.cleaned_data["new_password"]:
            self.instance.set_password(self.cleaned_data["new_password"])
        return super().save(commit)


@admin.register(User, site=site)
class UserAdmin(TenantAdmin):
    """Accounts, for superusers; managers add people to their business instead."""

    form = UserForm
    list_display = ("email", "name", "is_active", "is_staff", "is_superuser")
    search_fields = ("email", "name")
    ordering = ("email",)
    fields = ("email", "name", "new_password", "is_active", "is_staff", "is_superuser")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return User.objects.all() if self._is_for(request) else User.objects.none()

    def _is_for(self, request: HttpRequest) -> bool:
        return viewer_of(request) is not None and is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_for(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_for(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_for(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._is_for(request)


class MembershipForm(TenantForm):
    email = forms.EmailField(
        widget=UnfoldAdminEmailInputWidget,
        help_text="They sign in with it. Somebody who has an account already keeps it as it is.",
    )
    name = line(required=False)
    password = forms.CharField(
        required=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        label="First password",
        help_text="For a new account. Ask them to change it.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "name" in self.fields:
            self.initial["name"] = self.instance.user.name
            self.fields["password"].label = "New password"
            self.fields["password"].help_text = "Leave it empty to keep the old one."


@admin.register(Membership, site=site)
class MembershipAdmin(TenantAdmin):
    """The people of a business and their roles."""

    form = MembershipForm
    list_display = ("person", "email", "role_shown", "is_active")
    list_display_links = ("person",)
    list_select_related = ("user",)
    list_filter = ("is_active",)
    search_fields = ("user__name", "user__email")
    ordering = ("user__name", "id")
    add_fieldsets = ((None, {"fields": ("email", "name", "role", "password")}),)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"role": Role.SALES.value, **super().get_changeform_initial_data(request)}

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        place = (None, {"fields": ("person", "email", "role", "is_active")})
        if is_ours_alone(obj.user, the_viewer(request)):
            return (place, ("Account", {"fields": ("name", "password")}))
        return (place,)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("person", "email") if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        shown = {name for _, part in self.get_fieldsets(request, obj) for name in part["fields"]}
        hidden = {"email", "name", "password"} - shown | (set(self.get_readonly_fields(request, obj)) & {"email"})
        for name in hidden:
            form.base_fields.pop(name, None)
        return form

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Leave it to the services, which know who may touch whose account."""
        given, by = form.cleaned_data, the_viewer(request)
        role = Role(given["role"])
        if not change:
            saved = services.add_member(
                email=given["email"], role=role, by=by, name=given["name"], password=given["password"]
            )
            obj.pk, obj.user = saved.pk, saved.user
            return
        services.change_member(membership_id=obj.pk, role=role, is_active=given["is_active"], by=by)
        if "name" in given and {"name", "password"} & set(form.changed_data):
            services.change_account(membership_id=obj.pk, by=by, name=given["name"], password=given["password"])

    @display(description="name", ordering="user__name")
    def person(self, membership: Membership) -> str:
        return str(membership.user)

    @display(description="e-mail", ordering="user__email")
    def email(self, membership: Membership) -> str:
        return membership.user.email

    @display(description="role", ordering="role", label={"Manager": "info"})
    def role_shown(self, membership: Membership) -> str:
        return membership.get_role_display()
