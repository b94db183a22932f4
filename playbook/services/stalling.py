"""What may bog down or lose the sale of many leads, and what of it was foreseen when one is lost."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Max

from assessments.models import Diagnosis, DiagnosisStatus
from assessments.services.evaluating import evaluations_of
from leads.domain.qualification import Decision
from leads.domain.reasons import ReasonKind
from leads.domain.stages import CLOSED, Stage
from leads.domain.working_time import NoWorkingTime, WorkingCalendar, add_days
from leads.models import Business, Lead, LeadOutcome, Reason, Stakeholder, Stay, StayKind, Transition
from leads.services.working_time import working_calendar
from leads.tenancy import Viewer
from playbook.domain.stalling import (
    Risk,
    RiskSetting,
    RiskSeverity,
    Situation,
    StallKind,
    Step,
    held_against,
    risk,
    risks_in,
    usual_length,
)
from playbook.domain.steps import StepStatus
from playbook.models import LossReview, NextStep, StallRiskSetting
from playbook.services.brought_by_time import last_activity

STAYS_AT_MOST = 10_000
"""So many of the latest stays of won deals say how long phases usually take."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a business makes of risks: by key those that it looks for, and those that it does not."""

    active: Mapping[str, RiskSetting]
    inactive: frozenset[str]
    reasons: Mapping[str, str]  # keys of the reasons for which leads are lost, with their labels

    def of_verdict(self, key: str, *, blocking: bool) -> RiskSetting:
        """Return the setting of a risk that a verdict names; one without predicts the reason of the same key."""
        known = self.active.get(key)
        predicts = known.predicts if known else key if key in self.reasons else ""
        severity = RiskSeverity.BLOCKING if blocking else RiskSeverity.WATCH
        return RiskSetting(key, severity, predicts, self.reasons.get(predicts, ""))


def risks_of(business: Business, leads: Sequence[Lead], now: datetime) -> dict[int, list[Risk]]:
    """Return the stall risks of each lead by its key; none of closed leads.

    First those of time and people, then those of the latest diagnosis that was not given up. The number of queries is
    fixed, however many leads there are.
    """
    found: dict[int, list[Risk]] = {lead.pk: [] for lead in leads}
    return found | _risks([lead for lead in leads if Stage(lead.stage) not in CLOSED], business, now)


def _risks(leads: Sequence[Lead], business: Business, now: datetime, without_move: int = 0) -> dict[int, list[Risk]]:
    if not leads:
        return {}
    settings = settings_of(business)
    situations = _situations(leads, business, settings, now, without_move)
    said = _said_by_verdicts(leads, business, settings, now)
    return {lead.pk: [*risks_in(situations[lead.pk], settings.active, now), *said[lead.pk]] for lead in leads}


def settings_of(business: Business) -> Settings:
    """Return what the business makes of risks; two queries."""
    reasons = dict(Reason.objects.filter(business=business, kind=ReasonKind.LOST.value).values_list("key", "label"))
    rows = StallRiskSetting.objects.filter(business=business).select_related("predicts")
    active, inactive = {}, set()
    for row in rows:
        if row.active:
            predicts = row.predicts.key if row.predicts else ""
            severity = RiskSeverity(row.severity)
            active[row.key] = RiskSetting(row.key, severity, predicts, reasons.get(predicts, ""), row.days)
        else:
            inactive.add(row.key)
    return Settings(active, frozenset(inactive), reasons)


# --- Time and people -----------------------------------------------------------------------------


def _situations(
    leads: Sequence[Lead], business: Business, settings: Settings, now: datetime, without_move: int
) -> dict[int, Situation]:
    keys = [lead.pk for lead in leads]
    calendar = working_calendar(business)
    setting = settings.active.get(StallKind.NO_ACTIVITY.value)
    idle_days = setting.days or 0 if setting else 0
    last = last_activity(keys, without_move=without_move)
    people: dict[int, list[frozenset[str]]] = defaultdict(list)
    for lead_id, roles in Stakeholder.objects.filter(lead__in=keys).values_list("lead_id", "buying_roles"):
        people[lead_id].append(frozenset(roles))
    steps: dict[int, list[Step]] = defaultdict(list)
    still_open = NextStep.objects.filter(lead__in=keys, status=StepStatus.OPEN).order_by("due_at", "pk")
    for lead_id, title, due_at, snoozed in still_open.values_list("lead_id", "title", "due_at", "snoozed_until"):
        steps[lead_id].append(Step(title, due_at, snoozed))
    closed = NextStep.objects.filter(lead__in=keys).order_by().values_list("lead_id").annotate(at=Max("closed_at"))
    last_closed = dict(closed)
    stays = Stay.objects.filter(lead__in=keys, kind=StayKind.PHASE, ended_at__isnull=True)
    phases = {lead_id: (key, since) for lead_id, key, since in stays.values_list("lead_id", "key", "began_at")}
    usual = usual_lengths(business, {key for key, _ in phases.values()})
    return {
        lead.pk: Situation(
            last_activity=last[lead.pk],
            idle_from=_idle_from(last[lead.pk], idle_days, calendar),
            stakeholders=tuple(people[lead.pk]),
            steps=tuple(steps[lead.pk]),
            last_step_at=last_closed.get(lead.pk) or lead.created_at,
            phase=phases[lead.pk][0] if lead.pk in phases else "",
            phase_since=phases[lead.pk][1] if lead.pk in phases else None,
            usual_days=usual.get(phases[lead.pk][0]) if lead.pk in phases else None,
        )
        for lead in leads
    }


