"""Exit criteria: every outcome × severity × override × way × door, and nothing changed where a move is refused."""

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from leads.domain.errors import DomainError
from leads.domain.stages import Stage
from leads.global_ids import global_id
from leads.models import Door, Lead
from leads.services import move_lead
from leads.tenancy import system
from playbook.models import ExitCriterion, Phase, PhaseMove
from playbook.services.phases import move_phase
from tests.leads.admin.browser import sign_in
from tests.leads.graphql.state import dump
from tests.leads.lifecycle.conftest import AHEAD

RULES = {
    "yes": "stakeholder_count < 5",
    "no": "stakeholder_count > 5",
    "unknown": "verdict_will_act",
    "broken": "no_such_name > 1",
}
# From where to where, and whether that leaves the phase for a later one.
WAYS = {
    "forward": (Stage.INQUIRY, Stage.SQL, True),
    "far forward": (Stage.SQL, Stage.OPPORTUNITY, True),
    "within": (Stage.INQUIRY, Stage.MQL, False),
    "aside": (Stage.INQUIRY, Stage.NURTURE, False),
    "back": (Stage.OPPORTUNITY, Stage.SQL, False),
}
ASKED: dict[Stage, dict[str, Any]] = {
    Stage.OPPORTUNITY: {"override_reason": "They signed already"},
    Stage.NURTURE: {"nurture_until": AHEAD},
}
MOVE = """mutation($lead: ID!, $to: Stage!, $revision: Int!, $reason: String!, $until: Date, $verdict: String!,
  $exit: String!) {
  moveLead(lead: $lead, to: $to, expectedRevision: $revision, reason: $reason, nurtureUntil: $until,
    overrideReason: $verdict, exitOverride: $exit) {
    ... on Transition { toStage }
    ... on OperationInfo { messages { code field } }
  }
}"""
MOVE_PHASE = """mutation($lead: ID!, $to: String!, $revision: Int!, $exit: String!) {
  movePhase(lead: $lead, to: $to, expectedRevision: $revision, exitOverride: $exit) {
    ... on Lead { phase revision inPhase { phase { key } } }
    ... on OperationInfo { messages { kind code field message } }
  }
}"""
Move = Callable[[Lead, Stage, str], bool]


@pytest.fixture
def by_service(business, now) -> Move:
    def act(lead: Lead, to: Stage, override: str) -> bool:
        try:
            move_lead(
                lead_id=lead.pk,
                to=to,
                expected_revision=lead.revision,
                by=system(business, Door.PLAY),
                now=now,
                reason="They said so",
                exit_override=override,
                **ASKED.get(to, {}),
            )
        except DomainError:
            return False
        return True

    return act


@pytest.fixture
def by_api(frontend, manager) -> Move:
    ask = frontend(manager)

    def act(lead: Lead, to: Stage, override: str) -> bool:
        until = AHEAD.isoformat() if to == Stage.NURTURE else None
        verdict = ASKED.get(to, {}).get("override_reason", "")
        asked = {"reason": "They said so", "until": until, "verdict": verdict, "exit": override}
        body = ask(MOVE, lead=global_id("Lead", lead.pk), to=to.name, revision=lead.revision, **asked)
        return "toStage" in body["data"]["moveLead"]

    return act


@pytest.fixture
def by_admin(manager) -> Move:
    manager.membership.user.is_staff = True
    manager.membership.user.save()
    client = sign_in(manager.membership.user)

    def act(lead: Lead, to: Stage, override: str) -> bool:
        given = {name: str(value) for name, value in ASKED.get(to, {}).items()}
        given |= {"to": to.value, "revision": lead.revision, "reason": "They said so", "exit_override": override}
        return client.post(f"/admin/leads/lead/{lead.pk}/move/", given).status_code == 302

    return act


@pytest.fixture
def by_command(business) -> Move:
    def act(lead: Lead, to: Stage, override: str) -> bool:
        asked = ASKED.get(to, {})
        given = {
            "until": AHEAD.isoformat() if to == Stage.NURTURE else None,
            "override_reason": asked.get("override_reason", ""),
            "exit_override": override,
            "reason": "They said so",
        }
        try:
            with open("/dev/null", "w") as nowhere:
                call_command(
                    "move_lead", stdout=nowhere, business=business.slug, lead=str(lead.pk), to=to.value, **given
                )
        except CommandError:
            return False
        return True

    return act


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("door", ["by_service", "by_api", "by_admin", "by_command"])
def test_a_phase_is_left_as_its_exit_criteria_say(request, business, lead_at, ask_for, door, way):
    move: Move = request.getfixturevalue(door)
    start, to, asks = WAYS[way]
    for outcome, severity, override in product(RULES, ("blocks", "warns"), ("", "  ", "They insist")):
        ExitCriterion.objects.all().delete()
        lead = lead_at(start)
        criterion = ask_for(business, lead.phase, RULES[outcome], severity)
        before, phase = dump(), lead.phase
        fits = not asks or outcome == "yes"
        allowed = fits or (severity == "warns" and bool(override.strip()))

        case = (way, door, outcome, severity, override)
        assert move(lead, to, override) is allowed, case
        if not allowed:
            assert dump() == before, case
            continue
        moves = PhaseMove.objects.filter(lead=lead).order_by("-pk")
        lead.refresh_from_db()
        assert lead.stage == to, case
        if lead.phase == phase:
            assert not moves.filter(from_phase=phase).exists(), case
            continue
        found = moves[0]
        assert (found.from_phase, found.to_phase) == (phase, lead.phase), case
        told = [] if fits else [{"key": criterion.key, "name": criterion.name, "outcome": _kept(outcome)}]
        assert (found.warnings, found.override_reason) == (told, "" if fits else override), case


