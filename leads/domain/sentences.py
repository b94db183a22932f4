"""What the names in rules mean to people: labels, units, and the labels of choices."""

from collections.abc import Iterable

from leads.domain.rules import Kind, RuleError
from leads.domain.rules.english import Meaning, say
from leads.domain.snapshot import names_of
from leads.domain.values import AttributeSpec, ValueType


def meanings_of(attributes: Iterable[AttributeSpec], currency: str) -> dict[str, Meaning]:
    """Return what every name stands for that rules may read, the days until and since dates included."""
    meanings: dict[str, Meaning] = {}
    for spec in attributes:
        before, after = "", f" {spec.unit}" if spec.unit else ""
        if spec.type == ValueType.MONEY:
            before, after = f"{currency} ", ""
        elif spec.type == ValueType.PERCENT:
            after = " %"
        choices = {choice.code: choice.label for choice in spec.choices}
        meanings[spec.key] = Meaning(spec.label, choices, before, after)
        if spec.type == ValueType.DATE:
            for way in ("until", "since"):
                meanings[f"days_{way}_{spec.key}"] = Meaning(f"Time {way} {spec.label}", after=" days")
    return meanings


def sentence(
    text: str, attributes: tuple[AttributeSpec, ...], currency: str, *, wants: Kind | None = Kind.YES_NO
) -> str:
    """Return what a rule over these attributes asks, in English; nothing for a rule that cannot be used."""
    try:
        return say(text, names_of(attributes), meanings_of(attributes, currency), wants=wants)
    except RuleError:
        return ""
