"""Importing a file of leads: first everything is checked, then it is written batch by batch."""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path

from django.db import connection, reset_queries, transaction

from leads import permissions, selectors
from leads.domain.documents import DocumentRefused, Problem
from leads.domain.import_checks import attribute_problems, header_problems
from leads.domain.import_mapping import ImportMapping
from leads.domain.stages import Level
from leads.domain.values import AttributeSpec
from leads.models import Attribute, Business, Lead, Membership
from leads.services.importing.closeness import close_ones
from leads.services.importing.deciding import Decided, decide, merged_references
from leads.services.importing.rows import LeadRow, RowReader, RowRefused
from leads.services.importing.source import Record, Survey, records, survey
from leads.services.importing.writing import refresh_statistics, write
from leads.tenancy import Viewer, within

ROWS_PER_BATCH = 1_000


class ImportRefused(DocumentRefused):
    """Everything that keeps a file from being imported; nothing was written."""

    code = "import_refused"


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """A file that fits its mapping, and its mapping the business."""

    path: Path
    mapping: ImportMapping
    header: tuple[str, ...]
    rows: int  # without the header
    specs: Mapping[str, AttributeSpec]
    searched: Mapping[str, AttributeSpec]  # those of them that are filterable


@dataclass(slots=True)
class ImportResult:
    """How many rows became what; `levels` counts all leads of the file that are in.

    `close` counts those that bring an organization or contact which may be the same as another one.
    """

    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    rejected: int = 0
    close: int = 0
    levels: Counter[Level] = field(default_factory=Counter)


def check_file(*, path: Path, mapping: ImportMapping, by: Viewer) -> CheckedFile:
    """Read the whole file once; raise ImportRefused with everything that is wrong with it and its mapping."""
    permissions.require(by, "create_lead")
    with within(by):
        attributes = list(Attribute.objects.visible_to(by))
    in_use = {attribute.key: attribute for attribute in attributes if attribute.archived_at is None}
    specs = {key: attribute.spec for key, attribute in in_use.items()}
    archived = {attribute.key for attribute in attributes} - set(in_use)
    problems = [*mapping.problems, *attribute_problems(mapping, specs, archived)]
    found = survey(path, mapping) if mapping.encoding else None
    if isinstance(found, Problem):
        problems.append(found)
    elif isinstance(found, Survey):
        problems += header_problems(mapping, found.header)
    if problems or not isinstance(found, Survey):
        raise ImportRefused(problems)
    read = {column.key: specs[column.key] for column in mapping.attributes}
    searched = {key: spec for key, spec in read.items() if in_use[key].filterable}
    return CheckedFile(path, mapping, found.header, found.rows, read, searched)


def import_leads(
    *,
    file: CheckedFile,
    by: Viewer,
    now: datetime,
    on_reject: Callable[[Record, str], None],
    on_progress: Callable[[int], None] = lambda rows: None,
    on_close: Callable[[Record, str], None] = lambda record, whom: None,
    dry_run: bool = False,
) -> ImportResult:
    """Bring a file's leads in, found again by their references, and judge them.

    Each batch is a transaction of its own: what a crash leaves are whole batches, and a second run
    finishes the job. `on_reject` is told every row that is not taken, with the reason; `on_progress`
    how many more rows are done; `on_close` every row that brings somebody who may be known already, and whom. A dry
    run decides everything and writes nothing.
    """
    permissions.require(by, "create_lead")
    result = ImportResult()

    def reject(record: Record, reason: str) -> None:
        result.rejected += 1
        on_reject(record, reason)

    def tell_close(record: Record, whom: str) -> None:
        result.close += 1
        on_close(record, whom)

    with within(by):
        reader = RowReader(file.mapping, file.header, file.specs, _members(by), by.business.zone, now)
    rows = islice(records(file.path, file.mapping), 1, None)
    refresh_at = 1
    with closing(_Seen()) as seen:
        while batch := list(islice(rows, ROWS_PER_BATCH)):
            result.read += len(batch)
            good = list(_typed(batch, reader, seen, reject))
            _import_batch(good, file, by, now, result, reject, tell_close, dry_run=dry_run)
            if result.created >= refresh_at and not dry_run:
                refresh_statistics()
                refresh_at = 4 * result.created
            on_progress(len(batch))
            reset_queries()  # which Django keeps while DEBUG is on, so memory would grow
    return result