def _kept(outcome: str) -> str:
    return "unknown" if outcome == "unknown" else "no"


# --- By people, within a stage -------------------------------------------------------------------


@pytest.fixture
def research(business):
    """A phase between the first two, which no stage begins."""
    rows = Phase.objects.filter(business=business)
    for phase in rows.filter(position__gt=0):
        Phase.objects.filter(pk=phase.pk).update(position=phase.position + 1)
    return Phase.objects.create(business=business, process=rows[0].process, key="research", name="Research", position=1)


def test_a_lead_is_moved_on_where_its_stage_allows_and_the_criteria_hold(
    graphql, business, rep, make_lead, ask_for, research, events
):
    lead = make_lead(rep)
    ask_for(business, "discovery", RULES["no"], name="Five people")
    to = {"lead": global_id("Lead", lead.pk), "to": "research", "revision": lead.revision}

    [refused] = graphql(MOVE_PHASE, **to, exit="")["data"]["movePhase"]["messages"]
    assert (refused["kind"], refused["code"], refused["field"]) == (
        "VALIDATION",
        "exit_criteria_warn",
        "exitOverride",
    )
    assert "Five people" in refused["message"]
    moved = graphql(MOVE_PHASE, **to, exit="Only one works there")["data"]["movePhase"]

    assert moved == {"phase": "research", "revision": lead.revision + 1, "inPhase": {"phase": {"key": "research"}}}
    assert events(lead)[-1] == "phase_changed"
    [receipt] = graphql(
        """query($id: ID!) { lead(id: $id) { phaseMoves { edges { node {
          fromPhase toPhase door author { name } transition { id } overrideReason warnings { key name decision }
        } } } } }""",
        id=global_id("Lead", lead.pk),
    )["data"]["lead"]["phaseMoves"]["edges"]
    assert receipt["node"] == {
        "fromPhase": "discovery",
        "toPhase": "research",
        "door": "API",
        "author": {"name": rep.membership.user.name},
        "transition": None,
        "overrideReason": "Only one works there",
        "warnings": [{"key": "criterion_0", "name": "Five people", "decision": "NO"}],
    }


@pytest.mark.parametrize(
    ("to", "expected"),
    [
        ("nowhere", ("NOT_FOUND", "not_found", "to")),
        ("advocacy", ("VALIDATION", "phase_not_open", "to")),
        ("diagnosis", ("VALIDATION", "phase_not_open", "to")),
    ],
)
def test_a_lead_is_not_moved_where_its_stage_does_not_allow(graphql, rep, make_lead, to, expected):
    lead = make_lead(rep)
    before = dump()

    body = graphql(MOVE_PHASE, lead=global_id("Lead", lead.pk), to=to, revision=lead.revision, exit="")

    [message] = body["data"]["movePhase"]["messages"]
    assert (message["kind"], message["code"], message["field"]) == expected
    assert dump() == before


def test_a_move_that_rests_on_an_older_lead_is_a_conflict(graphql, rep, make_lead, research):
    lead = make_lead(rep)

    body = graphql(MOVE_PHASE, lead=global_id("Lead", lead.pk), to="research", revision=lead.revision + 1, exit="")

    assert body["data"]["movePhase"]["messages"][0]["kind"] == "CONFLICT"


def test_who_only_reads_moves_nothing(frontend, viewer, rep, make_lead, research):
    lead = make_lead(rep)

    body = frontend(viewer)(MOVE_PHASE, lead=global_id("Lead", lead.pk), to="research", revision=lead.revision, exit="")

    assert body["data"]["movePhase"]["messages"][0]["kind"] == "PERMISSION"
    assert Lead.objects.get().phase == "discovery"


def test_going_back_asks_nothing_and_staying_writes_nothing(business, rep, now, make_lead, ask_for, research):
    lead = make_lead(rep)
    by = {"by": rep, "now": now}
    lead = move_phase(lead_id=lead.pk, to="research", expected_revision=lead.revision, **by)
    ask_for(business, "research", RULES["no"], "blocks")
    same = move_phase(lead_id=lead.pk, to="research", expected_revision=lead.revision, **by)
    assert (same.revision, PhaseMove.objects.count()) == (lead.revision, 1)

    back = move_phase(lead_id=lead.pk, to="discovery", expected_revision=lead.revision, **by)

    assert (back.phase, back.revision) == ("discovery", lead.revision + 1)
