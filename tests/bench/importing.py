"""Importing and judging a file, against writing the same rows and nothing else."""

import tempfile
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Model
from measuring import Row, at_least, in_turn
from samples import MAPPING, NOW, courses_business, write_file

from leads.domain.import_reading import read_mapping
from leads.models import (
    Contact,
    Door,
    Event,
    Evidence,
    Lead,
    LeadValue,
    Organization,
    Qualification,
    Stakeholder,
    Transition,
)
from leads.services.importing import check_file, import_leads
from leads.services.importing.run import ROWS_PER_BATCH
from leads.tenancy import Viewer, system

ROWS = 5_000
ROUNDS = 3
# In the order in which they may be written; what is behind a lead points to it.
TABLES: tuple[type[Model], ...] = (
    Organization,
    Contact,
    Lead,
    Evidence,
    Qualification,
    LeadValue,
    Stakeholder,
    Transition,
    Event,
)


def measure(urls: Sequence[str]) -> Iterator[Row]:
    viewer = system(courses_business().business, Door.IMPORT)
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "leads.csv"
        write_file(path, ROWS)
        run_import(path, viewer)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # which a database that is in use has behind it
        batches = kept()
        spent = in_turn(
            {"import": partial(run_import, path, viewer), "plain": partial(write_plainly, batches)},
            rounds=ROUNDS,
            before={"import": empty, "plain": empty},
        )
    written = sum(len(rows) for batch in batches for rows in batch)
    imported, plain = spent["import"], spent["plain"]
    yield at_least(
        f"import and judge on {connection.display_name}, against bulk_create",
        plain.wall / imported.wall,
        0.25,
        f"{ROWS / imported.wall:,.0f} against {ROWS / plain.wall:,.0f} leads/s",
    )
    yield Row("  12 criteria, rows left by each lead", f"{written / ROWS:.1f}")
    yield Row("  import / bulk_create of the file", f"{imported} / {plain}")


def run_import(path: Path, viewer: Viewer) -> None:
    file = check_file(path=path, mapping=read_mapping(MAPPING), by=viewer)
    result = import_leads(file=file, by=viewer, now=NOW, on_reject=refuse)
    if result.created != ROWS:
        raise RuntimeError(f"The import brought {result.created} leads in, not {ROWS}.")


def refuse(record: Any, reason: str) -> None:
    raise RuntimeError(f"Line {record.line} was rejected: {reason}")


def kept() -> list[list[list[Model]]]:
    """Return what an import left: per batch of leads, per table, the rows.

    A lead without its qualification, which can only be written after it.
    """
    leads = list(Lead.objects.order_by("id"))
    batches: list[list[list[Model]]] = []
    for start in range(0, len(leads), ROWS_PER_BATCH):
        batch = leads[start : start + ROWS_PER_BATCH]
        ids = [lead.pk for lead in batch]
        organizations = [lead.organization_id for lead in batch]
        rows: list[list[Model]] = []
        for model in TABLES:
            if model is Lead:
                rows.append(list(batch))
            elif model is Organization:
                rows.append(list(Organization.objects.filter(pk__in=organizations)))
            elif model is Contact:
                rows.append(list(Contact.objects.filter(organization__in=organizations)))
            else:
                rows.append(list(model._default_manager.filter(lead__in=ids)))
        batches.append(rows)
    for lead in leads:
        lead.qualification = None
    return batches


def write_plainly(batches: list[list[list[Model]]]) -> None:
    for batch in batches:
        with transaction.atomic():
            for model, rows in zip(TABLES, batch, strict=True):
                model._default_manager.bulk_create(rows, batch_size=ROWS_PER_BATCH)


def empty() -> None:
    with connection.cursor() as cursor:
        tables = [model._meta.db_table for model in reversed(TABLES)]
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")
        else:
            cursor.execute("PRAGMA foreign_keys = OFF")
            for table in tables:
                cursor.execute(f'DELETE FROM "{table}"')
            cursor.execute("PRAGMA foreign_keys = ON")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
