"""Plays: written without JSON, tried on what happened, switched on and off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from leads.admin.archived import ArchivedFilter
from leads.admin.chosen import the_viewer
from leads.admin.explained import Code
from leads.admin.reading import Table, link, moment
from leads.admin.site import site
from leads.domain.errors import DomainError
from leads.tenancy import Viewer
from playbook.admin.conditions import WithConditions
from playbook.admin.play_forms import PlayForm, PlayStepInline, in_use, kept_steps
from playbook.models import Play
from playbook.services import plays
from playbook.services.play_vocabulary import COUNTS_FOR_HAPPENING, vocabulary
from playbook.services.trial import try_play

Act = Callable[[Play, int, Viewer], tuple[str, Play]]


def _switch_on(play: Play, revision: int, by: Viewer) -> tuple[str, Play]:
    plays.switch_on(play_id=play.pk, expected_revision=revision, by=by, now=timezone.now())
    return f"{play} is on: it answers what happens from now on.", play


def _switch_off(play: Play, revision: int, by: Viewer) -> tuple[str, Play]:
    plays.switch_off(play_id=play.pk, expected_revision=revision, by=by)
    return f"{play} is off.", play


def _copy(play: Play, revision: int, by: Viewer) -> tuple[str, Play]:
    copied = plays.copy_play(play_id=play.pk, by=by)
    return f"{copied} is there, switched off.", copied


def _archive(play: Play, revision: int, by: Viewer) -> tuple[str, Play]:
    archived = play.archived_at is None
    plays.archive_play(play_id=play.pk, archived=archived, expected_revision=revision, by=by, now=timezone.now())
    return (f"{play} is archived." if archived else f"{play} can be used again; it is off."), play


ACTS: dict[str, Act] = {"switch_on": _switch_on, "switch_off": _switch_off, "copy": _copy, "archive": _archive}


def _if_counts(field: str) -> str:
    """Return when a field of the page counts, as the page asks it."""
    found = [happening.value for happening, fields in COUNTS_FOR_HAPPENING.items() if field in fields]
    return " || ".join(f"happening == '{happening}'" for happening in found)


@admin.register(Play, site=site)
class PlayAdmin(WithConditions):
    form = PlayForm
    inlines = (PlayStepInline,)
    change_form_template = "playbook/admin/play.html"
    list_display = ("name", "waits_for", "state", "since")
    list_filter = (("happening", ChoicesDropdownFilter), ArchivedFilter)
    search_fields = ("name", "key")
    ordering = ("position", "id")
    labels = {"happening": "When", "from_stage": "Stage left", "to_stage": "Stage entered", "days": "Days"}
    help_texts = {
        "from_stage": "Left empty, any.",
        "to_stage": "Left empty, any.",
        "days": "Working days in which nothing happened; or days after the date, negative for days before it.",
    }
    conditional_fields = {
        "from_stage": _if_counts("fromStage"),
        "to_stage": _if_counts("toStage"),
        "to_phase": _if_counts("toPhase"),
        "attribute": _if_counts("attribute"),
        "days": _if_counts("days"),
    }
    fieldsets = (
        (None, {"fields": ("name", "read_revision")}),
        (
            "What it waits for",
            {"fields": ("happening", "from_stage", "to_stage", "to_phase", "attribute", "days", "condition")},
        ),
        ("How it is kept", {"fields": ("place",)}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj is not None and obj.archived_at is None else self.fieldsets[:-1]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.help_texts:
            kwargs["help_text"] = self.help_texts[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An archived play is read; it is used again first."""
        return super().has_change_permission(request, obj) and in_use(obj)

    # --- Saving ----------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Leave it to `save_related`, since a play is written with its steps."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        by, steps = the_viewer(request), kept_steps(formsets[0])
        request.step_places = {str(step.prefix): place for place, step in enumerate(steps)}  # type: ignore[attr-defined]
        spec = form.spec([step.spec() for step in steps])
        if not change:
            form.instance.pk = plays.create_play(spec=spec, by=by).pk
            return
        play_id, revision = form.instance.pk, form.cleaned_data["read_revision"] or 0
        plays.change_play(play_id=play_id, spec=spec, expected_revision=revision, by=by)
        if "place" in form.changed_data and form.cleaned_data["place"] != "":
            plays.place_play(play_id=play_id, place=form.cleaned_data["place"], by=by)

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        return super().construct_change_message(request, form, [], add)

    def response_post_save_add(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Go on to where it is tried and switched on."""
        return redirect("admin:playbook_play_change", obj.pk)

    response_post_save_change = response_post_save_add

    # --- The page --------------------------------------------------------------------------------

    def conditions(self, row: Play) -> tuple[str, ...]:
        return (row.condition,)

    def names(self, viewer: Viewer) -> list[Table]:
        return [*super().names(viewer), _fillable(viewer)]

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        acts = [
            path(f"<path:object_id>/{name}/", view(self.act), {"name": name}, name=f"playbook_play_{name}")
            for name in ACTS
        ]
        trial = path("<path:object_id>/trial/", view(self.trial), name="playbook_play_trial")
        return [trial, *acts, *super().get_urls()]

    def act(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Switch, copy or archive a play, and go to what came of it."""
        play = self.get_object(request, object_id)
        if play is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST":
            given = request.POST.get("revision", "")
            revision = int(given) if given.isascii() and given.isdigit() else 0
            try:
                said, play = ACTS[name](play, revision, the_viewer(request))
            except DomainError as refusal:
                messages.error(request, refusal.message)
            else:
                messages.success(request, said)
        return redirect("admin:playbook_play_change", play.pk)

    def trial(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what a play would have done in the last days."""
        play = self.get_object(request, object_id)
        if play is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        given = request.GET.get("days", "30")
        days = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else 0
        found, problem = None, ""
        try:
            found = try_play(play_id=play.pk, by=the_viewer(request), now=timezone.now(), days=days)
        except DomainError as refusal:
            problem = refusal.message
        rows = [
            (moment(each.at), link(each.lead), str(each.lead.organization), each.kind.replace("_", " "), each.title)
            for each in (found.examples if found else ())
        ]
        headers = ("When", "Lead", "Organization", "To do", "About")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": play,
            "title": f"{play}: on what happened lately",
            "found": found,
            "problem": problem,
            "days": given,
            "choices": ("7", "30", "90", "365"),
            "table": Table("Some of the steps", headers, rows, empty="It would have made no next step."),
            "media": self.media,
        }
        return TemplateResponse(request, "playbook/admin/play_trial.html", context)

    # --- The list --------------------------------------------------------------------------------

    @display(description="waits for", ordering="happening")
    def waits_for(self, play: Play) -> str:
        return play.get_happening_display()

    @display(description="state", label={"On": "success", "Off": "warning", "Archived": ""})
    def state(self, play: Play) -> str:
        if play.archived_at:
            return "Archived"
        return "On" if play.switched_on_at else "Off"

    @display(description="on since")
    def since(self, play: Play) -> str:
        return moment(play.switched_on_at)


def _fillable(viewer: Viewer) -> Table:
    rows = [(Code(f"{{{name}}}"), meaning) for name, meaning in vocabulary(viewer).fillable.items()]
    return Table("What texts can name in braces", ("Written", "What stands there"), rows)
