"""What may bog a sale down or lose it: what the verdict names, and what shows in time and people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from leads.domain.qualification import Decision

DEALS_AT_LEAST = 8
"""With fewer won deals in a phase nothing is said of how long it usually takes."""


class StallKind(StrEnum):
    """What shows in time and people, beside the stall risks of a verdict."""

    NO_ACTIVITY = "no_activity"
    SINGLE_CONTACT = "single_contact"
    NO_ECONOMIC_BUYER = "no_economic_buyer"
    NEXT_STEP_OVERDUE = "next_step_overdue"
    NO_NEXT_STEP = "no_next_step"
    SLOW_PHASE = "slow_phase"


class RiskSeverity(StrEnum):
    """How much a risk weighs."""

    BLOCKING = "blocking"
    WATCH = "watch"


class Foreseen(StrEnum):
    """Whether the reason for which a lead was lost had been predicted."""

    YES = "yes"
    NO = "no"
    NOTHING_PREDICTED = "nothing_predicted"


@dataclass(frozen=True, slots=True)
class RiskDefault:
    """A risk as a business begins with it; `predicts` is the key of a reason for which leads are lost."""

    key: str
    name: str
    severity: RiskSeverity
    predicts: str
    days: int | None = None


DEFAULT_RISKS = (
    RiskDefault(StallKind.NO_ACTIVITY.value, "Nothing happens", RiskSeverity.WATCH, "no_decision", 10),
    RiskDefault(StallKind.SINGLE_CONTACT.value, "Only one contact", RiskSeverity.WATCH, "unclear_decision"),
    RiskDefault(StallKind.NO_ECONOMIC_BUYER.value, "No economic buyer", RiskSeverity.WATCH, "budget"),
    RiskDefault(StallKind.NEXT_STEP_OVERDUE.value, "Next step overdue", RiskSeverity.WATCH, "changed_priority"),
    RiskDefault(StallKind.NO_NEXT_STEP.value, "No next step", RiskSeverity.WATCH, "no_decision"),
    RiskDefault(StallKind.SLOW_PHASE.value, "Longer in its phase than usual", RiskSeverity.WATCH, "no_decision"),
    RiskDefault("budget", "Budget", RiskSeverity.WATCH, "budget"),
    RiskDefault("no_money", "No money for it", RiskSeverity.WATCH, "budget"),
    RiskDefault("money_elsewhere", "Money goes elsewhere", RiskSeverity.WATCH, "budget"),
    RiskDefault("changed_priority", "Changed priority", RiskSeverity.WATCH, "changed_priority"),
    RiskDefault("other_priority", "Another priority", RiskSeverity.WATCH, "changed_priority"),
    RiskDefault("no_time", "No time for it", RiskSeverity.BLOCKING, "changed_priority"),
    RiskDefault("no_it_time", "No time of their engineers", RiskSeverity.WATCH, "changed_priority"),
    RiskDefault("unclear_decision", "Unclear internal decision", RiskSeverity.WATCH, "unclear_decision"),
    RiskDefault("nobody_to_end_it", "Nobody to end it", RiskSeverity.BLOCKING, "unclear_decision"),
    RiskDefault("no_sponsor", "No sponsor", RiskSeverity.BLOCKING, "unclear_decision"),
    RiskDefault("competitor_or_price", "Competitor or price", RiskSeverity.WATCH, "competitor_or_price"),
    RiskDefault("other_way", "Another way to solve it", RiskSeverity.WATCH, "competitor_or_price"),
    RiskDefault("few_fit", "Few of those that they look for fit", RiskSeverity.WATCH, "no_decision"),
    RiskDefault("burnt", "Burnt by an earlier attempt", RiskSeverity.WATCH, "no_decision"),
    RiskDefault("no_decision", "No decision", RiskSeverity.WATCH, "no_decision"),
)
"""The six of time and people, and the stall risks that templates in use name, by key."""


@dataclass(frozen=True, slots=True)
class RiskSetting:
    """What a business makes of a risk; `predicts` is the key of a reason, empty if it predicts none."""

    key: str
    severity: RiskSeverity
    predicts: str
    predicts_label: str
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk of one lead: YES is present, NO absent; `since` is when it began, where that is known."""

    key: str
    name: str
    present: Decision
    severity: RiskSeverity
    because: str
    since: datetime | None = None
    predicts: str = ""
    predicts_label: str = ""
    from_diagnosis: int | None = None  # the diagnosis whose verdict names it


@dataclass(frozen=True, slots=True)
class Step:
    """A next step that is open; until `snoozed_until` it is not due."""

    title: str
    due_at: datetime
    snoozed_until: datetime | None = None

    @property
    def late_from(self) -> datetime:
        return max(self.due_at, self.snoozed_until or self.due_at)


@dataclass(frozen=True, slots=True)
class Situation:
    """What of time and people is known about a lead.

    `idle_from` is when so many working days without any activity are over; None where nobody works in that time.
    `usual_days` is how long won deals were in this phase, None if there were too few of them.
    """

    last_activity: datetime
    idle_from: datetime | None
    stakeholders: tuple[frozenset[str], ...]
    steps: tuple[Step, ...]
    last_step_at: datetime
    phase: str = ""
    phase_since: datetime | None = None
    usual_days: float | None = None


