"""A prospect answers its own questions, corrects, sends; what becomes evidence, and that the diagnosis stays."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from assessments import services
from assessments.domain.template import Dimension
from assessments.models import Answer, Diagnosis, ProspectAnswer, ProspectLink
from assessments.services.self_assessment import (
    SelfAssessmentChanged,
    answer_self_assessment,
    read_self_assessment,
    submit_self_assessment,
)
from leads.domain.rules import Range
from leads.models import Attribute, Event, Evidence, Lead
from leads.tenancy import prospect
from tests.assessments.prospect.conftest import contact_of, prospect_template, section_of
from tests.leads.conftest import refused as refused


@pytest.fixture
def reply(ann, now):
    """Answer several questions one after the other."""

    def replied(**values):
        for question, value in values.items():
            link = ProspectLink.objects.get(pk=ann.link)
            found = answer_self_assessment(
                question=question, value=value, expected_revision=link.revision, by=ann, now=now
            )
        return found

    return replied


@pytest.fixture
def submit(ann, now):
    def submitted(**given):
        link = ProspectLink.objects.get(pk=ann.link)
        return submit_self_assessment(**({"expected_revision": link.revision, "by": ann, "now": now} | given))

    return submitted


def keys(found) -> list[str]:
    return [asked.key for asked in found.part.questions]


def test_only_questions_for_the_prospect_that_are_asked_now_are_shown(ann, now, diagnosis):
    found = read_self_assessment(by=ann, now=now)

    assert keys(found) == ["severity", "kind", "notes", "systems", "hours"]
    assert found.part.next.key == "severity"
    assert found.part.answered == 0


def test_opening_is_kept_the_first_time_only(ann, now):
    read_self_assessment(by=ann, now=now)
    read_self_assessment(by=ann, now=now + timedelta(days=1))

    assert ProspectLink.objects.get().opened_at == now


def test_an_answer_brings_up_a_question_and_a_correction_takes_it_away(reply):
    assert "which_mail" in keys(reply(kind="mail", which_mail="orders@"))

    found = reply(kind="edi")

    assert "which_mail" not in keys(found)
    assert found.part.answered == 1
    assert ProspectLink.objects.get().answers == {"kind": "edi", "which_mail": "orders@"}
    assert "which_mail" in keys(reply(kind="mail"))


def test_what_the_salesperson_answered_decides_what_is_asked_but_is_not_shown(ann, now, answer, diagnosis, rep):
    answer(diagnosis, rep, kind="mail", hours=Decimal(12))

    found = read_self_assessment(by=ann, now=now)

    assert "which_mail" in keys(found)
    assert [asked.answer for asked in found.part.questions] == [None] * 6


def test_a_prospects_answer_goes_before_the_salespersons(reply, answer, diagnosis, rep):
    answer(diagnosis, rep, kind="mail")

    assert "which_mail" not in keys(reply(kind="edi"))
    assert "which_mail" not in keys(reply(kind=None))


def test_the_diagnosis_stays_as_it_is_while_the_prospect_answers_and_sends(reply, submit, answer, diagnosis, rep):
    answer(diagnosis, rep, severity=Decimal(3))
    before = Diagnosis.objects.filter(pk=diagnosis.pk).values().get()

    reply(severity=Decimal(9), kind="mail", which_mail="orders@", hours=Decimal(7))
    submit()

    assert Diagnosis.objects.filter(pk=diagnosis.pk).values().get() == before
    assert Answer.objects.count() == 1


def test_every_answer_is_kept_as_it_was_given(reply, now):
    reply(kind="mail")
    reply(kind=None)

    rows = ProspectAnswer.objects.order_by("id").values_list("revision", "question", "value", "at")
    assert list(rows) == [(2, "kind", "mail", now), (3, "kind", {"unknown": "does_not_know"}, now)]


@pytest.mark.parametrize(
    ("question", "value", "code", "field"),
    [
        ("nope", "x", "question_not_reachable", "question"),
        ("proven", Decimal(5), "question_not_reachable", "question"),  # not for prospects
        ("which_mail", "x", "question_not_reachable", "question"),  # not asked yet
        ("inside", True, "question_not_reachable", "question"),
        ("urgency_before", Decimal(5), "question_not_reachable", "question"),
        ("kind", "fax", "unknown_option", "kind"),
        ("kind", Decimal(1), "wrong_type", "kind"),
        ("severity", Decimal(11), "out_of_bounds", "severity"),
        ("hours", Range(Decimal(1), Decimal(2), Decimal(169)), "out_of_bounds", "hours"),
        ("notes", "x" * 2001, "value_refused", "notes"),
        ("notes", " ", "value_refused", "notes"),
        ("notes", "a\0b", "value_refused", "notes"),
        ("systems", frozenset({"sap", "x"}), "unknown_option", "systems"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused(refused, ann, now, question, value, code, field):
    with refused(code, field):
        answer_self_assessment(question=question, value=value, expected_revision=1, by=ann, now=now)


def test_what_is_hidden_is_refused_in_the_same_words_as_what_is_not_there(ann, now):
    said = set()
    for question in ("nope", "proven", "which_mail"):
        with pytest.raises(Exception) as refusal:  # noqa: PT011
            answer_self_assessment(question=question, value="x", expected_revision=1, by=ann, now=now)
        said.add((type(refusal.value), refusal.value.message, refusal.value.field))

    assert len(said) == 1


def test_a_second_device_is_told_how_it_stands(refused, reply, ann, now):
    reply(kind="mail")

    with refused("stale_revision", "expectedRevision") as caught:
        answer_self_assessment(question="kind", value="edi", expected_revision=1, by=ann, now=now)
    with refused("stale_revision", "expectedRevision"):
        submit_self_assessment(expected_revision=1, by=ann, now=now)

    assert isinstance(caught.value, SelfAssessmentChanged)
    assert caught.value.now_at.link.revision == 2
    assert keys(caught.value.now_at) == ["severity", "kind", "notes", "systems", "which_mail", "hours"]


def test_nothing_is_sent_while_a_required_question_is_open(refused, reply, submit):
    reply(severity=Decimal(5))
    with refused("questions_open") as caught:
        submit()
    assert caught.value.message == (
        "These questions still need an answer, or “I do not know”: What sort of orders?; How many hours a week?"
    )
    reply(kind="mail", hours=None)
    with refused("questions_open") as caught:
        submit()
    assert caught.value.message.endswith(": Which mailbox?")
    reply(which_mail=None)

    assert submit().link.submitted_at is not None


def test_nothing_is_sent_without_any_answer(refused, submit):
    with refused("nothing_answered"):
        submit()


def test_sending_makes_evidence_said_by_the_contact_when_it_was_answered(reply, submit, now, contact, diagnosis):
    reply(kind="mail", which_mail="orders@", hours=Range(Decimal(5), Decimal(7), Decimal(9)))
    before = Lead.objects.get(pk=diagnosis.lead_id)

    submit(now=now + timedelta(hours=2))

    evidence = Evidence.objects.get(source="prospect")
    assert evidence.values == {"hours_lost": {"low": "5", "likely": "7", "high": "9"}}
    assert (evidence.said_by, evidence.author, evidence.observed_at) == (contact, None, now)
    assert evidence.recorded_at == now + timedelta(hours=2)
    lead = Lead.objects.get(pk=diagnosis.lead_id)
    assert lead.snapshot["hours_lost"]["src"] == "prospect"
    assert lead.revision == before.revision + 1
    assert Event.objects.filter(kind="self_assessment_submitted").count() == 1


def test_sending_judges_the_lead_anew(start, rep, invite, now, business):
    document = prospect_template()
    section = section_of(document, Dimension.COST)
    asked = tuple(
        replace(one, attribute="employees", unit="") if one.key == "hours" else one for one in section.questions
    )
    sections = tuple(replace(s, questions=asked) if s is section else s for s in document.sections)
    diagnosis = start(
        rep,
        replace(
            document,
            sections=sections,
            attributes=(replace(document.attributes[0], key="employees", label="Employees", unit="people"),),
        ),
    )
    link = invite(diagnosis, contact_of(diagnosis, "Ann")).link
    ann = prospect(business, link.pk)
    score = Lead.objects.get(pk=diagnosis.lead_id).score
    for question, value in {"kind": "edi", "hours": Decimal(20)}.items():
        link.refresh_from_db()
        answer_self_assessment(question=question, value=value, expected_revision=link.revision, by=ann, now=now)

    later = now + timedelta(days=1)
    submit_self_assessment(expected_revision=3, by=ann, now=later)

    # 500 employees gave 20 points, and 20 take 10.
    assert (score, Lead.objects.get(pk=diagnosis.lead_id).score) == (Decimal(50), Decimal(20))


def test_what_does_not_concern_the_prospect_is_never_evidence(reply, submit, answer, diagnosis, rep):
    answer(diagnosis, rep, hours=Decimal(50))
    reply(kind="edi", hours=None)

    submit()

    assert Evidence.objects.get(source="prospect").values == {"hours_lost": {"unknown": "does_not_know"}}


def test_an_attribute_that_was_archived_meanwhile_gets_no_evidence(reply, submit, now):
    reply(kind="edi", hours=Decimal(5))
    Attribute.objects.filter(key="hours_lost").update(archived_at=now)

    submit()

    assert not Evidence.objects.filter(source="prospect").exists()


def test_what_was_sent_stays_as_it_is(refused, reply, submit, ann, now):
    reply(kind="edi", hours=Decimal(5))
    found = submit()
    revision = found.link.revision

    with refused("already_submitted"):
        answer_self_assessment(question="kind", value="mail", expected_revision=revision, by=ann, now=now)
    with refused("already_submitted"):
        submit_self_assessment(expected_revision=revision, by=ann, now=now)

    assert read_self_assessment(by=ann, now=now).part.answered == 2


def test_sent_answers_are_still_read_after_the_diagnosis_is_completed(
    reply, submit, ann, now, answer, answers, diagnosis, rep
):
    reply(kind="edi", hours=Decimal(5))
    submit()
    done = answer(diagnosis, rep, **answers)
    services.complete_diagnosis(diagnosis_id=done.pk, expected_revision=done.revision, by=rep, now=now)

    assert read_self_assessment(by=ann, now=now + timedelta(days=1)).part.answered == 2


@pytest.mark.parametrize("by", ["rep", "stranger"])
def test_members_answer_nothing_for_a_prospect(refused, request, link, now, by):
    viewer = request.getfixturevalue(by)

    with refused("not_allowed"):
        answer_self_assessment(question="kind", value="edi", expected_revision=1, by=viewer, now=now)
    with refused("not_allowed"):
        submit_self_assessment(expected_revision=1, by=viewer, now=now)


def test_a_link_that_was_revoked_meanwhile_takes_no_answer(refused, ann, now):
    ProspectLink.objects.update(revoked_at=now)

    with refused("link_not_valid"):
        answer_self_assessment(question="kind", value="edi", expected_revision=1, by=ann, now=now)
    with refused("link_not_valid"):
        submit_self_assessment(expected_revision=1, by=ann, now=now)


def test_answers_are_corrected_a_thousand_times_and_no_more(refused, reply, submit, ann, now):
    reply(kind="edi", hours=None)
    ProspectLink.objects.update(revision=1001)

    with refused("too_many_corrections", "question"):
        answer_self_assessment(question="kind", value="mail", expected_revision=1001, by=ann, now=now)

    assert submit().link.submitted_at == now
