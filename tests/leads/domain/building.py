"""Snapshots and circumstances, built in one line."""

from datetime import UTC, date, datetime
from typing import Any

from leads.domain.plan import compile_plan
from leads.domain.qualification import Judgement, judge
from leads.domain.schema_document import SchemaDocument
from leads.domain.snapshot import DOES_NOT_KNOW, Circumstances, Entry, absorb
from leads.domain.values import Value, Window, encode

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
MARCH_2 = date(2026, 3, 2)


def stored(value: Value | None) -> Any:
    """None stands for an answer of "does not know"."""
    return DOES_NOT_KNOW if value is None else encode(value)


def known(before: dict[str, Entry] | None = None, *, at: datetime = NOW, **values: Value | None) -> dict[str, Entry]:
    """Return a snapshot with these values observed at one time."""
    given = {key: stored(value) for key, value in values.items()}
    return absorb(before or {}, given, at=at, source="sales", evidence=1)


def at(now: datetime = NOW, today: date = MARCH_2, engagements: dict[Window, int] | None = None) -> Circumstances:
    return Circumstances(now=now, today=today, engagements=engagements or {})


def judged(document: SchemaDocument, snapshot: dict[str, Entry] | None = None, **circumstances: Any) -> Judgement:
    return judge(compile_plan(document), snapshot or {}, at(**circumstances))
