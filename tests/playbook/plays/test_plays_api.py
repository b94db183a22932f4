"""Plays over the API: written, placed, switched, tried, and what became of them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leads.global_ids import global_id
from leads.models import Event
from playbook.domain.happenings import Happening
from playbook.domain.steps import ActionKind
from playbook.models import EventFailure, Play, PlayRun, Webhook
from playbook.services import acting

pytestmark = pytest.mark.usefixtures("without_starter_plays")

INFO = "... on OperationInfo { messages { kind code field message } }"
PLAY = f"... on Play {{ id name revision position archivedAt switchedOnAt steps {{ title webhookId }} }} {INFO}"
CREATE = f"mutation($input: PlayInput!) {{ createPlay(input: $input) {{ {PLAY} }} }}"
CHANGE = f"""mutation($id: ID!, $revision: Int!, $input: PlayInput!) {{
    changePlay(play: $id, expectedRevision: $revision, input: $input) {{ {PLAY} }} }}"""
ACT = f"mutation($id: ID!, $revision: Int!) {{ NAME(play: $id, expectedRevision: $revision) {{ {PLAY} }} }}"
STEP = {"action": "NEXT_STEP", "stepKind": "RESEARCH", "title": "Look into {organization}"}
PAUSE = "steps[0].nurtureDays"
GIVEN = {"name": "Look", "happening": "LEAD_CREATED", "steps": [STEP]}
RETRY = f"mutation($id: ID!) {{ retryEvent(failure: $id) {{ ... on EventFailure {{ attempts tryAgainAt }} {INFO} }} }}"


@pytest.fixture
def ask(frontend, manager):
    return frontend(manager)


@pytest.fixture
def made(ask):
    return ask(CREATE, input=GIVEN)["data"]["createPlay"]


def act(ask, name, play, revision):
    return ask(ACT.replace("NAME", name), id=play["id"], revision=revision)["data"][name]


def problems(answer):
    return [(message["code"], message["field"]) for message in answer["messages"]]


def test_a_play_is_written_changed_switched_and_archived(ask, made):
    assert (made["revision"], made["switchedOnAt"], made["steps"][0]["title"]) == (1, None, STEP["title"])

    changed = ask(CHANGE, id=made["id"], revision=1, input=GIVEN | {"name": "Look closer"})["data"]["changePlay"]
    assert (changed["name"], changed["revision"]) == ("Look closer", 2)
    assert act(ask, "switchOnPlay", made, 2)["switchedOnAt"]
    assert act(ask, "switchOffPlay", made, 3)["switchedOnAt"] is None
    assert act(ask, "archivePlay", made, 4)["archivedAt"]
    assert problems(act(ask, "switchOnPlay", made, 5)) == [("play_archived", "play")]
    place = f"mutation($id: ID!) {{ placePlay(play: $id, place: 0) {{ {PLAY} }} }}"
    assert problems(ask(place, id=made["id"])["data"]["placePlay"]) == [("play_archived", "play")]
    assert problems(act(ask, "switchOnPlay", made, 1)) == [("stale_revision", "expectedRevision")]
    assert ask("{ plays { id } }")["data"]["plays"] == []
    assert [row["id"] for row in ask("{ plays(archived: true) { id } }")["data"]["plays"]] == [made["id"]]


def test_a_copy_is_off_and_comes_last_until_it_is_placed(ask, made):
    copy = f"mutation($id: ID!) {{ copyPlay(play: $id) {{ {PLAY} }} }}"
    copied = ask(copy, id=made["id"])["data"]["copyPlay"]
    assert (copied["name"], copied["position"], copied["switchedOnAt"]) == ("Copy of Look", 1, None)

    place = f"mutation($id: ID!) {{ placePlay(play: $id, place: 0) {{ {PLAY} }} }}"
    assert ask(place, id=copied["id"])["data"]["placePlay"]["position"] == 0
    assert [row["name"] for row in ask("{ plays { name } }")["data"]["plays"]] == ["Copy of Look", "Look"]


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"name": " "}, ["name"]),
        ({"steps": []}, ["steps"]),
        ({"condition": "employes > "}, ["condition"]),
        ({"attribute": "budget", "days": 3, "toPhase": "x"}, ["toPhase", "attribute", "days"]),
        ({"steps": [STEP, STEP | {"title": " "}]}, ["steps[1].title"]),
        ({"steps": [STEP | {"title": "Call {nobody}", "stepKind": None}]}, ["steps[0].stepKind", "steps[0].title"]),
        ({"steps": [STEP | {"addressee": "ROLE"}]}, ["steps[0].role"]),
        ({"steps": [STEP | {"addressee": "MEMBER"}]}, ["steps[0].member"]),
        ({"steps": [STEP | {"dueIn": -1}]}, ["steps[0].dueIn"]),
        (
            {"steps": [{"action": "HAND_OFF", "dueIn": -1, "nurtureDays": -1}]},
            ["steps[0].dueIn", "steps[0].nurtureDays"],
        ),
        ({"steps": [{"action": "WEBHOOK"}]}, ["steps[0].webhook"]),
        ({"steps": [{"action": "NURTURE"}]}, [PAUSE]),
        ({"steps": [{"action": "EMAIL"}]}, ["steps[0].title", "steps[0].text"]),
    ],
)
def test_all_that_is_wrong_is_said_with_its_place(ask, wrong, fields):
    answer = ask(CREATE, input=GIVEN | wrong)["data"]["createPlay"]

    assert problems(answer) == [("play_refused", field) for field in fields]
    assert not Play.objects.exists()


def test_a_text_that_is_too_long_is_said_with_its_place(ask):
    answer = ask(CREATE, input=GIVEN | {"steps": [STEP, STEP | {"title": "x" * 301}]})["data"]["createPlay"]

    assert problems(answer) == [("field_refused", "steps[1].title")]


def test_what_would_loop_is_not_switched_on(ask):
    looping = ask(CREATE, input=GIVEN | {"happening": "STEP_OVERDUE"})["data"]["createPlay"]

    assert problems(act(ask, "switchOnPlay", looping, 1)) == [("plays_loop", "steps")]


def test_others_read_plays_but_write_and_try_none(frontend, rep, made):
    say = frontend(rep)

    assert say("{ plays { name } }")["data"]["plays"] == [{"name": "Look"}]
    assert problems(act(say, "switchOnPlay", made, 1)) == [("not_allowed", None)]
    assert problems(say(CREATE, input=GIVEN)["data"]["createPlay"]) == [("not_allowed", None)]
    trial = "query($id: ID!) { playTrial(play: $id) { said } }"
    for query, given in ((trial, {"id": made["id"]}), ("{ playVocabulary { stages } }", {}), (FAILURES, {})):
        assert say(query, **given)["errors"][0]["extensions"]["code"] == "not_allowed"


def test_only_the_id_of_a_webhook_is_read_with_a_step(ask, frontend, rep, business, now):
    webhook = Webhook.objects.create(business=business, name="W", url="https://a.example/", created_at=now)
    webhook_id = global_id("Webhook", webhook.pk)
    ask(CREATE, input=GIVEN | {"steps": [{"action": "WEBHOOK", "webhook": webhook_id}]})

    read = frontend(rep)("{ plays { steps { webhookId } } }")["data"]["plays"]
    assert read == [{"steps": [{"webhookId": webhook_id}]}]
    node = "query($id: ID!) { node(id: $id) { id } }"
    assert frontend(rep)(node, id=webhook_id)["data"]["node"] is None


def test_a_trial_says_what_a_play_would_have_done(ask, publish, business, make_lead, manager, made):
    publish(business)
    lead = make_lead(manager, "Initech")
    Event.objects.update(at=timezone.now() - timedelta(days=2))
    asked = "{ said stepCount leadCount steps { kind count } examples { lead organization title } }"
    saved = ask(f"query($id: ID!) {{ playTrial(play: $id) {asked} }}", id=made["id"])["data"]["playTrial"]
    unsaved = ask(f"query($input: PlayInput!) {{ playTrial(input: $input) {asked} }}", input=GIVEN)["data"]["playTrial"]

    assert saved == unsaved
    assert saved["said"] == "would have created 1 step for 1 lead in the last 30 days"
    assert saved["steps"] == [{"kind": "RESEARCH", "count": 1}]
    title = {"organization": "Initech", "title": "Look into Initech"}
    assert saved["examples"] == [{"lead": global_id("Lead", lead.pk)} | title]
    assert not PlayRun.objects.exists()


def test_a_form_learns_what_can_be_written(ask, publish, business):
    publish(business)
    found = ask(
        "{ playVocabulary { happenings { happening byTime fields } actions { action fields } stages dates "
        "fillable { name } names { name kind codes meaning } } }"
    )["data"]["playVocabulary"]

    assert {"happening": "DATE_REACHED", "byTime": True, "fields": ["attribute", "days"]} in found["happenings"]
    assert {"action": "NURTURE", "fields": ["text", "nurtureDays"]} in found["actions"]
    assert {"organization", "contact", "employees"} <= {each["name"] for each in found["fillable"]}
    names = {each["name"]: each for each in found["names"]}
    assert (names["lead_score"]["kind"], names["employees"]["kind"]) == ("NUMBER", "NUMBER")
    assert "mql" in names["lead_stage"]["codes"]
    assert all(each["meaning"] for each in found["names"])
    assert found["dates"][0] == "nurture_until"


RUNS = """query($filter: PlayRunFilter) { playRuns(filter: $filter) {
    totalCount edges { node { status problem results { action said made } nextSteps { title } } } } }"""
FAILURES = """query($filter: EventFailureFilter) { eventFailures(filter: $filter) {
    edges { node { id happening leadId attempts problem } } } }"""


@pytest.fixture
def lead(manager, publish, business, make_lead, now, drain):
    publish(business)
    made = make_lead(manager, "Initech")
    drain(now)
    return made


def test_runs_say_what_became_of_a_play(ask, business, lead, make_play, happen, drain, now):
    play = make_play(business, Happening.DIAGNOSIS_STARTED)
    make_play(business, Happening.DIAGNOSIS_STARTED, condition="employees > 5")
    happen(lead, Happening.DIAGNOSIS_STARTED)
    drain(now)

    found = ask(RUNS, filter={"play": global_id("Play", play.pk)})["data"]["playRuns"]
    result = {"action": "NEXT_STEP", "said": "A next step was made.", "made": None}
    steps = [{"title": "Look into Initech"}]
    node = {"status": "DONE", "problem": "", "results": [result], "nextSteps": steps}
    assert found == {"totalCount": 1, "edges": [{"node": node}]}
    [unknown] = ask(RUNS, filter={"status": ["UNKNOWN"]})["data"]["playRuns"]["edges"]
    assert unknown["node"]["problem"] == "Not known: employees."
    of_lead = {"lead": global_id("Lead", lead.pk)}
    assert ask(RUNS, filter=of_lead)["data"]["playRuns"]["totalCount"] == 2


def test_reports_count_what_became_of_plays(frontend, manager, business, lead, make_play, happen, drain, now):
    make_play(business, Happening.DIAGNOSIS_STARTED, name="Look")
    make_play(business, Happening.DIAGNOSIS_STARTED, condition="employees > 5")
    for _ in range(2):
        happen(lead, Happening.DIAGNOSIS_STARTED)
    drain(now)

    reports = frontend(manager, path="/graphql/reporting/")
    counts = reports("{ playRunCounts { play { name } runs done unknown refused } }")["data"]["playRunCounts"]
    assert counts == [
        {"play": {"name": "Look"}, "runs": 2, "done": 2, "unknown": 0, "refused": 0},
        {"play": {"name": "Play 2"}, "runs": 2, "done": 0, "unknown": 2, "refused": 0},
    ]
    runs = "{ playRuns(filter: {status: [DONE]}) { edges { node { play { name } lead { title } resultTexts } } } }"
    edges = reports(runs)["data"]["playRuns"]["edges"]
    assert [edge["node"]["resultTexts"] for edge in edges] == [
        ["Next step: nothing was made. The same step is planned already, and still open."],
        ["A next step was made."],
    ]
    failures = "{ eventFailures { edges { node { happening happenedAt leadId problem } } } }"
    assert reports(failures) == {"data": {"eventFailures": {"edges": []}}}


def test_what_broke_is_listed_and_tried_again(
    ask, frontend, rep, business, lead, make_play, happen, drain, now, monkeypatch
):
    make_play(business, Happening.DIAGNOSIS_STARTED, {"action": ActionKind.FLAG, "text": "Look."})
    happen(lead, Happening.DIAGNOSIS_STARTED)
    monkeypatch.setattr(acting, "_flag", lambda *given: 1 / 0)
    drain(now)

    [edge] = ask(FAILURES)["data"]["eventFailures"]["edges"]
    assert edge["node"] | {"id": ""} == {
        "id": "",
        "happening": "DIAGNOSIS_STARTED",
        "leadId": global_id("Lead", lead.pk),
        "attempts": 1,
        "problem": "division by zero",
    }
    failure = edge["node"]["id"]
    assert problems(frontend(rep)(RETRY, id=failure)["data"]["retryEvent"]) == [("not_allowed", None)]
    monkeypatch.undo()
    assert ask(RETRY, id=failure)["data"]["retryEvent"]["attempts"] == 0
    again = EventFailure.objects.get().try_again_at
    drain(again)
    assert ask(FAILURES)["data"]["eventFailures"]["edges"] == []
    assert len(ask(FAILURES, filter={"open": False})["data"]["eventFailures"]["edges"]) == 1
    assert not Event.objects.filter(worked_off_at__isnull=True).exists()
