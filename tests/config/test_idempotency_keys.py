"""Which keys are taken and whose they are, what a twin under way does, and for how long replies are kept."""

import json
from datetime import timedelta
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from leads.management.commands.worker import Command as Worker
from leads.models import IdempotentReply, Lead, Role
from leads.services import replies
from leads.services.replies import WAITS_AT_MOST, Reply, ReplyLost, find_reply, keep_reply, one_at_a_time, purge_replies
from leads.tenancy import prospect
from tests.config.sending import (
    CREATE,
    KEY,
    answer_of,
    refused_with,
    send,
    sent_twice,
)
from tests.leads.graphql import walk


@pytest.fixture
def ask(frontend, manager) -> Any:
    return frontend(manager)


# --- Keys -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "a\tb", "x" * 256, "schlüssel", "\x7f"])
def test_a_key_that_is_none_is_refused(ask, key):
    response = send(ask, CREATE, key=key, name="Hooli")

    assert json.loads(response.content) == {
        "errors": [
            {
                "message": "Idempotency-Key must be 1 to 255 visible ASCII characters, such as a random UUID.",
                "extensions": {"code": "idempotency_key_invalid"},
            }
        ]
    }
    assert response.status_code == 400
    assert not Lead.objects.exists()


@pytest.mark.parametrize("key", ["!", "~" * 255, '"8e03978e"', "';--", "%s"])
def test_visible_characters_make_a_key(ask, key):
    first, again = send(ask, CREATE, key=key, name="Hooli"), send(ask, CREATE, key=key, name="Hooli")

    assert (again["Idempotency-Replayed"], again.content) == ("true", first.content)
    assert Lead.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "Hooli "},
        {"query": CREATE + " "},
        {"operation": ""},
    ],
)
def test_a_key_belongs_to_one_request(ask, changed):
    given = {"query": CREATE, "name": "Hooli"}
    first = send(ask, given["query"], name=given["name"])
    given |= changed

    response = send(ask, given.pop("query"), **given)

    assert json.loads(response.content) == {
        "errors": [
            {
                "message": "This key was given to another request. Choose a new key for a new request.",
                "extensions": {"code": "idempotency_key_reused"},
            }
        ]
    }
    assert response.status_code == 422
    assert Lead.objects.count() == 1
    assert send(ask, CREATE, name="Hooli").content == first.content


def test_two_people_may_choose_the_same_key(ask, frontend, rep):
    first, other = send(ask, CREATE, name="Hooli"), send(frontend(rep), CREATE, name="Hooli")

    assert "Idempotency-Replayed" not in other
    assert first.content != other.content
    assert (Lead.objects.count(), IdempotentReply.objects.count()) == (2, 2)


def test_one_person_may_choose_the_same_key_in_two_businesses(frontend, business, other_business, join):
    for place in (business, other_business):
        viewer = join(place, Role.SALES, "ann@example.com")
        assert "Idempotency-Replayed" not in send(frontend(viewer), CREATE, name="Hooli")

    assert Lead.objects.filter(business=business).count() == Lead.objects.filter(business=other_business).count() == 1
    replies = IdempotentReply.objects.order_by("pk")
    assert [reply.business for reply in replies] == [business, other_business]


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("mutation { a: createLead { __typename } b: createLead { __typename } }", 2),
        ("mutation { createLead { __typename } ...F } fragment F on Mutation { updateLead { __typename } }", 2),
        (
            "mutation { createLead { __typename } ... { a: createLead { __typename } b: qualifyLead { __typename } } }",
            3,
        ),
        ("mutation { createLead { __typename } a: createLead @skip(if: true) { __typename } }", 2),
    ],
)
def test_several_mutations_in_one_request_cannot_have_a_key(ask, query, number):
    response = send(ask, query)

    assert json.loads(response.content) == {
        "errors": [
            {
                "message": f"With Idempotency-Key, send one mutation in each request; this operation has {number}.",
                "extensions": {"code": "one_mutation_only"},
            }
        ]
    }
    assert response.status_code == 400
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    "query",
    [
        "{ leads { totalCount } }",
        "mutation { __typename }",
        "mutation {",
        "{ " * 900,
        'mutation { a(b: "' + "x" * 70_000,
    ],
)
@pytest.mark.parametrize("key", [KEY, ""])
def test_what_changes_nothing_is_answered_as_without_the_header(ask, query, key):
    expected = send(ask, query, key=None)

    response = send(ask, query, key=key)

    assert (response.status_code, response.content) == (expected.status_code, expected.content)
    assert not IdempotentReply.objects.exists()


