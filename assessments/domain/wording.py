"""Names that rules read, as a person reads them."""

from assessments.domain.names import PROBLEM_COST
from assessments.domain.plan import TemplatePlan
from assessments.domain.template import FormulaSpec
from leads.domain.values import AttributeSpec, ValueType

MONEY_FIGURES = frozenset({PROBLEM_COST, "act_from", "offer_price"})
PERCENTAGES = frozenset({"recoverable_share"})


def label_of(plan: TemplatePlan, name: str) -> str:
    key = plan.names.base(name)
    if name in plan.names.points:
        return f"Points of “{plan.questions[key].spec.text}”"
    if key in plan.questions:
        return plan.questions[key].spec.text
    if key in plan.attributes:
        return plan.attributes[key].label
    formula = next((formula.spec.label for formula in plan.formulas if formula.key == key), "")
    return formula or name.replace("_", " ").capitalize()


def spec_of(plan: TemplatePlan, name: str) -> AttributeSpec:
    """Return how a value of this name is shown: like the question or attribute that it is, else as a number."""
    key = plan.names.base(name)
    if name in plan.names.points:
        return AttributeSpec(name, name, ValueType.NUMBER, unit="points")
    if key != name:
        return AttributeSpec(name, name, ValueType.NUMBER, unit="days")
    if key in plan.questions:
        return plan.questions[key].value
    if key in plan.attributes:
        return plan.attributes[key]
    formula = next((formula.spec for formula in plan.formulas if formula.key == key), None)
    if formula is None:
        return AttributeSpec(name, name, _type_of_figure(name))
    return AttributeSpec(name, formula.label, type_of_formula(formula, plan.document.currency), unit=formula.unit)


def type_of_formula(spec: FormulaSpec, currency: str) -> ValueType:
    """Return MONEY for a cost item and for what has the document's currency as its unit, else NUMBER."""
    is_money = spec.cost_item or (currency and spec.unit.strip() == currency)
    return ValueType.MONEY if is_money else ValueType.NUMBER


def _type_of_figure(name: str) -> ValueType:
    if name in PERCENTAGES:
        return ValueType.PERCENT
    return ValueType.MONEY if name in MONEY_FIGURES else ValueType.NUMBER
