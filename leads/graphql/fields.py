"""Small pieces that every type here is made of."""

import base64
import binascii
from typing import Any

import strawberry
import strawberry_django

from leads.domain.errors import DomainError

DIRECT = {"direct": True}
"""Metadata of a resolver that reads only its object and the context; it is called without detours."""


class BadId(DomainError):
    code = "invalid_id"


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


def global_id(type_name: str, pk: object) -> str:
    return base64.b64encode(f"{type_name}:{pk}".encode()).decode()


def decode_id(text: str) -> tuple[str, int] | None:
    """Return the type and key behind a global id, None if it is none, or written otherwise than we do."""
    try:
        type_name, _, key = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    if not (key.isascii() and key.isdigit()) or len(key) > 18 or global_id(type_name, int(key)) != text:
        return None
    return type_name, int(key)


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
