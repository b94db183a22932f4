"""The report of a calibration in words, tables and charts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from leads.admin.evaluating.charts import better, conversion_chart, outcome_cell, predictions_chart, sure
from leads.admin.explained import Code, read_version
from leads.admin.reading import Lines, Table, points
from leads.domain.calibration.measures import Auc
from leads.domain.calibration.report import BandFigures, CardFigures, CriterionFigures, Report, Verdict
from leads.domain.calibration.suspicion import Suspicion

VERDICTS = {
    Verdict.NOT_ENOUGH_DATA: "Not enough data",
    Verdict.NO_EVIDENCE: "No evidence",
    Verdict.NO_BETTER_CARD: "Fine as it is",
    Verdict.BETTER_CARD: "A better card was found",
}
COLOURS = {
    Verdict.NOT_ENOUGH_DATA: "sp-warned",
    Verdict.NO_EVIDENCE: "sp-warned",
    Verdict.NO_BETTER_CARD: "sp-well",
    Verdict.BETTER_CARD: "sp-well",
}


def verdict_of(report: Report) -> str:
    return VERDICTS[report.verdict]


def report_in_words(report: Report, currency: str) -> dict[str, Any]:
    """Return what the page of a calibration says once there is a report."""
    decided = report.decided
    context: dict[str, Any] = {
        "verdict": verdict_of(report),
        "verdict_class": COLOURS[report.verdict],
        "why": report.why,
        "decided": f"{decided.leads:,} decided leads: {decided.won:,} won, {decided.lost:,} lost.",
        "notes": report.notes,
        "chart": conversion_chart(report.criteria, decided, _criteria(report)) if decided.leads else None,
        "tables": [_steps(report)] if decided.leads else [],
        "predictions": [
            predictions_chart(title, figures.reliability)
            for title, figures in (("The version as it is", report.present), ("The best card", report.fitted))
            if figures is not None
        ],
    }
    if report.present is not None or report.fitted is not None:
        context["compared"] = _compared(report)
    if report.suspicious:
        context["suspicious"] = _suspicious(report.suspicious)
    if report.proposal is not None:
        gain = report.proposal.gain
        context["proposed"] = read_version(report.proposal.document, currency)[:2]
        context["gain"] = (
            f"On leads that it had not seen, it puts a won lead above a lost one in {_pairs(gain.low)} to "
            f"{_pairs(gain.high)} more of 100 pairs than the version as it is."
        )
    return context


def _pairs(share: float) -> str:
    return f"{share * 100:.0f}"


def _criteria(report: Report) -> Table:
    return Table(
        "By criterion",
        ("Criterion", "Met", "Not met", "Unknown", "Those that meet it convert", "Points now", "Points as fitted"),
        [_criterion(figures) for figures in report.criteria],
        note="Of the decided leads, how many were won, of how many, and the range in which the true share lies with "
        "95 % certainty. Fitted points come from all criteria together.",
    )


def _criterion(figures: CriterionFigures) -> tuple[Any, ...]:
    return (
        Lines(figures.label, (figures.axis.value.capitalize(),)),
        outcome_cell(figures.met),
        outcome_cell(figures.not_met),
        outcome_cell(figures.unknown),
        better(figures.lift),
        _from_to(figures.least, figures.most),
        _from_to(figures.fitted_least, figures.fitted_most),
    )


def _from_to(least: Decimal | None, most: Decimal | None) -> str:
    if least is None or most is None:
        return "–"
    return points(least) if least == most else f"{points(least)} … {points(most)}"


def _steps(report: Report) -> Table:
    rows: list[tuple[Any, ...]] = []
    for figures in report.criteria:
        for index, band in enumerate(figures.bands):
            rows.append(("" if index else figures.label, *_step(band)))
    return Table(
        "By step",
        ("Criterion", "Step", "Were won", "They convert", "Points now", "Points as fitted"),
        rows,
        note="Leads that are surely on a step, against all decided leads.",
    )


def _step(band: BandFigures) -> tuple[Any, ...]:
    name: Any = Lines(band.label or "", (band.when,)) if band.label else Code(band.when) if band.when else "Otherwise"
    return name, outcome_cell(band.rate), better(band.lift), points(band.points), points(band.fitted)


def _compared(report: Report) -> Table:
    """Return how well the cards tell won from lost, side by side."""
    cards = [("As it is", report.present), ("Best card, on leads that it had not seen", report.fitted)]
    shown = [(title, figures) for title, figures in cards if figures is not None]
    rows: list[tuple[Any, ...]] = [
        (
            "Of 100 pairs of a won and a lost lead, the won one scores higher in",
            *(_auc(figures.auc) for _, figures in shown),
        ),
        (
            "The tenth with the highest scores converts, against all leads",
            *(better(figures.top_tenth_lift) for _, figures in shown),
        ),
        ("Mean squared error of the predicted chance (Brier score)", *(_brier(figures) for _, figures in shown)),
    ]
    note = "In 50 of 100 pairs a coin would be right. An error of 0 is perfect."
    if report.fitted_on_seen is not None:
        note += f" On the leads that it was made from, the card is right in {_pairs(report.fitted_on_seen.value)}."
    return Table("How well the scores tell won from lost", ("", *(title for title, _ in shown)), rows, note=note)


def _auc(area: Auc) -> Lines:
    said = f"between {_pairs(area.interval.low)} and {_pairs(area.interval.high)}"
    return Lines(_pairs(area.value), (said, sure(area.interval, chance=0.5)))


def _brier(figures: CardFigures) -> str:
    return f"{figures.brier:.3f}"


def _suspicious(found: tuple[Suspicion, ...]) -> Table:
    return Table(
        "Too good to be true",
        ("Attribute", "Why it is not trusted", "Filled", "Not filled"),
        [(one.label, one.reason, outcome_cell(one.filled), outcome_cell(one.not_filled)) for one in found],
        note="Mostly what is only filled in once the outcome is known. No card uses it.",
    )
