"""Leads being judged anew in the background, and the flags that owners must see to."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from leads import services
from leads.admin.chosen import the_viewer
from leads.admin.fields import paragraph
from leads.admin.progress import STATE_LABELS, progress_of, state_of_work, title_of
from leads.admin.reading import Badge, Lines, address_of, author, link, moment
from leads.admin.site import site
from leads.admin.tenant import ReadOnlyAdmin
from leads.domain.errors import DomainError
from leads.domain.stages import Level
from leads.models import Flag, Lead, Rejudging


@admin.register(Rejudging, site=site)
class RejudgingAdmin(ReadOnlyAdmin):
    page_template = "leads/admin/rejudging.html"
    list_display = ("of", "state", "done", "raised", "lowered", "opened", "stayed", "requested_at", "who")
    list_select_related = ("version__schema", "requested_by__user")
    list_filter = (("status", ChoicesDropdownFilter),)

    class Media:
        js = ("leads/refresh.js",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("version__document")

    @display(description="after")
    def of(self, rejudging: Rejudging) -> str:
        return str(rejudging.version)

    @display(description="status", label=STATE_LABELS)
    def state(self, rejudging: Rejudging) -> str:
        return rejudging.get_status_display()

    @display(description="judged")
    def done(self, rejudging: Rejudging) -> str:
        return f"{rejudging.judged:,} of {rejudging.total:,}"

    @display(description="by")
    def who(self, rejudging: Rejudging) -> str:
        return author(rejudging.requested_by)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        facts = [
            ("Version", link(obj.version)),
            ("Status", state_of_work(obj)),
            ("Asked for", Lines(moment(obj.requested_at), (author(obj.requested_by),))),
            ("Begun", moment(obj.started_at)),
            ("Ended", moment(obj.finished_at)),
        ]
        counts = (("Rose", obj.raised), ("Fell", obj.lowered), ("Became unknown", obj.opened), ("Stayed", obj.stayed))
        return {
            "title": title_of(obj),
            "facts": facts,
            "progress": progress_of(obj, timezone.now()),
            "counts": [(name, f"{count:,}") for name, count in counts],
        }

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.retry)
        return [path("<path:object_id>/retry/", view, name="leads_rejudging_retry"), *super().get_urls()]

    def retry(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let a pass that failed go on."""
        found = self.get_object(request, object_id)
        if found is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST":
            try:
                services.retry_rejudging(rejudging_id=found.pk, by=the_viewer(request), now=timezone.now())
                messages.success(request, "It goes on where it stood.")
            except DomainError as refusal:
                messages.error(request, refusal.message)
        return redirect(address_of(found))


# --- Flags ---------------------------------------------------------------------------------------


class SeenTo(forms.Form):
    """What was done about a flag."""

    note = paragraph(2, required=False, max_length=2_000, label="What was done", help_text="May be empty.")

    def __init__(self, data: Any = None, *, flag: Flag) -> None:
        super().__init__(data, auto_id=f"flag_{flag.pk}_%s")
        self.flag = flag


def open_flags_of(lead: Lead) -> list[SeenTo]:
    """Return a form for each open flag of a lead."""
    return [SeenTo(flag=flag) for flag in lead.flags.filter(cleared_at__isnull=True)]


class StateFilter(DropdownFilter):
    title, parameter_name = "state", "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Open"), ("seen", "Seen to")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("open", "seen"):
            return queryset
        return queryset.filter(cleared_at__isnull=self.value() == "open")


class MineFilter(DropdownFilter):
    title, parameter_name = "whose leads", "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("mine", "Mine"), ("nobody", "Nobody's")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "nobody":
            return queryset.filter(lead__owner__isnull=True)
        if self.value() != "mine":
            return queryset
        member = the_viewer(request).membership
        return queryset.none() if member is None else queryset.filter(lead__owner=member)


@admin.register(Flag, site=site)
class FlagAdmin(ReadOnlyAdmin):
    page_template = "leads/admin/flag.html"
    list_display = ("state", "lead", "what", "owner", "raised_at", "seen_to_by")
    list_display_links = ("state", "what")
    list_select_related = ("lead__owner__user", "cleared_by__user")
    list_filter = (StateFilter, MineFilter)
    search_fields = ("reason",)
    ordering = (F("cleared_at").desc(nulls_first=True), "-id")

    @display(description="state", label={"Open": "warning"})
    def state(self, flag: Flag) -> str:
        return "Seen to" if flag.cleared_at else "Open"

    @display(description="what happened")
    def what(self, flag: Flag) -> str:
        return flag.reason

    @display(description="owner", empty_value="–")
    def owner(self, flag: Flag) -> str | None:
        return str(flag.lead.owner.user) if flag.lead.owner else None

    @display(description="seen to by", empty_value="–")
    def seen_to_by(self, flag: Flag) -> str | None:
        return author(flag.cleared_by) if flag.cleared_at else None

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        facts = [
            ("Lead", link(obj.lead)),
            ("Owner", str(obj.lead.owner.user) if obj.lead.owner else "Nobody"),
            ("State", Badge(self.state(obj), "" if obj.cleared_at else "unknown")),
            ("What happened", obj.reason),
            ("Since", moment(obj.raised_at)),
        ]
        if obj.from_level:
            before, after = Level(obj.from_level), Level(obj.to_level)
            facts += [("Level before", Badge(before.name, before)), ("Level since then", Badge(after.name, after))]
        if obj.cleared_at:
            facts.append(("Seen to", Lines(moment(obj.cleared_at), (author(obj.cleared_by),))))
            facts.append(("What was done", obj.note or "–"))
        return {"title": f"{obj}: {obj.lead}", "facts": facts, "flags": [] if obj.cleared_at else [SeenTo(flag=obj)]}

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.clear)
        return [path("<path:object_id>/clear/", view, name="leads_flag_clear"), *super().get_urls()]

    def clear(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say that a flag was seen to, and go to its lead."""
        flag = self.get_object(request, object_id)
        if flag is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method != "POST":
            return redirect(address_of(flag))
        form = SeenTo(request.POST, flag=flag)
        if not form.is_valid():
            messages.error(request, "Write what was done in at most 2,000 plain characters.")
        elif flag.cleared_at is not None:
            messages.info(request, "Somebody saw to it already.")
        else:
            note = form.cleaned_data["note"]
            services.clear_flag(flag_id=flag.pk, by=the_viewer(request), now=timezone.now(), note=note)
            messages.success(request, f"“{flag.lead}” is seen to.")
        return redirect(address_of(flag.lead))
