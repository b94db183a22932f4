"""Attributes that are too good to be true: most are filled in once the outcome is known."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from leads.domain.calibration.buckets import bucket_codes, bucket_numbers, least_leads
from leads.domain.calibration.measures import Auc, auc
from leads.domain.calibration.observations import Columns, Observation, Timing
from leads.domain.calibration.rates import Rate, rate_of
from leads.domain.rules import Fact, Range, Unknown
from leads.domain.values import NUMERIC, AttributeSpec, ValueType, encode

AUC_AT_MOST = 0.9
AUC_SURELY = 0.85  # what the interval must lie above
ONE_SIDED = 0.9
LATE_AT_LEAST = 10  # leads
TEXTS_AT_MOST = 50
START_WITHIN_DAYS = 1


class Cause(StrEnum):
    """Why an attribute is not trusted. Frontends rely on these codes."""

    AFTER_OUTCOME = "after_outcome"  # mostly recorded once the outcome was known
    JOURNEY = "measures_the_journey"  # its days count how long the lead took to be decided
    SEPARATES = "separates_too_well"  # alone it tells won from lost almost perfectly
    FILLED = "filled_with_one_outcome"  # that it is filled tells the outcome already


@dataclass(frozen=True, slots=True)
class Suspicion:
    """An attribute that is suspiciously good. `auc` is of it alone, None where its values are too many."""

    key: str
    label: str
    cause: Cause
    reason: str
    filled: Rate
    not_filled: Rate
    timing: Timing
    auc: Auc | None


def suspicions(
    observations: Sequence[Observation],
    columns: Columns,
    attributes: Iterable[AttributeSpec],
    timings: Mapping[str, Timing],
) -> tuple[Suspicion, ...]:
    """Return the attributes that no card may use, each with its first cause in the order of Cause."""
    won = [observation.won for observation in observations]
    found = []
    for spec in attributes:
        entries = [observation.snapshot.get(spec.key, {}) for observation in observations]
        filled = [spec.counts_days is not None or "v" in entry for entry in entries]
        inside = rate_of([is_won for is_won, is_filled in zip(won, filled, strict=True) if is_filled])
        outside = rate_of([is_won for is_won, is_filled in zip(won, filled, strict=True) if not is_filled])
        timing = timings.get(spec.key, Timing())
        alone = _alone(spec, columns[_read(spec)], won)
        said = _cause(spec, inside, outside, timing, alone, observations, columns)
        if said is not None:
            found.append(Suspicion(spec.key, spec.label, *said, inside, outside, timing, alone))
    return tuple(found)


def _read(spec: AttributeSpec) -> str:
    return f"days_until_{spec.key}" if spec.type == ValueType.DATE else spec.key


def _cause(
    spec: AttributeSpec,
    inside: Rate,
    outside: Rate,
    timing: Timing,
    alone: Auc | None,
    observations: Sequence[Observation],
    columns: Columns,
) -> tuple[Cause, str] | None:
    timed = timing.before + timing.after
    if timing.after >= LATE_AT_LEAST and 2 * timing.after > timed:
        return Cause.AFTER_OUTCOME, (
            f"Of {timed} leads with a value, {timing.after} got their first one after the outcome was known."
        )
    if spec.type == ValueType.DATE and _counts_the_journey(columns[spec.key], observations):
        return Cause.JOURNEY, (
            "It is the day on which the lead began, or nobody knows when leads began and ended. The days since "
            "count how long a lead took until its outcome, which is not known before."
        )
    if alone is not None and alone.value >= AUC_AT_MOST and alone.interval.low >= AUC_SURELY:
        return Cause.SEPARATES, (
            f"Alone it tells won from lost with an AUC of {alone.value:.3f}; "
            "that is what notes look like that are taken once the outcome is known."
        )
    if _one_sided(inside, inside + outside):
        return Cause.FILLED, (
            f"Of {inside.leads} leads where it is filled, {inside.won} were won and {inside.lost} lost: "
            "that it is filled gives the outcome away."
        )
    return None


def _one_sided(inside: Rate, whole: Rate) -> bool:
    """Whether filled leads surely end one way, and at most half as often the other way as all leads do."""
    conversion = whole.conversion
    if inside.interval is None or conversion is None or inside == whole:
        return False
    surely_won = inside.interval.low >= ONE_SIDED and 1 - inside.interval.low <= (1 - conversion) / 2
    surely_lost = inside.interval.high <= 1 - ONE_SIDED and inside.interval.high <= conversion / 2
    return surely_won or surely_lost


def _counts_the_journey(days: Sequence[Fact], observations: Sequence[Observation]) -> bool:
    """Whether a date that mostly lies behind is the lead's beginning, or no journey's length is known.

    Nine of ten leads must begin on it, or most must have ended no later than they began.
    """
    dated = [(day, one) for day, one in zip(days, observations, strict=True) if isinstance(day, date)]
    behind = sum(day <= one.at.today for day, one in dated)
    untimed = sum(one.began >= one.at.now for _, one in dated)
    at_start = sum(_apart(day, one.began) <= START_WITHIN_DAYS for day, one in dated)
    return 2 * behind > len(dated) and (2 * untimed > len(dated) or 10 * at_start >= 9 * len(dated))


def _apart(day: date, moment: datetime) -> int:
    return abs((day - moment.date()).days)


def _alone(spec: AttributeSpec, facts: Sequence[Fact], won: Sequence[bool]) -> Auc | None:
    """Return how well the attribute in buckets tells won from lost; not known is a bucket of its own."""
    known = [(value, is_won) for value, is_won in zip(facts, won, strict=True) if not isinstance(value, Unknown)]
    least = least_leads(len(won))
    marks: dict[object, int] = {}
    if spec.type in NUMERIC or spec.type == ValueType.DATE:
        numbers = [value.likely if isinstance(value, Range) else value for value, _ in known]
        paired = [(number, is_won) for number, (_, is_won) in zip(numbers, known, strict=True)]
        buckets = bucket_numbers(paired, least, zero_apart=spec.type in NUMERIC)  # type: ignore[arg-type]
        for number in set(numbers):
            zero = buckets.zero is not None and number == 0
            marks[number] = -1 if zero else sum(number >= cut for cut in buckets.cuts)  # type: ignore[operator]
    else:
        codes = bucket_codes([(_text(value), is_won) for value, is_won in known], least)
        if spec.type == ValueType.TEXT and sum(map(len, codes.groups)) + len(codes.rare) > TEXTS_AT_MOST:
            return None
        for index, group in enumerate(codes.groups):
            marks |= dict.fromkeys(group, index)
    bucket = [_mark(spec, value, marks) for value in facts]
    rates: dict[int | None, Rate] = {}
    for mark, is_won in zip(bucket, won, strict=True):
        rates[mark] = rates.get(mark, Rate()) + Rate(is_won, not is_won)
    return auc([rates[mark].won / rates[mark].leads for mark in bucket], won)


def _mark(spec: AttributeSpec, value: Fact, marks: Mapping[object, int]) -> int | None:
    if isinstance(value, Unknown):
        return None
    if spec.type in NUMERIC or spec.type == ValueType.DATE:
        return marks[value.likely if isinstance(value, Range) else value]
    return marks.get(_text(value), -1)


def _text(value: Fact) -> str:
    stored = encode(value)  # type: ignore[arg-type]
    return stored if isinstance(stored, str) else repr(stored)
