"""Where leads stand in the process: their phase, since when, its exit criteria, and where people may move them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leads.domain.stages import Stage
from leads.models import Business, Lead, Stay, StayKind
from playbook.domain.process import phase_of
from playbook.models import Phase
from playbook.services.exit_criteria import Asked, ask_criteria
from playbook.services.phases import phases_in_use, specs_of


@dataclass(frozen=True, slots=True)
class InPhase:
    """A lead's phase as it stands; `may_enter` are the phases to which its stage lets people move it."""

    phase: Phase
    since: datetime | None
    exit_criteria: Sequence[Asked]
    may_enter: Sequence[Phase]


def in_phases(business: Business, leads: Sequence[Lead], now: datetime) -> dict[int, InPhase | None]:
    """Return where each lead stands, by its key; None for one in no phase. The number of queries is fixed."""
    phases = phases_in_use(business)
    by_key = {phase.key: phase for phase in phases}
    going_on = Stay.objects.filter(lead__in=[lead.pk for lead in leads], kind=StayKind.PHASE, ended_at__isnull=True)
    since = dict(going_on.values_list("lead_id", "began_at"))
    asked = ask_criteria(phases, leads, business, now)
    found: dict[int, InPhase | None] = {}
    for lead in leads:
        phase = by_key.get(lead.phase)
        if phase is None:
            found[lead.pk] = None
        else:
            found[lead.pk] = InPhase(phase, since.get(lead.pk), asked[lead.pk], may_enter(lead, phases))
    return found


def may_enter(lead: Lead, phases: Sequence[Phase]) -> list[Phase]:
    """Return those of the process's phases in use to which the lead's stage lets people move it."""
    specs = specs_of(phases)
    allowed = {phase.key: phase_of(specs, Stage(lead.stage), phase.key) for phase in phases}
    return [
        phase
        for phase in phases
        if phase.key != lead.phase and (target := allowed[phase.key]) is not None and target.key == phase.key
    ]
