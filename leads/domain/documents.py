"""The published form: canonical JSON whose bytes never change, and reading it back with its errors.

A document is JSON with `format` and `kind`; numbers in it are strings. Canonical means sorted keys, no
spaces and no escapes that UTF-8 does not need, so equal contents are equal bytes.
"""

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

from leads.domain.errors import DomainError
from leads.domain.values import is_storable

FORMAT = 1
LENGTH_AT_MOST = 1_000_000
PARTS_AT_MOST = 500  # of any list
NUMBER = re.compile(r"-?\d{1,6}(\.\d{1,2})?", re.ASCII)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong and where: `criteria[2].bands[0].when`."""

    path: str
    message: str

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class DocumentRefused(DomainError):
    """Everything that is wrong with a document; nothing of it was taken."""

    code = "document_refused"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def canonical(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def parsed(text: str) -> Any:
    """Return what a JSON text says; raise DocumentRefused for one that says something twice, or is no JSON."""
    if len(text) > LENGTH_AT_MOST:
        raise DocumentRefused([Problem("", f"is longer than {LENGTH_AT_MOST:,} characters")])
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise DocumentRefused([Problem("", f"This is no JSON: {error}")]) from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise DocumentRefused([Problem("", f"says {twice!r} twice in one object; keep one of them")])
    return content


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")


def checksum(document: str) -> str:
    """Return the SHA-256 of the document's UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(document.encode()).hexdigest()


@dataclass
class Reader:
    """Reads one JSON object, gathering problems instead of stopping at the first.

    Every method returns a value of the wanted type even where the document has none, so that reading
    goes on; `refuse_if_any` must be called before what was read is used.
    """

    content: Any
    path: str = ""
    problems: list[Problem] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        if not isinstance(self.content, dict):
            self.problem("", "must be an object")
            self.content = {}

    def problem(self, key: str, message: str) -> None:
        self.problems.append(Problem(self._at(key), message))

    def _at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path and key else self.path or key

    def _take(self, key: str, default: Any) -> Any:
        self._known.add(key)
        return self.content.get(key, default)

    def text(self, key: str, *, required: bool = True, at_most: int = 200) -> str:
        value = self._take(key, "")
        if not isinstance(value, str):
            self.problem(key, "must be a text")
            return ""
        if required and not value.strip():
            self.problem(key, "is missing")
        if len(value) > at_most:
            self.problem(key, f"is longer than {at_most:,} characters")
        if not is_storable(value):
            self.problem(key, "has a character that cannot be stored")
        return value

    def number(self, key: str, *, below: int = 1_000_000) -> Decimal:
        """Return a number of at most two decimals, as the database keeps points and thresholds."""
        value = self._take(key, None)
        number = Decimal(value) if isinstance(value, str) and NUMBER.fullmatch(value) else None
        if number is None or not -below < number < below:
            self.problem(
                key, f'must be a number in quotes, such as "12.5", below {below:,} and with two decimals at most'
            )
            return Decimal(0)
        return number

    def number_if_any(self, key: str) -> Decimal | None:
        return None if self._take(key, None) is None else self.number(key)

    def whole(self, key: str) -> int | None:
        value = self._take(key, None)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 100_000:
            self.problem(key, "must be a whole number from 1 to 99,999")
            return None
        return value

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self._take(key, default)
        if not isinstance(value, bool):
            self.problem(key, "must be true or false")
            return default
        return value

    def day(self, key: str) -> date | None:
        value = self._take(key, None)
        if value is None:
            return None
        try:
            found = date.fromisoformat(value)
        except (TypeError, ValueError):
            found = None
        if found is None or found.isoformat() != value:  # 20260302 and 2026-W10-1 are days, too
            self.problem(key, "must be a day, such as 2026-03-02")
            return None
        return found

    def one_of(self, key: str, choose: Callable[[str], T], choices: Sequence[str]) -> T:
        value = self._take(key, None)
        if value not in choices:
            self.problem(key, f"must be one of {', '.join(choices)}")
            return choose(choices[0])
        return choose(value)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(part, str) for part in value):
            self.problem(key, "must be a list of texts")
            return ()
        return tuple(value)

    def anything(self, key: str) -> Any:
        return self._take(key, None)

    def each(self, key: str) -> list["Reader"]:
        value = self._take(key, [])
        if not isinstance(value, list):
            self.problem(key, "must be a list")
            return []
        if len(value) > PARTS_AT_MOST:
            self.problem(key, f"has more than {PARTS_AT_MOST} parts")
            return []
        return [self._inner(f"{key}[{index}]", part) for index, part in enumerate(value)]

    def inner(self, key: str) -> "Reader":
        return self._inner(key, self._take(key, {}))

    def _inner(self, key: str, content: Any) -> "Reader":
        return Reader(content, self._at(key), self.problems)

    def close(self) -> None:
        """Report the parts that nobody asked for: most are misspelt."""
        for key in self.content:
            if key not in self._known:
                self.problem(str(key), "is not a part of this")

    def refuse_if_any(self) -> None:
        if self.problems:
            raise DocumentRefused(self.problems)
