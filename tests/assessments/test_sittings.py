"""How a diagnosis is led: skipping, sections, pauses, giving up, and what is known already."""

from datetime import timedelta
from decimal import Decimal

import pytest

from assessments import services
from assessments.domain.asking import QuestionAnswered, next_question
from assessments.domain.template import Dimension
from assessments.models import Answer, Conversation, Diagnosis, FindingKind, ProspectLink
from assessments.services.diagnoses import (
    DiagnosisAbandoned,
    DiagnosisChanged,
    DiagnosisCompleted,
    DiagnosisPaused,
    NothingKnown,
)
from assessments.services.evaluating import evaluation_of
from assessments.services.known import beside, own_known, own_links
from assessments.services.proposing import NoTemplateProposed, proposals_for
from leads import services as lead_services
from leads.domain.qualification import Decision
from leads.domain.rules import Range
from leads.domain.values import AttributeSpec, ValueType
from leads.models import Attribute, Contact, Event
from tests.assessments.samples import ANSWERS, small_template

pytestmark = pytest.mark.django_db


@pytest.fixture
def do(rep, now):
    """Do something with a diagnosis as it stands."""

    def done(name, diagnosis, **more):
        diagnosis.refresh_from_db()
        return getattr(services, name)(
            diagnosis_id=diagnosis.pk, expected_revision=diagnosis.revision, by=rep, now=now, **more
        )

    return done


@pytest.fixture
def asked(now):
    """Return the key of the next question of a diagnosis."""

    def key(diagnosis):
        found = Diagnosis.objects.select_related("version", "lead", "business").get(pk=diagnosis.pk)
        section = Dimension(found.section) if found.section else None
        question = next_question(*evaluation_of(found, now), found.skipped, section)
        return question.key if question else None

    return key


def unchanged(diagnosis):
    return Diagnosis.objects.values().get(pk=diagnosis.pk)


def test_skipped_questions_come_last_in_the_order_of_skipping(rep, start, do, asked, answer):
    diagnosis = start(rep)
    for key in ("urgency_before", "severity"):
        diagnosis = do("skip_question", diagnosis, question=key)
    assert asked(diagnosis) == "kind"
    diagnosis = do("skip_question", diagnosis, question="urgency_before")
    assert diagnosis.skipped == ["severity", "urgency_before"]

    rest = {key: value for key, value in ANSWERS.items() if key not in diagnosis.skipped}
    diagnosis = answer(diagnosis, rep, **rest)

    assert asked(diagnosis) == "severity"
    diagnosis = answer(diagnosis, rep, severity=Decimal(8))
    assert (diagnosis.skipped, asked(diagnosis)) == (["urgency_before"], "urgency_before")


def test_an_answered_question_is_not_skipped(rep, start, do, answer):
    diagnosis = answer(start(rep), rep, severity=Decimal(8))
    before = unchanged(diagnosis)

    with pytest.raises(QuestionAnswered):
        do("skip_question", diagnosis, question="severity")

    assert unchanged(diagnosis) == before


def test_a_section_is_asked_on_from_and_then_what_is_open_before_it(rep, start, do, asked, answer):
    diagnosis = do("go_to_section", start(rep), section=Dimension.URGENCY)
    order = []
    while (key := asked(diagnosis)) is not None:
        order.append(key)
        diagnosis = answer(diagnosis, rep, **{key: ANSWERS[key]})

    assert order == [
        *("pressure", "fitting", "sponsor", "urgency_before", "severity", "kind", "proven", "which_mail"),
        *("hours", "hourly", "cost_confirmed", "urgency_after"),
    ]


def test_going_nowhere_goes_back_to_the_order(rep, start, do, asked):
    diagnosis = do("go_to_section", start(rep), section=Dimension.FIT)
    assert asked(diagnosis) == "fitting"

    diagnosis = do("go_to_section", diagnosis, section=None)

    assert (diagnosis.section, asked(diagnosis)) == ("", "urgency_before")


def test_a_paused_diagnosis_takes_no_answers_until_it_is_resumed(rep, start, do, answer, now):
    diagnosis = answer(start(rep), rep, severity=Decimal(8))
    paused = do("pause_diagnosis", diagnosis)
    before = unchanged(paused)

    for call in (
        lambda: answer(paused, rep, proven=Decimal(7)),
        lambda: do("skip_question", paused, question="proven"),
        lambda: do("pause_diagnosis", paused),
        lambda: do("complete_diagnosis", paused),
    ):
        with pytest.raises(DiagnosisPaused):
            call()
    assert (unchanged(paused), before["paused_at"]) == (before, now)

    resumed = answer(do("resume_diagnosis", paused), rep, proven=Decimal(7))

    assert (resumed.status, resumed.paused_at) == ("running", None)
    assert list(Conversation.objects.order_by("number").values_list("number", "ended_at")) == [(1, now), (2, None)]
    assert list(Answer.objects.order_by("id").values_list("question", "conversation__number")) == [
        ("severity", 1),
        ("proven", 2),
    ]


