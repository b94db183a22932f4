"""What follows from what happened: in order for each lead, each exactly once in effect."""

from datetime import timedelta
from decimal import Decimal

import pytest

from leads.domain.stages import Stage
from leads.models import Event, Flag, Transition
from leads.services import record_evidence
from leads.services.moving import Given, move_locked
from playbook.domain.happenings import Happening
from playbook.domain.steps import ActionKind, Addressee, DueUnit, RunStatus, StepKind
from playbook.models import Delivery, EventFailure, NextStep, PlayRun
from playbook.services import acting, working_off
from playbook.services.working_off import retry_event, work_off

STEP = {"action": ActionKind.NEXT_STEP, "step_kind": StepKind.RESEARCH, "title": "Look into {organization}"}


@pytest.fixture
def lead(manager, publish, business, make_lead, now, drain):
    publish(business)
    made = make_lead(manager, "Initech")
    drain(now)
    return made


def test_an_event_makes_the_steps_of_the_plays_that_wait_for_it(business, lead, make_play, happen, drain, now):
    make_play(business, Happening.DIAGNOSIS_STARTED, STEP, {**STEP, "title": "Then this", "due_in": 2})
    make_play(business, Happening.DIAGNOSIS_COMPLETED)
    event = happen(lead, Happening.DIAGNOSIS_STARTED)

    drain(now)

    assert list(NextStep.objects.order_by("pk").values_list("title", "run__event", "due_at__day")) == [
        ("Look into Initech", event.pk, 3),
        ("Then this", event.pk, 4),
    ]
    event.refresh_from_db()
    assert event.worked_off_at == now
    assert PlayRun.objects.get().status == RunStatus.DONE


def test_working_off_again_makes_nothing_more(business, lead, make_play, happen, drain, now):
    make_play(business, Happening.DIAGNOSIS_STARTED)
    happen(lead, Happening.DIAGNOSIS_STARTED)
    drain(now)

    assert work_off(now) == 0
    assert NextStep.objects.count() == 1


def test_a_play_answers_only_what_happens_once_it_is_on(business, lead, make_play, happen, drain, now):
    make_play(business, Happening.DIAGNOSIS_STARTED, switched_on_at=now + timedelta(seconds=1))
    make_play(business, Happening.DIAGNOSIS_STARTED, switched_on_at=None)
    happen(lead, Happening.DIAGNOSIS_STARTED)

    assert drain(now) == 1
    assert PlayRun.objects.count() == NextStep.objects.count() == 0


@pytest.mark.parametrize(
    ("employees", "statuses", "steps"),
    [(None, [RunStatus.UNKNOWN], 0), (40, [], 0), (60, [RunStatus.DONE], 1)],
)
def test_a_condition_is_three_valued(
    business, manager, lead, make_play, happen, drain, now, employees, statuses, steps
):
    if employees is not None:
        record_evidence(lead_id=lead.pk, values={"employees": Decimal(employees)}, by=manager, now=now)
    drain(now)
    make_play(business, Happening.DIAGNOSIS_STARTED, condition="employees >= 50")
    happen(lead, Happening.DIAGNOSIS_STARTED)

    drain(now)

    assert list(PlayRun.objects.values_list("status", flat=True)) == statuses
    assert NextStep.objects.count() == steps


def test_steps_come_in_the_order_of_the_events(business, lead, make_play, happen, drain, now):
    kinds = [Happening.DIAGNOSIS_COMPLETED, Happening.STEP_DONE, Happening.DIAGNOSIS_STARTED, Happening.VERDICT_CHANGED]
    for kind in sorted(kinds):
        make_play(business, kind)
    events = [happen(lead, kind).pk for kind in kinds]

    drain(now)

    assert list(NextStep.objects.order_by("pk").values_list("run__event", flat=True)) == events


def done(lead):
    """Let all that is open on a lead be done."""
    NextStep.objects.filter(lead=lead, status="open").update(status="done", closed_at=lead.created_at)


ALREADY = {"action": "next_step", "nothing": "The same step is planned already, and still open."}


