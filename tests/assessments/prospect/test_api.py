"""The self-assessment over GraphQL, as the page or a frontend of one's own does it, and members' side of links."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.models import ProspectLink
from assessments.services.links import NOT_VALID, revoke_prospect_link
from leads.global_ids import global_id
from leads.models import Evidence
from tests.assessments.prospect.conftest import contact_of

pytestmark = pytest.mark.usefixtures("soon")

READ = """{ selfAssessment {
  prospectName businessName language currency status revision expiresAt submittedAt
  progress { answered total } next { key }
  questions { key text type unit minimum maximum required options { code label } answer { ...A } }
} }
fragment A on Value {
  __typename ... on Displayed { display }
  ... on NumberValue { number low high } ... on MoneyValue { money { amount currency } } ... on UnknownValue { reason }
}"""
ANSWER = """mutation($question: String!, $value: ValueInput!, $revision: Int!) {
  answerSelfAssessment(question: $question, value: $value, expectedRevision: $revision) {
    __typename
    ... on SelfAssessment { revision next { key } progress { answered total } }
    ... on SelfAssessmentConflict { messages { kind code field } selfAssessment { revision questions { key } } }
    ... on OperationInfo { messages { kind code message field } }
  }
}"""
SUBMIT = """mutation($revision: Int!) {
  submitSelfAssessment(expectedRevision: $revision) {
    __typename
    ... on SelfAssessment { status submittedAt revision }
    ... on SelfAssessmentConflict { messages { code } selfAssessment { status } }
    ... on OperationInfo { messages { kind code message field } }
  }
}"""
INVITE = """mutation($diagnosis: ID!, $contact: ID!, $kind: ProspectLinkKind!, $days: Int! = 14) {
  inviteProspect(diagnosis: $diagnosis, contact: $contact, kind: $kind, days: $days) {
    ... on ProspectLinkMade { url token link { id kind state createdBy { id } contact { name } expiresAt answered } }
    ... on OperationInfo { messages { kind code message field } }
  }
}"""
LINKS = """query($id: ID!) { diagnosis(id: $id) { prospectLinks {
  id contact { name } kind state createdAt expiresAt revokedAt openedAt submittedAt answered
} } }"""


@pytest.fixture
def ask(page, invite, diagnosis, contact):
    return page(invite(diagnosis, contact).token)


def test_a_prospect_reads_its_questions(ask):
    body = ask(READ)

    found = body["data"]["selfAssessment"]
    questions = {question["key"]: question for question in found.pop("questions")}
    assert found == {
        "prospectName": "Ann Prospect",
        "businessName": "Acme",
        "language": "en",
        "currency": "EUR",
        "status": "OPEN",
        "revision": 1,
        "expiresAt": "2026-03-16T09:30:00+00:00",
        "submittedAt": None,
        "progress": {"answered": 0, "total": 5},
        "next": {"key": "severity"},
    }
    assert list(questions) == ["severity", "kind", "notes", "systems", "hours"]
    assert questions["kind"] == {
        "key": "kind",
        "text": "What sort of orders?",
        "type": "SINGLE_CHOICE",
        "unit": "",
        "minimum": None,
        "maximum": None,
        "required": True,
        "options": [{"code": "mail", "label": "Mail"}, {"code": "edi", "label": "EDI"}],
        "answer": None,
    }
    assert (questions["hours"]["minimum"], questions["hours"]["maximum"]) == ("0", "168")


def test_a_prospect_answers_corrects_and_sends(ask):
    say = lambda question, value, revision: ask(ANSWER, question=question, value=value, revision=revision)["data"][  # noqa: E731
        "answerSelfAssessment"
    ]

    assert say("kind", {"choice": "mail"}, 1) == {
        "__typename": "SelfAssessment",
        "revision": 2,
        "next": {"key": "severity"},
        "progress": {"answered": 1, "total": 6},
    }
    assert say("kind", {"choice": "edi"}, 2)["progress"] == {"answered": 1, "total": 5}
    assert say("hours", {"range": {"low": "1", "likely": "2", "high": "3"}}, 3)["revision"] == 4
    assert say("notes", {"doesNotKnow": True}, 4)["revision"] == 5
    sent = ask(SUBMIT, revision=5)["data"]["submitSelfAssessment"]

    assert sent == {
        "__typename": "SelfAssessment",
        "status": "SUBMITTED",
        "submittedAt": "2026-03-02T09:30:00+00:00",
        "revision": 6,
    }
    questions = {one["key"]: one["answer"] for one in ask(READ)["data"]["selfAssessment"]["questions"]}
    assert questions["hours"] == {
        "__typename": "NumberValue",
        "display": "1 – 2 – 3 hours",
        "number": "2",
        "low": "1",
        "high": "3",
    }
    assert questions["notes"]["reason"] == "DOES_NOT_KNOW"
    assert Evidence.objects.filter(source="prospect").count() == 1


def test_a_value_of_another_form_is_refused(ask):
    body = ask(ANSWER, question="hours", value={"text": "many"}, revision=1)

    assert body["data"]["answerSelfAssessment"]["messages"] == [
        {"kind": "VALIDATION", "code": "value_refused", "message": "Give `hours` as number or range.", "field": "hours"}
    ]
    assert ProspectLink.objects.get().answers == {}


def test_the_form_of_a_question_that_is_not_asked_is_not_told(ask):
    [wrong] = {
        str(ask(ANSWER, question=question, value=value, revision=1)["data"])
        for question in ("proven", "nope", "which_mail", "inside")
        for value in ({"text": "x"}, {"number": "1"}, {"yesNo": True})
    }

    assert "This question is not asked. Read the questions again." in wrong


def test_two_devices_get_a_conflict_with_the_current_state(ask):
    ask(ANSWER, question="kind", value={"choice": "mail"}, revision=1)

    lost = ask(ANSWER, question="kind", value={"choice": "edi"}, revision=1)["data"]["answerSelfAssessment"]

    assert lost["__typename"] == "SelfAssessmentConflict"
    assert lost["messages"] == [{"kind": "CONFLICT", "code": "stale_revision", "field": "expectedRevision"}]
    assert lost["selfAssessment"]["revision"] == 2
    assert {"key": "which_mail"} in lost["selfAssessment"]["questions"]
    assert ask(SUBMIT, revision=1)["data"]["submitSelfAssessment"]["selfAssessment"] == {"status": "OPEN"}


def test_the_same_change_sent_twice_with_its_key_takes_effect_once(ask, page):
    body = json.dumps({"query": ANSWER, "variables": {"question": "kind", "value": {"choice": "edi"}, "revision": 1}})
    headers = {"X-Prospect": ask.token, "Idempotency-Key": "a-key"}

    answers = {
        page(ask.token)
        .client.post("/graphql/", body, content_type="application/json", headers=headers)
        .content.decode()
        for _ in range(2)
    }

    assert len(answers) == 1
    assert ProspectLink.objects.get().revision == 2


# --- Members' side ---------------------------------------------------------------------------------


def test_a_salesperson_invites_and_the_address_opens(graphql, diagnosis, contact, client, rep):
    body = graphql(
        INVITE,
        diagnosis=global_id("Diagnosis", diagnosis.pk),
        contact=global_id("Contact", contact.pk),
        kind="SELF_ASSESSMENT",
        days=7,
    )

    made = body["data"]["inviteProspect"]
    assert made["link"] == {
        "id": global_id("ProspectLink", ProspectLink.objects.get().pk),
        "kind": "SELF_ASSESSMENT",
        "state": "OPEN",
        "createdBy": {"id": global_id("Membership", rep.membership.pk)},
        "contact": {"name": "Ann Prospect"},
        "expiresAt": "2026-03-09T09:30:00+00:00",
        "answered": 0,
    }
    assert made["url"] == f"http://testserver/prospect/{made['token']}/"
    assert client.get(made["url"]).status_code == 200


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"days": 91}, "days_refused", "days"),
        ({"kind": "SUMMARY"}, "diagnosis_not_completed", "diagnosis"),
        ({"contact": global_id("Contact", 10**9)}, "not_found", "contact"),
        ({"contact": "x"}, "not_found", "contact"),
        ({"diagnosis": "x"}, "not_found", "diagnosis"),
    ],
)
def test_an_invitation_that_makes_no_sense_is_refused(graphql, diagnosis, contact, changed, code, field):
    given = {
        "diagnosis": global_id("Diagnosis", diagnosis.pk),
        "contact": global_id("Contact", contact.pk),
        "kind": "SELF_ASSESSMENT",
    }

    [message] = graphql(INVITE, **(given | changed))["data"]["inviteProspect"]["messages"]

    assert (message["code"], message["field"]) == (code, field)
    assert not ProspectLink.objects.exists()


def test_a_diagnosis_lists_its_links_without_their_secrets(graphql, ask, diagnosis):
    ask(READ)
    ask(ANSWER, question="kind", value={"choice": "edi"}, revision=1)

    body = graphql(LINKS, id=global_id("Diagnosis", diagnosis.pk))

    link = ProspectLink.objects.get()
    assert body["data"]["diagnosis"]["prospectLinks"] == [
        {
            "id": global_id("ProspectLink", link.pk),
            "contact": {"name": "Ann Prospect"},
            "kind": "SELF_ASSESSMENT",
            "state": "OPEN",
            "createdAt": "2026-03-02T09:30:00+00:00",
            "expiresAt": "2026-03-16T09:30:00+00:00",
            "revokedAt": None,
            "openedAt": "2026-03-02T09:30:00+00:00",
            "submittedAt": None,
            "answered": 1,
        }
    ]


def test_the_links_of_a_diagnosis_cost_a_fixed_number_of_queries(graphql, invite, diagnosis):
    counts = []
    for n in (1, 9):
        for i in range(n):
            invite(diagnosis, contact_of(diagnosis, f"Contact {n} {i}"))
        with CaptureQueriesContext(connection) as queries:
            body = graphql(LINKS, id=global_id("Diagnosis", diagnosis.pk))
        counts.append(len(queries))

    assert len(body["data"]["diagnosis"]["prospectLinks"]) == 10
    assert counts[0] == counts[1]


def test_a_revoked_link_opens_nothing_from_then_on(graphql, ask):
    revoke = "mutation($link: ID!) { revokeProspectLink(link: $link) { ... on ProspectLink { state revokedAt } } }"

    body = graphql(revoke, link=global_id("ProspectLink", ProspectLink.objects.get().pk))

    assert body["data"]["revokeProspectLink"] == {"state": "REVOKED", "revokedAt": "2026-03-02T09:30:00+00:00"}
    assert ask(READ) == {"errors": [{"message": NOT_VALID, "extensions": {"code": "link_not_valid"}}]}


def test_a_link_that_is_revoked_while_somebody_answers_refuses_in_the_same_words(ask, rep, now):
    revoke_prospect_link(link_id=ProspectLink.objects.get().pk, by=rep, now=now)

    assert ask(ANSWER, question="kind", value={"choice": "edi"}, revision=1) == {
        "errors": [{"message": NOT_VALID, "extensions": {"code": "link_not_valid"}}]
    }
    assert ProspectLink.objects.get().answers == {}


def test_members_have_no_self_assessment(graphql, link):
    assert graphql("{ selfAssessment { revision } }") == {"data": {"selfAssessment": None}}
    for query, name in ((SUBMIT, "submitSelfAssessment"),):
        [message] = graphql(query, revision=1)["data"][name]["messages"]
        assert (message["kind"], message["code"]) == ("PERMISSION", "not_allowed")
        assert message["message"] == "A self-assessment is answered by a prospect, with a link."


def test_a_completed_diagnosis_says_where_its_summary_is(graphql, diagnosis, complete):
    query, given = "query($id: ID!) { diagnosis(id: $id) { summaryUrl } }", global_id("Diagnosis", diagnosis.pk)

    assert graphql(query, id=given)["data"]["diagnosis"] == {"summaryUrl": None}
    complete(diagnosis)
    address = graphql(query, id=given)["data"]["diagnosis"]["summaryUrl"]

    assert address == f"http://testserver/diagnoses/{given}/summary/"
    assert graphql.client.get(address).status_code == 200