def usual_length(days: Sequence[float]) -> float | None:
    """Return the 75th percentile, interpolated; None with fewer than 8 deals."""
    if len(days) < DEALS_AT_LEAST:
        return None
    ordered = sorted(days)
    place = 0.75 * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def risks_in(situation: Situation, settings: Mapping[str, RiskSetting], now: datetime) -> list[Risk]:
    """Return the risks of time and people that have a setting, in their order."""
    return [ASKED[kind](situation, setting, now) for kind in StallKind if (setting := settings.get(kind.value))]


def risk(
    setting: RiskSetting, present: bool | None, because: str, since: datetime | None = None, name: str = ""
) -> Risk:
    """Return a risk as its setting has it; None: it is unknown whether it is present."""
    decision = Decision.UNKNOWN if present is None else Decision.YES if present else Decision.NO
    return Risk(
        key=setting.key,
        name=name or NAMES.get(setting.key, setting.key),
        present=decision,
        severity=setting.severity,
        because=because,
        since=since,
        predicts=setting.predicts,
        predicts_label=setting.predicts_label,
    )


def held_against(cause: str, risks: Iterable[Risk]) -> Foreseen:
    """Return whether the reason for which a lead was lost was among what its risks predicted."""
    predicted = {found.predicts for found in risks if found.present == Decision.YES and found.predicts}
    if not predicted:
        return Foreseen.NOTHING_PREDICTED
    return Foreseen.YES if cause in predicted else Foreseen.NO


# --- Each of them --------------------------------------------------------------------------------


def _no_activity(lead: Situation, setting: RiskSetting, now: datetime) -> Risk:
    last = f"{lead.last_activity:%d %b %Y}"
    if lead.idle_from is None:
        return risk(setting, None, "No working hours are set, so working days cannot be counted.")
    if now < lead.idle_from:
        return risk(setting, False, f"Something happened on {last}.")
    because = f"Nothing happened for {_days(setting.days or 0, 'working ')}: {last} was the last time."
    return risk(setting, True, because, lead.idle_from)


def _single_contact(lead: Situation, setting: RiskSetting, now: datetime) -> Risk:
    people = len(lead.stakeholders)
    if people > 1:
        return risk(setting, False, f"{people} people there are known.")
    return risk(setting, True, "Only one person there is known." if people else "Nobody there is known.")


def _no_economic_buyer(lead: Situation, setting: RiskSetting, now: datetime) -> Risk:
    if not lead.stakeholders:
        return risk(setting, True, "Nobody there is known, so nobody who decides about the money.")
    if any("economic_buyer" in roles for roles in lead.stakeholders):
        return risk(setting, False, "It is known who decides about the money.")
    unclear = sum(not roles for roles in lead.stakeholders)
    if unclear:
        return risk(setting, None, f"The buying role of {unclear} of {len(lead.stakeholders)} people is not known.")
    return risk(setting, True, "None of the people who are known decides about the money.")


def _next_step_overdue(lead: Situation, setting: RiskSetting, now: datetime) -> Risk:
    late = [step for step in lead.steps if step.late_from < now]
    if not late:
        return risk(setting, False, "No next step is overdue.")
    first = min(late, key=lambda step: step.late_from)
    return risk(setting, True, f"“{first.title}” was due on {first.due_at:%d %b %Y}.", first.late_from)


def _no_next_step(lead: Situation, setting: RiskSetting, now: datetime) -> Risk:
    if lead.steps:
        return risk(setting, False, f"Open: {'; '.join(step.title for step in lead.steps[:3])}.")
    return risk(setting, True, "Nothing is planned to be done next.", lead.last_step_at)


def _slow_phase(lead: Situation, setting: RiskSetting, now: datetime) -> Risk:
    if lead.phase_since is None:
        return risk(setting, None, "It is in no phase of the process.")
    if lead.usual_days is None:
        return risk(setting, None, f"Not enough won deals were in this phase: at least {DEALS_AT_LEAST} are needed.")
    spent = max(timedelta(), now - lead.phase_since)
    usual = timedelta(days=lead.usual_days)
    because = f"{_days(spent.days)} in this phase; three of four won deals took at most {lead.usual_days:.0f}."
    return risk(setting, spent > usual, because, lead.phase_since + usual if spent > usual else None)


def _days(number: int, kind: str = "") -> str:
    return f"{number} {kind}day{'' if number == 1 else 's'}"


NAMES = {default.key: default.name for default in DEFAULT_RISKS}
ASKED = {
    StallKind.NO_ACTIVITY: _no_activity,
    StallKind.SINGLE_CONTACT: _single_contact,
    StallKind.NO_ECONOMIC_BUYER: _no_economic_buyer,
    StallKind.NEXT_STEP_OVERDUE: _next_step_overdue,
    StallKind.NO_NEXT_STEP: _no_next_step,
    StallKind.SLOW_PHASE: _slow_phase,
}
