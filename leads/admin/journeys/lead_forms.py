"""What a manager does with one lead; each form is one call of a service."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from leads import services
from leads.admin.fields import DayInput, line, paragraph, select
from leads.admin.journeys.acting import LEAVE_ANYWAY
from leads.admin.journeys.opportunities import reason_choices
from leads.admin.journeys.standing import is_overridden
from leads.admin.reading import day, points
from leads.domain.opportunities import OpportunityStatus
from leads.domain.reasons import ReasonKind
from leads.domain.stages import MOVES, Level, Stage
from leads.models import Lead, Membership, Opportunity
from leads.models.lead import LEVELS
from leads.tenancy import Viewer


class LeadForm(forms.Form):
    """A form about one lead as it was when the page was read."""

    name: ClassVar[str]
    title: ClassVar[str]
    button: ClassVar[str]
    note = ""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, lead: Lead, viewer: Viewer) -> None:
        super().__init__(data, initial={"revision": lead.revision}, auto_id=f"{self.name}_%s")
        self.lead, self.viewer = lead, viewer
        self.prepare()

    @classmethod
    def fits(cls, lead: Lead) -> bool:
        """Tell whether the page of this lead offers it."""
        return True

    def prepare(self) -> None:
        """Offer what fits the lead."""

    def apply(self, now: datetime) -> str:
        """Do it and say what was done; raise DomainError."""
        raise NotImplementedError


class Move(LeadForm):
    name = "move"
    title = "Move on"
    button = "Move"

    to = select(label="To")
    cause = select(
        required=False, label="Reason", help_text="Needed to disqualify or lose; your business keeps the list."
    )
    competitor = line(
        required=False, max_length=200, help_text="Who won the lead instead; needed where the reason says so."
    )
    reason = paragraph(2, required=False, label="In words", help_text="Needed to return or reopen.")
    nurture_until = forms.DateField(
        required=False, widget=DayInput, label="Look again on", help_text="Needed for Nurture."
    )
    override_reason = paragraph(
        2,
        required=False,
        label="Why without a diagnosis",
        help_text="Stands in for a diagnosis that advises to advance.",
    )
    exit_override = paragraph(2, required=False, label="Why leave the phase", help_text=LEAVE_ANYWAY)

    def prepare(self) -> None:
        moves = MOVES[Stage(self.lead.stage)]
        said = [
            (to.value, f"{to.label} (needs {move.level.name} in force)" if move.level != Level.NONE else to.label)
            for to, move in moves.items()
        ]
        self.fields["to"].choices = said  # type: ignore[attr-defined]
        if not any(move.verdict for move in moves.values()):
            del self.fields["override_reason"]
        if not any(move.date for move in moves.values()):
            del self.fields["nurture_until"]
        kinds = [kind for kind in ReasonKind if any(move.cause == kind for move in moves.values())]
        if kinds:
            self.fields["cause"].choices = reason_choices(self.viewer, *kinds)  # type: ignore[attr-defined]
        else:
            del self.fields["cause"]
        if ReasonKind.LOST not in kinds:
            del self.fields["competitor"]

    def apply(self, now: datetime) -> str:
        given = self.cleaned_data
        receipt = services.move_lead(
            lead_id=self.lead.pk,
            to=Stage(given["to"]),
            expected_revision=given["revision"],
            by=self.viewer,
            now=now,
            reason=given["reason"],
            nurture_until=given.get("nurture_until"),
            override_reason=given.get("override_reason", ""),
            cause_id=int(given["cause"]) if given.get("cause") else None,
            competitor=given.get("competitor", ""),
            exit_override=given["exit_override"],
        )
        return f"Moved to {Stage(receipt.to_stage).label}. Receipt {receipt.pk} says why."


class Convert(LeadForm):
    """Offered while the lead is an SQL."""

    name = "convert"
    title = "Convert to an opportunity"
    button = "Convert"
    note = "Takes a completed diagnosis that advises to advance, or your reason to go on without one."

    opportunity = select(
        required=False, label="Into", help_text="A new one, or one that is open at the same organization."
    )
    title_given = line(required=False, max_length=300, label="Title", help_text="Of a new one.")
    override_reason = paragraph(2, required=False, label="Why without a diagnosis")
    exit_override = paragraph(2, required=False, label="Why leave the phase", help_text=LEAVE_ANYWAY)

    def prepare(self) -> None:
        found = Opportunity.objects.visible_to(self.viewer).filter(
            organization=self.lead.organization_id, status=OpportunityStatus.OPEN
        )
        choices = [("", "A new one"), *((str(opportunity.pk), str(opportunity)) for opportunity in found)]
        self.fields["opportunity"].choices = choices  # type: ignore[attr-defined]
        self.initial["title_given"] = self.lead.title

    def apply(self, now: datetime) -> str:
        given = self.cleaned_data
        opportunity = services.convert_lead(
            lead_id=self.lead.pk,
            expected_revision=given["revision"],
            opportunity_id=int(given["opportunity"]) if given["opportunity"] else None,
            title=given["title_given"],
            override_reason=given["override_reason"],
            exit_override=given["exit_override"],
            by=self.viewer,
            now=now,
        )
        return f"It is part of the opportunity “{opportunity}” now."


class Override(LeadForm):
    name = "override"
    title = "Let another level count"
    button = "Override"
    note = "The computed level is kept beside it."

    level = select(choices=LEVELS)
    reason = paragraph(2)
    until = forms.DateField(widget=DayInput, label="Until the end of", initial=lambda: _in_days(30))

    def apply(self, now: datetime) -> str:
        given = self.cleaned_data
        lead = services.override_level(
            lead_id=self.lead.pk,
            level=Level(given["level"]),
            reason=given["reason"],
            expires_at=_end_of(given["until"], self.viewer),
            expected_revision=given["revision"],
            by=self.viewer,
            now=now,
        )
        return f"{Level(lead.override_level).name} counts until the end of {given['until']:%d %b %Y}."


class EndOverride(LeadForm):
    """Offered while an override is in force."""

    name = "end_override"
    title = "End the override now"
    button = "End it"

    def prepare(self) -> None:
        level, until = Level(self.lead.level).name, day(self.lead.override_expires_at)
        self.note = f"The computed level, {level} as last judged, counts from now on, not from {until}."

    def apply(self, now: datetime) -> str:
        lead = services.end_override(
            lead_id=self.lead.pk, expected_revision=self.cleaned_data["revision"], by=self.viewer, now=now
        )
        return f"The override is over. {Level(lead.level).name} counts, as computed."


class Edit(LeadForm):
    name = "edit"
    title = "Title, source, owner"
    button = "Save"

    owner = select(required=False)
    title_given = line(required=False, max_length=300, label="Title")
    source = line(required=False, max_length=200)

    def prepare(self) -> None:
        members = Membership.objects.visible_to(self.viewer).filter(is_active=True).select_related("user")
        people = [(str(member.pk), str(member)) for member in members.order_by("user__name", "pk")]
        self.fields["owner"].choices = [("", "Nobody"), *people]  # type: ignore[attr-defined]
        owner = str(self.lead.owner_id or "")
        if owner and owner not in dict(people):
            self.fields["owner"].choices.append((owner, f"{self.lead.owner} – not active"))  # type: ignore[attr-defined]
        self.initial = {**self.initial, "owner": owner, "title_given": self.lead.title, "source": self.lead.source}

    def apply(self, now: datetime) -> str:
        given = self.cleaned_data
        owner = int(given["owner"]) if given["owner"] else None
        changes = services.LeadChanges(
            title=given["title_given"],
            source=given["source"],
            owner_id=owner if owner != self.lead.owner_id else None,
            unassign=owner is None,
        )
        services.update_lead(
            lead_id=self.lead.pk, changes=changes, expected_revision=given["revision"], by=self.viewer, now=now
        )
        return "Saved."


class Judge(LeadForm):
    name = "judge"
    title = "Judge again"
    button = "Judge again"
    note = "By what is published now. What people decided stays."

    def prepare(self) -> None:
        del self.fields["revision"]

    def apply(self, now: datetime) -> str:
        lead = services.qualify_lead(lead_id=self.lead.pk, by=self.viewer, now=now)
        return f"Judged: {Level(lead.level).name} with {points(lead.score)} points."


FORMS: dict[str, type[LeadForm]] = {form.name: form for form in (Move, Convert, Override, EndOverride, Edit, Judge)}
"""What can be done with leads; the admins of other apps add to it when they are loaded."""


def forms_for(lead: Lead, viewer: Viewer, now: datetime) -> dict[str, LeadForm]:
    """Return what can be done with a lead, each as a form to fill in."""
    without = set() if is_overridden(lead, now) else {EndOverride.name}
    without |= set() if lead.stage == Stage.SQL else {Convert.name}
    return {
        name: form(lead=lead, viewer=viewer) for name, form in FORMS.items() if name not in without and form.fits(lead)
    }


def _in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def _end_of(day: date, viewer: Viewer) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=viewer.business.zone)
