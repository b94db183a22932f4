from datetime import timedelta
from decimal import Decimal

import pytest

from assessments import services
from assessments.domain.answers import OutOfBounds, QuestionNotReachable, UnknownOption, UnknownQuestion, WrongType
from assessments.models import Answer, AssessmentTemplate, Diagnosis
from assessments.services.diagnoses import (
    DiagnosisChanged,
    DiagnosisCompleted,
    DiagnosisRunning,
    NotYetSql,
    QuestionsOpen,
)
from assessments.services.evaluating import evaluation_of
from leads import selectors
from leads import services as lead_services
from leads.domain.stages import Stage, VerdictMissing
from leads.models import Event, Evidence, Lead, Transition
from leads.permissions import NotAllowed
from leads.services.moves import LeadIsClosed
from tests.causes import cause


def test_a_diagnosis_begins_with_the_prospects_own_urgency(rep, start, now):
    diagnosis = start(rep)

    plan, _ = evaluation_of(diagnosis, now)

    assert diagnosis.revision == 1
    assert diagnosis.advice == "keep_diagnosing"
    assert next(iter(plan.questions)) == "urgency_before"
    assert list(Event.objects.filter(kind="diagnosis_started").values_list("lead_id", flat=True)) == [diagnosis.lead_id]


def test_a_lead_that_is_not_an_sql_is_not_diagnosed(rep, publish_template, make_lead, now):
    version = publish_template(rep.business)
    lead = make_lead(rep)

    with pytest.raises(NotYetSql) as refusal:
        services.start_diagnosis(lead_id=lead.pk, template_id=version.template_id, by=rep, now=now)

    assert refusal.value.message == "A diagnosis begins once a lead is sales qualified; this one is in INQUIRY."
    assert not Diagnosis.objects.exists()


def test_a_second_diagnosis_with_the_same_template_waits_for_the_first(rep, start, now):
    diagnosis = start(rep)

    with pytest.raises(DiagnosisRunning):
        services.start_diagnosis(lead_id=diagnosis.lead_id, template_id=diagnosis.version.template_id, by=rep, now=now)

    assert Diagnosis.objects.count() == 1


def test_an_answer_is_kept_with_its_note_and_counts_at_once(rep, start, answer, now):
    diagnosis = answer(start(rep), rep, hours=Decimal(25), hourly=Decimal(40))

    assert diagnosis.revision == 3
    assert diagnosis.answers == {"hours": "25", "hourly": "40"}
    assert (diagnosis.cost_low, diagnosis.cost_likely, diagnosis.cost_high) == (46000, 46000, 46000)
    assert list(Answer.objects.order_by("id").values_list("question", "value", "revision")) == [
        ("hours", "25", 2),
        ("hourly", "40", 3),
    ]


def test_correcting_an_answer_keeps_the_one_before(rep, start, answer):
    diagnosis = answer(start(rep), rep, severity=Decimal(3))
    diagnosis = answer(diagnosis, rep, severity=Decimal(8))

    assert diagnosis.answers == {"severity": "8"}
    assert list(Answer.objects.order_by("id").values_list("value", flat=True)) == ["3", "8"]


@pytest.mark.parametrize(
    ("question", "value", "refusal"),
    [
        ("nothing", Decimal(1), UnknownQuestion),
        ("which_mail", "orders@", QuestionNotReachable),
        ("severity", "very", WrongType),
        ("severity", Decimal(11), OutOfBounds),
        ("hours", Decimal(-1), OutOfBounds),
        ("kind", "fax", UnknownOption),
    ],
)
def test_an_answer_that_does_not_fit_changes_nothing(rep, start, answer, now, question, value, refusal):
    diagnosis = answer(start(rep), rep, kind="edi")

    with pytest.raises(refusal):
        services.answer_question(
            diagnosis_id=diagnosis.pk, question=question, value=value, expected_revision=2, by=rep, now=now
        )

    diagnosis.refresh_from_db()
    assert (diagnosis.revision, diagnosis.answers) == (2, {"kind": "edi"})
    assert Answer.objects.count() == 1


