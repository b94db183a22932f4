"""On a lead's page: its phase with guidance and exit criteria, what matters in it, and moving it on."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from leads.admin.fields import paragraph, select
from leads.admin.journeys.acting import LEAVE_ANYWAY
from leads.admin.journeys.lead_forms import FORMS, LeadForm
from leads.admin.journeys.lead_page import further, known_of
from leads.admin.reading import Badge, Lines, Table, day
from leads.domain.qualification import Decision
from leads.models import Lead
from leads.selectors import attributes_of
from leads.tenancy import Viewer
from playbook.domain.process import Severity
from playbook.services.phases import move_phase, phases_in_use
from playbook.services.standing import InPhase, in_phases, may_enter

HOLDS = {Decision.YES: ("Holds", "yes"), Decision.NO: ("Does not hold", "no"), Decision.UNKNOWN: ("Unknown", "unknown")}
OTHERWISE = {Severity.BLOCKS: "It is not left", Severity.WARNS: "Say why nevertheless"}


def standing(lead: Lead, viewer: Viewer) -> InPhase | None:
    return in_phases(viewer.business, [lead], timezone.now())[lead.pk]


def phase_of_it(lead: Lead, viewer: Viewer) -> Table:
    """Return the phase with what must hold before it is left for a later one."""
    found = standing(lead, viewer)
    headers = ("Before it is left", "Stands", "Otherwise")
    if found is None:
        return Table("Phase", headers, (), "It is in no phase of the process.")
    rows = [
        (
            Lines(asked.criterion.name, (asked.missing,)),
            Badge(*HOLDS[asked.decision]),
            OTHERWISE[Severity(asked.criterion.severity)],
        )
        for asked in found.exit_criteria
    ]
    since = f" since {day(found.since)}" if found.since else ""
    title = f"Phase: {found.phase.name}{since}"
    return Table(title, headers, rows, "Nothing is asked before it is left.", note=found.phase.guidance)


def what_matters(lead: Lead, viewer: Viewer) -> Table:
    """Return what is known of the attributes that the phase shows."""
    found = standing(lead, viewer)
    attributes = attributes_of(viewer)
    shown = [attributes[key] for key in (found.phase.shows if found else ()) if key in attributes]
    rows = [known_of(attribute, lead, viewer, timezone.now()) for attribute in shown]
    empty = "Your business has not chosen which attributes matter most in this phase."
    return Table("What matters in this phase", ("About", "Value", "Learned", "Fresh"), rows, empty)


class MovePhase(LeadForm):
    """Offered where the stage leaves a choice of phases."""

    name = "move_phase"
    title = "Move to another phase"
    button = "Move"
    note = "The stage stays as it is."

    to = select(label="To")
    exit_override = paragraph(2, required=False, label="Why leave the phase", help_text=LEAVE_ANYWAY)

    @classmethod
    def fits(cls, lead: Lead) -> bool:
        return bool(may_enter(lead, phases_in_use(lead.business)))

    def prepare(self) -> None:
        found = standing(self.lead, self.viewer)
        choices = [(phase.key, phase.name) for phase in found.may_enter] if found else []
        self.fields["to"].choices = choices  # type: ignore[attr-defined]

    def apply(self, now: datetime) -> str:
        given = self.cleaned_data
        move_phase(
            lead_id=self.lead.pk,
            to=given["to"],
            expected_revision=given["revision"],
            exit_override=given["exit_override"],
            by=self.viewer,
            now=now,
        )
        return f"Moved to {dict(self.fields['to'].choices)[given['to']]}."  # type: ignore[attr-defined]


FORMS[MovePhase.name] = MovePhase
further[:0] = [phase_of_it, what_matters]  # what somebody who opens the lead wants to know first
