"""Writing what was decided of a batch, in a number of statements that does not depend on its size."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import connection

from leads import bulk, live, ports
from leads.domain.snapshot import absorb
from leads.domain.stages import Level
from leads.domain.values import AttributeSpec
from leads.models import (
    Contact,
    Door,
    Event,
    EventKind,
    Evidence,
    EvidenceSource,
    Lead,
    LeadValue,
    Organization,
    Qualification,
    Stakeholder,
    Stay,
    Transition,
)
from leads.services import flags, judging, stays
from leads.services.evidence import filterable_rows
from leads.services.importing.deciding import SOURCE, Arrival, Change, Decided
from leads.services.importing.matching import place_of
from leads.services.moving import stage_event
from leads.services.opportunity_rows import settle
from leads.tenancy import Viewer

WRITTEN = (
    Organization,
    Contact,
    Lead,
    Stakeholder,
    Evidence,
    Qualification,
    LeadValue,
    Transition,
    Stay,
    Event,
)
CHANGED_FIELDS = (
    "title",
    "source",
    "owner",
    "created_at",
    "stage",
    "stage_since",
    "outcome",
    "nurture_until",
    "snapshot",
    "revision",
    "override_level",
    "override_expires_at",
    *judging.JUDGED_FIELDS,
)


def write(decided: Decided, searched: Mapping[str, AttributeSpec], by: Viewer, now: datetime) -> None:
    """Write a batch; `searched` has the filterable ones of the imported attributes."""
    arrivals, changes = decided.arrivals, decided.changes
    entries: list[Arrival | Change] = [*arrivals, *changes]
    _write_people(decided)
    for arrival in arrivals:
        arrival.lead.organization_id = arrival.organization.pk
    Lead.objects.bulk_create([arrival.lead for arrival in arrivals])
    events = _write_evidence(arrivals, changes, by, now)
    _write_qualifications(entries)
    bulk.update(Lead, [arrival.lead for arrival in arrivals], ("snapshot", "qualification"))
    bulk.update(Lead, [change.lead for change in changes], CHANGED_FIELDS)
    passed_on = [
        (change.lead, change.owner_before) for change in changes if change.lead.owner_id != change.owner_before
    ]
    for follow in ports.when_owner_changes if passed_on else ():
        follow(by.business, passed_on, now)
    _write_searched(arrivals, changes, searched)
    Stakeholder.objects.bulk_create(
        Stakeholder(
            business_id=entry.lead.business_id,
            lead_id=entry.lead.pk,
            contact_id=entry.contact.pk,
            buying_roles=entry.buying_roles,
        )
        for entry in entries
        if entry.contact is not None
    )
    _write_receipts(arrivals, changes, events, by, now)
    Event.objects.bulk_create(event for lead_events in events.values() for event in lead_events)
    live.tell_of_leads(by.business.pk, [change.lead.pk for change in changes])


def refresh_statistics() -> None:
    """Tell PostgreSQL's planner how much there is now.

    Otherwise it keeps the plans that it made for empty tables, which check a foreign key by walking all
    rows of the business: the first import of a large file would slow down with every batch.
    """
    if connection.vendor == "postgresql":
        tables = ", ".join(f'"{model._meta.db_table}"' for model in WRITTEN)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {tables}")


Events = dict[int, list[Event]]
"""What to tell of each lead, by its id, in the order in which it happened."""


def _write_people(decided: Decided) -> None:
    places = [place_of(organization) for organization in decided.organizations]
    Organization.objects.bulk_create(decided.organizations)
    ids = {place: row.pk for place, row in zip(places, decided.organizations, strict=True)}
    for contact, place in decided.contacts:
        contact.organization_id = ids.get(place, place)
    Contact.objects.bulk_create(contact for contact, _ in decided.contacts)


def _write_evidence(arrivals: Sequence[Arrival], changes: Sequence[Change], by: Viewer, now: datetime) -> Events:
    """Keep what was learned and set the snapshots, without saving the leads."""
    events: Events = {lead.pk: [] for lead in [*(a.lead for a in arrivals), *(c.lead for c in changes)]}
    begun = [(arrival, _evidence(arrival, arrival.observed_at, by, now)) for arrival in arrivals if arrival.values]
    added = [(change, _evidence(change, now, by, now)) for change in changes if change.values]
    Evidence.objects.bulk_create([*(row for _, row in begun), *(row for _, row in added)])
    for arrival, row in begun:
        for entry in arrival.lead.snapshot.values():
            entry["ev"] = row.pk
    for change, row in added:
        lead = change.lead
        lead.snapshot = absorb(change.before, change.values, at=now, source=SOURCE, evidence=row.pk)
        data = {"evidence": row.pk, "keys": sorted(change.values)}
        events[lead.pk].append(_event(lead, EventKind.EVIDENCE_RECORDED, now, **data))
    return events


def _evidence(entry: Arrival | Change, observed_at: datetime, by: Viewer, now: datetime) -> Evidence:
    return Evidence(
        business_id=entry.lead.business_id,
        lead_id=entry.lead.pk,
        source=EvidenceSource.IMPORT,
        author=by.membership,
        observed_at=observed_at,
        recorded_at=now,
        values=entry.values,
    )


def _write_qualifications(entries: Sequence[Arrival | Change]) -> None:
    judged = [(entry.lead, entry.qualification) for entry in entries if entry.qualification is not None]
    for lead, qualification in judged:
        qualification.lead_id = lead.pk
    Qualification.objects.bulk_create(qualification for _, qualification in judged)
    for lead, qualification in judged:
        lead.qualification = qualification


def _write_searched(
    arrivals: Sequence[Arrival], changes: Sequence[Change], searched: Mapping[str, AttributeSpec]
) -> None:
    """Bring the rows that leads are searched by up to their snapshots."""
    touched = [change for change in changes if not searched.keys().isdisjoint(change.values)]
    keys = {key for change in touched for key in change.values if key in searched}
    if touched:
        leads = [change.lead.pk for change in touched]
        LeadValue.objects.filter(lead__in=leads, key__in=keys).delete()
    rows: list[LeadValue] = []
    for arrival in arrivals:
        rows += filterable_rows(arrival.lead, searched.values())
    for change in touched:
        rows += filterable_rows(change.lead, [searched[key] for key in sorted(keys)])
    LeadValue.objects.bulk_create(rows)


def _write_receipts(
    arrivals: Sequence[Arrival], changes: Sequence[Change], events: Events, by: Viewer, now: datetime
) -> None:
    """Write the receipts, and add to the events what they tell."""
    receipts = [_receipt(arrival.lead, "", by, now) for arrival in arrivals]
    moves = [_receipt(change.lead, change.moved_from, by, now) for change in changes if change.moved_from]
    Transition.objects.bulk_create([*receipts, *moves])
    arrived, elsewhere = [each.lead for each in arrivals], [change.lead for change in changes if change.moved_from]
    stays.enter_stages(arrived, elsewhere)
    for follower in ports.when_arriving:
        follower([*arrived, *elsewhere])
    for opportunity_id in sorted({receipt.opportunity_id for receipt in moves if receipt.opportunity_id}):
        settle(opportunity_id, now)
    moved = {receipt.lead_id: receipt for receipt in moves}
    for arrival in arrivals:
        lead = arrival.lead
        events[lead.pk].append(_event(lead, EventKind.LEAD_CREATED, now, source=lead.source))
        _tell_level(events, lead, "none", now)
    for change in changes:
        lead = change.lead
        if change.updated or change.contact:
            events[lead.pk].append(_event(lead, EventKind.LEAD_UPDATED, now))
        if lead.pk in moved:
            events[lead.pk].append(stage_event(moved[lead.pk]))
        _tell_level(events, lead, change.level_before, now)
        ended = judging.ended_event(lead, change.override_ended, now)
        if ended is not None:
            events[lead.pk].append(ended)
    flags.follow([_in_force(change) for change in changes], now)
    flags.close(moved, now)


def _in_force(change: Change) -> flags.LevelChange:
    """Return how the level in force of a known lead changes; while an override lasts it does not."""
    lead = change.lead
    before = Level(change.override_ended or lead.override_level or change.level_before)
    after = Level(lead.override_level or lead.level)
    return flags.LevelChange(lead.business_id, lead.pk, lead.stage, before, after, change.lacking)


def _tell_level(events: Events, lead: Lead, before: str, now: datetime) -> None:
    event = judging.level_event(lead, before, now)
    if event is not None:
        events[lead.pk].append(event)


def _receipt(lead: Lead, start: str, by: Viewer, now: datetime) -> Transition:
    return Transition(
        business_id=lead.business_id,
        lead_id=lead.pk,
        from_stage=start,
        to_stage=lead.stage,
        at=lead.stage_since,
        author=by.membership,
        door=Door.IMPORT,
        role=by.role or "",
        opportunity_id=lead.opportunity_id,
        reason=f"Imported as {lead.outcome}" if lead.outcome else "Imported",
        level_in_force=lead.level_in_force(now),
        qualification=lead.qualification,
    )


def _event(lead: Lead, kind: EventKind, now: datetime, **data: object) -> Event:
    return Event(business_id=lead.business_id, lead_id=lead.pk, kind=kind, at=now, data=data)
