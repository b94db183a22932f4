"""Amending makes the next edition; the earlier one never changes, whatever is done to the new one."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments import services
from assessments.domain.template import Dimension
from assessments.models import (
    Answer,
    Conversation,
    Diagnosis,
    DiagnosisStatus,
    Disagreement,
    Finding,
    FindingKind,
    ProspectLink,
)
from assessments.services.amending import AlreadyAmended, NotCompleted
from assessments.services.comparing_editions import compare_diagnoses
from assessments.services.diagnoses import DiagnosisAbandoned, DiagnosisRunning
from assessments.services.diagnosis_rows import ReasonMissing
from leads import services as lead_services
from leads.domain.errors import DomainError
from leads.domain.qualification import Decision
from leads.domain.stages import Stage, VerdictMissing
from leads.models import Event, Evidence
from tests.assessments.samples import ANSWERS

pytestmark = pytest.mark.django_db


@pytest.fixture
def completed(rep, start, answer, now):
    diagnosis = answer(start(rep), rep, **ANSWERS)
    services.add_finding(diagnosis_id=diagnosis.pk, kind=FindingKind.SYMPTOM, text="Mail piles up.", by=rep, now=now)
    return services.complete_diagnosis(diagnosis_id=diagnosis.pk, expected_revision=diagnosis.revision, by=rep, now=now)


@pytest.fixture
def amend(rep, now):
    def amended(diagnosis, reason="They called back."):
        return services.amend_diagnosis(diagnosis_id=diagnosis.pk, reason=reason, by=rep, now=now)

    return amended


@pytest.fixture
def complete(rep, now):
    def completed(diagnosis):
        return services.complete_diagnosis(
            diagnosis_id=diagnosis.pk, expected_revision=diagnosis.revision, by=rep, now=now
        )

    return completed


def rows_of(diagnosis):
    """Return all rows of one edition as they are stored."""
    return {
        "diagnosis": Diagnosis.objects.values().get(pk=diagnosis.pk),
        **{
            model.__name__: list(model.objects.filter(diagnosis=diagnosis.pk).order_by("pk").values())
            for model in (Answer, Conversation, Disagreement, Finding, ProspectLink)
        },
    }


def test_an_amendment_begins_with_what_was_found(completed, amend):
    edition = amend(completed)

    assert (edition.edition, edition.amends_id, edition.origin_id) == (2, completed.pk, completed.pk)
    assert (edition.status, edition.amended_because) == ("running", "They called back.")
    assert (edition.answers, edition.version_id) == (completed.answers, completed.version_id)
    assert list(edition.findings.values_list("text", "diagnosis")) == [("Mail piles up.", edition.pk)]
    assert Event.objects.filter(kind="diagnosis_amended", lead=completed.lead_id).count() == 1


def test_findings_are_copied_with_their_tree(rep, start, answer, amend, complete, now):
    diagnosis = answer(start(rep), rep, **ANSWERS)
    add = {"diagnosis_id": diagnosis.pk, "by": rep, "now": now}
    late = services.add_finding(kind=FindingKind.CAUSE, text="By hand.", questions=["severity"], **add)
    early = services.add_finding(kind=FindingKind.SYMPTOM, text="Piles.", **add)
    move = services.FindingChanges(parent_id=early.pk)
    services.change_finding(finding_id=late.pk, changes=move, expected_revision=1, by=rep, now=now)

    edition = amend(complete(diagnosis))

    copied = Finding.objects.get(diagnosis=edition, kind="cause")
    assert (copied.parent.text, copied.parent.diagnosis_id, copied.questions) == ("Piles.", edition.pk, ["severity"])


def test_only_a_completed_diagnosis_is_amended_and_with_a_reason(rep, start, answer, amend, complete):
    diagnosis = answer(start(rep), rep, **ANSWERS)
    with pytest.raises(NotCompleted):
        amend(diagnosis)
    done = complete(diagnosis)
    with pytest.raises(ReasonMissing):
        amend(done, "  ")

    assert Diagnosis.objects.count() == 1


def test_amending_twice_is_refused_with_the_edition_that_exists(completed, amend):
    edition = amend(completed)

    with pytest.raises(AlreadyAmended) as refusal:
        amend(completed)

    assert refusal.value.diagnosis == edition
    assert refusal.value.message == "This diagnosis is amended already: edition 2 exists."
    assert Diagnosis.objects.count() == 2


def test_after_an_abandoned_amendment_another_follows_it(rep, completed, amend, answer, now):
    given_up = answer(amend(completed), rep, severity=Decimal(1))
    services.abandon_diagnosis(
        diagnosis_id=given_up.pk, reason="A mistake.", expected_revision=given_up.revision, by=rep, now=now
    )

    edition = amend(completed)

    assert (edition.edition, edition.amends_id, edition.origin_id) == (3, given_up.pk, completed.pk)
    assert edition.answers["severity"] == "8"


def test_an_abandoned_edition_says_which_one_can_be_amended(rep, completed, amend, start, now):
    given_up = amend(completed)
    services.abandon_diagnosis(diagnosis_id=given_up.pk, reason="No.", expected_revision=1, by=rep, now=now)

    with pytest.raises(DiagnosisAbandoned) as refusal:
        amend(given_up)

    assert (refusal.value.code, refusal.value.field) == ("diagnosis_abandoned", "diagnosis")
    assert refusal.value.message == "This diagnosis was abandoned. Amend edition 1 instead."
    assert Diagnosis.objects.count() == 2


def test_an_abandoned_first_edition_is_begun_anew(rep, start, amend, now):
    given_up = start(rep)
    services.abandon_diagnosis(diagnosis_id=given_up.pk, reason="No.", expected_revision=1, by=rep, now=now)

    with pytest.raises(DiagnosisAbandoned) as refusal:
        amend(given_up)

    assert refusal.value.message == "This diagnosis was abandoned. Begin a new one."


def test_no_new_diagnosis_begins_while_an_amendment_is_under_way(rep, completed, amend, now):
    amend(completed)

    with pytest.raises(DiagnosisRunning):
        services.start_diagnosis(lead_id=completed.lead_id, template_id=completed.version.template_id, by=rep, now=now)

    assert Diagnosis.objects.count() == 2


def test_a_completed_amendment_writes_only_what_differs(rep, completed, amend, answer, complete):
    written = Evidence.objects.filter(source="diagnosis")
    before = written.count()
    same = complete(amend(completed))
    assert written.count() == before

    complete(answer(amend(same), rep, hours=Decimal(10)))

    assert list(written.order_by("id").values_list("values", flat=True))[before:] == [{"hours_lost": "10"}]


def test_only_the_latest_completed_verdict_opens_the_way_to_the_opportunity(
    rep, completed, amend, answer, complete, now
):
    edition = answer(amend(completed), rep, severity=Decimal(0), kind="edi")
    lead = completed.lead

    def move():
        lead.refresh_from_db()
        return lead_services.move_lead(
            lead_id=lead.pk, to=Stage.OPPORTUNITY, expected_revision=lead.revision, by=rep, now=now
        )

    complete(edition)

    with pytest.raises(VerdictMissing):
        move()
    assert Diagnosis.objects.get(pk=completed.pk).advice == "advance"
    assert Diagnosis.objects.get(pk=edition.pk).advice == "disqualify"


@pytest.mark.parametrize("abandoned", [False, True])
def test_an_amendment_that_is_not_completed_leaves_the_earlier_verdict_in_force(
    rep, completed, amend, answer, now, abandoned
):
    edition = answer(amend(completed), rep, severity=Decimal(0), kind="edi")
    if abandoned:
        services.abandon_diagnosis(
            diagnosis_id=edition.pk, reason="No.", expected_revision=edition.revision, by=rep, now=now
        )
    lead = completed.lead
    lead.refresh_from_db()

    receipt = lead_services.move_lead(
        lead_id=lead.pk, to=Stage.OPPORTUNITY, expected_revision=lead.revision, by=rep, now=now
    )

    assert receipt.to_stage == "opportunity"


def test_two_editions_are_compared(rep, completed, amend, answer, now):
    edition = answer(amend(completed), rep, severity=Decimal(0), kind="edi")
    services.add_finding(diagnosis_id=edition.pk, kind=FindingKind.CAUSE, text="By hand.", by=rep, now=now)

    found = compare_diagnoses(before_id=completed.pk, after_id=edition.pk, by=rep, now=now).difference

    changed = {change.question.key: (change.before, change.after) for change in found.answers}
    assert changed == {
        "severity": (Decimal(8), Decimal(0)),
        "kind": ("mail", "edi"),
        "which_mail": ("orders@", "orders@"),
    }
    assert [(score.dimension, score.before.value, score.after.value) for score in found.scores] == [
        (Dimension.PROBLEM, Decimal("83.33"), Decimal(0))
    ]
    assert found.verdict == (("good_problem", Decision.YES, Decision.NO),)
    assert [(change.kind.value, change.after.text) for change in found.findings] == [("added", "By hand.")]


def test_diagnoses_of_strangers_are_not_compared(completed, stranger, rep, now):
    assert compare_diagnoses(before_id=completed.pk, after_id=completed.pk, by=stranger, now=now) is None
    assert compare_diagnoses(before_id=completed.pk, after_id=None, by=rep, now=now) is None


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.sampled_from(sorted(ANSWERS)), st.booleans()),
        st.tuples(st.sampled_from(["skip"]), st.sampled_from(sorted(ANSWERS)), st.just(False)),
        st.tuples(st.sampled_from(["section"]), st.sampled_from(list(Dimension)), st.just(False)),
        st.tuples(
            st.sampled_from(["pause", "resume", "abandon", "complete", "amend", "disagree", "add", "remove"]),
            st.just(""),
            st.just(False),
        ),
    ),
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_amending_never_alters_the_earlier_edition(rep, completed, amend, now, actions):
    try:
        edition = amend(completed)
    except AlreadyAmended as refusal:  # by an earlier example
        edition = refusal.diagnosis
    before = rows_of(completed)

    for action, what, unknown in actions:
        edition.refresh_from_db()
        try:
            do(action, what, unknown, edition, rep, now)
        except DomainError:
            continue

    assert rows_of(completed) == before


def do(action, what, unknown, edition, by, now):
    on = {"diagnosis_id": edition.pk, "by": by, "now": now}
    held = {**on, "expected_revision": edition.revision}
    finding = Finding.objects.filter(diagnosis=edition, removed_at=None).first()
    if action == "answer":
        services.answer_question(question=what, value=None if unknown else ANSWERS[what], **held)
    elif action == "skip":
        services.skip_question(question=what, **held)
    elif action == "section":
        services.go_to_section(section=what, **held)
    elif action in ("pause", "resume", "complete"):
        getattr(services, f"{action}_diagnosis")(**held)
    elif action == "abandon":
        services.abandon_diagnosis(reason="No.", **held)
    elif action == "amend":
        services.amend_diagnosis(reason="Again.", **on)
    elif action == "disagree":
        services.disagree_with_verdict(about=Disagreement.About.WILL_ACT, says=Decision.NO, reason="No.", **on)
    elif action == "add":
        services.add_finding(kind=FindingKind.SYMPTOM, text="More.", **on)
    elif finding is not None:
        services.remove_finding(finding_id=finding.pk, expected_revision=finding.revision, by=by, now=now)
    assert DiagnosisStatus(Diagnosis.objects.get(pk=edition.pk).status)
