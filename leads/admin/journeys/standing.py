"""Where a lead stands: the level in force beside the computed one, and the score with what it may become."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from leads.admin.reading import Badge, Lines, author, day, points, span
from leads.domain.stages import Level
from leads.models import Lead, LevelOverride


def is_overridden(lead: Lead, now: datetime) -> bool:
    return lead.override_expires_at is not None and lead.override_expires_at > now


def level_shown(lead: Lead, now: datetime) -> Any:
    """Return the level in force; where an override puts it in force, the computed one and until when."""
    level = Level(lead.level_in_force(now))
    badge = Badge(level.name, level.value)
    if not is_overridden(lead, now):
        return badge
    return Lines(badge, (f"computed {Level(lead.level).name}, override until {day(lead.override_expires_at)}",))


def score_shown(lead: Lead) -> str:
    """Return the score with its worst and best, where they are not settled."""
    possible = span(lead.worst, lead.best)
    return f"{points(lead.score)} ({possible})" if possible else points(lead.score)


def state_of(override: LevelOverride, now: datetime) -> Any:
    """Return whether an override counts, or when it was ended; its people must be loaded."""
    if override.ended_at is not None:
        return Lines(Badge("Ended"), (day(override.ended_at), author(override.ended_by)))
    return Badge("In force", "yes") if override.expires_at > now else Badge("Over")