@pytest.mark.parametrize("together", [True, False])
def test_a_step_that_is_planned_and_open_is_not_planned_again(
    business, manager, lead, make_lead, make_play, happen, drain, now, together
):
    other = make_lead(manager, "Hooli")
    play = make_play(business, Happening.STEP_DONE)
    make_play(business, Happening.DIAGNOSIS_STARTED)  # its step has the same title
    happen(lead, Happening.STEP_DONE)
    if not together:
        drain(now)
    happen(lead, Happening.STEP_DONE)
    happen(lead, Happening.DIAGNOSIS_STARTED)
    happen(other, Happening.STEP_DONE)
    drain(now)

    assert list(NextStep.objects.filter(lead=lead).values_list("run__play__happening", flat=True).order_by("pk")) == [
        "step_done",
        "diagnosis_started",
    ]
    assert NextStep.objects.filter(lead=other).count() == 1
    runs = PlayRun.objects.filter(play=play, lead=lead).order_by("pk")
    assert [run.results for run in runs] == [[{"action": "next_step", "made": "next_step"}], [ALREADY]]
    assert [run.status for run in runs] == ["done", "done"]

    done(lead)
    happen(lead, Happening.STEP_DONE)
    drain(now)
    assert NextStep.objects.filter(lead=lead).count() == 3


def test_a_step_that_an_open_one_stands_in_for_counts_as_no_outreach(business, lead, make_play, happen, drain, now):
    make_play(business, Happening.STEP_DONE, {**STEP, "step_kind": StepKind.EMAIL})
    make_play(business, Happening.DIAGNOSIS_STARTED, {**STEP, "step_kind": StepKind.EMAIL, "title": "Another"})
    for _ in range(5):
        happen(lead, Happening.STEP_DONE)
    happen(lead, Happening.DIAGNOSIS_STARTED)

    drain(now)

    assert sorted(NextStep.objects.values_list("title", flat=True)) == ["Another", "Look into Initech"]


def test_outreach_is_capped_for_each_lead(business, manager, lead, make_lead, make_play, happen, drain, now):
    other = make_lead(manager, "Hooli")
    make_play(business, Happening.DIAGNOSIS_STARTED, {**STEP, "step_kind": StepKind.EMAIL})
    happen(other, Happening.DIAGNOSIS_STARTED)
    for _ in range(5):
        happen(lead, Happening.DIAGNOSIS_STARTED)
        drain(now)
        done(lead)

    assert NextStep.objects.filter(lead=lead).count() == 3
    assert NextStep.objects.filter(lead=other).count() == 1
    capped = PlayRun.objects.filter(lead=lead).order_by("pk").last()
    assert capped.results == [
        {"action": "next_step", "nothing": "The lead was reached out to 3 times lately."},
    ]
    happen(lead, Happening.DIAGNOSIS_STARTED)
    drain(now + timedelta(days=8))
    assert NextStep.objects.filter(lead=lead).count() == 4


@pytest.mark.parametrize(("asked", "kind"), [(False, "nurture"), (True, "call")])
def test_a_lead_that_is_not_for_sales_is_called_only_if_it_asked(
    business, lead, make_play, happen, drain, now, asked, kind
):
    lead.wants_conversation_at = now if asked else None
    lead.save()
    make_play(business, Happening.DIAGNOSIS_STARTED, {**STEP, "step_kind": StepKind.CALL})
    happen(lead, Happening.DIAGNOSIS_STARTED)

    drain(now)

    assert NextStep.objects.get().kind == kind


def test_a_step_is_for_the_owner_else_for_who_works_in_that_stage(business, rep, lead, make_play, happen, drain, now):
    make_play(business, Happening.DIAGNOSIS_STARTED)
    happen(lead, Happening.DIAGNOSIS_STARTED)
    drain(now)
    done(lead)
    lead.owner = rep.membership
    lead.save()
    happen(lead, Happening.DIAGNOSIS_STARTED)
    drain(now)

    assert list(NextStep.objects.order_by("pk").values_list("assigned_to", "role")) == [
        (None, "marketing"),
        (rep.membership.pk, ""),
    ]


