"""Recording what was learned and what took place."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from leads import permissions, selectors
from leads.domain.errors import DomainError, shortened
from leads.domain.rules import Range, Value
from leads.domain.snapshot import DOES_NOT_KNOW, absorb, current_value, replay
from leads.domain.values import AttributeSpec, check, encode
from leads.models import (
    Attribute,
    Contact,
    Engagement,
    EngagementKind,
    Event,
    EventKind,
    Evidence,
    EvidenceSource,
    Lead,
    LeadValue,
)
from leads.services.judging import JUDGED_FIELDS, judge_locked
from leads.services.lines import line
from leads.tenancy import Viewer


class UnknownAttribute(DomainError):
    code = "unknown_attribute"


class DerivedAttribute(DomainError):
    code = "derived_attribute"


class NothingToRecord(DomainError):
    code = "nothing_to_record"


class FromTheFuture(DomainError):
    code = "from_the_future"


Given = Value | None
"""A value as somebody gives it; None says that the prospect does not know."""


@transaction.atomic
def record_evidence(
    *,
    lead_id: int | None,
    values: Mapping[str, Given],
    by: Viewer,
    now: datetime,
    source: EvidenceSource | None = None,
    said_by_id: int | None = None,
    observed_at: datetime | None = None,
    note: str = "",
    attributes: Mapping[str, Attribute] | None = None,
    taken_back: Mapping[str, Collection[int]] | None = None,
) -> Lead:
    """Add one recording to what is known of a lead, and judge it anew.

    All of the values are taken or none. What was observed earlier than what is known is kept, and does
    not count. `attributes` are those of the business in use, if the caller has read them anyway. `taken_back` has by
    attribute the ids of earlier recordings that count no longer; they are kept.
    """
    permissions.require(by, "record_evidence")
    lead = selectors.locked_lead(lead_id, by)
    said_by = find_contact(said_by_id, lead, by, field="saidBy")
    _refuse_future(observed_at, now, "observedAt")
    concerned, stored = encode_given(by, values, attributes)
    for key, left_out in (taken_back or {}).items():
        _leave_out(lead, key, left_out)
    events = add_evidence(
        lead,
        stored,
        Evidence(
            source=source or by.source,
            author=by.membership,
            said_by=said_by,
            observed_at=observed_at or now,
            note=note.strip(),
        ),
        now,
    )
    keep_filterable(lead, concerned)
    events += judge_locked(lead, by.business, now)
    lead.revision += 1
    lead.save(update_fields=("snapshot", "revision", *JUDGED_FIELDS))
    Event.objects.bulk_create(events)
    return lead


def encode_given(
    by: Viewer, values: Mapping[str, Given], attributes: Mapping[str, Attribute] | None = None
) -> tuple[list[Attribute], dict[str, Any]]:
    """Return the attributes concerned and the values in their stored form; raise DomainError."""
    if not values:
        raise NothingToRecord("Give at least one value.", field="values")
    attributes = selectors.attributes_of(by, values) if attributes is None else attributes
    stored: dict[str, Any] = {}
    for key, value in values.items():
        if key not in attributes:
            raise UnknownAttribute(f"There is no attribute `{shortened(key)}`.", field=shortened(key))
        if attributes[key].is_derived:
            raise DerivedAttribute(f"`{key}` is counted from engagements and cannot be recorded.", field=key)
        stored[key] = DOES_NOT_KNOW if value is None else encode(check(attributes[key].spec, value))
    return [attributes[key] for key in stored], stored


def add_evidence(lead: Lead, stored: dict[str, Any], evidence: Evidence, now: datetime) -> list[Event]:
    """Keep one recording and set the lead's snapshot, without saving the lead; returns the events to write."""
    evidence.business_id, evidence.lead_id = lead.business_id, lead.pk
    evidence.recorded_at, evidence.values = now, stored
    evidence.save(force_insert=True)
    lead.snapshot = absorb(lead.snapshot, stored, at=evidence.observed_at, source=evidence.source, evidence=evidence.pk)
    data = {"evidence": evidence.pk, "keys": sorted(stored)}
    return [
        Event(
            business_id=lead.business_id,
            lead_id=lead.pk,
            kind=EventKind.EVIDENCE_RECORDED,
            at=now,
            data=data,
        )
    ]


