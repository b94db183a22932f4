"""How well a version told won leads from lost ones."""

from datetime import datetime
from decimal import Decimal

import strawberry
import strawberry_django
from strawberry import relay

from leads import models
from leads.domain.calibration import measures, rates, report, suspicion
from leads.domain.calibration.report_json import report_in
from leads.domain.schema_document import Axis
from leads.graphql.fields import column, computed
from leads.graphql.types.business import Membership
from leads.graphql.types.qualification import QualificationVersion
from leads.models import WorkStatus


@strawberry.type(description="Leads that were won and lost, and how sure the share of won ones is.")
class WonAndLost:
    won: int = strawberry.field(description="How many were won.")
    lost: int = strawberry.field(description="How many were lost.")
    conversion: float | None = strawberry.field(description="The share that was won, 0 to 1; null without leads.")
    at_least: float | None = strawberry.field(description="The lower end of its 95 % interval (Wilson).")
    at_most: float | None = strawberry.field(description="The upper end of its 95 % interval (Wilson).")


@strawberry.type(description="How well a score tells won from lost.")
class AreaUnderCurve:
    value: float = strawberry.field(description="The chance that a won lead scores above a lost one; 0.5 is a coin.")
    at_least: float = strawberry.field(description="The lower end of its 95 % interval (DeLong).")
    at_most: float = strawberry.field(description="The upper end of its 95 % interval (DeLong).")


@strawberry.type(description="Leads of like probability.")
class ReliabilityBin:
    predicted: float = strawberry.field(description="The probability to be won that was predicted, on average.")
    observed: WonAndLost = strawberry.field(description="What became of them.")


@strawberry.type(description="How well a card tells won from lost; probabilities are cross-validated.")
class CardFigures:
    auc: AreaUnderCurve = strawberry.field(description="The area under the curve.")
    top_tenth_lift: float | None = strawberry.field(
        description="How many times better the best-scored tenth converts than all; null if nothing was won."
    )
    brier: float = strawberry.field(description="The mean squared error of the probabilities; 0 is perfect.")
    reliability: list[ReliabilityBin] = strawberry.field(description="Predicted against observed, the least first.")


@strawberry.type(description="How leads fared on one step of a criterion.")
class BandFigures:
    label: str = strawberry.field(description="What a person reads.")
    condition: str = strawberry.field(description="In the rule language; empty for otherwise.")
    met: bool = strawberry.field(description="Whether the criterion counts as met here.")
    leads: WonAndLost = strawberry.field(description="The leads on it.")
    lift: float | None = strawberry.field(description="How many times better they convert than all.")
    points: Decimal = strawberry.field(description="Its points.")
    fitted: Decimal | None = strawberry.field(description="The points that fit the outcomes; null where none can be.")


@strawberry.type(description="How leads fared by one criterion.")
class CriterionFigures:
    key: str = strawberry.field(description="The criterion's key.")
    label: str = strawberry.field(description="What a person reads.")
    axis: Axis = strawberry.field(description="What it speaks of.")
    met: WonAndLost = strawberry.field(description="Leads that met it.")
    not_met: WonAndLost = strawberry.field(description="Leads that did not.")
    unknown: WonAndLost = strawberry.field(description="Leads of which too little was known.")
    lift: float | None = strawberry.field(description="How many times better those convert that meet it than all.")
    least: Decimal = strawberry.field(description="The least points that it gives.")
    most: Decimal = strawberry.field(description="The most points that it gives.")
    fitted_least: Decimal | None = strawberry.field(description="The least points that fit the outcomes.")
    fitted_most: Decimal | None = strawberry.field(description="The most points that fit the outcomes.")
    bands: list[BandFigures] = strawberry.field(description="Step by step; the last is otherwise.")


@strawberry.type(description="An attribute that is too good to be true.")
class SuspiciousAttribute:
    key: str = strawberry.field(description="The attribute's key.")
    label: str = strawberry.field(description="What a person reads.")
    cause: suspicion.Cause = strawberry.field(description="Why it is not trusted.")
    reason: str = strawberry.field(description="The same in words.")
    filled: WonAndLost = strawberry.field(description="Leads of which it was known.")
    not_filled: WonAndLost = strawberry.field(description="Leads of which it was not.")
    auc: AreaUnderCurve | None = strawberry.field(
        description="How well it alone tells won from lost; null if its values are too many to say."
    )


