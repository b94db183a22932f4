"""In which unit a calculated number is, as far as its parts show it."""

from collections.abc import Iterable, Mapping

from leads.domain.rules.tree import Arithmetic, Choose, Extreme, Literal, Negate, Part, Read, Round

MONEY = "\0money"
"""Stands for the business's currency, which no unit is called."""


def unit_of(part: Part, units: Mapping[str, str]) -> str:
    """Return the unit, MONEY for an amount, or nothing if it has none or that is not evident.

    Hours times money is money, since the amount is one of each hour; money divided by money is a plain number.
    """
    match part:
        case Read():
            return units.get(part.name, "")
        case Negate() | Round():
            return unit_of(part.part, units)
        case Extreme():
            return _common(part.parts, units)
        case Choose():
            return _common((part.yes, part.no), units)
        case Arithmetic():
            return _calculated(part, units)
    return ""


def _calculated(part: Arithmetic, units: Mapping[str, str]) -> str:
    if part.operator in "+-":
        return _common((part.left, part.right), units)
    left, right = unit_of(part.left, units), unit_of(part.right, units)
    if part.operator == "/":
        if right == "":
            return left
        return MONEY if left == MONEY != right else ""
    if MONEY in (left, right):
        return "" if left == right else MONEY
    return left or right if not (left and right) else ""


def _common(parts: Iterable[Part], units: Mapping[str, str]) -> str:
    """Return the unit of all parts; a plain number beside an amount is one."""
    found = {unit_of(part, units) for part in parts if not isinstance(part, Literal)}
    return found.pop() if len(found) == 1 else ""
