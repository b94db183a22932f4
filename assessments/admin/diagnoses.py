"""Guided diagnoses, to be read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from assessments.admin.diagnosis_tables import history_tables
from assessments.admin.explained import advice_badge, explained, money, outlook_badge
from assessments.admin.links import link_urls, links_of
from assessments.models import Diagnosis, DiagnosisStatus
from assessments.services.evaluating import evaluation_of
from leads.admin import site
from leads.admin.chosen import the_viewer
from leads.admin.journeys.lead_page import SHOWN, further
from leads.admin.reading import Badge, Lines, Table, author, link, moment
from leads.admin.tenant import ReadOnlyAdmin, RelatedFilter
from leads.models import Lead
from leads.tenancy import Viewer

ADVICE_COLOURS = {"Advance": "success", "Keep diagnosing": "info", "Nurture": "warning", "Disqualify": "danger"}
OUTLOOK_COLOURS = {"Clear": "success", "At risk": "warning", "Unknown": "warning", "Blocked": "danger"}


STANDS = {
    DiagnosisStatus.RUNNING: "mql",
    DiagnosisStatus.PAUSED: "unknown",
    DiagnosisStatus.COMPLETED: "yes",
    DiagnosisStatus.ABANDONED: "no",
}
STATES = {"Completed": "success", "Running": "info", "Paused": "warning", "Abandoned": "danger"}


class VersionFilter(RelatedFilter):
    title, parameter_name, field_name = "template version", "version", "version"


@admin.register(Diagnosis, site=site)
class DiagnosisAdmin(ReadOnlyAdmin):
    page_template = "assessments/admin/diagnosis.html"
    list_display = ("lead", "template", "state", "advised", "outlook_shown", "cost", "changed_at")
    list_select_related = ("lead", "version__template", "business")
    list_filter = (
        VersionFilter,
        ("status", ChoicesDropdownFilter),
        ("advice", ChoicesDropdownFilter),
        ("outlook", ChoicesDropdownFilter),
    )
    search_fields = ("lead__title", "lead__organization__name")
    search_help_text = "By the lead's title or organization"
    ordering = ("-changed_at", "id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return (
            super()
            .get_queryset(request)
            .select_related(
                "lead__business",
                "version__template",
                "business",
                "started_by__user",
                "completed_by__user",
                "abandoned_by__user",
                "amends__lead",
            )
            .defer("version__document")
        )

    @display(description="template", ordering="version__template__name")
    def template(self, diagnosis: Diagnosis) -> str:
        return str(diagnosis.version)

    @display(description="status", label=STATES)
    def state(self, diagnosis: Diagnosis) -> str:
        return diagnosis.get_status_display()

    @display(description="advice", label=ADVICE_COLOURS)
    def advised(self, diagnosis: Diagnosis) -> str:
        return diagnosis.get_advice_display()

    @display(description="outlook", label=OUTLOOK_COLOURS)
    def outlook_shown(self, diagnosis: Diagnosis) -> str:
        return diagnosis.get_outlook_display()

    @display(description="cost a year", ordering="cost_likely")
    def cost(self, diagnosis: Diagnosis) -> str:
        return money(diagnosis.cost_likely, diagnosis.business.currency)

    def get_urls(self) -> list[Any]:
        return [*link_urls(self), *super().get_urls()]

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        viewer = the_viewer(request)
        plan, evaluation = evaluation_of(obj, timezone.now())
        return {
            "facts": _facts(obj, viewer),
            "links": links_of(obj, viewer),
            "tables": [
                *explained(obj, plan, evaluation, viewer.business.currency),
                *history_tables(obj, plan, viewer),
            ],
        }


def _facts(diagnosis: Diagnosis, viewer: Viewer) -> list[tuple[str, Any]]:
    currency = viewer.business.currency
    high = "open" if diagnosis.cost_high is None else money(diagnosis.cost_high, currency)
    ends = f"{money(diagnosis.cost_low, currency)} … {high}"
    exact = diagnosis.cost_low == diagnosis.cost_high
    facts = [
        ("Lead", link(diagnosis.lead)),
        ("Template", link(diagnosis.version)),
        ("Status", Badge(diagnosis.get_status_display(), STANDS[DiagnosisStatus(diagnosis.status)])),
        ("Advice", advice_badge(diagnosis)),
        ("Outlook", outlook_badge(diagnosis)),
        ("Cost of the problem a year", Lines(money(diagnosis.cost_likely, currency), () if exact else (ends,))),
        ("Begun", Lines(moment(diagnosis.started_at), (author(diagnosis.started_by),))),
        ("Last changed", moment(diagnosis.changed_at)),
    ]
    if diagnosis.completed_at:
        facts.append(("Completed", Lines(moment(diagnosis.completed_at), (author(diagnosis.completed_by),))))
    if diagnosis.edition > 1:
        facts.insert(3, ("Edition", Lines(f"{diagnosis.edition}", (link(diagnosis.amends, "Amends the one before"),))))
    if diagnosis.paused_at and diagnosis.status == DiagnosisStatus.PAUSED:
        facts.append(("Paused", moment(diagnosis.paused_at)))
    if diagnosis.abandoned_at:
        by = author(diagnosis.abandoned_by)
        facts.append(("Abandoned", Lines(moment(diagnosis.abandoned_at), (by, diagnosis.abandoned_because))))
    if diagnosis.nurture_until:
        facts.append(("Look again on", f"{diagnosis.nurture_until:%d %b %Y}"))
    return facts


def diagnoses_of(lead: Lead, viewer: Viewer) -> Table:
    """Return what the lead's page says about its diagnoses."""
    rows = Diagnosis.objects.visible_to(viewer).filter(lead=lead).select_related("version__template")
    return Table(
        "Diagnoses",
        ("Diagnosis", "Advice", "Outlook", "Cost a year"),
        [
            (
                Lines(link(row, str(row.version)), (row.get_status_display(), moment(row.changed_at))),
                advice_badge(row),
                outlook_badge(row),
                money(row.cost_likely, viewer.business.currency),
            )
            for row in rows.defer("version__document")[:SHOWN]
        ],
        "None has begun.",
    )


further.append(diagnoses_of)
