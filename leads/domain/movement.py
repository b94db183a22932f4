"""What becomes of a lead's level when something else judges it, and why."""

from collections.abc import Sequence
from enum import StrEnum

from leads.domain.plan import Plan
from leads.domain.qualification import CriterionResult, Decision, requirements
from leads.domain.schema_document import JUDGED
from leads.domain.stages import Level


class Movement(StrEnum):
    """A lead OPENS that loses its level only until somebody asks: the level is not ruled out."""

    RISES = "rises"
    FALLS = "falls"
    OPENS = "opens"
    STAYS = "stays"


def movement(before: Level, after: Level, possible: Level) -> Movement:
    """Return how a lead moves from one computed level to another; `possible` is the highest not ruled out."""
    if after == before:
        return Movement.STAYS
    if after.rank > before.rank:
        return Movement.RISES
    return Movement.OPENS if possible.rank >= before.rank else Movement.FALLS


def missing_for(plan: Plan, results: Sequence[CriterionResult], level: Level) -> list[str]:
    """Return in words what a level asks for that does not hold, or is not known to hold."""
    asked = requirements(plan.document.level(level), results)
    return [f"{level.name}: {text}" for text, holds in asked if holds != Decision.YES]


def level_above(level: Level) -> Level:
    """Return the next level that is judged, the highest of them for the highest."""
    return next((candidate for candidate in JUDGED if candidate.rank > level.rank), JUDGED[-1])
