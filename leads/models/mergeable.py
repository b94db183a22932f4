"""Rows that may turn out to be the same as another one, and are merged into it then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import models
from django.db.models import QuerySet, Window
from django.db.models.functions import RowNumber

from leads.models.base import TenantModel, TenantQuerySet


class InUse(models.Manager):
    """Leaves out what was merged into another row."""

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(merged_into__isnull=True)


class MergeableModel(TenantModel):
    """`merged_into` is the row that counts instead, always one in use; empty: this one counts itself.

    A merged row stays for what refers to it. Lists, searches and relations are read by `objects`, which leaves it
    out; `everything` finds it too.
    """

    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged_from", db_index=False
    )
    # Nearly every row has none: an index of all would mislead the planner of lists, so `Meta` has one of those few.

    objects = InUse.from_queryset(TenantQuerySet)()  # type: ignore[assignment,misc]
    everything = models.Manager.from_queryset(TenantQuerySet)()

    class Meta:
        abstract = True

    @property
    def the_one_kept(self) -> Any:
        """The row that counts: this one, or the one that it was merged into."""
        return self.merged_into or self


class KeyedQuerySet(TenantQuerySet):
    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        rows = list(objs)
        for row in rows:
            row.take_keys()
        return super().bulk_create(rows, *args, **options)


class KeyedModel(MergeableModel):
    """A row with normal forms by which it is taken for the same as another; every way of writing it keeps them."""

    KEYS: ClassVar[tuple[str, ...]] = ()
    """The columns with normal forms."""

    objects = InUse.from_queryset(KeyedQuerySet)()  # type: ignore[assignment,misc]
    everything = models.Manager.from_queryset(KeyedQuerySet)()  # type: ignore[misc]

    class Meta:
        abstract = True

    def take_keys(self) -> None:
        """Set the normal forms from what they are made of."""
        raise NotImplementedError

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **options: Any) -> None:
        self.take_keys()
        if update_fields is not None:
            update_fields = {*update_fields, *self.KEYS}
        super().save(*args, update_fields=update_fields, **options)


class Alike:
    """The rows in use of the same business with equal values in these columns, oldest first and at most so many.

    For `prefetch_related` with `to_attr` only: then a whole list takes one statement. The row itself is among them.
    """

    def __init__(self, *columns: str, at_most: int) -> None:
        self.columns, self.at_most = columns, at_most

    def __set_name__(self, owner: type[models.Model], name: str) -> None:
        self.name = name

    def __get__(self, row: models.Model | None, owner: type[models.Model]) -> Alike:
        return self

    def is_cached(self, row: models.Model) -> bool:
        return False

    def get_prefetch_querysets(self, rows: list[Any], querysets: list[QuerySet[Any]] | None = None) -> Any:
        found = querysets[0] if querysets else type(rows[0]).objects.all()
        wanted = {column: {getattr(row, column) for row in rows} - {""} for column in self.columns}
        found = found.filter(
            business__in={row.business_id for row in rows},
            **{f"{column}__in": values for column, values in wanted.items()},
        )
        place = Window(RowNumber(), partition_by=["business", *self.columns], order_by="pk")
        found = found.annotate(place_among_alike=place).filter(place_among_alike__lte=self.at_most).order_by("pk")
        return found, self._values, self._values, False, self.name, True

    def _values(self, row: Any) -> tuple[Any, ...]:
        return (row.business_id, *(getattr(row, column) for column in self.columns))
