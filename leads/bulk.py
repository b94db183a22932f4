"""Many rows in few statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import BooleanField, CharField, Field, ForeignKey, IntegerField, JSONField, Model, TextField

M = TypeVar("M", bound=Model)
Row = tuple[Any, ...]
ROWS_PER_STATEMENT = 1_000
AS_THEY_ARE = (BooleanField, CharField, ForeignKey, IntegerField, TextField)
"""Fields whose values both databases take unchanged."""


def next_ids(model: type[Model], rows: int) -> list[int]:
    """Return ids for new rows, which nobody else will get before this transaction ends."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(s) FROM pg_get_serial_sequence(%s, 'id') s, generate_series(1, %s)",
                [f'"{table}"', rows],
            )
            return [number for (number,) in cursor.fetchall()]
        # Who is in a transaction here holds the lock on the whole database.
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone() or (0,)
        return list(range(last[0] + 1, last[0] + rows + 1))


def insert(model: type[Model], fields: Sequence[str], rows: Sequence[Row]) -> None:
    """Add rows with these values of these fields; every field without a default in the database must be named.

    PostgreSQL takes them by COPY, SQLite by one prepared statement.
    """
    if not rows:
        return
    columns: list[Any] = [model._meta.get_field(name) for name in fields]
    prepared = _prepared(columns, rows)
    into = f'"{model._meta.db_table}" ({_listed(columns)})'
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            _copy(cursor, f"COPY {into} FROM STDIN", prepared)
        else:
            cursor.executemany(f"INSERT INTO {into} VALUES ({', '.join(['%s'] * len(columns))})", prepared)


def update(model: type[M], rows: Sequence[M], fields: Sequence[str]) -> None:
    """Write these fields of these rows, which must exist; nothing else of them is touched."""
    columns: list[Any] = [model._meta.get_field(name) for name in fields]
    values = [tuple(getattr(row, field.attname) for field in columns) for row in rows]
    update_rows(model, fields, [(row.pk, *own) for row, own in zip(rows, values, strict=True)])


def update_rows(model: type[Model], fields: Sequence[str], rows: Sequence[Row]) -> None:
    """Write these fields of existing rows, each given as its id and the values; nothing else of them is touched.

    PostgreSQL gets them by COPY into a temporary table and one UPDATE that leaves equal rows alone,
    SQLite by one prepared statement.
    """
    if not rows:
        return
    columns: list[Any] = [model._meta.get_field(name) for name in fields]
    prepared = _prepared(columns, [row[1:] for row in rows])
    if connection.vendor == "postgresql":
        _update_by_copy(model, columns, [(row[0], *values) for row, values in zip(rows, prepared, strict=True)])
    else:
        _update_one_by_one(model, columns, [(*values, row[0]) for row, values in zip(rows, prepared, strict=True)])


def _listed(columns: Sequence[Field[Any, Any]]) -> str:
    return ", ".join(f'"{field.column}"' for field in columns)


def _prepared(columns: Sequence[Field[Any, Any]], rows: Sequence[Row]) -> Sequence[Row]:
    """Return the rows as the database takes them."""
    changed = {place: _preparing(field) for place, field in enumerate(columns) if not isinstance(field, AS_THEY_ARE)}
    if not changed:
        return rows
    by_column = list(zip(*rows, strict=True))
    for place, prepare in changed.items():
        by_column[place] = tuple(map(prepare, by_column[place]))
    return list(zip(*by_column, strict=True))


def _preparing(field: Field[Any, Any]) -> Callable[[Any], Any]:
    """Return what prepares values of a field; each value once, for many rows share a date or a score."""

    def prepare(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    return prepare if isinstance(field, JSONField) else lru_cache(maxsize=1_000)(prepare)


def _copy(cursor: Any, statement: str, rows: Sequence[Row]) -> None:
    with connection.wrap_database_errors, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _update_one_by_one(model: type[Model], columns: Sequence[Field[Any, Any]], rows: Sequence[Row]) -> None:
    assignments = ", ".join(f'"{field.column}" = %s' for field in columns)
    with connection.cursor() as cursor:
        cursor.executemany(f'UPDATE "{model._meta.db_table}" SET {assignments} WHERE "id" = %s', rows)


def _update_by_copy(model: type[Model], columns: Sequence[Field[Any, Any]], rows: Sequence[Row]) -> None:
    table, listed = model._meta.db_table, _listed(columns)
    names = [field.column for field in columns]
    ours = ", ".join(f't."{name}"' for name in names)
    theirs = ", ".join(f'n."{name}"' for name in names)
    assignments = ", ".join(f'"{name}" = n."{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f'CREATE TEMPORARY TABLE "new_rows" ON COMMIT DROP AS SELECT "id", {listed} FROM "{table}" WITH NO DATA'
        )
        _copy(cursor, f'COPY "new_rows" ("id", {listed}) FROM STDIN', rows)
        # Without its size the planner expects a large table, and reads all of ours for every thousand rows.
        # Without its size the planner expects a large table, and reads all of ours for every thousand rows.
        cursor.execute(
            f'ANALYZE "new_rows"; UPDATE "{table}" t SET {assignments} FROM "new_rows" n '
            f'WHERE t.id = n.id AND ({ours}) IS DISTINCT FROM ({theirs}); DROP TABLE "new_rows"'
        )
