"""What diagnoses are searched by: one definition for every door."""

import django_filters as filters

from assessments.models import Diagnosis, DiagnosisStatus
from assessments.models.diagnosis import ADVICE, OUTLOOKS
from leads.filters import IdFilter, TenantFilterSet


class DiagnosisFilterSet(TenantFilterSet):
    status = filters.MultipleChoiceFilter(
        choices=DiagnosisStatus.choices, distinct=False, help_text="Where they stand."
    )
    advice = filters.MultipleChoiceFilter(choices=ADVICE, distinct=False, help_text="With one of these advices.")
    outlook = filters.MultipleChoiceFilter(choices=OUTLOOKS, distinct=False, help_text="With one of these outlooks.")
    lead = IdFilter(field_name="lead_id", of="Lead", help_text="Of this lead.")
    template = IdFilter(
        field_name="version__template_id", of="AssessmentTemplate", help_text="By any version of this template."
    )
    cost_at_least = filters.NumberFilter(
        field_name="cost_likely",
        lookup_expr="gte",
        help_text="With a problem that likely costs this in a year, or more.",
    )
    changed_from = filters.IsoDateTimeFilter(
        field_name="changed_at", lookup_expr="gte", help_text="Something was done with it then or later."
    )
    changed_before = filters.IsoDateTimeFilter(
        field_name="changed_at", lookup_expr="lt", help_text="Nothing was done with it since then."
    )

    class Meta:
        model = Diagnosis
        fields: list[str] = []