def test_by_get_the_header_says_nothing(ask):
    response = ask.client.get("/graphql/?query={leads{totalCount}}", headers=ask.headers | {"Idempotency-Key": ""})

    assert json.loads(response.content) == {"data": {"leads": {"totalCount": 0}}}


# --- Who ------------------------------------------------------------------------------------------


def test_who_is_not_signed_in_is_told_so(frontend, business):
    for _ in range(2):
        response = send(frontend(), CREATE, name="Hooli")
        assert refused_with(response) == (200, "not_signed_in")

    assert (Lead.objects.count(), IdempotentReply.objects.count()) == (0, 0)


def test_a_member_who_left_gets_no_reply_any_more(ask, manager):
    first = send(ask, CREATE, name="Hooli")
    type(manager.membership).objects.update(is_active=False)

    response = send(ask, CREATE, name="Hooli")

    assert refused_with(response) == (200, "no_membership")
    type(manager.membership).objects.update(is_active=True)
    assert send(ask, CREATE, name="Hooli").content == first.content


def test_a_prospects_keys_are_those_of_the_link(business, now):
    given = {"key": KEY, "request_hash": "a" * 64}
    reply = Reply(200, "application/json", b"{}")
    with one_at_a_time(by=prospect(business, 7), key=KEY):
        keep_reply(by=prospect(business, 7), **given, reply=reply, now=now)

    assert find_reply(by=prospect(business, 8), **given, now=now) is None
    assert find_reply(by=prospect(business, 7), **given, now=now) == reply
    assert IdempotentReply.objects.get().scope == "link:7"


def test_a_browser_on_another_site_may_send_the_header_and_read_what_came_of_it(client, settings, db):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    preflight = {"Origin": "https://app.example", "Access-Control-Request-Method": "POST"}

    allowed = client.options("/graphql/", headers=preflight | {"Access-Control-Request-Headers": "idempotency-key"})
    answered = client.get("/graphql/?query={__typename}", headers={"Origin": "https://app.example"})

    assert "idempotency-key" in allowed["Access-Control-Allow-Headers"]
    assert answered["Access-Control-Expose-Headers"] == "idempotency-replayed, retry-after"


# --- At the same time -----------------------------------------------------------------------------


@pytest.fixture
def answering(manager):
    """Answer a request of the manager under KEY, elsewhere, until told to end."""
    holding, end = Event(), Event()

    def hold() -> None:
        try:
            with one_at_a_time(by=manager, key=KEY):
                holding.set()
                end.wait(timeout=60)
        finally:
            connection.close()

    thread = Thread(target=hold)
    thread.start()
    assert holding.wait(timeout=30)

    def done() -> None:
        end.set()
        thread.join()

    yield done
    done()


@pytest.mark.django_db(transaction=True)
def test_a_twin_under_way_is_told_to_come_again(ask, answering):
    response = send(ask, CREATE, name="Hooli")

    assert json.loads(response.content) == {
        "errors": [
            {
                "message": "The same request is being answered. Send it again in a moment.",
                "extensions": {"code": "idempotency_in_progress"},
            }
        ]
    }
    assert (response.status_code, response["Retry-After"]) == (409, "1")
    assert not Lead.objects.exists()
    answering()
    assert sent_twice(ask, CREATE, name="Hooli")["__typename"] == "Lead"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_others_do_not_wait_for_a_twin(ask, answering, frontend, rep):
    assert answer_of(send(ask, CREATE, key="another", name="Hooli"))["__typename"] == "Lead"
    assert answer_of(send(frontend(rep), CREATE, name="Hooli"))["__typename"] == "Lead"


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_only_twins_are_waited_for_so_shortly(manager):
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        usual = cursor.fetchone()
        with one_at_a_time(by=manager, key=KEY):
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == usual != (f"{WAITS_AT_MOST.seconds}s",)
    assert timedelta(seconds=1) <= WAITS_AT_MOST <= timedelta(seconds=5)


