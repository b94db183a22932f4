"""GraphiQL from our own files, for developers: it works offline and under a strict policy."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import ensure_csrf_cookie

POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    # The editor writes style attributes, and its stylesheet embeds small pictures.
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
    "connect-src": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [NONE],
}


@csp(POLICY)
@ensure_csrf_cookie
def graphiql(request: HttpRequest) -> HttpResponse:
    """Return the page; it asks the address it was opened at."""
    user = getattr(request, "user", None)
    context = {
        "csrf_cookie": settings.CSRF_COOKIE_NAME,
        "signed_in_as": str(user) if user and user.is_authenticated else "",
    }
    return render(request, "graphiql/graphiql.html", context)
