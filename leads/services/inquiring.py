"""Inquiries from outside: they join a lead or begin one, and are never told which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Lower

from leads import ports, selectors
from leads.domain.errors import DomainError
from leads.domain.inquiries import (
    DAY,
    MESSAGE_AT_MOST,
    MINUTE,
    Sought,
    TextRefused,
    Window,
    is_plain,
    outside_line,
    outside_text,
    sought,
)
from leads.domain.stages import CLOSED, Stage
from leads.models import (
    Business,
    Contact,
    Door,
    Engagement,
    EngagementKind,
    Event,
    EventKind,
    Evidence,
    EvidenceSource,
    InquiryForm,
    Lead,
    Organization,
    Stakeholder,
    StayKind,
    Transition,
)
from leads.services import stays
from leads.services.evidence import Given, UnknownAttribute, add_evidence, encode_given, keep_filterable
from leads.services.inquiry_forms import FormNotValid
from leads.services.judging import JUDGED_FIELDS, judge_locked
from leads.services.leads import OrganizationMissing
from leads.tenancy import Viewer, system

CLOSED_STAGES = [stage.value for stage in CLOSED]


class FormTokenMissing(DomainError):
    code = "form_token_missing"


@dataclass(frozen=True, slots=True)
class Inquiry:
    """What somebody wrote into a form. `trap` is a field that people do not see and machines fill in."""

    contact_name: str
    email: str
    organization_name: str = ""
    organization_domain: str = ""
    phone: str = ""
    job_title: str = ""
    message: str = ""
    page: str = ""
    campaign: str = ""
    wants_conversation: bool = False
    trap: str = ""


@transaction.atomic
def submit_inquiry(*, inquiry: Inquiry, values: Mapping[str, Given], by: Viewer, now: datetime) -> None:
    """Take an inquiry: it joins the open lead of its organization, or begins one, which is judged then.

    Nothing is returned, since whoever sent it must not learn whether the organization is known. Raise a
    DomainError that speaks of the given values only, TooManyInquiries where the form had its share, and
    FormNotValid where it was revoked meanwhile. What fell into the trap is dropped without a word.
    """
    if by.form is None:
        raise FormTokenMissing("Send the form's token in the header X-Form. People use createLead.")
    inquiry = _cleaned(inquiry)
    organization = sought(inquiry.organization_name, inquiry.organization_domain, inquiry.email)
    if not organization.name and not organization.domains:
        raise OrganizationMissing("Give the organization's name.", field="organizationName")
    # A form may read nothing: what it hands in is recorded on the business's behalf.
    recording = system(by.business, Door.INQUIRY)
    attributes = {key: found for key, found in selectors.attributes_of(recording, values).items() if found.in_forms}
    for key in values:
        if key not in attributes:
            raise UnknownAttribute(f"This form does not ask for `{key}`.", field=key)
        _check_value(key, values[key])
    concerned, stored = encode_given(recording, values, attributes) if values else ([], {})
    form = _counted(by, now, counts=not inquiry.trap)
    if inquiry.trap:
        return

    _take_turn(by.business)
    selectors.hold_merging(by.business)
    selectors.hold_judges(by.business)
    lead, begun = _lead(organization, inquiry, form, recording, now)
    contact, differing = _contact(lead, inquiry)
    Stakeholder.objects.get_or_create(business=by.business, lead=lead, contact=contact)
    engagement = Engagement.objects.create(
        business=by.business,
        lead=lead,
        contact=contact,
        kind=EngagementKind.INQUIRY,
        title=f"Inquiry: {form.name}",
        note=_note(inquiry, differing),
        happened_at=now,
        recorded_at=now,
    )
    touched = {"engagement": engagement.pk, "kind": engagement.kind}
    received = {"engagement": engagement.pk, "form": form.pk, "wants_conversation": inquiry.wants_conversation}
    events = [
        Event(business=by.business, lead=lead, kind=EventKind.ENGAGEMENT_RECORDED, at=now, data=touched),
        Event(business=by.business, lead=lead, kind=EventKind.INQUIRY_RECEIVED, at=now, data=received),
    ]
    if stored:
        evidence = Evidence(source=EvidenceSource.PROSPECT, said_by=contact, observed_at=now, note=inquiry.message)
        events += add_evidence(lead, stored, evidence, now)
        keep_filterable(lead, concerned)
    events += judge_locked(lead, by.business, now)
    if inquiry.wants_conversation:
        lead.wants_conversation_at = now
    if begun:
        events.insert(0, _begun(lead, now))
    else:
        lead.revision += 1
    lead.save(update_fields=("snapshot", "revision", "wants_conversation_at", *JUDGED_FIELDS))
    Event.objects.bulk_create(events)


def _cleaned(inquiry: Inquiry) -> Inquiry:
    """Return the inquiry with every text as it is kept; raise TextRefused for the first that cannot be."""
    email = outside_line("email", inquiry.email, 254, required=True).lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise TextRefused("This is no e-mail address.", field="email") from error
    return replace(
        inquiry,
        contact_name=outside_line("contactName", inquiry.contact_name, 200, required=True),
        email=email,
        organization_name=outside_line("organizationName", inquiry.organization_name, 300),
        organization_domain=outside_line("organizationDomain", inquiry.organization_domain, 500),
        phone=outside_line("phone", inquiry.phone, 50),
        job_title=outside_line("jobTitle", inquiry.job_title, 200),
        message=outside_text("message", inquiry.message, MESSAGE_AT_MOST),
        page=outside_line("page", inquiry.page, 1_000),
        campaign=outside_line("campaign", inquiry.campaign, 200),
    )


def _check_value(key: str, value: Given) -> None:
    if isinstance(value, str) and not is_plain(value.replace("\n", " ").replace("\t", " ")):
        raise TextRefused("Write it without control characters.", field=key)


def _counted(by: Viewer, now: datetime, *, counts: bool) -> InquiryForm:
    """Return the form, locked until the transaction ends, with one inquiry more; raise TooManyInquiries."""
    form = InquiryForm.objects.select_for_update(of=("self",)).filter(pk=by.form or 0, business=by.business).first()
    if form is None or form.revoked_at is not None:
        raise FormNotValid
    day = Window(form.day_began_at, form.in_day).with_another(now, lasts=DAY, at_most=form.per_day)
    minute = Window(form.minute_began_at, form.in_minute).with_another(now, lasts=MINUTE, at_most=form.per_minute)
    if counts:
        form.day_began_at, form.in_day = day.began_at, day.taken
        form.minute_began_at, form.in_minute = minute.began_at, minute.taken
        form.last_used_at = now
        form.save(update_fields=("day_began_at", "in_day", "minute_began_at", "in_minute", "last_used_at"))
    return form


def _take_turn(business: Business) -> None:
    """Let a business's inquiries in one after the other, so that two of one organization find the same lead.

    SQLite lets nobody else write anyway.
    """
    if connection.vendor == "postgresql":
        number = int.from_bytes(sha256(f"inquiries {business.pk}".encode()).digest()[:8], signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


# --- Whom it is about ----------------------------------------------------------------------------


def _lead(organization: Sought, inquiry: Inquiry, form: InquiryForm, by: Viewer, now: datetime) -> tuple[Lead, bool]:
    """Return the organization's open lead, locked, or a new one; and whether it is new."""
    known = _organizations(organization, by.business)
    open_leads = Lead.objects.visible_to(by).exclude(stage__in=CLOSED_STAGES).order_by("-created_at", "-id")
    for pk in open_leads.filter(organization__in=known).values_list("pk", flat=True):
        lead = selectors.locked_lead(pk, by)
        if Stage(lead.stage) not in CLOSED:  # nobody closed it while we waited for it
            return lead, False
    home = known[0] if known else _new_organization(organization, by.business)
    fresh = Lead.objects.create(
        business=by.business, organization=home, source=form.source, stage_since=now, created_at=now
    )
    return fresh, True


