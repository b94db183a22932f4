"""Names that rules read, as a person reads them."""

from assessments.domain.plan import TemplatePlan
from leads.domain.snapshot import base_key
from leads.domain.values import AttributeSpec, ValueType


def label_of(plan: TemplatePlan, name: str) -> str:
    key = base_key(name)
    if key in plan.questions:
        return plan.questions[key].spec.text
    if key in plan.attributes:
        return plan.attributes[key].label
    formula = next((formula.spec.label for formula in plan.formulas if formula.key == key), "")
    return formula or name.replace("_", " ").capitalize()


def spec_of(plan: TemplatePlan, name: str) -> AttributeSpec:
    """Return how a value of this name is shown: like the question or attribute that it is, else as a number."""
    key = base_key(name)
    if key != name:
        return AttributeSpec(name, name, ValueType.NUMBER, unit="days")
    if key in plan.questions:
        return plan.questions[key].value
    if key in plan.attributes:
        return plan.attributes[key]
    formula = next((formula.spec for formula in plan.formulas if formula.key == key), None)
    if formula is None:
        return AttributeSpec(name, name, ValueType.NUMBER)
    kind = ValueType.MONEY if formula.cost_item else ValueType.NUMBER
    return AttributeSpec(name, formula.label, kind, unit=formula.unit)
