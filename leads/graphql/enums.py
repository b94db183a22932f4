"""The enums of the API, each value said in a sentence; names are stable."""

from enum import Enum
from typing import TypeVar

import strawberry

from leads.meanings import MEANINGS

E = TypeVar("E", bound=Enum)


def described(enum: type[E], description: str, values: dict[E, str], name: str | None = None) -> type[E]:
    """Make an enum of the domain one of the API; a value without a description is an error."""
    missing = [member.name for member in enum if member not in values]
    if missing:
        raise TypeError(f"{enum.__name__} says nothing about {', '.join(missing)}.")
    strawberry.enum(enum, name=name, description=description)
    for definition in enum.__strawberry_definition__.values:  # type: ignore[attr-defined]
        definition.description = values[enum[definition.name]]
    return enum


for found, meaning in MEANINGS.items():
    described(found, meaning.description, dict(meaning.values), meaning.name)
