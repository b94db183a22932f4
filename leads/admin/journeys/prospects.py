"""Prospect companies and the people there."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display

from leads.admin.archived import ArchivableForm, ArchivedFilter
from leads.admin.chosen import the_viewer
from leads.admin.journeys.standing import level_shown, score_shown
from leads.admin.merging.page import MergesProspects
from leads.admin.reading import in_list
from leads.admin.site import site
from leads.admin.tenant import TenantTabularInline
from leads.filters import ContactFilterSet, OrganizationFilterSet
from leads.models import Contact, Lead, Organization
from leads.services.leads import normalized_domain


class ProspectForm(ArchivableForm):
    def clean_reference(self) -> str:
        """Refuse the reference of a row that was merged: it leads to the kept one."""
        reference = self.cleaned_data["reference"]
        rows = type(self.instance).everything.visible_to(self.viewer).filter(merged_into__isnull=False)
        if reference and rows.filter(reference=reference).exists():
            raise ValidationError("That is the reference of one that was merged into another.", "reference_merged")
        return reference


class OrganizationForm(ProspectForm):
    def clean_domain(self) -> str:
        return normalized_domain(self.cleaned_data["domain"])


class ContactInline(TenantTabularInline):
    model = Contact
    fields = ("name", "email", "phone", "job_title")
    verbose_name_plural = "people there"
    show_change_link = True


class LeadInline(TenantTabularInline):
    model = Lead
    fields = readonly_fields = ("title", "stage", "level_shown", "score_shown", "owner")
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet[Lead]:
        return super().get_queryset(request).select_related("owner__user")

    @display(description="level")
    def level_shown(self, lead: Lead) -> str:
        return in_list(level_shown(lead, timezone.now()))

    @display(description="score")
    def score_shown(self, lead: Lead) -> str:
        return score_shown(lead)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Organization, site=site)
class OrganizationAdmin(MergesProspects):
    form = OrganizationForm
    list_display = ("name", "domain", "reference", "created_at")
    list_filter = (ArchivedFilter,)
    search_fields = ("name",)
    search_help_text = "By name or domain"
    fields = ("name", "domain", "reference", "archived")
    inlines = (ContactInline, LeadInline)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        asked = {"search": search_term}
        found = OrganizationFilterSet(asked, queryset, viewer=the_viewer(request), now=timezone.now())
        return found.result(), False

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else ()


@admin.register(Contact, site=site)
class ContactAdmin(MergesProspects):
    form = ProspectForm
    list_display = ("name", "organization", "job_title", "email")
    list_filter = (ArchivedFilter,)
    list_select_related = ("organization",)
    search_fields = ("name",)
    search_help_text = "By name or e-mail address"
    fields = ("organization", "name", "email", "phone", "job_title", "reference", "archived")
    autocomplete_fields = ("organization",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        asked = {"search": search_term}
        return ContactFilterSet(asked, queryset, viewer=the_viewer(request), now=timezone.now()).result(), False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A person who has parts in leads of an organization stays there."""
        return ("organization",) if obj else ()