def _idle_from(last: datetime, days: int, calendar: WorkingCalendar) -> datetime | None:
    try:
        return add_days(last, days, calendar)
    except NoWorkingTime:
        return None


def usual_lengths(business: Business, phases: set[str]) -> dict[str, float | None]:
    """Return for each phase how many days three of four won deals were there at most; None for too few deals."""
    if not phases:
        return {}
    ended = Stay.objects.filter(
        business=business,
        kind=StayKind.PHASE,
        key__in=phases,
        ended_at__isnull=False,
        lead__outcome=LeadOutcome.WON,
    ).order_by("-pk")
    deals: dict[str, dict[int, float]] = {phase: defaultdict(float) for phase in phases}
    for key, lead_id, began_at, ended_at in ended.values_list("key", "lead_id", "began_at", "ended_at")[:STAYS_AT_MOST]:
        if ended_at is not None:
            deals[key][lead_id] += (ended_at - began_at).total_seconds() / 86_400
    return {phase: usual_length(list(days.values())) for phase, days in deals.items()}


# --- What verdicts say ---------------------------------------------------------------------------


def latest_diagnoses(lead_ids: Sequence[int]) -> list[Diagnosis]:
    """Return the latest diagnosis of each lead that was not given up; one query."""
    kept = Diagnosis.objects.filter(lead__in=lead_ids).exclude(status=DiagnosisStatus.ABANDONED).order_by()
    latest = kept.values("lead_id").annotate(latest=Max("pk")).values("latest")
    rows = Diagnosis.objects.filter(pk__in=latest).select_related("version", "lead").defer("version__document")
    return list(rows)


def _said_by_verdicts(
    leads: Sequence[Lead], business: Business, settings: Settings, now: datetime
) -> dict[int, list[Risk]]:
    diagnoses = latest_diagnoses([lead.pk for lead in leads])
    said: dict[int, list[Risk]] = {lead.pk: [] for lead in leads}
    for diagnosis in diagnoses:
        diagnosis.business = business
    evaluations = evaluations_of(diagnoses, now)
    for diagnosis, (_, evaluation) in zip(diagnoses, evaluations, strict=True):
        since = diagnosis.completed_at or diagnosis.changed_at
        for result in evaluation.verdict.risks:
            spec = result.risk.spec
            if spec.key not in settings.inactive:
                setting = settings.of_verdict(spec.key, blocking=spec.blocking)
                present = PRESENT[result.present]
                because = f"{SAID[result.present]} {spec.what_to_do}".strip()
                found = risk(setting, present, because, since if present else None, name=spec.label)
                said[diagnosis.lead_id].append(replace(found, from_diagnosis=diagnosis.pk))
    return said


PRESENT = {Decision.YES: True, Decision.NO: False, Decision.UNKNOWN: None}
SAID = {
    Decision.YES: "The answers of the diagnosis show it.",
    Decision.NO: "The answers of the diagnosis rule it out.",
    Decision.UNKNOWN: "The diagnosis does not tell yet.",
}


# --- What was foreseen ---------------------------------------------------------------------------


def review_loss(lead: Lead, receipt: Transition, leaving: str, by: Viewer, now: datetime) -> None:
    """Hold the reason for which a lead is lost against what was predicted; what follows from its move comes later."""
    if receipt.to_stage != Stage.LOST.value or receipt.cause is None:
        return
    risks = _risks([lead], by.business, now, without_move=receipt.pk)[lead.pk]
    LossReview.objects.create(
        business_id=lead.business_id,
        lead=lead,
        transition=receipt,
        cause=receipt.cause,
        predicted=[_frozen(found) for found in risks if found.present == Decision.YES],
        foreseen=held_against(receipt.cause.key, risks).value,
        at=now,
    )


def _frozen(found: Risk) -> dict[str, Any]:
    return {
        "key": found.key,
        "name": found.name,
        "because": found.because,
        "since": found.since.isoformat() if found.since else None,
        "severity": found.severity.value,
        "predicts": found.predicts,
        "predicts_label": found.predicts_label,
    }
