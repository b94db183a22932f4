"""What a frontend does with a diagnosis beside answering and completing it."""

from decimal import Decimal

import pytest

from assessments import services
from assessments.models import FindingKind
from leads.global_ids import global_id
from leads.models import Contact
from tests.assessments.samples import ANSWERS

STATE = "__typename ... on Diagnosis { id revision status edition amendedBy nextQuestion { key } }"
NO = " ... on OperationInfo { messages { code field } } ... on DiagnosisConflict { messages { code } diagnosis { id } }"


@pytest.fixture
def diagnosis(rep, start):
    return start(rep)


@pytest.fixture
def do(graphql):
    """Call a mutation that answers a diagnosis, and return what it answers."""

    def done(call, more=""):
        body = graphql("mutation { " + call + " {" + STATE + NO + more + "} }")
        assert "errors" not in body, body
        return next(iter(body["data"].values()))

    return done


def test_a_diagnosis_is_skipped_moved_paused_resumed_and_given_up(do, graphql, diagnosis):
    on = f'diagnosis: "{global_id("Diagnosis", diagnosis.pk)}"'

    skipped = do(f'skipQuestion({on}, question: "urgency_before", expectedRevision: 1)')
    moved = do(f"goToSection({on}, section: COST, expectedRevision: 2)")
    paused = do(f"pauseDiagnosis({on}, expectedRevision: 3)")
    refused = do(f'answerQuestion({on}, question: "severity", value: {{number: "1"}}, expectedRevision: 4)')
    resumed = do(f"resumeDiagnosis({on}, expectedRevision: 4)")
    lost = do(f"pauseDiagnosis({on}, expectedRevision: 4)")
    given_up = do(f'abandonDiagnosis({on}, reason: "They left.", expectedRevision: 5)')

    assert [state["nextQuestion"]["key"] for state in (skipped, moved, resumed)] == ["severity", "hours", "hours"]
    assert [state["status"] for state in (paused, resumed, given_up)] == ["PAUSED", "RUNNING", "ABANDONED"]
    assert refused["messages"] == [{"code": "diagnosis_paused", "field": "diagnosis"}]
    assert lost["messages"] == [{"code": "stale_revision"}]
    assert (given_up["revision"], given_up["nextQuestion"]) == (6, None)


def test_the_second_who_amends_gets_the_edition_that_exists(do, rep, diagnosis, answer, now):
    done = answer(diagnosis, rep, **ANSWERS)
    services.complete_diagnosis(diagnosis_id=done.pk, expected_revision=done.revision, by=rep, now=now)
    on = f'diagnosis: "{global_id("Diagnosis", diagnosis.pk)}"'

    edition = do(f'amendDiagnosis({on}, reason: "More.")')
    again = do(f'amendDiagnosis({on}, reason: "More.")')

    assert (edition["edition"], edition["status"], edition["amendedBy"]) == (2, "RUNNING", None)
    assert again == {
        "__typename": "DiagnosisConflict",
        "messages": [{"code": "already_amended"}],
        "diagnosis": {"id": edition["id"]},
    }


def test_what_took_an_editions_place_is_the_next_one_that_was_not_abandoned(do, graphql, rep, diagnosis, answer, now):
    def given_up(edition):
        services.abandon_diagnosis(
            diagnosis_id=edition.pk, reason="No.", expected_revision=edition.revision, by=rep, now=now
        )
        return edition

    def amended():
        return services.amend_diagnosis(diagnosis_id=diagnosis.pk, reason="More.", by=rep, now=now)

    def editions():
        rows = graphql("{ leads { edges { node { diagnoses { id edition amendedBy } } } } }")
        found = rows["data"]["leads"]["edges"][0]["node"]["diagnoses"]
        return {row["edition"]: row["amendedBy"] for row in found}

    done = answer(diagnosis, rep, **ANSWERS)
    services.complete_diagnosis(diagnosis_id=done.pk, expected_revision=done.revision, by=rep, now=now)
    given_up(amended())
    given_up(amended())
    assert editions() == {1: None, 2: None, 3: None}

    fourth = amended()

    assert editions() == {**dict.fromkeys((1, 2, 3), global_id("Diagnosis", fourth.pk)), 4: None}
    conflict = do(
        f'amendDiagnosis(diagnosis: "{global_id("Diagnosis", diagnosis.pk)}", reason: "More.")',
        "... on DiagnosisConflict { diagnosis { amendedBy } }",
    )
    assert conflict["diagnosis"] == {"id": global_id("Diagnosis", fourth.pk), "amendedBy": None}


def test_an_answer_of_an_amendment_says_from_which_edition_it_is(graphql, rep, diagnosis, answer, now):
    done = answer(diagnosis, rep, **ANSWERS)
    services.complete_diagnosis(diagnosis_id=done.pk, expected_revision=done.revision, by=rep, now=now)
    edition = services.amend_diagnosis(diagnosis_id=done.pk, reason="More.", by=rep, now=now)
    answer(edition, rep, severity=Decimal(3))

    def given(row):
        body = graphql(
            "query($d: ID!) { diagnosis(id: $d) { answers { question { key } edition conversation } } }",
            d=global_id("Diagnosis", row.pk),
        )
        answers = body["data"]["diagnosis"]["answers"]
        return {row["question"]["key"]: (row["edition"], row["conversation"]) for row in answers}

    before, after = given(done), given(edition)

    assert set(before.values()) == {(1, 1)}
    assert after == before | {"severity": (2, 1)}


