"""Numbers and ranges of numbers. Nothing here raises; what has no result is not computable.

Intermediate results carry 28 digits, rounded half to even, and stay below 10**18. A calculated number
is settled to 10 decimals where it is compared, rounded or returned, so sums and products of numbers
whose decimals do not exceed 10 together are exact, and `x / 3 * 3 == x` holds.

A range is carried soundly: if every real value of the operands lies in their ranges, the real result
lies in the range of the result. Rounding keeps that, because it never swaps the order of two numbers.
"""

from collections.abc import Callable
from decimal import (
    ROUND_HALF_EVEN,
    Context,
    Decimal,
    DivisionByZero,
    InvalidOperation,
    Overflow,
)

from .values import Range, Reason, Unknown, merge

Number = Decimal | Range | Unknown
Names = tuple[str, ...]

QUANTUM = Decimal("1E-10")
_CONTEXT = Context(
    prec=28,
    rounding=ROUND_HALF_EVEN,
    Emin=-60,
    Emax=17,
    traps=[InvalidOperation, DivisionByZero, Overflow],
)
_ZERO = Decimal(0)
_ONE = Decimal(1)

_exact_add = _CONTEXT.add
_exact_subtract = _CONTEXT.subtract
_exact_multiply = _CONTEXT.multiply
_exact_divide = _CONTEXT.divide
_quantize = _CONTEXT.quantize


def add(left: Number, right: Number, names: Names) -> Number:
    if left.__class__ is Decimal and right.__class__ is Decimal:
        try:
            return _exact_add(left, right)
        except ArithmeticError:
            return Unknown(Reason.NOT_COMPUTABLE, names)
    return _combine(_add_ranges, left, right, names)


def subtract(left: Number, right: Number, names: Names) -> Number:
    if left.__class__ is Decimal and right.__class__ is Decimal:
        try:
            return _exact_subtract(left, right)
        except ArithmeticError:
            return Unknown(Reason.NOT_COMPUTABLE, names)
    return _combine(_subtract_ranges, left, right, names)


def multiply(left: Number, right: Number, names: Names) -> Number:
    if left.__class__ is Decimal and right.__class__ is Decimal:
        try:
            return _exact_multiply(left, right)
        except ArithmeticError:
            return Unknown(Reason.NOT_COMPUTABLE, names)
    return _combine(_multiply_ranges, left, right, names)


def divide(left: Number, right: Number, names: Names) -> Number:
    """Unknown if the divisor is, or may be, zero."""
    if left.__class__ is Decimal and right.__class__ is Decimal:
        try:
            return _exact_divide(left, right)
        except ArithmeticError:
            return Unknown(Reason.NOT_COMPUTABLE, names)
    return _combine(_divide_ranges, left, right, names)


def smaller(left: Number, right: Number, names: Names) -> Number:
    return _combine(_smaller_ranges, left, right, names)


def larger(left: Number, right: Number, names: Names) -> Number:
    return _combine(_larger_ranges, left, right, names)


def negate(number: Number, names: Names) -> Number:
    return subtract(_ZERO, number, names)


def round_to(number: Number, places: int, names: Names) -> Number:
    """Round half to even: 2.5 becomes 2, 3.5 becomes 4."""
    step = _ONE.scaleb(-places)
    return _settle(_settle(number, QUANTUM, names), step, names)


def settle(number: Number, names: Names) -> Number:
    return _settle(number, QUANTUM, names)


def result(number: Number, names: Names) -> Number:
    """Settle a number and write it plainly: no exponent, no trailing zeros, no negative zero."""
    settled = _settle(number, QUANTUM, names)
    if isinstance(settled, Decimal):
        return _plain(settled)
    if isinstance(settled, Range):
        return Range(_plain(settled.low), _plain(settled.likely), _plain(settled.high))
    return settled


def as_range(number: Decimal | Range) -> Range:
    return number if isinstance(number, Range) else Range(number, number, number)


def collapse(number: Range) -> Decimal | Range:
    return number.low if number.low == number.high else number


def _combine(operation: Callable[[Range, Range], Range], left: Number, right: Number, names: Names) -> Number:
    if isinstance(left, Unknown):
        return merge(left, right) if isinstance(right, Unknown) else left
    if isinstance(right, Unknown):
        return right
    try:
        return collapse(operation(as_range(left), as_range(right)))
    except ArithmeticError:
        return Unknown(Reason.NOT_COMPUTABLE, names)


def _add_ranges(left: Range, right: Range) -> Range:
    # Infinity minus infinity cannot happen: a low end is never +Infinity, a high end never -Infinity.
    return Range(
        _exact_add(left.low, right.low),
        _exact_add(left.likely, right.likely),
        _exact_add(left.high, right.high),
    )


def _subtract_ranges(left: Range, right: Range) -> Range:
    return Range(
        _exact_subtract(left.low, right.high),
        _exact_subtract(left.likely, right.likely),
        _exact_subtract(left.high, right.low),
    )


def _multiply_ranges(left: Range, right: Range) -> Range:
    corners = [_times(x, y) for x in (left.low, left.high) for y in (right.low, right.high)]
    return Range(min(corners), _exact_multiply(left.likely, right.likely), max(corners))


def _divide_ranges(left: Range, right: Range) -> Range:
    if right.low <= 0 <= right.high:
        raise DivisionByZero
    corners = [_over(x, y) for x in (left.low, left.high) for y in (right.low, right.high)]
    return Range(min(corners), _exact_divide(left.likely, right.likely), max(corners))


def _smaller_ranges(left: Range, right: Range) -> Range:
    return Range(min(left.low, right.low), min(left.likely, right.likely), min(left.high, right.high))


def _larger_ranges(left: Range, right: Range) -> Range:
    return Range(max(left.low, right.low), max(left.likely, right.likely), max(left.high, right.high))


def _times(x: Decimal, y: Decimal) -> Decimal:
    # An open end stands for finite values of any size, and zero times any of them is zero.
    return _exact_multiply(x, y) if x and y else _ZERO


def _over(x: Decimal, y: Decimal) -> Decimal:
    # Divided by ever larger values, anything approaches zero; the other corners bound the rest.
    return _ZERO if y.is_infinite() else _exact_divide(x, y)


def _settle(number: Number, step: Decimal, names: Names) -> Number:
    try:
        if isinstance(number, Decimal):
            return _quantize(number, step)
        if isinstance(number, Range):
            low, high = (end if end.is_infinite() else _quantize(end, step) for end in (number.low, number.high))
            return collapse(Range(low, _quantize(number.likely, step), high))
    except ArithmeticError:
        return Unknown(Reason.NOT_COMPUTABLE, names)
    return number


def _plain(number: Decimal) -> Decimal:
    if not number:
        return _ZERO
    short = number.normalize(_CONTEXT)
    exponent = short.as_tuple().exponent
    return _quantize(short, _ONE) if isinstance(exponent, int) and exponent > 0 else short
