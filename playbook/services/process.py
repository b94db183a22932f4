"""Writing the sales process: its phases, and what must hold before they are left.

Whoever changes it says at which revision they read it. Managers take turns, so that its phases stay in the order of the
stages that begin them. Leads whose phase does not fit their stage any more enter the one that does, with a receipt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from leads import permissions, selectors
from leads.domain.documents import DocumentRefused, Problem
from leads.domain.errors import DomainError
from leads.domain.rules import RuleError, compile_rule, is_key
from leads.domain.rules.naming import key_from
from leads.domain.stages import Stage
from leads.models import Attribute
from leads.services.lines import line, words
from leads.tenancy import Viewer
from playbook.domain.process import Severity, wrong_order
from playbook.models import ExitCriterion, Phase, Play, SalesProcess
from playbook.services.facts import names_for
from playbook.services.phases import phases_in_use, specs_of
from playbook.services.settling import settle_leads

CRITERIA_AT_MOST = 20  # of a phase
PHASES_AT_MOST = 20
OUTREACH_AT_MOST, OUTREACH_DAYS_AT_MOST = 100, 365


class ProcessRefused(DomainError):
    code = "process_refused"


class PhaseRefused(DocumentRefused):
    """Everything that is wrong with a phase and its exit criteria."""

    code = "phase_refused"


class PhaseInUse(DomainError):
    code = "phase_in_use"


@dataclass(frozen=True, slots=True)
class CriterionSpec:
    """An exit criterion as somebody writes it; without a key it is a new one."""

    name: str
    rule: str
    severity: Severity = Severity.WARNS
    key: str = ""


@dataclass(frozen=True, slots=True)
class PhaseChanges:
    """What to change of a phase; None leaves it as it is.

    `people_begin` takes the stage away that begins it. `criteria` are all of its exit criteria in their order: those
    with a known key are changed, those that are left out are not asked any more.
    """

    name: str | None = None
    guidance: str | None = None
    shows: Sequence[str] | None = None
    begins_with: Stage | None = None
    people_begin: bool = False
    criteria: Sequence[CriterionSpec] | None = None


def process_of(by: Viewer) -> SalesProcess:
    """Return the process of the viewer's business; every business has one."""
    return SalesProcess.objects.visible_to(by).get(business=by.business)


@transaction.atomic
def change_process(
    *,
    expected_revision: int,
    by: Viewer,
    name: str | None = None,
    outreach_at_most: int | None = None,
    outreach_days: int | None = None,
) -> SalesProcess:
    """Change what the process is called, and how much outreach plays may ask for; None leaves it as it is."""
    process = _in_turn(expected_revision, by)
    if name is not None:
        process.name = line("name", name, 200, required=True)
    if outreach_at_most is not None:
        process.outreach_at_most = _within("outreachAtMost", outreach_at_most, 0, OUTREACH_AT_MOST)
    if outreach_days is not None:
        process.outreach_days = _within("outreachDays", outreach_days, 1, OUTREACH_DAYS_AT_MOST)
    process.revision += 1
    process.save()
    return process


@transaction.atomic
def add_phase(
    *,
    changes: PhaseChanges,
    expected_revision: int,
    by: Viewer,
    now: datetime,
    key: str = "",
    place: int | None = None,
) -> Phase:
    """Add a phase at a place counted from 0, by default after the others; without a key, one is made out of its name.

    Raises PhaseRefused with all that is wrong with it, or ProcessRefused where it cannot stand there.
    """
    process = _in_turn(expected_revision, by)
    taken = set(Phase.objects.filter(business=by.business).values_list("key", flat=True))
    key = key.strip()
    if key and (key in taken or not is_key(key)):
        why = "There is a phase with this key already." if key in taken else "Use small letters, digits and _ only."
        raise ProcessRefused(why, field="key")
    phases = phases_in_use(by.business)
    if len(phases) >= PHASES_AT_MOST:
        raise ProcessRefused(f"That are too many phases: at most {PHASES_AT_MOST}.")
    phase = Phase(business=by.business, process=process, key=key or key_from(changes.name or "", taken, noun="phase"))
    criteria = _apply(phase, changes, by)
    at = len(phases) if place is None else min(max(place, 0), len(phases))
    _keep([*phases[:at], phase, *phases[at:]], process, by, now)
    _keep_criteria(phase, criteria, now)
    return phase


