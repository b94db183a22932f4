"""Trying, comparing and discarding templates as services: who may, and what is not there."""

from dataclasses import replace

import pytest

from assessments import services
from assessments.models import TemplateVersion, TestCase
from assessments.services.trials import keep_trial, run_trial
from leads.domain.rules import Reason, Unknown
from leads.permissions import NotAllowed
from leads.selectors import NotFound
from leads.services.versions import NotADraft


@pytest.fixture
def draft(manager, template):
    return services.template_from_document(document=template(test_cases=()), by=manager)


def test_only_who_authors_tries_compares_and_discards(rep, draft, now):
    given = {"version_id": draft.pk, "answers": {"severity": "8"}, "facts": {}, "by": rep, "now": now}
    for refused in (
        lambda: run_trial(**given),
        lambda: keep_trial(name="Case", **given),
        lambda: services.compare_template_versions(before_id=draft.pk, after_id=draft.pk, by=rep),
        lambda: services.discard_template_draft(version_id=draft.pk, by=rep),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert TemplateVersion.objects.get().status == "draft"
    assert not TestCase.objects.filter(name="Case").exists()


def test_versions_of_another_business_are_not_there(stranger, draft, now):
    given = {"version_id": draft.pk, "answers": {"severity": "8"}, "facts": {}, "by": stranger, "now": now}
    for missing in (
        lambda: run_trial(**given),
        lambda: keep_trial(name="Case", **given),
        lambda: services.compare_template_versions(before_id=draft.pk, after_id=draft.pk, by=stranger),
        lambda: services.discard_template_draft(version_id=draft.pk, by=stranger),
    ):
        with pytest.raises(NotFound):
            missing()
    assert TemplateVersion.objects.get().status == "draft"
    assert not TestCase.objects.filter(name="Case").exists()


@pytest.mark.parametrize(("before", "field"), [(None, "before"), (987654, "before")])
def test_a_comparison_names_the_version_that_is_not_there(manager, draft, before, field):
    with pytest.raises(NotFound) as refusal:
        services.compare_template_versions(before_id=before, after_id=draft.pk, by=manager)
    assert refusal.value.field == field


def test_a_published_version_takes_no_test_case(manager, publish_template, now):
    version = publish_template(manager.business)
    with pytest.raises(NotADraft):
        keep_trial(version_id=version.pk, name="Case", answers={"severity": "8"}, facts={}, by=manager, now=now)
    assert not TestCase.objects.exists()


def test_a_run_leaves_out_what_does_not_fit_the_version_any_more(manager, draft, now):
    trial = run_trial(
        version_id=draft.pk,
        answers={"kind": "fax", "gone": "1", "severity": "8", "sponsor": {"unknown": "does_not_know"}},
        facts={"hours_lost": "many", "gone": "1"},
        by=manager,
        now=now,
    )
    assert trial.answers == {"severity": 8, "sponsor": Unknown(Reason.DOES_NOT_KNOW, ("sponsor",))}
    assert trial.facts == {}


def test_what_stands_for_not_given_is_known_in_a_run(manager, template, now):
    document = template()
    [hours] = document.attributes
    document = replace(document, attributes=(replace(hours, not_given="3"),))
    draft = services.template_from_document(document=document, by=manager)
    trial = run_trial(version_id=draft.pk, answers={}, facts={}, by=manager, now=now)
    assert trial.facts == {"hours_lost": 3}


def test_discarding_leaves_what_is_published_as_it_is(manager, publish_template):
    version = publish_template(manager.business)
    draft = services.copy_template_to_draft(version_id=version.pk, by=manager)
    assert services.discard_template_draft(version_id=draft.pk, by=manager) == version.template
    assert list(TemplateVersion.objects.values_list("pk", "status")) == [(version.pk, "published")]
