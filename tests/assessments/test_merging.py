"""What becomes of diagnoses when leads and contacts are merged."""

from decimal import Decimal

import pytest

from assessments import services
from assessments.models import Answer, Diagnosis, Finding, FindingKind, LinkKind, ProspectLink
from assessments.services.links import invite_prospect
from assessments.services.merging import TwinDiagnoses
from leads import services as lead_services
from leads.models import Contact, Evidence, Lead, Merge

pytestmark = pytest.mark.django_db


@pytest.fixture
def merge(manager, now):
    def merged(kept, gone):
        revision = Lead.objects.get(pk=kept.pk).revision
        return lead_services.merge_leads(
            kept_id=kept.pk, gone_id=gone.pk, expected_revision=revision, by=manager, now=now
        )

    return merged


@pytest.fixture
def kept(start, make_lead, manager):
    """A function that makes another lead of a diagnosed lead's organization."""

    def beside(diagnosis):
        return make_lead(manager, organization_id=diagnosis.lead.organization_id, name="", title="Kept")

    return beside


@pytest.fixture
def completed(start, rep, answer, answers, now):
    diagnosis = answer(start(rep), rep, **answers)
    return services.complete_diagnosis(diagnosis_id=diagnosis.pk, expected_revision=diagnosis.revision, by=rep, now=now)


def test_all_editions_with_their_answers_follow_the_lead(completed, kept, merge, rep, now):
    lead = kept(completed)
    edition = services.amend_diagnosis(diagnosis_id=completed.pk, reason="Again", by=rep, now=now)
    answers = Answer.objects.count()

    merged = merge(lead, completed.lead)

    assert set(Diagnosis.objects.filter(lead=merged).values_list("pk", flat=True)) == {completed.pk, edition.pk}
    assert Answer.objects.count() == answers
    assert ["diagnosis", "diagnoses", 2] in Merge.objects.get().moved
    assert merged.snapshot["hours_lost"]["src"] == "diagnosis"
    assert Evidence.objects.filter(lead=merged, source="diagnosis").exists()


def test_what_an_amendment_took_back_does_not_count_again(completed, kept, merge, rep, now, answer):
    lead = kept(completed)
    edition = services.amend_diagnosis(diagnosis_id=completed.pk, reason="Again", by=rep, now=now)
    edition = answer(edition, rep, hours=None)
    services.complete_diagnosis(diagnosis_id=edition.pk, expected_revision=edition.revision, by=rep, now=now)
    before = Lead.objects.get(pk=completed.lead_id).snapshot["hours_lost"]

    merged = merge(lead, completed.lead)

    assert "v" not in before
    assert merged.snapshot["hours_lost"] == before


def test_a_running_diagnosis_goes_on_with_the_kept_lead(start, kept, merge, rep, answer, manager):
    running = start(rep)
    lead = kept(running)
    Lead.objects.filter(pk=lead.pk).update(stage="sql")

    merge(lead, running.lead)

    assert answer(running, rep, severity=Decimal(8)).lead_id == lead.pk


def test_two_leads_with_one_template_under_way_are_not_merged(start, kept, merge, rep, now):
    running = start(rep)
    lead = kept(running)
    Lead.objects.filter(pk=lead.pk).update(stage="sql")
    services.start_diagnosis(lead_id=lead.pk, template_id=running.version.template_id, by=rep, now=now)

    with pytest.raises(TwinDiagnoses) as caught:
        merge(lead, running.lead)

    assert (caught.value.code, caught.value.field) == ("twin_diagnoses", "gone")
    assert Lead.objects.count() == 2
    assert Diagnosis.objects.get(lead=running.lead_id) == running


def test_who_said_what_is_the_kept_contact_but_in_what_froze(start, business, rep, now, manager, answers, answer):
    running = start(rep)
    home = running.lead.organization
    ann, twin = (Contact.objects.create(business=business, organization=home, name=name) for name in "ab")
    given = {"expected_revision": 1, "said_by_id": twin.pk, "by": rep, "now": now}
    done = services.answer_question(diagnosis_id=running.pk, question="severity", value=Decimal(8), **given)
    services.add_finding(
        diagnosis_id=running.pk, kind=FindingKind.CAUSE, text="By hand", said_by_id=twin.pk, by=rep, now=now
    )
    invite_prospect(
        diagnosis_id=running.pk, contact_id=twin.pk, kind=LinkKind.SELF_ASSESSMENT,
        by=rep, now=now,
    )  # fmt: skip
    lead_services.merge_contacts(kept_id=ann.pk, gone_id=twin.pk, by=manager, now=now)

    assert done.revision == 2
    assert (Answer.objects.get().said_by, Finding.objects.get().said_by, ProspectLink.objects.get().contact) == (
        ann,
        ann,
        ann,
    )
    assert Merge.objects.get().moved == [["answer", "answers", 1], ["finding", "findings", 1], ["link", "links", 1]]


def test_answers_that_froze_go_on_naming_who_gave_them_and_what_follows_names_the_kept_contact(
    start, business, rep, manager, now, answer, answers
):
    running = start(rep)
    home = running.lead.organization
    ann, twin = (Contact.objects.create(business=business, organization=home, name=name) for name in "ab")
    hours = answers.pop("hours")
    running = answer(running, rep, **answers)
    done = services.answer_question(
        diagnosis_id=running.pk, question="hours", value=hours, expected_revision=running.revision,
        said_by_id=twin.pk, by=rep, now=now,
    )  # fmt: skip
    services.complete_diagnosis(diagnosis_id=done.pk, expected_revision=done.revision, by=rep, now=now)

    lead_services.merge_contacts(kept_id=ann.pk, gone_id=twin.pk, by=manager, now=now)

    said = Answer.objects.get(question="hours").said_by
    assert (said, said.merged_into) == (twin, ann)
    assert set(Evidence.objects.filter(source="diagnosis").exclude(said_by=None).values_list("said_by", flat=True)) == {
        ann.pk
    }
