"""A question that was checked: which values it takes, what they are worth, when it is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments.domain.template import Dimension, QuestionSpec, QuestionType
from leads.domain.rules import Fact, Range, Value
from leads.domain.values import AttributeSpec, Choice, ValueType

ZERO = Decimal(0)
SCALE_FROM, SCALE_TO = Decimal(0), Decimal(10)
CHOICES = frozenset({QuestionType.SINGLE_CHOICE, QuestionType.MULTIPLE_CHOICE})
NUMERIC = frozenset(
    {QuestionType.SCALE, QuestionType.NUMBER, QuestionType.MONEY, QuestionType.PERCENT, QuestionType.DURATION}
)
VALUE_TYPES = {
    QuestionType.SINGLE_CHOICE: ValueType.CHOICE,
    QuestionType.MULTIPLE_CHOICE: ValueType.MULTI_CHOICE,
    QuestionType.SCALE: ValueType.NUMBER,
    QuestionType.NUMBER: ValueType.NUMBER,
    QuestionType.MONEY: ValueType.MONEY,
    QuestionType.PERCENT: ValueType.PERCENT,
    QuestionType.DURATION: ValueType.NUMBER,
    QuestionType.DATE: ValueType.DATE,
    QuestionType.YES_NO: ValueType.YES_NO,
    QuestionType.TEXT: ValueType.TEXT,
}

Gain = Callable[[Value], Fact | None]
"""The points of an answer above the question's lowest, None if it is no answer that has points."""


@dataclass(frozen=True, slots=True)
class Scoring:
    lowest: Decimal
    highest: Decimal
    spread: Decimal
    gain: Gain

    def points(self, value: Value) -> Fact | None:
        """Return the points of an answer, or of the value that a scale has while it is hidden."""
        gain = self.gain(value)
        if isinstance(gain, Decimal):
            return gain + self.lowest
        if isinstance(value, Decimal | Range):  # a scale's points are its value, whatever its ends
            return value
        return None


Test = Callable[[Mapping[str, Fact]], Fact]


@dataclass(frozen=True, slots=True)
class PlannedQuestion:
    """A question with what evaluating it needs.

    `dimension` is None for the two urgency questions outside the sections; `value` says how its answers
    are checked, stored and shown; `shown` is None if it is always asked. `days` are the names of days
    until and since its date, `attribute_days` those of its attribute's, that rules read; `points` is the
    name of its points if rules read that, else empty.
    """

    key: str
    spec: QuestionSpec
    dimension: Dimension | None
    value: AttributeSpec
    scoring: Scoring | None
    shown: Test | None = None
    if_hidden: Value | None = None
    attribute: str = ""
    days: tuple[str, ...] = ()
    attribute_days: tuple[str, ...] = ()
    points: str = ""


def value_of(spec: QuestionSpec, attribute: AttributeSpec | None = None) -> AttributeSpec:
    """Return the question's answers as an attribute, so that both are checked, stored and shown alike.

    A question without a unit has that of the attribute it is evidence for.
    """
    return AttributeSpec(
        key=spec.key,
        label=spec.text,
        type=VALUE_TYPES[spec.type],
        unit=spec.unit or (attribute.unit if attribute else ""),
        choices=tuple(Choice(option.code, option.label) for option in spec.options),
    )


def bounds(spec: QuestionSpec) -> tuple[Decimal | None, Decimal | None]:
    """Return the least and the greatest value; a scale that names none goes from 0 to 10."""
    if spec.type != QuestionType.SCALE:
        return spec.minimum, spec.maximum
    low = SCALE_FROM if spec.minimum is None else spec.minimum
    return low, SCALE_TO if spec.maximum is None else spec.maximum


def scoring_of(spec: QuestionSpec) -> Scoring | None:
    """Return how answers are scored; None if no answer makes a difference."""
    low, high = _points(spec)
    if low == high:
        return None
    return Scoring(low, high, high - low, _gain(spec, low, high))


def _points(spec: QuestionSpec) -> tuple[Decimal, Decimal]:
    """Return the least and the greatest points that an answer can give."""
    points = [option.points for option in spec.options]
    if spec.type == QuestionType.SINGLE_CHOICE and points:
        return min(points), max(points)
    if spec.type == QuestionType.MULTIPLE_CHOICE:
        return sum((min(part, ZERO) for part in points), ZERO), sum((max(part, ZERO) for part in points), ZERO)
    if spec.type == QuestionType.YES_NO and spec.points_yes is not None and spec.points_no is not None:
        return min(spec.points_yes, spec.points_no), max(spec.points_yes, spec.points_no)
    if spec.type == QuestionType.SCALE and spec.scored:
        low, high = bounds(spec)
        return low or ZERO, high or ZERO
    return ZERO, ZERO


def _gain(spec: QuestionSpec, low: Decimal, high: Decimal) -> Gain:
    if spec.type == QuestionType.YES_NO:
        yes, no = (spec.points_yes or ZERO) - low, (spec.points_no or ZERO) - low
        return lambda value: yes if value is True else no if value is False else None
    if spec.type == QuestionType.SCALE:
        return lambda value: _scale_gain(value, low, high)
    gains = {option.code: option.points - low for option in spec.options}
    if spec.type == QuestionType.SINGLE_CHOICE:
        return lambda value: gains.get(value) if isinstance(value, str) else None
    points = {option.code: option.points for option in spec.options}

    def sum_of_chosen(value: Value) -> Fact | None:
        return sum((points.get(code, ZERO) for code in value), -low) if isinstance(value, frozenset) else None

    return sum_of_chosen


def _scale_gain(value: Value, low: Decimal, high: Decimal) -> Fact | None:
    try:
        if isinstance(value, Decimal):
            return value - low if low <= value <= high else None
        if isinstance(value, Range) and low <= value.low and value.high <= high:
            return Range(value.low - low, value.likely - low, value.high - low)
    except ArithmeticError:  # comparing what is not a number
        pass
    return None
