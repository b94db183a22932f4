"""What every page has in common that somebody opens with a secret in its address, or that is nobody else's."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.constants import NONE, SELF
from csp.decorators import csp
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "connect-src": [SELF],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [NONE],
}
HEADERS = {
    # The address is the key: it must not travel on, be kept, or be found.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}


def private(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Let a page be read only, by whoever has its address, and leave no trace of it."""

    read_only = require_safe(view)

    @csp(POLICY)
    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = read_only(request, *args, **kwargs)
        for name, value in HEADERS.items():
            response[name] = value
        return response

    return kept


def said(request: HttpRequest, title: str, message: str, status: int) -> HttpResponse:
    """Return a page that only says something."""
    return render(request, "assessments/prospect/said.html", {"title": title, "message": message}, status=status)
