"""Telling the owner of a lead what must not pass unseen, until somebody says what was done about it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from leads import bulk, live, permissions, selectors
from leads.domain.stages import CLOSED, Level
from leads.models import Flag, FlagKind
from leads.tenancy import Viewer

FIELDS = ("business", "lead", "kind", "from_level", "to_level", "reason", "raised_at", "note")


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A lead whose level in force changed.

    `because` is what the lost level asks for that does not hold; `cause` says it in a sentence instead.
    """

    business_id: int
    lead_id: int
    stage: str
    before: Level
    after: Level
    because: Sequence[str] = ()
    cause: str = ""

    @property
    def lowered(self) -> bool:
        return self.after.rank < self.before.rank

    @property
    def said(self) -> str:
        reasons = "; ".join(self.because)
        cause = self.cause or (f"Not so, or not known: {reasons}." if reasons else "")
        return f"Was {self.before.name}, is {self.after.name} now. {cause}".strip()


def follow(changes: Sequence[LevelChange], now: datetime) -> None:
    """Raise a flag for every lead that fell, and clear those of leads that are back where they were.

    A lead that falls further keeps its flag, which then says so. A closed lead raises none. Four statements at
    most, whatever the number of leads; the leads' rows must be locked.
    """
    moved = {change.lead_id: change for change in changes if change.after != change.before}
    if not moved:
        return
    open_flags = _open(moved)
    back = {flag.pk for flag in open_flags if moved[flag.lead_id].after.rank >= Level(flag.from_level).rank}
    others = [flag for flag in open_flags if flag.pk not in back and moved[flag.lead_id].stage not in CLOSED]
    _clear(
        [flag for flag in open_flags if flag.pk in back],
        now,
        lambda flag: f"The level is {moved[flag.lead_id].after.name} again.",
    )
    for flag in others:
        change = moved[flag.lead_id]
        flag.to_level = change.after.value
        if change.lowered:
            flag.reason = replace(change, before=Level(flag.from_level)).said
    bulk.update(Flag, others, ("to_level", "reason"))
    flagged = {flag.lead_id for flag in open_flags}
    fresh = [
        change
        for change in moved.values()
        if change.lowered and change.lead_id not in flagged and change.stage not in CLOSED
    ]
    bulk.insert(Flag, FIELDS, [_row(change, now) for change in fresh])


def close(lead_ids: Collection[int], now: datetime, note: str = "The lead was closed.") -> None:
    """Clear the flags of leads that are closed: nobody works on them any more."""
    _clear(_open(lead_ids), now, lambda flag: note)


def _open(lead_ids: Collection[int]) -> list[Flag]:
    """Return the open flags of these leads, locked in one order."""
    found = Flag.objects.filter(lead__in=lead_ids, kind=FlagKind.LEVEL_LOWERED, cleared_at__isnull=True)
    return list(found.select_for_update(of=("self",)).order_by("pk"))


def _clear(found: Sequence[Flag], now: datetime, note: Callable[[Flag], str]) -> None:
    for flag in found:
        flag.cleared_at, flag.note = now, note(flag)
    bulk.update(Flag, found, ("cleared_at", "note"))


def _row(change: LevelChange, now: datetime) -> tuple[Any, ...]:
    """Return the values of a flag, in the order of FIELDS."""
    kind, before, after = FlagKind.LEVEL_LOWERED.value, change.before.value, change.after.value
    return change.business_id, change.lead_id, kind, before, after, change.said, now, ""


@transaction.atomic
def clear_flag(*, flag_id: int | None, by: Viewer, now: datetime, note: str = "") -> Flag:
    """Say that a flag was seen to; one that is cleared already stays as it is."""
    permissions.require(by, "clear_flag")
    flag = Flag.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=flag_id or 0).first()
    if flag is None:
        raise selectors.NotFound("There is no such flag.", field="flag")
    if flag.cleared_at is None:
        flag.cleared_at, flag.cleared_by, flag.note = now, by.membership, note.strip()
        flag.save(update_fields=("cleared_at", "cleared_by", "note"))
        live.tell(live.topic("lead", flag.lead_id))
    return flag