def test_completing_ends_the_conversation(rep, start, do, answer, now):
    done = do("complete_diagnosis", answer(start(rep), rep, **ANSWERS))

    assert done.conversation_id is None
    assert list(Conversation.objects.values_list("ended_at", flat=True)) == [now]


def test_an_abandoned_diagnosis_counts_for_nothing_and_a_new_one_may_begin(rep, start, do, answer, now):
    diagnosis = do("abandon_diagnosis", start(rep), reason=" They left. ")

    assert (diagnosis.status, diagnosis.abandoned_because, diagnosis.abandoned_by) == (
        "abandoned",
        "They left.",
        rep.membership,
    )
    with pytest.raises(DiagnosisAbandoned):
        answer(diagnosis, rep, severity=Decimal(8))
    with pytest.raises(DiagnosisAbandoned):
        services.add_finding(diagnosis_id=diagnosis.pk, kind=FindingKind.CAUSE, text="x", by=rep, now=now)
    assert Event.objects.filter(kind="diagnosis_abandoned").count() == 1
    again = services.start_diagnosis(
        lead_id=diagnosis.lead_id, template_id=diagnosis.version.template_id, by=rep, now=now
    )
    assert again.status == "running"


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("skip_question", {"question": "severity"}),
        ("confirm_known", {"question": "hours"}),
        ("go_to_section", {"section": Dimension.COST}),
        ("pause_diagnosis", {}),
        ("resume_diagnosis", {}),
        ("abandon_diagnosis", {"reason": "No."}),
    ],
)
def test_who_read_an_older_state_changes_nothing(rep, start, answer, now, name, more):
    diagnosis = answer(start(rep), rep, severity=Decimal(8))
    before = unchanged(diagnosis)

    with pytest.raises(DiagnosisChanged) as conflict:
        getattr(services, name)(diagnosis_id=diagnosis.pk, expected_revision=1, by=rep, now=now, **more)

    assert conflict.value.diagnosis.revision == 2
    assert unchanged(diagnosis) == before


# --- What is known already -----------------------------------------------------------------------


@pytest.fixture
def hours_lost(business):
    return Attribute.objects.create(
        business=business, key="hours_lost", label="Hours lost", type="number", unit="hours", freshness_days=30
    )


def record(diagnosis, by, at, now, value):
    lead_services.record_evidence(
        lead_id=diagnosis.lead_id, values={"hours_lost": value}, observed_at=at, by=by, now=now
    )


def found_beside(diagnosis, key, now):
    row = Diagnosis.objects.select_related("version", "lead", "business").get(pk=diagnosis.pk)
    plan, _ = evaluation_of(row, now)
    return beside(row, plan.questions[key], own_known(plan, own_links(row), now), now)


def fresh_for_30_days():
    spec = AttributeSpec("hours_lost", "Hours lost", ValueType.NUMBER, unit="hours", freshness_days=30)
    return small_template(attributes=(spec,))


def test_a_fresh_known_value_is_offered_and_counts_once_confirmed(rep, start, do, hours_lost, now):
    diagnosis = start(rep, fresh_for_30_days())
    record(diagnosis, rep, now - timedelta(days=2), now, Decimal(25))
    offered = found_beside(diagnosis, "hours", now).offered
    assert (offered.value, offered.source, offered.observed_at) == (Decimal(25), "sales", now - timedelta(days=2))
    assert Diagnosis.objects.get().answers == {}

    confirmed = do("confirm_known", diagnosis, question="hours")

    assert confirmed.answers == {"hours": "25"}
    assert Answer.objects.get().origin == "confirmed"


def test_a_stale_value_is_known_and_not_offered(rep, start, do, hours_lost, now):
    diagnosis = start(rep, fresh_for_30_days())
    record(diagnosis, rep, now - timedelta(days=31), now, Decimal(25))

    stands = found_beside(diagnosis, "hours", now)
    with pytest.raises(NothingKnown):
        do("confirm_known", diagnosis, question="hours")

    assert (stands.known.value, stands.known.fresh, stands.offered) == (Decimal(25), False, None)
    assert not Answer.objects.exists()


