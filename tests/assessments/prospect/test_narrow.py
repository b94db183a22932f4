"""A prospect's token opens its own questions and nothing else, whoever sends it, however it is asked."""

import json
from decimal import Decimal

import pytest
from django.test import Client

from assessments.models import LinkKind, ProspectLink
from assessments.services.links import NOT_VALID, LinkNotValid
from assessments.services.self_assessment import read_self_assessment
from leads.global_ids import global_id
from leads.tenancy import prospect
from tests.assessments.prospect.conftest import SECRETS, contact_of, prospect_template
from tests.assessments.prospect.test_api import ANSWER, READ, SUBMIT
from tests.config.test_viewer import root_queries
from tests.leads.admin.browser import BACKEND
from tests.leads.graphql import walk
from tests.leads.graphql.state import dump

pytestmark = pytest.mark.usefixtures("soon")

MINE = ("selfAssessment", "answerSelfAssessment", "submitSelfAssessment")
NOT_FOR_PROSPECTS = {
    "message": "This is not for prospects: a link opens its self-assessment and nothing else.",
    "extensions": {"code": "not_for_prospects"},
}
GONE = {"errors": [{"message": NOT_VALID, "extensions": {"code": "link_not_valid"}}]}
OTHERS = [query for query in root_queries() if not any(f" {name}" in query for name in MINE)]


@pytest.fixture
def token(invite, diagnosis, contact) -> str:
    return invite(diagnosis, contact).token


def signed_in(viewer) -> Client:
    client = Client()
    client.force_login(viewer.membership.user, backend=BACKEND)
    return client


def test_every_root_field_but_three_is_tried():
    roots = {*walk.SCHEMA.query_type.fields, *walk.SCHEMA.mutation_type.fields}

    assert len(OTHERS) == len(roots - {"me", *MINE})


@pytest.mark.parametrize("query", OTHERS)
def test_what_is_made_for_members_is_refused(page, token, query):
    before = dump()

    assert page(token)(query) == {"errors": [NOT_FOR_PROSPECTS]}
    assert dump() == before


@pytest.mark.parametrize(
    "query",
    [
        "{ me { email } }",
        "{ __schema { queryType { name } } }",
        '{ __type(name: "Lead") { name } }',
        "{ selfAssessment { revision } me { email } }",
        "{ selfAssessment: me { email } }",
        "{ __typename: members { email } }",
        "{ ...F } fragment F on Query { selfAssessment { revision } members { email } }",
        "{ ... { ... on Query { attributes { key } } } }",
        "{ selfAssessment { revision } leads @skip(if: true) { totalCount } }",
        'query Q { selfAssessment { revision } node(id: "TGVhZDox") @include(if: false) { id } }',
    ],
)
def test_nothing_more_is_got_by_asking_for_the_self_assessment_too(page, token, query):
    assert page(token)(query) == {"errors": [NOT_FOR_PROSPECTS]}


@pytest.mark.parametrize("debug", [False, True])
def test_the_reports_are_refused(page, token, settings, debug):
    settings.DEBUG = debug
    ask = page(token, path="/graphql/reporting/")

    for query in ("{ leadCounts(by: SOURCE) { key } }", "{ __schema { queryType { name } } }", "{ __typename }"):
        assert ask(query) == {"errors": [NOT_FOR_PROSPECTS]}


def test_developers_get_no_schema_with_a_token(page, token, settings):
    settings.DEBUG = True

    assert page(token)("{ __schema { queryType { name } } }") == {"errors": [NOT_FOR_PROSPECTS]}


@pytest.mark.parametrize("query", ["{ leads { totalCount } }", "{ me { email } }", "{ __schema { types { name } } }"])
def test_a_token_goes_before_the_session_of_a_manager(page, token, manager, query):
    assert page(token, client=signed_in(manager))(query) == {"errors": [NOT_FOR_PROSPECTS]}


def test_a_manager_with_a_token_reads_what_the_prospect_reads(page, token, manager):
    assert page(token, client=signed_in(manager))(READ) == page(token)(READ)


@pytest.mark.parametrize("query", [READ, "{ me { email } }", "{ __typename }", "{ leads { totalCount } }"])
@pytest.mark.parametrize("bad", ["", " ", "x", "1.x.y", "🦊".encode().decode("latin-1")])
def test_a_bad_token_is_refused_outright_and_never_falls_back_to_the_session(page, token, manager, query, bad):
    for client in (Client(), signed_in(manager)):
        assert page(bad, client=client)(query) == GONE


@pytest.mark.parametrize("debug", [False, True])
def test_every_dead_token_is_answered_alike(page, invite, diagnosis, contact, now, complete, settings, debug):
    settings.DEBUG = debug
    tokens = [invite(diagnosis, contact).token for _ in range(3)]
    pks = list(ProspectLink.objects.order_by("id").values_list("pk", flat=True))
    ProspectLink.objects.filter(pk=pks[0]).update(expires_at=now)
    ProspectLink.objects.filter(pk=pks[1]).update(revoked_at=now)
    complete(diagnosis)
    tokens += [invite(diagnosis, contact, LinkKind.SUMMARY).token, tokens[0][:-1], "x"]

    answers = set()
    for token in tokens:
        ask = page(token)
        for query in (READ, "{ __typename }", "{ __schema { queryType { name } } }"):
            ask(query)
            answers.add((ask.status, ask.body))

    assert answers == {(200, json.dumps(GONE, separators=(",", ":")).encode())}


