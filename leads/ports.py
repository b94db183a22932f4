"""Where the upper apps join in; they register in their `AppConfig.ready`."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from leads.domain.merging import Moved
from leads.domain.stages import Stage
from leads.models import Business, Contact, Lead, Membership, Organization, Transition
from leads.tenancy import Viewer


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict that a move may rest on, frozen for the receipt.

    The cost of the problem is that of a year, in one currency; None where nothing is known of it.
    """

    kind: str
    global_id: str
    reason: str
    cost_low: Decimal | None = None
    cost_likely: Decimal | None = None
    cost_high: Decimal | None = None
    currency: str = ""


Guard = Callable[[Lead, Stage, Viewer, datetime], Verdict | None]

before_move: list[Guard] = []
"""Asked before every move: return the verdict that supports it, None for no opinion, or raise a
DomainError to refuse."""

Objection = Callable[[Lead, Stage, str, Viewer, datetime], None]

before_leaving: list[Objection] = []
"""Asked of every move that the table allows, with the reason that was given for leaving in spite of warnings, often
empty: raise a DomainError to refuse."""

Follower = Callable[[Lead, Transition, str, Viewer, datetime], None]

after_move: list[Follower] = []
"""Called after every move, the lead's row still locked and saved, with its receipt and the reason for leaving in spite
of warnings: keep in step what follows from a stage. Must not count up the lead's revision."""

Arrival = Callable[[Sequence[Lead]], None]

when_arriving: list[Arrival] = []
"""Called with leads that begin, and with those that an import moved, their rows there or locked: keep in step what
follows from their stages. However many they are, with a fixed number of statements."""

OwnerChange = Callable[[Business, Sequence[tuple[Lead, int | None]], datetime], None]

when_owner_changes: list[OwnerChange] = []
"""Called with leads that have another owner now, or none, their rows locked and saved; each with the key of the owner
before. However many they are, with a fixed number of statements."""

Scheduled = Callable[[datetime], None]

when_scheduling: list[Scheduled] = []
"""Called by every scheduler, again and again: enqueue what an app has to do because time went by."""

Beginning = Callable[[Business], object]

when_business_begins: list[Beginning] = []
"""Called once for every new business, in the transaction that makes it: give it what every business begins with."""


@dataclass(frozen=True, slots=True)
class Merging:
    """A merge under way: two rows of one model, and the keys of all leads whose rows it locks."""

    kept: Organization | Contact | Lead
    gone: Organization | Contact | Lead
    leads: frozenset[int]
    by: Viewer
    now: datetime


@dataclass(frozen=True, slots=True)
class MergeStep:
    """What an app does when rows are merged that its own rows refer to.

    `keys` names the foreign keys that it answers for, like `assessments.Diagnosis.lead`. `locked` returns the rows that
    are locked before the leads, in order of their keys. `check` raises a DomainError where the
    merge must not be. `move` lets the rows follow and says what moved; everything is locked then.
    """

    keys: Collection[str]
    move: Callable[[Merging], Sequence[Moved]]
    locked: Callable[[Merging], Sequence[QuerySet[Any]]] = lambda merging: ()
    check: Callable[[Merging], None] = lambda merging: None


when_merging: list[MergeStep] = []
"""Asked whenever two leads, contacts or organizations are merged, in the order of registration."""


@dataclass(frozen=True, slots=True)
class TimelineSource:
    """One kind of what happened to leads, such as their touches.

    `rows` are those of one lead, with all that `title` and `author` read; `at` names the column that says when, which
    is never null among them. `type_name` is what the APIs call a row.
    """

    kind: str
    type_name: str
    at: str
    rows: Callable[[Lead], QuerySet[Any]]
    title: Callable[[Any], str]
    author: Callable[[Any], Membership | None]


timeline_sources: list[TimelineSource] = []
"""What the history of a lead is put together of; each app adds what it keeps."""
