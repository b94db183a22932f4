"""How people sign in: by e-mail, to accounts that a manager made for them."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, JsonResponse


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """No: being a member of a business is given, not taken."""
        return False


def name_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return the e-mail that somebody tried to sign in with, in one spelling."""
    tried = credentials or {}
    return str(tried.get("email") or tried.get("username") or "").strip().lower()


def locked_out(request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
    """Answer like the sign-in API does, so that a frontend shows it like any other refusal."""
    message = "Too many failed attempts to sign in. Wait 15 minutes, or ask your manager for a new password."
    error = {"message": message, "code": "too_many_login_attempts"}
    return JsonResponse({"status": 429, "errors": [error]}, status=429)
