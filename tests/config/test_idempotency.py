"""A mutation that is sent twice with one `Idempotency-Key`: done once, answered the same."""

import json
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from django.db import DatabaseError, connection

from assessments import services
from leads.global_ids import global_id
from leads.models import Evidence, IdempotentReply, Lead, Organization, Role, Transition
from tests.assessments.samples import small_template
from tests.causes import cause
from tests.config.sending import (
    ANSWER,
    COMPLETE,
    CREATE,
    INFO,
    KEY,
    MOVE,
    RECORD,
    START,
    answer_of,
    refused_with,
    send,
    sent_twice,
)
from tests.config.test_viewer import root_queries
from tests.leads.graphql import walk
from tests.leads.graphql.state import dump
from tests.leads.graphql.test_refusals import CALLS, call


@pytest.fixture
def ask(frontend, manager) -> Any:
    return frontend(manager)


@pytest.fixture
def lead(publish, business, make_lead, manager) -> Lead:
    publish(business)
    return make_lead(manager)


# --- Once -----------------------------------------------------------------------------------------


def test_a_lead_is_created_once(ask):
    assert sent_twice(ask, CREATE, name="Hooli") == {
        "__typename": "Lead",
        "id": global_id("Lead", Lead.objects.get().pk),
    }


def test_what_is_kept_says_who_asked_what_and_when(ask, manager):
    response = send(ask, CREATE, name="Hooli")

    kept = IdempotentReply.objects.get()
    body = json.dumps({"query": CREATE, "variables": {"name": "Hooli"}, "operationName": None}).encode()
    assert (kept.business, kept.scope, kept.key) == (manager.business, f"member:{manager.membership.pk}", KEY)
    assert kept.request_hash == sha256(body).hexdigest()
    assert answer_of(response)["id"].encode() not in bytes(kept.body)
    assert (kept.status, kept.content_type) == (200, "application/json; charset=utf-8")
    assert kept.at == Lead.objects.get().created_at


def test_without_the_header_a_mutation_is_done_as_often_as_it_is_sent(ask):
    for _ in range(2):
        assert "Idempotency-Replayed" not in send(ask, CREATE, key=None, name="Hooli")

    assert (Lead.objects.count(), IdempotentReply.objects.count()) == (2, 0)


def test_evidence_is_recorded_once(ask, lead):
    answer = sent_twice(ask, RECORD, lead=global_id("Lead", lead.pk), note="Twice.")

    assert answer == {"__typename": "Lead", "revision": 2, "organization": {"name": "Initech"}}
    assert Evidence.objects.filter(note="Twice.").count() == 1


def test_a_move_that_was_made_is_no_conflict_when_it_is_sent_again(ask, lead):
    why = global_id("Reason", cause(lead.business))
    answer = sent_twice(ask, MOVE, lead=global_id("Lead", lead.pk), cause=why, revision=1)

    assert answer == {"__typename": "Transition", "toStage": "DISQUALIFIED"}
    assert Transition.objects.filter(to_stage="disqualified").count() == 1


@pytest.mark.parametrize("mutation", CALLS)
def test_every_call_of_a_lead_is_answered_the_same(ask, lead, mutation):
    if mutation == "endOverride":
        call(ask, "overrideLevel", lead)
        Lead.objects.update(revision=1)
    ids = {"lead": global_id("Lead", lead.pk), "cause": global_id("Reason", cause(lead.business))}
    given = {name: ids.get(name, value) for name, value in CALLS[mutation].items()}
    arguments = walk.SCHEMA.mutation_type.fields[mutation].args
    types = ", ".join(f"${name}: {arguments[name].type}" for name in given)
    passed = ", ".join(f"{name}: ${name}" for name in given)

    answer = sent_twice(ask, f"mutation({types}) {{ {mutation}({passed}) {{ __typename }} }}", **given)

    assert answer["__typename"] != "OperationInfo"
    assert IdempotentReply.objects.count() == 1


@pytest.mark.parametrize("query", [query for query in root_queries() if query.startswith("mutation")])
def test_every_mutation_knows_the_header_and_keeps_no_refusal(frontend, business, join, query):
    ask = frontend(join(business, Role.VIEWER))
    before = dump()

    assert refused_with(send(ask, query, key="")) == (400, "idempotency_key_invalid")
    first, again = send(ask, query), send(ask, query)

    assert "Idempotency-Replayed" not in again
    assert again.content == first.content
    assert json.loads(first.content).get("errors") or answer_of(first)["__typename"] == "OperationInfo"
    assert dump() == before


def test_a_reply_stays_what_it_was_when_the_row_changes(ask, lead):
    given = {"lead": global_id("Lead", lead.pk), "note": "First."}
    first = send(ask, RECORD, **given)
    Organization.objects.update(name="Initrode")
    send(ask, RECORD, key="another", **given)

    again = send(ask, RECORD, **given)

    assert again.content == first.content
    assert answer_of(again) == {"__typename": "Lead", "revision": 2, "organization": {"name": "Initech"}}


