"""How well the criteria of a version told won from lost: asking for it, and the report."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from leads.admin.chosen import the_viewer
from leads.admin.evaluating.reported import report_in_words, verdict_of
from leads.admin.progress import STATE_LABELS, Progress, state_of_work, waits_in_vain
from leads.admin.reading import Lines, address_of, author, link, moment
from leads.admin.site import site
from leads.admin.tenant import ReadOnlyAdmin, TenantAdmin
from leads.domain.calibration.report_json import report_in
from leads.domain.documents import DocumentRefused
from leads.domain.errors import DomainError
from leads.models import Calibration, WorkStatus
from leads.services.calibration.requests import UNDER_WAY, propose_calibration, request_calibration

SAID = {
    WorkStatus.WAITING: "It waits to be worked out.",
    WorkStatus.RUNNING: "It is being worked out, which takes seconds for thousands of leads.",
    WorkStatus.FAILED: "It could not be worked out.",
    WorkStatus.REPLACED: "A later one took its place.",
}


class CalibratesVersions(TenantAdmin):
    """The page of a version, from which it is calibrated."""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().change_view(request, object_id, form_url, {"calibrates": True, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.calibrate)
        name = f"{self.opts.app_label}_{self.opts.model_name}_calibrate"
        return [path("<path:object_id>/calibrate/", view, name=name), *super().get_urls()]

    def calibrate(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask for a calibration, and go to where it is worked out."""
        version: Any = self.get_object(request, object_id)
        if version is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST":
            try:
                asked = request_calibration(version_id=version.pk, by=the_viewer(request), now=timezone.now())
            except DomainError as refusal:
                messages.error(request, refusal.message)
            else:
                return redirect(address_of(asked))
        return redirect(address_of(version))


@admin.register(Calibration, site=site)
class CalibrationAdmin(ReadOnlyAdmin):
    page_template = "leads/admin/calibration.html"
    list_display = ("of", "state", "verdict", "requested_at", "who")
    list_select_related = ("version__schema", "requested_by__user")
    list_filter = (("status", ChoicesDropdownFilter),)

    class Media:
        js = ("leads/refresh.js",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("version__document")

    @display(description="of")
    def of(self, calibration: Calibration) -> str:
        return str(calibration.version)

    @display(description="status", label=STATE_LABELS)
    def state(self, calibration: Calibration) -> str:
        return calibration.get_status_display()

    @display(description="result", empty_value="–")
    def verdict(self, calibration: Calibration) -> str | None:
        if not calibration.report:
            return None
        try:
            return verdict_of(report_in(calibration.report))
        except DocumentRefused:
            return None

    @display(description="by")
    def who(self, calibration: Calibration) -> str:
        return author(calibration.requested_by)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        context: dict[str, Any] = {
            "facts": [
                ("Version", link(obj.version)),
                ("Status", state_of_work(obj)),
                ("Asked for", Lines(moment(obj.requested_at), (author(obj.requested_by),))),
                ("Ended", moment(obj.finished_at)),
            ],
            "draft": link(obj.proposal) if obj.proposal is not None else "",
        }
        if not obj.report:
            hint = waits_in_vain(obj, timezone.now())
            said = SAID.get(obj.status, "There is no report.")
            return context | {"progress": Progress(said, obj.status in UNDER_WAY, hint=hint, problem=obj.problem)}
        try:
            report = report_in(obj.report)
        except DocumentRefused as refusal:
            said = "Its report cannot be read. Calibrate again."
            return context | {"progress": Progress(said, problem=refusal.problems[0].message)}
        return context | report_in_words(report, the_viewer(request).business.currency)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.propose)
        return [path("<path:object_id>/propose/", view, name="leads_calibration_propose"), *super().get_urls()]

    def propose(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Make a draft of the card that is proposed, and go to it."""
        found = self.get_object(request, object_id)
        if found is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST":
            try:
                draft = propose_calibration(calibration_id=found.pk, by=the_viewer(request))
            except DomainError as refusal:
                messages.error(request, refusal.message)
            else:
                messages.success(request, f"{draft} is a draft of the proposal. Read it, change it, then publish it.")
                return redirect(address_of(draft))
        return redirect(address_of(found))
