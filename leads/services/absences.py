"""Who is away, and who stands in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.models import Absence, Membership
from leads.tenancy import Viewer

NOTE_AT_MOST = 500


class AbsenceRefused(DomainError):
    code = "absence_refused"


class AbsenceOverlaps(DomainError):
    code = "absence_overlaps"


class AbsenceOver(DomainError):
    code = "absence_over"


@transaction.atomic
def set_absence(
    *,
    by: Viewer,
    now: datetime,
    starts_at: datetime,
    ends_at: datetime | None = None,
    member_id: int | None = None,
    stand_in_id: int | None = None,
    note: str = "",
) -> Absence:
    """Say that a member is away, by default oneself, until a time or until further notice.

    Raises AbsenceRefused for times or a stand-in that make no sense, AbsenceOverlaps where the member is away
    already, NotFound for people who do not work here, NotAllowed where a manager must do it.
    """
    member = _member(member_id, by)
    selectors.check_moment(starts_at, "startsAt")
    selectors.check_moment(ends_at, "endsAt")
    if ends_at is not None and ends_at <= max(starts_at, now):
        reason = "before it begins" if ends_at <= starts_at else "in the past"
        raise AbsenceRefused(f"The absence ends {reason}. Give a later end, or none.", field="endsAt")
    note = note.strip()
    if len(note) > NOTE_AT_MOST or "\0" in note:
        raise AbsenceRefused(f"Write a note of at most {NOTE_AT_MOST} plain characters.", field="note")
    stand_in = None if stand_in_id is None else _working(stand_in_id, by, "standIn")
    if stand_in is not None and stand_in.pk == member.pk:
        raise AbsenceRefused("Nobody stands in for themselves. Choose another member, or none.", field="standIn")
    _check_overlaps(member, starts_at, ends_at)
    return Absence.objects.create(
        business=by.business, member=member, starts_at=starts_at, ends_at=ends_at, stand_in=stand_in, note=note
    )


@transaction.atomic
def end_absence(*, absence_id: int | None, by: Viewer, now: datetime) -> Absence:
    """Say that a member is back; one that did not begin yet does not happen.

    Raises AbsenceOver where it ended already, NotFound, NotAllowed for somebody else's without being a manager.
    """
    visible = Absence.objects.visible_to(by)
    found = visible.select_for_update(of=("self",)).select_related("member").filter(pk=absence_id or 0).first()
    if found is None:
        raise selectors.NotFound("There is no such absence.", field="absence")
    _require(by, found.member_id)
    if found.ends_at is not None and found.ends_at <= max(now, found.starts_at):
        raise AbsenceOver("This absence is over already.", field="absence")
    found.ends_at = max(now, found.starts_at)
    found.save(update_fields=("ends_at",))
    return found


def current_absences(viewer: Viewer, now: datetime) -> QuerySet[Absence]:
    """Return who is or will be away, soonest first."""
    lasting = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    empty = Q(ends_at__isnull=False, ends_at__lte=F("starts_at"))
    return Absence.objects.visible_to(viewer).filter(lasting).exclude(empty).order_by("starts_at", "id")


def stand_in_for(member: Membership, at: datetime) -> Membership | None:
    """Return who does a member's work at a moment: the member if not away, else whoever stands in at the end.

    A stand-in who is away too has one in turn. None if that leads to nobody who works here still, or around
    in a circle. One query.
    """
    return _stands_in(member, _away(member.business_id, at))


def members_stood_in_for(member: Membership, at: datetime) -> list[Membership]:
    """Return whose work a member does at a moment besides their own, in the order in which they joined. One query."""
    away = _away(member.business_id, at)
    found = {absence.member.pk: absence.member for absence in away.values() if absence.member_id != member.pk}
    return [found[pk] for pk in sorted(found) if _stands_in(found[pk], away) == member]


def _away(business_id: int, at: datetime) -> dict[int, Absence]:
    """Return the absences of a moment by the member who is away."""
    lasting = Q(ends_at__isnull=True) | Q(ends_at__gt=at)
    found = Absence.objects.filter(business=business_id, starts_at__lte=at).filter(lasting)
    return {absence.member_id: absence for absence in found.select_related("member", "stand_in__user").order_by("id")}


def _stands_in(member: Membership, away: Mapping[int, Absence]) -> Membership | None:
    found: Membership | None = member
    passed: set[int] = set()
    while found is not None and found.pk in away:
        if found.pk in passed:
            return None
        passed.add(found.pk)
        found = away[found.pk].stand_in
    return found if found is not None and found.is_active else None


def _member(member_id: int | None, by: Viewer) -> Membership:
    """Return who will be away, the row locked, so that two absences cannot be set at once."""
    own = by.membership.pk if by.membership else None
    wanted = own if member_id is None else member_id
    _require(by, wanted)
    if wanted is None:
        raise selectors.NotFound("Say who is away.", field="member")
    return _working(wanted, by, "member", lock=True)


def _require(by: Viewer, member_id: int | None) -> None:
    is_own = by.membership is not None and by.membership.pk == member_id
    permissions.require(by, "set_own_absence" if is_own else "set_absence_of_others")


def _working(member_id: int, by: Viewer, field: str, *, lock: bool = False) -> Membership:
    rows: Any = Membership.objects.visible_to(by).filter(is_active=True, pk=member_id)
    found: Membership | None = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if found is None:
        raise selectors.NotFound("There is no such member.", field=field)
    return found


def _check_overlaps(member: Membership, starts_at: datetime, ends_at: datetime | None) -> None:
    others = Absence.objects.filter(business=member.business_id, member=member)
    others = others.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=starts_at))
    others = others.exclude(ends_at__isnull=False, ends_at__lte=F("starts_at"))
    if ends_at is not None:
        others = others.filter(starts_at__lt=ends_at)
    first = others.order_by("starts_at").first()
    if first is not None:
        zone = member.business.zone
        until = f"until {first.ends_at.astimezone(zone):%Y-%m-%d %H:%M}" if first.ends_at else "until further notice"
        away = f"from {first.starts_at.astimezone(zone):%Y-%m-%d %H:%M} {until}"
        raise AbsenceOverlaps(f"The member is away already {away}. End that absence first.", field="startsAt")
