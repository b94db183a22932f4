"""Everything that happened to a lead in one order, whichever source it comes from."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from heapq import merge
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TimelineKind(StrEnum):
    """What an entry is about; each kind is a source of its own."""

    ANSWER = "answer"
    DIAGNOSIS_COMPLETED = "diagnosis_completed"
    DIAGNOSIS_STARTED = "diagnosis_started"
    ENGAGEMENT = "engagement"
    EVIDENCE = "evidence"
    HAND_OFF_DECIDED = "hand_off_decided"
    HAND_OFF_OFFERED = "hand_off_offered"
    OPPORTUNITY_CLOSED = "opportunity_closed"
    OPPORTUNITY_OPENED = "opportunity_opened"
    PHASE_MOVE = "phase_move"
    STEP_CLOSED = "step_closed"
    STEP_MADE = "step_made"
    TRANSITION = "transition"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands: latest first; at one moment by kind, then what was recorded last first."""

    at: datetime
    kind: str
    key: int

    @property
    def rank(self) -> tuple[int, str, int]:
        """What places are sorted by."""
        return -((self.at - EPOCH) // timedelta(microseconds=1)), self.kind, -self.key


def first_of(sources: Iterable[Iterable[T]], count: int, place_of: Callable[[T], Place]) -> list[T]:
    """Return the first so many of sources that are each in order, all in one order."""
    return list(islice(merge(*sources, key=lambda entry: place_of(entry).rank), count))
