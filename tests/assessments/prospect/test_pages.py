"""The pages behind links, and the summary for members: what they say, their headers, and whom they refuse."""

import logging
import re
from decimal import Decimal
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments import services
from assessments.models import Answer, Diagnosis, Finding, LinkKind, ProspectLink
from assessments.services.editions import given_rows
from assessments.services.links import NOT_VALID
from leads.global_ids import global_id
from leads.models import Membership, Role
from tests.assessments.prospect.conftest import SECRETS
from tests.leads.admin.browser import BACKEND
from tests.leads.graphql.state import dump

pytestmark = pytest.mark.usefixtures("soon")

PRIVATE = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


def read(response) -> str:
    said = unescape(re.sub(r"<[^>]*>", " ", response.content.decode()))
    return re.sub(r"\s+", " ", said)


def signed_in(viewer) -> Client:
    client = Client()
    client.force_login(viewer.membership.user, backend=BACKEND)
    return client


def address_of(diagnosis) -> str:
    return f"/diagnoses/{global_id('Diagnosis', diagnosis.pk)}/summary/"


@pytest.fixture
def opened(invite, diagnosis, contact, client):
    made = invite(diagnosis, contact)
    return client.get(f"/prospect/{made.token}/")


def test_the_page_names_the_contact_and_leaves_no_trace(opened):
    assert opened.status_code == 200
    assert {name: opened[name] for name in PRIVATE} == PRIVATE
    policy = opened["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "Questions for Ann Prospect" in read(opened)
    assert "csrftoken" in opened.cookies


def test_the_page_has_no_inline_script_or_style_and_loads_only_our_files(opened):
    page = opened.content.decode()

    assert all(re.search(r"""src="/static/""", tag) for tag in re.findall(r"<script\b[^>]*>", page))
    assert re.findall(r"<script\b[^>]*>\s*\S+?</script>", page) == []
    assert "style=" not in page
    assert "<style" not in page
    assert not re.search(r"\son\w+=", page)
    assert not re.search(r"""(src|href)="(https?:)?//""", page)
    assert opened.content.count(b'<html lang="en">') == 1


def test_the_page_holds_nothing_that_was_planted(opened):
    page = opened.content.decode()

    assert [word for word in (*SECRETS, "Initech", "What sort of orders") if word in page] == []


def test_looking_at_the_page_is_not_opening_it_since_mail_scanners_look_too(opened):
    assert ProspectLink.objects.get().opened_at is None


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_page_is_only_read(invite, diagnosis, contact, client, method):
    made = invite(diagnosis, contact)
    before = dump()

    refused = getattr(client, method)(f"/prospect/{made.token}/")

    assert refused.status_code == 405
    assert {name: refused[name] for name in PRIVATE} == PRIVATE
    assert dump() == before


def test_an_address_without_its_last_stroke_is_as_private(invite, diagnosis, contact, client):
    opened = client.get(f"/prospect/{invite(diagnosis, contact).token}")

    assert opened.status_code == 200
    assert {name: opened[name] for name in PRIVATE} == PRIVATE


def test_a_token_is_never_in_the_log(invite, diagnosis, contact, client, now, caplog):
    """Django logs the address of every request that it refuses."""
    token = invite(diagnosis, contact).token
    [console] = [handler for handler in logging.getLogger().handlers if handler.get_name() == "console"]
    with caplog.at_level("INFO"):
        client.post(f"/prospect/{token}/")
        type(contact).objects.filter(pk=contact.pk).update(archived_at=now)
        client.get(f"/prospect/{token}/")
        logging.getLogger("django.server").info('"GET %s HTTP/1.1" 200', f"/prospect/{token}/?x=1")

    written = [console.format(record) for record in caplog.records if console.filter(record)]

    assert any("/prospect/…/" in line for line in written)
    assert not any(token in line for line in written)


def test_every_bad_link_is_answered_alike(invite, diagnosis, contact, client, now):
    tokens = [invite(diagnosis, contact).token for _ in range(3)]
    pks = list(ProspectLink.objects.order_by("id").values_list("pk", flat=True))
    ProspectLink.objects.filter(pk=pks[0]).update(expires_at=now)
    ProspectLink.objects.filter(pk=pks[1]).update(revoked_at=now)
    bad = [tokens[0], tokens[1], tokens[2][:-1], tokens[2] + "A", "x", "1.x.y", "%00", "🦊", "a" * 3000]

    answers = [client.get(f"/prospect/{token}/") for token in bad]

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert NOT_VALID in read(answers[0])
    assert {name: answers[0][name] for name in PRIVATE} == PRIVATE
    assert client.get(f"/prospect/{tokens[2]}/").status_code == 200


# --- The summary -------------------------------------------------------------------------------------


@pytest.fixture
def completed(diagnosis, answer, answers, rep, now) -> Diagnosis:
    given = {key: value for key, value in answers.items() if key != "severity"}
    diagnosis = answer(diagnosis, rep, **given, inside=True)
    diagnosis = services.answer_question(
        diagnosis_id=diagnosis.pk,
        question="severity",
        value=answers["severity"],
        note="Every Monday Zorblatt is missing.\nAnd on Tuesdays.",
        expected_revision=diagnosis.revision,
        by=rep,
        now=now,
    )
    tree = {"business": diagnosis.business, "diagnosis": diagnosis, "at": now}
    late = Finding.objects.create(kind="symptom", text="Customers call <b>twice</b>.", **tree)
    Finding.objects.create(kind="cause", text="Orders are typed again.", parent=late, **tree)
    Finding.objects.create(kind="cause", text="Taken-back", removed_at=now, **tree)
    Finding.objects.create(kind="criterion", text="It runs by June.", **tree)
    return services.complete_diagnosis(diagnosis_id=diagnosis.pk, expected_revision=diagnosis.revision, by=rep, now=now)


@pytest.fixture
def summary(invite, completed, contact, client):
    return client.get(f"/prospect/{invite(completed, contact, LinkKind.SUMMARY).token}/")


def test_the_summary_tells_problem_cause_cost_and_urgency(summary):
    text = read(summary)

    for said in (
        "Summary for Initech",
        "Acme, 2 March 2026",
        "What you notice Customers call <b>twice</b>.",
        "Because Orders are typed again.",
        "severity? 8 on a scale from 0 to 10 Every Monday … is missing. And on Tuesdays.",
        "What you will decide by It runs by June.",
        "Typing € 36,800 € 46,000 € 55,200",
        "25 hours × € 40 × 46 = € 46,000 (likely)",
        "How many hours a week? 20 to 30 hours, likely 25",
        "To compare: benchmark-shown",
        "Together € 36,800 € 46,000 € 55,200",
        "At the start 6 on a scale from 0 to 10 At the end 9 on a scale from 0 to 10",
    ):
        assert said in text, said
    assert "Taken-back" not in text


def test_the_summary_holds_nothing_that_was_planted(summary):
    page = summary.content.decode()
    internal = [word for word in SECRETS if word != "benchmark-shown"]
    words = [*internal, "zorblatt", "10,000", "10000", "dvance", "isqualify", "sponsor", "fitting", "score", "oints"]

    assert [word for word in words if word in page] == []


def test_the_summary_is_private_and_opening_it_is_kept_once(summary, now):
    assert {name: summary[name] for name in PRIVATE} == PRIVATE
    assert ProspectLink.objects.get().opened_at == now


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MARKETING, Role.MANAGER])
def test_a_member_reads_the_same_summary(completed, summary, join, business, role):
    response = signed_in(join(business, role)).get(address_of(completed))

    assert response.status_code == 200
    assert read(response) == read(summary)
    assert {name: response[name] for name in PRIVATE} == PRIVATE


