from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments import services
from assessments.domain.template_document import read
from assessments.models import Answer, Diagnosis
from assessments.services import evaluating
from leads.global_ids import global_id
from leads.models import Door
from leads.services.packs import find_pack
from leads.tenancy import system
from tests.assessments.samples import small_template

FIELDS = """
  id status revision advice outlook nurtureUntil completedAt
  nextQuestion { key text type whyWeAsk listenFor required minimum maximum options { code label } }
  mostDecisive { question { key } undecided }
  progress { complete total { answered doesNotKnow open requiredOpen undecided hidden } }
  scores { dimension score low high }
  cost { complete low { amount currency } likely { amount } high { amount } items { key value { ... on Displayed { display } } reads { name value { ... on Displayed { display } } } } }
  goodProblem { decision reasons { label decision questions open { name reason } } }
  willAct { decision } justifies { decision }
  stallRisks { key present blocking open { name reason } }
"""
START = (
    "mutation($lead: ID!, $template: ID!) { startDiagnosis(lead: $lead, template: $template)"
    " { __typename ... on Diagnosis {" + FIELDS + "} ... on OperationInfo { messages { kind code message field } } } }"
)
ANSWER = (
    """mutation($d: ID!, $q: String!, $v: ValueInput!, $r: Int!) {
  answerQuestion(diagnosis: $d, question: $q, value: $v, expectedRevision: $r, note: "As they said it.") {
    __typename
    ... on Diagnosis {"""
    + FIELDS
    + """}
    ... on DiagnosisConflict { messages { kind code message field } diagnosis { revision answers { question { key } standing value { __typename ... on Displayed { display } } } } }
    ... on OperationInfo { messages { kind code message field } }
  }
}"""
)
COMPLETE = (
    "mutation($d: ID!, $r: Int!) { completeDiagnosis(diagnosis: $d, expectedRevision: $r)"
    " { __typename ... on Diagnosis {" + FIELDS + "} ... on OperationInfo { messages { kind code message field } } } }"
)


@pytest.fixture
def begun(graphql, rep, sql_lead, publish_template):
    lead = sql_lead(rep)
    version = publish_template(rep.business)
    body = graphql(
        START, lead=global_id("Lead", lead.pk), template=global_id("AssessmentTemplate", version.template_id)
    )
    assert "errors" not in body, body
    return body["data"]["startDiagnosis"]


def test_starting_gives_the_first_question_with_its_guidance(begun):
    assert begun["__typename"] == "Diagnosis"
    assert begun["nextQuestion"]["key"] == "urgency_before"
    assert begun["revision"] == 1
    assert begun["progress"]["total"] == {
        "answered": 0,
        "doesNotKnow": 0,
        "open": 9,
        "requiredOpen": 8,
        "undecided": 1,
        "hidden": 0,
    }


def test_every_answer_brings_what_follows_from_it(graphql, begun):
    answered = graphql(ANSWER, d=begun["id"], q="hours", v={"range": {"low": "20", "likely": "25", "high": "30"}}, r=1)[
        "data"
    ]["answerQuestion"]
    answered = graphql(ANSWER, d=begun["id"], q="hourly", v={"money": {"amount": "40", "currency": "EUR"}}, r=2)[
        "data"
    ]["answerQuestion"]
    answered = graphql(ANSWER, d=begun["id"], q="severity", v={"number": "8"}, r=3)["data"]["answerQuestion"]

    assert answered["revision"] == 4
    assert answered["cost"]["complete"] is True
    assert answered["cost"]["low"] == {"amount": "36800.00", "currency": "EUR"}
    assert answered["cost"]["likely"] == {"amount": "46000.00"}
    assert answered["cost"]["items"] == [
        {
            "key": "typing",
            "value": {"display": "EUR 36,800 – 46,000 – 55,200"},
            "reads": [
                {"name": "hours", "value": {"display": "20 – 25 – 30 hours"}},
                {"name": "hourly", "value": {"display": "EUR 40"}},
            ],
        }
    ]
    assert answered["goodProblem"]["decision"] == "UNKNOWN"
    assert answered["goodProblem"]["reasons"][1] == {
        "label": "The cause is proven enough",
        "decision": "UNKNOWN",
        "questions": ["proven"],
        "open": [{"name": "proven", "reason": "NOT_ASKED"}],
    }


def test_the_loser_of_a_race_gets_the_current_state(graphql, begun):
    graphql(ANSWER, d=begun["id"], q="severity", v={"number": "8"}, r=1)

    lost = graphql(ANSWER, d=begun["id"], q="severity", v={"number": "2"}, r=1)["data"]["answerQuestion"]

    assert lost["__typename"] == "DiagnosisConflict"
    assert lost["messages"][0]["code"] == "stale_revision"
    assert lost["diagnosis"]["revision"] == 2
    severity = next(row for row in lost["diagnosis"]["answers"] if row["question"]["key"] == "severity")
    assert severity == {
        "question": {"key": "severity"},
        "standing": "ANSWERED",
        "value": {"__typename": "NumberValue", "display": "8"},
    }
    assert Answer.objects.count() == 1


