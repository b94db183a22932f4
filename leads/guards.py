"""What the database itself refuses, on SQLite and PostgreSQL alike.

Three guards, worked out from the models, so that a new model is guarded without a thought:

- a row cannot point into another business, nor be moved to one;
- a published version cannot be changed or deleted, but only retired;
- a row that froze (`TenantModel.FROZEN_ONCE`), such as a completed diagnosis, cannot be changed, and what
  freezes with it (`TenantModel.FROZEN_WITH`), such as its answers, stays as it is.

They are put in place after every `migrate` and not by a migration: SQLite drops a table's triggers
whenever a migration rebuilds the table. Before, they are taken out there: SQLite refuses to rebuild a
table that another table's trigger names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import ForeignKey, Model

from leads.models.base import TenantModel
from leads.models.publishing import PublishedVersion

# How the names of the triggers end.
OURS = (
    "_same_business_insert",
    "_same_business_update",
    "_stays_in_its_business",
    "_is_published_update",
    "_is_published_delete",
    "_is_frozen",
    "_frozen_insert",
    "_frozen_update",
    "_frozen_delete",
)


def remove_before_migrate(sender: object, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    connection = connections[using]
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for (name,) in cursor.fetchall():
                if name.endswith(OURS):
                    cursor.execute(f'DROP TRIGGER "{name}"')


def install_after_migrate(sender: object, using: str = DEFAULT_DB_ALIAS, **kwargs: Any) -> None:
    install(connections[using])


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every guard in place; again is as good as once."""
    statements = _postgresql(connection) if connection.vendor == "postgresql" else _sqlite(connection)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def tenant_models(connection: BaseDatabaseWrapper) -> list[type[TenantModel]]:
    """Return the models whose tables exist."""
    tables = set(connection.introspection.table_names())
    return [
        model
        for model in apps.get_models()
        if issubclass(model, TenantModel) and model._meta.db_table in tables and not model._meta.proxy
    ]


def tenant_keys(model: type[Model]) -> Iterator[ForeignKey[Any, Any]]:
    """Yield the foreign keys of a model that must stay within its business."""
    for field in model._meta.local_fields:
        if isinstance(field, ForeignKey) and issubclass(field.related_model, TenantModel):
            yield field


def guard_name(model: type[Model], field: ForeignKey[Any, Any]) -> str:
    return f"{model._meta.model_name}_{field.name}_same_business"


# --- SQLite --------------------------------------------------------------------------------------


def _sqlite(connection: BaseDatabaseWrapper) -> Iterator[str]:
    for model in tenant_models(connection):
        table = model._meta.db_table
        for field in tenant_keys(model):
            for verb in ("INSERT", f"UPDATE OF {field.column}"):
                name = f"{guard_name(model, field)}_{verb.split()[0].lower()}"
                yield f'DROP TRIGGER IF EXISTS "{name}"'
                yield (
                    f'CREATE TRIGGER "{name}" BEFORE {verb} ON "{table}" '
                    f"WHEN NEW.{field.column} IS NOT NULL AND NOT EXISTS "
                    f'(SELECT 1 FROM "{field.related_model._meta.db_table}" '
                    f"WHERE id = NEW.{field.column} AND business_id = NEW.business_id) "
                    f"BEGIN SELECT RAISE(ABORT, '{guard_name(model, field)}'); END"
                )
        name = f"{model._meta.model_name}_stays_in_its_business"
        yield f'DROP TRIGGER IF EXISTS "{name}"'
        yield (
            f'CREATE TRIGGER "{name}" BEFORE UPDATE OF business_id ON "{table}" '
            f"WHEN NEW.business_id IS NOT OLD.business_id BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )
        if issubclass(model, PublishedVersion):
            yield from _sqlite_published(model)
        if model.FROZEN_ONCE:
            yield from _sqlite_frozen(model)
        if model.FROZEN_WITH:
            yield from _sqlite_frozen_with(model)


def _sqlite_published(model: type[PublishedVersion]) -> Iterator[str]:
    table, name = model._meta.db_table, f"{model._meta.model_name}_is_published"
    frozen = [
        field.column for field in model._meta.local_concrete_fields if field.name not in model.MAY_CHANGE_ONCE_PUBLISHED
    ]
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in frozen)
    status = "(NEW.status IS NOT OLD.status AND NOT (OLD.status = 'published' AND NEW.status = 'retired'))"
    for verb, condition in (("UPDATE", f" AND ({changed} OR {status})"), ("DELETE", "")):
        yield f'DROP TRIGGER IF EXISTS "{name}_{verb.lower()}"'
        yield (
            f'CREATE TRIGGER "{name}_{verb.lower()}" BEFORE {verb} ON "{table}" '
            f"WHEN OLD.status <> 'draft'{condition} BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )


def _sqlite_frozen(model: type[TenantModel]) -> Iterator[str]:
    name = f"{model._meta.model_name}_is_frozen"
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in _columns(model, but=_may_change(model)))
    yield f'DROP TRIGGER IF EXISTS "{name}"'
    yield (
        f'CREATE TRIGGER "{name}" BEFORE UPDATE ON "{model._meta.db_table}" '
        f"WHEN OLD.{model.FROZEN_ONCE} IS NOT NULL AND ({changed}) BEGIN SELECT RAISE(ABORT, '{name}'); END"
    )


