"""Filter sets as inputs of the reports: the same names, types and meanings as in the other API."""

from typing import Any

import django_filters
import graphene
from django.db.models import QuerySet
from graphene.utils.str_converters import to_camel_case

from leads.domain.errors import DomainError
from leads.domain.level_and_stage import LevelAndStage
from leads.domain.stages import Level, Stage
from leads.filters import (
    AnyOf,
    AttributeCondition,
    AttributeConditionsFilter,
    FilterRefused,
    IdFilter,
    LeadFilterSet,
    OrganizationFilterSet,
    QualificationFilterSet,
    TenantFilterSet,
)
from leads.global_ids import decode_id
from leads.models import LeadOutcome, TenantModel
from leads.reporting.scalars import ENUMS, Decimal
from leads.selectors import check_moment


class IdRefused(DomainError):
    code = "invalid_id"


class AttributeConditionInput(graphene.InputObjectType):
    class Meta:
        description = "A wish about one filterable attribute; what is left out is not asked for."

    key = graphene.String(required=True, description="The attribute's key.")
    any_of = graphene.List(
        graphene.NonNull(graphene.String), description="One of these texts or codes; `yes` and `no` for yes/no."
    )
    at_least = Decimal(description="This number or more.")
    at_most = Decimal(description="This number or less.")
    not_before = graphene.Date(description="This day or later.")
    not_after = graphene.Date(description="This day or earlier.")
    given = graphene.Boolean(description="True: a value was given. False: none was.")

    @staticmethod
    def condition(given: dict[str, Any]) -> AttributeCondition:
        any_of = given.get("any_of")
        return AttributeCondition(**(given | {"any_of": None if any_of is None else tuple(any_of)}))


class FilterInput(graphene.InputObjectType):
    """An input with a field for every filter of its set."""

    class Meta:
        abstract = True

    filter_set: type[TenantFilterSet]


CHOICES = {
    "stage": Stage,
    "level": Level,
    "computed_level": Level,
    "possible_level": Level,
    "outcome": LeadOutcome,
    "level_and_stage": LevelAndStage,
}


def input_of(
    filter_set: type[TenantFilterSet], name: str, description: str, choices: dict[str, Any] = CHOICES
) -> type[FilterInput]:
    """Return the input for a filter set; `choices` names the enum behind each multiple choice."""
    fields = {
        key: _field(found, choices.get(key), found.extra["help_text"]) for key, found in filter_set.base_filters.items()
    }
    meta = type("Meta", (), {"description": description})
    made = type(name, (FilterInput,), {**fields, "Meta": meta})
    made.filter_set = filter_set  # type: ignore[attr-defined]
    return made


def _field(found: django_filters.Filter, choice: Any, text: str) -> Any:
    """Return the input field for a filter; an unknown kind of filter is an error."""
    if isinstance(found, django_filters.MultipleChoiceFilter):
        return graphene.List(graphene.NonNull(ENUMS[choice]), description=text)
    if isinstance(found, AttributeConditionsFilter):
        return graphene.List(graphene.NonNull(AttributeConditionInput), description=text)
    if isinstance(found, AnyOf):
        return graphene.List(graphene.NonNull(graphene.String), description=text)
    for kind, scalar in (
        (IdFilter, graphene.ID),
        (django_filters.BooleanFilter, graphene.Boolean),
        (django_filters.NumberFilter, Decimal),
        (django_filters.IsoDateTimeFilter, graphene.DateTime),
        (django_filters.CharFilter, graphene.String),
    ):
        if isinstance(found, kind):
            return scalar(description=text)
    raise TypeError(f"No GraphQL type is known for the filter {type(found).__name__}.")


def filtered(info: Any, model: type[TenantModel], by: type[FilterInput], given: Any) -> QuerySet[Any]:
    """Return the visible rows that a filter input asks for."""
    context = info.context
    visible = model.objects.visible_to(context.viewer)
    data = {
        name: _value(by.filter_set.base_filters[name], value, to_camel_case(name))
        for name, value in (given or {}).items()
        if value is not None
    }
    try:
        return by.filter_set(data, visible, viewer=context.viewer, now=context.now).result()
    except FilterRefused as refusal:
        field = to_camel_case(refusal.field) if refusal.field else None
        raise FilterRefused(refusal.message, field=field) from refusal


def _value(found: django_filters.Filter, value: Any, field: str) -> Any:
    """Return what the filter takes: keys for global ids, values for enums."""
    if isinstance(found, IdFilter):
        return _pk_of(value, found.of, field)
    if isinstance(found, AttributeConditionsFilter):
        return [AttributeConditionInput.condition(condition) for condition in value]
    if isinstance(found, django_filters.MultipleChoiceFilter):
        return [choice.value for choice in value]
    if isinstance(found, django_filters.IsoDateTimeFilter):
        check_moment(value, field)
    return value


def _pk_of(text: str, of: str, field: str) -> int:
    """Return the key behind a global id of this type; raise IdRefused for any other text."""
    type_name, key = decode_id(text) or ("", 0)
    if type_name != of:
        raise IdRefused(f"This is no id of the type {of}.", field=field)
    return key


LeadFilter = input_of(LeadFilterSet, "LeadFilter", "Which leads; all that is given must hold.")
OrganizationFilter = input_of(
    OrganizationFilterSet, "OrganizationFilter", "Which organizations; all that is given must hold."
)
QualificationFilter = input_of(
    QualificationFilterSet, "QualificationFilter", "Which judgements; all that is given must hold."
)
