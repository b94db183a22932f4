"""The process as managers read it in reports."""

import pytest

from leads.domain.stages import Stage
from leads.global_ids import global_id
from leads.models import Lead
from playbook.models import Phase
from playbook.services.phases import move_phase

PHASES = """{ phases {
  key name beginsWith position leads overridden exitCriteria { key name rule severity }
} }"""
MOVES = """query($filter: PhaseMoveFilter) { phaseMoves(filter: $filter) { totalCount edges { node {
  fromPhase toPhase door overrideReason author { name } lead { title }
} } } }"""


@pytest.fixture
def report(frontend, manager):
    return frontend(manager, path="/graphql/reporting/")


@pytest.fixture
def overridden(business, rep, make_lead, ask_for, now) -> Lead:
    """A lead that was moved on although its exit criterion did not hold; and two that stayed."""
    rows = Phase.objects.filter(business=business)
    Phase.objects.create(business=business, process=rows[0].process, key="research", name="Research", position=0)
    rows.filter(key="discovery").update(position=0)
    rows.filter(key="research").update(position=1)
    for position, key in enumerate(("diagnosis", "advocacy", "implementation")):
        rows.filter(key=key).update(position=2 + position)
    ask_for(business, "discovery", "stakeholder_count > 3", name="Four people")
    for name in ("Hooli", "Acme"):
        make_lead(rep, name)
    lead = make_lead(rep, title="Orders")
    revision = lead.revision
    return move_phase(
        lead_id=lead.pk, to="research", expected_revision=revision, exit_override="Three", by=rep, now=now
    )


def test_phases_tell_how_many_leads_are_in_them_and_how_often_they_were_left_nevertheless(report, overridden):
    phases = report(PHASES)["data"]["phases"]

    assert [(found["key"], found["beginsWith"], found["leads"], found["overridden"]) for found in phases] == [
        ("discovery", "INQUIRY", 2, 1),
        ("research", None, 1, 0),
        ("diagnosis", "SQL", 0, 0),
        ("advocacy", "OPPORTUNITY", 0, 0),
        ("implementation", "CUSTOMER", 0, 0),
    ]
    assert phases[0]["exitCriteria"] == [
        {"key": "criterion_0", "name": "Four people", "rule": "stakeholder_count > 3", "severity": "WARNS"}
    ]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (None, 1),
        ({"overridden": True}, 1),
        ({"overridden": False}, 0),
        ({"fromPhase": ["discovery"], "toPhase": ["research", "diagnosis"]}, 1),
        ({"toPhase": ["discovery"]}, 0),
        ({"door": ["API"]}, 1),
        ({"door": ["COMMAND"]}, 0),
        ({"atBefore": "2020-01-01T00:00:00Z"}, 0),
        ({"atFrom": "2020-01-01T00:00:00Z"}, 1),
        ({"lead": global_id("Lead", 123_456)}, 0),
        ({"author": global_id("Membership", 123_456)}, 0),
    ],
)
def test_changes_of_phase_are_listed_and_filtered(report, overridden, rep, given, found):
    moves = report(MOVES, filter=given)["data"]["phaseMoves"]

    assert moves["totalCount"] == found
    assert (
        moves["edges"]
        == [
            {
                "node": {
                    "fromPhase": "discovery",
                    "toPhase": "research",
                    "door": "API",
                    "overrideReason": "Three",
                    "author": {"name": rep.membership.user.name},
                    "lead": {"title": "Orders"},
                }
            }
        ]
        * found
    )


def test_a_stranger_reads_only_their_own(frontend, stranger, overridden):
    report = frontend(stranger, path="/graphql/reporting/")

    assert report(MOVES)["data"]["phaseMoves"]["totalCount"] == 0
    assert [found["leads"] for found in report(PHASES)["data"]["phases"]] == [0, 0, 0, 0]


def test_leads_are_found_by_their_phase(graphql, report, overridden):
    query = '{ leads(filter: {phase: ["research", "nowhere"]}) { edges { node { title phase } } } }'

    for ask in (graphql, report):
        assert [edge["node"] for edge in ask(query)["data"]["leads"]["edges"]] == [
            {"title": "Orders", "phase": "research"}
        ]


def test_customers_are_in_the_last_phase(report, lead_at):
    lead_at(Stage.CUSTOMER)

    assert [found["leads"] for found in report(PHASES)["data"]["phases"]] == [0, 0, 0, 1]
