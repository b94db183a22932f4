"""The page on which somebody decides whether two are the same, and which one is kept."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from leads.admin.chosen import the_viewer
from leads.admin.reading import Lines, Table, address_of, author, day, link
from leads.admin.tenant import TenantAdmin
from leads.domain.errors import DomainError
from leads.domain.identity import in_words
from leads.domain.merging import differed_in, moved_in, moved_said
from leads.models import Contact, Lead, Organization
from leads.services.duplicates import possible_duplicates
from leads.services.merging import foresee, merge_rows
from leads.services.merging.receipts import label_of

Mergeable = Organization | Contact | Lead


def merging_page(row: Mergeable, other: Mergeable, text: str = "Merge") -> Any:
    """Return a link to the page on which two rows are merged."""
    address = reverse(f"admin:leads_{row._meta.model_name}_merge", args=[row.pk, other.pk])
    return format_html('<a href="{}">{}</a>', address, text)


def duplicates_of(row: Organization | Contact) -> Table:
    rows = [
        (Lines(link(found.row), (_detail(found.row),)), in_words(found.why), merging_page(row, found.row))
        for found in possible_duplicates(row)
    ]
    return Table("Possible duplicates", ("Which", "Why", "Same?"), rows, "None is known.")


def merges_of(row: Mergeable) -> Table:
    """Return what was merged into a row, with what could not be taken over."""
    rows = []
    for merge in row.merges.select_related("author__user"):
        differed = [f"{one.what}: {one.gone}" for one in differed_in(merge.differed)]
        said = Lines(moved_said(moved_in(merge.moved)), tuple(f"not taken over: {text}" for text in differed))
        gone: Any = merge.gone_label
        if isinstance(row, Lead):
            page = reverse("admin:leads_lead_change", args=[merge.gone_key])
            gone = format_html('<a href="{}">{}</a>', page, merge.gone_label)
        rows.append((gone, Lines(day(merge.at), (author(merge.author),)), said))
    return Table("Merged into it", ("What", "When", "What moved"), rows, "Nothing was merged into it.")


class Merges(TenantAdmin):
    """A page of rows that can be merged with another one: `<row>/merge/<other>/`."""

    def get_urls(self) -> list[Any]:
        address = "<int:object_id>/merge/<int:other_id>/"
        name = f"leads_{self.opts.model_name}_merge"
        own = path(address, self.admin_site.admin_view(self.merge_view), name=name)
        return [own, *super().get_urls()]

    def merge_view(self, request: HttpRequest, object_id: int, other_id: int) -> HttpResponse:
        """Show two rows side by side with what a merge would do; merge them by POST, `kept` names the one to keep."""
        rows = self.get_queryset(request).in_bulk([object_id, other_id])
        if len(rows) < 2:  # merged already, somebody else's, or the same twice
            messages.error(request, "There are no two of these that could be merged.")
            return HttpResponseRedirect(reverse(f"admin:leads_{self.opts.model_name}_changelist"))
        pair = [rows[object_id], rows[other_id]]
        viewer, now = the_viewer(request), timezone.now()
        if request.method == "POST":
            kept, gone = pair if request.POST.get("kept") == str(object_id) else pair[::-1]
            try:
                merge_rows(kept, gone, viewer, now)
            except DomainError as refusal:
                messages.error(request, refusal.message)
            else:
                messages.success(request, f"“{label_of(gone)}” is part of “{label_of(kept)}” now.")
                return HttpResponseRedirect(address_of(kept))
        ways = [
            {
                "kept": kept,
                "label": label_of(kept),
                "gone": label_of(gone),
                "foreseen": foresee(kept, gone, viewer, now),
            }
            for kept, gone in (pair, reversed(pair))
        ]
        for way in ways:
            foreseen: Any = way["foreseen"]
            way["moves"] = moved_said(foreseen.moved)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Are these the same {self.opts.verbose_name}?",
            "is_popup": False,
            "media": self.media,
            "pair": [(link(row, label_of(row)), _detail(row)) for row in pair],
            "ways": ways,
        }
        return TemplateResponse(request, "leads/admin/merge.html", context)


def _detail(row: Mergeable) -> str:
    if isinstance(row, Lead):
        return f"{row.get_stage_display()}, begun {day(row.created_at)}"
    if isinstance(row, Contact):
        return ", ".join(filter(None, (row.email, row.job_title, str(row.organization)))) or "–"
    return row.domain or "–"


class MergesProspects(Merges):
    """The pages of organizations and contacts; that of a merged one leads to the kept one."""

    change_form_outer_after_template = "leads/admin/prospect.html"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        pk = int(object_id) if object_id.isascii() and object_id.isdigit() and len(object_id) <= 18 else 0
        found: Any = self.model.everything.visible_to(the_viewer(request)).filter(pk=pk)
        row = found.select_related("merged_into").first()
        if row is not None and row.merged_into is not None:
            messages.info(request, f"“{row}” was merged into “{row.merged_into}”; this is its page.")
            return HttpResponseRedirect(address_of(row.merged_into))
        tables = [duplicates_of(row), merges_of(row)] if row is not None else []
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "tables": tables})
