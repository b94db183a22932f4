"""How managers write their process, and what becomes of the leads in it."""

import pytest

from leads.domain.stages import Stage
from leads.global_ids import global_id
from leads.models import Lead, Role, Stay
from playbook.domain.happenings import Happening
from playbook.models import ExitCriterion, Phase, PhaseMove, SalesProcess

PROCESS = """{ salesProcess {
  name outreachAtMost outreachDays revision
  phases { key name beginsWith position shows guidance exitCriteria { key name rule severity position } }
  archivedPhases { key archivedAt }
} }"""
ANSWER = """{
  ... on SalesProcess { revision phases { key beginsWith exitCriteria { key rule severity } } archivedPhases { key } }
  ... on OperationInfo { messages { kind code field message } }
}"""
DEFAULT = ["discovery", "diagnosis", "advocacy", "implementation"]


@pytest.fixture
def say(frontend, manager):
    return frontend(manager)


@pytest.fixture
def write(say, revision):
    """Call one of the mutations at the current revision, or another one; return its answer."""

    def written(name: str, given: str, at: int | None = None):
        at = revision() if at is None else at
        body = say(f"mutation {{ {name}({given}, expectedRevision: {at}) {ANSWER} }}")
        assert "errors" not in body, body
        return body["data"][name]

    return written


@pytest.fixture
def id_of(phase):
    return lambda key: f'phase: "{global_id("Phase", phase(key).pk)}"'


def keys(answer) -> list[str]:
    return [found["key"] for found in answer["phases"]]


def test_every_business_begins_with_four_phases(graphql):
    process = graphql(PROCESS)["data"]["salesProcess"]

    assert (process["name"], process["outreachAtMost"], process["outreachDays"]) == ("Sales process", 3, 7)
    assert [(found["key"], found["beginsWith"]) for found in process["phases"]] == [
        ("discovery", "INQUIRY"),
        ("diagnosis", "SQL"),
        ("advocacy", "OPPORTUNITY"),
        ("implementation", "CUSTOMER"),
    ]
    assert all(found["guidance"] and not found["exitCriteria"] for found in process["phases"])
    assert process["archivedPhases"] == []


def test_a_manager_names_the_process_and_limits_outreach(say, write):
    answer = write("changeSalesProcess", 'name: " Our way ", outreachAtMost: 0, outreachDays: 14')

    assert answer["revision"] == 2
    process = say(PROCESS)["data"]["salesProcess"]
    assert (process["name"], process["outreachAtMost"], process["outreachDays"]) == ("Our way", 0, 14)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ('name: " "', "name"),
        ("outreachAtMost: 101", "outreachAtMost"),
        ("outreachAtMost: -1", "outreachAtMost"),
        ("outreachDays: 0", "outreachDays"),
    ],
)
def test_limits_that_make_no_sense_are_refused(write, given, field):
    answer = write("changeSalesProcess", given)

    assert [message["field"] for message in answer["messages"]] == [field]
    assert SalesProcess.objects.get(name="Sales process").revision == 1


def test_phases_are_added_placed_and_archived_in_the_order_of_stages(publish, business, write, id_of):
    publish(business)
    added = write(
        "addPhase",
        'name: "Security review", guidance: "Ask who signs.", shows: ["employees", "employees"], place: 3, '
        'exitCriteria: [{name: "Champion is known", rule: "has_champion", severity: BLOCKS}, '
        '{name: "Several", rule: "stakeholder_count > 1"}]',
    )
    assert keys(added) == ["discovery", "diagnosis", "advocacy", "security_review", "implementation"]
    assert added["phases"][3] == {
        "key": "security_review",
        "beginsWith": None,
        "exitCriteria": [
            {"key": "champion_is_known", "rule": "has_champion", "severity": "BLOCKS"},
            {"key": "several", "rule": "stakeholder_count > 1", "severity": "WARNS"},
        ],
    }
    assert Phase.objects.get(business=business, key="security_review").shows == ["employees"]

    placed = write("placePhase", f"{id_of('security_review')}, place: 1")
    assert keys(placed) == ["discovery", "security_review", "diagnosis", "advocacy", "implementation"]

    gone = write("archivePhase", id_of("security_review"))
    assert (keys(gone), gone["archivedPhases"]) == (DEFAULT, [{"key": "security_review"}])
    assert gone["revision"] == 4

    back = write("archivePhase", f"{id_of('security_review')}, archived: false")
    assert (keys(back), back["archivedPhases"]) == (keys(placed), [])


