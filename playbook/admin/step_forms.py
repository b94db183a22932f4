"""What is done with next steps; each form is one call of a service."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, ClassVar

from django import forms

from leads.admin.fields import line, moment_field, paragraph, select, whole_number
from leads.admin.journeys.lead_forms import LeadForm
from leads.admin.journeys.opportunities import reason_choices
from leads.admin.reading import moment
from leads.domain.reasons import ReasonKind
from leads.domain.stages import CLOSED, Stage
from leads.models import Lead, Membership, Role
from leads.tenancy import Viewer
from playbook.domain.steps import StepKind
from playbook.models import NextStep
from playbook.models.plays import STEP_KINDS
from playbook.services import steps
from playbook.services.reassigning import StepsRefused, reassign_steps
from playbook.services.step_rows import StepIsClosed, is_refused

TAKERS = tuple(role for role in Role if role != Role.VIEWER)
DUE_HELP = "Give the moment, or working days from now."


def whose_step(step: NextStep) -> str:
    """Return whose a step is, in words."""
    return str(step.assigned_to.user) if step.assigned_to else f"Whoever of {step.get_role_display().lower()}"


def people_choices(viewer: Viewer, first: str) -> list[tuple[str, Any]]:
    """Return the members and roles that may have a step, `first` standing for no choice."""
    found = Membership.objects.visible_to(viewer).filter(is_active=True, role__in=TAKERS).select_related("user")
    members = [(f"member:{member.pk}", str(member)) for member in found.order_by("user__name", "pk")]
    roles = [(f"role:{role.value}", f"Whoever of {role.label.lower()}") for role in TAKERS]
    return [("", first), ("Members", members), ("Roles", roles)]


def chosen(value: str) -> tuple[int | None, Role | None]:
    """Return the member's key or the role that was chosen; neither for an empty choice."""
    kind, _, key = value.partition(":")
    return (int(key), None) if kind == "member" else (None, Role(key) if key else None)


class Give(forms.Form):
    """To whom steps are given."""

    to = select(label="To")

    def __init__(self, data: Any = None, *, viewer: Viewer) -> None:
        super().__init__(data)
        self.viewer = viewer
        self.fields["to"].choices = people_choices(viewer, "Choose")  # type: ignore[attr-defined]

    def give(self, step_ids: Collection[int], now: datetime) -> str:
        """Give all of them or none, and say so; raise DomainError."""
        member_id, role = chosen(self.cleaned_data["to"])
        given = reassign_steps(step_ids=step_ids, to_id=member_id, role=role, by=self.viewer, now=now)
        to = dict(_flat(self.fields["to"].choices))[self.cleaned_data["to"]]  # type: ignore[attr-defined]
        counted = "1 step" if len(given) == 1 else f"{len(given):,} steps"
        return f"{counted} given to {to[0].lower() + to[1:] if role else to}."


def _flat(choices: Any) -> list[tuple[str, str]]:
    return [pair for value, label in choices for pair in (label if isinstance(label, list) else [(value, label)])]


def problems_by_step(refusal: StepsRefused, step_ids: Collection[int]) -> dict[int, str]:
    """Return what stands in the way of each step, by its key."""
    ids = list(dict.fromkeys(step_ids))
    return {
        ids[int(problem.path.removeprefix("steps[").removesuffix("]"))]: problem.message for problem in refusal.problems
    }


# --- On the page of a step -----------------------------------------------------------------------


class StepForm(forms.Form):
    """A form about one open step as it was when the page was read."""

    name: ClassVar[str]
    title: ClassVar[str]
    button: ClassVar[str]
    note: ClassVar[str] = ""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, nextstep: NextStep, viewer: Viewer) -> None:
        super().__init__(data, initial={"revision": nextstep.revision}, auto_id=f"{self.name}_%s")
        self.step, self.viewer = nextstep, viewer
        self.prepare()

    def prepare(self) -> None:
        """Offer what fits the step."""

    def apply(self, now: datetime) -> str:
        """Do it and say what was done; raise DomainError."""
        raise NotImplementedError

    def asked(self) -> dict[str, Any]:
        return {"step_id": self.step.pk, "expected_revision": self.cleaned_data["revision"], "by": self.viewer}


class Complete(StepForm):
    name = "complete"
    title = "It is done"
    button = "Done"

    outcome = paragraph(2, required=False, label="What came of it")

    def apply(self, now: datetime) -> str:
        steps.complete_step(outcome=self.cleaned_data["outcome"], now=now, **self.asked())
        return "Done."