@pytest.mark.parametrize(
    ("question", "value", "code"),
    [
        ("which_mail", {"text": "x"}, "question_not_reachable"),
        ("nothing", {"text": "x"}, "unknown_question"),
        ("severity", {"text": "x"}, "value_refused"),
        ("hourly", {"number": "40"}, "value_refused"),
        ("hours", {"money": {"amount": "40", "currency": "EUR"}}, "value_refused"),
        ("kind", {"text": "mail"}, "value_refused"),
        ("severity", {"number": "11"}, "out_of_bounds"),
        ("kind", {"choice": "fax"}, "unknown_option"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_by_name(graphql, begun, question, value, code):
    refused = graphql(ANSWER, d=begun["id"], q=question, v=value, r=1)["data"]["answerQuestion"]

    assert refused["__typename"] == "OperationInfo"
    assert (refused["messages"][0]["code"], refused["messages"][0]["field"]) == (code, question)
    assert not Answer.objects.exists()


LONG, SHORT = "x" * 5_000, "x" * 60 + "…"


@pytest.mark.parametrize(
    ("question", "value", "code", "field", "message"),
    [
        (LONG, {"text": "x"}, "unknown_question", SHORT, f"There is no question '{SHORT}'."),
        ("x" * 63, {"text": "x"}, "unknown_question", "x" * 63, f"There is no question '{'x' * 63}'."),
        (LONG, {"doesNotKnow": False}, "value_refused", SHORT, f"Give a value for `{SHORT}`, or doesNotKnow: true."),
        ("kind", {"choice": LONG}, "unknown_option", "kind", f"`kind` has no option '{SHORT}'; choose from mail, edi."),
        (
            "hourly",
            {"money": {"amount": "1", "currency": ""}},
            "value_refused",
            "hourly",
            "`hourly` takes amounts in EUR, not none.",
        ),
    ],
    ids=["question", "as long as a key", "question of no value", "option", "no currency"],
)
def test_a_refusal_says_back_no_more_than_a_line_of_what_was_sent(
    graphql, begun, question, value, code, field, message
):
    refused = graphql(ANSWER, d=begun["id"], q=question, v=value, r=1)["data"]["answerQuestion"]

    assert refused["messages"] == [{"kind": "VALIDATION", "code": code, "message": message, "field": field}]
    assert not Answer.objects.exists()


def test_a_whole_diagnosis_ends_in_a_verdict(graphql, begun):
    given = [
        ("urgency_before", {"number": "6"}),
        ("severity", {"number": "8"}),
        ("kind", {"choice": "edi"}),
        ("proven", {"number": "7"}),
        ("hours", {"number": "25"}),
        ("hourly", {"money": {"amount": "40", "currency": "EUR"}}),
        ("cost_confirmed", {"yesNo": True}),
        ("pressure", {"number": "9"}),
        ("fitting", {"number": "9"}),
        ("sponsor", {"doesNotKnow": True}),
        ("urgency_after", {"number": "8"}),
    ]
    asked, state = [], begun
    for question, value in given:
        asked.append(state["nextQuestion"]["key"])
        state = graphql(ANSWER, d=begun["id"], q=question, v=value, r=state["revision"])["data"]["answerQuestion"]

    done = graphql(COMPLETE, d=begun["id"], r=state["revision"])["data"]["completeDiagnosis"]

    assert asked == [question for question, _ in given]
    assert done["status"] == "COMPLETED"
    assert done["nextQuestion"] is None
    assert [done[answer]["decision"] for answer in ("goodProblem", "willAct", "justifies")] == ["YES", "YES", "YES"]
    assert done["stallRisks"] == [
        {
            "key": "no_sponsor",
            "present": "UNKNOWN",
            "blocking": True,
            "open": [{"name": "sponsor", "reason": "DOES_NOT_KNOW"}],
        }
    ]
    assert (done["outlook"], done["advice"]) == ("UNKNOWN", "KEEP_DIAGNOSING")


def test_reading_a_diagnosis_costs_a_fixed_number_of_queries(graphql, begun):
    query = (
        "query($d: ID!) { diagnosis(id: $d) {"
        + FIELDS
        + " answers { question { text } value { ... on Displayed { display } } } } }"
    )
    with CaptureQueriesContext(connection) as fresh:
        before = graphql(query, d=begun["id"])["data"]["diagnosis"]
    graphql(ANSWER, d=begun["id"], q="severity", v={"number": "8"}, r=1)
    with CaptureQueriesContext(connection) as later:
        graphql(query, d=begun["id"])

    assert before["id"] == begun["id"]
    assert len(later) == len(fresh)


def test_a_leads_diagnoses_and_the_templates_are_found(graphql, rep, begun):
    body = graphql(
        "{ assessmentTemplates { key name published { number sections { dimension questions { key showWhen } } } }"
        "  leads { edges { node { diagnoses { id advice version { number } lead { id } } } } } }"
    )

    [template] = body["data"]["assessmentTemplates"]
    assert [section["dimension"] for section in template["published"]["sections"]] == [
        "PROBLEM",
        "CAUSE",
        "COST",
        "URGENCY",
        "FIT",
    ]
    assert body["data"]["leads"]["edges"][0]["node"]["diagnoses"][0]["id"] == begun["id"]


def test_templates_that_cannot_be_started_are_listed_on_request(graphql, rep, publish_template, now):
    manager = system(rep.business, Door.COMMAND)
    kept = publish_template(rep.business, small_template(key="kept", name="Kept"))
    again = services.copy_template_to_draft(version_id=kept.pk, by=manager)
    services.publish_template(version_id=again.pk, by=manager, now=now)
    services.copy_template_to_draft(version_id=kept.pk, by=manager)
    services.template_from_document(document=small_template(key="draft", name="Draft"), by=manager)
    retired = publish_template(rep.business, small_template(key="old", name="Old"))
    services.retire_template(version_id=retired.pk, by=manager, now=now)

    body = graphql(
        "query($id: ID!) { assessmentTemplates { key } all: assessmentTemplates(unpublished: true) { key }"
        " node(id: $id) { ... on AssessmentTemplate { key } } }",
        id=global_id("AssessmentTemplate", retired.template_id),
    )

    assert body["data"] == {
        "assessmentTemplates": [{"key": "kept"}],
        "all": [{"key": "kept"}, {"key": "draft"}, {"key": "old"}],
        "node": {"key": "old"},
    }


def test_an_answer_is_worked_out_once_before_and_once_after_it(graphql, begun, monkeypatch):
    seen = []
    as_it_is = evaluating.evaluate
    monkeypatch.setattr(
        evaluating,
        "evaluate",
        lambda plan, answers, *known: seen.append(dict(answers)) or as_it_is(plan, answers, *known),
    )

    graphql(ANSWER, d=begun["id"], q="severity", v={"number": "8"}, r=1)

    assert seen == [{}, {"severity": Decimal(8)}]


def test_a_diagnosis_that_somebody_answered_meanwhile_is_worked_out_anew(rep, start, answer, now):
    answered = answer(start(rep), rep, severity=Decimal(8))
    answer(answered, rep, severity=Decimal(2))
    found = Diagnosis.objects.get()

    evaluating.take_evaluation(found, answered)

    assert evaluating.evaluation_of(found, now)[1].facts["severity"] == Decimal(2)


def test_the_history_shows_what_was_corrected(graphql, begun):
    graphql(ANSWER, d=begun["id"], q="severity", v={"number": "3"}, r=1)
    graphql(ANSWER, d=begun["id"], q="severity", v={"doesNotKnow": True}, r=2)

    body = graphql(
        "query($d: ID!) { diagnosis(id: $d) { history { edges { node {"
        " question revision note author { name } value { ... on Displayed { display } } } } } } }",
        d=begun["id"],
    )

    rows = [edge["node"] for edge in body["data"]["diagnosis"]["history"]["edges"]]
    assert [(row["revision"], row["value"]["display"]) for row in rows] == [
        (3, "The prospect does not know"),
        (2, "3"),
    ]
    assert rows[0]["note"] == "As they said it."


def test_what_sets_an_answer_aside_is_told_as_the_prospect_said_it(graphql, rep, start, answer):
    document = read(find_pack("orders_by_hand").text)
    diagnosis = answer(start(rep, document), rep, cause_tried=True, obstacle_left=True, obstacle="money")

    def because(tried):
        answer(Diagnosis.objects.get(pk=diagnosis.pk), rep, cause_tried=tried)
        body = graphql(
            "query($d: ID!) { diagnosis(id: $d) { setAside { question { key } setAsideBecause } } }",
            d=global_id("Diagnosis", diagnosis.pk),
        )
        return {row["question"]["key"]: row["setAsideBecause"] for row in body["data"]["diagnosis"]["setAside"]}

    asked = "“Has anybody tried to change that before?”"
    no = f"Set aside because of this: {asked} – No"
    not_known = f"Set aside until this is clear: {asked} – The prospect does not know"
    assert because(False) == {"obstacle_left": no, "obstacle": no}
    assert because(None) == {"obstacle_left": not_known, "obstacle": not_known}
