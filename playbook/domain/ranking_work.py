"""What of a salesperson's leads comes first: by what moves a diagnosis forward, never by closeness to an order.

Promises that are due come before all of this, longest overdue first; see `playbook.services.queue`. The rest is
ranked by one number for each lead, the higher the sooner. See `docs/next_steps.md`.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from itertools import product

from assessments.domain.template import Advice, Outlook
from assessments.domain.verdict import advise
from leads.domain.qualification import Decision
from leads.domain.stages import Stage


class WorkKind(StrEnum):
    """Why a lead has its place in somebody's work queue."""

    PROMISE = "promise"
    CONVERSATION = "conversation"
    FIRST_RESPONSE = "first_response"
    START_DIAGNOSIS = "start_diagnosis"
    DIAGNOSE = "diagnose"
    VERDICT = "verdict"
    NO_NEXT_STEP = "no_next_step"
    NURTURE = "nurture"
    WAITING = "waiting"


NURTURED = frozenset({Stage.INQUIRY, Stage.MQL, Stage.NURTURE})
"""Stages whose leads get nurture and no sales call, unless they ask for one."""

DIAGNOSED = frozenset({Stage.SQL, Stage.OPPORTUNITY})
"""Stages whose leads are diagnosed and must have a dated next step."""

QUESTIONS = 4
"""Of a verdict: a good problem, big enough to act, big enough for our solution, and the outlook."""

BUCKET = 10**16
PROSPECT_WAITS, TO_DIAGNOSE, VERDICT_STANDS, NOTHING_PLANNED, TO_NURTURE, NOTHING_NOW = (
    bucket * BUCKET for bucket in (5, 4, 3, 2, 1, 0)
)
ABOVE_NURTURE = NOTHING_PLANNED
DAYS, MINUTES, COSTS, URGENCIES = 10**8, 10**12, 10**10, 10_001


@dataclass(frozen=True, slots=True)
class Verdict:
    """What of a diagnosis ranks its lead: the four answers so far, the urgency's score from 0 to 100 if there is one,
    and the likely cost of the problem in a year."""

    good_problem: Decision
    will_act: Decision
    justifies: Decision
    outlook: Outlook
    advice: Advice
    urgency: Decimal | None
    cost: Decimal
    is_completed: bool


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What of a lead ranks it; days are the business's own."""

    stage: Stage
    since: datetime
    day: date  # of `since`
    asked_at: datetime | None = None  # for a conversation
    look_again: date | None = None
    next_step: date | None = None  # the day of its first open step
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Rank:
    """A lead's place: the kind of work, the number it is sorted by, and how many unknowns would change the verdict."""

    kind: WorkKind
    number: int
    unknowns: int = 0


def rank(found: Circumstances) -> Rank:
    """Return where an open lead belongs. Only what is listed in `docs/next_steps.md` counts; order-readiness never."""
    if found.stage in NURTURED:
        return _nurtured(found)
    if found.stage == Stage.SAL:
        if found.next_step is not None:
            return Rank(WorkKind.WAITING, NOTHING_NOW)
        return Rank(WorkKind.FIRST_RESPONSE, _waiting_since(found.since))
    if found.stage not in DIAGNOSED:
        return Rank(WorkKind.WAITING, NOTHING_NOW)
    return _diagnosed(found)


def nurture_rank(day: date) -> int:
    """Return the number of a lead that is to be nurtured from this day on: the longer ago, the higher."""
    return TO_NURTURE + DAYS - day.toordinal()


def _nurtured(found: Circumstances) -> Rank:
    asked = found.asked_at
    if asked is not None and found.next_step is None and not (found.stage == Stage.NURTURE and asked < found.since):
        return Rank(WorkKind.CONVERSATION, _waiting_since(asked))
    day = found.look_again or found.day
    if found.next_step is not None:
        day = max(day, found.next_step)
    return Rank(WorkKind.NURTURE, nurture_rank(day))


def _diagnosed(found: Circumstances) -> Rank:
    verdict, is_idle = found.verdict, found.next_step is None
    if verdict is None:
        return Rank(WorkKind.START_DIAGNOSIS, TO_DIAGNOSE + _value(QUESTIONS, None, Decimal(0), is_idle), QUESTIONS)
    unknowns = decisive_unknowns(verdict.good_problem, verdict.will_act, verdict.justifies, verdict.outlook)
    value = _value(unknowns, verdict.urgency, verdict.cost, is_idle)
    if verdict.is_completed and found.stage == Stage.SQL and verdict.advice != Advice.KEEP_DIAGNOSING:
        return Rank(WorkKind.VERDICT, VERDICT_STANDS + value, unknowns)
    if unknowns or not verdict.is_completed:
        return Rank(WorkKind.DIAGNOSE, TO_DIAGNOSE + value, unknowns)
    if is_idle:
        return Rank(WorkKind.NO_NEXT_STEP, NOTHING_PLANNED + value)
    return Rank(WorkKind.WAITING, NOTHING_NOW)


def _waiting_since(moment: datetime) -> int:
    return PROSPECT_WAITS + MINUTES - int(moment.timestamp() // 60)


def _value(unknowns: int, urgency: Decimal | None, cost: Decimal, is_idle: bool) -> int:
    """Return one number that sorts by unknowns, then urgency, then cost, then whether nothing is planned."""
    urgent = min(max(int((urgency or Decimal(0)) * 100), 0), URGENCIES - 1)
    dear = min(max(int(cost), 0), COSTS - 1)
    return ((unknowns * URGENCIES + urgent) * COSTS + dear) * 2 + is_idle


@cache
def decisive_unknowns(good_problem: Decision, will_act: Decision, justifies: Decision, outlook: Outlook) -> int:
    """Return how many of the four questions are unknown and could change what the verdict advises.

    A question counts if, whatever becomes of the other unknown ones, there is a case in which its answer decides.
    """
    good, acts, pays = (
        (Decision.YES, Decision.NO) if answer == Decision.UNKNOWN else (answer,)
        for answer in (good_problem, will_act, justifies)
    )
    outlooks = (Outlook.CLEAR, Outlook.BLOCKED) if outlook == Outlook.UNKNOWN else (outlook,)
    advices = {case: advise(*case) for case in product(good, acts, pays, outlooks)}
    return sum(
        any(
            advices[one] != advices[two]
            for one, two in product(advices, repeat=2)
            if one[:place] == two[:place] and one[place + 1 :] == two[place + 1 :]
        )
        for place in range(QUESTIONS)
    )
