"""Telling the owner of a lead what must not pass unseen, until somebody says what was done about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from leads import bulk, permissions, selectors
from leads.domain.stages import CLOSED, Level
from leads.models import Flag, FlagKind
from leads.tenancy import Viewer

FIELDS = ("business", "lead", "kind", "from_level", "to_level", "reason", "raised_at", "note")


@dataclass(frozen=True, slots=True)
class LevelChange:
    """A lead whose level in force changed; `because` is what the lost level asks for that does not hold."""

    business_id: int
    lead_id: int
    stage: str
    before: Level
    after: Level
    because: Sequence[str] = ()

    @property
    def lowered(self) -> bool:
        return self.after.rank < self.before.rank

    @property
    def said(self) -> str:
        reasons = "; ".join(self.because)
        lacking = f" Not so, or not known: {reasons}." if reasons else ""
        return f"Was {self.before.name}, is {self.after.name} now.{lacking}"


def follow(changes: Sequence[LevelChange], now: datetime) -> None:
    """Raise a flag for every lead that fell, and clear those of leads that are back where they were.

    A lead that falls further keeps its flag, which then says so. Three statements at most, whatever the
    number of leads; the leads' rows must be locked.
    """
    going_on = [change for change in changes if change.after != change.before and change.stage not in CLOSED]
    if not going_on:
        return
    found = Flag.objects.filter(
        lead__in=[change.lead_id for change in going_on], kind=FlagKind.LEVEL_LOWERED, cleared_at__isnull=True
    )
    existing = {flag.lead_id: flag for flag in found}
    fresh: list[tuple[Any, ...]] = []
    changed: list[Flag] = []
    for change in going_on:
        flag = existing.get(change.lead_id)
        if flag is not None:
            changed.append(_updated(flag, change, now))
        elif change.lowered:
            fresh.append(
                (
                    change.business_id,
                    change.lead_id,
                    FlagKind.LEVEL_LOWERED.value,
                    change.before.value,
                    change.after.value,
                    change.said,
                    now,
                    "",
                )
            )
    bulk.insert(Flag, FIELDS, fresh)
    bulk.update(Flag, changed, ("to_level", "reason", "cleared_at", "note"))


def _updated(flag: Flag, change: LevelChange, now: datetime) -> Flag:
    first = Level(flag.from_level)
    flag.to_level = change.after.value
    if change.after.rank >= first.rank:
        flag.cleared_at, flag.note = now, f"The level is {change.after.name} again."
    elif change.lowered:
        flag.reason = replace(change, before=first).said
    return flag


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
    return flag