@transaction.atomic
def change_phase(
    *, phase_id: int | None, changes: PhaseChanges, expected_revision: int, by: Viewer, now: datetime
) -> Phase:
    """Change a phase and its exit criteria; its key stays. Moves that were made stay as they are."""
    process = _in_turn(expected_revision, by)
    phases = phases_in_use(by.business)
    phase = _found(phase_id, phases, by)
    criteria = _apply(phase, changes, by)
    _keep(phases, process, by, now)
    if phase.archived_at is not None:
        phase.save()
    _keep_criteria(phase, criteria, now)
    return phase


@transaction.atomic
def place_phase(*, phase_id: int | None, place: int, expected_revision: int, by: Viewer, now: datetime) -> Phase:
    """Put a phase at another place among those in use, counted from 0."""
    process = _in_turn(expected_revision, by)
    phases = phases_in_use(by.business)
    phase = _found(phase_id, phases, by)
    if phase.archived_at is not None:
        raise ProcessRefused("This phase is archived, so it has no place. Use it again first.", field="phase")
    others = [other for other in phases if other.pk != phase.pk]
    others.insert(min(max(place, 0), len(others)), phase)
    _keep(others, process, by, now)
    return phase


@transaction.atomic
def archive_phase(*, phase_id: int | None, archived: bool, expected_revision: int, by: Viewer, now: datetime) -> Phase:
    """Use a phase no more, or again at the place where it was; leads that are in it enter the one of their stage.

    Raises PhaseInUse while plays that are switched on wait for it.
    """
    process = _in_turn(expected_revision, by)
    phases = phases_in_use(by.business)
    phase = _found(phase_id, phases, by)
    if archived == (phase.archived_at is not None):
        return phase
    phase.archived_at = now if archived else None
    if archived:
        _refuse_waiting_plays(phase, by)
        phases = [other for other in phases if other.pk != phase.pk]
        phase.save()
    else:
        at = sum(other.position < phase.position for other in phases)
        phases.insert(at, phase)
    _keep(phases, process, by, now)
    return phase


def _in_turn(expected_revision: int, by: Viewer) -> SalesProcess:
    permissions.require(by, "author")
    selectors.take_turn(by.business)
    process = process_of(by)
    if process.revision != expected_revision:
        raise selectors.StaleRevision(
            f"Somebody changed the process meanwhile: it is at revision {process.revision}, you expected "
            f"{expected_revision}. Read it again, then decide.",
            field="expectedRevision",
        )
    return process


def _found(phase_id: int | None, phases: Sequence[Phase], by: Viewer) -> Phase:
    """Return the phase among those in use, or an archived one."""
    for phase in phases:
        if phase.pk == phase_id:
            return phase
    found = Phase.objects.visible_to(by).prefetch_related("exit_criteria").filter(pk=phase_id or 0).first()
    if found is None:
        raise selectors.NotFound("There is no such phase.", field="phase")
    return found


def _refuse_waiting_plays(phase: Phase, by: Viewer) -> None:
    waiting = Play.objects.filter(business=by.business, switched_on_at__isnull=False, to_phase=phase.key)
    names = ", ".join(f"“{name}”" for name in waiting.values_list("name", flat=True))
    if names:
        raise PhaseInUse(f"These plays wait for this phase: {names}. Change them or switch them off.", field="phase")


def _within(field: str, number: int, least: int, most: int) -> int:
    if not least <= number <= most:
        raise ProcessRefused(f"Give a number from {least} to {most}.", field=field)
    return number


# --- What is written -----------------------------------------------------------------------------


