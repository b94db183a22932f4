"""Many rows in few statements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, Model

M = TypeVar("M", bound=Model)
ROWS_PER_STATEMENT = 1_000


def update(model: type[M], rows: Sequence[M], fields: Sequence[str]) -> None:
    """Write these fields of these rows, which must exist; nothing else of them is touched.

    PostgreSQL gets them by COPY into a temporary table and one UPDATE that leaves equal rows alone,
    SQLite by one prepared statement.
    """
    if not rows:
        return
    columns: list[Any] = [model._meta.get_field(name) for name in fields]
    if connection.vendor == "postgresql":
        _update_by_copy(model, rows, columns)
    else:
        _update_one_by_one(model, rows, columns)


def _value(row: Model, field: Any) -> Any:
    return field.get_db_prep_save(getattr(row, field.attname), connection)


def _update_one_by_one(model: type[M], rows: Sequence[M], columns: Sequence[Field[Any, Any]]) -> None:
    assignments = ", ".join(f'"{field.column}" = %s' for field in columns)
    statement = f'UPDATE "{model._meta.db_table}" SET {assignments} WHERE "id" = %s'
    with connection.cursor() as cursor:
        cursor.executemany(statement, [(*(_value(row, f) for f in columns), row.pk) for row in rows])


def _update_by_copy(model: type[M], rows: Sequence[M], columns: Sequence[Field[Any, Any]]) -> None:
    table = model._meta.db_table
    names = [field.column for field in columns]
    listed = ", ".join(f'"{name}"' for name in names)
    ours = ", ".join(f't."{name}"' for name in names)
    theirs = ", ".join(f'n."{name}"' for name in names)
    assignments = ", ".join(f'"{name}" = n."{name}"' for name in names)
    with connection.cursor() as cursor:
        cursor.execute(
            f'CREATE TEMPORARY TABLE "new_rows" ON COMMIT DROP AS SELECT "id", {listed} FROM "{table}" WITH NO DATA'
        )
        with cursor.copy(f'COPY "new_rows" ("id", {listed}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row((row.pk, *(_value(row, field) for field in columns)))
        # Without its size the planner expects a large table, and reads all of ours for every thousand rows.
        cursor.execute('ANALYZE "new_rows"')
        cursor.execute(
            f'UPDATE "{table}" t SET {assignments} FROM "new_rows" n '
            f"WHERE t.id = n.id AND ({ours}) IS DISTINCT FROM ({theirs})"
        )
        cursor.execute('DROP TABLE "new_rows"')