def test_exit_criteria_are_changed_added_left_out_and_taken_up_again(write, id_of):
    two = '{name: "Champion", rule: "has_champion"}, {name: "Buyer", rule: "has_economic_buyer"}'
    write("changePhase", f"{id_of('diagnosis')}, exitCriteria: [{two}]")
    changed = write(
        "changePhase",
        f'{id_of("diagnosis")}, exitCriteria: [{{name: "Verdict", rule: "has_completed_diagnosis", severity: BLOCKS}}, '
        '{key: "champion", name: "Champion", rule: "has_champion", severity: BLOCKS}]',
    )
    assert [(each["key"], each["severity"]) for each in changed["phases"][1]["exitCriteria"]] == [
        ("verdict", "BLOCKS"),
        ("champion", "BLOCKS"),
    ]
    assert ExitCriterion.objects.get(key="buyer").archived_at is not None

    again = write(
        "changePhase", f'{id_of("diagnosis")}, exitCriteria: [{{key: "buyer", name: "B", rule: "has_economic_buyer"}}]'
    )
    assert [each["key"] for each in again["phases"][1]["exitCriteria"]] == ["buyer"]
    untouched = write("changePhase", f'{id_of("diagnosis")}, name: "Diagnose"')
    assert untouched["phases"][1]["exitCriteria"] == again["phases"][1]["exitCriteria"]


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("addPhase", 'name: " "', [("phase_refused", "name")]),
        ("addPhase", 'name: "New", shows: ["nope"]', [("phase_refused", "shows")]),
        ("addPhase", 'name: "New", key: "diagnosis"', [("process_refused", "key")]),
        ("addPhase", 'name: "New", key: "Not a key"', [("process_refused", "key")]),
        ("addPhase", 'name: "New", place: 0', [("process_refused", "beginsWith")]),
        ("addPhase", 'name: "New", beginsWith: SQL', [("process_refused", "beginsWith")]),
        ("addPhase", 'name: "New", beginsWith: SAL', [("process_refused", "beginsWith")]),
        ("addPhase", 'name: "New", beginsWith: NURTURE', [("process_refused", "beginsWith")]),
        (
            "addPhase",
            'name: "New", exitCriteria: [{name: "", rule: "has_champion"}, {name: "Z", rule: "has_champ"}, '
            '{key: "no", name: "Z", rule: "lead_score"}]',
            [
                ("phase_refused", "exitCriteria[0].name"),
                ("phase_refused", "exitCriteria[1].rule"),
                ("phase_refused", "exitCriteria[2].key"),
                ("phase_refused", "exitCriteria[2].rule"),
            ],
        ),
        ("changePhase", "DISCOVERY, peopleBegin: true", [("process_refused", "beginsWith")]),
        ("changePhase", "DISCOVERY, beginsWith: OPPORTUNITY", [("process_refused", "beginsWith")]),
        ("placePhase", "DISCOVERY, place: 2", [("process_refused", "beginsWith")]),
        ("archivePhase", f'phase: "{global_id("Phase", 123456)}"', [("not_found", "phase")]),
        ("changePhase", f'phase: "{global_id("Lead", 1)}"', [("not_found", "phase")]),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_changed(write, id_of, revision, name, given, expected):
    answer = write(name, given.replace("DISCOVERY", id_of("discovery")))

    assert [(message["code"], message["field"]) for message in answer["messages"]] == expected
    assert revision() == 1
    assert not ExitCriterion.objects.exists()
    assert list(Phase.objects.order_by("business", "position").values_list("key", flat=True)) == DEFAULT


