"""Typed values: how they are checked, kept as JSON, read back and shown.

Stored: a number, money or percent as a decimal string, a range as its three strings, yes/no as a
boolean, a date in ISO 8601, a choice as its code, several as a sorted list of codes.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from leads.domain.errors import DomainError, shortened
from leads.domain.rules import Kind, Range, Value

TEXT_AT_MOST = 2_000
UNSEEN = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
FILLERS = frozenset("\u034f\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that are drawn as nothing, though they are no blanks."""
NUMBER_BELOW = Decimal(10) ** 15
PLACES_AT_MOST = 10
MONEY_BELOW = Decimal(10) ** 12  # what Decimal(14, 2) holds
NUMBER = re.compile(r"[+-]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})", re.ASCII)


class ValueType(StrEnum):
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    CHOICE = "choice"
    MULTI_CHOICE = "multi_choice"
    YES_NO = "yes_no"
    DATE = "date"
    TEXT = "text"


NUMERIC = frozenset({ValueType.NUMBER, ValueType.MONEY, ValueType.PERCENT})
KINDS = {
    ValueType.NUMBER: Kind.NUMBER,
    ValueType.MONEY: Kind.NUMBER,
    ValueType.PERCENT: Kind.NUMBER,
    ValueType.CHOICE: Kind.TEXT,
    ValueType.MULTI_CHOICE: Kind.CHOICES,
    ValueType.YES_NO: Kind.YES_NO,
    ValueType.DATE: Kind.DATE,
    ValueType.TEXT: Kind.TEXT,
}


@dataclass(frozen=True, slots=True)
class Choice:
    code: str
    label: str


Window = tuple[tuple[str, ...], int]
"""Kinds of engagements, and within how many days."""


@dataclass(frozen=True, slots=True)
class AttributeSpec:
    """An attribute as the engines know it. `not_given` is a stored value, or None for unknown."""

    key: str
    label: str
    type: ValueType
    question: str = ""
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    freshness_days: int | None = None
    not_given: Any = None
    counts_kinds: tuple[str, ...] = ()
    counts_days: int | None = None

    @property
    def window(self) -> Window:
        """Which engagements it counts; two versions may count differently under one key."""
        return self.counts_kinds, self.counts_days or 0

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(choice.code for choice in self.choices)

    def label_of(self, code: str) -> str:
        return next((choice.label for choice in self.choices if choice.code == code), code)


class ValueRefused(DomainError):
    code = "value_refused"


def check(spec: AttributeSpec, value: Value) -> Value:
    """Return the value as the attribute keeps it; raise ValueRefused if it is of another type or too large."""
    if spec.type in NUMERIC:
        if isinstance(value, Range):
            return _check_range(spec, value)
        if isinstance(value, Decimal):
            return _check_number(spec, value)
    elif (spec.type == ValueType.YES_NO and isinstance(value, bool)) or (
        spec.type == ValueType.DATE and isinstance(value, date) and not isinstance(value, datetime)
    ):
        return value
    elif spec.type == ValueType.TEXT and isinstance(value, str):
        return _check_text(spec, value)
    elif spec.type == ValueType.CHOICE and isinstance(value, str):
        return _check_code(spec, value)
    elif spec.type == ValueType.MULTI_CHOICE and isinstance(value, frozenset):
        return frozenset(_check_code(spec, code) for code in value)
    raise ValueRefused(f"`{spec.key}` takes {_wanted(spec)}.", field=spec.key)