def _organizations(wanted: Sought, business: Business) -> list[Organization]:
    """Return the organizations in use that are meant: of the first domain that is known, else of the name.

    One of the same name with another domain is another one. What was merged leads to the one that was kept.
    """
    known = Organization.everything.filter(business=business, archived_at__isnull=True).select_related("merged_into")
    in_use = known.order_by("id")
    for domain in wanted.domains:
        found = list(in_use.filter(domain=domain))
        if found:
            return _kept(found)
    if not wanted.name:
        return []
    named = in_use.annotate(lower_name=Lower("name")).filter(lower_name=wanted.name.lower())
    return _kept([one for one in named if not (one.domain and wanted.domains)])


def _kept(found: Sequence[Organization]) -> list[Organization]:
    """Return those that count, each once, those first that were found themselves."""
    ordered = sorted(found, key=lambda one: one.merged_into_id is not None)
    return list(dict.fromkeys(one.the_one_kept for one in ordered))


def _new_organization(wanted: Sought, business: Business) -> Organization:
    domain = wanted.domains[0] if wanted.domains else ""
    return Organization.objects.create(business=business, name=wanted.name or domain, domain=domain)


def _contact(lead: Lead, inquiry: Inquiry) -> tuple[Contact, list[str]]:
    """Return the lead's contact with this address, or a new one; and what was given otherwise than it is kept.

    Nobody outside changes what is known of a person.
    """
    people = Contact.everything.filter(business=lead.business_id, organization=lead.organization_id)
    found = people.filter(email__iexact=inquiry.email, archived_at__isnull=True).select_related("merged_into")
    known = found.order_by(F("merged_into").asc(nulls_first=True), "id").first()
    contact = known.the_one_kept if known is not None else None
    given = {"name": inquiry.contact_name, "phone": inquiry.phone, "job_title": inquiry.job_title}
    if contact is None:
        home = {"business_id": lead.business_id, "organization_id": lead.organization_id}
        return Contact.objects.create(**home, email=inquiry.email, **given), []
    words = {"name": "name", "phone": "telephone number", "job_title": "job title"}
    differing = [
        f"Gave another {words[name]}: {text}" for name, text in given.items() if text and text != getattr(contact, name)
    ]
    return contact, differing


def _note(inquiry: Inquiry, differing: list[str]) -> str:
    about = [
        "Asks for a conversation." if inquiry.wants_conversation else "",
        f"Page: {inquiry.page}" if inquiry.page else "",
        f"Campaign: {inquiry.campaign}" if inquiry.campaign else "",
        *differing,
    ]
    return "\n\n".join(part for part in (inquiry.message, "\n".join(filter(None, about))) if part)


def _begun(lead: Lead, now: datetime) -> Event:
    """Write the receipt of a lead that an inquiry began; return the event of it, unsaved."""
    Transition.objects.create(
        business_id=lead.business_id,
        lead=lead,
        to_stage=Stage.INQUIRY.value,
        at=now,
        door=Door.INQUIRY,
        level_in_force=lead.level,
        qualification=lead.qualification,
    )
    stays.enter(lead, StayKind.STAGE, lead.stage, now)
    for follower in ports.when_arriving:
        follower([lead])
    data = {"source": lead.source}
    return Event(business_id=lead.business_id, lead=lead, kind=EventKind.LEAD_CREATED, at=now, data=data)
