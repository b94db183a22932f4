"""A business's lists of reasons: those that it begins with, and what its managers make of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from leads import permissions, ports, selectors
from leads.domain.errors import DomainError
from leads.domain.reasons import DEFAULT_REASONS, ReasonKind
from leads.domain.rules.naming import key_from
from leads.models import Business, Reason
from leads.services.lines import line
from leads.tenancy import Viewer


class ReasonKeyTaken(DomainError):
    code = "reason_key_taken"


class ReasonArchived(DomainError):
    code = "reason_archived"


@dataclass(frozen=True, slots=True)
class ReasonChanges:
    """What to change of a reason; None leaves it as it is."""

    label: str | None = None
    description: str | None = None
    names_competitor: bool | None = None
    position: int | None = None


def begin_business(sender: object, instance: Business, created: bool, raw: bool, **kwargs: Any) -> None:
    """Give a new business what every app has for it."""
    if created and not raw:
        with transaction.atomic():
            for begin in ports.when_business_begins:
                begin(instance)


def begin_reasons(business: Business) -> None:
    """Give a business the reasons that every one begins with."""
    Reason.objects.bulk_create(
        Reason(
            business=business,
            kind=kind.value,
            key=spec.key,
            label=spec.label,
            description=spec.description,
            names_competitor=spec.names_competitor,
            position=position,
        )
        for kind, specs in DEFAULT_REASONS.items()
        for position, spec in enumerate(specs)
    )


@transaction.atomic
def add_reason(
    *,
    kind: ReasonKind,
    label: str,
    by: Viewer,
    key: str = "",
    description: str = "",
    names_competitor: bool = False,
) -> Reason:
    """Add a reason at the end of its list; without a key, one is made out of the label."""
    permissions.require(by, "author")
    selectors.take_turn(by.business)
    label = line("label", label, 200, required=True)
    others = Reason.objects.visible_to(by).filter(kind=kind.value)
    taken = set(others.values_list("key", flat=True))
    key = key.strip() or key_from(label, taken, noun="reason")
    if key in taken:
        raise ReasonKeyTaken(f"There is a reason with the key {key} in this list already.", field="key")
    last = others.aggregate(last=Max("position"))["last"]
    reason = Reason(
        business=by.business,
        kind=kind.value,
        key=key,
        label=label,
        description=line("description", description, 500),
        names_competitor=names_competitor,
        position=0 if last is None else last + 1,
    )
    reason.full_clean(exclude=["business"])
    reason.save()
    return reason


@transaction.atomic
def change_reason(*, reason_id: int | None, changes: ReasonChanges, by: Viewer) -> Reason:
    """Change what people read of a reason; its kind and key stay, since receipts and reports rely on them."""
    permissions.require(by, "author")
    reason = _locked(reason_id, by)
    if changes.label is not None:
        reason.label = line("label", changes.label, 200, required=True)
    if changes.description is not None:
        reason.description = line("description", changes.description, 500)
    if changes.names_competitor is not None:
        reason.names_competitor = changes.names_competitor
    if changes.position is not None:
        reason.position = changes.position
    reason.full_clean(exclude=["business"])
    reason.save()
    return reason


@transaction.atomic
def archive_reason(*, reason_id: int | None, archived: bool, by: Viewer, now: datetime) -> Reason:
    """Offer a reason no more, or again; receipts that name it stay as they are."""
    permissions.require(by, "author")
    reason = _locked(reason_id, by)
    if archived != (reason.archived_at is not None):
        reason.archived_at = now if archived else None
        reason.save(update_fields=("archived_at",))
    return reason


def find_reason(reason_id: int | None, by: Viewer, *, field: str) -> Reason | None:
    """Return the reason that somebody chose, None if none was; raise NotFound or ReasonArchived."""
    if reason_id is None:
        return None
    found = Reason.objects.visible_to(by).filter(pk=reason_id).first()
    if found is None:
        raise selectors.NotFound("There is no such reason.", field=field)
    if found.archived_at is not None:
        raise ReasonArchived(f"“{found}” is not used any more; choose another reason.", field=field)
    return found


def _locked(reason_id: int | None, by: Viewer) -> Reason:
    found = Reason.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=reason_id or 0).first()
    if found is None:
        raise selectors.NotFound("There is no such reason.", field="reason")
    return found
