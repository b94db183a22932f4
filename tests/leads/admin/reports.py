"""A report of a calibration as a business may get it: 200 decided leads, and a better card."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from leads.domain.calibration.measures import Auc, Bin
from leads.domain.calibration.observations import Timing
from leads.domain.calibration.rates import Interval, Rate
from leads.domain.calibration.report import (
    BandFigures,
    CardFigures,
    CriterionFigures,
    Proposal,
    Report,
    Verdict,
)
from leads.domain.calibration.suspicion import Cause, Suspicion
from leads.domain.schema_document import CriterionSpec, SchemaDocument

DECIDED = Rate(80, 120)


def report_of(document: SchemaDocument, at: datetime, **changes: Any) -> Report:
    parts: dict[str, Any] = {
        "schema": document.key,
        "schema_name": document.name,
        "version": 1,
        "at": at,
        "verdict": Verdict.BETTER_CARD,
        "why": "A card of one criterion does better.",
        "decided": DECIDED,
        "criteria": tuple(_figures(criterion) for criterion in document.criteria),
        "present": _card(0.6),
        "fitted": _card(0.7),
        "fitted_on_seen": Auc(0.74, Interval(0.69, 0.79)),
        "proposal": Proposal(replace(document, test_cases=()), Interval(0.02, 0.18)),
        "suspicious": (
            Suspicion(
                document.attributes[0].key,
                document.attributes[0].label,
                Cause.AFTER_OUTCOME,
                "Of 90 leads with a value, 80 got their first one after the outcome was known.",
                Rate(70, 20),
                Rate(10, 100),
                Timing(10, 80),
                None,
            ),
        ),
        "notes": (f"{document.name} was looked at.",),
    }
    return Report(**(parts | changes))


def _figures(criterion: CriterionSpec) -> CriterionFigures:
    """60 leads meet it and half of them were won, 100 do not; of 40 it is not known."""
    bands = tuple(
        BandFigures(band.label, band.when, band.met, Rate(30, 30), 1.25, band.points, Decimal(7))
        for band in criterion.bands
    )
    return CriterionFigures(
        key=criterion.key,
        label=criterion.label,
        axis=criterion.axis,
        met=Rate(30, 30),
        not_met=Rate(40, 60),
        unknown=Rate(10, 30),
        lift=1.25,
        least=min(band.points for band in bands),
        most=max(band.points for band in bands),
        fitted_least=Decimal(0),
        fitted_most=Decimal(7),
        bands=bands,
    )


def _card(area: float) -> CardFigures:
    bins = (Bin(0.2, Rate(20, 80)), Bin(0.6, Rate(60, 40)))
    return CardFigures(Auc(area, Interval(area - 0.05, area + 0.05)), 1.5, 0.21, bins)