def test_working_hours_decide_when_a_step_is_due(business, lead, make_play, happen, drain, now):
    make_play(business, Happening.DIAGNOSIS_STARTED, {**STEP, "due_in": 12, "due_unit": DueUnit.WORKING_HOURS})
    happen(lead, Happening.DIAGNOSIS_STARTED)

    drain(now)

    assert NextStep.objects.get().due_at.isoformat() == "2026-03-03T13:30:00+00:00"


def test_a_refused_step_undoes_its_run_and_the_next_event_goes_on(business, lead, make_play, happen, drain, now):
    refused = make_play(business, Happening.DIAGNOSIS_STARTED, STEP, {"action": ActionKind.START_DIAGNOSIS})
    make_play(business, Happening.DIAGNOSIS_STARTED, {**STEP, "title": "Second"})
    happen(lead, Happening.DIAGNOSIS_STARTED)

    drain(now)

    assert list(NextStep.objects.values_list("title", flat=True)) == ["Second"]
    run = PlayRun.objects.get(play=refused)
    assert (run.status, run.problem[:44]) == (RunStatus.REFUSED, "A diagnosis begins once a lead is sales qual")


def test_a_play_nurtures_through_the_table_of_moves(business, lead, make_play, happen, drain, now):
    nurturing = {"action": ActionKind.NURTURE, "nurture_days": 30, "text": "No hurry at {organization}"}
    make_play(business, Happening.DIAGNOSIS_COMPLETED, nurturing)
    make_play(business, Happening.STAGE_CHANGED, {**STEP, "title": "Nurtured"}, to_stage="nurture")
    event = happen(lead, Happening.DIAGNOSIS_COMPLETED)

    drain(now)

    receipt = Transition.objects.latest("pk")
    assert (receipt.to_stage, receipt.door, receipt.reason) == ("nurture", "play", "No hurry at Initech")
    lead.refresh_from_db()
    assert str(lead.nurture_until) == "2026-04-01"
    assert NextStep.objects.get().title == "Nurtured"
    assert set(Event.objects.filter(pk__gt=event.pk).values_list("depth", flat=True)) == {1}


def test_a_chain_of_plays_that_goes_on_and_on_is_stopped(business, lead, make_play, happen, drain, now):
    make_play(business, Happening.STAGE_CHANGED, {"action": ActionKind.NURTURE, "nurture_days": 1}, to_stage="inquiry")
    looping = make_play(business, Happening.STAGE_CHANGED, to_stage="nurture")
    event = happen(lead, Happening.STAGE_CHANGED, **{"from": "inquiry", "to": "nurture"})
    Event.objects.filter(pk=event.pk).update(depth=5)

    drain(now)

    run = PlayRun.objects.get(play=looping)
    assert (run.status, run.problem) == (RunStatus.STOPPED, "5 plays led to this event already.")
    assert NextStep.objects.count() == 0


def test_a_flag_is_raised_once(business, lead, make_play, happen, drain, now):
    make_play(business, Happening.DIAGNOSIS_STARTED, {"action": ActionKind.FLAG, "text": "Look at {lead}"})
    happen(lead, Happening.DIAGNOSIS_STARTED)
    happen(lead, Happening.DIAGNOSIS_STARTED)
    drain(now)
    happen(lead, Happening.DIAGNOSIS_STARTED)
    drain(now)

    assert list(Flag.objects.values_list("kind", "reason")) == [("raised", "Look at Initech")]


def test_an_email_goes_to_everybody_of_a_role(business, manager, rep, lead, make_play, happen, drain, now):
    columns = {"action": ActionKind.EMAIL, "addressee": Addressee.ROLE, "role": "manager", "title": "See\nto {lead}"}
    make_play(business, Happening.DIAGNOSIS_STARTED, {**columns, "text": "It waits."})
    happen(lead, Happening.DIAGNOSIS_STARTED)

    drain(now)

    sent = Delivery.objects.get()
    assert (sent.recipient, sent.subject, sent.status) == (manager.membership, "See to Initech", "waiting")
    assert sent.run.play.key == "play_1"


# --- What breaks ---------------------------------------------------------------------------------


@pytest.fixture
def breaking(monkeypatch):
    """Let next steps of a title break in a way that nobody foresaw."""
    broken: set[str] = set()
    act = acting.act

    def maybe(batch, step, play, event, made):
        if step.title in broken:
            raise ZeroDivisionError("It broke.")
        return act(batch, step, play, event, made)

    monkeypatch.setattr(acting, "act", maybe)
    return broken


