"""What the criteria say of a lead beside where people moved it to: two things that may differ."""

from enum import StrEnum

from leads.domain.stages import Level, Stage


class LevelAndStage(StrEnum):
    """How the level in force compares with what the stage means."""

    SAME = "same"
    ABOVE = "above"
    BELOW = "below"
    NOT_COMPARED = "not_compared"

    @property
    def label(self) -> str:
        return self.value.replace("_", " ").capitalize()


MEANS: dict[Stage, Level] = {
    Stage.INQUIRY: Level.NONE,
    Stage.MQL: Level.MQL,
    Stage.SAL: Level.MQL,
    Stage.SQL: Level.SQL,
    Stage.OPPORTUNITY: Level.SQL,
}
"""The level that a stage stands for. What is put off or closed stands for none."""


def compare(level: Level, stage: Stage) -> LevelAndStage:
    """Return whether the level is above or below what the stage means; NOT_COMPARED where it means no level."""
    meant = MEANS.get(stage)
    if meant is None:
        return LevelAndStage.NOT_COMPARED
    if level == meant:
        return LevelAndStage.SAME
    return LevelAndStage.ABOVE if level.rank > meant.rank else LevelAndStage.BELOW


def places_of(wanted: LevelAndStage) -> dict[Stage, list[Level]]:
    """Return for each stage the levels that compare so with it; stages without any are left out."""
    found = {stage: [level for level in Level if compare(level, stage) == wanted] for stage in Stage}
    return {stage: levels for stage, levels in found.items() if levels}


def said(level: Level, stage: Stage) -> str:
    """Return the comparison in words, for a person."""
    match compare(level, stage):
        case LevelAndStage.ABOVE:
            return f"Meets the criteria of an {level.name}; nobody has moved it yet."
        case LevelAndStage.BELOW:
            lacking = MEANS[stage].name
            return f"Was moved to {stage.label}; it does not meet the criteria of an {lacking} now, or not surely."
        case LevelAndStage.SAME:
            return "Stands where its criteria put it."
        case LevelAndStage.NOT_COMPARED:
            return f"{stage.label}: the stage stands for no level."
