"""Values that are worked out for many rows at once and then read from each, as relations are prefetched."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model, Prefetch

from leads.models.tenancy import Business

WorkOut = Callable[[Business, Sequence[Any], datetime], Mapping[int, Any]]


class WorkedOut:
    """An attribute of a model that `prefetch_related` fills for all rows of a list; read before, it is an error.

    `work_out` returns the value of each row by its key, and costs a fixed number of queries.
    """

    def __init__(self, name: str, work_out: WorkOut) -> None:
        self.name, self.work_out = name, work_out

    def __get__(self, row: Model | None, model: type[Model]) -> Any:
        if row is None:
            return self
        raise AttributeError(f"{self.name} was not worked out for this row.")

    def is_cached(self, row: Model) -> bool:
        return self.name in row.__dict__

    def get_prefetch_querysets(self, rows: Sequence[Model], querysets: Any = None) -> tuple[Any, ...]:
        """Answer as Django asks what it fetches together: pairs of key and value."""
        given = querysets[0]._hints
        found = self.work_out(given["business"], rows, given["now"])
        return list(found.items()), lambda pair: pair[0], lambda row: row.pk, True, self.name, True


def work_out_for(model: type[Model], name: str, work_out: WorkOut) -> None:
    """Let an upper app say what it knows of a lower one's rows."""
    setattr(model, name, WorkedOut(name, work_out))


def worked_out(model: type[Model], name: str, business: Business, now: datetime) -> "Prefetch[Any]":
    """Return what to give to `prefetch_related`; the value is a pair of key and value afterwards."""
    rows = model._default_manager.none()
    rows._hints.update(business=business, now=now)  # type: ignore[attr-defined]
    return Prefetch(name, rows)