def test_a_stale_revision_is_answered_with_how_the_diagnosis_stands(rep, start, answer, now):
    diagnosis = answer(start(rep), rep, severity=Decimal(8))

    with pytest.raises(DiagnosisChanged) as conflict:
        services.answer_question(
            diagnosis_id=diagnosis.pk, question="severity", value=Decimal(1), expected_revision=1, by=rep, now=now
        )

    assert conflict.value.diagnosis.answers == {"severity": "8"}
    assert conflict.value.diagnosis.revision == 2


def test_a_diagnosis_with_open_required_questions_is_not_completed(rep, start, answer, now):
    diagnosis = answer(start(rep), rep, severity=Decimal(8))

    with pytest.raises(QuestionsOpen) as refusal:
        services.complete_diagnosis(diagnosis_id=diagnosis.pk, expected_revision=2, by=rep, now=now)

    assert refusal.value.message == (
        "Required questions are still open: proven, hours, hourly, cost_confirmed, pressure, fitting, sponsor."
    )


def test_completing_keeps_the_verdict_and_leaves_evidence(rep, start, answer, answers, now):
    diagnosis = answer(start(rep), rep, **answers)

    done = services.complete_diagnosis(diagnosis_id=diagnosis.pk, expected_revision=diagnosis.revision, by=rep, now=now)

    assert (done.good_problem, done.will_act, done.justifies) == ("yes", "yes", "yes")
    assert (done.outlook, done.advice) == ("clear", "advance")
    assert (done.cost_low, done.cost_likely, done.cost_high) == (36800, 46000, 55200)
    evidence = Evidence.objects.get(source="diagnosis")
    assert evidence.values == {"hours_lost": {"low": "20", "likely": "25", "high": "30"}}
    assert Event.objects.filter(kind="diagnosis_completed", lead=done.lead_id).count() == 1
    with pytest.raises(DiagnosisCompleted):
        services.answer_question(
            diagnosis_id=done.pk,
            question="severity",
            value=Decimal(1),
            expected_revision=done.revision,
            by=rep,
            now=now,
        )


def test_a_verdict_that_advises_to_advance_opens_the_way_to_the_opportunity(rep, start, answer, answers, now):
    diagnosis = answer(start(rep), rep, **answers)
    lead = diagnosis.lead
    lead.refresh_from_db()
    with pytest.raises(VerdictMissing):
        lead_services.move_lead(lead_id=lead.pk, to=Stage.OPPORTUNITY, expected_revision=lead.revision, by=rep, now=now)
    services.complete_diagnosis(diagnosis_id=diagnosis.pk, expected_revision=diagnosis.revision, by=rep, now=now)
    lead.refresh_from_db()

    receipt = lead_services.move_lead(
        lead_id=lead.pk, to=Stage.OPPORTUNITY, expected_revision=lead.revision, by=rep, now=now
    )

    assert receipt.verdict_kind == "diagnosis"
    assert receipt.verdict_reason == "Orders: advance; cost of the problem likely EUR 46,000 a year; outlook clear."
    assert Transition.objects.get(to_stage="opportunity").verdict_id == receipt.verdict_id


def test_a_new_version_leaves_running_diagnoses_as_they_are(rep, manager, start, answer, template, now):
    diagnosis = answer(start(rep), rep, severity=Decimal(8))
    before = Diagnosis.objects.values().get(pk=diagnosis.pk)
    draft = services.copy_template_to_draft(version_id=diagnosis.version_id, by=manager)
    draft.nurture_days = 30
    draft.save()

    services.publish_template(version_id=draft.pk, by=manager, now=now)

    assert Diagnosis.objects.values().get(pk=diagnosis.pk) == before
    assert answer(diagnosis, rep, proven=Decimal(7)).version_id == diagnosis.version_id


