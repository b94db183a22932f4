"""How people sign in: by e-mail, to accounts that a manager made for them."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from unfold.forms import AuthenticationForm


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No: being a member of a business is given, not taken."""
        return False


class AdminSignIn(AuthenticationForm):
    """The admin's own form. It knows no second factor, so whoever has one signs in through a frontend."""

    def confirm_login_allowed(self, user: Any) -> None:
        super().confirm_login_allowed(user)
        if is_mfa_enabled(user):
            raise ValidationError(
                "Your account has a second factor. Sign in through your frontend, then open this page again.",
                code="second_factor",
            )


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return the e-mail that somebody tried to sign in with, in one spelling."""
    tried = credentials or {}
    return str(tried.get("email") or tried.get("username") or "").strip().lower()


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Answer like the sign-in API does, so that a frontend shows it like any other refusal; the admin in a page."""
    message = "Too many failed attempts to sign in. Wait 15 minutes, or ask your manager for a new password."
    if request.resolver_match is not None and request.resolver_match.namespace == "admin":
        from leads.admin import site  # needs the apps to be ready

        return site.refused(request, message, 429)
    error = {"message": message, "code": "too_many_login_attempts"}
    return JsonResponse({"status": 429, "errors": [error]}, status=429)
