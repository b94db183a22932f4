"""Beginning with a pack, and downloading a version as one."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from unfold.decorators import action

from leads.admin.chosen import the_viewer
from leads.admin.explained import read_version
from leads.admin.reading import Lines, Table
from leads.admin.tenant import TenantAdmin
from leads.domain import schema_document
from leads.domain.documents import DocumentRefused
from leads.domain.errors import DomainError
from leads.domain.places import place
from leads.domain.schema_document import SchemaDocument
from leads.domain.wording import shown_stored
from leads.services.packs import Pack, export_pack, find_pack, import_pack, list_packs, read_pack

PACK_AT_MOST = 256 * 1024  # bytes; the largest that comes with the product has 42,000


class StartsFromPack(TenantAdmin):
    """A list with a page on which a draft is made of a pack."""

    pack_kind = schema_document.KIND
    about_packs = (
        "A pack is a whole schema to begin with. It becomes a draft, which you make your own; nothing judges leads "
        "before you publish it."
    )
    actions_list = ("start_from_pack",)

    def preview(self, document: Any, currency: str) -> list[Table]:
        """Return what to read of a pack before a draft is made of it."""
        return [*read_version(document, currency), _cases(document, currency)]

    @action(description="Start from a pack", url_path="packs", icon="inventory_2")
    def start_from_pack(self, request: HttpRequest) -> HttpResponse:
        packs = [pack for pack in list_packs() if pack.kind == self.pack_kind]
        wrong: list[str] = []
        if request.method == "POST":
            made, wrong = self._import(request, packs)
            if made is not None:
                messages.success(request, f"{made} is a draft. Make it your own, then publish it.")
                return redirect(f"admin:{made._meta.app_label}_{made._meta.model_name}_change", made.pk)
        wanted = request.POST.get("pack") or request.GET.get("pack")
        pack = next((pack for pack in packs if pack.name == wanted), None)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": pack.title if pack else "Start from a pack",
            "media": self.media,
            "is_popup": False,
            "packs": packs,
            "about_packs": self.about_packs,
            "pack": pack,
            "tables": self.preview(read_pack(pack.text), the_viewer(request).business.currency) if pack else [],
            "wrong": wrong,
            "at_most": PACK_AT_MOST // 1024,
        }
        return TemplateResponse(request, "leads/admin/packs.html", context)

    def _import(self, request: HttpRequest, packs: list[Pack]) -> tuple[Any, list[str]]:
        """Return the draft that was made, or what is wrong."""
        text = ""
        try:
            text = _uploaded(request) if "file" in request.FILES else _chosen(request, packs)
            return import_pack(text=text, by=the_viewer(request)), []
        except DocumentRefused as refusal:
            return None, in_words(refusal, text)
        except DomainError as refusal:
            return None, [refusal.message]


class PackRefused(DomainError):
    code = "pack_refused"


def _chosen(request: HttpRequest, packs: list[Pack]) -> str:
    if "pack" not in request.POST:
        raise PackRefused("Choose a file first.", field="file")
    wanted = find_pack(request.POST["pack"])
    if wanted not in packs:
        raise PackRefused("This pack is for something else.", field="pack")
    return wanted.text


def _uploaded(request: HttpRequest) -> str:
    file: Any = request.FILES["file"]
    if file.size > PACK_AT_MOST:
        raise PackRefused(f"This file is larger than {PACK_AT_MOST // 1024} KB, so it is no pack.", field="file")
    try:
        return file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PackRefused("This file is no text in UTF-8, so it is no pack.", field="file") from error


def in_words(refusal: DocumentRefused, text: str) -> list[str]:
    """Return every problem of a pack with its place in words."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    said = [(place(problem.path, content), problem.message) for problem in refusal.problems]
    return [f"{where}: {message}" if where else message for where, message in said]


def _cases(document: SchemaDocument, currency: str) -> Table:
    specs = {spec.key: spec for spec in document.attributes}
    rows = []
    for case in document.test_cases:
        known = [f"{specs[key].label}: {shown_stored(specs[key], stored, currency)}" for key, stored in case.values]
        open_ = case.possible_level is not None and case.possible_level != case.level
        more = [f"{case.possible_level.name} is not ruled out"] if open_ and case.possible_level else []
        rows.append((case.name, Lines(known[0], known[1:]) if known else "Nothing", Lines(case.level.name, more)))
    headers = ("Imagined lead", "What is known", "Must come to")
    return Table("Test cases", headers, rows, note="They must all pass before a draft can be published.")


class DownloadsAsPack(TenantAdmin):
    """A version that can be downloaded as a pack."""

    pack_kind = schema_document.KIND

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return super().change_view(request, object_id, form_url, {"downloads": True, **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.download)
        name = f"{self.opts.app_label}_{self.opts.model_name}_download"
        return [path("<path:object_id>/download/", view, name=name), *super().get_urls()]

    def download(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Answer with the version as a file; with its page, which says what is wrong, if it makes no sense yet."""
        version = self.get_object(request, object_id)
        if version is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, version):
            raise PermissionDenied
        try:
            text = export_pack(version_id=version.pk, by=the_viewer(request), kind=self.pack_kind)
        except DocumentRefused:
            messages.error(request, "This draft cannot be downloaded before it makes sense. See what is still wrong.")
            return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", version.pk)
        name = f"{json.loads(text)['key']}-{version.number}.json"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(text, content_type="application/json; charset=utf-8", headers=headers)
