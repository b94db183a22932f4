"""The phases of a sales process, and which of them a lead is in."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

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
