"""What a play would have done lately: tried on past events before it is switched on. Nothing is written.

Conditions are asked of what is known of the leads now, since that is what can be known; see `docs/plays.md`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from leads import permissions
from leads.domain import working_time
from leads.domain.errors import DomainError
from leads.domain.rules import Unknown, compile_rule
from leads.models import Business, Lead
from leads.services.working_time import working_calendar
from leads.tenancy import Viewer
from playbook.domain.matching import Waiting
from playbook.domain.playing import MAKES_STEPS, PlaySpec, StepSpec
from playbook.domain.steps import OUTREACH, ActionKind, DueUnit, StepKind
from playbook.models import SalesProcess
from playbook.services.acting import NOT_FOR_SALES, SALES_CALLS
from playbook.services.facts import facts_of, names_for
from playbook.services.filled import Texts
from playbook.services.past import RECKONED, Past, what_happened
from playbook.services.plays import checked, find_play, spec_of

DAYS_AT_MOST = 365
EVENTS_AT_MOST = 20_000
AT_ONCE = 500
EXAMPLES = 20
NOUNS = {
    ActionKind.START_DIAGNOSIS: "new diagnosis record",
    ActionKind.HAND_OFF: "hand-off",
    ActionKind.NURTURE: "nurture move",
    ActionKind.FLAG: "flag",
    ActionKind.EMAIL: "e-mail",
    ActionKind.WEBHOOK: "webhook call",
}


class DaysRefused(DomainError):
    code = "days_refused"


@dataclass(frozen=True, slots=True)
class Example:
    """One step that would have been made."""

    lead: Lead
    at: datetime
    kind: StepKind
    title: str


@dataclass(slots=True)
class Trial:
    """What a play would have done in the last days, by the facts of today."""

    days: int
    matched: int = 0
    did_not_hold: int = 0
    unknown: int = 0
    capped: int = 0
    planned_already: int = 0  # the same step was still open
    steps: Counter[StepKind] = field(default_factory=Counter)
    actions: Counter[ActionKind] = field(default_factory=Counter)
    leads: set[int] = field(default_factory=set)
    examples: list[Example] = field(default_factory=list)
    truncated: bool = False
    reckoned: bool = False

    @property
    def step_count(self) -> int:
        return self.steps.total()

    @property
    def lead_count(self) -> int:
        return len(self.leads)

    @property
    def said(self) -> str:
        """What it comes to, in a sentence."""
        made = [_counted(self.step_count, "step")] if self.step_count or not self.actions else []
        made += [_counted(number, NOUNS[action]) for action, number in sorted(self.actions.items())]
        listed = made[0] if len(made) == 1 else f"{', '.join(made[:-1])} and {made[-1]}"
        days = _counted(self.days, "day") if self.days > 1 else "day"
        return f"would have created {listed} for {_counted(self.lead_count, 'lead')} in the last {days}"


def try_play(
    *, play_id: int | None = None, spec: PlaySpec | None = None, by: Viewer, now: datetime, days: int = 30
) -> Trial:
    """Try a play, or one that is not saved yet, on what happened in the last days; raise PlayRefused."""
    permissions.require(by, "author")
    if not 1 <= days <= DAYS_AT_MOST:
        raise DaysRefused(f"Choose from 1 to {DAYS_AT_MOST} days.", field="days")
    spec = checked(spec if spec is not None else spec_of(find_play(play_id, by)), by)
    trying = _Trying(by.business, spec, days, now)
    waiting = Waiting(
        spec.happening, spec.from_stage or "", spec.to_stage or "", spec.to_phase, spec.attribute, spec.days
    )
    found = what_happened(by.business, waiting, now - timedelta(days=days), now)
    for batch in _batches(islice(found, EVENTS_AT_MOST)):
        trying.take(batch)
    trying.trial.truncated = next(found, None) is not None
    trying.trial.reckoned = spec.happening in RECKONED
    return trying.trial


class _Trying:
    def __init__(self, business: Business, spec: PlaySpec, days: int, now: datetime) -> None:
        self.business, self.spec, self.now = business, spec, now
        self.trial = Trial(days)
        self.condition = compile_rule(spec.condition, names_for(business)) if spec.condition else None
        process = SalesProcess.objects.filter(business=business).first() or SalesProcess()
        self.at_most, self.period = process.outreach_at_most, timedelta(days=process.outreach_days)
        self._calendar = working_calendar(business)
        self._planned: dict[tuple[int, str], datetime] = {}  # when each step was last made, by lead and title
        self._outreach: dict[int, list[datetime]] = defaultdict(list)

    def take(self, batch: Sequence[Past]) -> None:
        leads = Lead.objects.select_related("organization", "owner__user", "qualification").in_bulk(
            {past.lead_id for past in batch}
        )
        for lead in leads.values():
            lead.business = self.business
        reads = set(self.condition.reads) if self.condition else set()
        facts = facts_of(self.business, list(leads.values()), reads, self.now) if reads else {}
        chosen: list[tuple[Past, Lead, StepSpec, StepKind]] = []
        for past in batch:
            self.trial.matched += 1
            if self.condition is not None:
                holds = self.condition.evaluate(facts.get(past.lead_id, {}))
                if isinstance(holds, Unknown):
                    self.trial.unknown += 1
                    continue
                if holds is not True:
                    self.trial.did_not_hold += 1
                    continue
            for step in self.spec.steps:
                kind = self._do(step, past, leads[past.lead_id])
                if kind is not None and len(self.trial.examples) + len(chosen) < EXAMPLES:
                    chosen.append((past, leads[past.lead_id], step, kind))
        if chosen:
            texts = Texts(
                self.business, [lead for _, lead, _, _ in chosen], [step.title for _, _, step, _ in chosen], self.now
            )
            self.trial.examples += [
                Example(lead, past.at, kind, texts.fill(step.title, lead)[:300]) for past, lead, step, kind in chosen
            ]

    def _do(self, step: StepSpec, past: Past, lead: Lead) -> StepKind | None:
        """Count one step of the play; return the kind of the next step that it would have made, if any."""
        if step.action not in MAKES_STEPS:
            self.trial.actions[step.action] += 1
            self.trial.leads.add(lead.pk)
            return None
        kind = step.step_kind or StepKind.MEETING
        if kind in SALES_CALLS and lead.stage in NOT_FOR_SALES and lead.wants_conversation_at is None:
            kind = StepKind.NURTURE
        made_at = self._planned.get((lead.pk, step.title))
        if made_at is not None and past.at < self._due(step, made_at):
            self.trial.planned_already += 1
            return None
        if kind in OUTREACH:
            made = self._outreach[lead.pk]
            if sum(past.at - self.period <= at <= past.at for at in made) >= self.at_most:
                self.trial.capped += 1
                return None
            made.append(past.at)
        self._planned[lead.pk, step.title] = past.at
        self.trial.steps[kind] += 1
        self.trial.leads.add(lead.pk)
        return kind

    def _due(self, step: StepSpec, made_at: datetime) -> datetime:
        """Return when a step that was made then would be due: until then it is taken to be open."""
        if step.due_unit == DueUnit.WORKING_DAYS:
            return working_time.add_days(made_at, step.due_in, self._calendar)
        return working_time.due(made_at, timedelta(hours=step.due_in), self._calendar)


def _batches(found: Iterable[Past]) -> Iterator[list[Past]]:
    going = iter(found)
    while batch := list(islice(going, AT_ONCE)):
        yield batch


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun if number == 1 else noun + 's'}"