def test_a_mutation_by_its_name_and_through_fragments_is_one(ask):
    query = f"""query Read {{ __typename }}
    mutation Write($name: String!) {{
      __typename ...F ...F ... {{ createLead(organizationName: $name) {{ {INFO} }} }}
    }}
    fragment F on Mutation {{ createLead(organizationName: $name) {{ __typename ...L }} }}
    fragment L on Lead {{ id }}"""

    first = send(ask, query, operation="Write", name="Hooli")
    again = send(ask, query, operation="Write", name="Hooli")

    assert "errors" not in json.loads(first.content)
    assert (again["Idempotency-Replayed"], again.content) == ("true", first.content)
    assert Lead.objects.count() == 1


# --- A diagnosis ----------------------------------------------------------------------------------


@pytest.fixture
def diagnosing(ask, business, publish, make_lead, manager, now) -> dict[str, Any]:
    """Start a diagnosis twice with one key; return what was answered."""
    publish(business)
    draft = services.template_from_document(document=small_template(), by=manager)
    version = services.publish_template(version_id=draft.pk, by=manager, now=now)
    lead = make_lead(manager, values={"has_pain": True, "employees": Decimal(500)})
    Lead.objects.filter(pk=lead.pk).update(stage="sql")
    return sent_twice(
        ask, START, lead=global_id("Lead", lead.pk), template=global_id("AssessmentTemplate", version.template_id)
    )


def test_a_diagnosis_is_started_answered_and_completed_once(ask, diagnosing):
    assert (diagnosing["__typename"], diagnosing["revision"]) == ("Diagnosis", 1)
    given = {"d": diagnosing["id"], "q": "severity", "v": {"number": "8"}, "r": 1}

    for revision in (1, 2):
        answer = send(ask, ANSWER, key="answered", **given)
        assert answer_of(answer) == {"__typename": "Diagnosis", "id": diagnosing["id"], "revision": 2}, revision
    conflict = send(ask, ANSWER, key="late", **given)

    assert answer_of(conflict) == {"__typename": "DiagnosisConflict", "diagnosis": {"revision": 2}}
    assert not IdempotentReply.objects.filter(key="late").exists()
    answer = answer_of(send(ask, ANSWER, key="late", **(given | {"v": {"number": "9"}, "r": 2})))
    assert answer["revision"] == 3
    refused = send(ask, COMPLETE, key="done", d=diagnosing["id"], r=3)
    assert answer_of(refused)["__typename"] == "OperationInfo"
    assert set(IdempotentReply.objects.values_list("key", flat=True)) == {KEY, "answered", "late"}


# --- Refused --------------------------------------------------------------------------------------


def test_what_was_refused_can_be_sent_again_under_its_key(ask, business, publish, make_lead, manager):
    lead = make_lead(manager)
    given = {"lead": global_id("Lead", lead.pk), "note": "Again."}
    before = dump()

    refused = send(ask, RECORD, **given)

    assert answer_of(refused) == {"__typename": "OperationInfo", "messages": [{"code": "unknown_attribute"}]}
    assert dump() == before
    publish(business)
    assert sent_twice(ask, RECORD, **given)["revision"] == 2


def test_a_refused_request_leaves_its_key_to_a_mended_one(ask):
    assert answer_of(send(ask, CREATE, name=" "))["messages"] == [{"code": "organization_missing"}]

    assert sent_twice(ask, CREATE, name="Hooli")["__typename"] == "Lead"


def test_what_was_done_is_undone_when_its_answer_cannot_be_given(ask, lead, monkeypatch):
    def broken(*_: Any) -> Any:
        raise ValueError("secret")

    given = {"lead": global_id("Lead", lead.pk), "note": "Half."}
    before = dump()
    with monkeypatch.context() as patched:
        patched.setattr(walk.SCHEMA.type_map["Lead"].fields["organization"], "resolve", broken)
        response = send(ask, RECORD, **given)

    assert json.loads(response.content)["errors"][0]["extensions"] == {"code": "internal_error"}
    assert dump() == before
    assert sent_twice(ask, RECORD, **given)["revision"] == 2
    assert Evidence.objects.filter(note="Half.").count() == 1


def test_what_the_database_refuses_while_answering_is_undone_too(ask, lead, monkeypatch):
    def broken(*_: Any) -> Any:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")

    before = dump()
    with monkeypatch.context() as patched:
        patched.setattr(walk.SCHEMA.type_map["Lead"].fields["organization"], "resolve", broken)
        response = send(ask, RECORD, lead=global_id("Lead", lead.pk), note="Half.")

    assert json.loads(response.content)["errors"][0]["extensions"] == {"code": "internal_error"}
    assert dump() == before


def test_a_reply_that_cannot_be_kept_undoes_the_change(ask, lead, monkeypatch, caplog):
    def broken(self: Any, *_: Any, **__: Any) -> None:
        raise DatabaseError("disk full")

    before = dump()
    with monkeypatch.context() as patched:
        patched.setattr(IdempotentReply, "save", broken)
        response = send(ask, RECORD, lead=global_id("Lead", lead.pk), note="Half.")

    assert refused_with(response) == (500, "internal_error")
    assert b"disk full" not in response.content
    assert [record.getMessage() for record in caplog.records if record.name == "graphql"] == [
        "A change could not be committed with its reply."
    ]
    assert dump() == before
