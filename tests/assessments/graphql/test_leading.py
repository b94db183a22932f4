"""What a frontend does with a diagnosis beside answering and completing it."""

import pytest

from assessments import services
from leads.global_ids import global_id
from tests.assessments.samples import ANSWERS

STATE = "__typename ... on Diagnosis { id revision status edition amendedBy nextQuestion { key } }"
NO = " ... on OperationInfo { messages { code field } } ... on DiagnosisConflict { messages { code } diagnosis { id } }"


@pytest.fixture
def diagnosis(rep, start):
    return start(rep)


@pytest.fixture
def do(graphql):
    """Call a mutation that answers a diagnosis, and return what it answers."""

    def done(call):
        body = graphql("mutation { " + call + " {" + STATE + NO + "} }")
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
