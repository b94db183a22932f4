"""Filter sets as GraphQL inputs, so that a filter is written once and is typed here."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import django_filters
import strawberry
from strawberry.types.base import get_object_definition
from strawberry.utils.str_converters import to_camel_case

from leads.domain.errors import DomainError
from leads.domain.level_and_stage import LevelAndStage
from leads.domain.stages import Level, Stage
from leads.filters import (
    AnyOf,
    AttributeCondition,
    AttributeConditionsFilter,
    ContactFilterSet,
    IdFilter,
    LeadFilterSet,
    OrganizationFilterSet,
    TenantFilterSet,
)
from leads.graphql.fields import pk_of
from leads.models import LeadOutcome
from leads.selectors import check_moment


@strawberry.input(description="A wish about one filterable attribute; what is left out is not asked for.")
class AttributeConditionInput:
    key: str = strawberry.field(description="The attribute's key.")
    any_of: list[str] | None = strawberry.field(
        default=None, description="One of these texts or codes; `yes` and `no` for yes/no."
    )
    at_least: Decimal | None = strawberry.field(default=None, description="This number or more.")
    at_most: Decimal | None = strawberry.field(default=None, description="This number or less.")
    not_before: date | None = strawberry.field(default=None, description="This day or later.")
    not_after: date | None = strawberry.field(default=None, description="This day or earlier.")
    given: bool | None = strawberry.field(default=None, description="True: a value was given. False: none was.")

    def condition(self) -> AttributeCondition:
        return AttributeCondition(
            key=self.key,
            any_of=None if self.any_of is None else tuple(self.any_of),
            at_least=self.at_least,
            at_most=self.at_most,
            not_before=self.not_before,
            not_after=self.not_after,
            given=self.given,
        )


CHOICES: dict[str, Any] = {
    "stage": Stage,
    "level": Level,
    "computed_level": Level,
    "possible_level": Level,
    "outcome": LeadOutcome,
    "level_and_stage": LevelAndStage,
}


def _graphql_type(found: django_filters.Filter, choice: Any) -> Any:
    """Return the type of the input field for a filter; an unknown kind of filter is an error."""
    if isinstance(found, django_filters.MultipleChoiceFilter):
        return list[choice]
    if isinstance(found, AttributeConditionsFilter):
        return list[AttributeConditionInput]
    for kind, type_ in (
        (IdFilter, strawberry.ID),
        (AnyOf, list[str]),
        (django_filters.BooleanFilter, bool),
        (django_filters.NumberFilter, Decimal),
        (django_filters.IsoDateTimeFilter, datetime),
        (django_filters.CharFilter, str),
    ):
        if isinstance(found, kind):
            return type_
    raise TypeError(f"No GraphQL type is known for the filter {type(found).__name__}.")


def input_of(filter_set: type[TenantFilterSet], name: str, description: str, choices: dict[str, Any] = CHOICES) -> type:
    """Return the input type with a field for every filter of the set; `choices` names the enum of each choice."""
    namespace: dict[str, Any] = {"__annotations__": {}}
    for key, found in filter_set.base_filters.items():
        namespace["__annotations__"][key] = _graphql_type(found, choices.get(key)) | None
        namespace[key] = strawberry.field(default=None, description=found.extra["help_text"])
    namespace["filter_set"] = filter_set
    namespace["__module__"] = __name__
    return strawberry.input(type(name, (), namespace), description=description)


class IdRefused(DomainError):
    code = "invalid_id"


def data_of(given: Any) -> dict[str, Any]:
    """Return what a filter set takes: enums by value, ids by key, without what was not given."""
    data: dict[str, Any] = {}
    if given is None:
        return data
    for field in get_object_definition(given, strict=True).fields:
        value = getattr(given, field.python_name)
        if value is None:
            continue
        found = given.filter_set.base_filters[field.python_name]
        if isinstance(found, IdFilter):
            key = pk_of(value, found.of)
            if key is None:
                raise IdRefused(f"This is no id of the type {found.of}.", field=to_camel_case(field.python_name))
            data[field.python_name] = key
        elif isinstance(found, AttributeConditionsFilter):
            data[field.python_name] = [condition.condition() for condition in value]
        elif isinstance(found, django_filters.MultipleChoiceFilter):
            data[field.python_name] = [choice.value for choice in value]
        elif isinstance(found, django_filters.IsoDateTimeFilter):
            check_moment(value, to_camel_case(field.python_name))
            data[field.python_name] = value
        else:
            data[field.python_name] = value
    return data


LeadFilter: Any = input_of(LeadFilterSet, "LeadFilter", "Which leads; all that is given must hold.")
OrganizationFilter: Any = input_of(
    OrganizationFilterSet, "OrganizationFilter", "Which organizations; all that is given must hold."
)
ContactFilter: Any = input_of(ContactFilterSet, "ContactFilter", "Which contacts; all that is given must hold.")
