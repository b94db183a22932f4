"""Where the upper apps join in; they register in their `AppConfig.ready`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from leads.domain.stages import Stage
from leads.models import Business, Lead
from leads.tenancy import Viewer


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict that a move may rest on, frozen for the receipt."""

    kind: str
    global_id: str
    reason: str


Guard = Callable[[Lead, Stage, Viewer, datetime], Verdict | None]

before_move: list[Guard] = []
"""Asked before every move: return the verdict that supports it, None for no opinion, or raise a
DomainError to refuse."""

Scheduled = Callable[[datetime], None]

when_scheduling: list[Scheduled] = []
"""Called by every scheduler, again and again: enqueue what an app has to do because time went by."""

when_business_begins: list[Callable[[Business], None]] = []
"""Called in the transaction in which a business is made: give it what it begins with."""
