"""What the answers of a diagnosis mean: its compiled template, the facts about its lead, the evaluation."""

from collections.abc import Callable
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
from leads.domain.values import decode
from leads.models import Lead


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
        answers = decode_answers(plan, diagnosis.answers)
        moment = diagnosis.completed_at or now
        today = selectors.local_day(diagnosis.business, moment)
        facts = kept_facts(plan, diagnosis) if diagnosis.completed_at else facts_of(plan, diagnosis.lead, now)
        kept = diagnosis.revision, plan, evaluate(plan, answers, facts, today)
        diagnosis.__dict__["_evaluation"] = kept
    return kept[1], kept[2]


def take_evaluation(diagnosis: Diagnosis, of: Diagnosis) -> None:
    """Let a row that was read again rest on what was worked out for it, unless it changed since."""
    kept = of.__dict__.get("_evaluation")
    if kept is not None and kept[0] == diagnosis.revision and diagnosis.completed_at is None:
        diagnosis.__dict__["_evaluation"] = kept


def facts_of(plan: TemplatePlan, lead: Lead, now: datetime) -> dict[str, Fact]:
    """Return what is known of the lead of the attributes that the template reads."""
    counting = [spec for spec in plan.attributes.values() if spec.counts_days is not None]
    counts = (
        selectors.count_engagements(lead.business, [spec.window for spec in counting], [lead.pk], now).get(lead.pk, {})
        if counting
        else {}
    )
    known: dict[str, Fact] = {spec.key: Decimal(counts.get(spec.window, 0)) for spec in counting}
    for key, spec in plan.attributes.items():
        if key not in known:
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
