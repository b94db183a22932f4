"""In which phase leads are: entered with their stages or by people, and left once its exit criteria hold."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from leads import bulk, permissions, selectors
from leads.domain.errors import DomainError
from leads.domain.rules import Unknown
from leads.domain.stages import Stage
from leads.models import Business, Event, Lead, Stay, StayKind, Transition
from leads.services import stays
from leads.services.lines import words
from leads.tenancy import Viewer
from playbook.domain.happenings import Happening
from playbook.domain.process import DEFAULT_PHASES, PhaseSpec, Severity, phase_of
from playbook.models import Phase, PhaseMove, SalesProcess
from playbook.services.exit_criteria import ask_criteria


class ExitBlocked(DomainError):
    code = "exit_criteria_block"


class ExitWarned(DomainError):
    code = "exit_criteria_warn"


class PhaseNotOpen(DomainError):
    code = "phase_not_open"


def begin_process(business: Business) -> None:
    """Give a new business the default process. What every business asks of a move stands in the table of moves."""
    process = SalesProcess.objects.create(business=business)
    for position, spec in enumerate(DEFAULT_PHASES):
        Phase.objects.create(
            business=business,
            process=process,
            key=spec.key,
            name=spec.name,
            guidance=spec.guidance,
            begins_with=spec.begins_with.value if spec.begins_with else "",
            position=position,
        )


def phases_in_use(business: Business) -> list[Phase]:
    """Return the phases of the business's process in their order, each with its exit criteria in use loaded."""
    found = Phase.objects.filter(business=business, archived_at__isnull=True).order_by("position", "id")
    return list(found.prefetch_related("exit_criteria"))


def specs_of(phases: Sequence[Phase]) -> list[PhaseSpec]:
    """Return phases as the engine reads them."""
    return [
        PhaseSpec(phase.key, phase.name, Stage(phase.begins_with) if phase.begins_with else None) for phase in phases
    ]


# --- Leaving --------------------------------------------------------------------------------------


def _left_for(phases: Sequence[Phase], at: str, to: str) -> Phase | None:
    """Return the phase that is left for a later one, None if none is."""
    keys = [phase.key for phase in phases]
    if at in keys and to in keys and keys.index(to) > keys.index(at):
        return phases[keys.index(at)]
    return None


def _check_exit(phase: Phase, lead: Lead, override: str, by: Viewer, now: datetime) -> list[dict[str, str]]:
    """Return the criteria that only warn and do not hold, as they are kept; raise ExitBlocked or ExitWarned."""
    unmet = [asked for asked in ask_criteria([phase], [lead], by.business, now)[lead.pk] if not asked.met]
    blocking = [asked.said for asked in unmet if asked.criterion.severity == Severity.BLOCKS]
    if blocking:
        raise ExitBlocked(f"{phase.name} cannot be left yet: {'; '.join(blocking)}.", field="to")
    if unmet and not override:
        missing = "; ".join(asked.said for asked in unmet)
        raise ExitWarned(
            f"{phase.name} is left though this does not hold: {missing}. "
            "To go on nevertheless, say why as the exit override.",
            field="exitOverride",
        )
    return [
        {
            "key": asked.criterion.key,
            "name": asked.criterion.name,
            "outcome": "unknown" if isinstance(asked.holds, Unknown) else "no",
        }
        for asked in unmet
    ]


# --- With the stage ------------------------------------------------------------------------------


def check_leaving(lead: Lead, to: Stage, exit_override: str, by: Viewer, now: datetime) -> None:
    """Refuse a move that leads to a later phase while exit criteria of the present one do not hold."""
    phases = phases_in_use(by.business)
    target = phase_of(specs_of(phases), to, lead.phase)
    left = _left_for(phases, lead.phase, target.key) if target else None
    lead.__dict__["_warnings"] = _check_exit(left, lead, exit_override, by, now) if left else []


def follow_move(lead: Lead, receipt: Transition, exit_override: str, by: Viewer, now: datetime) -> None:
    """Let a lead enter the phase of the stage that it was moved to."""
    target = phase_of(specs_of(phases_in_use(by.business)), Stage(receipt.to_stage), lead.phase)
    warnings = lead.__dict__.pop("_warnings", [])
    _enter(lead, target.key if target else "", warnings, exit_override, by, now, receipt)


def follow_arrivals(leads: Sequence[Lead]) -> None:
    """Let leads that begin, or that an import moved, enter the phases of their stages; five statements at most."""
    if not leads:
        return
    specs = specs_of(phases_in_use(leads[0].business))
    entering: list[Lead] = []
    for lead in leads:
        target = phase_of(specs, Stage(lead.stage), lead.phase)
        key = target.key if target else ""
        if key != lead.phase:
            lead.phase = key
            entering.append(lead)
    since = {lead.pk: lead.stage_since for lead in entering}
    going_on = list(Stay.objects.filter(lead__in=since, kind=StayKind.PHASE, ended_at__isnull=True))
    for stay in going_on:
        stay.ended_at = max(stay.began_at, since[stay.lead_id])
    bulk.update(Stay, going_on, ("ended_at",))
    bulk.update(Lead, entering, ("phase",))
    begun = [
        (lead.business_id, lead.pk, StayKind.PHASE.value, lead.phase, lead.stage_since)
        for lead in entering
        if lead.phase
    ]
    bulk.insert(Stay, ("business", "lead", "kind", "key", "began_at"), begun)


def _enter(
    lead: Lead,
    key: str,
    warnings: list[dict[str, str]],
    override: str,
    by: Viewer,
    now: datetime,
    receipt: Transition | None,
) -> PhaseMove | None:
    before = lead.phase
    if key == before:
        return None
    lead.phase = key
    lead.save(update_fields=("phase",))
    stays.enter(lead, StayKind.PHASE, key, now)
    move = PhaseMove.objects.create(
        business_id=lead.business_id,
        lead=lead,
        from_phase=before,
        to_phase=key,
        at=now,
        author=by.membership,
        door=by.door,
        transition=receipt,
        warnings=warnings,
        override_reason=override if warnings else "",
    )
    data = {"from": before, "to": key, "move": move.pk}
    Event.objects.create(business_id=lead.business_id, lead=lead, kind=Happening.PHASE_CHANGED.value, at=now, data=data)
    return move


# --- By people -----------------------------------------------------------------------------------


@transaction.atomic
def move_phase(
    *, lead_id: int | None, to: str, expected_revision: int, by: Viewer, now: datetime, exit_override: str = ""
) -> Lead:
    """Move a lead to another phase that its stage allows, and return it.

    These are the phase that its stage begins, and the ones that follow it and no stage begins. Raises NotFound,
    PhaseNotOpen, ExitBlocked or ExitWarned.
    """
    permissions.require(by, "move_phase")
    lead = selectors.locked_lead(lead_id, by)
    selectors.check_revision(lead, expected_revision)
    phases = phases_in_use(by.business)
    if to not in [phase.key for phase in phases]:
        raise selectors.NotFound("There is no such phase.", field="to")
    target = phase_of(specs_of(phases), Stage(lead.stage), to)
    if target is None or target.key != to:
        raise PhaseNotOpen(
            f"A lead in {Stage(lead.stage).name} cannot be in that phase. Move its stage first.", field="to"
        )
    override = words("exitOverride", exit_override)
    left = _left_for(phases, lead.phase, to)
    warnings = _check_exit(left, lead, override, by, now) if left else []
    if _enter(lead, to, warnings, override, by, now, None) is not None:
        lead.revision += 1
        lead.save(update_fields=("revision",))
    return lead
