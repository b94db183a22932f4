"""A completed diagnosis is what was found: the database refuses to change it, whoever writes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from assessments import services
from assessments.models import Answer, Diagnosis, Finding, FindingKind
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


@pytest.mark.parametrize("model", [Answer, Finding])
@pytest.mark.parametrize("write", ["insert", "update", "delete", "move in"])
def test_nothing_is_added_to_a_completed_diagnosis_changed_or_taken_from_it(rep, start, answer, now, model, write):
    diagnosis = answer(start(rep), rep, **ANSWERS)
    for text in ("Late orders", "Wrong orders"):
        services.add_finding(diagnosis_id=diagnosis.pk, kind=FindingKind.SYMPTOM, text=text, by=rep, now=now)
    completed = services.complete_diagnosis(
        diagnosis_id=diagnosis.pk, expected_revision=Diagnosis.objects.get().revision, by=rep, now=now
    )
    amended = services.amend_diagnosis(diagnosis_id=completed.pk, reason="More was said.", by=rep, now=now)
    amended = answer(amended, rep, severity=ANSWERS["severity"])
    before = list(model.objects.order_by("pk").values())
    rows = model.objects.filter(diagnosis=completed)

    row = rows.first()
    writes = {
        "insert": lambda: model.objects.bulk_create([copy_of(row)]),
        "update": lambda: rows.update(at=now - timedelta(days=1)),
        "delete": lambda: rows._raw_delete(rows.db),
        "move in": lambda: model.objects.filter(diagnosis=amended).update(diagnosis=completed),
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        writes[write]()

    assert list(model.objects.order_by("pk").values()) == before


def copy_of(row):
    return type(row)(**{field.attname: getattr(row, field.attname) for field in row._meta.fields if field.name != "id"})
