"""What is known about a diagnosis's questions apart from its own answers: evidence, and the prospect's own answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from assessments.domain.answers import check_value
from assessments.domain.engine import Standing
from assessments.domain.known import Known, contradicted_by, freshest
from assessments.domain.plan import TemplatePlan
from assessments.domain.questions import PlannedQuestion
from assessments.domain.self_assessment import own_answers
from assessments.models import UNFINISHED, Diagnosis, LinkKind, ProspectLink
from assessments.services.editions import chain_of
from assessments.services.evaluating import evaluation_of
from leads.domain.rules import Unknown
from leads.domain.snapshot import current_value, fact
from leads.domain.values import ValueRefused
from leads.models import EvidenceSource


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a question: what is known, what may be confirmed, what speaks against the answer."""

    known: Known | None = None
    offered: Known | None = None
    contradiction: Known | None = None


NOTHING = Beside()


def own_links(diagnosis: Diagnosis) -> Iterable[ProspectLink]:
    """Return the self-assessments that were submitted for this diagnosis or an edition that it rests on; one query."""
    submitted = ProspectLink.objects.filter(kind=LinkKind.SELF_ASSESSMENT, submitted_at__isnull=False)
    of = submitted.filter(diagnosis__in=chain_of(diagnosis)) if diagnosis.edition > 1 else submitted
    return (of if diagnosis.edition > 1 else submitted.filter(diagnosis=diagnosis)).order_by("submitted_at", "id")


def own_known(plan: TemplatePlan, links: Iterable[ProspectLink], now: datetime) -> dict[str, Known]:
    """Return by question what a prospect answered itself and sent; the last one counts."""
    found: dict[str, Known] = {}
    for link in links:
        at = link.submitted_at
        if at is None:
            continue
        for key, value in own_answers(plan, link.answers).items():
            if isinstance(value, Unknown):
                continue
            spec = plan.attributes.get(plan.questions[key].attribute)
            days = spec.freshness_days if spec else None
            fresh = days is None or at + timedelta(days=days) > now
            found[key] = Known(value, EvidenceSource.PROSPECT.value, at, fresh, link.contact_id)
    return found


def beside(diagnosis: Diagnosis, question: PlannedQuestion, own: Mapping[str, Known], now: datetime) -> Beside:
    """Return what stands beside a question; nothing once the diagnosis is over, which then stays as it was."""
    if diagnosis.status not in UNFINISHED:
        return NOTHING
    plan, evaluation = evaluation_of(diagnosis, now)
    candidates = [found for found in (_evidence(diagnosis, plan, question, now), own.get(question.key)) if found]
    known = freshest(candidates)
    standing = evaluation.standing[question.key]
    offered = known if known is not None and known.fresh and standing is Standing.OPEN else None
    against = None
    # A diagnosis's own earlier word is no second source.
    others = [found for found in candidates if found.source != EvidenceSource.DIAGNOSIS]
    if standing is Standing.ANSWERED and others:
        against = contradicted_by(evaluation.facts[question.key], others)
    return Beside(known, offered, against)


def _evidence(diagnosis: Diagnosis, plan: TemplatePlan, question: PlannedQuestion, now: datetime) -> Known | None:
    spec = plan.attributes.get(question.attribute)
    entry = diagnosis.lead.snapshot.get(question.attribute) if spec else None
    value = current_value(spec, entry) if spec else None
    if spec is None or entry is None or value is None:
        return None
    try:
        checked = check_value(question, value)
    except ValueRefused:  # kept under other bounds or options than this question's
        return None
    fresh = not isinstance(fact(spec, entry, now, spec.freshness_days)[0], Unknown)
    return Known(checked, str(entry["src"]), datetime.fromisoformat(entry["at"]), fresh)