def test_a_summary_link_opens_no_questions(page, invite, diagnosis, contact, complete):
    complete(diagnosis)

    assert page(invite(diagnosis, contact, LinkKind.SUMMARY).token)(READ) == GONE


def test_each_prospect_reads_and_changes_its_own_answers_only(page, invite, diagnosis, contact):
    ann = page(invite(diagnosis, contact).token)
    bob = page(invite(diagnosis, contact_of(diagnosis, "Bob")).token)

    ann(ANSWER, question="notes", value={"text": "only-from-ann"}, revision=1)
    bob(ANSWER, question="notes", value={"text": "only-from-bob"}, revision=1)
    bob(READ)

    assert b"only-from-bob" in bob.body
    assert b"only-from-ann" not in bob.body
    assert b"Ann" not in bob.body


def test_two_businesses_do_not_meet(page, invite, start, stranger, diagnosis, contact):
    theirs = start(stranger, prospect_template())
    ask = page(invite(theirs, contact_of(theirs, "Zoe"), by=stranger).token, client=signed_in(stranger))
    page(invite(diagnosis, contact).token)(ANSWER, question="notes", value={"text": "ours-only"}, revision=1)

    found = ask(READ)["data"]["selfAssessment"]

    assert (found["prospectName"], found["businessName"], found["currency"]) == ("Zoe", "Globex", "USD")
    assert b"ours-only" not in ask.body
    # A link of one business in the name of the other is none.
    pk = ProspectLink.objects.filter(business=diagnosis.business).get().pk
    with pytest.raises(LinkNotValid):
        read_self_assessment(by=prospect(stranger.business, pk), now=diagnosis.started_at)


def test_nothing_that_was_planted_comes_out_in_any_answer(page, token, diagnosis, answer, rep):
    """Words of guidance, the offer, the verdict, the lead, colleagues and their answers are nowhere."""
    answer(diagnosis, rep, kind="mail", which_mail="said-by-sales@", hours=Decimal("12.125"), proven=Decimal(7))
    planted = [
        *SECRETS,
        *("Initech", "Automation", rep.membership.user.email, "hours_lost", "Hours lost", "No sponsor"),
        *("Do we like them", "A sponsor?", "proven?", "said-by-sales", "12.125", "ann@initech.example"),
        *("disqualify", "advance", "attribute", "points", "verdict", "score", "10000"),
    ]
    ask = page(token)
    bodies = []
    for query, given in (
        (READ, {}),
        (ANSWER, {"question": "kind", "value": {"choice": "mail"}, "revision": 1}),
        (ANSWER, {"question": "kind", "value": {"choice": "nope"}, "revision": 2}),
        (ANSWER, {"question": "hours", "value": {"number": "1000"}, "revision": 2}),
        (ANSWER, {"question": "inside", "value": {"yesNo": True}, "revision": 2}),
        (ANSWER, {"question": "kind", "value": {"choice": "edi"}, "revision": 1}),
        (SUBMIT, {"revision": 2}),
        (SUBMIT, {"revision": 1}),
        ("{ leads { totalCount } }", {}),
        ("{ selfAssessment { nope } }", {}),
    ):
        ask(query, **given)
        bodies.append(ask.body)

    assert [(word, body) for word in planted for body in bodies if word.encode() in body] == []


@pytest.mark.parametrize("address", ["/admin/", "/admin/leads/lead/", "/admin/assessments/diagnosis/"])
def test_the_admin_takes_no_token(token, address):
    response = Client().get(address, headers={"X-Prospect": token})

    assert response.status_code == 302
    assert "/admin/login/" in response["Location"]


def test_the_members_summary_takes_no_token(token, diagnosis, complete, manager):
    complete(diagnosis)
    address = f"/diagnoses/{global_id('Diagnosis', diagnosis.pk)}/summary/"

    for client in (Client(), signed_in(manager)):
        assert client.get(address, headers={"X-Prospect": token}).status_code == 403
    assert signed_in(manager).get(address).status_code == 200


def test_a_page_on_another_origin_may_send_the_token(settings, client):
    settings.CORS_ALLOWED_ORIGINS = ["https://ask.example"]
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-prospect,idempotency-key"}

    allowed = client.options("/graphql/", headers={"Origin": "https://ask.example", **asked})
    refused = client.options("/graphql/", headers={"Origin": "https://evil.example", **asked})

    assert "x-prospect" in allowed["Access-Control-Allow-Headers"]
    assert allowed["Access-Control-Allow-Origin"] == "https://ask.example"
    assert "Access-Control-Allow-Origin" not in refused


def test_a_token_without_the_csrf_token_of_its_browser_changes_nothing(page, token):
    strict = page(token, client=Client(enforce_csrf_checks=True))

    body = strict(ANSWER, question="kind", value={"choice": "edi"}, revision=1)

    assert strict.status == 403
    assert body["errors"][0]["extensions"] == {"code": "csrf_failed"}
    assert ProspectLink.objects.get().answers == {}
