"""Links by which prospects come in without an account: made, looked up, revoked."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from assessments.domain.self_assessment import LinkState
from assessments.models import UNFINISHED, Diagnosis, DiagnosisStatus, LinkKind, ProspectLink
from leads import live, permissions, selectors
from leads.domain.errors import DomainError
from leads.domain.stages import CLOSED, Stage
from leads.models import Event
from leads.services.evidence import find_contact
from leads.services.moves import LeadIsClosed
from leads.tenancy import Viewer

DAYS, DAYS_AT_MOST = 14, 90
SECRET_BYTES = 32
INVITED = "prospect_invited"
NOT_VALID = "This link is not valid any more. Ask the person who sent it for a new one."
_SIGNER = signing.Signer(salt="assessments.prospect_link", sep=".")
_NOBODY = hashlib.sha256(b"").hexdigest()


class LinkNotValid(DomainError):
    """Said alike of every link that does not open: forged, expired, revoked, or closed by what happened since."""

    code = "link_not_valid"

    def __init__(self) -> None:
        super().__init__(NOT_VALID)


class DaysRefused(DomainError):
    code = "days_refused"


class DiagnosisNotOpen(DomainError):
    code = "diagnosis_not_open"


class DiagnosisNotCompleted(DomainError):
    code = "diagnosis_not_completed"


class ContactArchived(DomainError):
    code = "contact_archived"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link and its token, which nobody can find out again."""

    link: ProspectLink
    token: str


@transaction.atomic
def invite_prospect(
    *,
    diagnosis_id: int | None,
    contact_id: int | None,
    kind: LinkKind,
    by: Viewer,
    now: datetime,
    days: int = DAYS,
) -> Invitation:
    """Make a link for a contact: to answer its part of an unfinished diagnosis, or to read a completed one."""
    permissions.require(by, "diagnose")
    if not 1 <= days <= DAYS_AT_MOST:
        raise DaysRefused(f"A link is valid for 1 to {DAYS_AT_MOST} days.", field="days")
    diagnosis = (
        Diagnosis.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("lead")
        .filter(pk=diagnosis_id or 0)
        .first()
    )
    if diagnosis is None:
        raise selectors.NotFound("There is no such diagnosis.", field="diagnosis")
    contact = find_contact(contact_id or 0, diagnosis.lead, by, field="contact")
    assert contact is not None  # noqa: S101 (0 is nobody's key, so it was found or refused)
    if contact.archived_at is not None:
        raise ContactArchived(f"{contact} is archived. Choose another contact.", field="contact")
    if kind == LinkKind.SUMMARY and diagnosis.status != DiagnosisStatus.COMPLETED:
        raise DiagnosisNotCompleted("There is a summary once the diagnosis is completed.", field="diagnosis")
    if kind == LinkKind.SELF_ASSESSMENT and diagnosis.status not in UNFINISHED:
        raise DiagnosisNotOpen("This diagnosis takes no more answers: it is not running or paused.", field="diagnosis")
    if Stage(diagnosis.lead.stage) in CLOSED:
        raise LeadIsClosed(f"This lead is closed ({diagnosis.lead.stage}). Reopen it first.", field="diagnosis")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link = ProspectLink.objects.create(
        business=by.business,
        diagnosis=diagnosis,
        kind=kind,
        contact=contact,
        secret_hash=_hash(secret),
        created_at=now,
        created_by=by.membership,
        expires_at=now + timedelta(days=days),
    )
    data = {"link": link.pk, "diagnosis": diagnosis.pk, "contact": contact.pk, "kind": link.kind}
    Event.objects.create(business=by.business, lead=diagnosis.lead, kind=INVITED, at=now, data=data)
    live.tell(live.topic("diagnosis", diagnosis.pk), live.topic("lead", diagnosis.lead_id))
    return Invitation(link, _SIGNER.sign(f"{link.pk}.{secret}"))


@transaction.atomic
def revoke_prospect_link(*, link_id: int | None, by: Viewer, now: datetime) -> ProspectLink:
    """Let a link open nothing from now on; revoking it once more changes nothing."""
    permissions.require(by, "diagnose")
    link = ProspectLink.objects.visible_to(by).select_for_update().filter(pk=link_id or 0).first()
    if link is None:
        raise selectors.NotFound("There is no such link.", field="link")
    if link.revoked_at is None:
        link.revoked_at, link.revoked_by = now, by.membership
        link.save(update_fields=("revoked_at", "revoked_by"))
        live.tell(live.topic("diagnosis", link.diagnosis_id))
    return link


# --- Coming in -----------------------------------------------------------------------------------


def find_link(token: str, kind: LinkKind | None, now: datetime) -> ProspectLink:
    """Return the link of this kind that a token opens, None for either; raise LinkNotValid for any other token.

    The database is asked and a hash compared in every case, so that all refusals take about as long.
    """
    pk, secret = _read(token)
    link = with_all(ProspectLink.objects.filter(pk=pk)).first()
    known = constant_time_compare(link.secret_hash if link else _NOBODY, _hash(secret))
    if link is None or not known or link.kind != (kind or link.kind) or not opens(link, now):
        raise LinkNotValid
    return link


def mark_opened(link: ProspectLink, now: datetime) -> None:
    """Keep when a link was first opened."""
    if link.opened_at is None:
        ProspectLink.objects.filter(pk=link.pk, opened_at__isnull=True).update(opened_at=now)


def with_all(links: QuerySet[ProspectLink]) -> QuerySet[ProspectLink]:
    """Return the links with everything that decides whether they open, and what they show."""
    return links.select_related(
        "business", "contact", "diagnosis__business", "diagnosis__version", "diagnosis__lead__organization"
    ).defer("diagnosis__version__document")


def opens(link: ProspectLink, now: datetime) -> bool:
    """Whether the link may be opened: a self-assessment also after it was sent, to be read."""
    state = state_of(link, now)
    if state is LinkState.SUBMITTED:
        return link.expires_at > now and link.diagnosis.status != DiagnosisStatus.ABANDONED and _has_reader(link)
    return state is LinkState.OPEN


def state_of(link: ProspectLink, now: datetime) -> LinkState:
    """Return where a link stands; the first that holds of revoked, submitted, expired, closed and open."""
    if link.revoked_at is not None:
        return LinkState.REVOKED
    if link.submitted_at is not None:
        return LinkState.SUBMITTED
    if link.expires_at <= now:
        return LinkState.EXPIRED
    wanted = UNFINISHED if link.kind == LinkKind.SELF_ASSESSMENT else (DiagnosisStatus.COMPLETED,)
    return LinkState.OPEN if link.diagnosis.status in wanted and _has_reader(link) else LinkState.CLOSED


def _has_reader(link: ProspectLink) -> bool:
    """Whether the contact still belongs to the lead, and the lead is still worked on."""
    lead, contact = link.diagnosis.lead, link.contact
    return (
        contact.archived_at is None
        and contact.organization_id == lead.organization_id
        and Stage(lead.stage) not in CLOSED
    )


def _read(token: str) -> tuple[int, str]:
    """Return the key and the secret in a token that we signed; nobody's for any other."""
    try:
        pk, _, secret = _SIGNER.unsign(token).partition(".")
        return int(pk), secret
    except (signing.BadSignature, ValueError):
        return 0, ""


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