def test_nobody_and_those_who_left_read_no_summary(completed, rep):
    assert Client().get(address_of(completed)).status_code == 403
    client = signed_in(rep)
    assert client.get(address_of(completed)).status_code == 200
    Membership.objects.update(is_active=False)
    assert client.get(address_of(completed)).status_code == 404


def test_the_summary_of_a_stranger_is_answered_like_one_that_is_not_there(completed, stranger):
    client = signed_in(stranger)
    absent = client.get(f"/diagnoses/{global_id('Diagnosis', 10**9)}/summary/")

    theirs = client.get(address_of(completed))

    assert theirs.status_code == absent.status_code == 404
    assert theirs.content == absent.content
    for bad in ("x", global_id("Lead", completed.lead_id), "%00"):
        assert client.get(f"/diagnoses/{bad}/summary/").content == absent.content


def test_who_works_in_two_businesses_reads_the_summaries_of_both(completed, other_business, join):
    email = "ann@example.com"
    join(other_business, Role.SALES, email)
    both = join(completed.business, Role.SALES, email)

    assert signed_in(both).get(address_of(completed)).status_code == 200


def test_there_is_no_summary_before_the_end(diagnosis, rep):
    response = signed_in(rep).get(address_of(diagnosis))

    assert response.status_code == 404
    assert "There is a summary once the diagnosis is completed." in read(response)


def test_a_page_costs_a_fixed_number_of_queries(completed, rep, now):
    client, counts = signed_in(rep), []
    for n in (1, 50):
        amended = services.amend_diagnosis(diagnosis_id=completed.pk, reason="More was found.", by=rep, now=now)
        tree = {"business": completed.business, "diagnosis": amended, "at": now, "kind": "cause"}
        Finding.objects.bulk_create([Finding(text=f"Cause {n} {i}", **tree) for i in range(n)])
        completed = services.complete_diagnosis(
            diagnosis_id=amended.pk, expected_revision=amended.revision, by=rep, now=now
        )
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address_of(completed)).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 9


def test_notes_of_the_amended_edition_are_shown_until_an_answer_replaces_them(completed, rep, now):
    amendment = Diagnosis.objects.create(
        business=completed.business,
        lead=completed.lead,
        version=completed.version,
        started_at=now,
        changed_at=now,
        answers=completed.answers,
        edition=2,
        origin=completed,
        amends=completed,
    )
    assert noted(amendment).startswith("Every Monday")

    Answer.objects.create(
        business=completed.business,
        diagnosis=amendment,
        revision=2,
        question="severity",
        value="3",
        at=now,
        note="New.",
    )

    assert noted(amendment) == "New."
    assert noted(completed).startswith("Every Monday")


def test_what_was_noted_in_an_abandoned_edition_is_not_shown(completed, rep, now):
    def amend():
        return services.amend_diagnosis(diagnosis_id=completed.pk, reason="They called.", by=rep, now=now)

    given_up = services.answer_question(
        diagnosis_id=amend().pk,
        question="severity",
        value=Decimal(2),
        note="Abandoned.",
        expected_revision=1,
        by=rep,
        now=now,
    )
    services.abandon_diagnosis(
        diagnosis_id=given_up.pk, reason="A mistake.", expected_revision=given_up.revision, by=rep, now=now
    )

    assert noted(amend()).startswith("Every Monday")


def noted(diagnosis) -> str:
    return given_rows(diagnosis)["severity"].note
