"""Forms on other websites: their pages may call `/graphql/` with a form's token, and without cookies."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers

from config.context import FORM_HEADER

PATH = "/graphql/"
MAY_SEND = ("accept", "content-type", "idempotency-key", FORM_HEADER.lower())
MAY_READ = ("idempotency-replayed", "retry-after")
KEPT_FOR_SECONDS = 86_400


class Websites:
    """Stands before everything that knows cookies.

    A browser asks first whether a page may send `X-Form`: any may, without cookies, since the question does
    not say which form it is about. What comes with the header is never done as whoever is signed in, so no
    CSRF token is needed; and what is answered may be read by every page, as it says nothing of anybody. A form
    that names its websites takes nothing from others.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path != PATH:
            return self.get_response(request)
        if _asks_first(request):
            response: HttpResponseBase = HttpResponse(status=204)
            response["Access-Control-Allow-Methods"] = "POST"
            response["Access-Control-Allow-Headers"] = ", ".join(MAY_SEND)
            response["Access-Control-Max-Age"] = str(KEPT_FOR_SECONDS)
        elif FORM_HEADER in request.headers and request.method == "POST":
            request._dont_enforce_csrf_checks = True  # type: ignore[attr-defined]
            response = self.get_response(request)
            del response["Access-Control-Allow-Credentials"]
            response["Access-Control-Expose-Headers"] = ", ".join(MAY_READ)
        else:
            return self.get_response(request)
        response["Access-Control-Allow-Origin"] = "*"
        patch_vary_headers(response, ["Origin", "Access-Control-Request-Headers"])
        return response


def _asks_first(request: HttpRequest) -> bool:
    """Whether a browser asks on a page's behalf if it may send a form's token, and nothing that is not for forms."""
    if request.method != "OPTIONS" or "Access-Control-Request-Method" not in request.headers:
        return False
    names = request.headers.get("Access-Control-Request-Headers", "").lower().split(",")
    wanted = {name.strip() for name in names}
    return FORM_HEADER.lower() in wanted and wanted <= set(MAY_SEND)
