"""Decided leads as they stood when their outcome came, rebuilt from what was recorded until then.

What was learned after the outcome never counts, or every note on a won deal would predict it. A lead
that an import brought in already decided has no such past: the file says what was known of it, so the
one recording that it arrived with counts, whenever that was made.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import islice

from leads import selectors
from leads.domain.calibration.observations import Observation, Timing
from leads.domain.plan import Plan
from leads.domain.snapshot import DOES_NOT_KNOW, Circumstances, Entry, absorb
from leads.domain.stages import Stage
from leads.domain.values import AttributeSpec, Window
from leads.models import (
    Business,
    Door,
    Engagement,
    Event,
    EventKind,
    Evidence,
    EvidenceSource,
    Lead,
    LeadOutcome,
    QualificationVersion,
    Status,
    Transition,
)
from leads.services.judges import plan_of
from leads.tenancy import Viewer

LEADS_AT_MOST = 20_000  # more would make no figure surer that anybody reads
LEADS_PER_BATCH = 500
FINAL = (Stage.CUSTOMER.value, Stage.LOST.value)
KEPT = ("v", "at", "dk")  # of a snapshot's entry, what a fact comes from


@dataclass(slots=True)
class Gathered:
    """The decided leads that a version judges. `timings` are by attribute, where times tell."""

    attributes: Sequence[AttributeSpec]
    observations: list[Observation] = field(default_factory=list)
    timings: dict[str, Timing] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Case:
    """One decided lead while it is put together.

    `ended_by_import` says that an import moved a known lead, whose news then came with the outcome.
    """

    lead_id: int
    won: bool
    began: datetime
    ended: datetime
    arrived_decided: bool = False
    ended_by_import: bool = False
    arrived_at: datetime | None = None  # when it was written, whatever the times that it came with
    snapshot: dict[str, Entry] = field(default_factory=dict)
    late: set[str] = field(default_factory=set)
    recordings: int = 0
    engagements: dict[Window, int] = field(default_factory=dict)


def gather(version: QualificationVersion, by: Viewer) -> Gathered:
    """Return what is known of the decided leads that this version judges.

    Of more than 20,000 decided leads, so many are looked at, taken evenly by age.
    """
    attributes = [attribute.spec for attribute in selectors.attributes_of(by).values()]
    plans = [*_plans_before(version), plan_of(version.pk, version.checksum)]
    windows = _windows(plans, attributes)
    found = Gathered(attributes)
    decided = Lead.objects.visible_to(by).exclude(outcome="").order_by("pk")
    total = decided.count()
    if total > LEADS_AT_MOST:
        found.notes.append(f"{LEADS_AT_MOST:,} of {total:,} decided leads were looked at, taken evenly by age.")
    others = 0
    ids = _evenly(decided.values_list("pk", flat=True).iterator(chunk_size=10_000), total)
    while batch := list(islice(ids, LEADS_PER_BATCH)):
        for case in _cases(batch, by.business, windows):
            at = Circumstances(case.ended, selectors.local_day(by.business, case.ended), case.engagements)
            if _judging(plans, case.snapshot, at) is not plans[-1]:
                others += 1
                continue
            found.observations.append(Observation(case.won, case.snapshot, at, case.began))
            _add_timings(found.timings, case)
    if others:
        found.notes.append(f"{others:,} more decided leads are judged by other schemas, or by none.")
    return found


def _plans_before(version: QualificationVersion) -> list[Plan]:
    """Return the plans that have a lead first."""
    mine = (version.schema.position, version.schema_id)
    published = (
        QualificationVersion.objects.filter(business=version.business_id, status=Status.PUBLISHED)
        .exclude(schema=version.schema_id)
        .order_by("schema__position", "schema_id")
        .values_list("schema__position", "schema_id", "pk", "checksum")
    )
    return [plan_of(pk, checksum) for position, schema, pk, checksum in published if (position, schema) < mine]


def _windows(plans: Sequence[Plan], attributes: Sequence[AttributeSpec]) -> list[Window]:
    read = [spec.window for plan in plans for spec in plan.counting]
    return list(dict.fromkeys([*read, *(spec.window for spec in attributes if spec.counts_days is not None)]))


def _evenly(ids: Iterable[int], total: int) -> Iterator[int]:
    for place, lead_id in enumerate(ids):
        if total <= LEADS_AT_MOST or place * LEADS_AT_MOST // total != (place - 1) * LEADS_AT_MOST // total:
            yield lead_id


def _judging(plans: Sequence[Plan], snapshot: Mapping[str, Entry], at: Circumstances) -> Plan | None:
    for plan in plans:
        if plan.applies_when is None or plan.applies_when.function(plan.facts(snapshot, at)[0]) is True:
            return plan
    return None


def _cases(lead_ids: list[int], business: Business, windows: Sequence[Window]) -> list[_Case]:
    """Return these leads as they stood when they were decided: four queries, five if engagements count."""
    rows = Lead.objects.filter(pk__in=lead_ids).order_by("pk")
    cases = {
        pk: _Case(pk, outcome == LeadOutcome.WON, created_at, stage_since)
        for pk, outcome, created_at, stage_since in rows.values_list("pk", "outcome", "created_at", "stage_since")
    }
    _set_ends(cases)
    _add_evidence(cases)
    if windows:
        _count_engagements(cases, business, windows)
    return list(cases.values())


def _set_ends(cases: Mapping[int, _Case]) -> None:
    """Set when each lead was written, and when and how decided: by its last receipt, else as it stands there."""
    arrivals = Event.objects.filter(lead__in=cases, kind=EventKind.LEAD_CREATED)
    for lead_id, at in arrivals.values_list("lead_id", "at"):
        cases[lead_id].arrived_at = at
    receipts = Transition.objects.filter(lead__in=cases, to_stage__in=FINAL).order_by("id")
    for lead_id, start, at, door in receipts.values_list("lead_id", "from_stage", "at", "door"):
        case, imported = cases[lead_id], door == Door.IMPORT
        case.ended = at
        case.arrived_decided, case.ended_by_import = imported and not start, imported and bool(start)


def _add_evidence(cases: Mapping[int, _Case]) -> None:
    rows = Evidence.objects.filter(lead__in=cases).order_by("id")
    columns = ("lead_id", "pk", "source", "observed_at", "recorded_at", "values")
    for lead_id, pk, source, observed_at, recorded_at, values in rows.values_list(*columns).iterator(chunk_size=1_000):
        case = cases[lead_id]
        if _was_known(case, source, observed_at, recorded_at):
            case.snapshot = absorb(case.snapshot, values, at=observed_at, source=source, evidence=pk)
        else:
            case.late |= {key for key, stored in values.items() if stored != DOES_NOT_KNOW}
        case.recordings += 1
    for case in cases.values():
        case.snapshot = {
            key: {part: entry[part] for part in KEPT if part in entry} for key, entry in case.snapshot.items()
        }


def _was_known(case: _Case, source: str, observed_at: datetime, recorded_at: datetime) -> bool:
    """Whether something was known before the outcome; what came in one row with it was not."""
    imported = source == EvidenceSource.IMPORT
    if case.arrived_decided and imported:
        return not case.recordings and recorded_at == case.arrived_at
    if case.ended_by_import and imported and recorded_at >= case.ended:
        return False
    return observed_at <= case.ended and recorded_at <= case.ended


def _count_engagements(cases: Mapping[int, _Case], business: Business, windows: Sequence[Window]) -> None:
    rows = Engagement.objects.filter(lead__in=cases).order_by("id")
    columns = ("lead_id", "kind", "happened_at", "recorded_at")
    for lead_id, kind, happened_at, recorded_at in rows.values_list(*columns).iterator(chunk_size=1_000):
        case = cases[lead_id]
        if happened_at > case.ended or recorded_at > case.ended:
            continue
        today = selectors.local_day(business, case.ended)
        for window in windows:
            kinds, days = window
            first = datetime.combine(today - timedelta(days=days - 1), time.min, tzinfo=business.zone)
            if kind in kinds and happened_at >= first:
                case.engagements[window] = case.engagements.get(window, 0) + 1


def _add_timings(timings: dict[str, Timing], case: _Case) -> None:
    """Count the attributes that were first known before or after the outcome, where that can be told."""
    if case.arrived_decided:
        return
    before = {key for key, entry in case.snapshot.items() if "v" in entry}
    for key in before | case.late:
        timing = timings.get(key, Timing())
        timings[key] = Timing(timing.before + (key in before), timing.after + (key not in before))
