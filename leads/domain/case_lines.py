"""What is known of an imagined lead, as lines that people write: `employees: 120`, `decision: does not know`."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from leads.domain.rules import Range
from leads.domain.rules.words import closest
from leads.domain.snapshot import DOES_NOT_KNOW
from leads.domain.values import NUMERIC, AttributeSpec, ValueRefused, check, decode, encode, parse

NOT_KNOWN = "does not know"
LINES_AT_MOST = 200
_RANGE = re.compile(r"\s+(?:–|-|to)\s+|\s*–\s*|\s*\.\.+\s*")


class LinesRefused(Exception):
    """Everything that is wrong with the lines, each problem with the number of its line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def written(values: Mapping[str, Any], specs: Mapping[str, AttributeSpec]) -> str:
    """Return stored values as lines in the order of the attributes; `read` gives the same values back."""
    keys = [key for key in specs if key in values] + [key for key in values if key not in specs]
    return "\n".join(f"{key}: {_written(specs.get(key), values[key])}" for key in keys)


def _written(spec: AttributeSpec | None, stored: Any) -> str:
    if stored == DOES_NOT_KNOW:
        return NOT_KNOWN
    value = None if spec is None or spec.counts_days is not None else decode(spec, stored)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return "; ".join(sorted(value))
    if isinstance(value, Range):
        return " – ".join(encode(value).values())
    return " ".join(str(stored if value is None else encode(value)).split())


def read(text: str, specs: Mapping[str, AttributeSpec]) -> dict[str, Any]:
    """Return the stored values that the lines say, by attribute; raise LinesRefused.

    The attribute is named by its key, else by its label.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if number > LINES_AT_MOST:
            raise LinesRefused([f"Write at most {LINES_AT_MOST} lines."])
        try:
            key, stored = _read(line, specs)
            if key in values:
                raise ValueRefused(f"`{key}` is there twice; leave one out.")
            values[key] = stored
        except ValueRefused as refusal:
            problems.append(f"Line {number}: {refusal.message}")
    if problems:
        raise LinesRefused(problems)
    return values


def _read(line: str, specs: Mapping[str, AttributeSpec]) -> tuple[str, Any]:
    name, colon, told = (part.strip() for part in line.partition(":"))
    spec = specs.get(name) or next((spec for spec in specs.values() if spec.label.casefold() == name.casefold()), None)
    if spec is None:
        meant = closest(name, specs)
        hint = f"; did you mean `{meant}`?" if meant else ". The names are listed under “What conditions can read”."
        raise ValueRefused(f"There is no attribute `{name[:64]}`{hint}")
    if not colon or not told:
        raise ValueRefused(f"Write what `{spec.key}` is after a colon, such as `{spec.key}: {NOT_KNOWN}`.")
    if spec.counts_days is not None:
        if not (told.isascii() and told.isdigit() and len(told) <= 9):
            raise ValueRefused(f"`{spec.key}` is counted: give a whole number, not {told[:64]!r}.")
        return spec.key, str(int(told))
    if told.casefold() == NOT_KNOWN:
        return spec.key, DOES_NOT_KNOW
    return spec.key, _stored(spec, told)


def _stored(spec: AttributeSpec, told: str) -> Any:
    ends = _RANGE.split(told)
    if spec.type in NUMERIC and len(ends) == 3:
        low, likely, high = (parse(spec, end) for end in ends)
        if isinstance(low, Decimal) and isinstance(likely, Decimal) and isinstance(high, Decimal):
            if not low <= likely <= high:
                raise ValueRefused(f"The range of `{spec.key}` must rise from low over likely to high.")
            return encode(check(spec, Range(low, likely, high)))
    return encode(parse(spec, told))
