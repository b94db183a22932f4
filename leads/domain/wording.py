"""Facts as a person reads them."""

from leads.domain.plan import Plan
from leads.domain.rules import Fact, Reason, Unknown
from leads.domain.snapshot import DOES_NOT_KNOW, base_key
from leads.domain.values import AttributeSpec, ValueType, decode, display

UNKNOWN = {
    Reason.NOT_ASKED: "Not asked yet",
    Reason.DOES_NOT_KNOW: "The prospect does not know",
    Reason.STALE: "Learned too long ago",
    Reason.NOT_COMPUTABLE: "Cannot be worked out",
}


def shown(spec: AttributeSpec, fact: Fact, currency: str) -> str:
    """Return a value with its unit, or why there is none."""
    return UNKNOWN[fact.reason] if isinstance(fact, Unknown) else display(spec, fact, currency)


def shown_stored(spec: AttributeSpec, stored: object, currency: str) -> str:
    """Return a value as evidence keeps it; one that the attribute does not take any more cannot be worked out."""
    if stored == DOES_NOT_KNOW:
        return UNKNOWN[Reason.DOES_NOT_KNOW]
    value = decode(spec, stored)
    return UNKNOWN[Reason.NOT_COMPUTABLE] if value is None else display(spec, value, currency)


def label_of(plan: Plan, name: str) -> str:
    """Return the label behind a name in a plan's rules."""
    label = plan.attributes[base_key(name)].label
    if name == base_key(name):
        return label
    return f"Days {'until' if name.startswith('days_until_') else 'since'}: {label}"


def spec_of(plan: Plan, name: str) -> AttributeSpec:
    """Return the attribute behind a name, or for days until and since a number of days."""
    spec = plan.attributes[base_key(name)]
    if name == spec.key:
        return spec
    return AttributeSpec(key=name, label=label_of(plan, name), type=ValueType.NUMBER, unit="days")
