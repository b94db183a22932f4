"""What is done in the background and what owners are told of it, over the API."""

import json
from decimal import Decimal

import pytest

from leads import services
from leads.global_ids import global_id
from leads.models import Calibration, Flag, QualificationVersion, Role
from leads.services.calibration.requests import request_calibration, work_off_calibration
from tests.leads.graphql.state import dump

INFO = "... on OperationInfo { messages { kind code field message } }"
LARGE = {"has_pain": True, "employees": Decimal(250)}


def version_id(version):
    return global_id("QualificationVersion", version.pk)


@pytest.fixture
def ask(frontend, manager):
    return frontend(manager)


@pytest.fixture
def published(publish, business):
    return publish(business)


@pytest.fixture
def leads(published, rep, manager, make_lead):
    return [
        make_lead(rep, "Initech", values=LARGE, title="Quotes", owner_id=rep.membership.pk),
        make_lead(manager, "Hooli", values={"has_pain": True}),
    ]


@pytest.fixture
def draft(leads, published, manager):
    return services.copy_to_draft(version_id=published.pk, by=manager)


# --- Flags ---------------------------------------------------------------------------------------

FLAGS = """query($mine: Boolean!, $open: Boolean) { flags(mine: $mine, open: $open) { edges { node {
  id kind reason fromLevel toLevel clearedAt note clearedBy { email } lead { title } } } } }"""


@pytest.fixture
def flag(leads, business, now):
    return Flag.objects.create(
        business=business, lead=leads[0], kind="level_lowered", from_level="sql", to_level="mql", reason="It fell.",
        raised_at=now,
    )  # fmt: skip


def test_an_owner_sees_the_flags_of_their_leads_and_clears_them(frontend, rep, manager, flag):
    say = frontend(rep)
    shown = say(FLAGS, mine=True, open=True)["data"]["flags"]["edges"]
    query = f'mutation($id: ID!) {{ clearFlag(flag: $id, note: " Called them. ") {{ ... on Flag {{ note }} {INFO} }} }}'

    cleared = say(query, id=shown[0]["node"]["id"])

    assert [edge["node"] for edge in shown] == [
        {
            "id": global_id("Flag", flag.pk),
            "kind": "LEVEL_LOWERED",
            "reason": "It fell.",
            "fromLevel": "SQL",
            "toLevel": "MQL",
            "clearedAt": None,
            "note": "",
            "clearedBy": None,
            "lead": {"title": "Quotes"},
        }
    ]
    assert cleared["data"]["clearFlag"] == {"note": "Called them."}
    assert say(FLAGS, mine=True, open=True)["data"]["flags"]["edges"] == []
    assert frontend(manager)(FLAGS, mine=True, open=None)["data"]["flags"]["edges"] == []
    [edge] = say(FLAGS, mine=False, open=False)["data"]["flags"]["edges"]
    assert edge["node"]["clearedBy"] == {"email": rep.membership.user.email}


def test_a_flag_is_cleared_once(frontend, rep, manager, flag):
    query = "mutation($id: ID!, $note: String!) { clearFlag(flag: $id, note: $note) { ... on Flag { note } } }"
    given = global_id("Flag", flag.pk)

    frontend(rep)(query, id=given, note="Called them.")
    again = frontend(manager)(query, id=given, note="Not me.")

    assert again["data"]["clearFlag"] == {"note": "Called them."}


def test_who_only_watches_clears_no_flag(frontend, join, business, flag):
    say = frontend(join(business, Role.VIEWER))
    before = dump()

    body = say(f"mutation($id: ID!) {{ clearFlag(flag: $id) {{ {INFO} }} }}", id=global_id("Flag", flag.pk))

    [message] = body["data"]["clearFlag"]["messages"]
    assert message["message"] == "Your role (viewer) may not clear flag. Ask a manager of Acme."
    assert dump() == before


# --- Calibration ---------------------------------------------------------------------------------

CALIBRATION = """status problem proposal { number } report {
  verdict why decided { won lost conversion atLeast atMost } proposes gain notes
  criteria { key met { won lost } notMet { won lost } unknown { won lost } least most bands { label points } }
  suspicious { key cause } present { brier } }"""


def test_a_calibration_is_asked_for_and_read_over_the_api(ask, leads, published, now):
    pytest.importorskip("sklearn")
    query = f"""mutation($version: ID!) {{ calibrateQualification(version: $version) {{
      ... on Calibration {{ id {CALIBRATION} }} {INFO} }} }}"""

    asked = ask(query, version=version_id(published))["data"]["calibrateQualification"]
    twice = ask(query, version=version_id(published))["data"]["calibrateQualification"]
    work_off_calibration(Calibration.objects.get().pk)
    [edge] = ask(f"{{ calibrations {{ edges {{ node {{ id {CALIBRATION} }} }} }} }}")["data"]["calibrations"]["edges"]

    assert asked == twice
    assert (asked["status"], asked["report"]) == ("WAITING", None)
    found = edge["node"]
    assert (found["status"], found["proposal"]) == ("DONE", None)
    assert found["report"]["verdict"] == "NOT_ENOUGH_DATA"
    assert found["report"]["decided"] == {"won": 0, "lost": 0, "conversion": None, "atLeast": None, "atMost": None}
    assert [criterion["key"] for criterion in found["report"]["criteria"]] == ["pain", "fit", "timeframe"]
    assert (found["report"]["proposes"], found["report"]["gain"]) == (False, None)


def test_without_a_better_card_there_is_nothing_to_propose(ask, leads, published, manager, now):
    pytest.importorskip("sklearn")
    row = request_calibration(version_id=published.pk, by=manager, now=now)
    query = f"mutation($id: ID!) {{ proposeCalibration(calibration: $id) {{ {INFO} }} }}"

    early = ask(query, id=global_id("Calibration", row.pk))["data"]["proposeCalibration"]
    work_off_calibration(row.pk)
    late = ask(query, id=global_id("Calibration", row.pk))["data"]["proposeCalibration"]

    assert [message["message"] for message in early["messages"]] == ["This calibration has no report yet."]
    assert [message["code"] for message in late["messages"]] == ["nothing_to_propose"]
    assert not QualificationVersion.objects.filter(status="draft").exists()


def test_who_does_not_manage_reads_no_calibration(frontend, rep, manager, leads, published, now):
    row = request_calibration(version_id=published.pk, by=manager, now=now)
    query = "query($id: ID!) { node(id: $id) { id ... on Calibration { status } } }"
    given = global_id("Calibration", row.pk)

    assert frontend(rep)(query, id=given) == {"data": {"node": None}}
    assert frontend(manager)(query, id=given)["data"]["node"] == {"id": given, "status": "WAITING"}


def test_a_draft_cannot_be_calibrated(ask, draft):
    query = f"mutation($version: ID!) {{ calibrateQualification(version: $version) {{ {INFO} }} }}"

    [message] = ask(query, version=version_id(draft))["data"]["calibrateQualification"]["messages"]

    assert message["code"] == "not_published"
    assert not Calibration.objects.exists()


def test_nothing_here_tells_of_another_business(frontend, stranger, draft, flag):
    body = frontend(stranger)(
        "{ rejudgings { totalCount } flags(open: null) { totalCount } calibrations { totalCount } }"
    )

    assert json.dumps(body["data"]) == (
        '{"rejudgings": {"totalCount": 0}, "flags": {"totalCount": 0}, "calibrations": {"totalCount": 0}}'
    )
