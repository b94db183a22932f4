"""The one admin site: every request on behalf of a manager, for one business, under its own policy."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from unfold.sites import UnfoldAdminSite

from leads import tenancy
from leads.admin import chosen
from leads.admin.home import home
from leads.admin.hours import show_hours

POLICY = {
    "default-src": [NONE],
    # The theme's Alpine makes functions of attributes. No script is written into a page.
    "script-src": [SELF, UNSAFE_EVAL],
    # The theme's colours are a style element, and its widgets set style attributes.
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "base-uri": [NONE],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
}
WITHOUT_BUSINESS = frozenset({"choose_business", "logout", "password_change", "password_change_done", "jsi18n"})
# Its answer would tell what is there in other businesses from what is not there at all.
LEFT_OUT = frozenset({"view_on_site"})


class PlaybookSite(UnfoldAdminSite):
    """Where every app registers what managers author and look up."""

    index_title = "Where things stand"
    index_template = "leads/admin/home.html"

    def get_urls(self) -> list[Any]:
        urls: list[URLPattern | URLResolver] = super().get_urls()
        kept = [entry for entry in urls if getattr(entry, "name", None) not in LEFT_OUT]
        own = [
            path("business/", self.admin_view(self.choose_business), name="choose_business"),
            path("working-time/", self.admin_view(self.working_time), name="working_time"),
        ]
        return [*own, *kept]

    def has_permission(self, request: HttpRequest) -> bool:
        return chosen.may_enter(request)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Callable[..., Any]:
        def on_behalf(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            viewer = chosen.find_viewer(request)
            request.viewer = viewer  # type: ignore[attr-defined]
            if viewer is None:
                match = request.resolver_match
                if match is None or match.url_name not in WITHOUT_BUSINESS:
                    return redirect("admin:choose_business")
                return view(request, *args, **kwargs)
            with tenancy.within(viewer), timezone.override(viewer.business.zone):
                response = view(request, *args, **kwargs)
                if hasattr(response, "render"):
                    response.render()  # what a page reads is read within, too
                return response

        return csp(POLICY)(super().admin_view(update_wrapper(on_behalf, view), cacheable))

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        viewer = chosen.viewer_of(request)
        if viewer is None:
            first = {"title": "Choose a business", "icon": "storefront", "link": reverse("admin:choose_business")}
            entries = [{**first, "has_permission": True, "active": True}] if self.has_permission(request) else []
            context["sidebar_navigation"] = [{"items": entries}]
        else:
            context["site_subheader"] = viewer.business.name
            context["environment"] = [viewer.business.name, "info"]
        return context

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        viewer = chosen.the_viewer(request)
        return super().index(request, {**home(viewer), **(extra_context or {})})

    @method_decorator([csp(POLICY), sensitive_post_parameters("password"), never_cache])
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().login(request, extra_context)

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Sign out and offer to sign in again; only by POST."""
        if request.method != "POST":
            return redirect("admin:index")
        logout(request)
        messages.info(request, "You are signed out.")
        return redirect("admin:login")

    def choose_business(self, request: HttpRequest) -> HttpResponse:
        """Choose for which of one's businesses to work."""
        businesses = chosen.businesses_of(request.user)
        if request.method == "POST":
            wanted = request.POST.get("business", "")
            found = businesses.filter(pk=int(wanted)).first() if wanted.isascii() and wanted.isdigit() else None
            if found is not None:
                chosen.choose(request, found)
                return HttpResponseRedirect(reverse("admin:index"))
            messages.error(request, "There is no such business among yours.")
        context = {
            **self.each_context(request),
            "title": "Which business?",
            "businesses": businesses.order_by("name"),
            "viewer": chosen.viewer_of(request),
        }
        return TemplateResponse(request, "leads/admin/choose.html", context)

    def working_time(self, request: HttpRequest) -> HttpResponse:
        """Write when the business works."""
        return show_hours(request, self.each_context(request))

    @method_decorator(csp(POLICY))
    def refused(self, request: HttpRequest, message: str, status: int) -> HttpResponse:
        """Return a page that says why somebody is not let in."""
        context = {**self.each_context(request), "title": message}
        return TemplateResponse(request, "leads/admin/refused.html", context, status=status).render()


site = PlaybookSite()
