"""The forms with which a play is written: itself, and its steps in their order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from leads.admin.authoring.conditions import rule_widget
from leads.admin.authoring.rows import FoldedRows, RowForm
from leads.admin.fields import select
from leads.admin.refusals import add_refusal
from leads.admin.tenant import TenantForm
from leads.domain.documents import DocumentRefused
from leads.domain.errors import DomainError
from leads.domain.stages import Stage
from leads.models import Attribute
from playbook.domain.happenings import Happening
from playbook.domain.playing import NURTURE_UNTIL, STEPS_AT_MOST, PlaySpec, StepSpec
from playbook.domain.steps import ActionKind, Addressee, DueUnit, StepKind
from playbook.models import Phase, Play, PlayStep
from playbook.services.play_vocabulary import COUNTS_FOR_HAPPENING

AT_STEP = re.compile(r"steps\[(\d+)\]\.?(.*)")


class PlayForm(TenantForm):
    """A play, and its place among the others, told by what comes before it."""

    attribute = select(required=False, label="About")
    to_phase = select(required=False, label="Phase entered", help_text="Left empty, any.")
    condition = forms.CharField(
        required=False,
        widget=rule_widget(2),
        label="Only if",
        help_text="A condition over the names listed above, such as lead_stage == “sql” and open_steps == 0. Left "
        "empty, it always applies. Where it is not known whether it holds, the play does nothing.",
    )
    place = forms.TypedChoiceField(
        coerce=int, required=False, label="Runs", widget=UnfoldAdminSelectWidget, help_text="Plays run in their order."
    )
    read_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["read_revision"] = self.instance.revision
        kept = Attribute.objects.visible_to(self.viewer).filter(archived_at__isnull=True).order_by("label")
        phases = Phase.objects.visible_to(self.viewer).filter(archived_at__isnull=True)
        offered = [(row.key, row.label) for row in kept]
        self._offer("attribute", [(NURTURE_UNTIL, "The day until which it is nurtured"), *offered])
        self._offer("to_phase", [(row.key, str(row)) for row in phases])
        if self.instance.pk is None:
            self.fields.pop("place", None)
        elif "place" in self.fields:
            rows = Play.objects.visible_to(self.viewer).filter(archived_at__isnull=True).exclude(pk=self.instance.pk)
            others = list(rows)
            places = enumerate(["first", *(f"after {play}" for play in others)])
            self.fields["place"].choices = list(places)  # type: ignore[attr-defined]
            own = (self.instance.position, self.instance.pk)
            self.initial["place"] = sum((play.position, play.pk) < own for play in others)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        now = getattr(self.instance, name)
        gone = [(now, f"{now} (not used any more)")] if now and now not in dict(choices) else []
        self.fields[name].choices = [("", "---------"), *choices, *gone]  # type: ignore[attr-defined]

    def clean(self) -> Any:
        """Leave out what does not count for what the play waits for.

        What was changed meanwhile is said here, since its steps are other rows by then.
        """
        given = super().clean() or self.cleaned_data
        if self.instance.pk is not None and given.get("read_revision") != self.instance.revision:
            self.add_error(None, "Somebody changed this play meanwhile. Read it again, then decide.")
        happening = given.get("happening")
        counts = COUNTS_FOR_HAPPENING.get(Happening(happening), ()) if happening else ()
        for name, field, empty in (
            ("from_stage", "fromStage", ""),
            ("to_stage", "toStage", ""),
            ("to_phase", "toPhase", ""),
            ("attribute", "attribute", ""),
            ("days", "days", 0),
        ):
            if field not in counts:
                given[name] = empty
                self.errors.pop(name, None)
        return given

    def full_clean(self) -> None:
        refusal, self.refusal = self.refusal, None
        super().full_clean()
        self.refusal = refusal
        if refusal is None or not self.is_bound:
            return
        for part in parts_of(refusal):
            if not AT_STEP.match(part.field or ""):
                add_refusal(self, part)

    def spec(self, steps: Sequence[StepSpec]) -> PlaySpec:
        """Return the play as it was written here; call it only once the form is valid."""
        given = self.cleaned_data
        return PlaySpec(
            name=given["name"],
            happening=Happening(given["happening"]),
            steps=tuple(steps),
            from_stage=Stage(given["from_stage"]) if given["from_stage"] else None,
            to_stage=Stage(given["to_stage"]) if given["to_stage"] else None,
            to_phase=given["to_phase"],
            attribute=given["attribute"],
            days=given["days"] or 0,
            condition=given["condition"],
        )


def parts_of(refusal: DomainError) -> list[DomainError]:
    """Return a refusal of a document as one refusal for each thing that is wrong."""
    if isinstance(refusal, DocumentRefused):
        return [DomainError(problem.message, field=problem.path) for problem in refusal.problems]
    return [refusal]


class PlayStepForm(RowForm):
    """A step; what a refusal says of it is found by where it stands among those that are kept."""

    place: int | None = None

    @property
    def summary(self) -> list[str]:
        return [] if self.instance.pk is None else [self.instance.get_action_display()]

    def full_clean(self) -> None:
        refusal, self.refusal = self.refusal, None
        super().full_clean()
        self.refusal = refusal
        for part in parts_of(refusal) if refusal is not None and self.is_bound else ():
            found = AT_STEP.match(part.field or "")
            if found and self.step_places.get(str(self.prefix)) == int(found[1]):
                add_refusal(self, DomainError(part.message, field=found[2]))

    step_places: dict[str, int]

    def spec(self) -> StepSpec:
        given = self.cleaned_data

        def key(name: str) -> int | None:
            return given[name].pk if given.get(name) else None

        return StepSpec(
            action=ActionKind(given["action"]),
            step_kind=StepKind(given["step_kind"]) if given["step_kind"] else None,
            title=given["title"],
            text=given["text"],
            addressee=Addressee(given["addressee"]),
            role=given["role"],
            member_id=key("member"),
            due_in=given["due_in"],
            due_unit=DueUnit(given["due_unit"]),
            template_id=key("template"),
            nurture_days=given["nurture_days"],
            webhook_id=key("webhook"),
        )


def in_use(play: Play | None) -> bool:
    """Tell whether a play may be written: one that is archived is used again first."""
    return play is None or play.archived_at is None


class PlayStepInline(FoldedRows):
    model = PlayStep
    form = PlayStepForm
    max_num = STEPS_AT_MOST
    verbose_name = "step"
    verbose_name_plural = "steps"
    note = "Done in this order. Texts may name values in braces, such as {organization} or {contact}."
    labels = {
        "action": "What is done",
        "step_kind": "By",
        "due_in": "Due in",
        "due_unit": "Counted in",
        "addressee": "For",
        "nurture_days": "Looked at again in (days)",
        "template": "Diagnosed by",
    }
    fieldsets = (
        (None, {"fields": ("action", "title", "text", "position")}),
        ("For next steps: how, and by when", {"fields": ("step_kind", "due_in", "due_unit")}),
        ("For next steps and e-mails: for whom", {"fields": ("addressee", "role", "member")}),
        ("For diagnoses, nurturing and webhooks", {"fields": ("template", "nurture_days", "webhook")}),
    )
    help_texts = {
        "title": "Of a next step, or the subject of an e-mail.",
        "text": "Talk track, text of the e-mail, or why the flag is raised or the lead is nurtured.",
        "role": "If it is for a role.",
        "member": "If it is for a member.",
        "step_kind": "Left empty for a proposed diagnosis: a meeting.",
    }

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and in_use(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and in_use(obj)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.refusal = getattr(request, "refusal", None)
        formset.form.step_places = getattr(request, "step_places", {})
        return formset

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "text":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 3})
        if db_field.name in self.help_texts:
            kwargs["help_text"] = self.help_texts[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_field_queryset(self, db: Any, db_field: Any, request: HttpRequest) -> Any:
        """Return what can be chosen: members and webhooks that are in use."""
        rows = super().get_field_queryset(db, db_field, request)
        kept = {"member": {"is_active": True}, "webhook": {"archived_at__isnull": True}}
        return rows.filter(**kept.get(db_field.name, {}))


def kept_steps(formset: Any) -> list[PlayStepForm]:
    """Return the forms of the steps that are wanted, in their order."""
    wanted = [
        form
        for form in formset.forms
        if not form.cleaned_data.get("DELETE") and (form.instance.pk is not None or form.has_changed())
    ]
    return sorted(wanted, key=lambda form: form.cleaned_data.get("position") or 0)
