"""What a batch of rows would change; everything is read here and nothing is written."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q, prefetch_related_objects

from leads import selectors
from leads.domain.snapshot import absorb, news
from leads.domain.stages import Level, Stage
from leads.models import (
    Contact,
    Evidence,
    EvidenceSource,
    Lead,
    LeadOutcome,
    Organization,
    Qualification,
    Stakeholder,
)
from leads.services import judging
from leads.services.importing.matching import Contacts, Organizations, Place, place_of
from leads.services.importing.rows import LeadRow, RowRefused
from leads.services.importing.source import Record
from leads.tenancy import Viewer

STAGES = {LeadOutcome.WON: Stage.CUSTOMER, LeadOutcome.LOST: Stage.LOST}
SOURCE = EvidenceSource.IMPORT.value
NOT_YET = 0  # stands in a snapshot for the evidence that has no id before it is written


@dataclass(slots=True)
class Arrival:
    """A lead to begin."""

    row: LeadRow
    lead: Lead
    organization: Organization
    contact: Contact | None
    buying_roles: list[str]
    values: dict[str, Any]
    observed_at: datetime
    qualification: Qualification | None


@dataclass(slots=True)
class Change:
    """A lead to change. `moved_from` is the stage it leaves, `values` what is news."""

    row: LeadRow
    lead: Lead
    level_before: str
    updated: bool = False
    owner_before: int | None = None
    moved_from: str = ""
    contact: Contact | None = None  # one who has no part in the lead yet
    buying_roles: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)  # the snapshot without the news
    qualification: Qualification | None = None
    override_ended: str = ""  # the level of an override whose time is over
    lacking: list[str] = field(default_factory=list)  # what the level above asks for that does not hold

    @property
    def is_empty(self) -> bool:
        return not (self.updated or self.moved_from or self.contact or self.values)


@dataclass(slots=True)
class Decided:
    arrivals: list[Arrival] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    unchanged: list[Lead] = field(default_factory=list)
    rejected: list[tuple[Record, str]] = field(default_factory=list)
    organizations: list[Organization] = field(default_factory=list)
    contacts: list[tuple[Contact, Place]] = field(default_factory=list)

    def leads(self) -> Iterable[Lead]:
        yield from (arrival.lead for arrival in self.arrivals)
        yield from (change.lead for change in self.changes)
        yield from self.unchanged


def decide(rows: Sequence[LeadRow], by: Viewer, now: datetime, *, lock: bool) -> Decided:
    """Return what these rows would change; with `lock`, known leads are locked until the transaction ends."""
    business = by.business
    known = _known_leads(rows, by, lock=lock)
    organizations = Organizations(business, [row for row in rows if row.reference not in known])
    contacts = Contacts(business, rows)
    parts = _parts(known.values()) if any(row.contact for row in rows) else set()
    judges = judging.judges_of(business)
    decided = Decided(organizations=organizations.new, contacts=contacts.new)
    changes: list[tuple[Change, LeadRow]] = []
    for row in rows:
        lead = known.get(row.reference)
        try:
            if lead is None:
                decided.arrivals.append(_arrival(row, organizations, contacts, judges, by, now))
            else:
                changes.append((_change(row, lead, contacts, parts, now), row))
        except RowRefused as refused:
            decided.rejected.append((row.record, str(refused)))
    _leave_out_what_was_imported([change for change, _ in changes if change.values])
    for change, _ in changes:
        if change.is_empty:
            decided.unchanged.append(change.lead)
        else:
            decided.changes.append(change)
    _judge(decided.changes, judges, now)
    return decided


def _known_leads(rows: Sequence[LeadRow], by: Viewer, *, lock: bool) -> dict[str, Lead]:
    """Return the leads by the references that lead to them, their own and those of leads merged into them."""
    merged = merged_references(rows, by)
    named = Q(reference__in=[row.reference for row in rows])
    found = Lead.objects.visible_to(by).filter(named | Q(pk__in=merged.values()) if merged else named).order_by("id")
    if lock:
        found = found.select_for_update(of=("self",))
    by_id = {lead.pk: lead for lead in found}
    known = {lead.reference: lead for lead in by_id.values()}
    return known | {reference: by_id[pk] for reference, pk in merged.items()}


def merged_references(rows: Sequence[LeadRow], by: Viewer) -> dict[str, int]:
    """Return which references of these rows belong to a merged lead, with the id of the kept one."""
    gone = Lead.everything.visible_to(by).filter(merged_into__isnull=False)
    found = gone.filter(reference__in=[row.reference for row in rows]).order_by()
    return dict(found.values_list("reference", "merged_into_id"))


def _parts(leads: Iterable[Lead]) -> set[tuple[int, int]]:
    found = Stakeholder.objects.filter(lead__in=[lead.pk for lead in leads])
    return set(found.order_by().values_list("lead_id", "contact_id"))


# --- New leads -----------------------------------------------------------------------------------


def _arrival(
    row: LeadRow,
    organizations: Organizations,
    contacts: Contacts,
    judges: judging.Judges,
    by: Viewer,
    now: datetime,
) -> Arrival:
    organization = organizations.match(row)
    contact = None
    if row.contact is not None:  # before anything is made for a row that may be refused
        contact = contacts.match(row.contact, place_of(organization) if organization else None)
    organization = organization or organizations.make(row)
    if row.contact is not None and contact is None:
        contact = contacts.make(row.contact, place_of(organization))
    began = row.created_at or now
    lead = Lead(
        business=by.business,
        owner_id=row.owner_id,
        title=row.title,
        source=row.source,
        reference=row.reference,
        stage=STAGES[LeadOutcome(row.outcome)].value if row.outcome else Stage.INQUIRY.value,
        stage_since=row.decided_at or began,
        outcome=row.outcome,
        created_at=began,
        snapshot=absorb({}, row.values, at=began, source=SOURCE, evidence=NOT_YET),
    )
    judged = judging.judge(judges, lead, {}, now)
    qualification = judging.new_qualification(lead, judged, now)
    judging.take_over(lead, judged)
    roles = row.contact.buying_roles if row.contact else []
    return Arrival(row, lead, organization, contact, roles, row.values, began, qualification)


# --- Known leads ---------------------------------------------------------------------------------


def _change(row: LeadRow, lead: Lead, contacts: Contacts, parts: set[tuple[int, int]], now: datetime) -> Change:
    """Return what a row changes of a lead that is known; what it does not say stays.

    The lead stays with its organization, and its contacts as people keep them.
    """
    change = Change(row, lead, lead.level, owner_before=lead.owner_id)
    if row.contact is not None:
        contact = contacts.match(row.contact, lead.organization_id)
        if contact is None:
            contact = contacts.make(row.contact, lead.organization_id)
        if contact.pk is None or (lead.pk, contact.pk) not in parts:
            change.contact, change.buying_roles = contact, row.contact.buying_roles
    if row.reference != lead.reference:  # that of a lead merged into it: people decided what it says of itself
        change.values = news(lead.snapshot, row.values)
        return change
    for name in ("title", "source", "owner_id", "created_at"):
        said = getattr(row, name)
        if said and said != getattr(lead, name):
            setattr(lead, name, said)
            change.updated = True
    if row.outcome and row.outcome != lead.outcome:
        _end(change, row, now)
    change.values = news(lead.snapshot, row.values)
    return change


def _end(change: Change, row: LeadRow, now: datetime) -> None:
    # This records what happened elsewhere (DECIDED_ELSEWHERE of the table): nothing is asked for.
    lead = change.lead
    change.moved_from = lead.stage
    lead.stage = STAGES[LeadOutcome(row.outcome)].value
    lead.stage_since = row.decided_at or now
    lead.outcome = row.outcome
    lead.nurture_until = None


def _leave_out_what_was_imported(changes: Sequence[Change]) -> None:
    """Keep of the news only what an import has not said before.

    A value that people have corrected since then is no news only because the old file is read again. Of a lead that
    others were merged into any value that an import said before is none: their rows may contradict each other.
    """
    said: dict[int, dict[str, Any]] = {}
    ever: dict[int, list[tuple[str, Any]]] = {}
    imported = Evidence.objects.filter(lead__in=[change.lead.pk for change in changes], source=EvidenceSource.IMPORT)
    for lead_id, values in imported.order_by("id").values_list("lead_id", "values") if changes else ():
        said.setdefault(lead_id, {}).update(values)
        ever.setdefault(lead_id, []).extend(values.items())
    ids = list(said)
    united = set(Lead.everything.filter(merged_into__in=ids).values_list("merged_into_id", flat=True)) if ids else set()
    for change in changes:
        pk = change.lead.pk
        before = ever.get(pk, []) if pk in united else list(said.get(pk, {}).items())
        change.values = {key: stored for key, stored in change.values.items() if (key, stored) not in before}


def _judge(changes: Sequence[Change], judges: judging.Judges, now: datetime) -> None:
    leads = [change.lead for change in changes]
    prefetch_related_objects(leads, "qualification")
    counts = selectors.count_engagements(judges.business, judges.windows, [lead.pk for lead in leads], now)
    for change in changes:
        lead = change.lead
        if change.values:
            change.before = lead.snapshot
            lead.snapshot = absorb(lead.snapshot, change.values, at=now, source=SOURCE, evidence=NOT_YET)
        change.override_ended = judging.end_override_if_over(lead, now)
        judged = judging.judge(judges, lead, counts.get(lead.pk, {}), now)
        change.qualification = judging.new_qualification(lead, judged, now)
        judging.take_over(lead, judged)
        change.lacking = judging.missing(judged, Level(lead.level))
        lead.revision += 1