def _leave_out(lead: Lead, key: str, left_out: Collection[int]) -> None:
    """Set what the lead's snapshot says of an attribute to what its other recordings say."""
    others = Evidence.objects.filter(lead=lead, values__has_key=key).exclude(pk__in=left_out).order_by("id")
    columns = others.values_list("values", "observed_at", "source", "pk")
    entry = replay((values[key], at, source, pk) for values, at, source, pk in columns)
    rest = {name: found for name, found in lead.snapshot.items() if name != key}
    lead.snapshot = rest if entry is None else {**rest, key: entry}


def find_contact(contact_id: int | None, lead: Lead, by: Viewer, *, field: str) -> Contact | None:
    """Return a contact of the lead's organization, for a merged one the kept one; raise NotFound for any other."""
    if contact_id is None:
        return None
    found = selectors.contact_at(lead.organization_id, contact_id, by)
    if found is None:
        raise selectors.NotFound("There is no such contact at this lead's organization.", field=field)
    return found


def _refuse_future(moment: datetime | None, now: datetime, field: str) -> None:
    selectors.check_moment(moment, field)
    if moment is not None and moment > now:
        raise FromTheFuture("This cannot have happened yet: the time lies in the future.", field=field)


# --- What leads are searched by ------------------------------------------------------------------


def filterable_rows(lead: Lead, specs: Iterable[AttributeSpec]) -> list[LeadValue]:
    """Return the rows, unsaved, that let a lead be found by its current values of these attributes."""
    rows: list[LeadValue] = []
    for spec in specs:
        value = current_value(spec, lead.snapshot.get(spec.key))
        for text, number, day in _columns(value):
            rows.append(
                LeadValue(
                    business_id=lead.business_id,
                    lead_id=lead.pk,
                    key=spec.key,
                    text=text,
                    number=number,
                    date=day,
                )
            )
    return rows


def _columns(value: Value | None) -> list[tuple[str | None, Decimal | None, Any]]:
    if value is None:
        return []
    if isinstance(value, bool):
        return [("yes" if value else "no", None, None)]
    if isinstance(value, Decimal):
        return [(None, value, None)]
    if isinstance(value, Range):
        return [(None, value.likely, None)]
    if isinstance(value, frozenset):
        return [(code[:200], None, None) for code in sorted(value)]
    if isinstance(value, str):
        return [(value[:200], None, None)]
    return [(None, None, value)]


def keep_filterable(lead: Lead, attributes: Iterable[Attribute]) -> None:
    """Bring the lead's searchable rows of these attributes up to its snapshot."""
    searched = [attribute.spec for attribute in attributes if attribute.filterable]
    if not searched:
        return
    LeadValue.objects.filter(lead=lead, key__in=[spec.key for spec in searched]).delete()
    LeadValue.objects.bulk_create(filterable_rows(lead, searched))


# --- Engagements ---------------------------------------------------------------------------------


@transaction.atomic
def record_engagement(
    *,
    lead_id: int | None,
    kind: EngagementKind,
    by: Viewer,
    now: datetime,
    title: str = "",
    contact_id: int | None = None,
    happened_at: datetime | None = None,
) -> Engagement:
    """Keep a dated touch and judge the lead anew, since counts of engagements may be criteria."""
    permissions.require(by, "record_engagement")
    lead = selectors.locked_lead(lead_id, by)
    contact = find_contact(contact_id, lead, by, field="contact")
    _refuse_future(happened_at, now, "happenedAt")
    engagement = Engagement.objects.create(
        business_id=lead.business_id,
        lead=lead,
        contact=contact,
        kind=kind,
        title=line("title", title, 300),
        happened_at=happened_at or now,
        recorded_at=now,
        author=by.membership,
    )
    event = Event(
        business_id=lead.business_id,
        lead=lead,
        kind=EventKind.ENGAGEMENT_RECORDED,
        at=now,
        data={"engagement": engagement.pk, "kind": engagement.kind},
    )
    events = [event, *judge_locked(lead, by.business, now)]
    lead.revision += 1
    lead.save(update_fields=("revision", *JUDGED_FIELDS))
    Event.objects.bulk_create(events)
    return engagement