def test_a_question_says_what_depends_on_it_and_an_answer_who_gave_it(graphql, rep, diagnosis, now, answer):
    answer(diagnosis, rep, kind="mail", which_mail="orders@")
    diagnosis.refresh_from_db()
    answer(diagnosis, rep, kind="edi")

    body = graphql(
        "query($d: ID!) { diagnosis(id: $d) {"
        " answers { question { key dependents { kind key } } answeredAt conversation origin }"
        " setAside { question { key } value { ... on Displayed { display } } setAsideBecause } } }",
        d=global_id("Diagnosis", diagnosis.pk),
    )["data"]["diagnosis"]

    kind = next(row for row in body["answers"] if row["question"]["key"] == "kind")
    assert kind["question"]["dependents"] == [
        {"kind": "QUESTION", "key": "which_mail"},
        {"kind": "SECTION_SCORE", "key": "problem"},
        {"kind": "VERDICT", "key": "good_problem"},
    ]
    assert (kind["conversation"], kind["origin"]) == (1, "ASKED")
    assert body["setAside"] == [
        {
            "question": {"key": "which_mail"},
            "value": {"display": "orders@"},
            "setAsideBecause": "Set aside because of this: “What sort of orders?” – EDI",
        }
    ]


def test_findings_are_a_flat_tree(graphql, diagnosis):
    on = f'diagnosis: "{global_id("Diagnosis", diagnosis.pk)}"'
    add = (
        "mutation { addFinding(%s) { ... on Finding { id parent depth } ... on OperationInfo { messages { code } } } }"
    )
    top = graphql(add % f'{on}, kind: PROBLEM, text: "Piles."')["data"]["addFinding"]
    graphql(add % f'{on}, kind: CAUSE, text: "By hand.", parent: "{top["id"]}", newToProspect: YES')
    refused = graphql(add % f'{on}, kind: SYMPTOM, text: "x", parent: "{top["id"]}"')["data"]["addFinding"]

    found = graphql(
        "query($d: ID!) { diagnosis(id: $d) { findings { text parent depth newToProspect } } }",
        d=global_id("Diagnosis", diagnosis.pk),
    )["data"]["diagnosis"]["findings"]

    assert refused == {"messages": [{"code": "finding_misplaced"}]}
    assert found == [
        {"text": "Piles.", "parent": None, "depth": 0, "newToProspect": "UNKNOWN"},
        {"text": "By hand.", "parent": top["id"], "depth": 1, "newToProspect": "YES"},
    ]


def test_who_said_a_finding_is_taken_off_by_null_and_kept_if_left_out(graphql, rep, diagnosis, now):
    ann = Contact.objects.create(business=rep.business, organization=diagnosis.lead.organization, name="Ann")
    found = services.add_finding(
        diagnosis_id=diagnosis.pk, kind=FindingKind.DRIVER, text="Grow.", said_by_id=ann.pk, by=rep, now=now
    )
    change = (
        f'mutation {{ changeFinding(finding: "{global_id("Finding", found.pk)}", %s) {{ __typename'
        " ... on Finding { text revision saidBy { name } } ... on OperationInfo { messages { code field } } } }"
    )

    kept = graphql(change % 'expectedRevision: 1, text: "Grow fast."')["data"]["changeFinding"]
    lost = graphql(change % 'expectedRevision: 2, saidBy: ""')["data"]["changeFinding"]
    taken = graphql(change % "expectedRevision: 2, saidBy: null")["data"]["changeFinding"]

    assert kept == {"__typename": "Finding", "text": "Grow fast.", "revision": 2, "saidBy": {"name": "Ann"}}
    assert lost["messages"] == [{"code": "not_found", "field": "saidBy"}]
    assert taken == kept | {"revision": 3, "saidBy": None}


def test_a_finding_goes_with_its_children_only_if_that_is_said(graphql, rep, diagnosis, now):
    add = {"diagnosis_id": diagnosis.pk, "by": rep, "now": now}
    top = services.add_finding(kind=FindingKind.PROBLEM, text="Piles.", **add)
    services.add_finding(kind=FindingKind.CAUSE, text="By hand.", parent_id=top.pk, **add)
    remove = (
        f'mutation {{ removeFinding(finding: "{global_id("Finding", top.pk)}", expectedRevision: 1%s) {{ __typename'
        " ... on Finding { revision } ... on OperationInfo { messages { code field } } } }"
    )

    refused = graphql(remove % "")["data"]["removeFinding"]
    removed = graphql(remove % ", withChildren: true")["data"]["removeFinding"]

    assert refused["messages"] == [{"code": "finding_has_children", "field": "withChildren"}]
    assert removed == {"__typename": "Finding", "revision": 2}
