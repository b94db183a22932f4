"""What judging many leads comes to: each lead's figures before and after, and the rows that tell the difference."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

from leads import bulk, live, selectors
from leads.domain import explanation
from leads.domain.movement import Movement, level_above, movement
from leads.domain.qualification import Judgement, sooner
from leads.domain.reckoning import UNJUDGED, Reckoner, Reckoning
from leads.domain.snapshot import Snapshot
from leads.domain.stages import CLOSED, Level
from leads.models import Event, EventKind, Lead, Qualification
from leads.services import flags
from leads.services.flags import LevelChange
from leads.services.judges import Judges, PublishedPlan, feels_a_new_day

JUDGED_FIELDS = ("level", "possible_level", "score", "worst", "best", "qualification", "judge_again_at")
KEPT_FIELDS = (
    "business_id",
    "lead_id",
    "version_id",
    "judged_at",
    "score",
    "worst",
    "best",
    "level",
    "possible_level",
    "order_ready",
    "explanation",
)
RANKS = {level.value: level.rank for level in Level}
EVENT_FIELDS = ("business", "lead", "kind", "at", "data")


class LeadRow(NamedTuple):
    """What a lead's row says before it is judged, and what judging reads of it.

    The snapshot may be the text that the database has. What follows it is the current qualification's, None
    without one.
    """

    lead_id: int
    owner_id: int | None
    stage: str
    level: str
    possible_level: str
    score: Decimal
    worst: Decimal
    best: Decimal
    qualification_id: int | None
    judge_again_at: datetime | None
    override_level: str
    override_expires_at: datetime | None
    snapshot: Snapshot | str
    version_id: int | None
    order_ready: str | None
    explanation: str | None

    @property
    def figures(self) -> tuple[Any, ...]:
        """What the row says that judging writes, in the order of JUDGED_FIELDS."""
        return self[3:10]


def row_of(lead: Lead) -> LeadRow:
    """Return where a lead stands whose qualification is loaded."""
    current = lead.qualification
    return LeadRow(
        lead.pk,
        lead.owner_id,
        lead.stage,
        lead.level,
        lead.possible_level,
        lead.score,
        lead.worst,
        lead.best,
        lead.qualification_id,
        lead.judge_again_at,
        lead.override_level,
        lead.override_expires_at,
        lead.snapshot,
        current.version_id if current else None,
        current.order_ready if current else None,
        current.explanation if current else None,
    )


class JudgedLead(NamedTuple):
    """How a lead is judged; `published` is None where no schema applies."""

    before: LeadRow
    published: PublishedPlan | None
    reckoning: Reckoning
    judge_again_at: datetime | None
    at: datetime

    @property
    def lead_id(self) -> int:
        return self.before.lead_id

    @property
    def level(self) -> Level:
        return self.reckoning.level

    @property
    def possible_level(self) -> Level:
        return self.reckoning.possible_level

    @property
    def rise(self) -> int:
        """By how many levels the lead comes higher than its row says, negative if it falls."""
        return RANKS[self.reckoning.level] - RANKS[self.before.level]

    @property
    def movement(self) -> Movement:
        return movement(Level(self.before.level), self.level, self.possible_level)

    @property
    def override_is_over(self) -> bool:
        expiry = self.before.override_expires_at
        return expiry is not None and expiry <= self.at

    def level_change(self, business_id: int) -> LevelChange | None:
        """Return how the level in force changes, None if it does not."""
        before = Level(self.before.override_level or self.before.level)
        overridden = self.before.override_level and not self.override_is_over
        after = Level(self.before.override_level) if overridden else self.level
        if before == after:
            return None
        because = self.lacking(level_above(after)) if after.rank < before.rank else ()
        return LevelChange(business_id, self.lead_id, self.before.stage, before, after, because)

    def lacking(self, level: Level) -> list[str]:
        """Return in words what a level asks for that does not hold, or is not known to."""
        return [] if self.published is None else self.reckoning.lacking(self.published.plan, level)

    def judgement(self) -> Judgement | None:
        """Return the whole judgement, with its reasons; made anew at every call."""
        if self.published is None:
            return None
        ready = self.reckoning.order_ready
        return explanation.unpack(self.published.plan, self.reckoning.explanation(), ready.value if ready else "")

    def news(self) -> str | None:
        """Return the explanation to keep; None if it would say what the current one says."""
        if self.published is None:
            return None
        before, ready = self.before, self.reckoning.order_ready
        text = self.reckoning.explanation()
        if (
            before.version_id == self.published.version_id
            and before.order_ready == (ready.value if ready else "")
            and before.explanation is not None
            and not explanation.differs(self.published.plan, before.explanation, text)
        ):
            return None
        return text

    def figures(self, qualification_id: int | None) -> tuple[Any, ...]:
        """Return what the lead's row says afterwards, in the order of JUDGED_FIELDS."""
        found = self.reckoning
        return (
            found.level.value,
            found.possible_level.value,
            found.score,
            found.worst,
            found.best,
            qualification_id,
            None if self.before.stage in CLOSED else self.judge_again_at,
        )


