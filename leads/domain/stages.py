"""Where a lead stands, and the one table of legal moves."""

from dataclasses import dataclass
from enum import StrEnum

from leads.domain.errors import DomainError


class Level(StrEnum):
    """What the criteria say; an MQL is not yet an SQL, and an SQL is not yet an order."""

    NONE = "none"
    MQL = "mql"
    SQL = "sql"

    @property
    def rank(self) -> int:
        return list(Level).index(self)


class Stage(StrEnum):
    INQUIRY = "inquiry"
    MQL = "mql"
    SAL = "sal"
    SQL = "sql"
    OPPORTUNITY = "opportunity"
    CUSTOMER = "customer"
    NURTURE = "nurture"
    DISQUALIFIED = "disqualified"
    LOST = "lost"

    @property
    def label(self) -> str:
        return self.value.upper() if len(self.value) == 3 else self.value.capitalize()


CLOSED = frozenset({Stage.CUSTOMER, Stage.DISQUALIFIED, Stage.LOST})


@dataclass(frozen=True, slots=True)
class Move:
    """What a move asks for before it is made, and must record when it is."""

    level: Level = Level.NONE
    reason: bool = False
    date: bool = False
    verdict: bool = False


FREE = Move()
WITH_REASON = Move(reason=True)
TO_MQL = Move(level=Level.MQL)
TO_SQL = Move(level=Level.SQL)
TO_NURTURE = Move(date=True)

MOVES: dict[Stage, dict[Stage, Move]] = {
    Stage.INQUIRY: {
        Stage.MQL: TO_MQL,
        Stage.SQL: TO_SQL,
        Stage.NURTURE: TO_NURTURE,
        Stage.DISQUALIFIED: WITH_REASON,
    },
    Stage.MQL: {
        Stage.SAL: FREE,
        Stage.SQL: TO_SQL,
        Stage.NURTURE: TO_NURTURE,
        Stage.DISQUALIFIED: WITH_REASON,
    },
    Stage.SAL: {
        Stage.MQL: Move(level=Level.MQL, reason=True),
        Stage.SQL: TO_SQL,
        Stage.NURTURE: TO_NURTURE,
        Stage.DISQUALIFIED: WITH_REASON,
    },
    Stage.SQL: {
        Stage.OPPORTUNITY: Move(verdict=True),
        Stage.NURTURE: TO_NURTURE,
        Stage.DISQUALIFIED: WITH_REASON,
        Stage.LOST: WITH_REASON,
    },
    Stage.OPPORTUNITY: {
        Stage.CUSTOMER: FREE,
        Stage.SQL: Move(level=Level.SQL, reason=True),
        Stage.NURTURE: TO_NURTURE,
        Stage.LOST: WITH_REASON,
    },
    Stage.CUSTOMER: {Stage.OPPORTUNITY: WITH_REASON},
    Stage.NURTURE: {
        Stage.INQUIRY: FREE,
        Stage.MQL: TO_MQL,
        Stage.SQL: TO_SQL,
        Stage.DISQUALIFIED: WITH_REASON,
    },
    Stage.DISQUALIFIED: {Stage.INQUIRY: WITH_REASON},
    Stage.LOST: {Stage.INQUIRY: WITH_REASON, Stage.SQL: Move(level=Level.SQL, reason=True)},
}


class MoveRefused(DomainError):
    code = "move_refused"


class IllegalMove(MoveRefused):
    code = "illegal_move"


class LevelTooLow(MoveRefused):
    code = "level_too_low"


class ReasonMissing(MoveRefused):
    code = "reason_missing"


class DateMissing(MoveRefused):
    code = "date_missing"


class VerdictMissing(MoveRefused):
    code = "verdict_missing"


def legal_from(stage: Stage) -> tuple[Stage, ...]:
    """Return where a lead may go from a stage, in the order of the table."""
    return tuple(MOVES[stage])


def check_move(start: Stage, to: Stage, *, level: Level, has_reason: bool, has_date: bool, has_verdict: bool) -> Move:
    """Return what the table says of a move; raise MoveRefused with what is missing.

    `has_verdict` means a completed diagnosis that advises to advance, or a recorded override.
    """
    move = MOVES[start].get(to)
    if move is None:
        choices = ", ".join(stage.name for stage in legal_from(start))
        raise IllegalMove(f"A lead cannot go from {start.name} to {to.name}; choose from {choices}.", field="to")
    if level.rank < move.level.rank:
        raise LevelTooLow(
            f"{to.name} needs the level {move.level.name} in force; this lead's is {level.name}.", field="to"
        )
    if move.verdict and not has_verdict:
        raise VerdictMissing(
            f"{to.name} needs a completed diagnosis that advises to advance. "
            "To go on without one, give an override reason.",
            field="overrideReason",
        )
    if move.date and not has_date:
        raise DateMissing(f"{to.name} needs a date to look again.", field="nurtureUntil")
    if move.reason and not has_reason:
        raise ReasonMissing(f"Say why this lead goes from {start.name} to {to.name}.", field="reason")
    return move
