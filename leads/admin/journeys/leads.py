"""The list of leads, and one lead with what a manager does about it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import CheckboxFilter, DropdownFilter
from unfold.decorators import display

from leads.admin.chosen import the_viewer
from leads.admin.journeys.acting import ActsOnRows
from leads.admin.journeys.lead_forms import FORMS, LeadForm, forms_for
from leads.admin.journeys.lead_page import SHOWN, facts_of, tables_of
from leads.admin.journeys.standing import level_shown, score_shown
from leads.admin.journeys.work import open_flags_of
from leads.admin.merging.page import Merges, merges_of, merging_page
from leads.admin.reading import Table, in_list, link
from leads.admin.site import site
from leads.domain.level_and_stage import LevelAndStage, compare
from leads.domain.stages import Level, Stage
from leads.filters import COMPARISONS, FilterRefused, LeadFilterSet
from leads.models import Lead, LeadOutcome, Membership, QualificationVersion, Status
from leads.models.lead import LEVELS, STAGES
from leads.tenancy import Viewer

further_filters: list[Any] = []
"""Filters by what other apps know of leads; their admins add to it when they are loaded."""


def filtered(request: HttpRequest, queryset: QuerySet[Any], asked: dict[str, Any]) -> QuerySet[Any]:
    """Return what the one definition of filtering leads makes of this."""
    try:
        return LeadFilterSet(asked, queryset, viewer=the_viewer(request), now=timezone.now()).result()
    except FilterRefused as refusal:
        raise IncorrectLookupParameters(refusal.message) from refusal


class SeveralOf(CheckboxFilter):
    """One of several values; the parameter is the name in LeadFilterSet."""

    options: Any = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return self.options

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        asked = self.value()
        return filtered(request, queryset, {self.parameter_name or "": asked}) if asked else queryset


class StageFilter(SeveralOf):
    title, parameter_name, options = "stage", "stage", STAGES


class LevelFilter(SeveralOf):
    title, parameter_name, options = "level in force", "level", LEVELS


class PossibleFilter(SeveralOf):
    title, parameter_name, options = "possible level", "possible_level", LEVELS


class ComparisonFilter(SeveralOf):
    title, parameter_name, options = "level and stage", "level_and_stage", COMPARISONS


class OutcomeFilter(SeveralOf):
    title, parameter_name, options = "outcome", "outcome", LeadOutcome.choices


class OwnerFilter(DropdownFilter):
    title, parameter_name = "owner", "owner"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        members = Membership.objects.visible_to(the_viewer(request)).select_related("user").order_by("user__name")
        return [("none", "Nobody"), *((str(member.pk), str(member)) for member in members)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if not value:
            return queryset
        return filtered(request, queryset, {"unassigned": "true"} if value == "none" else {"owner": value})


class VersionFilter(DropdownFilter):
    """Which version judged a lead last."""

    title, parameter_name = "judged by", "version"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        versions = QualificationVersion.objects.visible_to(the_viewer(request)).exclude(status=Status.DRAFT)
        return [(version.pk, str(version)) for version in versions.select_related("schema").defer("document")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = str(self.value() or "")
        if not value:
            return queryset
        return (
            queryset.filter(qualification__version=int(value))
            if value.isascii() and value.isdigit()
            else queryset.none()
        )


@admin.register(Lead, site=site)
class LeadAdmin(Merges, ActsOnRows):
    acts = FORMS
    page_template = "leads/admin/lead.html"
    list_display = (
        *("__str__", "organization", "stage_shown", "level_shown", "compared", "score_shown", "owner_shown", "since"),
    )
    list_select_related = ("organization", "owner__user")
    list_filter = (
        StageFilter,
        LevelFilter,
        ComparisonFilter,
        PossibleFilter,
        OwnerFilter,
        OutcomeFilter,
        VersionFilter,
    )
    search_fields = ("title",)
    search_help_text = "By title, organization or reference"
    ordering = ("-score", "id")

    def get_list_filter(self, request: HttpRequest) -> Any:
        return (*super().get_list_filter(request), *further_filters)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return filtered(request, queryset, {"search": search_term}), False

    @display(description="stage", label={"Nurture": "warning", "Customer": "success", "Opportunity": "info"})
    def stage_shown(self, lead: Lead) -> str:
        return lead.get_stage_display()

    @display(description="level")
    def level_shown(self, lead: Lead) -> str:
        return in_list(level_shown(lead, timezone.now()))

    @display(description="level and stage", label={"Above": "success", "Below": "warning"})
    def compared(self, lead: Lead) -> str:
        comparison = compare(Level(lead.level_in_force(timezone.now())), Stage(lead.stage))
        return "" if comparison == LevelAndStage.NOT_COMPARED else comparison.label

    @display(description="score", ordering="-score")
    def score_shown(self, lead: Lead) -> str:
        return score_shown(lead)

    @display(description="owner", empty_value="–")
    def owner_shown(self, lead: Lead) -> str | None:
        return str(lead.owner.user) if lead.owner else None

    @display(description="there since", ordering="stage_since")
    def since(self, lead: Lead) -> Any:
        return timezone.localtime(lead.stage_since).date()

    # --- One lead --------------------------------------------------------------------------------

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        now, viewer = timezone.now(), the_viewer(request)
        return {
            "title": obj.title or str(obj.organization),
            "facts": facts_of(obj, now),
            "tables": [*tables_of(obj, viewer, now), *_sameness(obj)],
            "forms": self.forms(obj, viewer),
            "flags": open_flags_of(obj),
        }

    def forms(self, row: Any, viewer: Viewer) -> dict[str, LeadForm]:
        return {} if row.merged_into_id is not None else forms_for(row, viewer, timezone.now())

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Lead | None:
        """Return the lead; one that was merged can be read too."""
        found = super().get_object(request, object_id, from_field)
        if found is not None or not object_id.isascii() or not object_id.isdigit() or len(object_id) > 18:
            return found
        return Lead.everything.visible_to(the_viewer(request)).filter(pk=int(object_id)).first()


def _sameness(lead: Lead) -> list[Table]:
    """Return the organization's other leads, for two that are the same, and what was merged into this one."""
    if lead.merged_into_id is not None:
        return []
    others = Lead.objects.filter(organization=lead.organization_id).exclude(pk=lead.pk).order_by("-pk")[:SHOWN]
    rows = [(link(other), other.get_stage_display(), merging_page(lead, other)) for other in others]
    return [Table("Other leads of the organization", ("Which", "Stage", "Same?"), rows, "None."), merges_of(lead)]
