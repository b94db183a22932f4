"""Running plays for events of leads whose rows are locked: what they come to is collected, then written together."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Count, Max, Model

from leads import bulk, live
from leads.domain import working_time
from leads.domain.errors import DomainError
from leads.domain.rules import Unknown
from leads.models import Business, Door, Event, Flag, FlagKind, Lead
from leads.services.working_time import working_calendar
from leads.tenancy import Viewer, system
from playbook.domain.playing import MAKES_STEPS
from playbook.domain.steps import OUTREACH, ActionKind, DueUnit, RunStatus, StepStatus
from playbook.models import Delivery, NextStep, PlayRun, SalesProcess
from playbook.services import acting
from playbook.services.addressing import People
from playbook.services.compiled import ReadyPlay
from playbook.services.facts import facts_of
from playbook.services.filled import Texts

DEPTH_AT_MOST = 5
"""Plays that may lead to one another, one after the other; a longer chain is a loop and stops."""


PlannedStep = tuple[int, int, str]
"""The lead, the play and the title of a step that is open."""


class EventBroken(Exception):
    """An event that could not be worked off for a reason that nobody foresaw."""

    def __init__(self, event: Event) -> None:
        super().__init__(f"{event.kind} {event.pk}")
        self.event = event


@dataclass(slots=True)
class Made:
    """What one run makes, before it is written."""

    steps: list[NextStep] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)


class Batch:
    """Events of some leads of one business, worked off in one transaction; the leads' rows are locked."""

    def __init__(self, business: Business, leads: Sequence[Lead], plays: Sequence[ReadyPlay], now: datetime) -> None:
        self.business, self.now = business, now
        self.by: Viewer = system(business, Door.PLAY)
        self.leads = {lead.pk: lead for lead in leads}
        self.plays = plays
        for lead in leads:
            lead.business = business
        self._runs: list[tuple[PlayRun, Made]] = []
        self._reads = {name for ready in plays if ready.condition for name in ready.condition.reads}
        self._facts = facts_of(business, leads, self._reads, now) if self._reads else {}
        steps = [step for ready in plays for step in ready.steps]
        self.people = People(business)
        self._calendar = working_calendar(business)
        self._due: dict[tuple[int, str], datetime] = {}
        self.texts = Texts(business, leads, [text for step in steps for text in (step.title, step.text)], now)
        process = SalesProcess.objects.filter(business=business).first() or SalesProcess()
        self.outreach_at_most = process.outreach_at_most
        self._outreach = self._outreach_since(now - timedelta(days=process.outreach_days))
        self._flagged = self._open_flags() if any(step.action == ActionKind.FLAG for step in steps) else set()
        self._makes_steps = any(step.action in MAKES_STEPS for step in steps)
        self._planned = self._open_steps(self.leads) if self._makes_steps else set()
        self._planning: set[PlannedStep] = set()  # by this batch, not written yet

    def _outreach_since(self, since: datetime) -> Counter[int]:
        made = NextStep.objects.filter(
            lead__in=self.leads, run__isnull=False, kind__in=list(OUTREACH), created_at__gte=since
        )
        counted = made.order_by().values_list("lead_id").annotate(steps=Count("pk"))
        return Counter(dict(counted))

    def _open_flags(self) -> set[tuple[int, str]]:
        found = Flag.objects.filter(lead__in=self.leads, kind=FlagKind.RAISED, cleared_at__isnull=True)
        return set(found.values_list("lead_id", "reason"))

    def _open_steps(self, lead_ids: Collection[int]) -> set[PlannedStep]:
        plays = [ready.play.pk for ready in self.plays]
        found = NextStep.objects.filter(lead__in=lead_ids, status=StepStatus.OPEN, run__play__in=plays)
        return set(found.order_by().values_list("lead_id", "run__play_id", "title"))

    # --- Working events off ----------------------------------------------------------------------

    def work_off(self, events: Sequence[Event]) -> None:
        """Run what answers these events, which come in their order; write it all.

        Nothing follows any more from what happened to a lead that was merged into another.
        """
        for event in events:
            try:
                for ready in self.plays if self.leads[event.lead_id].merged_into_id is None else ():
                    if ready.answers(event):
                        self._run(ready, event)
            except OperationalError:
                raise  # the database's trouble, not the event's
            except Exception as error:
                raise EventBroken(event) from error
        self._write()

    def _run(self, ready: ReadyPlay, event: Event) -> None:
        run = PlayRun(business=self.business, play=ready.play, event=event, lead_id=event.lead_id, at=self.now)
        if event.depth >= DEPTH_AT_MOST:
            run.status, run.problem = RunStatus.STOPPED, f"{DEPTH_AT_MOST} plays led to this event already."
            self._runs.append((run, Made()))
            return
        if ready.problem:
            run.status, run.problem = RunStatus.REFUSED, f"Its condition cannot be asked: {ready.problem}"
            self._runs.append((run, Made()))
            return
        if ready.condition is not None:
            holds = ready.condition.evaluate(self._facts.get(event.lead_id, {}))
            if isinstance(holds, Unknown):
                run.status, run.problem = RunStatus.UNKNOWN, f"Not known: {', '.join(holds.names)}."
                self._runs.append((run, Made()))
            if holds is not True:
                return
        self._runs.append((run, self._act(run, ready, event)))

    def _act(self, run: PlayRun, ready: ReadyPlay, event: Event) -> Made:
        made = Made()
        outreach, flagged, planning = self._outreach.copy(), set(self._flagged), set(self._planning)
        try:
            if any(acting.changes_more(step) for step in ready.steps):
                made = self._act_in_depth(ready, event, made)
            else:
                self._do(ready, event, made)
            run.status = RunStatus.DONE
        except DomainError as refusal:
            self._outreach, self._flagged, self._planning = outreach, flagged, planning
            made = Made()
            run.status, run.problem = RunStatus.REFUSED, refusal.message
        run.results = made.results
        return made

    def _act_in_depth(self, ready: ReadyPlay, event: Event, made: Made) -> Made:
        """Do so where steps change more than rows that hang on the lead: all of it, or nothing.

        The events that they write are one play deeper.
        """
        last = Event.objects.filter(lead=event.lead_id).aggregate(last=Max("pk"))["last"]
        try:
            with transaction.atomic():
                self._do(ready, event, made)
        finally:
            self._read_again(event.lead_id)
        later = Event.objects.filter(lead=event.lead_id, pk__gt=last)
        later.update(depth=event.depth + 1)
        return made

    def _do(self, ready: ReadyPlay, event: Event, made: Made) -> None:
        for step in ready.steps:
            made.results.append({"action": step.action, **acting.act(self, step, ready.play, event, made)})

    def _read_again(self, lead_id: int) -> None:
        lead = Lead.everything.select_related("organization", "owner__user", "qualification").get(pk=lead_id)
        lead.business = self.business
        self.leads[lead_id] = lead
        if self._makes_steps:
            others = {planned for planned in self._planned if planned[0] != lead_id}
            self._planned = others | self._open_steps([lead_id])
        if self._reads:
            self._facts |= facts_of(self.business, [lead], self._reads, self.now)

    def due(self, amount: int, unit: str) -> datetime:
        """Return when something is due from now on that so many working hours or days are given for."""
        if (amount, unit) not in self._due:
            self._due[amount, unit] = (
                working_time.add_days(self.now, amount, self._calendar)
                if unit == DueUnit.WORKING_DAYS
                else working_time.due(self.now, timedelta(hours=amount), self._calendar)
            )
        return self._due[amount, unit]

    # --- What bounds it --------------------------------------------------------------------------

    def may_reach_out(self, lead_id: int) -> bool:
        """Tell whether one more call, e-mail or meeting may be asked for with this lead; if so, count it."""
        if self._outreach[lead_id] >= self.outreach_at_most:
            return False
        self._outreach[lead_id] += 1
        return True

    def is_planned(self, planned: PlannedStep) -> bool:
        """Tell whether such a step is open."""
        return planned in self._planned or planned in self._planning

    def plan(self, planned: PlannedStep) -> None:
        """Remember that such a step is made."""
        self._planning.add(planned)

    def may_flag(self, lead_id: int, reason: str) -> bool:
        """Tell whether this flag is not up on the lead yet; if so, remember it."""
        if (lead_id, reason) in self._flagged:
            return False
        self._flagged.add((lead_id, reason))
        return True

    # --- Writing ---------------------------------------------------------------------------------

    def _write(self) -> None:
        for (run, _), pk in zip(self._runs, bulk.next_ids(PlayRun, len(self._runs)), strict=True):
            run.pk = pk
        steps: list[NextStep] = []
        deliveries: list[Delivery] = []
        flags: list[Flag] = []
        for run, made in self._runs:
            for step in made.steps:
                step.run = run
            for delivery in made.deliveries:
                delivery.run = run
            steps += made.steps
            deliveries += made.deliveries
            flags += made.flags
        bulk.insert(PlayRun, *_columns(PlayRun, [run for run, _ in self._runs], with_ids=True))
        bulk.insert(NextStep, *_columns(NextStep, steps))
        Delivery.objects.bulk_create(deliveries)
        Flag.objects.bulk_create(flags)
        live.tell_of_leads(self.business.pk, {step.lead_id for step in steps} | {flag.lead_id for flag in flags})


def _columns(
    model: type[Model], rows: Sequence[Model], *, with_ids: bool = False
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Return the fields of a model, and their values of each row, as `bulk.insert` takes them."""
    fields = [field for field in model._meta.concrete_fields if with_ids or not field.primary_key]
    return [field.name for field in fields], [tuple(getattr(row, field.attname) for field in fields) for row in rows]
