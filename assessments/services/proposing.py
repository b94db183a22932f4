"""Which guided diagnosis suits a lead, by what is known of it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from django.db.models import Prefetch, prefetch_related_objects

from assessments.domain.template_document import read
from assessments.models import AssessmentTemplate, TemplateVersion
from assessments.services.evaluating import Source
from leads import selectors
from leads.domain.errors import DomainError
from leads.domain.qualification import Decision
from leads.domain.rules import Fact, Rule, Unknown, compile_rule
from leads.domain.snapshot import base_key, derived, fact, names_of
from leads.domain.values import AttributeSpec
from leads.models import Lead, Status
from leads.tenancy import Viewer


class NoTemplateProposed(DomainError):
    code = "no_template_proposed"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A published template, whether it suits the lead, and why in words."""

    version: TemplateVersion
    fits: Decision
    because: str
    conditional: bool

    @property
    def template(self) -> AssessmentTemplate:
        return self.version.template


@dataclass(frozen=True, slots=True)
class _Condition:
    rule: Rule
    attributes: dict[str, AttributeSpec]


@lru_cache(maxsize=256)
def _condition(source: Source) -> _Condition | None:
    """Return the document's own condition; None if it suits all leads."""
    document = read(source.load())
    if not document.propose_when.strip():
        return None
    rule = compile_rule(document.propose_when, names_of(document.attributes))
    read_keys = {base_key(name) for name in rule.reads} | set(rule.reads)
    return _Condition(rule, {spec.key: spec for spec in document.attributes if spec.key in read_keys})


def proposals(lead: Lead, by: Viewer, now: datetime) -> list[Proposal]:
    """Return every published template in the business's order; the lead needs its business."""
    published = TemplateVersion.objects.visible_to(by).filter(
        status=Status.PUBLISHED, template__archived_at__isnull=True
    )
    versions = published.select_related("template").defer("document").order_by("template__position", "template_id")
    return [_proposal(version, lead, now) for version in versions]


def proposals_for(lead_id: int | None, by: Viewer, now: datetime) -> list[Proposal]:
    """Return the proposals for a lead, with the versions of their templates; none if it is not there."""
    lead = Lead.objects.visible_to(by).filter(pk=lead_id or 0).first()
    if lead is None:
        return []
    lead.business = by.business
    found = proposals(lead, by, now)
    versions = TemplateVersion.objects.defer("document")
    prefetch_related_objects([proposal.template for proposal in found], Prefetch("versions", versions))
    return found


def proposed_version(lead: Lead, by: Viewer, now: datetime) -> TemplateVersion:
    """Return the first template that was written for such leads, else the first that suits all of them.

    Raises NoTemplateProposed.
    """
    found = proposals(lead, by, now)
    fitting = [proposal for proposal in found if proposal.fits is Decision.YES and proposal.conditional]
    for proposal in [*fitting, *(proposal for proposal in found if not proposal.conditional)]:
        return proposal.version
    raise NoTemplateProposed("No guided diagnosis fits what is known of this lead: choose one.", field="template")


def _proposal(version: TemplateVersion, lead: Lead, now: datetime) -> Proposal:
    condition = _condition(Source(version.checksum, lambda: version.document))
    if condition is None:
        return Proposal(version, Decision.YES, "It suits every lead.", conditional=False)
    known = _facts(condition, lead, now)
    found = condition.rule.function(known)
    text = condition.rule.text
    if isinstance(found, Unknown):
        labels = [
            condition.attributes[base_key(name)].label for name in found.names if base_key(name) in condition.attributes
        ]
        missing = f" Not known: {', '.join(labels)}." if labels else ""
        return Proposal(version, Decision.UNKNOWN, f"It is for leads with {text}.{missing}", conditional=True)
    if found is True:
        return Proposal(version, Decision.YES, f"The lead has {text}.", conditional=True)
    return Proposal(version, Decision.NO, f"It is for leads with {text}.", conditional=True)


def _facts(condition: _Condition, lead: Lead, now: datetime) -> dict[str, Fact]:
    today = selectors.local_day(lead.business, now)
    windows = [spec.window for spec in condition.attributes.values() if spec.counts_days is not None]
    counts = selectors.count_engagements(lead.business, windows, [lead.pk], now).get(lead.pk, {}) if windows else {}
    known: dict[str, Fact] = {}
    for key, spec in condition.attributes.items():
        if spec.counts_days is not None:
            known[key] = Decimal(counts.get(spec.window, 0))
        else:
            known[key], _ = fact(spec, lead.snapshot.get(key), now, spec.freshness_days)
    for name in condition.rule.reads:
        if name not in known and base_key(name) in known:
            known[name] = derived(name, known[base_key(name)], today)
    return known