def _sqlite_frozen_with(model: type[TenantModel]) -> Iterator[str]:
    column, table, frozen_once = _frozen_with(model)
    for verb, rows in (("INSERT", ["NEW"]), ("UPDATE", ["OLD", "NEW"]), ("DELETE", ["OLD"])):
        name = f"{model._meta.model_name}_frozen_{verb.lower()}"
        ids = ", ".join(f"{row}.{column}" for row in rows)
        yield f'DROP TRIGGER IF EXISTS "{name}"'
        yield (
            f'CREATE TRIGGER "{name}" BEFORE {verb} ON "{model._meta.db_table}" '
            f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE id IN ({ids}) AND {frozen_once} IS NOT NULL) '
            f"BEGIN SELECT RAISE(ABORT, '{name}'); END"
        )


def _frozen_with(model: type[TenantModel]) -> tuple[str, str, str]:
    """Return the column that points to the row with which this one freezes, its table, and what says that it did."""
    field: Any = model._meta.get_field(model.FROZEN_WITH)
    parent = field.related_model
    return field.column, parent._meta.db_table, parent.FROZEN_ONCE


def _may_change(model: type[TenantModel]) -> list[str]:
    return [str(field.column) for field in _own_fields(model) if field.name in model.MAY_CHANGE_ONCE_FROZEN]


def _columns(model: type[TenantModel], *, but: list[str]) -> list[str]:
    return [str(field.column) for field in _own_fields(model) if field.column not in but]


def _own_fields(model: type[TenantModel]) -> list[Any]:
    return list(model._meta.local_concrete_fields)


# --- PostgreSQL ----------------------------------------------------------------------------------

STAYS = """
CREATE OR REPLACE FUNCTION leads_stays_in_its_business() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, MESSAGE = TG_NAME;
END $$
"""
PUBLISHED = """
CREATE OR REPLACE FUNCTION leads_is_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND to_jsonb(NEW) - TG_ARGV = to_jsonb(OLD) - TG_ARGV
        AND (NEW.status = OLD.status OR (OLD.status = 'published' AND NEW.status = 'retired'))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, MESSAGE = TG_NAME;
END $$
"""

FROZEN = """
CREATE OR REPLACE FUNCTION leads_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - TG_ARGV = to_jsonb(OLD) - TG_ARGV THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, MESSAGE = TG_NAME;
END $$
"""


FROZEN_WITH = """
CREATE OR REPLACE FUNCTION leads_frozen_with() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    froze boolean;
    id_before bigint;
    id_after bigint;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        EXECUTE format('SELECT ($1).%I', TG_ARGV[0]) USING OLD INTO id_before;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        EXECUTE format('SELECT ($1).%I', TG_ARGV[0]) USING NEW INTO id_after;
    END IF;
    EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE id IN ($1, $2) AND %I IS NOT NULL)', TG_ARGV[1], TG_ARGV[2])
        USING id_before, id_after INTO froze;
    IF froze THEN
        RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = TG_NAME, MESSAGE = TG_NAME;
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$
"""


def _postgresql(connection: BaseDatabaseWrapper) -> Iterator[str]:
    yield STAYS
    yield PUBLISHED
    yield FROZEN
    yield FROZEN_WITH
    present = _constraints(connection)
    for model in tenant_models(connection):
        table = model._meta.db_table
        for field in tenant_keys(model):
            name = guard_name(model, field)
            if name not in present:
                yield (
                    f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" '
                    f"FOREIGN KEY (business_id, {field.column}) "
                    f'REFERENCES "{field.related_model._meta.db_table}" (business_id, id)'
                )
        name = f"{model._meta.model_name}_stays_in_its_business"
        yield (
            f'CREATE OR REPLACE TRIGGER "{name}" BEFORE UPDATE OF business_id ON "{table}" FOR EACH ROW '
            "WHEN (NEW.business_id IS DISTINCT FROM OLD.business_id) "
            "EXECUTE FUNCTION leads_stays_in_its_business()"
        )
        if issubclass(model, PublishedVersion):
            allowed = ", ".join(f"'{name}'" for name in model.MAY_CHANGE_ONCE_PUBLISHED)
            yield (
                f'CREATE OR REPLACE TRIGGER "{model._meta.model_name}_is_published" '
                f'BEFORE UPDATE OR DELETE ON "{table}" FOR EACH ROW '
                f"WHEN (OLD.status <> 'draft') EXECUTE FUNCTION leads_is_published({allowed})"
            )
        if model.FROZEN_ONCE:
            allowed = ", ".join(f"'{column}'" for column in _may_change(model))
            yield (
                f'CREATE OR REPLACE TRIGGER "{model._meta.model_name}_is_frozen" BEFORE UPDATE ON "{table}" '
                f"FOR EACH ROW WHEN (OLD.{model.FROZEN_ONCE} IS NOT NULL) EXECUTE FUNCTION leads_is_frozen({allowed})"
            )
        if model.FROZEN_WITH:
            given = ", ".join(f"'{name}'" for name in _frozen_with(model))
            yield (
                f'CREATE OR REPLACE TRIGGER "{model._meta.model_name}_frozen_with" '
                f'BEFORE INSERT OR UPDATE OR DELETE ON "{table}" '
                f"FOR EACH ROW EXECUTE FUNCTION leads_frozen_with({given})"
            )


def _constraints(connection: BaseDatabaseWrapper) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT conname FROM pg_constraint WHERE contype = 'f'")
        return {name for (name,) in cursor.fetchall()}
