"""Forms on websites: made, changed, revoked, and known by their token."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.crypto import constant_time_compare

from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.domain.inquiries import PER_DAY, PER_MINUTE, checked_origins, outside_line
from leads.models import InquiryForm
from leads.tenancy import Viewer

TOKEN_BYTES = 32
_NOBODY = hashlib.sha256(b"").hexdigest()


class FormNotValid(DomainError):
    """Said alike of every token that is none: wrong, revoked, or sent from a page of somebody else."""

    code = "form_not_valid"

    def __init__(self) -> None:
        super().__init__("This form takes no inquiries. Ask the owner of the website for help.")


@dataclass(frozen=True, slots=True)
class FormMade:
    """A form and its token, which nobody can find out again."""

    form: InquiryForm
    token: str


@transaction.atomic
def make_inquiry_form(
    *,
    name: str,
    by: Viewer,
    now: datetime,
    source: str = "",
    per_minute: int = PER_MINUTE,
    per_day: int = PER_DAY,
    origins: Sequence[str] = (),
) -> FormMade:
    """Make a form with a token of its own; raise DomainError or ValidationError for what cannot be taken.

    `source` is what its leads say of where they came from, by default its name. Without `origins` every
    website may use the token.
    """
    permissions.require(by, "manage_inquiry_forms")
    name = outside_line("name", name, 200, required=True)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    form = InquiryForm(
        business=by.business,
        name=name,
        source=outside_line("source", source, 200) or name,
        origins=checked_origins(list(origins)),
        per_minute=per_minute,
        per_day=per_day,
        token_hash=_hash(token),
        created_at=now,
        created_by=by.membership,
    )
    form.full_clean()
    form.save(force_insert=True)
    return FormMade(form, token)


@transaction.atomic
def revoke_inquiry_form(*, form_id: int | None, by: Viewer, now: datetime) -> InquiryForm:
    """Let a form hand in nothing from now on; revoking it once more changes nothing. Raise NotFound."""
    permissions.require(by, "manage_inquiry_forms")
    form = InquiryForm.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=form_id or 0).first()
    if form is None:
        raise selectors.NotFound("There is no such form.", field="form")
    if form.revoked_at is None:
        form.revoked_at, form.revoked_by = now, by.membership
        form.save(update_fields=("revoked_at", "revoked_by"))
    return form


def find_form(token: str, origin: str | None) -> InquiryForm:
    """Return the form that a token is of; raise FormNotValid for any other token, and for a foreign origin.

    `origin` is the website from which it was sent, None if it does not say. The database is asked once and a
    hash compared in every case, so that all refusals take about as long.
    """
    hashed = _hash(token)
    form = InquiryForm.objects.select_related("business").filter(token_hash=hashed).first()
    known = constant_time_compare(form.token_hash if form else _NOBODY, hashed)
    if form is None or not known or form.revoked_at is not None or not may_come_from(form, origin):
        raise FormNotValid
    return form


def may_come_from(form: InquiryForm, origin: str | None) -> bool:
    """Whether a form takes what a website sends: any, or only those that it names."""
    return not form.origins or (origin or "").lower() in form.origins


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
