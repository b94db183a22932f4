"""Beginning and changing leads, and the people who have a part in them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from leads import permissions, ports, selectors
from leads.domain.errors import DomainError
from leads.domain.stages import Stage
from leads.models import (
    BuyingRole,
    Contact,
    Event,
    EventKind,
    Evidence,
    Lead,
    Membership,
    Organization,
    Stakeholder,
    StayKind,
    Transition,
)
from leads.services import stays
from leads.services.evidence import Given, add_evidence, encode_given, keep_filterable
from leads.services.judging import JUDGED_FIELDS, judge_locked
from leads.services.lines import FieldRefused, line
from leads.tenancy import Viewer


class OrganizationMissing(DomainError):
    code = "organization_missing"


@dataclass(frozen=True, slots=True)
class Part:
    """Somebody's part in a lead: a known contact by id, or a new one by name."""

    contact_id: int | None = None
    name: str = ""
    email: str = ""
    phone: str = ""
    job_title: str = ""
    buying_roles: tuple[BuyingRole, ...] = ()


@dataclass(frozen=True, slots=True)
class LeadChanges:
    """What to change of a lead; None leaves a field as it is. `unassign` takes the owner away."""

    title: str | None = None
    source: str | None = None
    owner_id: int | None = None
    unassign: bool = False
    stakeholders: Sequence[Part] = ()
    leaving: Sequence[int] = ()  # ids of contacts who have no part any more


@transaction.atomic
def create_lead(
    *,
    by: Viewer,
    now: datetime,
    organization_id: int | None = None,
    organization_name: str = "",
    organization_domain: str = "",
    title: str = "",
    source: str = "",
    owner_id: int | None = None,
    stakeholders: Sequence[Part] = (),
    values: Mapping[str, Given] | None = None,
) -> Lead:
    """Begin a sales journey with an organization, known or new, and judge it by what is given with it."""
    permissions.require(by, "create_lead")
    selectors.hold_merging(by.business)
    selectors.hold_judges(by.business)
    organization = _organization(organization_id, organization_name, organization_domain, by)
    lead = Lead.objects.create(
        business=by.business,
        organization=organization,
        owner=_owner(owner_id, by),
        title=line("title", title, 300),
        source=line("source", source, 200),
        stage_since=now,
        created_at=now,
    )
    for part in stakeholders:
        _take_part(lead, part, by)
    events: list[Event] = []
    if values:
        concerned, stored = encode_given(by, values)
        evidence = Evidence(source=by.source, author=by.membership, observed_at=now)
        events += add_evidence(lead, stored, evidence, now)
        keep_filterable(lead, concerned)
    events += judge_locked(lead, by.business, now)
    lead.save(update_fields=("snapshot", *JUDGED_FIELDS))
    Transition.objects.create(
        business=by.business,
        lead=lead,
        to_stage=Stage.INQUIRY.value,
        at=now,
        author=by.membership,
        door=by.door,
        role=by.role or "",
        level_in_force=lead.level,
        qualification=lead.qualification,
    )
    stays.enter(lead, StayKind.STAGE, lead.stage, now)
    created = Event(business=by.business, lead=lead, kind=EventKind.LEAD_CREATED, at=now, data={"source": lead.source})
    Event.objects.bulk_create([created, *events])
    for follower in ports.when_arriving:
        follower([lead])
    return lead


@transaction.atomic
def update_lead(
    *, lead_id: int | None, changes: LeadChanges, expected_revision: int, by: Viewer, now: datetime
) -> Lead:
    """Change what people keep about a lead; raise StaleRevision if somebody was faster."""
    permissions.require(by, "update_lead")
    lead = selectors.locked_lead(lead_id, by)
    selectors.check_revision(lead, expected_revision)
    if changes.title is not None:
        lead.title = line("title", changes.title, 300)
    if changes.source is not None:
        lead.source = line("source", changes.source, 200)
    owner_before = lead.owner_id
    if changes.owner_id is not None or changes.unassign:
        lead.owner = None if changes.unassign else _owner(changes.owner_id, by)
    for part in changes.stakeholders:
        _take_part(lead, part, by)
    Stakeholder.objects.filter(lead=lead, contact__in=changes.leaving).delete()
    lead.revision += 1
    lead.save(update_fields=("title", "source", "owner", "revision"))
    if lead.owner_id != owner_before:
        for follow in ports.when_owner_changes:
            follow(by.business, [(lead, owner_before)], now)
    Event.objects.create(business=by.business, lead=lead, kind=EventKind.LEAD_UPDATED, at=now)
    return lead


def _organization(found_id: int | None, name: str, domain: str, by: Viewer) -> Organization:
    if found_id is not None:
        found = Organization.everything.visible_to(by).select_related("merged_into").filter(pk=found_id).first()
        if found is None:
            raise selectors.NotFound("There is no such organization.", field="organization")
        return found.the_one_kept
    if not name.strip():
        raise OrganizationMissing("Give the organization, or the name of a new one.", field="organization")
    return Organization.objects.create(
        business=by.business,
        name=line("organizationName", name, 300),
        domain=line("organizationDomain", normalized_domain(domain), 253),
    )


def normalized_domain(text: str) -> str:
    """Return the bare host of a domain, e-mail or address in small letters: `example.com`."""
    before, scheme, after = text.strip().lower().partition("://")
    address = re.split(r"[/?#]", after if scheme else before)[0]
    host = address.rpartition("@")[2].partition(":")[0]
    return host.removeprefix("www.").rstrip(".")


def _owner(owner_id: int | None, by: Viewer) -> Membership | None:
    if owner_id is None:
        return None
    found = Membership.objects.visible_to(by).filter(pk=owner_id, is_active=True).first()
    if found is None:
        raise selectors.NotFound("There is no such member.", field="owner")
    return found


def _take_part(lead: Lead, part: Part, by: Viewer) -> None:
    """Add somebody to a lead, or change the roles of somebody who is in it."""
    if part.contact_id is not None:
        contact = selectors.contact_at(lead.organization_id, part.contact_id, by)
        if contact is None:
            raise selectors.NotFound("There is no such contact at this lead's organization.", field="stakeholders")
    else:
        contact = Contact.objects.create(
            business=by.business,
            organization_id=lead.organization_id,
            name=line("stakeholders", part.name, 200, required=True),
            email=_email(part.email),
            phone=line("stakeholders", part.phone, 50),
            job_title=line("stakeholders", part.job_title, 200),
        )
    roles = sorted({role.value for role in part.buying_roles})
    Stakeholder.objects.update_or_create(
        business=by.business, lead=lead, contact=contact, defaults={"buying_roles": roles}
    )


def _email(text: str) -> str:
    text = line("stakeholders", text.lower(), 254)
    if text:
        try:
            validate_email(text)
        except ValidationError as error:
            raise FieldRefused(f"{text!r} is no e-mail address.", field="stakeholders") from error
    return text
