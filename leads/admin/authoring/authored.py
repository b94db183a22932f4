"""What a business writes in versions: drafts to be written, published and retired ones to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max, Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from unfold.decorators import display

from leads.admin.authoring.conditions import Vocabulary, checking
from leads.admin.chosen import the_viewer
from leads.admin.reading import Table, author, link
from leads.admin.tenant import ReadOnlyAdmin, TenantAdmin, TenantTabularInline
from leads.domain.documents import DocumentRefused
from leads.domain.errors import DomainError
from leads.models import PublishedVersion, Status
from leads.tenancy import Viewer

Act = Callable[[Any, Viewer], tuple[str, Any]]


class AuthoredAdmin(TenantAdmin):
    """The page of what has versions: its name, its versions, and a button that begins a draft."""

    version_model: type[PublishedVersion]
    fields = ("name", "key", "position")
    search_fields = ("name", "key")
    change_form_outer_before_template = "leads/admin/schema_actions.html"

    def begin_draft(self, row: Any, by: Viewer) -> Any:
        """Return a new, empty draft."""
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        versions = self.version_model._default_manager.exclude(status=Status.RETIRED).defer("document")
        return super().get_queryset(request).prefetch_related(Prefetch("versions", versions, to_attr="current"))

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return super().get_inlines(request, obj) if obj else ()

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("key",) if obj else ()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        last = self.get_queryset(request).aggregate(last=Max("position"))["last"]
        return {"position": 0 if last is None else last + 1, **super().get_changeform_initial_data(request)}

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Go on to where a draft begins."""
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", obj.pk)

    @display(description="published", label={"Version": "success"}, empty_value="–")
    def in_force(self, row: Any) -> Any:
        return next(
            (f"Version {version.number}" for version in row.current if version.status == Status.PUBLISHED), None
        )

    @display(description="draft", empty_value="–")
    def draft(self, row: Any) -> Any:
        return _current(row, Status.DRAFT)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.begin)
        name = f"{self.opts.app_label}_{self.opts.model_name}_begin"
        return [path("<path:object_id>/begin/", view, name=name), *super().get_urls()]

    def begin(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST":
            try:
                draft = self.begin_draft(row, the_viewer(request))
            except DomainError as refusal:
                messages.error(request, refusal.message)
            else:
                messages.success(request, f"Draft {draft.number} has begun.")
                return redirect(f"admin:{draft._meta.app_label}_{draft._meta.model_name}_change", draft.pk)
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", row.pk)


def _current(row: Any, status: Status) -> str | None:
    return next((f"Version {version.number}" for version in row.current if version.status == status), None)


class VersionsInline(TenantTabularInline):
    """The versions on the page of what they are versions of; each has its own page."""

    fields = readonly_fields = ("version", "status", "published_at", "published_by", "retired_at")
    ordering = ("-number",)
    verbose_name_plural = "versions"
    hide_title = True

    @display(description="version")
    def version(self, version: PublishedVersion) -> str:
        return link(version, f"Version {version.number}")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class InDraft:
    """Rows of a draft come and go with it."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)  # type: ignore[attr-defined]


class VersionPage(ReadOnlyAdmin):
    """The page of a version: a form while it is a draft, something to read from then on."""

    page_template = "leads/admin/version.html"
    change_form_template = "leads/admin/draft.html"
    list_display: Any = ("__str__", "state", "published_at", "by", "retired_at")
    acts: dict[str, Act]  # publish, copy and so on; each returns what to say, and the row that came of it

    class Media:
        js = ("leads/conditions.js", "leads/rows.js", "leads/wording.js")

    def problems(self, draft: Any) -> Sequence[str]:
        """Return in words what keeps a draft from being published."""
        raise NotImplementedError

    def refused(self, version: Any, refusal: DocumentRefused) -> Sequence[str]:
        """Return what to say where a draft is not published."""
        return self.problems(version) or [str(problem) for problem in refusal.problems]

    def names(self, draft: Any, viewer: Viewer) -> Table:
        """Return what conditions may read."""
        raise NotImplementedError

    def vocabulary(self, draft: Any, viewer: Viewer) -> Vocabulary:
        """Return the names that the rules of a draft may read, for help while one writes."""
        raise NotImplementedError

    def rules(self, draft: Any) -> Iterable[tuple[str, str]]:
        """Return every rule that is saved in a draft, each with its kind."""
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("document")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was published never changes."""
        return self.has_view_permission(request, obj) and (obj is None or obj.status == Status.DRAFT)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        if found is None or found.status != Status.DRAFT:
            return super().change_view(request, object_id, form_url, extra_context)
        viewer = the_viewer(request)
        extra = {"problems": self.problems(found), "names": self.names(found, viewer)}
        extra["may_discard"] = "discard" in self.acts
        extra["help"] = self.vocabulary(found, viewer).offered(self.rules(found), self._address("check", found))
        return self.changeform_view(request, object_id, form_url, extra | (extra_context or {}))

    def response_post_save_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Stay on the draft, which tells what is still wrong with it."""
        return redirect(self._address("change", obj))

    def _address(self, page: str, version: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}", args=[version.pk])

    @display(description="status", label={"Published": "success", "Draft": "warning"})
    def state(self, version: PublishedVersion) -> str:
        return version.get_status_display()

    @display(description="by", empty_value="–")
    def by(self, version: PublishedVersion) -> str | None:
        return author(version.published_by) if version.published_at else None

    # --- Publishing ------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        acts = [
            path(
                f"<path:object_id>/{name}/",
                self.admin_site.admin_view(self.act),
                {"name": name},
                name=f"{self.opts.app_label}_{self.opts.model_name}_{name}",
            )
            for name in self.acts
        ]
        check = path(
            "<path:object_id>/check/",
            self.admin_site.admin_view(self.check_rule),
            name=f"{self.opts.app_label}_{self.opts.model_name}_check",
        )
        return [*acts, check, *super().get_urls()]

    def check_rule(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Tell what one rule means, as somebody types it into a draft, or what is wrong with it."""
        version = self.get_object(request, object_id)
        is_draft = version is not None and version.status == Status.DRAFT
        return checking(request, self.vocabulary(version, the_viewer(request)) if is_draft else None)

    def act(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Do one of the acts with a version, and go to the row that came of it."""
        version = self.get_object(request, object_id)
        if version is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, version):
            raise PermissionDenied
        if request.method == "POST":
            try:
                said, found = self.acts[name](version, the_viewer(request))
            except DocumentRefused as refusal:
                for said in self.refused(version, refusal):
                    messages.error(request, said)
            except DomainError as refusal:
                messages.error(request, refusal.message)
            else:
                messages.success(request, said)
                return redirect(f"admin:{found._meta.app_label}_{found._meta.model_name}_change", found.pk)
        return redirect(self._address("change", version))