def test_publishing_and_copying_a_template_gives_the_same_bytes(manager, publish_template, now):
    first = publish_template(manager.business)
    draft = services.copy_template_to_draft(version_id=first.pk, by=manager)

    second = services.publish_template(version_id=draft.pk, by=manager, now=now)

    first.refresh_from_db()
    assert (second.document, second.checksum) == (first.document, first.checksum)
    assert (first.status, second.status, second.number) == ("retired", "published", 2)


def test_strangers_and_onlookers_diagnose_nothing(rep, stranger, start, join, now):
    diagnosis = start(rep)
    onlooker = join(rep.business, "viewer", "viewer@acme.example")
    call = {"question": "severity", "value": Decimal(1), "expected_revision": 1, "now": now}

    with pytest.raises(selectors.NotFound):
        services.answer_question(diagnosis_id=diagnosis.pk, by=stranger, **call)
    with pytest.raises(NotAllowed):
        services.answer_question(diagnosis_id=diagnosis.pk, by=onlooker, **call)

    assert not Answer.objects.exists()
    assert AssessmentTemplate.objects.visible_to(stranger).count() == 0


def test_what_was_learned_meanwhile_is_newer_than_an_earlier_answer(rep, start, answer, answers, now):
    diagnosis = answer(start(rep), rep, **answers)
    later = now + timedelta(days=10)
    lead_services.record_evidence(lead_id=diagnosis.lead_id, values={"hours_lost": Decimal(99)}, by=rep, now=later)

    services.complete_diagnosis(
        diagnosis_id=diagnosis.pk, expected_revision=diagnosis.revision, by=rep, now=now + timedelta(days=20)
    )

    diagnosis.lead.refresh_from_db()
    assert Evidence.objects.get(source="diagnosis").observed_at == now
    assert diagnosis.lead.snapshot["hours_lost"]["v"] == "99"


def test_a_closed_lead_is_not_diagnosed_any_further(rep, start, now):
    diagnosis = start(rep)
    lead = diagnosis.lead
    lead_services.move_lead(
        lead_id=lead.pk,
        to=Stage.LOST,
        cause_id=cause(rep.business, "budget"),
        expected_revision=lead.revision,
        by=rep,
        now=now,
    )

    with pytest.raises(LeadIsClosed):
        services.answer_question(
            diagnosis_id=diagnosis.pk, question="severity", value=Decimal(1), expected_revision=1, by=rep, now=now
        )

    assert not Answer.objects.exists()


def test_an_archived_template_is_not_started(rep, publish_template, sql_lead, now):
    version = publish_template(rep.business)
    AssessmentTemplate.objects.update(archived_at=now)
    lead = sql_lead(rep)

    with pytest.raises(selectors.NotFound):
        services.start_diagnosis(lead_id=lead.pk, template_id=version.template_id, by=rep, now=now)

    assert not Diagnosis.objects.exists()


def test_a_verdict_from_before_a_lead_was_reopened_opens_nothing(rep, start, answer, answers, now):
    diagnosis = answer(start(rep), rep, **answers)
    services.complete_diagnosis(diagnosis_id=diagnosis.pk, expected_revision=diagnosis.revision, by=rep, now=now)
    for to, why in ((Stage.LOST, cause(rep.business, "budget")), (Stage.SQL, None)):
        later = now + timedelta(days=1)
        lead = Lead.objects.get()
        lead_services.move_lead(
            lead_id=lead.pk,
            to=to,
            reason="They said so.",
            cause_id=why,
            expected_revision=lead.revision,
            by=rep,
            now=later,
        )
    lead.refresh_from_db()

    with pytest.raises(VerdictMissing):
        lead_services.move_lead(
            lead_id=lead.pk, to=Stage.OPPORTUNITY, expected_revision=lead.revision, by=rep, now=later
        )
