"""Values as the API takes and gives them."""

from datetime import date as Day  # several fields are called date
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

import strawberry
from strawberry.types.base import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from leads.domain.errors import shortened
from leads.domain.rules import Fact, Range, Reason, Unknown
from leads.domain.values import AttributeSpec, ValueRefused, ValueType, display
from leads.domain.wording import UNKNOWN
from leads.services.evidence import Given


@strawberry.type(description="An amount of money.")
class Money:
    amount: Decimal = strawberry.field(description="With two decimal places at most.")
    currency: str = strawberry.field(description="The three letters of ISO 4217, such as EUR.")


@strawberry.interface(description="What every value has: `... on Displayed { display }` reads any of them.")
class Displayed:
    display: str = strawberry.field(description="As a person reads it, with its unit.")


@strawberry.type(description="A number, exact or a range.")
class NumberValue(Displayed):
    number: Decimal = strawberry.field(description="The number; of a range the likely one.")
    low: Decimal = strawberry.field(description="The least it may be; the number itself if it is exact.")
    high: Decimal = strawberry.field(description="The most it may be; the number itself if it is exact.")
    unit: str = strawberry.field(description="The attribute's unit, empty if it has none.")


@strawberry.type(description="An amount of money, exact or a range.")
class MoneyValue(Displayed):
    money: Money = strawberry.field(description="The amount; of a range the likely one.")
    money_low: Money = strawberry.field(description="The least it may be; the amount itself if it is exact.")
    money_high: Money = strawberry.field(description="The most it may be; the amount itself if it is exact.")


@strawberry.type(description="A percentage, exact or a range; 12.5 means 12.5 %.")
class PercentValue(Displayed):
    percent: Decimal = strawberry.field(description="The percentage; of a range the likely one.")
    low: Decimal = strawberry.field(description="The least it may be.")
    high: Decimal = strawberry.field(description="The most it may be.")


@strawberry.type(description="One of an attribute's choices.")
class Choice:
    code: str = strawberry.field(description="Its stable code, to send back.")
    label: str = strawberry.field(description="What a person reads.")


@strawberry.type(description="A choice that was made.")
class ChoiceValue(Displayed):
    choice: Choice = strawberry.field(description="The choice.")


@strawberry.type(description="The choices that were made, none or several.")
class ChoicesValue(Displayed):
    choices: list[Choice] = strawberry.field(description="In the attribute's order.")


@strawberry.type(description="Yes or no.")
class YesNoValue(Displayed):
    yes_no: bool = strawberry.field(description="True means yes.")


@strawberry.type(description="A date without a zone.")
class DateValue(Displayed):
    date: Day = strawberry.field(description="The date.")


@strawberry.type(description="Free text.")
class TextValue(Displayed):
    text: str = strawberry.field(description="The text.")


@strawberry.type(description="No value, and why.")
class UnknownValue(Displayed):
    reason: Reason = strawberry.field(description="Why there is no value.")


Value = Annotated[
    NumberValue
    | MoneyValue
    | PercentValue
    | ChoiceValue
    | ChoicesValue
    | YesNoValue
    | DateValue
    | TextValue
    | UnknownValue,
    strawberry.union("Value", description="A typed value, or that it is unknown."),
]


def value_out(spec: AttributeSpec, value: Fact, currency: str) -> Any:
    """Return a value of this attribute as a member of the union."""
    if isinstance(value, Unknown):
        return UnknownValue(display=UNKNOWN[value.reason], reason=value.reason)
    shown = display(spec, value, currency)
    if isinstance(value, Decimal | Range):
        ends = (value.likely, value.low, value.high) if isinstance(value, Range) else (value, value, value)
        return _numeric_out(spec, shown, *ends, currency)
    if isinstance(value, bool):
        return YesNoValue(display=shown, yes_no=value)
    if isinstance(value, frozenset):
        chosen = [Choice(code=c.code, label=c.label) for c in spec.choices if c.code in value]
        return ChoicesValue(display=shown, choices=chosen)
    if isinstance(value, Day):
        return DateValue(display=shown, date=value)
    if spec.type == ValueType.CHOICE:
        return ChoiceValue(display=shown, choice=Choice(code=value, label=spec.label_of(value)))
    return TextValue(display=shown, text=value)


def _numeric_out(
    spec: AttributeSpec, shown: str, likely: Decimal, low: Decimal, high: Decimal, currency: str
) -> NumberValue | MoneyValue | PercentValue:
    if spec.type == ValueType.MONEY:
        amounts = [Money(amount=amount, currency=currency) for amount in (likely, low, high)]
        return MoneyValue(display=shown, money=amounts[0], money_low=amounts[1], money_high=amounts[2])
    if spec.type == ValueType.PERCENT:
        return PercentValue(display=shown, percent=likely, low=low, high=high)
    return NumberValue(display=shown, number=likely, low=low, high=high, unit=spec.unit)


