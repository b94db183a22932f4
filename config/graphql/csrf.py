"""What a client reads when Django refuses its request for want of a CSRF token."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.csrf import csrf_failure as page

API_PATHS = ("/graphql/", "/_allauth/")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return 403 as JSON for the APIs, and as Django's own page elsewhere."""
    if not request.path.startswith(API_PATHS):
        return page(request, reason=reason)
    if reason.startswith(("Origin", "Referer")):
        message = "This request comes from a page on another site, which is not trusted."
    else:
        message = (
            "This request has no valid CSRF token: send the "
            f"{settings.CSRF_COOKIE_NAME} cookie's value in the X-CSRFToken header."
        )
    error = {"message": message, "extensions": {"code": "csrf_failed"}}
    return JsonResponse({"errors": [error]}, status=403)
