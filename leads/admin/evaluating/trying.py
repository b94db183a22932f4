"""Trying a version before it counts: on all open leads, on a sample of them, on one lead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from leads.admin.chosen import the_viewer
from leads.admin.evaluating import foreseen
from leads.admin.evaluating.trials import leads_to_try, trial_in_words
from leads.admin.reading import moment
from leads.admin.tenant import TenantAdmin
from leads.domain.documents import DocumentRefused
from leads.domain.errors import DomainError
from leads.models import Lead, Status
from leads.selectors import NotFound
from leads.services.cases import keep_as_case
from leads.services.previewing import Listed, moving_leads, preview, sample, try_on_lead

Context = dict[str, Any]


class TriesVersions(TenantAdmin):
    """The page of a version, from which it is tried. All of it only reads, but for keeping a test case."""

    def problems(self, draft: Any) -> Any:
        """Return in words what is wrong with a draft."""
        raise NotImplementedError

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Context | None = None
    ) -> HttpResponse:
        return super().change_view(request, object_id, form_url, {"tries": True, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        pages: dict[str, Callable[..., HttpResponse]] = {
            "preview": self.show_preview,
            "sample": self.show_sample,
            "trial": self.show_trial,
            "keep": self.keep,
        }
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        own = [
            path(f"<path:object_id>/{page}/", self.admin_site.admin_view(view), name=f"{name}_{page}")
            for page, view in pages.items()
        ]
        return [*own, *super().get_urls()]

    def show_preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what would become of all open leads; pages after the first have the list only."""
        return self._try(request, object_id, "preview", self._preview)

    def show_sample(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show how some open leads would be judged."""
        return self._try(request, object_id, "sample", self._sample)

    def show_trial(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let a lead be chosen, and show how it would be judged beside how it is judged now."""
        return self._try(request, object_id, "trial", self._trial)

    def _try(
        self, request: HttpRequest, object_id: str, page: str, say: Callable[[HttpRequest, Any], Context]
    ) -> HttpResponse:
        """Show one of the pages; of a draft that makes no sense yet, what is wrong with it instead."""
        version: Any = self.get_object(request, object_id)
        if version is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method not in ("GET", "HEAD") or not self.has_view_permission(request, version):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": version,
            "media": self.media,
            "is_popup": False,
            "page": page,
            "is_draft": version.status == Status.DRAFT,
            "as_of": moment(timezone.now()),
        }
        try:
            context |= say(request, version)
        except DocumentRefused as refusal:
            problems = self.problems(version) or [str(problem) for problem in refusal.problems]
            context |= {"title": f"{version} cannot judge yet", "problems": problems}
        except NotFound as refusal:
            messages.error(request, refusal.message)
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", version.pk)
        return TemplateResponse(request, f"leads/admin/{page}.html", context)

    def _preview(self, request: HttpRequest, version: Any) -> Context:
        """Go over the leads once to count them and once to list them; only where there is something to list."""
        viewer, now = the_viewer(request), timezone.now()
        asked, names = foreseen.asked(request.GET), foreseen.owner_names(viewer)
        address, trial = self._address("preview", version), self._address("trial", version)
        found = None if asked.after else preview(version_id=version.pk, by=viewer, now=now)
        listed: list[Listed] = []
        more = False
        if found is None or asked.is_any_of(found):
            listed, more = moving_leads(
                version_id=version.pk, wanted=asked.wanted, by=viewer, now=now, first=foreseen.PAGE, after=asked.after
            )
        context: Context = {
            "title": f"What would change with {version}",
            "filters": asked.said(names, address),
            "list": foreseen.leads_table(asked.title, listed, trial, asked.empty),
        }
        if found is None:
            context["first_page"] = asked.link(address)
        else:
            context |= {"total": foreseen.open_leads(found.total), "tiles": foreseen.tiles(found, asked, address)}
            context["tables"] = foreseen.tables(found, names, address)
        if more:
            context["next_page"] = asked.link(address, after=listed[-1].lead.pk)
        return context

    def _sample(self, request: HttpRequest, version: Any) -> Context:
        listed = sample(version_id=version.pk, by=the_viewer(request), now=timezone.now())
        title, empty = f"A sample of leads by {version}", "There are no open leads to judge."
        table = foreseen.leads_table("The sample", listed, self._address("trial", version), empty)
        return {"title": title, "list": table}

    def _trial(self, request: HttpRequest, version: Any) -> Context:
        viewer, now = the_viewer(request), timezone.now()
        chosen, query = request.GET.get("lead", ""), request.GET.get("q", "").strip()
        if not chosen:
            title = f"Try {version} on a lead"
            return {"title": title, "query": query, **leads_to_try(query, viewer, now, self._address("trial", version))}
        trial = try_on_lead(version_id=version.pk, lead_id=foreseen.key(chosen), by=viewer, now=now)
        current = Lead.objects.visible_to(viewer).select_related("qualification__version__schema").get(pk=trial.lead.pk)
        return trial_in_words(trial, current, version, viewer.business.currency, now)

    def keep(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Keep a lead as a test case of a draft, and go back to the draft."""
        version: Any = self.get_object(request, object_id)
        if version is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method != "POST":
            return redirect(self._address("trial", version))
        lead_id = foreseen.key(request.POST.get("lead", ""))
        try:
            case = keep_as_case(version_id=version.pk, lead_id=lead_id, by=the_viewer(request), now=timezone.now())
        except DomainError as refusal:
            messages.error(request, refusal.message)
            return redirect(self._address("trial", version))
        messages.success(request, f"“{case}” is a test case now: it must come to {case.get_level_display()}.")
        return redirect(f"{self._address('change', version)}#test_cases-group")

    def _address(self, page: str, version: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=[version.pk])
