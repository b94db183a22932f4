"""Charts as SVG that a template draws: widths in percent, so that they fit every screen; heights in pixels.

Every chart comes with a table that says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from leads.admin.reading import Lines, Table
from leads.domain.calibration.measures import Bin
from leads.domain.calibration.rates import Interval, Rate
from leads.domain.calibration.report import CriterionFigures

LEFT, RIGHT = 24.0, 97.0  # where shares of 0 and 1 stand, in percent of the width
TOP, LINE, GROUP = 24, 20, 26  # pixels
SIDE = 260  # the height of a chart of predictions
STOPS = (0, 25, 50, 75, 100)
OUTCOMES = (("met", "Met"), ("not_met", "Not met"), ("unknown", "Unknown"))


def percent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.0f} %"


def between(interval: Interval | None) -> str:
    return "" if interval is None else f"{interval.low * 100:.0f} – {interval.high * 100:.0f} %"


def across(share: float) -> str:
    """Return where a share stands from left to right."""
    return f"{LEFT + (RIGHT - LEFT) * share:.2f}%"


@dataclass(frozen=True, slots=True)
class Mark:
    """A share with its interval: a dot on a line, and what it says."""

    kind: str
    label: str
    said: str
    y: float
    at: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    about: str
    height: float
    stops: Sequence[tuple[str, str]]
    table: Table
    marks: Sequence[Mark] = ()
    headings: Sequence[tuple[str, float]] = ()
    all_at: str = ""
    all_said: str = ""

    @property
    def bottom(self) -> float:
        return self.height - 20

    @property
    def foot(self) -> float:
        return self.height - 4


STOPS_ACROSS = tuple((across(stop / 100), f"{stop} %") for stop in STOPS)


def conversion_chart(criteria: Iterable[CriterionFigures], decided: Rate, table: Table) -> Chart:
    """Return how leads converted by criterion and outcome; outcomes without leads have no dot."""
    marks: list[Mark] = []
    headings: list[tuple[str, float]] = []
    y = float(TOP)
    for criterion in criteria:
        y += GROUP
        headings.append((criterion.label, y))
        for kind, label in OUTCOMES:
            rate: Rate = getattr(criterion, kind)
            if rate.conversion is None or rate.interval is None:
                continue
            y += LINE
            said = f"{criterion.label}, {label.lower()}: {percent(rate.conversion)} of {rate.leads:,}"
            ends = across(rate.interval.low), across(rate.interval.high)
            marks.append(Mark(kind, label, said, y, across(rate.conversion), *ends))
    overall = decided.conversion
    return Chart(
        title="How leads converted, by criterion",
        about="A dot is the share of leads that were won, its line the range in which the true share lies with 95 % "
        "certainty. The table below has the same numbers.",
        height=y + 36,
        stops=STOPS_ACROSS,
        table=table,
        marks=marks,
        headings=headings,
        all_at=across(overall) if overall is not None else "",
        all_said=f"All leads: {percent(overall)}" if overall is not None else "",
    )


@dataclass(frozen=True, slots=True)
class Point:
    said: str
    x: str
    y: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Predictions:
    """What was predicted, from left to right, against what happened, upwards; on the diagonal both are equal."""

    title: str
    table: Table
    points: Sequence[Point]
    height: int = SIDE

    @property
    def stops(self) -> list[tuple[str, float, str]]:
        return [(across(stop / 100), _up(stop / 100), f"{stop} %") for stop in STOPS]

    @property
    def diagonal(self) -> tuple[str, float, str, float]:
        return across(0), _up(0), across(1), _up(1)

    @property
    def foot(self) -> int:
        return self.height - 4


def _up(share: float) -> float:
    return round(8 + (SIDE - 32) * (1 - share), 2)


def predictions_chart(title: str, bins: Sequence[Bin]) -> Predictions:
    rows: list[tuple[Any, ...]] = []
    dots: list[Point] = []
    for one in bins:
        observed, range_ = one.observed.conversion, one.observed.interval
        rows.append((percent(one.predicted), percent(observed), between(range_), f"{one.observed.leads:,}"))
        if observed is not None and range_ is not None:
            said = f"Predicted {percent(one.predicted)}, came true {percent(observed)} of {one.observed.leads:,}"
            dots.append(Point(said, across(one.predicted), _up(observed), _up(range_.low), _up(range_.high)))
    table = Table(title, ("Predicted chance", "Were won", "Range (95 %)", "Leads"), rows)
    return Predictions(title, table, dots)


# --- The tables beside them ----------------------------------------------------------------------


def outcome_cell(rate: Rate) -> Any:
    """Return how leads of one outcome converted, and of how many."""
    if not rate.leads:
        return "–"
    return Lines(f"{percent(rate.conversion)} of {rate.leads:,}", (between(rate.interval),))


def better(lift: float | None) -> Any:
    """Return by what factor leads convert better than all do."""
    return "–" if lift is None else f"× {lift:.2f}"


def sure(interval: Interval, chance: float) -> str:
    """Return whether a figure is surely better than chance."""
    return "better than chance" if interval.low > chance else "may be chance"
