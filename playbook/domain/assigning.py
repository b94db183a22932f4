"""Who of several gets the next lead, and who may take which."""

from collections.abc import Sequence
from dataclasses import dataclass

from leads.domain.stages import Stage
from playbook.domain.steps import AssignBy, HandOffKind

KIND_OF: dict[Stage, HandOffKind] = {Stage.MQL: HandOffKind.TO_INSIDE_SALES, Stage.SQL: HandOffKind.TO_SALES}
"""To whom a lead is handed off, by the stage that it is in; in other stages it is not."""

ROLE_OF: dict[HandOffKind, str] = {HandOffKind.TO_INSIDE_SALES: "inside_sales", HandOffKind.TO_SALES: "sales"}
"""Whose pool an offer goes to if nobody is named."""

TAKERS: dict[HandOffKind, frozenset[str]] = {
    HandOffKind.TO_INSIDE_SALES: frozenset({"inside_sales", "sales", "manager"}),
    HandOffKind.TO_SALES: frozenset({"sales", "manager"}),
}
"""To which roles a lead may be offered by name."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody among whom a rule chooses, as of one moment.

    `load` counts what they work on already; `stand_in` is who does their work while they are away, if anybody does.
    """

    member: int
    is_away: bool = False
    load: int = 0
    stand_in: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets it, and whose turn it was: the two differ where somebody stands in. Without both, nobody is there."""

    to: int | None = None
    turn: int | None = None


def choose(candidates: Sequence[Candidate], by: AssignBy, last: int | None = None) -> Choice:
    """Choose among those who are there; if all are away, among those for whom somebody stands in.

    Round robin goes by member: the next one after `last`, or the first, whether or not `last` is still among them.
    Least load takes who has least to do, of several the first by member. The order of the candidates is of no account.
    """
    there = [candidate for candidate in candidates if not candidate.is_away]
    covered = [candidate for candidate in candidates if candidate.is_away and candidate.stand_in is not None]
    found = sorted(there or covered, key=lambda candidate: candidate.member)
    if not found:
        return Choice()
    if by == AssignBy.LEAST_LOAD:
        chosen = min(found, key=lambda candidate: candidate.load)
    else:
        later = [candidate for candidate in found if last is not None and candidate.member > last]
        chosen = (later or found)[0]
    return Choice(to=chosen.stand_in if chosen.is_away else chosen.member, turn=chosen.member)
