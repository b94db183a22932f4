"""Decided leads as they stood when their outcome came, and how a document judges them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from leads.domain.plan import Plan
from leads.domain.qualification import Outcome, judge
from leads.domain.rules import Fact
from leads.domain.snapshot import Circumstances, Snapshot, derived, fact
from leads.domain.stages import Level
from leads.domain.values import AttributeSpec, ValueType


@dataclass(frozen=True, slots=True)
class Observation:
    """One decided lead: what was known of it when its outcome came (`at.now`), and when it began."""

    won: bool
    snapshot: Snapshot
    at: Circumstances
    began: datetime


@dataclass(frozen=True, slots=True)
class Timing:
    """For how many leads a value was first recorded before and after the outcome, where times tell."""

    before: int = 0
    after: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """How a document judges one observation; per criterion its outcome and the bands it may be in."""

    score: Decimal
    worst: Decimal
    level: Level
    outcomes: tuple[Outcome, ...]
    reached: tuple[tuple[int, ...], ...]


def stand(plan: Plan, observations: Iterable[Observation]) -> list[Standing]:
    """Return how the engine judges each observation, at its own moment."""
    found = []
    for observation in observations:
        judgement = judge(plan, observation.snapshot, observation.at)
        found.append(
            Standing(
                score=judgement.score,
                worst=judgement.worst,
                level=judgement.level,
                outcomes=tuple(result.outcome for result in judgement.results),
                reached=tuple(result.reached for result in judgement.results),
            )
        )
    return found


def scores_of(standings: Iterable[Standing]) -> list[float]:
    return [float(standing.score) for standing in standings]


Columns = Mapping[str, Sequence[Fact]]
"""What each name is worth for each observation, as the rules would read it."""


def columns_of(observations: Sequence[Observation], attributes: Iterable[AttributeSpec]) -> Columns:
    """Return the facts of these attributes, of dates also the days until them."""
    columns: dict[str, list[Fact]] = {}
    for spec in attributes:
        column: list[Fact] = []
        for observation in observations:
            at = observation.at
            if spec.counts_days is not None:
                column.append(Decimal(at.engagements.get(spec.window, 0)))
            else:
                column.append(fact(spec, observation.snapshot.get(spec.key), at.now, spec.freshness_days)[0])
        columns[spec.key] = column
        if spec.type == ValueType.DATE:
            for name in (f"days_until_{spec.key}", f"days_since_{spec.key}"):
                columns[name] = [
                    derived(name, value, observation.at.today)
                    for value, observation in zip(column, observations, strict=True)
                ]
    return columns
