"""Why a lead has its place in a work queue, in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from assessments.domain.template import Advice
from leads.domain.stages import Stage
from leads.domain.working_time import WorkingCalendar
from playbook.domain.ranking_work import QUESTIONS, WorkKind
from playbook.domain.steps import StepKind

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
COUNTED = 60
"""Days back within which working days are counted; what is older has a date."""

NOUNS = {
    StepKind.CALL: "a call",
    StepKind.EMAIL: "an e-mail",
    StepKind.MEETING: "a meeting",
    StepKind.RESEARCH: "to find something out",
    StepKind.NURTURE: "a nurture step",
    StepKind.OTHER: "something",
}
TO_DO = {
    Advice.ADVANCE: "make it an opportunity",
    Advice.NURTURE: "nurture it with a date to look again",
    Advice.DISQUALIFY: "disqualify it with a reason",
    Advice.KEEP_DIAGNOSING: "go on diagnosing",
}


@dataclass(frozen=True, slots=True)
class Promise:
    """A step that is due; `by_whom` is empty if it is the reader's own."""

    kind: StepKind
    title: str
    due_at: datetime
    by_whom: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a ranked lead is said; `ask` is the next question of its diagnosis, empty if none is left."""

    kind: WorkKind
    stage: Stage
    since: datetime
    look_again: date | None = None
    asked_at: datetime | None = None
    next_step: datetime | None = None
    unknowns: int = 0
    has_completed: bool = False
    advice: Advice | None = None
    ask: str = ""
    urgency: Decimal | None = None
    cost: Decimal = Decimal(0)
    currency: str = ""


def said_of_promise(promise: Promise, now: datetime, calendar: WorkingCalendar) -> str:
    who = promise.by_whom or "You"
    return f"{who} promised {NOUNS[promise.kind]} {due(promise.due_at, now, calendar)}: “{promise.title}”."


def said_of_standing(found: Standing, now: datetime, calendar: WorkingCalendar) -> str:
    """Return why a lead is where its rank puts it."""
    zone = calendar.zone
    if found.kind == WorkKind.CONVERSATION:
        return f"They asked for a conversation {ago(found.asked_at or found.since, now, calendar)}; nobody took it up."
    if found.kind == WorkKind.FIRST_RESPONSE:
        return f"Accepted {ago(found.since, now, calendar)}, and still waits for a first response."
    if found.kind == WorkKind.NURTURE:
        if found.look_again is not None:
            return f"The day to look again was set to {written(found.look_again)}: nurture it, no sales call."
        since = written(found.since.astimezone(zone).date())
        return f"In {found.stage.name} since {since}: nurture it, no sales call."
    if found.kind == WorkKind.WAITING:
        return "Nothing is to be done now."
    if found.kind == WorkKind.NO_NEXT_STEP:
        return "Nothing is planned: every open SQL and opportunity needs a dated next step."
    return " ".join([_of_diagnosis(found), *_beside(found, zone_day(found.next_step, calendar))])


def _of_diagnosis(found: Standing) -> str:
    if found.kind == WorkKind.START_DIAGNOSIS:
        return "Its diagnosis is not begun: all four questions of the verdict are open."
    if found.kind == WorkKind.VERDICT:
        advice = found.advice or Advice.KEEP_DIAGNOSING
        return f"Its diagnosis is completed and advises to {advice.value.replace('_', ' ')}: {TO_DO[advice]}."
    if not found.unknowns:
        return "Nothing that is unknown can change the verdict any more: complete the diagnosis."
    are = "is" if found.unknowns == 1 else "are"
    open_ = f"{NUMBERS[found.unknowns].capitalize()} of the verdict's {NUMBERS[QUESTIONS]} questions {are} open"
    if found.unknowns == QUESTIONS:
        open_ = f"All {NUMBERS[QUESTIONS]} questions of the verdict are open"
    if found.has_completed:
        return f"{open_} in its completed diagnosis: amend it to ask on."
    if not found.ask:
        return f"{open_}, and nothing is left to ask: find out what the prospect did not know."
    return f"{open_}; the next question to ask: “{found.ask}”."


def _beside(found: Standing, planned: date | None) -> Sequence[str]:
    """Return what else ranks it: urgency, cost, and whether anything is planned."""
    said = []
    if found.urgency is not None:
        said.append(f"Its urgency is {found.urgency:.0f} of 100.")
    if found.cost:
        said.append(f"The problem likely costs {found.currency} {found.cost:,.0f} a year.")
    said.append(f"The next step is planned for {written(planned)}." if planned else "No next step is planned.")
    return said


# --- Moments -------------------------------------------------------------------------------------


def due(moment: datetime, now: datetime, calendar: WorkingCalendar) -> str:
    """Return for when something was promised: “for today at 14:30”, “two working days ago”, “on 3 Feb 2026”."""
    local, today = moment.astimezone(calendar.zone), now.astimezone(calendar.zone).date()
    if local.date() >= today:
        return f"for {'today' if local.date() == today else written(local.date())} at {local:%H:%M}"
    return ago(moment, now, calendar)


def ago(moment: datetime, now: datetime, calendar: WorkingCalendar) -> str:
    """Return how long ago something was: “today at 09:00”, “two working days ago”, “on 3 Feb 2026”."""
    local, today = moment.astimezone(calendar.zone), now.astimezone(calendar.zone).date()
    if local.date() >= today:
        return f"today at {local:%H:%M}"
    if (today - local.date()).days > COUNTED:
        return f"on {written(local.date())}"
    days = working_days(local.date(), today, calendar)
    if not days:
        return f"on {written(local.date())}"
    number = NUMBERS[days] if days < len(NUMBERS) else str(days)
    return f"{number} working day{'' if days == 1 else 's'} ago"


def working_days(first: date, last: date, calendar: WorkingCalendar) -> int:
    """Return on how many days after the first, up to the last, the business works."""
    days = (first + timedelta(days=number) for number in range(1, (last - first).days + 1))
    return sum(bool(calendar.spans_on(day)) for day in days)


def zone_day(moment: datetime | None, calendar: WorkingCalendar) -> date | None:
    return moment.astimezone(calendar.zone).date() if moment is not None else None


def written(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
