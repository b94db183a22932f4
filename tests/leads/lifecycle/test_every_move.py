"""Every pair of stages, for every role, through every door: allowed or refused as the table says.

Generated from the table: a refusal leaves every row as it was, a move leaves one receipt.
"""

from collections.abc import Callable
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from leads import services
from leads.domain.errors import DomainError
from leads.domain.stages import MOVES, Stage, is_legal_path
from leads.global_ids import global_id
from leads.models import Door, Event, Lead, Opportunity, Reason, Role, Stay, Transition, User
from leads.tenancy import Viewer
from tests.conftest import Frontend
from tests.leads.admin.browser import BACKEND
from tests.leads.graphql.state import dump
from tests.leads.lifecycle.conftest import asked_of

ACTORS: tuple[Role | None, ...] = (*Role, None)
MOVE = """
mutation($lead: ID!, $to: Stage!, $revision: Int!, $reason: String!, $until: Date, $override: String!, $cause: ID,
         $competitor: String!) {
  moveLead(lead: $lead, to: $to, expectedRevision: $revision, reason: $reason, nurtureUntil: $until,
           overrideReason: $override, cause: $cause, competitor: $competitor) {
    ... on Transition { toStage }
    ... on OperationInfo { messages { code } }
  }
}
"""
Act = Callable[[Lead, Stage, dict[str, Any]], bool]
"""Tries a move with what is given, and tells whether the door says that it was made."""


def by_service(by: Viewer, now: Any) -> Act:
    by = Viewer(by.business, by.membership, Door.PLAY)

    def act(lead: Lead, to: Stage, given: dict[str, Any]) -> bool:
        try:
            services.move_lead(lead_id=lead.pk, to=to, expected_revision=lead.revision, by=by, now=now, **given)
        except DomainError:
            return False
        return True

    return act


def by_api(by: Viewer) -> Act:
    ask = Frontend(by)

    def act(lead: Lead, to: Stage, given: dict[str, Any]) -> bool:
        body = ask(
            MOVE,
            lead=global_id("Lead", lead.pk),
            to=to.name,
            revision=lead.revision,
            reason=given.get("reason", ""),
            until=given["nurture_until"].isoformat() if "nurture_until" in given else None,
            override=given.get("override_reason", ""),
            cause=global_id("Reason", given["cause_id"]) if "cause_id" in given else None,
            competitor=given.get("competitor", ""),
        )
        return "toStage" in body["data"]["moveLead"]

    return act


def by_admin(user: User) -> Act:
    client = Client()
    client.force_login(user, backend=BACKEND)

    def act(lead: Lead, to: Stage, given: dict[str, Any]) -> bool:
        names = {"cause_id": "cause"}
        data = {names.get(name, name): str(value) for name, value in given.items()}
        response = client.post(
            f"/admin/leads/lead/{lead.pk}/move/", {"to": to.value, "revision": lead.revision, **data}
        )
        return response.status_code == 302 and "login" not in response.headers["Location"]

    return act


def by_command(by: Viewer) -> Act:
    def act(lead: Lead, to: Stage, given: dict[str, Any]) -> bool:
        options = {
            "business": by.business.slug,
            "lead": str(lead.pk),
            "to": to.value,
            "email": by.membership.user.email if by.membership else None,
            "reason": given.get("reason", ""),
            "until": given["nurture_until"].isoformat() if "nurture_until" in given else None,
            "override_reason": given.get("override_reason", ""),
            "cause": Reason.objects.get(pk=given["cause_id"]).key if "cause_id" in given else "",
            "competitor": given.get("competitor", ""),
        }
        try:
            with open("/dev/null", "w") as nowhere:
                call_command("move_lead", stdout=nowhere, **options)
        except CommandError:
            return False
        return True

    return act


@pytest.fixture
def doors(team, now, superuser) -> dict[Door, dict[Role | None, Act]]:
    """For every door who may knock there: the system has no account for the API, and a superuser's admin is its."""
    for viewer in team.values():
        if viewer.role == Role.MANAGER:
            viewer.membership.user.is_staff = True
            viewer.membership.user.save()
    members = {role: viewer for role, viewer in team.items() if role is not None}
    return {
        Door.PLAY: {role: by_service(viewer, now) for role, viewer in team.items()},
        Door.API: {role: by_api(viewer) for role, viewer in members.items()},
        Door.ADMIN: {role: by_admin(viewer.membership.user) for role, viewer in members.items()}
        | {None: by_admin(superuser)},
        Door.COMMAND: {role: by_command(viewer) for role, viewer in team.items()},
    }


@pytest.fixture
def superuser(db) -> User:
    return User.objects.create_superuser("root@example.com", "correct-horse-battery", name="Root")


