"""Stored values as facts, together with how an explanation writes them.

Many leads share a number, a date or a choice, so each is read and written once while it is remembered.
"""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from json import JSONEncoder
from typing import Any, NamedTuple

from leads.domain.rules import Fact, Kind, Reason, Unknown
from leads.domain.values import DECODERS, encode

written = JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode
"""What `documents.canonical` returns, without making an encoder at every call."""

Read = tuple[Fact, str]
"""A fact, and how an explanation writes it: facts of one name that are written alike are worth the same."""


class NotKnown(NamedTuple):
    """What a name is as a fact while it is not known, by reason."""

    not_asked: Read
    does_not_know: Read
    stale: Read
    not_computable: Read


def not_known(name: str) -> NotKnown:
    return NotKnown(
        **{reason.value: (Unknown(reason, (name,)), written({"unknown": reason.value})) for reason in Reason}
    )


@lru_cache(maxsize=4_096)
def whole(number: int) -> Read:
    return Decimal(number), f'"{number}"'


@lru_cache(maxsize=4_096)
def _number(stored: str) -> Read | None:
    return _read(Kind.NUMBER, stored)


@lru_cache(maxsize=4_096)
def _day(stored: str) -> Read | None:
    return _read(Kind.DATE, stored)


@lru_cache(maxsize=4_096, typed=True)
def _codes(*stored: Any) -> Read | None:
    return _read(Kind.CHOICES, list(stored))


def _read(kind: Kind, stored: Any) -> Read | None:
    """Return a stored value as a fact; None if it is none of this kind."""
    try:
        fact = DECODERS[kind](stored)
        return fact, written(encode(fact))
    except (TypeError, ValueError, KeyError, ArithmeticError):
        return None


def _read_number(stored: Any) -> Read | None:
    return _number(stored) if stored.__class__ is str else _read(Kind.NUMBER, stored)


def _read_day(stored: Any) -> Read | None:
    return _day(stored) if stored.__class__ is str else _read(Kind.DATE, stored)


def _read_codes(stored: Any) -> Read | None:
    try:
        return _codes(*stored) if stored.__class__ is list else None
    except TypeError:  # a part of it cannot be a code
        return None


def _read_yes_no(stored: Any) -> Read | None:
    return _YES if stored is True else _NO if stored is False else None


def _read_text(stored: Any) -> Read | None:
    return (stored, written(stored)) if stored.__class__ is str else None


_YES: Read = (True, "true")
_NO: Read = (False, "false")
READERS: dict[Kind, Callable[[Any], Read | None]] = {
    Kind.NUMBER: _read_number,
    Kind.TEXT: _read_text,
    Kind.YES_NO: _read_yes_no,
    Kind.DATE: _read_day,
    Kind.CHOICES: _read_codes,
}
