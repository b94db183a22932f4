"""All values that something can have, in pieces that are looked at one by one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Context, Decimal
from itertools import combinations
from types import MappingProxyType

from leads.domain.rules import Fact, Kind, Name, Range
from leads.domain.rules.rule import checked
from leads.domain.rules.tree import (
    Arithmetic,
    Choose,
    Compare,
    Extreme,
    InList,
    Literal,
    Logic,
    Negate,
    Not,
    Part,
    Read,
    Round,
)
from leads.domain.values import NUMERIC, AttributeSpec, ValueType

OPEN = Decimal("Infinity")
NEXT = Decimal("1E-10")
"""Between a value and the next one: none has more decimals."""
SUBSETS_OF = 6
CONSTANTS_AT_MOST = 8
ANOTHER = "\0another"
"""A code that an attribute has no more, as an old lead may have it."""
_CONTEXT = Context(prec=50)

Ends = tuple[Decimal | None, Decimal | None]


def pieces_of(spec: AttributeSpec, ends: Ends, constants: Iterable[Decimal], *, closed: bool) -> tuple[Fact, ...]:
    """Return what all values consist of: single ones, and ranges of numbers that no constant divides.

    Empty if they cannot be told one by one, such as texts. Unless `closed`, choices may have other codes.
    """
    codes = spec.codes if closed else (*spec.codes, ANOTHER)
    if spec.type == ValueType.YES_NO:
        return (True, False)
    if spec.type == ValueType.CHOICE:
        return codes
    if spec.type == ValueType.MULTI_CHOICE and len(codes) <= SUBSETS_OF:
        return tuple(frozenset(chosen) for size in range(len(codes) + 1) for chosen in combinations(codes, size))
    if spec.type in NUMERIC:
        low, high = ends
        return tuple(_split(-OPEN if low is None else low, OPEN if high is None else high, constants))
    return ()


def _split(low: Decimal, high: Decimal, constants: Iterable[Decimal]) -> Iterator[Fact]:
    inside = sorted({constant for constant in constants if low <= constant <= high})[:CONSTANTS_AT_MOST]
    for constant in inside:
        if low < constant:
            yield between(low, _CONTEXT.subtract(constant, NEXT))
        yield constant
        low = _CONTEXT.add(constant, NEXT)
    if low <= high:
        yield between(low, high)


def figures_of(constants: Iterable[Decimal]) -> tuple[Fact, ...]:
    """Return all numbers that can be reckoned, in pieces that no constant divides.

    What is reckoned has as many decimals as there is room for, so nothing may be left out between two pieces.
    """
    pieces: list[Fact] = []
    low = -OPEN
    for constant in sorted(set(constants))[:CONSTANTS_AT_MOST]:
        pieces += [between(low, constant.next_minus(_CONTEXT)), constant]
        low = constant.next_plus(_CONTEXT)
    return (*pieces, between(low, OPEN))


def overlap(one: Fact, other: Fact) -> Fact | None:
    """Return the numbers that both have; None if they have none in common."""
    assert isinstance(one, Decimal | Range) and isinstance(other, Decimal | Range)  # noqa: S101, PT018
    (low, high), (least, most) = _ends(one), _ends(other)
    low, high = max(low, least), min(high, most)
    return between(low, high) if low <= high else None


def between(low: Decimal, high: Decimal) -> Fact:
    """Return all numbers from one to another, of which either may be open."""
    if low == high:
        return low
    return Range(low, low if low.is_finite() else high if high.is_finite() else Decimal(0), high)


def hull(one: Fact | None, other: Fact | None) -> Fact | None:
    """Return what both values are part of, None if that is not a number."""
    if one is None or other is None or type(one) is not type(other):
        if not (isinstance(one, Decimal | Range) and isinstance(other, Decimal | Range)):
            return None
    elif one == other:
        return one
    if isinstance(one, Decimal | Range) and isinstance(other, Decimal | Range):
        ends = [end for value in (one, other) for end in _ends(value)]
        return between(min(ends), max(ends))
    return None


def _ends(value: Decimal | Range) -> tuple[Decimal, Decimal]:
    return (value.low, value.high) if isinstance(value, Range) else (value, value)


def constants_in(
    text: str, names: Mapping[str, Name], fixed: Mapping[str, Fact] = MappingProxyType({})
) -> dict[str, set[Decimal]]:
    """Return by name the numbers that a rule compares it with; `fixed` are names that stand for one."""
    found: dict[str, set[Decimal]] = defaultdict(set)
    part, _ = checked(text, names, wants=None)
    for compared in _parts(part):
        if isinstance(compared, Compare):
            for one, other in ((compared.left, compared.right), (compared.right, compared.left)):
                if isinstance(one, Read) and one.kind is Kind.NUMBER and (number := _number(other, fixed)) is not None:
                    found[one.name].add(number)
        elif isinstance(compared, InList) and isinstance(compared.member, Read):
            found[compared.member.name] |= {each for each in compared.literals if isinstance(each, Decimal)}
    return found


def _number(part: Part, fixed: Mapping[str, Fact]) -> Decimal | None:
    """Return what a part always is, if that is a number."""
    plain = part.part if isinstance(part, Negate) else part
    value = plain.value if isinstance(plain, Literal) else fixed.get(plain.name) if isinstance(plain, Read) else None
    if not isinstance(value, Decimal):
        return None
    return value.copy_negate() if isinstance(part, Negate) else value


def _parts(part: Part) -> Iterator[Part]:
    yield part
    inner: tuple[Part, ...] = ()
    match part:
        case Negate() | Not() | Round():
            inner = (part.part,)
        case Arithmetic() | Compare():
            inner = (part.left, part.right)
        case Extreme() | Logic():
            inner = part.parts
        case Choose():
            inner = (part.condition, part.yes, part.no)
        case InList():
            inner = (part.member,)
    for each in inner:
        yield from _parts(each)
