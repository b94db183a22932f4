"""Three-valued decisions about operands that are not simply known."""

from collections.abc import Callable, Iterable
from typing import Any

from .arithmetic import Names, as_range
from .values import Range, Reason, Unknown, merge

Decision = bool | Unknown


def _less(left: Range, right: Range) -> bool | None:
    return True if left.high < right.low else False if left.low >= right.high else None


def _less_or_equal(left: Range, right: Range) -> bool | None:
    return True if left.high <= right.low else False if left.low > right.high else None


def _equal(left: Range, right: Range) -> bool | None:
    if left.high < right.low or right.high < left.low:
        return False
    return True if left.low == left.high == right.low == right.high else None


def _not_equal(left: Range, right: Range) -> bool | None:
    equal = _equal(left, right)
    return None if equal is None else not equal


DECIDE: dict[str, Callable[[Range, Range], bool | None]] = {
    "==": _equal,
    "!=": _not_equal,
    "<": _less,
    "<=": _less_or_equal,
    ">": lambda left, right: _less(right, left),
    ">=": lambda left, right: _less_or_equal(right, left),
}


def either_unknown(left: Any, right: Any) -> Unknown:
    """Return why two operands of which one is unknown, or both, decide nothing."""
    if isinstance(left, Unknown):
        return merge(left, right) if isinstance(right, Unknown) else left
    assert isinstance(right, Unknown)  # noqa: S101 - else the caller would have compared
    return right


def compare(operator: str, left: Any, right: Any, names: Names) -> Decision:
    """Compare numbers, ranges and unknowns; ranges decide only where all their values agree."""
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return either_unknown(left, right)
    decided = DECIDE[operator](as_range(left), as_range(right))
    return Unknown(Reason.NOT_COMPUTABLE, names) if decided is None else decided


def within(member: Any, literals: Iterable[Any], others: Iterable[Any], names: Names) -> Decision:
    """True on a known match, else unknown if any comparison is, else false."""
    found: Decision = False
    for other in (*literals, *others):
        equal = _same(member, other, names)
        if equal is True:
            return True
        found = or_else(found, equal)
    return found


def or_else(left: Decision, right: Decision) -> Decision:
    if left is True or right is True:
        return True
    if left is False:
        return right
    return left if right is False else either_unknown(left, right)


def agree(condition: Unknown, yes: Any, no: Any) -> Any:
    """Return what both branches of an undecided choice have in common, else why it is undecided."""
    for branch in (yes, no):
        if isinstance(branch, Unknown):
            condition = merge(condition, branch)
    if isinstance(yes, Unknown) or isinstance(no, Unknown) or yes != no:
        return condition
    return yes


def _same(left: Any, right: Any, names: Names) -> Decision:
    if isinstance(left, Range) or isinstance(right, Range):
        return compare("==", left, right, names)
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return either_unknown(left, right)
    return bool(left == right)
