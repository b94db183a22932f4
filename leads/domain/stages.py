"""Where a lead stands, and the one table of legal moves."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from leads.domain.errors import DomainError
from leads.domain.reasons import ReasonKind


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


MARKETING_ON = frozenset({"marketing", "inside_sales", "sales", "manager"})
INSIDE_SALES_ON = MARKETING_ON - {"marketing"}
SALES_ON = INSIDE_SALES_ON - {"inside_sales"}
"""Which roles may make a move; the system may make every one."""


@dataclass(frozen=True, slots=True)
class Move:
    """What a move asks for before it is made, and must record when it is; and the roles that may make it.

    `cause` is the kind of reason that must be chosen from the business's list; where that one names a
    competitor, the competitor must be named.
    """

    level: Level = Level.NONE
    reason: bool = False
    date: bool = False
    verdict: bool = False
    cause: ReasonKind | None = None
    roles: frozenset[str] = MARKETING_ON


def _move(roles: frozenset[str], **asked: Any) -> Move:
    return Move(roles=roles, **asked)


def _disqualify(roles: frozenset[str]) -> Move:
    return Move(cause=ReasonKind.DISQUALIFIED, roles=roles)


TO_MQL = Move(level=Level.MQL)
TO_SQL = Move(level=Level.SQL, roles=INSIDE_SALES_ON)
LOSE = Move(cause=ReasonKind.LOST, roles=SALES_ON)

MOVES: dict[Stage, dict[Stage, Move]] = {
    Stage.INQUIRY: {
        Stage.MQL: TO_MQL,
        Stage.SQL: TO_SQL,
        Stage.NURTURE: Move(date=True),
        Stage.DISQUALIFIED: _disqualify(MARKETING_ON),
    },
    Stage.MQL: {
        Stage.SAL: _move(INSIDE_SALES_ON),
        Stage.SQL: TO_SQL,
        Stage.NURTURE: Move(date=True),
        Stage.DISQUALIFIED: _disqualify(MARKETING_ON),
    },
    Stage.SAL: {
        Stage.MQL: _move(INSIDE_SALES_ON, level=Level.MQL, reason=True),
        Stage.SQL: TO_SQL,
        Stage.NURTURE: _move(INSIDE_SALES_ON, date=True),
        Stage.DISQUALIFIED: _disqualify(INSIDE_SALES_ON),
    },
    Stage.SQL: {
        Stage.OPPORTUNITY: _move(SALES_ON, verdict=True),
        Stage.NURTURE: _move(INSIDE_SALES_ON, date=True),
        Stage.DISQUALIFIED: _disqualify(INSIDE_SALES_ON),
        Stage.LOST: LOSE,
    },
    Stage.OPPORTUNITY: {
        Stage.CUSTOMER: _move(SALES_ON),
        Stage.SQL: _move(SALES_ON, level=Level.SQL, reason=True),
        Stage.NURTURE: _move(SALES_ON, date=True),
        Stage.LOST: LOSE,
    },
    Stage.CUSTOMER: {Stage.OPPORTUNITY: _move(SALES_ON, reason=True)},
    Stage.NURTURE: {
        Stage.INQUIRY: Move(),
        Stage.MQL: TO_MQL,
        Stage.SQL: TO_SQL,
        Stage.DISQUALIFIED: _disqualify(MARKETING_ON),
    },
    Stage.DISQUALIFIED: {Stage.INQUIRY: Move(reason=True)},
    Stage.LOST: {
        Stage.INQUIRY: _move(SALES_ON, reason=True),
        Stage.SQL: _move(SALES_ON, level=Level.SQL, reason=True),
        Stage.OPPORTUNITY: _move(SALES_ON, reason=True, verdict=True),
    },
}

BEGINNINGS = frozenset({Stage.INQUIRY, Stage.CUSTOMER, Stage.LOST})
"""Where a lead may begin: with an inquiry, or where an import brings one that was decided elsewhere."""

DECIDED_ELSEWHERE = frozenset({Stage.CUSTOMER, Stage.LOST})
"""Where an import may put a lead from any stage: it records a decision, so nothing is asked for."""


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


class CauseMissing(MoveRefused):
    code = "cause_missing"


class CauseOfOtherKind(MoveRefused):
    code = "cause_of_other_kind"


class CompetitorMissing(MoveRefused):
    code = "competitor_missing"


class CompetitorNotAsked(MoveRefused):
    code = "competitor_not_asked"


class NotYourMove(MoveRefused):
    """Another role may make this move."""

    code = "not_allowed"


def legal_from(stage: Stage) -> tuple[Stage, ...]:
    """Return where a lead may go from a stage, in the order of the table."""
    return tuple(MOVES[stage])


def is_legal_path(steps: Iterable[tuple[Stage | None, Stage, bool]]) -> bool:
    """Tell whether these steps, oldest first, are one way through the table.

    Each step has the stage that was left, None where the lead began, the one that was entered, and whether an
    import recorded it.
    """
    at: Stage | None = None
    for start, to, imported in steps:
        if start != at:
            return False
        if start is None:
            legal = to == Stage.INQUIRY or (imported and to in BEGINNINGS)
        else:
            legal = to in MOVES[start] or (imported and to in DECIDED_ELSEWHERE and to != start)
        if not legal:
            return False
        at = to
    return at is not None


def move_for(start: Stage, to: Stage, role: str | None) -> Move:
    """Return what the table says of a move; raise IllegalMove, or NotYourMove if this role may not make it.

    The system has no role.
    """
    move = MOVES[start].get(to)
    if move is None:
        choices = ", ".join(stage.name for stage in legal_from(start))
        raise IllegalMove(f"A lead cannot go from {start.name} to {to.name}; choose from {choices}.", field="to")
    if role is not None and role not in move.roles:
        able = "inside sales, sales or a manager" if "inside_sales" in move.roles else "sales or a manager"
        said = role.replace("_", " ")
        raise NotYourMove(
            f"Your role ({said}) may not move a lead from {start.name} to {to.name}. Ask {able}.", field="to"
        )
    return move


def check_move(
    start: Stage,
    to: Stage,
    *,
    level: Level,
    has_reason: bool,
    has_date: bool,
    has_verdict: bool,
    cause: ReasonKind | None = None,
    names_competitor: bool = False,
    has_competitor: bool = False,
    role: str | None = None,
) -> Move:
    """Return what the table says of a move; raise MoveRefused with what is missing.

    `has_verdict` means a completed diagnosis that advises to advance, or a recorded override; `cause` is the kind
    of the reason that was chosen, `names_competitor` whether that one asks for a competitor.
    """
    move = move_for(start, to, role)
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
    _check_cause(start, to, move, cause)
    if names_competitor and not has_competitor:
        raise CompetitorMissing("This reason asks for the competitor's name.", field="competitor")
    if has_competitor and to != Stage.LOST:
        raise CompetitorNotAsked("A competitor is named only where a lead is lost; leave it out.", field="competitor")
    if move.reason and not has_reason:
        raise ReasonMissing(f"Say why this lead goes from {start.name} to {to.name}.", field="reason")
    return move


def _check_cause(start: Stage, to: Stage, move: Move, cause: ReasonKind | None) -> None:
    if move.cause is not None and cause is None:
        raise CauseMissing(
            f"Choose why this lead goes from {start.name} to {to.name}: one of the business's reasons of the kind "
            f"{move.cause.name}.",
            field="cause",
        )
    if cause is not None and cause != move.cause:
        asked = f"a reason of the kind {move.cause.name}" if move.cause else "no reason of a list"
        raise CauseOfOtherKind(
            f"{to.name} takes {asked}; this one is of the kind {cause.name}.",
            field="cause",
        )
