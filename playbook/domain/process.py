"""The phases of a sales process, and which of them a lead is in."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from leads.domain.stages import Stage

ORDER = (Stage.INQUIRY, Stage.MQL, Stage.SAL, Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER)
"""The stages on the way to a customer; in the others a lead is in no phase."""


class Severity(StrEnum):
    """What an exit criterion does that does not hold."""

    BLOCKS = "blocks"
    WARNS = "warns"


@dataclass(frozen=True, slots=True)
class PhaseSpec:
    """A phase as the process has it; `begins_with` is the stage whose beginning is the phase's, if there is one."""

    key: str
    name: str
    begins_with: Stage | None = None
    guidance: str = ""


DEFAULT_PHASES = (
    PhaseSpec(
        "discovery",
        "Discovery",
        Stage.INQUIRY,
        "Find out whether they have a problem that we solve. Ask about their situation; do not present anything.",
    ),
    PhaseSpec(
        "diagnosis",
        "Diagnosis",
        Stage.SQL,
        "Diagnose with them: the problem, its cause, what it costs, why now, and whether we are the ones to solve it.",
    ),
    PhaseSpec(
        "advocacy",
        "Advocacy",
        Stage.OPPORTUNITY,
        "Help those who want the problem solved to bring everybody who decides to the same view.",
    ),
    PhaseSpec(
        "implementation",
        "Implementation",
        Stage.CUSTOMER,
        "See to it that the problem is solved, and measure it against what it cost before.",
    ),
)


def wrong_order(phases: Sequence[PhaseSpec]) -> str:
    """Return why these phases in this order are no way to a customer; empty if they are one.

    The first one begins with a stage, or nobody would ever be in it, and stages begin phases in their own order.
    """
    if not phases:
        return "A process needs at least one phase."
    if phases[0].begins_with is None:
        return f"No stage begins the first phase, {phases[0].name}; say which, or put it after one that a stage begins."
    begun = [phase for phase in phases if phase.begins_with is not None]
    for phase in begun:
        if phase.begins_with not in ORDER:
            able = ", ".join(stage.label for stage in ORDER)
            return f"{phase.name} cannot begin with that stage; choose from {able}."
    for earlier, later in pairwise(begun):
        if earlier.begins_with == later.begins_with:
            return f"{earlier.name} and {later.name} begin with the same stage; one of them can."
        if ORDER.index(earlier.begins_with) > ORDER.index(later.begins_with):
            return f"{later.name} begins with an earlier stage than {earlier.name}, so it must come before it."
    return ""


def phase_of(phases: Sequence[PhaseSpec], stage: Stage, at: str = "") -> PhaseSpec | None:
    """Return the phase of a lead that enters, or is in, a stage; None where the stage belongs to no phase.

    That is the last phase that begins with this stage or an earlier one. A lead that is in a later phase already
    (`at`), which no later stage begins, stays there.
    """
    if stage not in ORDER or not phases:
        return None
    begun = [
        place
        for place, phase in enumerate(phases)
        if phase.begins_with is not None and ORDER.index(phase.begins_with) <= ORDER.index(stage)
    ]
    if not begun:
        return None
    last = begun[-1]
    upto = last + 1
    while upto < len(phases) and phases[upto].begins_with is None:
        if phases[upto].key == at:
            return phases[upto]
        upto += 1
    return phases[last]
