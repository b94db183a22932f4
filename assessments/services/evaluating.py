"""What the answers of a diagnosis mean: its compiled template, the facts about its lead, the evaluation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from assessments.domain.answers import decode_answers
from assessments.domain.engine import Evaluation, evaluate
from assessments.domain.plan import TemplatePlan, compile_template
from assessments.domain.template_document import read
from assessments.models import Diagnosis, TemplateVersion
from leads import selectors
from leads.domain.rules import Fact, Reason, Unknown
from leads.domain.snapshot import fact
from leads.domain.values import Window, decode
from leads.models import Business, Lead


@dataclass(frozen=True, slots=True)
class Source:
    """A published document, known by its checksum and read only where it was not compiled yet."""

    checksum: str
    load: Callable[[], str] = field(compare=False)


@lru_cache(maxsize=256)
def _compiled(source: Source) -> TemplatePlan:
    return compile_template(read(source.load()))


def plan_of(version: TemplateVersion) -> TemplatePlan:
    """Return the compiled plan of a published version; its document may be deferred."""
    return _compiled(Source(version.checksum, lambda: version.document))


def evaluation_of(diagnosis: Diagnosis, now: datetime) -> tuple[TemplatePlan, Evaluation]:
    """Return what the answers mean: now for a running diagnosis, then for a completed one.

    Worked out once a row. The diagnosis needs its version, lead and business loaded.
    """
    kept = diagnosis.__dict__.get("_evaluation")
    if kept is None or kept[0] != diagnosis.revision:
        plan = plan_of(diagnosis.version)
        facts = kept_facts(plan, diagnosis) if diagnosis.completed_at else facts_of(plan, diagnosis.lead, now)
        return _evaluated(diagnosis, plan, facts, now)
    return kept[1], kept[2]


def evaluations_of(diagnoses: Sequence[Diagnosis], now: datetime) -> list[tuple[TemplatePlan, Evaluation]]:
    """Return the same for many of one business; the number of queries depends on their versions only."""
    counts: dict[str, Mapping[int, Mapping[Window, int]]] = {}
    found = []
    for diagnosis in diagnoses:
        plan = plan_of(diagnosis.version)
        if diagnosis.completed_at:
            facts = kept_facts(plan, diagnosis)
        else:
            checksum = diagnosis.version.checksum
            if checksum not in counts:
                counts[checksum] = _counts(plan, diagnosis.business, [row.lead_id for row in diagnoses], now)
            facts = _facts(plan, diagnosis.lead, counts[checksum].get(diagnosis.lead_id, {}), now)
        found.append(_evaluated(diagnosis, plan, facts, now))
    return found


def _evaluated(
    diagnosis: Diagnosis, plan: TemplatePlan, facts: dict[str, Fact], now: datetime
) -> tuple[TemplatePlan, Evaluation]:
    today = selectors.local_day(diagnosis.business, diagnosis.completed_at or now)
    evaluation = evaluate(plan, decode_answers(plan, diagnosis.answers), facts, today)
    diagnosis.__dict__["_evaluation"] = diagnosis.revision, plan, evaluation
    return plan, evaluation


def take_evaluation(diagnosis: Diagnosis, of: Diagnosis) -> None:
    """Let a row that was read again rest on what was worked out for it, unless it changed since."""
    kept = of.__dict__.get("_evaluation")
    if kept is not None and kept[0] == diagnosis.revision and diagnosis.completed_at is None:
        diagnosis.__dict__["_evaluation"] = kept


def facts_of(plan: TemplatePlan, lead: Lead, now: datetime) -> dict[str, Fact]:
    """Return what is known of the lead of the attributes that the template reads."""
    if all(spec.counts_days is None for spec in plan.attributes.values()):
        return _facts(plan, lead, {}, now)  # the lead's business need not be read
    return _facts(plan, lead, _counts(plan, lead.business, [lead.pk], now).get(lead.pk, {}), now)


def _counts(
    plan: TemplatePlan, business: Business, lead_ids: list[int], now: datetime
) -> Mapping[int, Mapping[Window, int]]:
    windows = [spec.window for spec in plan.attributes.values() if spec.counts_days is not None]
    return selectors.count_engagements(business, windows, lead_ids, now) if windows else {}


def _facts(plan: TemplatePlan, lead: Lead, counts: Mapping[Window, int], now: datetime) -> dict[str, Fact]:
    known: dict[str, Fact] = {}
    for key, spec in plan.attributes.items():
        if spec.counts_days is not None:
            known[spec.key] = Decimal(counts.get(spec.window, 0))
        else:
            known[key], _ = fact(spec, lead.snapshot.get(key), now, spec.freshness_days)
    return known


def kept_facts(plan: TemplatePlan, diagnosis: Diagnosis) -> dict[str, Fact]:
    """Return what was known when the diagnosis was completed."""
    known: dict[str, Fact] = {}
    for key, stored in diagnosis.facts.items():
        if isinstance(stored, dict) and "unknown" in stored:
            known[key] = Unknown(Reason(stored["unknown"]), (key,))
        elif key in plan.attributes:
            value = decode(plan.attributes[key], stored)
            known[key] = Unknown(Reason.NOT_COMPUTABLE, (key,)) if value is None else value
    return known