def _check_number(spec: AttributeSpec, value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ValueRefused(f"`{spec.key}` takes {_wanted(spec)}.", field=spec.key)
    places = 2 if spec.type == ValueType.MONEY else PLACES_AT_MOST
    limit = MONEY_BELOW if spec.type == ValueType.MONEY else NUMBER_BELOW
    # Comparing is exact, where arithmetic would round long numbers and fail on huge ones.
    if not -limit < value < limit:
        raise ValueRefused(f"`{spec.key}` must be smaller than {limit:,f}.", field=spec.key)
    rounded = value.quantize(Decimal(1).scaleb(-places))
    if rounded != value:
        raise ValueRefused(f"`{spec.key}` takes at most {places} decimal places.", field=spec.key)
    return rounded.normalize() + 0  # no negative zero


def _check_range(spec: AttributeSpec, value: Range) -> Value:
    low, likely, high = (_check_number(spec, end) for end in (value.low, value.likely, value.high))
    if not low <= likely <= high:
        raise ValueRefused(f"The range of `{spec.key}` must rise from low over likely to high.", field=spec.key)
    return low if low == high else Range(low, likely, high)


def _check_text(spec: AttributeSpec, value: str) -> str:
    value = value.strip()
    if not is_visible(value) or len(value) > TEXT_AT_MOST or not is_storable(value):
        raise ValueRefused(f"`{spec.key}` takes a text of 1 to {TEXT_AT_MOST:,} characters.", field=spec.key)
    return value


def is_storable(text: str) -> bool:
    """Whether a database can keep the text: neither NUL nor half of a surrogate pair is in it."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


def is_visible(text: str) -> bool:
    """Whether anything of the text can be seen; blanks, joiners and fillers alone cannot."""
    return any(sign not in FILLERS and unicodedata.category(sign) not in UNSEEN for sign in text)


def _check_code(spec: AttributeSpec, code: str) -> str:
    if code not in spec.codes:
        raise ValueRefused(
            f"`{spec.key}` has no choice {shortened(code)!r}; choose from {', '.join(spec.codes)}.", field=spec.key
        )
    return code


def _wanted(spec: AttributeSpec) -> str:
    return {
        ValueType.NUMBER: "a number or a range of numbers",
        ValueType.MONEY: "an amount of money or a range of amounts",
        ValueType.PERCENT: "a percentage (12.5 for 12.5 %) or a range of percentages",
        ValueType.CHOICE: "one of its choices, by code",
        ValueType.MULTI_CHOICE: "a list of its choices, by code",
        ValueType.YES_NO: "yes or no",
        ValueType.DATE: "a date",
        ValueType.TEXT: "a text",
    }[spec.type]


# --- As JSON -------------------------------------------------------------------------------------


def plain(number: Decimal) -> str:
    """Write a number without exponent or trailing zeros, so that equal numbers are equal texts."""
    text = format(number or Decimal(0), "f")  # a negative zero is zero
    return text.rstrip("0").rstrip(".") if "." in text else text


def encode(value: Value) -> Any:
    """Return the stored form; equal values have equal stored forms."""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, Range):
        return {"low": plain(value.low), "likely": plain(value.likely), "high": plain(value.high)}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    return value


def _decode_number(stored: Any) -> Value:
    if isinstance(stored, dict):
        return Range(Decimal(stored["low"]), Decimal(stored["likely"]), Decimal(stored["high"]))
    if not isinstance(stored, str):
        raise TypeError
    return Decimal(stored)


def _decode_text(stored: Any) -> Value:
    if not isinstance(stored, str):
        raise TypeError
    return stored


def _decode_yes_no(stored: Any) -> Value:
    if not isinstance(stored, bool):
        raise TypeError
    return stored


def _decode_codes(stored: Any) -> Value:
    if not isinstance(stored, list):
        raise TypeError
    return frozenset(stored)


DECODERS: dict[Kind, Callable[[Any], Value]] = {
    Kind.NUMBER: _decode_number,
    Kind.TEXT: _decode_text,
    Kind.YES_NO: _decode_yes_no,
    Kind.DATE: lambda stored: date.fromisoformat(stored),
    Kind.CHOICES: _decode_codes,
}


def decode(spec: AttributeSpec, stored: Any) -> Value | None:
    """Read a stored value back; None if it is none of this attribute (any more)."""
    try:
        return check(spec, DECODERS[KINDS[spec.type]](stored))
    except (ValueRefused, TypeError, ValueError, KeyError, InvalidOperation):
        return None


# --- From and to text ----------------------------------------------------------------------------

YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"no", "n", "false", "0"})


def parse(spec: AttributeSpec, text: str, *, date_format: str | None = None) -> Value:
    """Read a value that somebody wrote, such as a cell of a file; raise ValueRefused if it is none.

    Choices are found by code, else by label, in any case; several are separated by semicolons.
    """
    text = text.strip()
    folded = text.casefold()
    if spec.type in NUMERIC:
        bare = text.removesuffix("%").strip() if spec.type == ValueType.PERCENT else text
        if NUMBER.fullmatch(bare):
            return check(spec, Decimal(bare))
    elif spec.type == ValueType.YES_NO and folded in YES | NO:
        return folded in YES
    elif spec.type == ValueType.DATE:
        try:
            wanted = date_format or "%Y-%m-%d"
            return datetime.strptime(text, wanted).date()  # noqa: DTZ007 (a date has no zone)
        except ValueError:
            pass
    elif spec.type == ValueType.TEXT:
        return check(spec, text)
    elif spec.type == ValueType.CHOICE:
        return check(spec, _code_of(spec, text))
    elif spec.type == ValueType.MULTI_CHOICE:
        return check(spec, frozenset(_code_of(spec, part) for part in text.split(";") if part.strip()))
    raise ValueRefused(f"`{spec.key}` takes {_wanted(spec)}, not {text!r}.", field=spec.key)


def _code_of(spec: AttributeSpec, text: str) -> str:
    folded = text.strip().casefold()
    by_label = {choice.label.casefold(): choice.code for choice in reversed(spec.choices)}
    by_code = {choice.code.casefold(): choice.code for choice in reversed(spec.choices)}
    return (by_label | by_code).get(folded, text.strip())


def display(spec: AttributeSpec, value: Value, currency: str) -> str:
    """Return the value as a person reads it, with its unit."""
    if isinstance(value, Range):
        ends = " – ".join(f"{Decimal(plain(end)):,f}" for end in (value.low, value.likely, value.high))
        return _with_unit(spec, ends, currency)
    if isinstance(value, Decimal):
        return _with_unit(spec, f"{Decimal(plain(value)):,f}", currency)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, frozenset):
        return ", ".join(choice.label for choice in spec.choices if choice.code in value)
    if isinstance(value, date):
        return value.isoformat()
    return spec.label_of(value) if spec.type == ValueType.CHOICE else value


def _with_unit(spec: AttributeSpec, number: str, currency: str) -> str:
    if spec.type == ValueType.MONEY:
        return f"{currency} {number}"
    if spec.type == ValueType.PERCENT:
        return f"{number} %"
    return f"{number} {spec.unit}" if spec.unit else number
