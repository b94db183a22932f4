"""One calibration: from decided leads to a report."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from leads.domain.calibration.measures import auc, auc_gain, brier, reliability, top_tenth_lift
from leads.domain.calibration.observations import Observation, Timing, scores_of
from leads.domain.calibration.rates import Rate, rate_of
from leads.domain.calibration.report import LEAST_DECIDED, CardFigures, Proposal, Report, Verdict
from leads.domain.calibration.scaling import FOLDS, cross_scaled
from leads.domain.calibration.suspicion import Suspicion, suspicions
from leads.domain.calibration.tally import tally
from leads.domain.cases import run_cases
from leads.domain.plan import compile_plan
from leads.domain.schema_document import SchemaDocument
from leads.domain.snapshot import base_key
from leads.domain.values import AttributeSpec
from leads.services.calibration.cards import Material, cross_fitted, fit_card, material_of, refitted_bands
from leads.services.calibration.extra import load_fitting


@dataclass(frozen=True, slots=True)
class Subject:
    """What is calibrated: a version's document, and its number."""

    version: int
    document: SchemaDocument


def calibrate_observations(
    *,
    subject: Subject,
    observations: Sequence[Observation],
    attributes: Iterable[AttributeSpec],
    now: datetime,
    timings: Mapping[str, Timing] | None = None,
    notes: Iterable[str] = (),
) -> Report:
    """Return how well the document told won from lost, and a better card if there is one.

    `attributes` are those that the business has in use; `notes` go first. No database is needed. Raises
    CalibrationUnavailable where scikit-learn is not installed.
    """
    load_fitting()
    material = material_of(observations=observations, document=subject.document, attributes=attributes)
    suspicious = suspicions(observations, material.columns, material.usable.values(), timings or {})
    distrusted = {suspicion.key for suspicion in suspicious}
    usable = {key: spec for key, spec in material.usable.items() if key not in distrusted}
    material = replace(material, usable=usable)
    decided = rate_of(list(material.won))
    scores = scores_of(material.standings)
    enough = min(decided.won, decided.lost) >= FOLDS
    report = Report(
        schema=subject.document.key,
        schema_name=subject.document.name,
        version=subject.version,
        at=now,
        verdict=Verdict.NOT_ENOUGH_DATA,
        why=_too_few(decided),
        decided=decided,
        criteria=tally(material.plan, material.standings, material.won, {}),
        present=_figures(scores, cross_scaled(scores, material.won), material.won) if enough else None,
        fitted=None,
        fitted_on_seen=None,
        proposal=None,
        suspicious=suspicious,
        notes=(*notes, *_left_out(material, suspicious)),
    )
    if min(decided.won, decided.lost) < LEAST_DECIDED:
        return report
    reads = {base_key(name) for criterion in material.plan.criteria for name in criterion.reads[-1]}
    return _with_card(report, material, scores, trusted=reads.isdisjoint(distrusted))


def _with_card(report: Report, material: Material, scores: Sequence[float], *, trusted: bool) -> Report:
    """Return the report with the best card that can be fitted, proposed if it is better than what there is.

    A schema that reads what is suspiciously good is not `trusted`, and no match for an honest card.
    """
    probabilities = cross_fitted(material)
    figures, card = _figures(probabilities, probabilities, material.won), fit_card(material)
    notes = report.notes
    if report.present is not None and report.present.auc.is_chance:
        notes += ("The schema as it is may tell won from lost no better than a coin.",)
    report = replace(
        report,
        criteria=tally(material.plan, material.standings, material.won, refitted_bands(material)),
        fitted=figures,
        notes=notes,
    )
    gain = auc_gain(probabilities, scores, material.won)
    present = report.present
    if card is None or figures is None or gain is None or present is None or figures.auc.is_chance:
        return replace(report, verdict=Verdict.NO_EVIDENCE, why=_no_evidence(figures))
    report = replace(report, fitted_on_seen=auc(scores_of(card.standings), material.won))
    compared = f"AUC {figures.auc.value:.3f} on leads that it had not seen, against {present.auc.value:.3f}."
    if trusted and figures.auc.value <= present.auc.value:
        why = f"The best card that could be fitted does no better than the schema as it is: {compared} Keep the schema."
        return replace(report, verdict=Verdict.NO_BETTER_CARD, why=why)
    tells = f"A card of {len(card.document.criteria)} criteria tells won from lost"
    why = f"{tells} better than the schema as it is: {compared}"
    if not trusted:
        why = (
            f"{tells} without anything suspiciously good: {compared} "
            "What the schema reads may have been filled in after the outcome."
        )
    elif gain.low <= 0:
        why += " The difference may be chance."
    return replace(
        report,
        verdict=Verdict.BETTER_CARD,
        why=why,
        proposal=Proposal(card.document, gain),
        notes=(*report.notes, *card.notes, *_failing_cases(card.document)),
    )


def _failing_cases(document: SchemaDocument) -> list[str]:
    failing = [result.case.name for result in run_cases(compile_plan(document)) if result.problems]
    if not failing:
        return []
    names = ", ".join(f"“{name}”" for name in failing)
    return [
        f"Of {len(document.test_cases)} test cases, these expect another level than the card gives: {names}. "
        "Before the draft can be published, change them or the card."
    ]


def _figures(scores: Sequence[float], probabilities: Sequence[float], won: Sequence[bool]) -> CardFigures | None:
    area = auc(scores, won)
    if area is None:
        return None
    return CardFigures(
        auc=area,
        top_tenth_lift=top_tenth_lift(scores, won),
        brier=brier(probabilities, won),
        reliability=reliability(probabilities, won),
    )


def _too_few(decided: Rate) -> str:
    return (
        f"{decided.won} leads were won and {decided.lost} lost. Calibration needs at least {LEAST_DECIDED} of "
        "each; the shares below are what these few leads show."
    )


def _no_evidence(figures: CardFigures | None) -> str:
    if figures is None:
        return "Nothing that is known of these leads tells won from lost."
    return (
        "No card could be fitted that tells won from lost: on leads that it had not seen, the best one has an AUC "
        f"of {figures.auc.value:.3f} ({figures.auc.interval.low:.3f}–{figures.auc.interval.high:.3f}), where 0.5 is "
        "a coin. Points would be made up."
    )


def _left_out(material: Material, suspicious: Iterable[Suspicion]) -> list[str]:
    """Return a note for every criterion that cannot be in a card because of what it reads."""
    labels = {spec.key: spec.label for spec in material.document.attributes}
    reasons = {suspicion.key: "is suspiciously good" for suspicion in suspicious}
    return [
        f"“{criterion.spec.label}” reads “{labels[key]}”, which "
        f"{reasons.get(key, 'is archived or has changed since')}, so no card uses it."
        for criterion in material.plan.criteria
        for key in dict.fromkeys(base_key(name) for name in criterion.reads[-1])
        if key not in material.usable
    ]