def _apply(phase: Phase, changes: PhaseChanges, by: Viewer) -> list[ExitCriterion] | None:
    """Write the changes into the phase, unsaved; return its exit criteria as they shall be, None if they stay."""
    problems: list[Problem] = []
    if changes.name is not None or phase.pk is None:
        phase.name = line("name", changes.name or "", 200)
        if not phase.name:
            problems.append(Problem("name", "Give the phase a name."))
    if changes.guidance is not None:
        phase.guidance = words("guidance", changes.guidance)
    if changes.shows is not None:
        keys = list(dict.fromkeys(changes.shows))
        known = Attribute.objects.filter(business=by.business, key__in=keys, archived_at__isnull=True)
        known_keys = set(known.values_list("key", flat=True))
        problems += [Problem("shows", f"There is no attribute {key}.") for key in keys if key not in known_keys]
        phase.shows = keys
    if changes.begins_with is not None:
        phase.begins_with = changes.begins_with.value
    elif changes.people_begin:
        phase.begins_with = ""
    criteria = None if changes.criteria is None else _criteria(phase, changes.criteria, by, problems)
    if problems:
        raise PhaseRefused(problems)
    return criteria


def _criteria(phase: Phase, specs: Sequence[CriterionSpec], by: Viewer, problems: list[Problem]) -> list[ExitCriterion]:
    """Return exit criteria, unsaved, as they are written, and add what is wrong with them to the problems."""
    there = {each.key: each for each in phase.exit_criteria.all()} if phase.pk else {}
    names = names_for(by.business) if specs else {}
    taken = set(there)
    found: list[ExitCriterion] = []
    if len(specs) > CRITERIA_AT_MOST:
        problems.append(Problem("exitCriteria", f"That are too many: at most {CRITERIA_AT_MOST}."))
    for place, spec in enumerate(specs):
        at = f"exitCriteria[{place}]"
        key = spec.key.strip()
        criterion = there.get(key) or ExitCriterion(business=by.business, phase=phase, key=key)
        if key and key not in there:
            problems.append(
                Problem(f"{at}.key", f"There is no exit criterion {key}; leave the key empty for a new one.")
            )
        if any(criterion is other for other in found):
            problems.append(Problem(f"{at}.key", f"{key} is there twice."))
        criterion.name, criterion.rule = " ".join(spec.name.split()), spec.rule.strip()
        criterion.severity, criterion.position, criterion.archived_at = spec.severity.value, place, None
        if not 1 <= len(criterion.name) <= 300:
            problems.append(Problem(f"{at}.name", "Say in words what must hold, in 300 characters at most."))
        if not criterion.key:
            criterion.key = key_from(criterion.name, taken, noun="criterion")
            taken.add(criterion.key)
        try:
            compile_rule(criterion.rule, names)
        except RuleError as error:
            problems.append(Problem(f"{at}.rule", error.message))
        found.append(criterion)
    return found


def _keep(phases: Sequence[Phase], process: SalesProcess, by: Viewer, now: datetime) -> None:
    """Save phases in their order, and let the leads follow; raise ProcessRefused for an order that is none."""
    wrong = wrong_order(specs_of(phases))
    if wrong:
        raise ProcessRefused(wrong, field="beginsWith")
    _free_stages(phases)
    for position, phase in enumerate(phases):
        phase.position = position
        phase.save()
    process.revision += 1
    process.save(update_fields=("revision",))
    settle_leads(phases, by, now)


def _free_stages(phases: Sequence[Phase]) -> None:
    """Let go of the stages that phases began with, so that two may exchange theirs."""
    Phase.objects.filter(pk__in=[phase.pk for phase in phases if phase.pk]).update(begins_with="")


def _keep_criteria(phase: Phase, criteria: Sequence[ExitCriterion] | None, now: datetime) -> None:
    if criteria is None:
        return
    for criterion in criteria:
        criterion.save()
    kept = [criterion.pk for criterion in criteria]
    phase.exit_criteria.filter(archived_at__isnull=True).exclude(pk__in=kept).update(archived_at=now)
