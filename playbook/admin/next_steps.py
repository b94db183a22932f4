"""Next steps, those that are due first; what is done with one or many; and leads that have none."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Case, F, Q, QuerySet, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import action, display

from leads.admin.chosen import the_viewer
from leads.admin.journeys.acting import ActsOnRows
from leads.admin.journeys.lead_forms import FORMS as LEAD_FORMS
from leads.admin.journeys.lead_page import SHOWN, further
from leads.admin.journeys.leads import further_filters
from leads.admin.reading import Badge, Lines, Table, author, in_list, link, moment
from leads.admin.refusals import add_refusal
from leads.admin.site import site
from leads.domain.errors import DomainError
from leads.models import Door, Lead, Membership
from leads.tenancy import Viewer
from playbook.admin.step_forms import FORMS, TAKERS, Give, Plan, StepForm, chosen, problems_by_step, whose_step
from playbook.domain.steps import StepStatus
from playbook.models import NextStep
from playbook.selectors import without_next_step
from playbook.services.reassigning import StepsRefused

CHOSEN_AT_MOST = 900  # a form has at most 1,000 fields
OPEN_FIRST = Case(When(status=StepStatus.OPEN, then=F("due_at"))).asc(nulls_last=True)
COLOURS = {"Open": "", "Snoozed": "unknown", "Done": "yes", "Skipped": "no"}


class OverdueFilter(DropdownFilter):
    title, parameter_name = "overdue", "overdue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Overdue, not snoozed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "yes":
            return queryset
        now = timezone.now()
        awake = Q(snoozed_until__isnull=True) | Q(snoozed_until__lte=now)
        return queryset.filter(awake, status=StepStatus.OPEN, due_at__lt=now)


class WhoseFilter(DropdownFilter):
    """Mine, a role's, or a member's."""

    title, parameter_name = "whose", "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        members = Membership.objects.visible_to(the_viewer(request)).select_related("user").order_by("user__name")
        roles = [(f"role:{role.value}", f"Whoever of {role.label.lower()}") for role in TAKERS]
        return [("mine", "Mine"), *roles, *((f"member:{member.pk}", str(member)) for member in members)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = str(self.value() or "")
        if not value:
            return queryset
        if value == "mine":
            member = the_viewer(request).membership
            return queryset.none() if member is None else queryset.filter(assigned_to=member)
        try:
            member_id, role = chosen(value)
        except ValueError:
            return queryset.none()
        if role is not None:
            return queryset.filter(assigned_to__isnull=True, role=role.value)
        return queryset.filter(assigned_to=member_id)


@admin.register(NextStep, site=site)
class NextStepAdmin(ActsOnRows):
    acts = FORMS
    page_template = "leads/admin/lead.html"
    list_display = ("lead_shown", "what", "whose", "due", "state")
    list_display_links = ("lead_shown", "what")
    list_select_related = ("lead__organization", "assigned_to__user")
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("kind", ChoicesDropdownFilter),
        OverdueFilter,
        WhoseFilter,
    )
    search_fields = ("title", "lead__title", "lead__organization__name")
    ordering = (OPEN_FIRST, "-id")
    actions = ("reassign_chosen",)

    @display(description="lead")
    def lead_shown(self, step: NextStep) -> str:
        return step.lead.title or str(step.lead.organization)

    @display(description="what")
    def what(self, step: NextStep) -> str:
        return in_list(Lines(step.title, (step.get_kind_display(),)))

    @display(description="whose")
    def whose(self, step: NextStep) -> str:
        return whose_step(step)

    @display(description="due", ordering="due_at")
    def due(self, step: NextStep) -> str:
        return in_list(due_of(step, timezone.now()))

    @display(
        description="state",
        label={"Open": "info", "Snoozed": "warning", "Done": "success"},
    )
    def state(self, step: NextStep) -> str:
        return state_of(step, timezone.now())

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {
            "title": f"{obj.get_kind_display()}: {obj.title}",
            "facts": _facts(obj, timezone.now()),
            "tables": [_talk_track(obj)] if obj.talk_track else [],
            "forms": self.forms(obj, the_viewer(request)),
        }

    def forms(self, row: Any, viewer: Viewer) -> dict[str, StepForm]:
        if row.status != StepStatus.OPEN:
            return {}
        return {name: form(nextstep=row, viewer=viewer) for name, form in FORMS.items()}

    # --- Many at once ----------------------------------------------------------------------------

    @action(description="Reassign")
    def reassign_chosen(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        """Show who may get the chosen steps; give them away when somebody was chosen, all or none."""
        viewer, now = the_viewer(request), timezone.now()
        address = reverse("admin:playbook_nextstep_changelist")
        rows = list(queryset.order_by("due_at", "pk")[: CHOSEN_AT_MOST + 1])
        if len(rows) > CHOSEN_AT_MOST:
            messages.error(request, f"Choose at most {CHOSEN_AT_MOST} at once.")
            return HttpResponseRedirect(address)
        ids = [row.pk for row in rows]
        form = Give(request.POST if "to" in request.POST else None, viewer=viewer)
        problems: dict[int, str] = {}
        if form.is_bound and form.is_valid():
            try:
                messages.success(request, form.give(ids, now))
            except StepsRefused as refusal:
                problems = problems_by_step(refusal, ids)
                form.add_error(None, "None was given away: those marked below cannot be. Leave them out.")
            except DomainError as refusal:
                add_refusal(form, refusal)
            else:
                return HttpResponseRedirect(address)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": f"Reassign {len(rows):,} {'step' if len(rows) == 1 else 'steps'}",
            "is_popup": False,
            "media": self.media,
            "form": form,
            "rows": ids,
            "checkbox": ACTION_CHECKBOX_NAME,
            "address": address,
            "table": _chosen(rows, problems, now),
        }
        return TemplateResponse(request, "playbook/admin/reassign.html", context)


def _chosen(rows: list[NextStep], problems: dict[int, str], now: datetime) -> Table:
    """Return the chosen steps, those that cannot be given away first, each with why."""
    shown = sorted(rows, key=lambda row: row.pk not in problems)[: max(100, len(problems))]
    return Table(
        "What was chosen",
        ("Step", "Lead", "Whose", "State"),
        [
            (
                link(row),
                link(row.lead),
                whose_step(row),
                Lines(Badge("Cannot be given away", "no"), (problems[row.pk],))
                if row.pk in problems
                else _badge(state_of(row, now)),
            )
            for row in shown
        ],
        note=f"The first {len(shown)} of {len(rows):,}." if len(shown) < len(rows) else "",
    )


def is_overdue(step: NextStep, now: datetime) -> bool:
    return step.status == StepStatus.OPEN and step.due_at < now and not _is_snoozed(step, now)


def _is_snoozed(step: NextStep, now: datetime) -> bool:
    return step.status == StepStatus.OPEN and step.snoozed_until is not None and step.snoozed_until > now


def state_of(step: NextStep, now: datetime) -> str:
    return "Snoozed" if _is_snoozed(step, now) else step.get_status_display()


def due_of(step: NextStep, now: datetime) -> Any:
    """Return when a step is due, marked if that has passed."""
    if is_overdue(step, now):
        return Lines(Badge("Overdue", "no"), (moment(step.due_at),))
    return Lines(
        moment(step.due_at), (f"snoozed until {moment(step.snoozed_until)}",) if _is_snoozed(step, now) else ()
    )


def _badge(state: str) -> Badge:
    return Badge(state, COLOURS[state])


def _facts(step: NextStep, now: datetime) -> list[tuple[str, Any]]:
    by_play = step.run.play.name if step.run else ""
    made_by = f"The play “{by_play}”" if by_play else author(step.created_by)
    rows = [
        ("Lead", link(step.lead)),
        ("State", _badge(state_of(step, now))),
        ("Whose", whose_step(step)),
        ("Due", due_of(step, now)),
        ("Planned", Lines(moment(step.created_at), (made_by, Door(step.door).label))),
    ]
    if step.closed_at:
        rows.append((step.get_status_display(), Lines(moment(step.closed_at), (author(step.closed_by),))))
    if step.reason:
        rows.append(("Skipped because of", str(step.reason)))
    if step.outcome:
        rows.append(("What came of it", _paragraphs(step.outcome)))
    return rows


def _talk_track(step: NextStep) -> Table:
    rows = [(row,) for row in step.talk_track.splitlines() if row.strip()]
    return Table("Talk track", ("What to say",), rows)


def _paragraphs(text: str) -> Any:
    first, *more = [row for row in text.splitlines() if row.strip()] or ["–"]
    return Lines(first, tuple(more))


# --- On the pages of leads -----------------------------------------------------------------------


def next_steps_of(lead: Lead, viewer: Viewer) -> Table:
    """Return the table of a lead's next steps, open ones first."""
    found = lead.next_steps.select_related("assigned_to__user", "reason").order_by(OPEN_FIRST, "-pk")[:SHOWN]
    now = timezone.now()
    return Table(
        "Next steps",
        ("What", "Whose", "Due", "State"),
        [
            (
                Lines(link(row), (row.get_kind_display(),)),
                whose_step(row),
                due_of(row, now),
                Lines(_badge(state_of(row, now)), tuple(filter(None, (str(row.reason or ""), row.outcome)))),
            )
            for row in found
        ],
        "Nothing is planned.",
    )


class PlannedFilter(DropdownFilter):
    title, parameter_name = "next step", "next_step"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("none", "SQLs and opportunities without one")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return without_next_step(queryset) if self.value() == "none" else queryset


LEAD_FORMS[Plan.name] = Plan
further.insert(0, next_steps_of)
further_filters.append(PlannedFilter)