def test_whoever_read_an_older_process_is_told(write, id_of, revision):
    write("changeSalesProcess", 'name: "Ours"')

    for name, given in {
        "changeSalesProcess": 'name: "Mine"',
        "addPhase": 'name: "New"',
        "changePhase": f'{id_of("diagnosis")}, name: "New"',
        "placePhase": f"{id_of('diagnosis')}, place: 1",
        "archivePhase": id_of("diagnosis"),
    }.items():
        [message] = write(name, given, at=1)["messages"]
        assert (message["kind"], message["field"]) == ("CONFLICT", "expectedRevision")
    assert revision() == 2


@pytest.mark.parametrize("role", [role for role in Role if role != Role.MANAGER])
def test_only_managers_write_it_and_everybody_reads_it(frontend, join, business, revision, role):
    ask = frontend(join(business, role))

    [message] = ask(f'mutation {{ changeSalesProcess(name: "Mine", expectedRevision: 1) {ANSWER} }}')["data"][
        "changeSalesProcess"
    ]["messages"]
    assert (message["kind"], revision()) == ("PERMISSION", 1)
    assert ask(PROCESS)["data"]["salesProcess"]["revision"] == 1


def test_a_phase_that_a_play_waits_for_is_not_archived(business, make_play, write, id_of, revision):
    make_play(business, Happening.PHASE_CHANGED, to_phase="advocacy", name="Welcome")

    [message] = write("archivePhase", id_of("advocacy"))["messages"]

    assert (message["code"], message["field"], revision()) == ("phase_in_use", "phase", 1)
    assert "“Welcome”" in message["message"]


# --- What becomes of leads -----------------------------------------------------------------------


def place(lead: Lead) -> tuple[str, list[str]]:
    """Return the lead's phase, and its stays in phases, the one that goes on marked."""
    stays = Stay.objects.filter(lead=lead, kind="phase").order_by("began_at", "pk")
    return Lead.objects.get(pk=lead.pk).phase, [stay.key if stay.ended_at else f"{stay.key} now" for stay in stays]


def test_leads_enter_the_phase_of_their_stage_when_the_process_changes(rep, make_lead, lead_in, write, id_of, manager):
    inquiry, sql = make_lead(rep, "Initech"), make_lead(rep, "Hooli")
    Lead.objects.filter(pk=sql.pk).update(stage=Stage.SQL)
    nurtured = make_lead(rep, "Acme")
    Lead.objects.filter(pk=nurtured.pk).update(stage=Stage.NURTURE, phase="")

    write("addPhase", 'name: "Handing over", beginsWith: MQL, place: 1')

    assert place(inquiry)[0] == "discovery"
    assert place(sql) == ("diagnosis", ["discovery", "diagnosis now"])
    assert place(nurtured)[0] == ""
    [move] = PhaseMove.objects.filter(lead=sql)
    assert (move.from_phase, move.to_phase, move.author, move.transition) == (
        "discovery",
        "diagnosis",
        manager.membership,
        None,
    )

    write("archivePhase", id_of("diagnosis"))
    assert place(sql) == ("handing_over", ["discovery", "diagnosis", "handing_over now"])
    write("archivePhase", f"{id_of('diagnosis')}, archived: false")
    assert place(sql)[0] == "diagnosis"


def test_a_lead_that_people_moved_stays_where_it_is(rep, make_lead, write, id_of):
    lead = make_lead(rep)
    write("addPhase", 'name: "Research", place: 1')
    Lead.objects.filter(pk=lead.pk).update(phase="research")

    write("changePhase", f'{id_of("research")}, name: "Desk research"')

    assert place(lead)[0] == "research"
    write("archivePhase", id_of("research"))
    assert place(lead)[0] == "discovery"


def test_two_phases_exchange_the_stages_that_begin_them_with_their_places(write, id_of, say):
    write("changePhase", f"{id_of('implementation')}, peopleBegin: true")
    answer = write("changePhase", f"{id_of('advocacy')}, beginsWith: CUSTOMER")

    assert [(found["key"], found["beginsWith"]) for found in answer["phases"]][2:] == [
        ("advocacy", "CUSTOMER"),
        ("implementation", None),
    ]


def test_another_business_keeps_its_own(write, other_business, frontend, stranger):
    write("addPhase", 'name: "Ours alone"')

    assert keys(frontend(stranger)(PROCESS)["data"]["salesProcess"]) == DEFAULT
