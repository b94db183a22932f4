"""What two versions differ in, on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from unfold.widgets import UnfoldAdminSelectWidget

from leads.admin.chosen import the_viewer
from leads.admin.reading import Badge, link
from leads.admin.tenant import TenantAdmin
from leads.domain.difference import Change, ChangeKind, Detail
from leads.models import Status
from leads.services.comparing import compare_versions
from leads.tenancy import Viewer

TITLES = {
    "schema": "The schema itself",
    "criterion": "Criteria",
    "level": "What the levels ask for",
    "attribute": "What the rules read",
    "test case": "Test cases",
    "template": "The template itself",
    "offer": "What we offer",
    "section": "Sections",
    "question": "Questions",
    "formula": "Formulas",
    "condition": "The verdict",
    "stall risk": "Stall risks",
}
KINDS = {
    ChangeKind.ADDED: Badge("Added", "yes"),
    ChangeKind.REMOVED: Badge("Removed", "no"),
    ChangeKind.CHANGED: Badge("Changed", "mql"),
    ChangeKind.MOVED: Badge("Moved", "unknown"),
}
NEAREST = {Status.PUBLISHED: 0, Status.DRAFT: 1, Status.RETIRED: 2}


@dataclass(frozen=True, slots=True)
class Shown:
    """One change; what came or went has one column."""

    change: Change

    @property
    def badge(self) -> Badge:
        return KINDS[self.change.kind]

    @property
    def headers(self) -> tuple[str, ...]:
        columns = {ChangeKind.ADDED: ("Now",), ChangeKind.REMOVED: ("Before",)}
        return ("What", *columns.get(self.change.kind, ("Before", "After")))

    @property
    def rows(self) -> list[list[tuple[str, str]]]:
        return [list(zip(self.headers, self._cells(detail), strict=True)) for detail in self.change.details]

    def _cells(self, detail: Detail) -> tuple[str, ...]:
        before, after = detail.before or "–", detail.after or "–"
        columns = {ChangeKind.ADDED: (after,), ChangeKind.REMOVED: (before,)}
        return (detail.what, *columns.get(self.change.kind, (before, after)))


class OtherVersion(forms.Form):
    """Which version to compare with."""

    other = forms.TypedChoiceField(
        coerce=int,
        label="Compare with",
        widget=UnfoldAdminSelectWidget,
        error_messages={"invalid_choice": "There is no such version. Choose one of these."},
    )

    def __init__(self, others: Sequence[Any], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(version.pk, f"{version} ({version.get_status_display().lower()})") for version in others]
        self.fields["other"].choices = choices  # type: ignore[attr-defined]


class ComparesVersions(TenantAdmin):
    """The page of a version, from which it is compared with another."""

    version_of = "schema"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().change_view(request, object_id, form_url, {"compares": True, **(extra_context or {})})

    def changes(self, before: Any, after: Any, viewer: Viewer) -> tuple[Change, ...]:
        return compare_versions(before_id=before.pk, after_id=after.pk, by=viewer).changes

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.compare)
        name = f"{self.opts.app_label}_{self.opts.model_name}_compare"
        return [path("<path:object_id>/compare/", view, name=name), *super().get_urls()]

    def compare(self, request: HttpRequest, object_id: str) -> HttpResponse:
        version: Any = self.get_object(request, object_id)
        if version is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method not in ("GET", "HEAD") or not self.has_view_permission(request, version):
            raise PermissionDenied
        others = self._others(request, version)
        form = OtherVersion(others, {"other": request.GET.get("other") or (others[0].pk if others else None)})
        chosen = {other.pk: other for other in others}.get(form.cleaned_data["other"]) if form.is_valid() else None
        before, after = self._in_order(version, chosen) if chosen is not None else (None, None)
        changes = self.changes(before, after, the_viewer(request)) if chosen is not None else ()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": version,
            "title": f"From {before} to {after}" if chosen is not None else f"Compare {version}",
            "media": self.media + form.media,
            "is_popup": False,
            "form": form if others else None,
            "ends": [("Before", before, link(before)), ("After", after, link(after))] if chosen is not None else [],
            "groups": _grouped(changes),
        }
        return TemplateResponse(request, "leads/admin/comparing.html", context)

    def _others(self, request: HttpRequest, version: Any) -> list[Any]:
        """Return what a version can be compared with, likeliest first: its siblings, the published one first."""
        parent = f"{self.version_of}_id"
        rows = self.get_queryset(request).select_related(self.version_of).exclude(pk=version.pk)

        def distance(other: Any) -> tuple[Any, ...]:
            kin = getattr(other, parent) == getattr(version, parent)
            return not kin, str(getattr(other, self.version_of)), NEAREST[Status(other.status)], -other.number

        return sorted(rows, key=distance)

    def _in_order(self, one: Any, other: Any) -> tuple[Any, Any]:
        """Return the earlier of two versions first; of different things, the one that was opened last."""
        parent = f"{self.version_of}_id"
        if getattr(one, parent) == getattr(other, parent) and one.number < other.number:
            return one, other
        return other, one


def _grouped(changes: Sequence[Change]) -> list[tuple[str, list[Shown]]]:
    subjects = dict.fromkeys(change.subject for change in changes)
    return [
        (TITLES.get(subject, subject), [Shown(change) for change in changes if change.subject == subject])
        for subject in subjects
    ]


class ComparesItsVersions(TenantAdmin):
    """The page of what has versions, from which the latest two are compared."""

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().change_view(request, object_id, form_url, {"compares": True, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.compare)
        name = f"{self.opts.app_label}_{self.opts.model_name}_compare"
        return [path("<path:object_id>/compare/", view, name=name), *super().get_urls()]

    def compare(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Lead to the comparison of the newest version."""
        row: Any = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        newest = row.versions.order_by("-number").first()
        if newest is None:
            messages.info(request, f"{row} has no version yet, so there is nothing to compare.")
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", row.pk)
        return redirect(f"admin:{newest._meta.app_label}_{newest._meta.model_name}_compare", newest.pk)
