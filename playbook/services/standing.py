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
    specs, by_key = specs_of(phases), {phase.key: phase for phase in phases}
    going_on = Stay.objects.filter(lead__in=[lead.pk for lead in leads], kind=StayKind.PHASE, ended_at__isnull=True)
    since = dict(going_on.values_list("lead_id", "began_at"))
    asked = ask_criteria(phases, leads, business, now)
    found: dict[int, InPhase | None] = {}
    for lead in leads:
        open_to_it = []
        for phase in phases:
            target = phase_of(specs, Stage(lead.stage), phase.key)
            if phase.key != lead.phase and target is not None and target.key == phase.key:
                open_to_it.append(phase)
        phase_now = by_key.get(lead.phase)
        found[lead.pk] = (
            InPhase(phase_now, since.get(lead.pk), asked[lead.pk], open_to_it) if phase_now is not None else None
        )
    return found
