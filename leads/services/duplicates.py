"""Organizations and contacts that may be the same as another one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from leads.domain.identity import Likeness
from leads.models import Contact, Organization

SHOWN = 20
Prospect = Organization | Contact
TOLD_BY: Mapping[type[Prospect], tuple[str, ...]] = {
    Organization: ("pk", "business_id", "name", "domain"),
    Contact: ("pk", "business_id", "name", "email"),
}
ALIKE: Mapping[type[Prospect], Mapping[str, tuple[str, ...]]] = {
    Organization: {"alike_by_domain": ("domain_key",), "alike_by_name": ("name_key",)},
    Contact: {"alike_by_email": ("email_key",), "alike_by_name": ("organization_id", "name_key")},
}
"""The relations that find possible duplicates, and what they compare; the last column says why."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row that may be the same, and why."""

    row: Any
    why: tuple[Likeness, ...]


def alike(model: type[Prospect]) -> list["Prefetch[Any]"]:
    """Return what fetches the possible duplicates of a whole list, in two statements."""
    columns = (*TOLD_BY[model], *model.KEYS, *(("organization_id",) if model is Contact else ()))
    rows = model.objects.only(*columns)
    return [Prefetch(name, rows, to_attr=f"found_{name}") for name in ALIKE[model]]


def read_by(model: type[Prospect]) -> list[str]:
    """Return the columns that a row must have for its duplicates to be found."""
    return sorted(
        {"business", *(column.removesuffix("_id") for columns in ALIKE[model].values() for column in columns)}
    )


def possible_duplicates(row: Prospect) -> list[Duplicate]:
    """Return up to 20 rows in use of the same business that may be the same, the most alike first.

    Of a list, fetch `alike` for all rows before.
    """
    if not all(hasattr(row, f"found_{name}") for name in ALIKE[type(row)]):
        prefetch_related_objects([row], *alike(type(row)))
    found: dict[int, tuple[Any, list[Likeness]]] = {}
    for name, columns in ALIKE[type(row)].items():
        for other in getattr(row, f"found_{name}"):
            if other.pk != row.pk:
                found.setdefault(other.pk, (other, []))[1].append(row.LIKENESSES[columns[-1]])
    duplicates = [Duplicate(other, tuple(why)) for other, why in found.values()]
    return sorted(duplicates, key=lambda one: (-len(one.why), one.row.pk))[:SHOWN]
