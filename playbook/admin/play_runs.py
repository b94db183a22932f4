"""What became of plays, in words; and what could not be worked off, which can be tried again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import action, display

from leads.admin.chosen import the_viewer
from leads.admin.reading import Badge, Table, link, moment
from leads.admin.site import site
from leads.admin.tenant import ReadOnlyAdmin, RelatedFilter
from leads.domain.errors import DomainError
from playbook.domain.results import in_words
from playbook.models import EventFailure, PlayRun
from playbook.models.plays import said
from playbook.services.working_off import retry_event

STATES = {"Done": "success", "Unknown": "warning", "Stopped": "danger", "Refused": "danger", "Did not apply": ""}
COLOURS = {"done": "yes", "unknown": "unknown", "stopped": "no", "refused": "no"}
OPEN = {"Tried again": "warning", "Given up": "danger", "Solved": "success"}


class PlayFilter(RelatedFilter):
    title, parameter_name, field_name = "play", "play", "play"


@admin.register(PlayRun, site=site)
class PlayRunAdmin(ReadOnlyAdmin):
    list_display = ("play", "lead", "state", "came_to", "at")
    list_select_related = ("play", "lead__organization")
    list_filter = (PlayFilter, ("status", ChoicesDropdownFilter))
    search_fields = ("play__name", "lead__title", "lead__organization__name")

    @display(description="status", label=STATES, ordering="status")
    def state(self, run: PlayRun) -> str:
        return run.get_status_display()

    @display(description="what came of it")
    def came_to(self, run: PlayRun) -> str:
        return run.problem or " ".join(in_words(result) for result in run.results) or "–"

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        facts = [
            ("Play", link(obj.play)),
            ("Lead", link(obj.lead)),
            ("Status", Badge(obj.get_status_display(), COLOURS.get(obj.status, ""))),
            ("Because of", f"{said(obj.event.kind)}, {moment(obj.event.at)}"),
            ("Worked off", moment(obj.at)),
            ("Why", obj.problem or "–"),
        ]
        results = [(f"{place}.", in_words(result)) for place, result in enumerate(obj.results, start=1)]
        steps = [(str(step), moment(step.due_at), step.get_status_display()) for step in obj.next_steps.all()]
        return {
            "facts": facts,
            "tables": [
                Table("Its steps", ("Step", "What became of it"), results, empty="None of its steps was done."),
                Table("Next steps that it made", ("About", "Due", "Status"), steps, empty="None."),
            ],
        }


class OpenFilter(DropdownFilter):
    title, parameter_name = "state", "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Open"), ("given_up", "Given up"), ("solved", "Solved")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "open":
                return queryset.filter(solved_at__isnull=True)
            case "given_up":
                return queryset.filter(solved_at__isnull=True, try_again_at__isnull=True)
            case "solved":
                return queryset.filter(solved_at__isnull=False)
            case _:
                return queryset


@admin.register(EventFailure, site=site)
class EventFailureAdmin(ReadOnlyAdmin):
    list_display = ("what", "lead", "state", "attempts", "problem", "changed_at")
    list_select_related = ("event__lead__organization",)
    list_filter = (OpenFilter,)
    search_fields = ("problem",)
    actions = ("try_again",)

    @action(description="Try again")
    def try_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        again = 0
        for failure in queryset.order_by("pk"):
            try:
                found = retry_event(failure_id=failure.pk, by=the_viewer(request), now=timezone.now())
                again += found.solved_at is None
            except DomainError as refusal:
                messages.error(request, f"{failure}: {refusal.message}")
        if again:
            messages.success(request, "It is tried again." if again == 1 else f"{again} are tried again.")
        else:
            messages.info(request, "Nothing of this is to be tried again.")

    @display(description="what happened")
    def what(self, failure: EventFailure) -> str:
        return said(failure.event.kind)

    @display(description="lead")
    def lead(self, failure: EventFailure) -> str:
        return str(failure.event.lead)

    @display(description="state", label=OPEN)
    def state(self, failure: EventFailure) -> str:
        if failure.solved_at:
            return "Solved"
        return "Tried again" if failure.try_again_at else "Given up"

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        state = self.state(obj)
        colours = {"Solved": "yes", "Tried again": "unknown", "Given up": "no"}
        return {
            "title": f"{said(obj.event.kind)}: {obj.event.lead}",
            "facts": [
                ("What happened", f"{said(obj.event.kind)}, {moment(obj.event.at)}"),
                ("Lead", link(obj.event.lead)),
                ("State", Badge(state, colours[state])),
                ("Attempts", str(obj.attempts)),
                ("Last problem", obj.problem),
                ("That was", moment(obj.changed_at)),
                ("Tried again", moment(obj.try_again_at)),
                ("Solved", moment(obj.solved_at)),
            ],
        }