def _typed(
    batch: list[Record], reader: RowReader, seen: "_Seen", reject: Callable[[Record, str], None]
) -> Iterator[LeadRow]:
    for record in batch:
        try:
            row = reader.read(record)
        except RowRefused as refused:
            reject(record, str(refused))
            continue
        first = seen.line_of(row.reference, record.line)
        if first == record.line:
            yield row
        else:
            reject(record, f'The reference "{row.reference}" stands in line {first} already.')


def _import_batch(
    rows: list[LeadRow],
    file: CheckedFile,
    by: Viewer,
    now: datetime,
    result: ImportResult,
    reject: Callable[[Record, str], None],
    tell_close: Callable[[Record, str], None],
    *,
    dry_run: bool,
) -> None:
    decisions: list[tuple[Decided, list[tuple[Record, str]]]] = []
    with within(by), nullcontext() if dry_run else transaction.atomic():
        if not dry_run:
            _wait_for_turn(by.business)
            selectors.hold_merging(by.business)
            selectors.hold_judges(by.business)
        for part in _one_row_a_lead(rows, by):
            decided = decide(part, by, now, lock=not dry_run)
            decisions.append((decided, list(close_ones(decided, by.business))))
            if not dry_run:
                write(decided, file.searched, by, now)
    for decided, close in decisions:
        for record, reason in decided.rejected:
            reject(record, reason)
        for record, whom in close:
            tell_close(record, whom)
        result.created += len(decided.arrivals)
        result.changed += len(decided.changes)
        result.unchanged += len(decided.unchanged)
        result.levels.update(Level(lead.level) for lead in decided.leads())


def _one_row_a_lead(rows: list[LeadRow], by: Viewer) -> list[list[LeadRow]]:
    """Part rows so that no part has two of one lead, as those of leads that were merged are."""
    merged = merged_references(rows, by)
    if not merged:
        return [rows]
    own = {pk: reference for reference, pk in _own_references(merged, by)}
    parts: list[list[LeadRow]] = [[]]
    seen: list[set[str]] = [set()]
    for row in rows:
        pk = merged.get(row.reference)
        lead = row.reference if pk is None else own[pk] or f"lead {pk}"
        place = next((number for number, known in enumerate(seen) if lead not in known), len(seen))
        if place == len(seen):
            parts.append([])
            seen.append(set())
        parts[place].append(row)
        seen[place].add(lead)
    return parts


def _own_references(merged: Mapping[str, int], by: Viewer) -> Iterator[tuple[str, int]]:
    yield from Lead.objects.visible_to(by).filter(pk__in=merged.values()).values_list("reference", "pk")


def _wait_for_turn(business: Business) -> None:
    """Let one import at a time look for a business's leads and add those that are missing.

    SQLite has one writer at a time anyway.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"import of leads {business.pk}"])


def _members(by: Viewer) -> dict[str, int]:
    members = Membership.objects.visible_to(by).filter(is_active=True)
    return {email.lower(): pk for email, pk in members.values_list("user__email", "pk")}


class _Seen:
    """In which line each reference came first; kept on disk, so that memory stays flat."""

    def __init__(self) -> None:
        self.database = sqlite3.connect("", isolation_level=None)
        self.database.execute("PRAGMA journal_mode=OFF")
        self.database.execute("CREATE TABLE seen (reference TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")

    def line_of(self, reference: str, line: int) -> int:
        """Return the line where the reference came first, which may be this one."""
        added = self.database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (reference, line))
        if added.rowcount:
            return line
        found = self.database.execute("SELECT line FROM seen WHERE reference = ?", (reference,))
        return int(found.fetchone()[0])

    def close(self) -> None:
        self.database.close()
