"""What somebody should know before they speak with a prospect."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import services as assessments
from assessments.models import Answer, Finding
from leads.domain.errors import DomainError
from leads.models import Attribute, Contact, Engagement, Stakeholder
from leads.services import record_evidence
from playbook.domain.brief import SOLUTION_QUESTIONS
from playbook.services.brief import brief_of


def test_what_is_known_comes_with_source_date_and_freshness(rep, sql_lead, now):
    lead = sql_lead(rep)
    Attribute.objects.filter(key="has_pain").update(freshness_days=10)
    later = now + timedelta(days=30)
    record_evidence(lead_id=lead.pk, values={"employees": Decimal(700)}, by=rep, now=later)

    brief = brief_of(lead.pk, rep, later)

    assert [(value.label, value.display, value.source, value.learned_at, value.fresh) for value in brief.known] == [
        ("Employees", "700 people", "Sales", later, True),
        ("Has the pain", "Yes", "Sales", now, False),
    ]
    assert "Has the pain: learned too long ago" in brief.not_known


def test_what_they_read_and_attended_comes_newest_first_and_bounded(business, rep, sql_lead, now):
    lead = sql_lead(rep)
    ann = Contact.objects.create(business=business, organization=lead.organization, name="Ann")
    for days in range(-1, 25):
        Engagement.objects.create(
            business=business,
            lead=lead,
            kind="webinar",
            title=f"Part {days}",
            contact=ann,
            happened_at=now - timedelta(days=days),
            recorded_at=now,
        )

    touches = brief_of(lead.pk, rep, now).read_and_attended

    assert [touch.what for touch in touches] == [f"Webinar: Part {days}" for days in range(20)]
    assert touches[0].with_whom == "Ann"


def test_what_was_found_and_said_is_told_in_their_words(business, rep, start, now):
    diagnosis = start(rep)
    ann = Contact.objects.create(business=business, organization=diagnosis.lead.organization, name="Ann")
    for kind, text, new in (
        ("problem", "Orders get lost.", "no"),
        ("cause", "They are typed by hand.", "yes"),
        ("driver", "Growth", "no"),
    ):
        Finding.objects.create(
            business=business,
            diagnosis=diagnosis,
            kind=kind,
            text=text,
            new_to_prospect=new,
            said_by=ann,
            at=now,
        )
    diagnosis = assessments.answer_question(
        diagnosis_id=diagnosis.pk,
        question="severity",
        value=Decimal(8),
        note="It is a mess.",
        said_by_id=ann.pk,
        expected_revision=1,
        by=rep,
        now=now,
    )
    assessments.answer_question(
        diagnosis_id=diagnosis.pk,
        question="fitting",
        value=Decimal(8),
        note="Not a problem.",
        expected_revision=2,
        by=rep,
        now=now,
    )

    found = brief_of(diagnosis.lead_id, rep, now).dissatisfaction

    assert [(each.kind, each.text, each.said_by, each.is_new) for each in found] == [
        ("Problem", "Orders get lost.", "Ann", False),
        ("Cause", "They are typed by hand.", "Ann", True),
        ("severity?", "It is a mess.", "Ann", False),
    ]


def test_people_and_missing_roles(business, rep, sql_lead, now):
    lead = sql_lead(rep)
    ann = Contact.objects.create(business=business, organization=lead.organization, name="Ann", job_title="CFO")
    Stakeholder.objects.create(business=business, lead=lead, contact=ann, buying_roles=["champion", "economic_buyer"])

    brief = brief_of(lead.pk, rep, now)

    assert [(person.name, person.job_title, person.roles) for person in brief.people] == [
        ("Ann", "CFO", ("Champion", "Economic buyer"))
    ]
    assert brief.missing_roles == ("Decision maker", "User")


def test_answered_questions_and_pitches_are_not_to_be_asked(rep, start, answer, now):
    diagnosis = answer(start(rep), rep, severity=Decimal(8), kind=None)
    Attribute.objects.filter(key="employees").update(question="How many are you?")

    refused = {each.question: each.because for each in brief_of(diagnosis.lead_id, rep, now).not_to_ask}

    assert refused["severity?"] == "They answered: 8."
    assert refused["What sort of orders?"] == "They said that they do not know."
    assert refused["How many are you?"] == "It is known: 500 people."
    assert refused.items() >= dict(SOLUTION_QUESTIONS).items()
    assert "proven?" not in refused


def test_the_next_question_of_the_diagnosis_is_to_be_asked_first(rep, start, answer, answers, now):
    diagnosis = start(rep)
    assert brief_of(diagnosis.lead_id, rep, now).to_ask[0] == "How urgent is it for you?"

    diagnosis = answer(diagnosis, rep, **answers)

    assert "How urgent is it for you?" not in brief_of(diagnosis.lead_id, rep, now).to_ask


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, ""),
        ({"hours": Decimal(25), "hourly": Decimal(40)}, "€ 46,000 a year."),
    ],
)
def test_the_cost_of_the_problem_is_told_once_something_of_it_is_known(rep, start, answer, now, given, text):
    diagnosis = answer(start(rep), rep, **given)

    assert brief_of(diagnosis.lead_id, rep, now).cost_text.replace("EUR", "€") == text


def test_the_text_has_every_part_and_leaves_out_what_is_empty(rep, sql_lead, now):
    lead = sql_lead(rep)

    text = brief_of(lead.pk, rep, now).text

    assert text.startswith("Initech\n\nWhat is known\n- Has the pain: Yes (Sales, 02 Mar 2026)\n")
    assert "\n\nDo not ask\n" in text
    assert "- What do you need? They would have to know the cure already. Ask what goes wrong, and why.\n" in text
    assert "People" not in text


def test_a_brief_costs_a_fixed_number_of_queries(business, rep, start, answer, answers, now):
    diagnosis = start(rep)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            brief_of(diagnosis.lead_id, rep, now)
        return len(queries)

    cost()
    before = cost()
    answer(diagnosis, rep, **answers)
    Answer.objects.update(note="They said so.")
    for number in range(5):
        ann = Contact.objects.create(business=business, organization=diagnosis.lead.organization, name=f"{number}")
        Stakeholder.objects.create(business=business, lead=diagnosis.lead, contact=ann)
        Engagement.objects.create(
            business=business, lead=diagnosis.lead, kind="call", contact=ann, happened_at=now, recorded_at=now
        )

    assert cost() == before


def test_a_lead_of_another_business_has_no_brief_here(rep, stranger, sql_lead, now):
    lead = sql_lead(rep)

    with pytest.raises(DomainError, match="There is no such lead"):
        brief_of(lead.pk, stranger, now)
