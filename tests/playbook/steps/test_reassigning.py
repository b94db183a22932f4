"""Giving next steps to somebody else: all or none, in statements whose number is fixed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads.domain.stages import Stage
from leads.models import Role
from leads.services.absences import set_absence
from playbook.models import NextStep
from playbook.services import steps
from playbook.services.reassigning import reassign_steps


@pytest.fixture
def colleague(business, join):
    return join(business, Role.SALES, "colleague@acme.example")


def owners():
    return list(NextStep.objects.order_by("id").values_list("assigned_to", "role", "revision"))


def test_steps_are_given_to_a_colleague(rep, colleague, lead_in, plan, now):
    lead = lead_in(rep, Stage.SQL)
    given, kept = plan(rep, lead), plan(rep, lead)

    moved = reassign_steps(step_ids=[given.pk], to_id=colleague.membership.pk, by=rep, now=now)

    assert owners() == [(colleague.membership.pk, "", 2), (rep.membership.pk, "", 1)]
    assert [(step.pk, step.assigned_to, step.revision) for step in moved] == [(given.pk, colleague.membership, 2)]
    assert kept.assigned_to == rep.membership


def test_all_open_steps_of_a_member_go_to_whoever_of_a_role(rep, colleague, lead_in, plan, now):
    lead = lead_in(rep, Stage.SQL)
    done = plan(rep, lead)
    steps.complete_step(step_id=done.pk, expected_revision=1, by=rep, now=now)
    plan(rep, lead)
    plan(rep, lead, assigned_to_id=colleague.membership.pk)

    reassign_steps(member_id=rep.membership.pk, role=Role.INSIDE_SALES, by=rep, now=now)

    assert owners() == [(rep.membership.pk, "", 2), (None, "inside_sales", 2), (colleague.membership.pk, "", 1)]


def test_the_stand_in_gets_the_steps_of_who_is_away(manager, rep, colleague, lead_in, plan, now):
    plan(rep, lead_in(rep, Stage.SQL))
    set_absence(member_id=rep.membership.pk, stand_in_id=colleague.membership.pk, starts_at=now, by=manager, now=now)

    reassign_steps(member_id=rep.membership.pk, by=manager, now=now)

    assert owners() == [(colleague.membership.pk, "", 2)]


def test_nobody_gets_the_steps_of_who_is_here(rep, lead_in, plan, now, refused):
    plan(rep, lead_in(rep, Stage.SQL))

    with refused("reassignment_refused", "to"):
        reassign_steps(member_id=rep.membership.pk, by=rep, now=now)


def test_one_that_cannot_be_given_away_keeps_all_where_they_are(rep, stranger, colleague, lead_in, plan, now, refused):
    lead = lead_in(rep, Stage.SQL)
    good, done = plan(rep, lead), plan(rep, lead)
    foreign = plan(stranger, lead_in(stranger, Stage.SQL))
    steps.complete_step(step_id=done.pk, expected_revision=1, by=rep, now=now)

    with refused("steps_refused") as caught:
        reassign_steps(step_ids=[good.pk, done.pk, foreign.pk, 0], to_id=colleague.membership.pk, by=rep, now=now)

    assert [(problem.path, problem.message) for problem in caught.value.problems] == [
        ("steps[1]", "This step is done already. Add another one instead."),
        ("steps[2]", "There is no such step."),
        ("steps[3]", "There is no such step."),
    ]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({}, "reassignment_refused", "steps"),
        ({"step_ids": [1], "member_id": 1, "role": Role.SALES}, "reassignment_refused", "steps"),
        ({"step_ids": [1]}, "reassignment_refused", "to"),
        ({"step_ids": [1], "to_id": 0}, "not_found", "to"),
        ({"step_ids": [1], "to_id": 1, "role": Role.SALES}, "reassignment_refused", "to"),
        ({"member_id": 0}, "not_found", "member"),
        ({"step_ids": range(1001), "role": Role.SALES}, "reassignment_refused", "steps"),
    ],
)
def test_what_is_unclear_is_refused(rep, now, refused, given, code, field):
    with refused(code, field):
        reassign_steps(by=rep, now=now, **given)


def test_who_may_only_look_gives_nothing_away(viewer, rep, lead_in, plan, now, refused):
    step = plan(rep, lead_in(rep, Stage.SQL))

    with refused("not_allowed"):
        reassign_steps(step_ids=[step.pk], role=Role.SALES, by=viewer, now=now)


def test_a_hundred_steps_cost_as_many_statements_as_one(rep, colleague, lead_in, plan, now):
    def cost(number: int) -> int:
        given = [plan(rep, lead_in(rep, Stage.SQL, f"{number} {i}")).pk for i in range(number)]
        with CaptureQueriesContext(connection) as captured:
            reassign_steps(step_ids=given, to_id=colleague.membership.pk, by=rep, now=now + timedelta(1))
        return len(captured)

    assert cost(1) == cost(30)
