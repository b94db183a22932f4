"""Whoever adds a foreign key to something that can be merged must say what becomes of it."""

from django.apps import apps

from leads.models import Contact, Lead, Organization
from leads.services.merging.keys import answered_for


def references() -> set[str]:
    """Return every column of every app that refers to an organization, a contact or a lead."""
    return {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and field.related_model in (Organization, Contact, Lead)
    }


def test_merging_knows_every_reference_and_no_other():
    assert answered_for() == references()
    assert "assessments.Diagnosis.lead" in references()
    assert "playbook.NextStep.lead" in references()