class Skip(StepForm):
    name = "skip"
    title = "Skip it"
    button = "Skip"

    reason = select(label="Reason")
    outcome = paragraph(2, required=False, label="In words")

    def prepare(self) -> None:
        self.fields["reason"].choices = reason_choices(self.viewer, ReasonKind.STEP_SKIPPED)  # type: ignore[attr-defined]

    def apply(self, now: datetime) -> str:
        given = self.cleaned_data
        steps.skip_step(reason_id=int(given["reason"]), outcome=given["outcome"], now=now, **self.asked())
        return "Skipped."


class Snooze(StepForm):
    name = "snooze"
    title = "Snooze it"
    button = "Snooze"
    note = "It is not shown as due before then. What was promised, and when, stays."

    until = moment_field()

    def apply(self, now: datetime) -> str:
        snoozed = steps.snooze_step(until=self.cleaned_data["until"], now=now, **self.asked())
        return f"Snoozed until {moment(snoozed.snoozed_until)}."


class Reassign(StepForm):
    name = "reassign"
    title = "Give it to somebody else"
    button = "Reassign"

    to = select(label="To")

    def prepare(self) -> None:
        del self.fields["revision"]
        self.fields["to"].choices = people_choices(self.viewer, "Choose")  # type: ignore[attr-defined]

    def apply(self, now: datetime) -> str:
        member_id, role = chosen(self.cleaned_data["to"])
        try:
            reassign_steps(step_ids=[self.step.pk], to_id=member_id, role=role, by=self.viewer, now=now)
        except StepsRefused as refusal:
            raise StepIsClosed(problems_by_step(refusal, [self.step.pk])[self.step.pk]) from refusal
        return "Given away."


class Change(StepForm):
    name = "change_step"
    title = "Change it"
    button = "Save"

    kind = select()
    title_given = line(max_length=300, label="Title")
    talk_track = paragraph(4, required=False)
    due_at = moment_field(required=False, label="Due", help_text=DUE_HELP)
    working_days = whole_number(required=False, label="Due in working days")

    def prepare(self) -> None:
        step = self.step
        self.fields["kind"].choices = kinds_for(step.lead, step.kind)  # type: ignore[attr-defined]
        self.initial = {
            **self.initial,
            "kind": step.kind,
            "title_given": step.title,
            "talk_track": step.talk_track,
        }
        self.fields["due_at"].help_text = f"Stays {moment(step.due_at)} if both are left empty. {DUE_HELP}"

    def apply(self, now: datetime) -> str:
        given = self.cleaned_data
        changes = steps.StepChanges(
            kind=StepKind(given["kind"]),
            title=given["title_given"],
            talk_track=given["talk_track"],
            due_at=given["due_at"],
            working_days=given["working_days"],
        )
        steps.change_step(changes=changes, now=now, **self.asked())
        return "Saved."


FORMS: dict[str, type[StepForm]] = {form.name: form for form in (Complete, Skip, Snooze, Reassign, Change)}


def kinds_for(lead: Lead, kept: str = "") -> list[tuple[str, str]]:
    """Return the kinds of steps that a lead takes, and the one that a step has."""
    return [(value, label) for value, label in STEP_KINDS if value == kept or not is_refused(lead, StepKind(value))]


# --- On the page of a lead -----------------------------------------------------------------------


class Plan(LeadForm):
    """Offered while the lead is open."""

    name = "plan"
    title = "Plan a next step"
    button = "Plan"

    kind = select()
    title_given = line(max_length=300, label="Title")
    talk_track = paragraph(3, required=False)
    due_at = moment_field(required=False, label="Due", help_text=DUE_HELP)
    working_days = whole_number(required=False, label="Due in working days")
    assigned_to = select(required=False, label="Whose")

    @classmethod
    def fits(cls, lead: Lead) -> bool:
        return Stage(lead.stage) not in CLOSED

    def prepare(self) -> None:
        del self.fields["revision"]
        self.fields["kind"].choices = kinds_for(self.lead)  # type: ignore[attr-defined]
        people = people_choices(self.viewer, "The lead's owner")
        self.fields["assigned_to"].choices = people  # type: ignore[attr-defined]

    def apply(self, now: datetime) -> str:
        given = self.cleaned_data
        member_id, role = chosen(given["assigned_to"])
        step = steps.add_step(
            lead_id=self.lead.pk,
            kind=StepKind(given["kind"]),
            title=given["title_given"],
            talk_track=given["talk_track"],
            due_at=given["due_at"],
            working_days=given["working_days"],
            assigned_to_id=member_id,
            role=role,
            by=self.viewer,
            now=now,
        )
        return f"Planned for {moment(step.due_at)}: {whose_step(step)}."
