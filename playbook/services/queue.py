"""What now? The work of a member, ranked: promises that are due, then what moves a diagnosis forward.

Promises are read live from the steps, longest overdue first. The rest are the leads of the members in question by
their kept rank (`playbook.services.ranking`). Each lead comes once, at its first place. Every part is read by an
index from where the last page ended, so a page costs the same however long the queue is.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.models import Membership, Role
from leads.services.absences import members_stood_in_for
from leads.tenancy import Viewer
from playbook.domain.ranking_work import ABOVE_NURTURE, BUCKET, PROSPECT_WAITS, nurture_rank
from playbook.models import NextStep, QueuePlace
from playbook.selectors import due_steps, steps_for

NURTURES = frozenset({Role.MARKETING, Role.INSIDE_SALES})
"""The roles that nurture; nobody else's queue has leads that are not meant for sales yet."""

EVERYTHING = PROSPECT_WAITS + BUCKET


class CursorRefused(DomainError):
    code = "cursor_refused"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item stands: among the promises by when it is due, behind them by its rank; then by a key."""

    due_at: datetime | None
    rank: int
    key: int  # of the step, or of the lead

    @property
    def order(self) -> tuple[Any, ...]:
        """Return what sorts two places of the same part."""
        return (self.due_at, self.key) if self.due_at is not None else (-self.rank, self.key)


@dataclass(frozen=True, slots=True)
class Item:
    """A lead to work on; `step_id` is the promise that brings it here, if one does."""

    place: Place
    lead_id: int
    step_id: int | None


@dataclass(frozen=True, slots=True)
class Share:
    """Some leads of a queue: those of an owner, or of nobody, within these ranks."""

    owner_id: int | None
    least: int
    below: int


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose work a queue has: a member's own, that of those for whom they stand in, and what their role may take."""

    member: Membership | None
    members: tuple[Membership, ...]
    role: Role | None
    now: datetime
    viewer: Viewer

    @property
    def mine(self) -> Q:
        return steps_for(self.members, self.role)

    @property
    def shares(self) -> list[Share]:
        today = nurture_rank(selectors.local_day(self.viewer.business, self.now))
        above_nothing = {role: today if role in NURTURES else ABOVE_NURTURE for role in Role}
        shares = [Share(member.pk, above_nothing[Role(member.role)], EVERYTHING) for member in self.members]
        if self.role is Role.INSIDE_SALES:
            # Whoever asks for a conversation goes straight to inside sales.
            shares += [Share(None, PROSPECT_WAITS, EVERYTHING)]
        if self.role in NURTURES:
            shares += [Share(None, today, ABOVE_NURTURE)]
        return shares

    @property
    def promises(self) -> QuerySet[NextStep]:
        return due_steps(self.viewer.business, self.now)

    @property
    def places(self) -> QuerySet[QueuePlace]:
        """Return all places in the queue, to be counted."""
        due = self.promises.filter(self.mine)
        listed = Q(Exists(due.filter(lead=OuterRef("lead"))))
        for share in self.shares:
            listed |= (
                Q(owner=share.owner_id, rank__gte=share.least, rank__lt=share.below)
                if share.owner_id
                else Q(owner__isnull=True, rank__gte=share.least, rank__lt=share.below)
            )
        return QueuePlace.objects.visible_to(self.viewer).filter(listed)


def whose_queue(*, by: Viewer, now: datetime, member_id: int | None = None) -> Whose:
    """Return whose work to show: the viewer's, or for managers any member's; raise NotAllowed or NotFound."""
    member = by.membership
    if member_id is not None and (member is None or member.pk != member_id):
        permissions.require(by, "read_work_of_others")
        member = Membership.objects.visible_to(by).filter(pk=member_id).first()
        if member is None:
            raise selectors.NotFound("There is no such member.", field="member")
    if member is None:
        return Whose(None, (), None, now, by)
    return Whose(member, (member, *members_stood_in_for(member, now)), Role(member.role), now, by)


def work_queue(whose: Whose, first: int, after: str | None = None) -> tuple[list[Item], bool]:
    """Return a page of the queue, and whether more follows; raise CursorRefused for what is no cursor of ours.

    One statement for each member and role in question, twice at most.
    """
    start = _decoded(after) if after is not None else None
    wanted = first + 1
    found: list[Item] = []
    if start is None or start.due_at is not None:
        found = sorted(_promises(whose, start, wanted), key=lambda item: item.place.order)[:wanted]
        start = None
    if len(found) < wanted:
        rest = sorted(_ranked(whose, start, wanted - len(found)), key=lambda item: item.place.order)
        found += rest[: wanted - len(found)]
    return found[:first], len(found) > first


def _promises(whose: Whose, start: Place | None, wanted: int) -> Iterator[Item]:
    """Yield the first due promises of each source, each lead's longest overdue one only."""
    earlier = Q(due_at__lt=OuterRef("due_at")) | Q(due_at=OuterRef("due_at"), pk__lt=OuterRef("pk"))
    steps = whose.promises.filter(~Exists(whose.promises.filter(whose.mine, earlier, lead=OuterRef("lead"))))
    if start is not None:
        beyond = Q(due_at__gt=start.due_at) | Q(pk__gt=start.key)
        steps = steps.filter(beyond, due_at__gte=start.due_at)
    sources = [Q(assigned_to=member.pk) for member in whose.members]
    if whose.role is not None:
        sources.append(Q(assigned_to__isnull=True, role=whose.role.value))
    for source in sources:
        rows = steps.filter(source).order_by("due_at", "pk").values_list("due_at", "pk", "lead_id")
        for due_at, pk, lead_id in rows[:wanted]:
            yield Item(Place(due_at, 0, pk), lead_id, pk)


def _ranked(whose: Whose, start: Place | None, wanted: int) -> Iterator[Item]:
    """Yield the first leads of each share by their rank, without those that come as promises."""
    due = whose.promises.filter(whose.mine, lead=OuterRef("lead"))
    places = QueuePlace.objects.filter(~Exists(due), business=whose.viewer.business)
    if start is not None:
        places = places.filter(Q(rank__lt=start.rank) | Q(lead__gt=start.key), rank__lte=start.rank)
    for share in whose.shares:
        own = places.filter(owner=share.owner_id) if share.owner_id else places.filter(owner__isnull=True)
        own = own.filter(rank__gte=share.least, rank__lt=share.below)
        for rank, lead_id in own.order_by("-rank", "lead_id").values_list("rank", "lead_id")[:wanted]:
            yield Item(Place(None, rank, lead_id), lead_id, None)


# --- Cursors -------------------------------------------------------------------------------------


def cursor_of(place: Place) -> str:
    part = f"due {place.due_at.isoformat()}" if place.due_at is not None else f"rank {place.rank}"
    return urlsafe_b64encode(f"{part} {place.key}".encode()).decode()


def _decoded(cursor: str) -> Place:
    try:
        part, value, key = urlsafe_b64decode(cursor.encode()).decode().split(" ")
        number = int(key)
        if not 0 <= number < 2**63:
            raise ValueError
        if part == "due":
            due_at = datetime.fromisoformat(value)
            selectors.check_moment(due_at, "after")
            return Place(due_at, 0, number)
        if part != "rank" or not 0 <= int(value) < EVERYTHING:
            raise ValueError
        return Place(None, int(value), number)
    except (ValueError, selectors.MomentRefused) as error:
        raise CursorRefused("This is no cursor of this list.", field="after") from error