@strawberry.type(description="What a calibration found.")
class CalibrationReport:
    verdict: report.Verdict = strawberry.field(description="What it comes to.")
    why: str = strawberry.field(description="The same in words.")
    at: datetime = strawberry.field(description="As of when.")
    decided: WonAndLost = strawberry.field(description="All leads with an outcome that were looked at.")
    criteria: list[CriterionFigures] = strawberry.field(description="The version's criteria, in order.")
    present: CardFigures | None = strawberry.field(description="The version as it is; null with too few leads.")
    fitted: CardFigures | None = strawberry.field(
        description="The best card that could be fitted, on leads that it had not seen; null with too few leads."
    )
    proposes: bool = strawberry.field(description="Whether a better card can be made a draft.")
    gain: float | None = strawberry.field(
        description="By how much the proposed card's area under the curve is larger, at least; null without one."
    )
    suspicious: list[SuspiciousAttribute] = strawberry.field(description="Attributes that are left out, and why.")
    notes: list[str] = strawberry.field(description="What else to know about it.")


@strawberry_django.type(
    models.Calibration,
    description="How well the criteria of a version told won leads from lost ones; worked out in the background.",
)
class Calibration(relay.Node):
    version: QualificationVersion = column("The version that was calibrated.")
    status: WorkStatus = column("How far it is.")
    requested_at: datetime = column("When it was asked for.")
    requested_by: Membership | None = column("Who asked; null for the system.")
    finished_at: datetime | None = column("When it was done or failed.")
    problem: str = column("Why it failed; empty if it did not.")
    proposal: QualificationVersion | None = column("The draft that was made of what it proposes; null if none was.")

    @computed("What it found; null until it is done.", only=["report"])
    def report(self, info: strawberry.Info) -> CalibrationReport | None:
        return _report_out(report_in(self.report)) if self.report else None


def _report_out(found: report.Report) -> CalibrationReport:
    return CalibrationReport(
        verdict=found.verdict,
        why=found.why,
        at=found.at,
        decided=_rate_out(found.decided),
        criteria=[_criterion_out(entry) for entry in found.criteria],
        present=_card_out(found.present),
        fitted=_card_out(found.fitted),
        proposes=found.proposal is not None,
        gain=found.proposal.gain.low if found.proposal else None,
        suspicious=[
            SuspiciousAttribute(
                key=entry.key,
                label=entry.label,
                cause=entry.cause,
                reason=entry.reason,
                filled=_rate_out(entry.filled),
                not_filled=_rate_out(entry.not_filled),
                auc=_auc_out(entry.auc) if entry.auc else None,
            )
            for entry in found.suspicious
        ],
        notes=list(found.notes),
    )


def _rate_out(rate: rates.Rate) -> WonAndLost:
    interval = rate.interval
    return WonAndLost(
        won=rate.won,
        lost=rate.lost,
        conversion=rate.conversion,
        at_least=interval.low if interval else None,
        at_most=interval.high if interval else None,
    )


def _auc_out(auc: measures.Auc) -> AreaUnderCurve:
    return AreaUnderCurve(value=auc.value, at_least=auc.interval.low, at_most=auc.interval.high)


def _card_out(card: report.CardFigures | None) -> CardFigures | None:
    if card is None:
        return None
    return CardFigures(
        auc=_auc_out(card.auc),
        top_tenth_lift=card.top_tenth_lift,
        brier=card.brier,
        reliability=[
            ReliabilityBin(predicted=entry.predicted, observed=_rate_out(entry.observed)) for entry in card.reliability
        ],
    )


def _criterion_out(found: report.CriterionFigures) -> CriterionFigures:
    return CriterionFigures(
        key=found.key,
        label=found.label,
        axis=found.axis,
        met=_rate_out(found.met),
        not_met=_rate_out(found.not_met),
        unknown=_rate_out(found.unknown),
        lift=found.lift,
        least=found.least,
        most=found.most,
        fitted_least=found.fitted_least,
        fitted_most=found.fitted_most,
        bands=[
            BandFigures(
                label=band.label,
                condition=band.when,
                met=band.met,
                leads=_rate_out(band.rate),
                lift=band.lift,
                points=band.points,
                fitted=band.fitted,
            )
            for band in found.bands
        ],
    )
