"""Live updates over HTTP, within a process and between processes, on PostgreSQL."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.utils import timezone

from assessments import services as diagnosing
from assessments.models import Diagnosis, LinkKind
from assessments.services.links import invite_prospect
from leads import live, services
from leads.global_ids import global_id
from leads.models import Contact, Lead, Membership, Role, User
from tests.assessments.samples import small_template
from tests.config.retrying import Server, signed_in
from tests.config.sending import ANSWER, RECORD
from tests.config.streams import COMPLETE, HEARTBEAT, Watching, post, sign_out, stop, streaming_server

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

LEAD = "subscription($lead: ID!) { leadChanged(lead: $lead) { title revision } }"
DIAGNOSIS = """subscription($diagnosis: ID!) { diagnosisChanged(diagnosis: $diagnosis) {
  revision advice progress { total { answered } } scores { dimension score } nextQuestion { key }
} }"""


@pytest.fixture
def serve(db, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start a server that streams, with these settings; all end with the test."""
    servers: list[Server] = []

    def started(**environment: str) -> Server:
        server = streaming_server(tmp_path / f"server{len(servers)}.log", **environment)
        servers.append(server)
        server.start()
        return server

    yield started
    for server in servers:
        server.kill()


@pytest.fixture
def lead(publish, business, make_lead, rep) -> Lead:
    publish(business)
    return make_lead(rep, title="First")


@pytest.fixture
def diagnosis(lead, manager, rep, now) -> Diagnosis:
    draft = diagnosing.template_from_document(document=small_template(), by=manager)
    version = diagnosing.publish_template(version_id=draft.pk, by=manager, now=now)
    Lead.objects.filter(pk=lead.pk).update(stage="sql")
    return diagnosing.start_diagnosis(lead_id=lead.pk, template_id=version.template_id, by=rep, now=now)


def rename(lead: Lead, title: str, by: Any) -> None:
    fresh = Lead.objects.get(pk=lead.pk)
    changes = services.LeadChanges(title=title)
    services.update_lead(lead_id=lead.pk, changes=changes, expected_revision=fresh.revision, by=by, now=timezone.now())


def watch_lead(server: Server, lead: Lead, viewer: Any, **headers: str) -> Watching:
    return Watching(server.port, signed_in(viewer) | headers, LEAD, lead=global_id("Lead", lead.pk))


def seen(title: str, revision: int) -> dict[str, Any]:
    return {"leadChanged": {"title": title, "revision": revision}}


