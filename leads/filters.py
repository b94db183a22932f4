"""What leads, organizations, contacts and qualifications are searched by: one definition for every door.

Ids are primary keys here; a door that speaks of global ids translates them. A filter set is built with
the viewer and the moment: `LeadFilterSet(data, queryset, viewer=viewer, now=now)`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from leads.domain.errors import DomainError
from leads.domain.level_and_stage import LevelAndStage, places_of
from leads.domain.values import NUMBER_BELOW, NUMERIC, AttributeSpec, ValueType
from leads.models import (
    Contact,
    Flag,
    Lead,
    LeadOutcome,
    LeadValue,
    Opportunity,
    Organization,
    Qualification,
    Stay,
    StayKind,
)
from leads.models.lead import LEVELS, STAGES, in_force
from leads.models.lifecycle import OPPORTUNITY_STATUSES
from leads.selectors import attributes_of
from leads.tenancy import Viewer

COMPARISONS = [(comparison.value, comparison.label) for comparison in LevelAndStage]


class FilterRefused(DomainError):
    code = "filter_refused"


@dataclass(frozen=True, slots=True)
class AttributeCondition:
    """A wish about one filterable attribute; what is None is not asked for."""

    key: str
    any_of: tuple[str, ...] | None = None
    at_least: Decimal | None = None
    at_most: Decimal | None = None
    not_before: date | None = None
    not_after: date | None = None
    given: bool | None = None

    def __post_init__(self) -> None:
        for number in (self.at_least, self.at_most):
            if number is not None and not (number.is_finite() and abs(number) < NUMBER_BELOW):
                raise FilterRefused(f"`{self.key}` takes numbers smaller than {NUMBER_BELOW:,f}.", field="values")


class AttributeConditionsField(forms.Field):
    """A list of conditions, already typed by the door that takes them."""

    def clean(self, value: Any) -> list[AttributeCondition]:
        return list(value or [])


class AttributeConditionsFilter(filters.Filter):
    field_class = AttributeConditionsField


class IdFilter(filters.NumberFilter):
    """A primary key; `of` names the type whose global ids a door may translate."""

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.of = of


class AnyOf(filters.BaseInFilter, filters.CharFilter):
    """One of several texts."""


class TenantFilterSet(filters.FilterSet):
    """A filter set that knows on whose behalf and when it filters."""

    def __init__(self, data: Any, queryset: QuerySet[Any], *, viewer: Viewer, now: datetime) -> None:
        super().__init__(data, queryset)
        self.viewer, self.now = viewer, now

    def result(self) -> QuerySet[Any]:
        """Return the rows asked for; raise FilterRefused if what is asked makes no sense."""
        if not self.is_valid():
            field, messages = next(iter(self.errors.items()))
            raise FilterRefused(str(messages[0]), field=field)
        return self.qs


class LeadFilterSet(TenantFilterSet):
    stage = filters.MultipleChoiceFilter(choices=STAGES, distinct=False, help_text="In one of these stages.")
    phase = AnyOf(
        field_name="phase", lookup_expr="in", help_text="In one of these phases of the sales process, by their keys."
    )
    level = filters.MultipleChoiceFilter(
        choices=LEVELS, method="by_level_in_force", help_text="With one of these levels in force."
    )
    computed_level = filters.MultipleChoiceFilter(
        field_name="level", choices=LEVELS, distinct=False, help_text="With one of these computed levels."
    )
    possible_level = filters.MultipleChoiceFilter(
        choices=LEVELS, distinct=False, help_text="That may still turn out to be of one of these levels."
    )
    owner = IdFilter(field_name="owner_id", of="Membership", help_text="Owned by this member.")
    unassigned = filters.BooleanFilter(
        field_name="owner", lookup_expr="isnull", help_text="True: without an owner. False: with one."
    )
    organization = IdFilter(field_name="organization_id", of="Organization", help_text="At this organization.")
    source = AnyOf(field_name="source", lookup_expr="in", help_text="From one of these sources.")
    outcome = filters.MultipleChoiceFilter(choices=LeadOutcome.choices, distinct=False, help_text="That ended so.")
    level_and_stage = filters.MultipleChoiceFilter(
        choices=COMPARISONS,
        method="by_level_and_stage",
        help_text="Whose level in force compares so with what the stage means.",
    )
    opportunity = IdFilter(field_name="opportunity_id", of="Opportunity", help_text="That are part of it.")
    score_at_least = filters.NumberFilter(field_name="score", lookup_expr="gte", help_text="With this score or more.")
    score_below = filters.NumberFilter(field_name="score", lookup_expr="lt", help_text="With less than this score.")
    created_from = filters.IsoDateTimeFilter(
        field_name="created_at", lookup_expr="gte", help_text="Created then or later."
    )
    created_before = filters.IsoDateTimeFilter(
        field_name="created_at", lookup_expr="lt", help_text="Created before then."
    )
    flagged = filters.BooleanFilter(
        method="by_flag", help_text="True: with an open flag for its owner. False: without one."
    )
    search = filters.CharFilter(
        method="by_words", help_text="With this text in the title, the reference or the organization's name."
    )
    values = AttributeConditionsFilter(
        method="by_values", help_text="Of which all of this is known. For attributes that are filterable."
    )

    class Meta:
        model = Lead
        fields: list[str] = []

    def by_level_in_force(self, queryset: Any, name: str, levels: list[str]) -> QuerySet[Lead]:
        return queryset.at_level(levels, self.now) if levels else queryset

    def by_level_and_stage(self, queryset: Any, name: str, wanted: list[str]) -> QuerySet[Lead]:
        if not wanted:
            return queryset
        found = Q()
        for comparison in wanted:
            for stage, levels in places_of(LevelAndStage(comparison)).items():
                found |= Q(stage=stage.value) & in_force([level.value for level in levels], self.now)
        return queryset.filter(found)

    def by_flag(self, queryset: QuerySet[Lead], name: str, wanted: bool) -> QuerySet[Lead]:
        found = Exists(Flag.objects.filter(lead=OuterRef("pk"), cleared_at__isnull=True))
        return queryset.filter(found if wanted else ~found)

    def by_words(self, queryset: QuerySet[Lead], name: str, text: str) -> QuerySet[Lead]:
        named = Q(organization__name__icontains=text)
        return queryset.filter(
            named | Q(title__icontains=text) | Q(reference__istartswith=text) | Q(pk__in=self._merged(text))
        )

    def _merged(self, text: str) -> QuerySet[Lead, Any]:
        """Return into what leads with this reference were merged."""
        gone = Lead.everything.visible_to(self.viewer).filter(merged_into__isnull=False)
        return gone.filter(reference__istartswith=text).order_by().values("merged_into")

    def by_values(self, queryset: QuerySet[Lead], name: str, conditions: list[AttributeCondition]) -> QuerySet[Lead]:
        known = attributes_of(self.viewer, [condition.key for condition in conditions])
        for condition in conditions:
            attribute = known.get(condition.key)
            if attribute is None or not attribute.filterable:
                raise FilterRefused(
                    f"Leads cannot be searched by `{condition.key}`: it is no filterable attribute.",
                    field="values",
                )
            rows = LeadValue.objects.filter(business=self.viewer.business, lead=OuterRef("pk"), key=condition.key)
            found = Exists(rows.filter(_wanted(attribute.spec, condition)))
            queryset = queryset.filter(~found if condition.given is False else found)
        return queryset


def _wanted(spec: AttributeSpec, condition: AttributeCondition) -> Q:
    """Return what the rows must be like; raise FilterRefused for a wish of another type."""
    by_number = condition.at_least is not None or condition.at_most is not None
    by_date = condition.not_before is not None or condition.not_after is not None
    by_text = condition.any_of is not None
    allowed = {
        "atLeast and atMost": spec.type in NUMERIC or not by_number,
        "notBefore and notAfter": spec.type == ValueType.DATE or not by_date,
        "anyOf": spec.type not in NUMERIC | {ValueType.DATE} or not by_text,
    }
    for wish, fits in allowed.items():
        if not fits:
            raise FilterRefused(f"`{spec.key}` is a {spec.type.value}: {wish} cannot be asked of it.", field="values")
    lookups: Mapping[str, Any] = {
        "text__in": condition.any_of,
        "number__gte": condition.at_least,
        "number__lte": condition.at_most,
        "date__gte": condition.not_before,
        "date__lte": condition.not_after,
    }
    return Q(**{lookup: wish for lookup, wish in lookups.items() if wish is not None})


class OrganizationFilterSet(TenantFilterSet):
    search = filters.CharFilter(method="by_words", help_text="With this text in the name, or this domain.")
    domain = filters.CharFilter(lookup_expr="iexact", help_text="With this domain.")

    class Meta:
        model = Organization
        fields: list[str] = []

    def by_words(self, queryset: QuerySet[Organization], name: str, text: str) -> QuerySet[Organization]:
        return queryset.filter(Q(name__icontains=text) | Q(domain__icontains=text.lower()))


class ContactFilterSet(TenantFilterSet):
    organization = IdFilter(field_name="organization_id", of="Organization", help_text="At this organization.")
    email = filters.CharFilter(lookup_expr="iexact", help_text="With this e-mail address.")
    search = filters.CharFilter(method="by_words", help_text="With this text in the name or e-mail address.")

    class Meta:
        model = Contact
        fields: list[str] = []

    def by_words(self, queryset: QuerySet[Contact], name: str, text: str) -> QuerySet[Contact]:
        return queryset.filter(Q(name__icontains=text) | Q(email__icontains=text.lower()))


class QualificationFilterSet(TenantFilterSet):
    lead = IdFilter(field_name="lead_id", of="Lead", help_text="Of this lead.")
    version = IdFilter(field_name="version_id", of="QualificationVersion", help_text="By this version.")
    schema = IdFilter(
        field_name="version__schema_id", of="QualificationSchema", help_text="By any version of this schema."
    )
    level = filters.MultipleChoiceFilter(choices=LEVELS, distinct=False, help_text="That came to one of these levels.")
    possible_level = filters.MultipleChoiceFilter(
        choices=LEVELS, distinct=False, help_text="With one of these as the highest level that was not ruled out."
    )
    judged_from = filters.IsoDateTimeFilter(
        field_name="judged_at", lookup_expr="gte", help_text="Judged then or later."
    )
    judged_before = filters.IsoDateTimeFilter(field_name="judged_at", lookup_expr="lt", help_text="Judged before then.")
    current = filters.BooleanFilter(
        method="by_current", help_text="True: those that count now. False: those that later ones replaced."
    )

    class Meta:
        model = Qualification
        fields: list[str] = []

    def by_current(self, queryset: QuerySet[Qualification], name: str, wanted: bool) -> QuerySet[Qualification]:
        counts = Q(lead__qualification=F("pk"))
        return queryset.filter(counts if wanted else ~counts)


class OpportunityFilterSet(TenantFilterSet):
    status = filters.MultipleChoiceFilter(
        choices=OPPORTUNITY_STATUSES, distinct=False, help_text="That stand in one of these ways."
    )
    organization = IdFilter(field_name="organization_id", of="Organization", help_text="At this organization.")
    owner = IdFilter(field_name="owner_id", of="Membership", help_text="Owned by this member.")
    unassigned = filters.BooleanFilter(
        field_name="owner", lookup_expr="isnull", help_text="True: without an owner. False: with one."
    )
    cause = IdFilter(field_name="cause_id", of="Reason", help_text="Lost for this reason.")
    cost_at_least = filters.NumberFilter(
        field_name="cost_likely",
        lookup_expr="gte",
        help_text="With a problem that likely costs this in a year, or more.",
    )
    opened_from = filters.IsoDateTimeFilter(
        field_name="opened_at", lookup_expr="gte", help_text="Opened then or later."
    )
    opened_before = filters.IsoDateTimeFilter(field_name="opened_at", lookup_expr="lt", help_text="Opened before then.")
    closed_from = filters.IsoDateTimeFilter(
        field_name="closed_at", lookup_expr="gte", help_text="Closed then or later."
    )
    closed_before = filters.IsoDateTimeFilter(field_name="closed_at", lookup_expr="lt", help_text="Closed before then.")
    search = filters.CharFilter(method="by_words", help_text="With this text in the title or the organization's name.")

    class Meta:
        model = Opportunity
        fields: list[str] = []

    def by_words(self, queryset: QuerySet[Opportunity], name: str, text: str) -> QuerySet[Opportunity]:
        return queryset.filter(Q(organization__name__icontains=text) | Q(title__icontains=text))


class StayFilterSet(TenantFilterSet):
    lead = IdFilter(field_name="lead_id", of="Lead", help_text="Of this lead.")
    kind = filters.MultipleChoiceFilter(choices=StayKind.choices, distinct=False, help_text="In stages, or in phases.")
    key = AnyOf(field_name="key", lookup_expr="in", help_text="In one of these: stages in small letters, or phases.")
    began_from = filters.IsoDateTimeFilter(field_name="began_at", lookup_expr="gte", help_text="Begun then or later.")
    began_before = filters.IsoDateTimeFilter(field_name="began_at", lookup_expr="lt", help_text="Begun before then.")
    open = filters.BooleanFilter(
        field_name="ended_at", lookup_expr="isnull", help_text="True: those that go on. False: those that ended."
    )

    class Meta:
        model = Stay
        fields: list[str] = []


__all__ = [
    "AttributeCondition",
    "ContactFilterSet",
    "LeadFilterSet",
    "OpportunityFilterSet",
    "OrganizationFilterSet",
    "QualificationFilterSet",
    "StayFilterSet",
]
