"""What an amendment no longer says is not in force any more; what others said stays."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from assessments import services
from leads import services as lead_services
from leads.domain.values import AttributeSpec, ValueType
from leads.models import Evidence, Lead, LeadValue
from tests.assessments.samples import ANSWERS, small_template

pytestmark = pytest.mark.django_db
DOES_NOT_KNOW = {"unknown": "does_not_know"}
HOUR = timedelta(hours=1)


def template(**attributes):
    """Return the small template, with these questions as evidence for these attributes."""
    specs = (
        AttributeSpec("hours_lost", "Hours lost", ValueType.NUMBER, unit="hours"),
        AttributeSpec("has_pain", "Pain", ValueType.YES_NO),
        AttributeSpec("mailbox", "Mailbox", ValueType.TEXT),
    )
    sections = tuple(
        replace(
            section,
            questions=tuple(
                replace(question, attribute=attributes.get(question.key, question.attribute))
                for question in section.questions
            ),
        )
        for section in small_template().sections
    )
    return small_template(attributes=specs, sections=sections)


@pytest.fixture
def say(rep):
    def said(diagnosis, at, **values):
        for question, value in values.items():
            diagnosis = services.answer_question(
                diagnosis_id=diagnosis.pk,
                question=question,
                value=value,
                expected_revision=diagnosis.revision,
                by=rep,
                now=at,
            )
        return services.complete_diagnosis(
            diagnosis_id=diagnosis.pk, expected_revision=diagnosis.revision, by=rep, now=at
        )

    return said


@pytest.fixture
def amend(rep, say):
    def amended(diagnosis, at, **values):
        edition = services.amend_diagnosis(diagnosis_id=diagnosis.pk, reason="No.", by=rep, now=at)
        return say(edition, at, **values)

    return amended


@pytest.fixture
def done(rep, start, say, now):
    spec = template(which_mail="mailbox", sponsor="has_pain")
    return say(start(rep, spec), now + HOUR, **ANSWERS)


@pytest.fixture
def record(rep):
    def recorded(diagnosis, at, **values):
        lead_services.record_evidence(lead_id=diagnosis.lead_id, values=values, by=rep, now=at)

    return recorded


def known(key):
    return Lead.objects.get().snapshot[key]


def recordings():
    return Evidence.objects.filter(source="diagnosis").order_by("id")


def test_a_word_taken_back_is_not_in_force_any_more(done, amend, now):
    first = known("hours_lost")
    assert first["v"] == {"low": "20", "likely": "25", "high": "30"}

    amend(done, now + 2 * HOUR, hours=None)

    last = recordings().last()
    assert (last.values, last.observed_at) == ({"hours_lost": DOES_NOT_KNOW}, now + 2 * HOUR)
    assert known("hours_lost") == {"dk": (now + 2 * HOUR).isoformat(), "src": "diagnosis", "ev": last.pk}
    assert Evidence.objects.filter(pk=first["ev"]).exists()
    assert not LeadValue.objects.filter(key="hours_lost").exists()


def test_a_word_that_an_amended_answer_hides_is_not_in_force_any_more(done, amend, now):
    assert known("mailbox")["v"] == "orders@"

    amend(done, now + 2 * HOUR, kind="edi")

    last = recordings().last()
    assert (last.values, last.observed_at, last.said_by) == ({"mailbox": DOES_NOT_KNOW}, now + 2 * HOUR, None)
    assert "v" not in known("mailbox")


def test_the_lead_is_judged_again_by_what_others_said_before(rep, start, say, amend, now):
    spec = template(sponsor="has_pain")
    denied = say(start(rep, spec), now + HOUR, **ANSWERS | {"sponsor": False})
    assert (known("has_pain")["v"], Lead.objects.get().level) == (False, "mql")

    amend(denied, now + 2 * HOUR, sponsor=None)

    entry = known("has_pain")
    assert (entry["v"], entry["src"], entry["dk"]) == (True, "sales", (now + 2 * HOUR).isoformat())
    assert Lead.objects.get().level == "sql"


def test_the_same_value_from_others_stays(rep, start, say, record, amend, now):
    diagnosis = start(rep, template(which_mail="mailbox"))
    record(diagnosis, now, mailbox="orders@")
    done = say(diagnosis, now + HOUR, **ANSWERS)
    assert known("mailbox")["src"] == "diagnosis"

    amend(done, now + 2 * HOUR, which_mail=None)

    assert (known("mailbox")["v"], known("mailbox")["src"]) == ("orders@", "sales")


def test_what_others_said_later_stays_and_nothing_hidden_is_recorded(done, record, amend, now):
    record(done, now + 2 * HOUR, mailbox="sales@")
    before = known("mailbox")

    amend(done, now + 3 * HOUR, kind="edi")

    assert known("mailbox") == before
    assert recordings().count() == 1


def test_a_value_taken_back_stays_so_when_another_is(rep, done, start, say, amend, now):
    second = services.start_diagnosis(
        lead_id=done.lead_id, template_id=done.version.template_id, by=rep, now=now + 2 * HOUR
    )
    second = say(second, now + 2 * HOUR, **ANSWERS | {"hours": Decimal(7)})
    amend(done, now + 3 * HOUR, hours=None)
    assert known("hours_lost")["v"] == "7"  # the other diagnosis stands by it
    third = amend(second, now + 4 * HOUR, hours=Decimal(9))
    assert known("hours_lost")["v"] == "9"

    amend(third, now + 5 * HOUR, hours=None)

    assert "v" not in known("hours_lost")


def test_another_diagnosis_that_says_something_counts_again(rep, done, say, amend, now):
    second = services.start_diagnosis(
        lead_id=done.lead_id, template_id=done.version.template_id, by=rep, now=now + 2 * HOUR
    )
    second = say(second, now + 2 * HOUR, **ANSWERS | {"hours": Decimal(7)})

    amend(second, now + 3 * HOUR, hours=None)

    assert known("hours_lost")["v"] == {"low": "20", "likely": "25", "high": "30"}
    assert known("hours_lost")["at"] == (now + HOUR).isoformat()


def test_an_earlier_question_counts_where_the_later_one_is_hidden(rep, start, say, amend, now):
    attribute = {"which_mail": "mailbox"}
    spec = template(**attribute)
    problem, *rest = spec.sections
    text = replace(
        rest[0].questions[1], key="also_mail", text="Where do mails arrive first?", show_when="", if_hidden=None
    )
    spec = replace(spec, sections=(replace(problem, questions=(*problem.questions, text)), *rest))
    diagnosis = start(rep, spec)
    early = services.answer_question(
        diagnosis_id=diagnosis.pk, question="also_mail", value="info@", expected_revision=1, by=rep, now=now
    )
    done = say(early, now + HOUR, **ANSWERS)
    assert known("mailbox")["v"] == "orders@"

    amend(done, now + 2 * HOUR, kind="edi")

    assert (known("mailbox")["v"], known("mailbox")["at"]) == ("info@", now.isoformat())
    assert "was" not in known("mailbox")
