"""A report of calibration as text for a terminal."""

from collections.abc import Iterator

from leads.domain.calibration.rates import Interval, Rate
from leads.domain.calibration.report import CardFigures, CriterionFigures, Report
from leads.domain.schema_document import SchemaDocument
from leads.domain.stages import Level
from leads.domain.values import plain

SHARES = "{:<34} {:>7} {:>7} {:>11} {:>15} {:>6}"
POINTS = "{:<34} {:>12} {:>12}"
BINS = "{:>10} {:>10} {:>15} {:>7}"
WIDE = 32


def text_of(report: Report) -> str:
    """Return the report in tables; shares have their 95 % interval behind them."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    verdict = report.verdict.value.replace("_", " ")
    yield f"{report.schema_name}, version {report.version}: {verdict}"
    yield report.why
    yield f"Decided leads: {report.decided.leads} ({report.decided.won} won, {report.decided.lost} lost)"
    yield from _list("To know", report.notes)
    if report.criteria:
        yield from ("", SHARES.format("Criterion", "Leads", "Won", "Conversion", "95 %", "Lift"))
        for criterion in report.criteria:
            yield from _criterion(criterion)
        yield from ("", POINTS.format("Points", "as they are", "as fitted"))
        for criterion in report.criteria:
            yield from _points(criterion)
    if report.present is not None:
        yield from _figures("The schema as it is", report.present)
    if report.fitted is not None:
        yield from _figures("The best fitted card, on leads that it had not seen", report.fitted)
    if report.suspicious:
        yield from _list("Suspiciously good, never used", (f"{one.label}: {one.reason}" for one in report.suspicious))
    if report.proposal is not None:
        yield from _card(report.proposal.document)


def _list(title: str, lines: Iterator[str] | tuple[str, ...]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield from ("", f"{title}:")
        yield from (f"  {line}" for line in found)


def _criterion(criterion: CriterionFigures) -> Iterator[str]:
    yield _short(criterion.label)
    outcomes = (("met", criterion.met, criterion.lift), ("not met", criterion.not_met, None))
    for name, rate, lift in (*outcomes, ("unknown", criterion.unknown, None)):
        yield _shares(f"  {name}", rate, lift)
    for band in criterion.bands:
        yield _shares(f"    {_short(band.label or band.when)}", band.rate, band.lift)


def _shares(name: str, rate: Rate, lift: float | None) -> str:
    conversion = "–" if rate.conversion is None else f"{rate.conversion:.1%}"
    shown = "" if lift is None else f"{lift:.2f}"
    return SHARES.format(name[:34], rate.leads, rate.won, conversion, _interval(rate.interval), shown).rstrip()


def _interval(interval: Interval | None) -> str:
    return "" if interval is None else f"{interval.low:.1%}–{interval.high:.1%}"


def _points(criterion: CriterionFigures) -> Iterator[str]:
    fitted = "–"
    if criterion.fitted_least is not None and criterion.fitted_most is not None:
        fitted = f"{plain(criterion.fitted_least)}…{plain(criterion.fitted_most)}"
    yield POINTS.format(_short(criterion.label), f"{plain(criterion.least)}…{plain(criterion.most)}", fitted)
    for band in criterion.bands:
        its = "–" if band.fitted is None else plain(band.fitted)
        yield POINTS.format(f"    {_short(band.label or band.when)}"[:34], plain(band.points), its)


def _short(text: str) -> str:
    return text if len(text) <= WIDE else f"{text[: WIDE - 1]}…"


def _figures(title: str, figures: CardFigures) -> Iterator[str]:
    area, lift = figures.auc, figures.top_tenth_lift
    yield from ("", f"{title}:")
    yield f"  AUC {area.value:.3f} ({area.interval.low:.3f}–{area.interval.high:.3f}); 0.5 is a coin, 1 perfect"
    if lift is not None:
        yield f"  The best-scored tenth converts {lift:.2f} times as well as all leads"
    yield f"  Brier score {figures.brier:.3f}; 0 is perfect"
    yield "  " + BINS.format("Predicted", "Observed", "95 %", "Leads")
    for one in figures.reliability:
        observed = "–" if one.observed.conversion is None else f"{one.observed.conversion:.1%}"
        spread = _interval(one.observed.interval)
        yield "  " + BINS.format(f"{one.predicted:.1%}", observed, spread, one.observed.leads)


def _card(document: SchemaDocument) -> Iterator[str]:
    yield from ("", "The proposed card; what is not known counts 0 points:")
    for criterion in document.criteria:
        yield f"  {criterion.label}"
        for band in criterion.bands:
            yield f"    {plain(band.points):>5}  {band.when}"
        yield f"    {plain(criterion.otherwise_points):>5}  otherwise"
    for level in (Level.MQL, Level.SQL):
        spec = document.level(level)
        must = f", and {', '.join(spec.knock_outs)} must be met" if spec.knock_outs else ""
        yield f"  {level.name} from {'no score' if spec.score is None else plain(spec.score)}{must}"
