"""The sales process: what it is called, its phases with their exit criteria, and how leads went through them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from leads.admin.archived import ArchivableForm, ArchivedFilter
from leads.admin.authoring.conditions import rule_widget
from leads.admin.authoring.rows import RowForm, TableOfRows
from leads.admin.chosen import the_viewer
from leads.admin.reading import Badge, Lines, Table, author, in_list, link, moment
from leads.admin.site import site
from leads.admin.tenant import ReadOnlyAdmin, TenantAdmin, TenantForm
from leads.domain.stages import Stage
from leads.models import Attribute, Lead
from playbook.admin.conditions import WithConditions, readable_condition
from playbook.domain.process import ORDER, Severity
from playbook.models import ExitCriterion, Phase, PhaseMove, SalesProcess
from playbook.services import process as processes

BY_PEOPLE = "Nobody but people"


class AtRevision(TenantForm):
    """A form that knows at which revision of the process it was read."""

    at_revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "at_revision" in self.fields:
            self.initial["at_revision"] = processes.process_of(self.viewer).revision


@admin.register(SalesProcess, site=site)
class SalesProcessAdmin(TenantAdmin):
    form = AtRevision
    list_display = ("name", "outreach", "phases_shown")
    labels = {"outreach_at_most": "Outreach at most", "outreach_days": "Within days"}
    fieldsets = (
        (None, {"fields": ("name", "at_revision")}),
        (
            "How much plays may ask for",
            {
                "fields": ("outreach_at_most", "outreach_days"),
                "description": "Calls, e-mails and meetings with one lead in so many days. What goes beyond is not "
                "planned, and the run of the play says so.",
            },
        ),
    )

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """No: every business has its one process."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = form.cleaned_data
        processes.change_process(
            expected_revision=given["at_revision"],
            name=given["name"],
            outreach_at_most=given["outreach_at_most"],
            outreach_days=given["outreach_days"],
            by=the_viewer(request),
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("phases")

    @display(description="outreach")
    def outreach(self, process: SalesProcess) -> str:
        return f"{process.outreach_at_most} in {process.outreach_days} days with one lead"

    @display(description="phases")
    def phases_shown(self, process: SalesProcess) -> str:
        return " → ".join(phase.name for phase in process.phases.all() if phase.archived_at is None)


# --- Phases --------------------------------------------------------------------------------------


class CriterionForm(RowForm):
    def clean_rule(self) -> str:
        return readable_condition(self.cleaned_data["rule"], self.viewer)


class CriterionInline(TableOfRows):
    model = ExitCriterion
    form = CriterionForm
    fields = ("name", "rule", "severity", "position")
    labels = {"name": "What must hold", "rule": "Condition", "severity": "If it does not"}
    verbose_name = "exit criterion"
    verbose_name_plural = "exit criteria: what a buyer could confirm before the phase is left for a later one"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(archived_at__isnull=True)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "rule":
            kwargs["widget"] = rule_widget(1)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class PhaseForm(ArchivableForm, AtRevision):
    """A phase with the attributes that it shows, and its place, told by what comes before it."""

    shows = forms.MultipleChoiceField(
        required=False,
        label="Attributes that matter most",
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Shown first on the page of a lead that is in this phase.",
    )
    place = forms.TypedChoiceField(coerce=int, label="Comes", widget=UnfoldAdminSelectWidget)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        if "archived" in fields:
            fields["archived"].help_text = "Leads that are in it enter the phase of their stage."
        attributes = Attribute.objects.visible_to(self.viewer).filter(archived_at__isnull=True)
        fields["shows"].choices = list(attributes.order_by("label").values_list("key", "label"))
        stages = [(stage.value, stage.label) for stage in ORDER]
        fields["begins_with"].choices = [("", BY_PEOPLE), *stages]
        rows = Phase.objects.visible_to(self.viewer).filter(archived_at__isnull=True)
        others = [phase for phase in rows if phase.pk != self.instance.pk]
        fields["place"].choices = list(enumerate(["first", *(f"after {phase}" for phase in others)]))
        own = (self.instance.position, self.instance.pk or 0)
        before = [phase for phase in others if (phase.position, phase.pk) < own]
        self.initial["place"] = len(others) if self.instance.pk is None else len(before)


@admin.register(Phase, site=site)
class PhaseAdmin(WithConditions):
    form = PhaseForm
    inlines = (CriterionInline,)
    list_display = ("name", "begins", "criteria", "leads_now", "state")
    list_filter = (ArchivedFilter,)
    search_fields = ("name", "key")
    ordering = ("position", "id")
    labels = {"begins_with": "Begins with the stage"}
    help_texts = {
        "begins_with": "A lead that enters this stage enters the phase. Where no stage does, people move leads there "
        "out of the phase before.",
    }
    fieldsets = (
        (None, {"fields": ("name", "guidance", "begins_with", "place", "at_revision")}),
        ("What is shown of a lead", {"fields": ("shows",)}),
        ("How it is kept", {"fields": ("key", "archived")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj is not None else fieldsets[:-1]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("key",) if obj else ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.help_texts:
            kwargs["help_text"] = self.help_texts[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        there = Lead.objects.visible_to(the_viewer(request)).filter(phase=OuterRef("key")).order_by().values("phase")
        in_use = Count("exit_criteria", filter=Q(exit_criteria__archived_at__isnull=True))
        return (
            super()
            .get_queryset(request)
            .annotate(leads=Coalesce(Subquery(there.annotate(n=Count("pk")).values("n")), 0), asked=in_use)
        )

    def conditions(self, row: Phase) -> Iterable[str]:
        return row.exit_criteria.filter(archived_at__isnull=True).values_list("rule", flat=True)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Leave it to `save_related`, which knows the exit criteria, too."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        for formset in formsets:
            formset.save(commit=False)  # the log of the admin reads what changed
        given, phase, now, by = form.cleaned_data, form.instance, timezone.now(), the_viewer(request)
        begins = Stage(given["begins_with"]) if given["begins_with"] else None
        changes = processes.PhaseChanges(
            name=given["name"],
            guidance=given["guidance"],
            shows=given["shows"],
            begins_with=begins,
            people_begin=begins is None,
            criteria=[spec for formset in formsets for spec in _specs(formset)],
        )
        at = {"expected_revision": given["at_revision"], "by": by, "now": now}
        if not change:
            form.instance.pk = processes.add_phase(changes=changes, place=given["place"], **at).pk
            return
        # Whatever is refused, nothing of it is kept: the page is one transaction.
        if "place" in form.changed_data and not given["archived"]:
            processes.place_phase(phase_id=phase.pk, place=given["place"], **at)
            at["expected_revision"] += 1
        processes.change_phase(phase_id=phase.pk, changes=changes, **at)
        if "archived" in form.changed_data:
            at["expected_revision"] += 1
            processes.archive_phase(phase_id=phase.pk, archived=given["archived"], **at)

    @display(description="begins with", label=True)
    def begins(self, phase: Phase) -> str:
        return Stage(phase.begins_with).label if phase.begins_with else BY_PEOPLE

    @display(description="exit criteria")
    def criteria(self, phase: Any) -> str:
        return str(phase.asked or "–")

    @display(description="leads in it now")
    def leads_now(self, phase: Any) -> str:
        return f"{phase.leads:,}"

    @display(description="state")
    def state(self, phase: Phase) -> str:
        return in_list(Badge("Archived", "no") if phase.archived_at else Badge("In use", "yes"))


def _specs(formset: Any) -> list[processes.CriterionSpec]:
    """Return the exit criteria of a page in their order, those that were taken away left out."""
    kept = [
        form
        for form in formset.forms
        if form.cleaned_data
        and not form.cleaned_data.get("DELETE")
        and (form.instance.pk is not None or form.has_changed())
    ]
    kept.sort(key=lambda form: form.cleaned_data["position"])
    return [
        processes.CriterionSpec(
            name=form.cleaned_data["name"],
            rule=form.cleaned_data["rule"],
            severity=Severity(form.cleaned_data["severity"]),
            key=form.instance.key,
        )
        for form in kept
    ]


# --- What happened -------------------------------------------------------------------------------


@admin.register(PhaseMove, site=site)
class PhaseMoveAdmin(ReadOnlyAdmin):
    list_display = ("lead_shown", "way", "when", "by", "override_reason")
    list_select_related = ("lead__organization", "author__user")
    search_fields = ("lead__title", "lead__organization__name")
    ordering = ("-id",)

    @display(description="lead")
    def lead_shown(self, move: PhaseMove) -> str:
        return move.lead.title or str(move.lead.organization)

    @display(description="phase")
    def way(self, move: PhaseMove) -> str:
        return f"{move.from_phase or '–'} → {move.to_phase or '–'}"

    @display(description="when", ordering="at")
    def when(self, move: PhaseMove) -> str:
        return moment(move.at)

    @display(description="by")
    def by(self, move: PhaseMove) -> str:
        return author(move.author)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        warnings = [(found["name"], _outcome(found["outcome"])) for found in obj.warnings]
        return {
            "title": f"{self.lead_shown(obj)}: {self.way(obj)}",
            "facts": [
                ("Lead", link(obj.lead)),
                ("When", moment(obj.at)),
                ("By", Lines(author(obj.author), (obj.get_door_display(),))),
                ("With the move", link(obj.transition)),
                ("Left nevertheless, because", obj.override_reason or "–"),
            ],
            "tables": [Table("What did not hold", ("Exit criterion", "Was"), warnings, "All held, or none was asked.")],
        }


def _outcome(said: str) -> Badge:
    return Badge("Not known", "unknown") if said == "unknown" else Badge("Not so", "no")
