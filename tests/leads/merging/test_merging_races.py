"""Merging while others work: nothing that was acknowledged is lost, and nobody waits for each other for ever."""

from datetime import date
from decimal import Decimal

import pytest

from assessments import services as diagnosing
from assessments.models import Answer, Diagnosis
from leads import services
from leads.domain.stages import Stage
from leads.models import Contact, Engagement, Evidence, Lead, Merge, Organization
from leads.selectors import StaleRevision
from tests.assessments.samples import small_template
from tests.leads.test_races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 12
GONE = "lead_merged"
AHEAD = date(2099, 1, 1)


@pytest.fixture
def twins(business, publish, make_lead, manager, now):
    """Two new SQLs of one new organization."""
    publish(business)

    def made(number):
        kept = make_lead(manager, f"Initech {number}", values={"has_pain": True, "employees": Decimal(500)})
        home = {"organization_id": kept.organization_id, "name": ""}
        gone = make_lead(manager, **home, values={"has_pain": True, "employees": Decimal(300)})
        for lead in (kept, gone):
            services.move_lead(lead_id=lead.pk, to=Stage.SQL, expected_revision=1, by=manager, now=now)
        return kept, gone

    return made


def merge(kept, gone, by, now):
    def merged():
        for _ in range(20):
            revision = Lead.objects.get(pk=kept.pk).revision
            try:
                return services.merge_leads(
                    kept_id=kept.pk, gone_id=gone.pk, expected_revision=revision, by=by, now=now
                ).pk
            except StaleRevision:
                continue
        raise AssertionError("the kept lead changed twenty times")

    return merged


def test_evidence_recorded_meanwhile_counts_or_is_refused(twins, rep, manager, now):
    for number in range(ROUNDS):
        kept, gone = twins(number)

        def record(lead, number=number, **values):
            return lambda: services.record_evidence(lead_id=lead.pk, values=values, by=rep, now=now).pk

        merged, first, second = at_once(
            merge(kept, gone, manager, now), record(gone, industry="bank"), record(kept, employees=Decimal(number))
        )

        assert (merged, second) == (kept.pk, kept.pk)
        assert first in (gone.pk, GONE)
        found = Lead.objects.get(pk=kept.pk)
        assert ("industry" in found.snapshot) == (first == gone.pk)
        assert not Evidence.objects.filter(lead=gone.pk).exists()
        assert found.snapshot["employees"]["v"] == str(number)


def test_moves_meanwhile_are_made_or_refused(twins, rep, manager, now):
    for number in range(ROUNDS):
        kept, gone = twins(number)

        def back(lead):
            return lambda: (
                services.move_lead(
                    lead_id=lead.pk,
                    to=Stage.NURTURE,
                    expected_revision=2,
                    nurture_until=date(2099, 1, 1),
                    reason="x",
                    by=rep,
                    now=now,
                ).to_stage
            )

        merged, one, other = at_once(merge(kept, gone, manager, now), back(gone), back(kept))

        assert merged == kept.pk
        assert one in ("nurture", GONE)
        assert other in ("nurture", "stale_revision")
        assert Lead.everything.get(pk=gone.pk).stage == ("nurture" if one == "nurture" else "sql")


def test_answers_given_meanwhile_are_there(twins, business, rep, manager, now):
    draft = diagnosing.template_from_document(document=small_template(), by=manager)
    template = diagnosing.publish_template(version_id=draft.pk, by=manager, now=now).template_id
    for number in range(ROUNDS):
        kept, gone = twins(number)
        diagnosis = diagnosing.start_diagnosis(lead_id=gone.pk, template_id=template, by=rep, now=now)
        ann, twin = (
            Contact.objects.create(business=business, organization=kept.organization, name=name) for name in "ab"
        )

        def answer(diagnosis=diagnosis, twin=twin):
            return diagnosing.answer_question(
                diagnosis_id=diagnosis.pk, question="severity", value=Decimal(8), expected_revision=1,
                said_by_id=twin.pk, by=rep, now=now,
            ).revision  # fmt: skip

        def same_person(ann=ann, twin=twin):
            return services.merge_contacts(kept_id=ann.pk, gone_id=twin.pk, by=manager, now=now).pk

        merged, answered, person = at_once(merge(kept, gone, manager, now), answer, same_person)

        assert (merged, answered, person) == (kept.pk, 2, ann.pk)
        assert Diagnosis.objects.get(pk=diagnosis.pk).lead_id == kept.pk
        assert Answer.objects.get(diagnosis=diagnosis).said_by_id == ann.pk


def test_a_diagnosis_begun_meanwhile_is_one_of_the_kept_lead_or_refused(twins, rep, manager, now):
    draft = diagnosing.template_from_document(document=small_template(), by=manager)
    template = diagnosing.publish_template(version_id=draft.pk, by=manager, now=now).template_id
    for number in range(ROUNDS):
        kept, gone = twins(number)

        def begin(gone=gone):
            return diagnosing.start_diagnosis(lead_id=gone.pk, template_id=template, by=rep, now=now).revision

        merged, begun = at_once(merge(kept, gone, manager, now), begin)

        assert merged == kept.pk
        assert begun in (1, GONE)
        assert Diagnosis.objects.filter(lead=kept.pk).count() == (begun == 1)
        assert not Diagnosis.objects.filter(lead=gone.pk).exists()


def test_leads_begun_meanwhile_are_at_the_kept_organization(business, publish, make_lead, rep, manager, now):
    publish(business)
    for number in range(ROUNDS):
        kept, gone = (Organization.objects.create(business=business, name=f"{word} {number}") for word in "ab")
        known = make_lead(rep, organization_id=gone.pk, name="")

        def begin(gone=gone):
            return make_lead(rep, organization_id=gone.pk, name="", stakeholders=[services.Part(name="Ann")]).pk

        def same(kept=kept, gone=gone):
            return services.merge_organizations(kept_id=kept.pk, gone_id=gone.pk, by=manager, now=now).pk

        def touch(known=known):
            return services.record_engagement(lead_id=known.pk, kind="call", by=rep, now=now).lead_id

        merged, begun, other, touched = at_once(same, begin, begin, touch)

        assert (merged, touched) == (kept.pk, known.pk)
        assert set(Lead.objects.filter(pk__in=[begun, other, known.pk]).values_list("organization", flat=True)) == {
            kept.pk
        }
        assert set(Contact.objects.filter(parts__lead__in=[begun, other]).values_list("organization", flat=True)) == {
            kept.pk
        }
        assert Engagement.objects.filter(lead=known.pk).count() == 1


def test_of_merges_both_ways_one_is_made(twins, manager, now):
    for number in range(ROUNDS):
        kept, gone = twins(number)

        def once(kept, gone):
            return lambda: (
                services.merge_leads(kept_id=kept.pk, gone_id=gone.pk, expected_revision=2, by=manager, now=now).pk
            )

        outcomes = at_once(once(kept, gone), once(gone, kept), once(kept, gone))

        assert "merged_elsewhere" in outcomes
        assert Lead.objects.filter(pk__in=[kept.pk, gone.pk]).count() == 1
    assert Merge.objects.count() == ROUNDS