def connections_of() -> int:
    """Return how many connections the database has besides this test's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


def comes_to(expected: int, count: Callable[[], int], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if count() == expected:
            return True
        time.sleep(0.05)
    return False


# --- What is sent --------------------------------------------------------------------------------


def test_the_bytes_are_those_of_the_protocol(serve, lead, rep):
    watching = watch_lead(serve(STREAM_HEARTBEAT="1"), lead, rep)

    headers = {name: watching.response.headers[name] for name in ("Content-Type", "Cache-Control", "X-Accel-Buffering")}
    first, second = watching.block(), watching.block()
    rename(lead, "Sécond", rep)
    third = watching.block()
    Membership.objects.filter(pk=rep.membership.pk).update(is_active=False)

    assert watching.response.status == 200
    assert headers == {
        "Content-Type": "text/event-stream; charset=utf-8",
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",
    }
    assert first == b'event: next\ndata: {"data":{"leadChanged":{"title":"First","revision":1}}}\n\n'
    assert second == HEARTBEAT == b":\n\n"
    assert third == 'event: next\ndata: {"data":{"leadChanged":{"title":"Sécond","revision":2}}}\n\n'.encode()
    assert watching.ended() == COMPLETE == b"event: complete\ndata: \n\n"


def test_an_answer_given_in_one_session_arrives_in_another_with_its_consequences(serve, diagnosis, rep, manager):
    server, given = serve(), {"diagnosis": global_id("Diagnosis", diagnosis.pk)}
    watching = Watching(server.port, signed_in(manager), DIAGNOSIS, **given)
    before = watching.event()["diagnosisChanged"]

    body = {"d": given["diagnosis"], "q": "severity", "v": {"number": "8"}, "r": before["revision"]}
    answered = post(server.port, "/graphql/", signed_in(rep), {"query": ANSWER, "variables": body})
    after = watching.event()["diagnosisChanged"]
    watching.close()

    assert json.loads(answered[2])["data"]["answerQuestion"]["revision"] == before["revision"] + 1
    assert after["revision"] == before["revision"] + 1
    assert after["progress"]["total"]["answered"] == before["progress"]["total"]["answered"] + 1
    assert {"dimension": "PROBLEM", "score": None} in before["scores"]
    assert {"dimension": "PROBLEM", "score": "80.00"} in after["scores"]


def test_what_becomes_of_a_lead_reaches_who_watches_its_diagnosis_and_the_other_way_round(serve, lead, diagnosis, rep):
    server = serve()
    query = "subscription($id: ID!) { diagnosisChanged(diagnosis: $id) { lead { title } } }"
    of_diagnosis = Watching(server.port, signed_in(rep), query, id=global_id("Diagnosis", diagnosis.pk))
    query = "subscription($id: ID!) { leadChanged(lead: $id) { diagnoses { status } } }"
    of_lead = Watching(server.port, signed_in(rep), query, id=global_id("Lead", lead.pk))
    assert of_lead.event() == {"leadChanged": {"diagnoses": [{"status": "RUNNING"}]}}
    assert of_diagnosis.event() == {"diagnosisChanged": {"lead": {"title": "First"}}}

    rename(lead, "Second", rep)
    diagnosing.pause_diagnosis(
        diagnosis_id=diagnosis.pk, expected_revision=diagnosis.revision, by=rep, now=timezone.now()
    )

    assert of_diagnosis.event() == {"diagnosisChanged": {"lead": {"title": "Second"}}}
    assert of_lead.event() == {"leadChanged": {"diagnoses": [{"status": "PAUSED"}]}}


def test_it_is_sent_between_processes_and_only_what_is_committed(serve, lead, rep):
    here, there = serve(), serve()
    one, other = watch_lead(here, lead, rep), watch_lead(there, lead, rep)
    assert one.event() == other.event() == seen("First", 1)

    with transaction.atomic():
        rename(lead, "Never", rep)
        transaction.set_rollback(True)
    assert one.is_quiet()
    given = {"lead": global_id("Lead", lead.pk), "note": "Said so."}
    status, _, body = post(here.port, "/graphql/", signed_in(rep), {"query": RECORD, "variables": given})

    assert (status, json.loads(body)["data"]["recordEvidence"]["__typename"]) == (200, "Lead")
    assert one.event() == other.event() == seen("First", 2)


def test_what_does_not_change_the_selection_is_not_sent_and_other_leads_do_not_disturb(serve, lead, make_lead, rep):
    another = make_lead(rep, title="Another")
    watching = watch_lead(serve(), lead, rep)
    assert watching.event() == seen("First", 1)

    services.qualify_lead(lead_id=lead.pk, by=rep, now=timezone.now())
    rename(another, "Renamed", rep)
    assert watching.is_quiet()
    live.tell_of_leads(lead.business_id, range(1_000, 1_200))
    assert watching.is_quiet()
    Lead.objects.filter(pk=lead.pk).update(title="All of them")
    live.tell_of_leads(lead.business_id, range(1_000, 1_200))

    assert watching.event() == seen("All of them", 1)


def test_many_topics_each_reach_their_own(serve, publish, business, make_lead, rep, manager):
    publish(business)
    server, leads = serve(), [make_lead(rep, name=f"Company {n}", title=f"Lead {n}") for n in range(8)]
    watched = [(n, watch_lead(server, lead, who)) for n, lead in enumerate(leads) for who in (rep, manager)]
    for number, watching in watched:
        assert watching.event() == seen(f"Lead {number}", 1)

    for number, lead in enumerate(leads):
        rename(lead, f"Renamed {number}", rep)

    for number, watching in watched:
        assert watching.event() == seen(f"Renamed {number}", 2)


def test_a_burst_becomes_few_events_and_ends_in_the_last_state(serve, lead, rep):
    watching = watch_lead(serve(), lead, rep)
    assert watching.event() == seen("First", 1)
    arrived: list[int] = []
    reading = threading.Thread(target=lambda: arrived.append(watching.until(seen("Number 499", 501))))
    reading.start()

    began = time.monotonic()
    for number in range(500):
        rename(lead, f"Number {number}", rep)
    took = time.monotonic() - began
    reading.join(30)

    assert len(arrived) == 1
    assert arrived[0] <= took / 0.1 + 3
    assert watching.is_quiet()


def test_who_does_not_read_is_caught_up_in_the_end(serve, lead, rep):
    query = "subscription($lead: ID!) { leadChanged(lead: $lead) { revision title } }"
    watching = Watching(serve().port, signed_in(rep), query, lead=global_id("Lead", lead.pk))
    for number in range(40):
        rename(lead, f"{number} " + "x" * 150, rep)
        time.sleep(0.02)

    assert watching.until({"leadChanged": {"revision": 41, "title": "39 " + "x" * 150}}) <= 41


# --- To whom -------------------------------------------------------------------------------------


def refusal(server: Server, headers: dict[str, str], lead: Lead) -> tuple[int, str, Any]:
    body = {"query": LEAD, "variables": {"lead": global_id("Lead", lead.pk)}}
    status, answered, content = post(server.port, "/graphql/stream/", headers, body)
    if answered["content-type"].startswith("text/event-stream"):
        return status, "stream", content
    assert answered["content-type"].startswith("application/json")
    [error] = json.loads(content)["errors"]
    return status, error["extensions"]["code"], None


def test_strangers_get_nothing(serve, lead, diagnosis, rep, manager, stranger, business):
    server = serve()
    contact = Contact.objects.create(business=business, organization=lead.organization, name="Peter")
    invited = invite_prospect(
        diagnosis_id=diagnosis.pk,
        contact_id=contact.pk,
        kind=LinkKind.SELF_ASSESSMENT,
        by=manager,
        now=timezone.now(),
    )
    nobody = {"Cookie": "csrftoken=" + "x" * 32, "X-CSRFToken": "x" * 32}
    null = b'event: next\ndata: {"data":{"leadChanged":null}}\n\n' + COMPLETE

    assert refusal(server, signed_in(stranger), lead) == (200, "stream", null)
    assert refusal(server, nobody, lead) == (400, "not_signed_in", None)
    assert refusal(server, nobody | {"X-Prospect": invited.token}, lead) == (400, "not_for_prospects", None)
    assert refusal(server, signed_in(rep) | {"X-Prospect": "forged"}, lead) == (400, "link_not_valid", None)
    assert refusal(server, signed_in(rep) | {"X-Business": "globex"}, lead) == (400, "unknown_business", None)
    assert refusal(server, signed_in(rep) | {"X-CSRFToken": "y" * 32}, lead) == (403, "csrf_failed", None)
    assert comes_to(0, connections_of)


def end_membership(viewer: Any) -> None:
    Membership.objects.filter(pk=viewer.membership.pk).update(is_active=False)


def end_user(viewer: Any) -> None:
    User.objects.filter(pk=viewer.membership.user_id).update(is_active=False)


def end_session(viewer: Any) -> None:
    Session.objects.all().delete()


def change_password(viewer: Any) -> None:
    viewer.membership.user.set_password("another one, longer")
    viewer.membership.user.save()


@pytest.mark.parametrize("end", [end_membership, end_user, end_session, change_password])
def test_a_stream_ends_with_the_right_to_it_at_the_next_change(serve, lead, rep, manager, end):
    watching = watch_lead(serve(), lead, rep)
    assert watching.event() == seen("First", 1)

    end(rep)
    rename(lead, "Not for you", manager)

    assert watching.ended() == COMPLETE


@pytest.mark.parametrize("end", [end_membership, end_user, end_session])
def test_a_stream_ends_with_the_right_to_it_at_the_next_heartbeat(serve, lead, rep, end):
    watching = watch_lead(serve(STREAM_HEARTBEAT="0.5"), lead, rep)
    assert watching.event() == seen("First", 1)

    end(rep)

    assert watching.ended().removeprefix(HEARTBEAT) == COMPLETE


def test_logging_out_ends_the_streams_of_that_session_only(serve, lead, rep):
    server = serve(STREAM_HEARTBEAT="0.5")
    here, there = signed_in(rep), signed_in(rep)
    one, other = (Watching(server.port, session, LEAD, lead=global_id("Lead", lead.pk)) for session in (here, there))
    assert one.event() == other.event() == seen("First", 1)

    assert sign_out(server.port, here) == 401
    assert one.ended().removeprefix(HEARTBEAT) == COMPLETE
    rename(lead, "Second", rep)
    assert other.event() == seen("Second", 2)


def test_a_role_that_is_taken_in_another_business_does_not_carry_a_stream_over(serve, lead, rep, other_business, join):
    server = serve(STREAM_HEARTBEAT="0.5")
    headers = signed_in(rep)
    del headers["X-Business"]
    watching = Watching(server.port, headers, LEAD, lead=global_id("Lead", lead.pk))
    assert watching.event() == seen("First", 1)

    end_membership(rep)
    join(other_business, Role.MANAGER, rep.membership.user.email)

    assert watching.ended().removeprefix(HEARTBEAT) == COMPLETE


# --- What it takes -------------------------------------------------------------------------------


def test_one_person_may_have_so_many_streams_and_gets_their_places_back(serve, lead, rep, manager):
    server = serve(STREAMS_PER_USER="2")
    first, second = watch_lead(server, lead, rep), watch_lead(server, lead, rep)
    assert first.event() == second.event() == seen("First", 1)

    assert refusal(server, signed_in(rep), lead)[:2] == (429, "too_many_streams")
    watch_lead(server, lead, manager).close()
    second.close()

    def free() -> int:
        try:
            watching = watch_lead(server, lead, rep)
            found = watching.response.status
            watching.close()
            return found
        except OSError:
            return 0

    assert comes_to(200, free)


def test_nothing_is_left_of_clients_that_went_away(serve, lead, rep, manager):
    server = serve(STREAMS_PER_USER="20")
    watch_lead(server, lead, rep).close()
    assert comes_to(0, connections_of)

    watched = [watch_lead(server, lead, who) for who in (rep, manager) for _ in range(15)]
    for watching in watched:
        assert watching.event() == seen("First", 1)
    assert comes_to(1, connections_of)
    rename(lead, "Second", rep)
    for watching in watched:
        assert watching.event() == seen("Second", 2)
    assert comes_to(1, connections_of)
    for watching in watched:
        watching.close()

    assert comes_to(0, connections_of)
    rename(lead, "Third", rep)
    again = watch_lead(server, lead, rep)
    assert again.event() == seen("Third", 3)


def test_after_the_listening_connection_was_lost_everybody_is_brought_up_to_date(serve, lead, rep):
    watching = watch_lead(serve(), lead, rep)
    assert watching.event() == seen("First", 1)

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    Lead.objects.filter(pk=lead.pk).update(title="While nobody listened")

    assert watching.event() == seen("While nobody listened", 1)
    rename(lead, "Heard", rep)
    assert watching.event() == seen("Heard", 2)


def test_streams_end_with_the_server(serve, lead, rep):
    server = serve()
    watched = [watch_lead(server, lead, rep) for _ in range(3)]
    for watching in watched:
        assert watching.event() == seen("First", 1)

    took = stop(server)

    assert took < 8
    for watching in watched:
        assert watching.ended() == COMPLETE
    assert comes_to(0, connections_of)