@pytest.mark.parametrize("said", [Decimal(8), None])
def test_what_is_answered_is_not_confirmed(rep, start, do, answer, said):
    diagnosis = answer(start(rep), rep, severity=said)
    before = unchanged(diagnosis)

    with pytest.raises(QuestionAnswered) as refusal:
        do("confirm_known", diagnosis, question="severity")

    assert (refusal.value.code, refusal.value.field) == ("question_answered", "severity")
    assert unchanged(diagnosis) == before


@pytest.mark.parametrize(
    ("said", "contradicts"), [(Decimal(40), True), (Range(Decimal(20), Decimal(25), Decimal(30)), False)]
)
def test_an_answer_is_held_against_what_others_know(rep, start, answer, hours_lost, now, said, contradicts):
    diagnosis = start(rep, fresh_for_30_days())
    record(diagnosis, rep, now, now, Decimal(25))
    diagnosis = answer(diagnosis, rep, hours=said)

    stands = found_beside(diagnosis, "hours", now)

    assert stands.offered is None
    assert (stands.contradiction.value if stands.contradiction else None) == (Decimal(25) if contradicts else None)


def test_what_the_prospect_sent_itself_is_offered_too(rep, start, do, answer, now):
    spec = small_template()
    problem = spec.sections[0]
    from dataclasses import replace

    questions = (replace(problem.questions[0], for_prospect=True), *problem.questions[1:])
    diagnosis = start(rep, small_template(sections=(replace(problem, questions=questions), *spec.sections[1:])))
    lead = diagnosis.lead
    ann = Contact.objects.create(business=lead.business, organization=lead.organization, name="Ann")
    link = ProspectLink.objects.create(
        business=lead.business,
        diagnosis=diagnosis,
        kind="self_assessment",
        contact=ann,
        secret_hash="0" * 64,
        created_at=now,
        expires_at=now + timedelta(days=7),
        answers={"severity": "9"},
    )
    assert found_beside(diagnosis, "severity", now).offered is None  # not sent yet
    ProspectLink.objects.filter(pk=link.pk).update(submitted_at=now)

    offered = found_beside(diagnosis, "severity", now).offered
    confirmed = do("confirm_known", diagnosis, question="severity")

    assert (offered.value, offered.source) == (Decimal(9), "prospect")
    assert Answer.objects.get().said_by == ann
    corrected = answer(confirmed, rep, severity=Decimal(2))
    assert found_beside(corrected, "severity", now).contradiction.value == Decimal(9)


# --- Proposals, disagreement ---------------------------------------------------------------------


def test_the_template_that_fits_the_lead_is_proposed(rep, publish_template, sql_lead, hours_lost, now):
    lead = sql_lead(rep)
    publish_template(rep.business, small_template(key="usual", name="Usual"))
    publish_template(rep.business, small_template(key="many", name="Many hours", propose_when="hours_lost > 10"))

    before = [(found.template.name, found.fits, found.because) for found in proposals_for(lead.pk, rep, now)]
    lead_services.record_evidence(lead_id=lead.pk, values={"hours_lost": Decimal(20)}, by=rep, now=now)
    started = services.start_diagnosis(lead_id=lead.pk, by=rep, now=now)

    assert before == [
        ("Usual", Decision.YES, "It suits every lead."),
        ("Many hours", Decision.UNKNOWN, "It is for leads with hours_lost > 10. Not known: Hours lost."),
    ]
    assert started.version.template.name == "Many hours"


def test_without_a_template_that_fits_nothing_is_begun(rep, publish_template, sql_lead, now):
    lead = sql_lead(rep)
    publish_template(rep.business, small_template(propose_when="hours_lost > 10"))

    with pytest.raises(NoTemplateProposed):
        services.start_diagnosis(lead_id=lead.pk, by=rep, now=now)

    assert not Diagnosis.objects.exists()


def test_findings_of_a_completed_diagnosis_stay(rep, start, answer, do, now):
    done = do("complete_diagnosis", answer(start(rep), rep, **ANSWERS))

    with pytest.raises(DiagnosisCompleted):
        services.add_finding(diagnosis_id=done.pk, kind=FindingKind.CAUSE, text="x", by=rep, now=now)

    assert not done.findings.exists()


def test_answers_are_kept_while_their_question_is_hidden(rep, start, answer, now):
    diagnosis = answer(start(rep), rep, kind="mail", which_mail="orders@")
    diagnosis = answer(diagnosis, rep, kind="edi")
    assert evaluation_of(diagnosis, now)[1].standing["which_mail"].value == "hidden"

    diagnosis = answer(diagnosis, rep, kind="mail")

    assert diagnosis.answers["which_mail"] == "orders@"
    assert evaluation_of(diagnosis, now)[1].standing["which_mail"].value == "answered"
