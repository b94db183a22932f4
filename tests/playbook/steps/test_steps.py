"""Dated pieces of work on leads: planned, changed, done, skipped, snoozed, and closed with their lead."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from leads import services as lead_services
from leads.domain.stages import Stage
from leads.models import Event, Lead, Role
from playbook.domain.steps import StepKind
from playbook.models import NextStep
from playbook.selectors import leads_without_next_step
from playbook.services import steps
from tests.causes import cause


@pytest.fixture
def sql(rep, lead_in) -> Lead:
    return lead_in(rep, Stage.SQL)


def test_a_step_is_dated_by_working_time_and_is_the_owners(rep, sql, plan):
    step = plan(rep, sql, "  Ask for the third urgency answer. ", working_days=2, talk_track=" What if? ")

    assert (step.title, step.talk_track) == ("Ask for the third urgency answer.", "What if?")
    assert step.due_at == datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
    assert (step.assigned_to, step.role, step.status) == (rep.membership, "", "open")


def test_a_step_may_be_whoevers_of_a_role(rep, sql, plan):
    step = plan(rep, sql, role=Role.INSIDE_SALES)

    assert (step.assigned_to, step.role) == (None, "inside_sales")


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({}, "step_not_dated", "dueAt"),
        ({"working_days": 1, "working_hours": 1}, "step_not_dated", "dueAt"),
        ({"due_at": datetime(2026, 3, 2, 9, 30, tzinfo=UTC)}, "due_in_the_past", "dueAt"),
        ({"due_at": datetime(2026, 3, 3, 9, 30)}, "moment_refused", "dueAt"),  # noqa: DTZ001
        ({"working_days": 1, "title": " "}, "field_refused", "title"),
        ({"working_days": 1, "assigned_to_id": 0}, "not_found", "assignedTo"),
    ],
)
def test_what_makes_no_step_is_refused(rep, sql, refused, now, given, code, field):
    with refused(code, field):
        steps.add_step(**({"lead_id": sql.pk, "kind": StepKind.CALL, "title": "Ask", "by": rep, "now": now} | given))


def test_who_may_only_look_plans_nothing(viewer, sql, refused, plan):
    with refused("not_allowed"):
        plan(viewer, sql)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.SALES, Role.INSIDE_SALES, Role.MARKETING])
@pytest.mark.parametrize("stage", [Stage.INQUIRY, Stage.MQL, Stage.NURTURE])
@pytest.mark.parametrize("kind", [StepKind.CALL, StepKind.MEETING])
def test_nobody_plans_a_sales_call_with_a_lead_that_is_nurtured(
    business, join, lead_in, plan, refused, role, stage, kind
):
    by = join(business, role)
    lead = lead_in(by, stage)

    with refused("not_a_sales_call", "kind") as caught:
        plan(by, lead, kind=kind)

    assert caught.value.message == (
        f"This lead is in {stage.name}, which gets no sales call unless it asks for a conversation. Nurture it "
        "instead: send what helps it, or let inside sales accept it first."
    )


@pytest.mark.parametrize("stage", [Stage.SAL, Stage.SQL, Stage.OPPORTUNITY])
def test_a_lead_that_sales_took_over_may_be_called(rep, lead_in, plan, stage):
    assert plan(rep, lead_in(rep, stage)).kind == "call"


def test_an_mql_that_asks_for_a_conversation_may_be_called(rep, lead_in, plan, now):
    assert plan(rep, lead_in(rep, Stage.MQL, wants_conversation_at=now)).kind == "call"


def test_an_mql_gets_what_nurtures_it(rep, lead_in, plan):
    assert plan(rep, lead_in(rep, Stage.MQL), kind=StepKind.NURTURE).kind == "nurture"


def test_a_step_of_an_mql_cannot_become_a_call(rep, lead_in, plan, refused, now):
    step = plan(rep, lead_in(rep, Stage.MQL), kind=StepKind.EMAIL)

    with refused("not_a_sales_call", "kind"):
        steps.change_step(
            step_id=step.pk, changes=steps.StepChanges(kind=StepKind.CALL), expected_revision=1, by=rep, now=now
        )


def test_a_closed_lead_takes_no_step(rep, lead_in, plan, refused):
    lead = lead_in(rep, Stage.LOST)

    with refused("lead_is_closed", "lead"):
        plan(rep, lead)


def test_a_new_date_ends_a_snooze(rep, sql, plan, now):
    step = plan(rep, sql)
    steps.snooze_step(step_id=step.pk, until=now + timedelta(days=5), expected_revision=1, by=rep, now=now)

    changed = steps.change_step(
        step_id=step.pk,
        changes=steps.StepChanges(title="Call", working_hours=Decimal(1)),
        expected_revision=2,
        by=rep,
        now=now,
    )

    assert (changed.title, changed.snoozed_until, changed.revision) == ("Call", None, 3)
    assert changed.due_at == now + timedelta(hours=1)


def test_a_step_that_is_done_tells_the_playbook(rep, sql, plan, now):
    step = plan(rep, sql)

    steps.complete_step(step_id=step.pk, outcome=" They agreed. ", expected_revision=1, by=rep, now=now)

    done = NextStep.objects.get()
    assert (done.status, done.outcome, done.closed_at, done.closed_by) == ("done", "They agreed.", now, rep.membership)
    event = Event.objects.get(kind="step_done")
    assert (event.lead, event.data) == (sql, {"step": step.pk, "kind": "call", "skipped": False})


def test_a_step_is_skipped_for_a_reason(rep, sql, plan, now, skip_reason):
    step = plan(rep, sql)

    steps.skip_step(step_id=step.pk, reason_id=skip_reason(rep), expected_revision=1, by=rep, now=now)

    skipped = NextStep.objects.get()
    assert (skipped.status, skipped.reason_id, skipped.revision) == ("skipped", skip_reason(rep), 2)
    assert Event.objects.get(kind="step_done").data == {"step": step.pk, "kind": "call", "skipped": True}


def test_a_step_is_not_skipped_without_a_reason_of_that_kind(rep, sql, plan, now, refused):
    step = plan(rep, sql)

    for reason_id in (None, cause(rep.business)):
        with refused("skip_reason_missing", "reason"):
            steps.skip_step(step_id=step.pk, reason_id=reason_id, expected_revision=1, by=rep, now=now)


def test_what_is_done_stays_as_it_is(rep, sql, plan, now, refused, skip_reason):
    step = plan(rep, sql)
    steps.complete_step(step_id=step.pk, expected_revision=1, by=rep, now=now)
    given = {"step_id": step.pk, "expected_revision": 2, "by": rep, "now": now}

    for attempt in (
        lambda: steps.complete_step(**given),
        lambda: steps.skip_step(reason_id=skip_reason(rep), **given),
        lambda: steps.snooze_step(until=now + timedelta(days=1), **given),
        lambda: steps.change_step(changes=steps.StepChanges(title="New"), **given),
    ):
        with refused("step_is_closed", "step"):
            attempt()


def test_who_read_an_older_step_is_told(rep, sql, plan, now, refused):
    step = plan(rep, sql)

    with refused("stale_revision", "expectedRevision"):
        steps.complete_step(step_id=step.pk, expected_revision=2, by=rep, now=now)


def test_a_strangers_step_is_not_there(stranger, rep, sql, plan, now, refused):
    step = plan(rep, sql)

    with refused("not_found", "step"):
        steps.complete_step(step_id=step.pk, expected_revision=1, by=stranger, now=now)


def test_a_snooze_lies_ahead(rep, sql, plan, now, refused):
    step = plan(rep, sql)

    with refused("due_in_the_past", "until"):
        steps.snooze_step(step_id=step.pk, until=now, expected_revision=1, by=rep, now=now)


def test_the_steps_of_a_lead_that_closes_are_closed(rep, sql, plan, now):
    plan(rep, sql)
    plan(rep, sql, kind=StepKind.EMAIL)

    move(sql, Stage.DISQUALIFIED, rep, now, cause_id=cause(rep.business), reason="No.")

    assert (
        list(NextStep.objects.values_list("status", "outcome", "reason", "closed_at"))
        == [("skipped", "The lead was closed.", None, now)] * 2
    )
    assert not Event.objects.filter(kind="step_done").exists()


def test_a_lead_that_goes_to_nurture_keeps_what_nurtures_it(rep, sql, plan, now):
    plan(rep, sql, "Ask")
    plan(rep, sql, "Write", kind=StepKind.EMAIL)

    move(sql, Stage.NURTURE, rep, now, nurture_until=now.date() + timedelta(days=90), reason="Not now.")

    assert list(NextStep.objects.order_by("id").values_list("title", "status")) == [
        ("Ask", "skipped"),
        ("Write", "open"),
    ]


def test_open_sqls_without_a_next_step_are_listed(rep, stranger, lead_in, plan, now):
    idle, planned = lead_in(rep, Stage.SQL, "Idle"), lead_in(rep, Stage.SQL, "Planned")
    done = lead_in(rep, Stage.OPPORTUNITY, "Done")
    for stage in (Stage.MQL, Stage.SAL, Stage.NURTURE, Stage.CUSTOMER, Stage.LOST):
        lead_in(rep, stage, stage.value)
    lead_in(stranger, Stage.SQL, "Foreign")
    plan(rep, planned)
    step = plan(rep, done)
    steps.complete_step(step_id=step.pk, expected_revision=1, by=rep, now=now)

    assert set(leads_without_next_step(rep)) == {idle, done}
    assert list(leads_without_next_step(None)) == []


def move(lead, to, by, now, **given):
    fresh = Lead.objects.get(pk=lead.pk)
    lead_services.move_lead(lead_id=lead.pk, to=to, expected_revision=fresh.revision, by=by, now=now, **given)