@pytest.mark.django_db(transaction=True)
def test_what_waits_for_the_commit_happens_once_and_after_it(ask, monkeypatch):
    query = 'mutation { createLead(organizationName: "Hooli") { ... on Lead { organization { name } } } }'
    seen: list[tuple[bool, int]] = []
    field = walk.SCHEMA.type_map["Lead"].fields["organization"]
    usual = field.resolve

    def hooked(source: Any, info: Any) -> Any:
        transaction.on_commit(lambda: seen.append((connection.in_atomic_block, IdempotentReply.objects.count())))
        return usual(source, info)

    monkeypatch.setattr(field, "resolve", hooked)
    for _ in range(3):
        assert answer_of(send(ask, query)) == {"organization": {"name": "Hooli"}}

    assert seen == [(False, 1)]


@pytest.mark.django_db(transaction=True)
def test_it_is_a_transaction_of_its_own_or_none(manager):
    with (
        transaction.atomic(),
        pytest.raises(RuntimeError, match="durable"),
        one_at_a_time(by=manager, key=KEY),
    ):
        pass


# --- Kept for a week ------------------------------------------------------------------------------


def test_replies_are_kept_for_seven_days(ask, now):
    for key, days in (("old", 8), ("week", 7), ("new", 6)):
        send(ask, CREATE, key=key, name="Hooli")
        IdempotentReply.objects.filter(key=key).update(at=now - timedelta(days=days))

    assert purge_replies(now) == 1

    assert set(IdempotentReply.objects.values_list("key", flat=True)) == {"week", "new"}
    assert Lead.objects.count() == 3
    assert purge_replies(now) == 0


def test_a_key_counts_as_new_after_seven_days_also_before_its_reply_is_removed(ask):
    first = send(ask, CREATE, name="Hooli")
    IdempotentReply.objects.update(at=timezone.now() - timedelta(days=7, minutes=1))

    anew = send(ask, CREATE, name="Hooli")

    assert "Idempotency-Replayed" not in anew
    assert anew.content != first.content
    assert send(ask, CREATE, name="Hooli").content == anew.content
    assert (Lead.objects.count(), IdempotentReply.objects.count()) == (2, 1)


def test_an_answer_that_is_too_large_to_be_kept_is_refused_and_nothing_changed(ask, monkeypatch):
    monkeypatch.setattr(replies, "BYTES_AT_MOST", 20)

    assert refused_with(send(ask, CREATE, name="Hooli")) == (422, "idempotency_reply_too_large")
    assert not Lead.objects.exists()
    assert not IdempotentReply.objects.exists()


def test_a_reply_is_read_with_the_secret_it_was_kept_with(manager, now, settings):
    given = {"by": manager, "key": KEY, "request_hash": "a" * 64}
    keep_reply(**given, reply=Reply(200, "application/json", b"a token"), now=now)
    assert b"a token" not in bytes(IdempotentReply.objects.get().body)

    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert find_reply(**given, now=now) == Reply(200, "application/json", b"a token")
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(ReplyLost) as lost:
        find_reply(**given, now=now)

    assert lost.value.message == "This was done, but what it was answered can be read no more. Read what it changed."


def test_a_reply_that_can_be_read_no_more_is_not_made_anew(ask):
    send(ask, CREATE, name="Hooli")
    IdempotentReply.objects.update(body=b"broken")

    assert refused_with(send(ask, CREATE, name="Hooli")) == (422, "idempotency_reply_lost")
    assert Lead.objects.count() == 1


def test_the_worker_removes_what_was_kept_long_enough(ask):
    for key in ("old", "new"):
        send(ask, CREATE, key=key, name="Hooli")
    IdempotentReply.objects.filter(key="old").update(at="2020-01-01T00:00:00Z")

    Worker()._tidy_up()

    assert IdempotentReply.objects.get().key == "new"