class Sitting:
    """The judges of a business, at work at one moment."""

    def __init__(self, judges: Judges, now: datetime) -> None:
        self.judges = judges
        self.now = now
        self._windows = judges.windows
        self._reckoner = Reckoner(judges.plans, now, selectors.local_day(judges.business, now))
        self._midnight = selectors.next_midnight(judges.business, now)
        self._dates = judges.dates

    def outcomes(self, standings: Sequence[LeadRow]) -> Iterator[JudgedLead]:
        """Yield how each lead is judged; one query, none where no plan counts engagements."""
        ids = [standing.lead_id for standing in standings]
        counts = selectors.count_engagements(self.judges.business, self._windows, ids, self.now)
        reckon, published = self._reckoner.reckon, self.judges.published
        for standing in standings:
            # A snapshot is hundreds of objects: one at a time, they never get old enough to be collected.
            known = orjson.loads(standing.snapshot) if isinstance(standing.snapshot, str) else standing.snapshot
            engagements = counts.get(standing.lead_id, {})
            again = self._midnight if feels_a_new_day(self._dates, known, engagements) else None
            expiry = standing.override_expires_at
            if expiry is not None and expiry > self.now:
                again = sooner(again, expiry)
            found = reckon(known, engagements)
            if found is None:
                yield JudgedLead(standing, None, UNJUDGED, again, self.now)
            else:
                yield JudgedLead(standing, published[found.plan], found, sooner(again, found.stale_at), self.now)


class WrittenLead(NamedTuple):
    """A lead whose row was written; `kept` has the values of the qualification added for it, if one was."""

    outcome: JudgedLead
    qualification_id: int | None
    kept: tuple[Any, ...] | None

    def qualification(self) -> Qualification | None:
        """Return the row that was added, as a model object."""
        if self.kept is None:
            return None
        return Qualification(id=self.qualification_id, **dict(zip(KEPT_FIELDS, self.kept, strict=True)))


def write(outcomes: Sequence[JudgedLead], judges: Judges, now: datetime) -> list[WrittenLead]:
    """Write what differs, in few statements, to leads whose rows are locked; return what was written."""
    business_id = judges.business.pk
    news = [kept_row(outcome, business_id, now) for outcome in outcomes]
    fresh = [row for row in news if row is not None]
    ids = bulk.next_ids(Qualification, len(fresh)) if fresh else []
    bulk.insert(Qualification, ("id", *KEPT_FIELDS), [(pk, *row) for pk, row in zip(ids, fresh, strict=True)])
    unused = iter(ids)
    changes: list[WrittenLead] = []
    rows: list[tuple[Any, ...]] = []
    for outcome, kept in zip(outcomes, news, strict=True):
        before = outcome.before
        if kept is not None:
            qualification_id: int | None = next(unused)
        else:
            qualification_id = None if outcome.published is None else before.qualification_id
        after = outcome.figures(qualification_id)
        if kept is not None or after != before.figures:
            changes.append(WrittenLead(outcome, qualification_id, kept))
            rows.append((before.lead_id, *after))
    bulk.update_rows(Lead, JUDGED_FIELDS, rows)
    told = [event_row(outcome, business_id, now) for outcome in outcomes if outcome.rise]
    told += _end_overrides([outcome for outcome in outcomes if outcome.override_is_over], business_id, now)
    bulk.insert(Event, EVENT_FIELDS, told)
    in_force = (outcome.level_change(business_id) for outcome in outcomes)
    flags.follow([change for change in in_force if change is not None], now)
    touched = {change.outcome.lead_id for change in changes}
    live.tell_of_leads(business_id, touched | {outcome.lead_id for outcome in outcomes if outcome.override_is_over})
    return changes


def _end_overrides(over: Sequence[JudgedLead], business_id: int, now: datetime) -> list[tuple[Any, ...]]:
    """Take the overrides off the leads whose time is over, and return the values of the events of it."""
    if not over:
        return []
    leads = Lead.objects.filter(pk__in=[outcome.lead_id for outcome in over])
    leads.update(override_level="", override_expires_at=None)
    kind = EventKind.OVERRIDE_ENDED.value
    return [
        (business_id, outcome.lead_id, kind, now, {"from": outcome.before.override_level, "to": outcome.level.value})
        for outcome in over
    ]


def kept_row(outcome: JudgedLead, business_id: int, now: datetime) -> tuple[Any, ...] | None:
    """Return the values of the qualification to keep; None if it would say what the current one says."""
    text = outcome.news()
    if text is None or outcome.published is None:
        return None
    found = outcome.reckoning
    return (
        business_id,
        outcome.lead_id,
        outcome.published.version_id,
        now,
        found.score,
        found.worst,
        found.best,
        found.level.value,
        found.possible_level.value,
        found.order_ready.value if found.order_ready else "",
        text,
    )


def event_row(outcome: JudgedLead, business_id: int, now: datetime) -> tuple[Any, ...]:
    """Return the values of the event that tells of a changed level."""
    data = {"from": outcome.before.level, "to": outcome.level.value}
    return business_id, outcome.lead_id, EventKind.LEVEL_CHANGED.value, now, data