# --- In ------------------------------------------------------------------------------------------


@strawberry.input(description="An amount of money in the business's currency.")
class MoneyInput:
    amount: Decimal = strawberry.field(description="With two decimal places at most.")
    currency: str = strawberry.field(description="Must be the business's currency.")


@strawberry.input(description="A number that is not known exactly: low ≤ likely ≤ high.")
class RangeInput:
    low: Decimal = strawberry.field(description="The least it may be.")
    likely: Decimal = strawberry.field(description="The best guess.")
    high: Decimal = strawberry.field(description="The most it may be.")


@strawberry.input(one_of=True, description="Exactly one of these, fitting the attribute's type.")
class ValueInput:
    number: Decimal | None = strawberry.field(
        default=strawberry.UNSET, description="For numbers, and for percentages (12.5 for 12.5 %)."
    )
    text: str | None = strawberry.field(default=strawberry.UNSET, description="For free text.")
    yes_no: bool | None = strawberry.field(default=strawberry.UNSET, description="For yes/no; true means yes.")
    choice: str | None = strawberry.field(default=strawberry.UNSET, description="The code of a choice.")
    choices: list[str] | None = strawberry.field(default=strawberry.UNSET, description="The codes of choices.")
    date: Day | None = strawberry.field(default=strawberry.UNSET, description="A date, YYYY-MM-DD.")
    money: MoneyInput | None = strawberry.field(default=strawberry.UNSET, description="An amount of money.")
    range: RangeInput | None = strawberry.field(
        default=strawberry.UNSET,
        description="For numbers, money (in the business's currency) and percentages.",
    )
    does_not_know: bool | None = strawberry.field(
        default=strawberry.UNSET, description="True: the prospect was asked and does not know."
    )


@strawberry.input(description="A value for one attribute.")
class AttributeValueInput:
    key: str = strawberry.field(description="The attribute's key.")
    value: ValueInput = strawberry.field(description="The value.")


FITTING: dict[ValueType, tuple[str, ...]] = {
    ValueType.NUMBER: ("number", "range"),
    ValueType.MONEY: ("money", "range"),
    ValueType.PERCENT: ("number", "range"),
    ValueType.CHOICE: ("choice",),
    ValueType.MULTI_CHOICE: ("choices",),
    ValueType.YES_NO: ("yesNo",),
    ValueType.DATE: ("date",),
    ValueType.TEXT: ("text",),
}


def values_in(given: list[AttributeValueInput], context: Any) -> dict[str, Given]:
    """Return the values by key; raise ValueRefused for a key that is there twice or a value of another kind.

    A key that is no attribute's is left for the service to refuse.
    """
    values: dict[str, Given] = {}
    for entry in given:
        if entry.key in values:
            raise ValueRefused(f"`{entry.key}` is there twice.", field=entry.key)
        attribute = context.attributes.get(entry.key)
        wanted = attribute.spec.type if attribute else None
        values[entry.key] = given_value(entry.key, entry.value, wanted, context.viewer.business.currency)
    return values


def given_value(key: str, value: ValueInput, wanted: ValueType | None, currency: str) -> Given:
    """Return what was given for `key`, None for "does not know"; raise ValueRefused if it is of another kind.

    `wanted` is None where the service finds out what is wanted.
    """
    key = shortened(key)
    name, found = next(
        (field.name, given)
        for field in get_object_definition(value, strict=True).fields
        if (given := getattr(value, field.python_name)) is not strawberry.UNSET
    )
    if name == "does_not_know":
        if found:
            return None
        raise ValueRefused(f"Give a value for `{key}`, or doesNotKnow: true.", field=key)
    if wanted is not None:
        check_fits(key, value, wanted)
    if isinstance(found, MoneyInput):
        if found.currency != currency:
            given = shortened(found.currency.strip()) or "none"
            raise ValueRefused(f"`{key}` takes amounts in {currency}, not {given}.", field=key)
        return found.amount
    if isinstance(found, RangeInput):
        ends = (found.low, found.likely, found.high)
        if not all(end.is_finite() for end in ends) or not found.low <= found.likely <= found.high:
            raise ValueRefused(f"The range of `{key}` must rise from low over likely to high.", field=key)
        return Range(*ends)
    return frozenset(found) if isinstance(found, list) else found


def check_fits(key: str, value: ValueInput, wanted: ValueType) -> None:
    """Raise ValueRefused if a value was given in another form than this type takes."""
    [name] = [
        field.python_name
        for field in get_object_definition(value, strict=True).fields
        if getattr(value, field.python_name) is not strawberry.UNSET
    ]
    if name != "does_not_know" and to_camel_case(name) not in FITTING[wanted]:
        raise ValueRefused(f"Give `{key}` as {' or '.join(FITTING[wanted])}.", field=key)


def moment(text: str) -> datetime:
    """Return the moment that a snapshot keeps."""
    return datetime.fromisoformat(text)