def allowed(start: Stage, to: Stage, role: Role | None, door: Door) -> bool:
    """Return what the table says; only managers, and superusers, come in by the admin."""
    move = MOVES[start].get(to)
    if move is None or (door == Door.ADMIN and role not in (Role.MANAGER, None)):
        return False
    return role is None or role in move.roles


def check_receipt(lead: Lead, start: Stage, to: Stage, role: Role | None, door: Door, given: dict[str, Any]) -> None:
    found = Lead.objects.get(pk=lead.pk)
    receipt = Transition.objects.filter(lead=lead).first()
    assert (found.stage, found.revision) == (to, lead.revision + 1)
    assert (receipt.from_stage, receipt.to_stage, receipt.door, receipt.role) == (start, to, door, role or "")
    assert (receipt.reason, receipt.cause_id) == (given.get("reason", ""), given.get("cause_id"))
    assert receipt.competitor == given.get("competitor", "")
    assert Event.objects.filter(lead=lead, kind="stage_changed", data__transition=receipt.pk).count() == 1
    [going_on] = Stay.objects.filter(lead=lead, kind="stage", ended_at=None)
    assert going_on.key == to
    assert (found.opportunity_id is not None) == (to in ("opportunity", "customer")) or to == Stage.LOST
    assert is_legal_path(history(lead))


def history(lead: Lead) -> list[tuple[Stage | None, Stage, bool]]:
    receipts = Transition.objects.filter(lead=lead).order_by("pk")
    return [
        (Stage(row.from_stage) if row.from_stage else None, Stage(row.to_stage), row.door == "import")
        for row in receipts
    ]


def test_the_pairs_are_all_pairs(doors):
    assert {door: set(actors) for door, actors in doors.items()} == {
        Door.PLAY: set(ACTORS),
        Door.API: set(Role),
        Door.ADMIN: set(ACTORS),
        Door.COMMAND: set(ACTORS),
    }


@pytest.mark.parametrize("door", [Door.PLAY, Door.API, Door.ADMIN, Door.COMMAND], ids=str)
@pytest.mark.parametrize("start", Stage, ids=str)
def test_every_role_makes_the_moves_of_the_table_and_no_other(doors, business, lead_at, start, door):
    lead = lead_at(start)
    before = dump()
    made = set()
    for (role, act), to in product(doors[door].items(), Stage):
        given = asked_of(business, start, to)
        place = (role, to)
        savepoint = transaction.savepoint()
        assert act(lead, to, given) == allowed(start, to, role, door), place
        if allowed(start, to, role, door):
            check_receipt(lead, start, to, role, door, given)
            made.add(to)
        else:
            assert dump() == before, place
        transaction.savepoint_rollback(savepoint)
    assert made == set(MOVES[start])


LACKING = {
    "reason": lambda move, to: move.reason,
    "cause_id": lambda move, to: move.cause is not None,
    "competitor": lambda move, to: to == Stage.LOST,
    "nurture_until": lambda move, to: move.date,
    "override_reason": lambda move, to: move.verdict,
}


@pytest.mark.parametrize("door", [Door.PLAY, Door.API, Door.ADMIN, Door.COMMAND], ids=str)
@pytest.mark.parametrize("start", Stage, ids=str)
def test_a_move_that_lacks_what_the_table_asks_for_changes_nothing(doors, business, lead_at, start, door):
    lead = lead_at(start)
    if start == Stage.LOST:  # lost as an SQL: nothing of an opportunity stands in for a verdict
        Lead.objects.filter(pk=lead.pk).update(opportunity=None)
    before = dump()
    act = doors[door][Role.MANAGER]
    for to, move in MOVES[start].items():
        given = asked_of(business, start, to)
        for name, is_asked in LACKING.items():
            if is_asked(move, to):
                without = {key: value for key, value in given.items() if key != name}
                savepoint = transaction.savepoint()
                assert not act(lead, to, without), (to, name)
                assert dump() == before, (to, name)
                transaction.savepoint_rollback(savepoint)


@pytest.mark.parametrize("door", [Door.PLAY, Door.API, Door.ADMIN, Door.COMMAND], ids=str)
@pytest.mark.parametrize("start", Stage, ids=str)
def test_a_level_that_is_too_low_changes_nothing(doors, business, lead_at, start, door):
    lead = lead_at(start)
    services.record_evidence(
        lead_id=lead.pk,
        values={"has_pain": False, "employees": Decimal(10)},
        by=Viewer(business, None, Door.COMMAND),
        now=Stay.objects.first().began_at,
    )
    lead.refresh_from_db()
    before = dump()
    act = doors[door][Role.MANAGER]
    for to, move in MOVES[start].items():
        savepoint = transaction.savepoint()
        assert act(lead, to, asked_of(business, start, to)) == (move.level == "none"), to
        if move.level != "none":
            assert dump() == before, to
        transaction.savepoint_rollback(savepoint)
    assert Opportunity.objects.filter(business=business).count() <= 1
