"""What a preview says, in tables: who would move, from where to where, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.utils.html import format_html

from leads.admin.reading import Badge, Lines, Table, link, points
from leads.domain.movement import Movement
from leads.domain.stages import Level
from leads.models import Membership
from leads.services.previewing import Listed, Preview, Wanted
from leads.tenancy import Viewer

PAGE = 50
NOBODY = "none"
MOVEMENTS = {
    Movement.RISES: ("Rise", "come to a higher level"),
    Movement.FALLS: ("Fall", "come to a lower level, whatever one learns"),
    Movement.OPENS: ("Become unknown", "lose a level until somebody asks"),
    Movement.STAYS: ("Stay", "keep their level"),
}
COLOURS = {Movement.RISES: "yes", Movement.FALLS: "no", Movement.OPENS: "unknown", Movement.STAYS: ""}


def key(text: str) -> int | None:
    """Return the key that an address has, None if it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


# --- Which leads are asked for -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What the parameters of the page ask for; those that make no sense ask for nothing."""

    movement: Movement | None
    owner: str
    reason: str
    after: int

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            movement=self.movement,
            owner_id=key(self.owner),
            unowned=self.owner == NOBODY,
            reason=self.reason or None,
            moving=self.movement is None,
        )

    def is_any_of(self, found: Preview) -> bool:
        """Whether there may be such leads among those that were counted."""
        kept = found.movements[Movement.STAYS]
        return bool(found.movements[self.movement] if self.movement else found.total - kept)

    @property
    def title(self) -> str:
        said = MOVEMENTS[self.movement][0].lower() if self.movement else "change level"
        return f"Leads that would {said}"

    @property
    def empty(self) -> str:
        return "There are no more." if self.after else "No open lead would."

    def link(self, address: str, **changes: Any) -> str:
        """Return the address with these parameters changed, those that are empty left out; the first page."""
        given = {"movement": self.movement, "owner": self.owner, "reason": self.reason} | changes
        kept = {name: value for name, value in given.items() if value}
        return f"{address}?{urlencode(kept)}" if kept else address

    def said(self, names: Mapping[int | None, str], address: str) -> list[tuple[str, str]]:
        """Return each thing that is asked for, in words, with the address without it."""
        found = []
        if self.movement:
            found.append((MOVEMENTS[self.movement][0], self.link(address, movement="")))
        if self.owner:
            owner = names.get(key(self.owner), "Somebody else")
            found.append((f"Owner: {owner}", self.link(address, owner="")))
        if self.reason:
            found.append((f"Reason: {self.reason}", self.link(address, reason="")))
        return found


def asked(given: Mapping[str, str]) -> Asked:
    owner, movement = given.get("owner", ""), given.get("movement", "")
    return Asked(
        movement=Movement(movement) if movement in list(Movement) else None,
        owner=owner if owner == NOBODY or key(owner) is not None else "",
        reason=given.get("reason", ""),
        after=key(given.get("after", "")) or 0,
    )


def owner_names(viewer: Viewer) -> dict[int | None, str]:
    members = Membership.objects.visible_to(viewer).select_related("user")
    return {None: "Nobody", **{member.pk: str(member) for member in members}}


# --- What the counts say -------------------------------------------------------------------------


def open_leads(count: int) -> str:
    """Return how many open leads there are, in words, empty if there are none."""
    if count < 2:
        return "The only open lead" if count else ""
    return f"All {count:,} open leads"


def tiles(found: Preview, now_asked: Asked, address: str) -> list[tuple[str, str, str, str, bool]]:
    """Return for each movement its name, what it means, how many leads, and its address; one may be shown now."""
    if not found.total:
        return []
    return [
        (
            name,
            meaning,
            f"{found.movements[movement]:,}",
            f"{address}?movement={movement}",
            now_asked.movement == movement,
        )
        for movement, (name, meaning) in MOVEMENTS.items()
    ]


def tables(found: Preview, names: Mapping[int | None, str], address: str) -> list[Table]:
    if not found.total:
        return []
    return [_levels(found), _owners(found, names, address), _reasons(found, address)]


def _levels(found: Preview) -> Table:
    def counted(before: Level, after: Level) -> Any:
        leads = found.levels[before, after]
        return Lines(f"{leads:,}", ("as now",)) if before == after and leads else f"{leads:,}" if leads else "–"

    return Table(
        "From level to level",
        ("Now", *(f"Then {after.name}" for after in Level)),
        [
            (Badge(before.name, before.value), *(counted(before, after) for after in Level))
            for before in Level
            if any(found.levels[before, after] for after in Level)
        ],
        note="Computed levels. An override stays in force whatever is published.",
    )


def _owners(found: Preview, names: Mapping[int | None, str], address: str) -> Table:
    def cells(owner: int | None, counts: Counter[Movement]) -> list[Any]:
        given = {"owner": owner or NOBODY}
        return [
            _linked(counts[movement], address, given | {"movement": movement.value}) if counts[movement] else "–"
            for movement in MOVEMENTS
        ]

    most = sorted(
        found.owners.items(), key=lambda entry: (entry[1][Movement.STAYS] - entry[1].total(), names.get(entry[0], ""))
    )
    return Table(
        "By owner",
        ("Owner", *(name for name, _ in MOVEMENTS.values())),
        [(names.get(owner, "Somebody else"), *cells(owner, counts)) for owner, counts in most],
        note="A number leads to these leads.",
    )


def _reasons(found: Preview, address: str) -> Table:
    return Table(
        "Why",
        ("Leads would", "What does not hold", "Leads"),
        [
            (
                Badge(MOVEMENTS[movement][0], COLOURS[movement]),
                reason,
                _linked(leads, address, {"movement": movement.value, "reason": reason}),
            )
            for (movement, reason), leads in found.most_frequent_reasons()
        ],
        "No lead would move.",
        "Of leads that rise, what does not hold now, or is not known to; of the others, what would not then. "
        "A lead counts once for each of its reasons.",
    )


def _linked(count: int, address: str, given: Mapping[str, Any]) -> str:
    return format_html('<a href="{}?{}#leads">{}</a>', address, urlencode(given), f"{count:,}")


# --- Which leads ---------------------------------------------------------------------------------


def leads_table(title: str, listed: Sequence[Listed], trial: str, empty: str) -> Table:
    """Return leads as they are now and would be then; `trial` is where one of them is tried."""
    return Table(
        title, ("Lead", "Owner", "Now", "Then", "Score", "Why"), [_lead(entry, trial) for entry in listed], empty
    )


def _lead(entry: Listed, trial: str) -> tuple[Any, ...]:
    lead, moving = entry.lead, entry.moving
    before, after = points(lead.score), points(moving.score)
    open_ = moving.possible.rank > moving.after.rank
    whole = format_html('<a href="{}?lead={}">The whole explanation</a>', trial, lead.pk)
    reasons = list(moving.reasons)
    return (
        Lines(link(lead), (str(lead.organization),)),
        str(lead.owner.user) if lead.owner else "Nobody",
        Badge(moving.before.name, moving.before.value),
        Lines(Badge(moving.after.name, moving.after.value), (f"may become {moving.possible.name}",) if open_ else ()),
        after if before == after else f"{before} → {after}",
        Lines(reasons[0], (*reasons[1:], whole)) if reasons else whole,
    )
