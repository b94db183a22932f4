"""A completed diagnosis is what was found: the database refuses to change it, whoever writes."""

import pytest
from django.db import IntegrityError, transaction

from assessments import services
from assessments.models import Diagnosis
from tests.assessments.samples import ANSWERS

pytestmark = pytest.mark.django_db

KEPT = [field.name for field in Diagnosis._meta.concrete_fields if field.name not in ("id", "lead")]


@pytest.fixture
def completed(rep, start, answer, now):
    diagnosis = answer(start(rep), rep, **ANSWERS)
    return services.complete_diagnosis(diagnosis_id=diagnosis.pk, expected_revision=diagnosis.revision, by=rep, now=now)


def changed(name, row):
    """Return another value than the row has."""
    field, value = Diagnosis._meta.get_field(name), getattr(row, Diagnosis._meta.get_field(name).attname)
    if field.is_relation:
        return None if value is not None else row.pk
    if field.get_internal_type() in ("CharField", "TextField"):
        return "other" if value != "other" else ""
    if field.get_internal_type() == "JSONField":
        return {"other": True}
    if field.get_internal_type() in ("DateTimeField", "DateField"):
        return None if value is not None else row.started_at
    return (value or 0) + 1


@pytest.mark.parametrize("name", KEPT)
def test_no_column_of_a_completed_diagnosis_can_be_changed(completed, name):
    before = Diagnosis.objects.values().get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Diagnosis.objects.update(**{Diagnosis._meta.get_field(name).attname: changed(name, completed)})

    assert Diagnosis.objects.values().get() == before


def test_a_running_diagnosis_can_be_changed(rep, start):
    start(rep)

    Diagnosis.objects.update(cost_likely=7)

    assert Diagnosis.objects.get().cost_likely == 7
