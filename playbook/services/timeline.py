"""Everything that happened to a lead, in pages."""

import base64
import binascii
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from leads.domain.errors import DomainError
from leads.models import Lead, Membership
from leads.ports import TimelineSource, timeline_sources
from leads.selectors import check_moment
from playbook.domain.timeline import Place, TimelineKind, first_of

PAGE = 20
PAGE_AT_MOST = 100
KEY_AT_MOST = 2**63 - 1


class CursorRefused(DomainError):
    code = "page_refused"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened; `row` is what tells of it."""

    place: Place
    source: TimelineSource
    row: Any

    @property
    def kind(self) -> TimelineKind:
        return TimelineKind(self.source.kind)

    @property
    def title(self) -> str:
        return self.source.title(self.row)

    @property
    def author(self) -> Membership | None:
        return self.source.author(self.row)

    @property
    def cursor(self) -> str:
        written = json.dumps([self.place.at.isoformat(), self.place.kind, self.place.key])
        return base64.b64encode(written.encode()).decode()


@dataclass(frozen=True, slots=True)
class TimelinePage:
    entries: list[Entry]
    has_more: bool


def timeline(
    lead: Lead, *, first: int = PAGE, after: str | None = None, kinds: Collection[TimelineKind] | None = None
) -> TimelinePage:
    """Return a page of what happened to a lead, latest first; of all kinds unless some are named.

    One query for each kind, whatever the size of the page and wherever it begins.
    """
    if not 0 <= first <= PAGE_AT_MOST:
        raise CursorRefused(f"first must be from 0 to {PAGE_AT_MOST}.", field="first")
    behind = None if after is None else _place(after)
    wanted = None if kinds is None else {kind.value for kind in kinds}
    sources = [source for source in timeline_sources if wanted is None or source.kind in wanted]
    found = first_of([_of_source(source, lead, behind, first + 1) for source in sources], first + 1, _place_of)
    return TimelinePage(found[:first], len(found) > first)


def _place_of(entry: Entry) -> Place:
    return entry.place


def _of_source(source: TimelineSource, lead: Lead, behind: Place | None, count: int) -> Iterator[Entry]:
    """Return the first so many of a source behind a place, read at once."""
    rows = source.rows(lead).order_by(f"-{source.at}", "-pk")
    if behind is not None:
        rows = rows.filter(_beyond(source, behind))
    read = list(rows[:count])
    return (Entry(Place(getattr(row, source.at), source.kind, row.pk), source, row) for row in read)


def _beyond(source: TimelineSource, behind: Place) -> Q:
    """Return what comes after the place: earlier ones, and of those at the same moment the ones of later kinds."""
    earlier = Q(**{f"{source.at}__lt": behind.at})
    if source.kind < behind.kind:
        return earlier
    same = Q(**{source.at: behind.at})
    return earlier | (same & Q(pk__lt=behind.key) if source.kind == behind.kind else same)


def _place(cursor: str) -> Place:
    """Return the place that a cursor of ours names; raise CursorRefused for any other text."""
    try:
        at, kind, key = json.loads(base64.b64decode(cursor, validate=True))
        moment = datetime.fromisoformat(at)
        check_moment(moment, "after")
        if not (isinstance(kind, str) and isinstance(key, int) and 0 < key <= KEY_AT_MOST):
            raise ValueError
        return Place(moment, TimelineKind(kind).value, key)
    except (ValueError, TypeError, DomainError, binascii.Error, RecursionError) as error:
        raise CursorRefused("This cursor does not belong to this list.", field="after") from error
