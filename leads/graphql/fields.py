"""Small pieces that every type here is made of."""

from typing import Any

import strawberry
import strawberry_django

from leads.global_ids import decode_id

DIRECT = {"direct": True}
"""Metadata of a resolver that reads only its object and the context; it is called without detours."""


def column(description: str, **options: Any) -> Any:
    """Return a field that reads one column or relation of the model."""
    return strawberry_django.field(description=description, **options)


def described(description: str) -> Any:
    """Return what to annotate an argument with."""
    return strawberry.argument(description=description)


def computed(description: str, **options: Any) -> Any:
    """Return a decorator for a field that is computed from the object, as cheap as a column.

    `only` names the columns that it reads.
    """
    return strawberry_django.field(description=description, metadata=DIRECT, **options)


def pk_of(text: str | None, type_name: str) -> int | None:
    """Return the key behind a global id of this type, None for anything else.

    A service answers None like the id of a row that is not there.
    """
    found = decode_id(str(text)) if text is not None else None
    return found[1] if found and found[0] == type_name else None


def optional_pk(text: str | None, type_name: str) -> int | None:
    """Return None if nothing was given, and a key that no row has for an id that is none of this type."""
    if text is None:
        return None
    found = pk_of(text, type_name)
    return found if found is not None else 0