def test_what_breaks_is_kept_and_holds_back_only_what_came_after_it(
    business, manager, lead, make_lead, make_play, happen, drain, now, breaking
):
    other = make_lead(manager, "Hooli")
    make_play(business, Happening.DIAGNOSIS_STARTED, {**STEP, "title": "Started"})
    make_play(business, Happening.DIAGNOSIS_COMPLETED, {**STEP, "title": "Completed"})
    happen(lead, Happening.DIAGNOSIS_STARTED)
    happen(lead, Happening.DIAGNOSIS_COMPLETED)
    happen(lead, Happening.DIAGNOSIS_STARTED)
    happen(other, Happening.DIAGNOSIS_STARTED)
    breaking.add("Completed")

    drain(now)

    assert list(NextStep.objects.order_by("pk").values_list("lead", "title")) == [
        (lead.pk, "Started"),
        (other.pk, "Started"),
    ]
    failure = EventFailure.objects.get()
    assert (failure.attempts, failure.problem) == (1, "It broke.")
    assert failure.try_again_at == now + timedelta(minutes=1)
    assert failure.solved_at is None

    breaking.clear()
    drain(now + timedelta(minutes=2))

    assert list(NextStep.objects.filter(lead=lead).order_by("pk").values_list("title", flat=True)) == [
        "Started",
        "Completed",
    ]
    assert PlayRun.objects.filter(lead=lead).order_by("pk").last().results == [ALREADY]
    failure.refresh_from_db()
    assert failure.solved_at == now + timedelta(minutes=2)


def test_what_breaks_again_and_again_is_given_up_until_somebody_asks(
    business, manager, lead, make_play, happen, drain, now, breaking
):
    make_play(business, Happening.DIAGNOSIS_STARTED, {**STEP, "title": "Started"})
    happen(lead, Happening.DIAGNOSIS_STARTED)
    happen(lead, Happening.LEAD_CREATED)
    breaking.add("Started")
    later = now
    for _ in range(working_off.ATTEMPTS):
        drain(later)
        later += timedelta(hours=2)

    failure = EventFailure.objects.get()
    assert (failure.attempts, failure.try_again_at, failure.solved_at) == (5, None, None)
    assert not Event.objects.filter(worked_off_at__isnull=True).exists()

    breaking.clear()
    retry_event(failure_id=failure.pk, by=manager, now=later)
    drain(later)

    assert NextStep.objects.count() == 1
    failure.refresh_from_db()
    assert failure.solved_at == later


def test_only_managers_retry_and_only_their_own(business, rep, stranger, lead, happen, now):
    from leads.permissions import NotAllowed
    from leads.selectors import NotFound

    event = happen(lead, Happening.LEAD_CREATED)
    failure = EventFailure.objects.create(business=business, event=event, problem="x", changed_at=now)

    with pytest.raises(NotAllowed):
        retry_event(failure_id=failure.pk, by=rep, now=now)
    with pytest.raises(NotFound):
        retry_event(failure_id=failure.pk, by=stranger, now=now)

    failure.refresh_from_db()
    assert failure.changed_at == now
    assert failure.attempts == 1


def test_a_condition_that_cannot_be_asked_any_more_is_told(business, lead, make_play, happen, drain, now):
    make_play(business, Happening.DIAGNOSIS_STARTED, condition="no_such_thing > 3")
    happen(lead, Happening.DIAGNOSIS_STARTED)

    drain(now)

    run = PlayRun.objects.get()
    assert run.status == RunStatus.REFUSED
    assert run.problem.startswith("Its condition cannot be asked: ")


def test_a_move_and_what_follows_from_it_are_one_story(business, manager, lead, make_play, drain, now):
    make_play(business, Happening.STAGE_CHANGED, to_stage="nurture")
    given = Given(nurture_until=(now + timedelta(days=9)).date())
    move_locked(lead, Stage.NURTURE, given, manager, now)

    drain(now)

    assert NextStep.objects.get().title == "Look into Initech"
