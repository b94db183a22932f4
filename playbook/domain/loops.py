"""Plays that would lead to one another for ever, without a person doing anything.

What only a person brings about (a done step, an answered hand-off, a completed diagnosis) ends a chain. What time
brings about does not: an unattended step falls due, and a play that answers that with another step would never end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from leads.domain.stages import MOVES, Stage
from playbook.domain.happenings import Happening
from playbook.domain.matching import Waiting
from playbook.domain.playing import NURTURE_UNTIL
from playbook.domain.steps import ActionKind


@dataclass(frozen=True, slots=True)
class Link:
    """A play as far as it can be part of a chain."""

    name: str
    waiting: Waiting
    actions: frozenset[ActionKind]


CAUSED: dict[ActionKind, frozenset[Happening]] = {
    ActionKind.NEXT_STEP: frozenset({Happening.STEP_OVERDUE}),
    ActionKind.PROPOSE_DIAGNOSIS: frozenset({Happening.STEP_OVERDUE}),
    ActionKind.START_DIAGNOSIS: frozenset({Happening.DIAGNOSIS_STARTED}),
    ActionKind.HAND_OFF: frozenset({Happening.HAND_OFF_OFFERED, Happening.HAND_OFF_OVERDUE}),
    ActionKind.NURTURE: frozenset(
        {Happening.STAGE_CHANGED, Happening.PHASE_CHANGED, Happening.DATE_REACHED, Happening.NOTHING_HAPPENED}
    ),
    ActionKind.FLAG: frozenset(),
    ActionKind.EMAIL: frozenset(),
    ActionKind.WEBHOOK: frozenset(),
}
"""What may follow from what a play does, at once or in time, if nobody does anything."""


def leads_to(before: Link, after: Link) -> bool:
    """Tell whether what one play does may bring about what another waits for."""
    return any(_causes(action, after) for action in before.actions)


def loop_with(play: Link, others: Sequence[Link]) -> tuple[str, ...]:
    """Return the names of the plays, in order and beginning with this one, that would lead back to it; () for none.

    It is the shortest such way. Where the others have no loop among themselves, the whole has none then.
    """
    links = [play, *others]
    ways: list[tuple[int, ...]] = [(0,)]
    seen: set[int] = set()
    while ways:
        longer: list[tuple[int, ...]] = []
        for way in ways:
            for place, link in enumerate(links):
                if not leads_to(links[way[-1]], link):
                    continue
                if place == 0:
                    return tuple(links[at].name for at in way)
                if place not in seen:
                    seen.add(place)
                    longer.append((*way, place))
        ways = longer
    return ()


def _causes(action: ActionKind, after: Link) -> bool:
    waiting = after.waiting
    if waiting.happening not in CAUSED[action]:
        return False
    if action != ActionKind.NURTURE:
        return True
    match waiting.happening:
        case Happening.STAGE_CHANGED:
            left = not waiting.from_stage or Stage.NURTURE in MOVES[Stage(waiting.from_stage)]
            return left and waiting.to_stage in ("", Stage.NURTURE)
        case Happening.PHASE_CHANGED:
            return not waiting.to_phase  # who is nurtured is in no phase
        case Happening.DATE_REACHED:
            return waiting.attribute == NURTURE_UNTIL
        case _:
            # A lead that is nurtured cannot be moved to nurture again: the table of moves refuses that play.
            return ActionKind.NURTURE not in after.actions
