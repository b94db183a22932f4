"""Thousands of requests over HTTP, each five times at once, also while the server is killed: each is done once."""

import json
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from assessments import services
from assessments.models import Answer, Diagnosis
from leads.global_ids import global_id
from leads.models import Event as Happened
from leads.models import Evidence, IdempotentReply, Lead
from tests.assessments.samples import small_template
from tests.config.retrying import Crowd, Server, signed_in
from tests.config.sending import ANSWER, RECORD

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

REQUESTS, ANSWERS = 1_000, 60
COPIES = 5
GROUPS = 4
KILLED = 5

CREATE = """mutation($title: String!) {
  createLead(organizationName: "Hooli", title: $title) { __typename ... on Lead { id title revision } }
}"""


@pytest.fixture
def server(db, tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "server.log")
    server.start()
    yield server
    server.kill()


@pytest.fixture
def lead(publish, business, make_lead, rep) -> Lead:
    publish(business)
    return make_lead(rep)


def bodies(query: str, given: Callable[[int], dict[str, Any]], requests: int = REQUESTS) -> list[tuple[str, bytes]]:
    return [
        (f"key-{number}", json.dumps({"query": query, "variables": given(number)}).encode())
        for number in range(requests)
    ]


def in_groups(requests: list[Any]) -> list[list[Any]]:
    return [requests[place::GROUPS] for place in range(GROUPS)]


def nothing(done: Event) -> None:
    done.wait()


def killing(server: Server, crowd: Crowd, expected: int, times: list[int]) -> Callable[[Event], None]:
    """Return what kills the server again and again, and starts it anew, at even distances of answers."""
    dice = random.Random(7)

    def kill(done: Event) -> None:
        for number in range(KILLED):
            while crowd.answered < expected * (number + 1) // (KILLED + 1) and not done.is_set():
                time.sleep(0.002)
            time.sleep(dice.uniform(0, 0.05))
            if done.is_set():
                return
            times.append(crowd.answered)
            server.kill()
            server.start()

    return kill


def assert_answered_alike(crowd: Crowd, requests: list[tuple[str, bytes]]) -> dict[str, Any]:
    """Every copy of a request was answered, all with the very same bytes; return the answer under each key."""
    assert crowd.broken == []
    assert crowd.replies.keys() == {key for key, _ in requests}
    assert {(len(replies), len(set(replies))) for replies in crowd.replies.values()} == {(COPIES, 1)}
    assert set(IdempotentReply.objects.values_list("key", flat=True)) == crowd.replies.keys()
    found = {}
    for key, replies in crowd.replies.items():
        body = json.loads(replies[0])
        assert body.keys() == {"data"}
        [found[key]] = body["data"].values()
    return found


def test_a_thousand_leads_sent_five_times_at_once_are_a_thousand(server, rep):
    requests = bodies(CREATE, lambda number: {"title": f"Lead {number}"})
    crowd = Crowd(server.port, signed_in(rep), COPIES)

    crowd.send(in_groups(requests), nothing)

    answers = assert_answered_alike(crowd, requests)
    assert Lead.objects.count() == REQUESTS
    leads = {f"key-{number}": Lead.objects.get(title=f"Lead {number}") for number in range(REQUESTS)}
    assert {key: answer["id"] for key, answer in answers.items()} == {
        key: global_id("Lead", lead.pk) for key, lead in leads.items()
    }
    assert (crowd.met["done"], crowd.met["replayed"]) == (REQUESTS, REQUESTS * (COPIES - 1))


def test_a_thousand_recordings_are_a_thousand_while_the_server_is_killed(server, rep, lead):
    requests = bodies(RECORD, lambda number: {"lead": global_id("Lead", lead.pk), "note": f"Note {number}"})
    crowd, killed = Crowd(server.port, signed_in(rep), COPIES), []

    crowd.send(in_groups(requests), killing(server, crowd, REQUESTS * COPIES, killed))

    answers = assert_answered_alike(crowd, requests)
    assert len(killed) == KILLED
    assert max(killed) < REQUESTS * COPIES
    notes = Evidence.objects.filter(lead=lead).values_list("note", flat=True)
    assert sorted(notes) == sorted(f"Note {number}" for number in range(REQUESTS))
    lead.refresh_from_db()
    assert lead.revision == REQUESTS + 1
    assert {answer["revision"] for answer in answers.values()} == set(range(2, REQUESTS + 2))
    assert Happened.objects.filter(kind="evidence_recorded").count() == REQUESTS


def test_the_answers_of_a_diagnosis_count_once_while_the_server_is_killed(server, rep, manager, lead, now):
    draft = services.template_from_document(document=small_template(), by=manager)
    version = services.publish_template(version_id=draft.pk, by=manager, now=now)
    Lead.objects.filter(pk=lead.pk).update(stage="sql")
    diagnosis = services.start_diagnosis(lead_id=lead.pk, template_id=version.template_id, by=rep, now=now)
    given = {"d": global_id("Diagnosis", diagnosis.pk), "q": "severity"}
    # One after the other, as somebody answers: each expects the revision that the one before made.
    requests = bodies(ANSWER, lambda number: given | {"v": {"number": str(number % 11)}, "r": number + 1}, ANSWERS)
    crowd, killed = Crowd(server.port, signed_in(rep), COPIES), []

    crowd.send([requests], killing(server, crowd, ANSWERS * COPIES, killed))

    answers = assert_answered_alike(crowd, requests)
    assert len(killed) == KILLED
    assert [answers[key]["revision"] for key, _ in requests] == list(range(2, ANSWERS + 2))
    assert Answer.objects.filter(diagnosis=diagnosis).count() == ANSWERS
    assert Diagnosis.objects.get().revision == ANSWERS + 1
