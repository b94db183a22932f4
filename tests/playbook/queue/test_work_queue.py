"""What now? Promises first, then what moves a diagnosis forward; for its owner, stand-ins and roles."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads import services as lead_services
from leads.domain.stages import Stage
from leads.models import Lead, Role
from leads.services.absences import set_absence
from playbook.domain.steps import StepKind
from playbook.models import NextStep, QueuePlace
from playbook.services import steps
from playbook.services.queue import cursor_of, whose_queue, work_queue
from playbook.services.queue_reasons import explained
from playbook.services.ranking import rank_leads
from tests.causes import cause


@pytest.fixture
def queue(now):
    """Return kind, title of the lead and reason of every item of somebody's queue."""

    def read(by, member=None, at=now):
        whose = whose_queue(by=by, now=at, member_id=member)
        items, more = work_queue(whose, 100)
        assert not more
        assert whose.places.count() == len(items)
        titles = dict(Lead.objects.values_list("pk", "title"))
        return [(work.kind.value, titles[work.item.lead_id], work.reason) for work in explained(whose, items)]

    return read


@pytest.fixture
def colleague(business, join):
    return join(business, Role.SALES, "colleague@acme.example")


def titles(found):
    return [title for _, title, _ in found]


def test_promises_come_first_longest_overdue_first(rep, lead_in, plan, queue, now):
    idle, today, late = (lead_in(rep, Stage.SQL, name) for name in ("Idle", "Today", "Late"))
    plan(rep, today, "Write", kind=StepKind.EMAIL, due=now + timedelta(hours=5))
    plan(rep, late, "Ask for the third urgency answer.", due=now - timedelta(days=4))
    plan(rep, idle, "Later", working_days=1)

    assert queue(rep) == [
        ("promise", "Late", "You promised a call two working days ago: “Ask for the third urgency answer.”."),
        ("promise", "Today", "You promised an e-mail for today at 15:30: “Write”."),
        (
            "start_diagnosis",
            "Idle",
            "Its diagnosis is not begun: all four questions of the verdict are open. The next step is planned for "
            "3 Mar 2026.",
        ),
    ]


def test_a_lead_comes_once_at_its_longest_overdue_promise(rep, lead_in, plan, queue, now):
    lead = lead_in(rep, Stage.SQL, "Late")
    plan(rep, lead, "Second", due=now - timedelta(days=1))
    plan(rep, lead, "First", due=now - timedelta(days=3))

    assert [reason[-9:].strip() for _, _, reason in queue(rep)] == ["“First”."]


def test_a_snoozed_promise_is_not_due_until_then(rep, lead_in, plan, queue, now):
    step = plan(rep, lead_in(rep, Stage.SQL, "Late"), due=now - timedelta(days=3))

    steps.snooze_step(step_id=step.pk, until=now + timedelta(days=1), expected_revision=1, by=rep, now=now)

    assert [kind for kind, _, _ in queue(rep)] == ["start_diagnosis"]
    assert [kind for kind, _, _ in queue(rep, at=now + timedelta(days=1))] == ["promise"]


def test_a_diagnosis_says_which_question_is_next(rep, start, answer, queue, now):
    diagnosis = start(rep)
    Lead.objects.update(owner=rep.membership, title="Initech")
    rank_leads(rep.business, [diagnosis.lead_id], now)

    answer(diagnosis, rep, severity=Decimal(8))

    assert queue(rep) == [
        (
            "diagnose",
            "Initech",
            "All four questions of the verdict are open; the next question to ask: “How urgent is it for you?”. "
            "No next step is planned.",
        )
    ]


def test_answering_ranks_the_lead_as_ranking_it_anew_does(rep, start, answer, answers, now):
    diagnosis = start(rep)
    Lead.objects.update(owner=rep.membership)
    rank_leads(rep.business, [diagnosis.lead_id], now)
    begun = QueuePlace.objects.values().get()

    answer(diagnosis, rep, **{key: value for key, value in answers.items() if key != "fitting"})
    after = QueuePlace.objects.values().get()
    rank_leads(rep.business, [diagnosis.lead_id], now)

    assert QueuePlace.objects.values().get() == after
    assert after["rank"] != begun["rank"]


def test_answering_costs_one_statement_more_for_its_place(rep, start, answer, now):
    diagnosis = start(rep)

    with CaptureQueriesContext(connection) as captured:
        answer(diagnosis, rep, severity=Decimal(8))

    assert sum("playbook_" in query["sql"] for query in captured) == 1


def test_nobody_in_sales_is_told_to_call_an_mql(rep, lead_in, queue):
    for stage in (Stage.INQUIRY, Stage.MQL, Stage.NURTURE):
        lead_in(rep, stage, stage.value, days=30)

    assert queue(rep) == []


@pytest.mark.parametrize("role", [Role.MARKETING, Role.INSIDE_SALES])
def test_mqls_are_nurtured_by_marketing_and_inside_sales(business, join, lead_in, queue, now, role):
    by = join(business, role)
    lead_in(by, Stage.MQL, "MQL", days=11)
    lead_in(by, Stage.NURTURE, "Later", owner=None, nurture_until=now.date() + timedelta(days=1))
    lead_in(by, Stage.NURTURE, "Now", owner=None, nurture_until=now.date())

    assert queue(by) == [
        ("nurture", "MQL", "In MQL since 19 Feb 2026: nurture it, no sales call."),
        ("nurture", "Now", "The day to look again was set to 2 Mar 2026: nurture it, no sales call."),
    ]


def test_who_asks_for_a_conversation_comes_before_every_diagnosis(business, join, lead_in, queue, now):
    inside = join(business, Role.INSIDE_SALES)
    lead_in(inside, Stage.SQL, "SQL")
    lead_in(inside, Stage.SAL, "SAL", days=3)
    lead_in(inside, Stage.MQL, "MQL", owner=None, wants_conversation_at=now - timedelta(days=1))

    assert queue(inside) == [
        ("first_response", "SAL", "Accepted one working day ago, and still waits for a first response."),
        ("conversation", "MQL", "They asked for a conversation one working day ago; nobody took it up."),
        (
            "start_diagnosis",
            "SQL",
            "Its diagnosis is not begun: all four questions of the verdict are open. No next step is planned.",
        ),
    ]


def test_a_promise_to_an_mql_is_nurture(business, join, lead_in, plan, queue, now):
    marketing = join(business, Role.MARKETING)
    plan(marketing, lead_in(marketing, Stage.MQL, "MQL"), kind=StepKind.NURTURE, due=now)

    assert queue(marketing) == [("nurture", "MQL", "You promised a nurture step for today at 10:30: “Ask”.")]


def test_what_a_role_may_take_is_in_the_queue_of_each_of_the_role(rep, colleague, manager, lead_in, plan, queue, now):
    plan(rep, lead_in(rep, Stage.SQL, "SQL", owner=None), role=Role.SALES, due=now)

    said = [("promise", "SQL", "Somebody of sales promised a call for today at 10:30: “Ask”.")]
    assert (queue(rep), queue(colleague), queue(manager)) == (said, said, [])


def test_a_stand_in_sees_the_work_of_who_is_away(manager, rep, colleague, lead_in, plan, queue, now):
    plan(rep, lead_in(rep, Stage.SQL, "Late"), due=now - timedelta(days=3))
    lead_in(rep, Stage.SQL, "Idle")
    lead_in(colleague, Stage.SQL, "Own")
    set_absence(member_id=rep.membership.pk, stand_in_id=colleague.membership.pk, starts_at=now, by=manager, now=now)

    assert titles(queue(colleague)) == ["Late", "Idle", "Own"]
    assert queue(colleague)[0][2] == "sales promised a call on 27 Feb 2026: “Ask”.".replace(
        "on 27 Feb 2026", "one working day ago"
    )
    assert titles(queue(rep)) == ["Late", "Idle"]


def test_a_manager_may_read_a_members_queue_and_nobody_else(manager, rep, colleague, lead_in, queue, refused):
    lead_in(rep, Stage.SQL, "SQL")

    assert titles(queue(manager, rep.membership.pk)) == ["SQL"]
    assert titles(queue(rep, rep.membership.pk)) == ["SQL"]
    with refused("not_allowed"):
        queue(colleague, rep.membership.pk)


def test_a_strangers_member_is_not_there(stranger, rep, queue, refused):
    with refused("not_found", "member"):
        queue(stranger, rep.membership.pk)


def test_what_a_verdict_advises_is_to_be_done(rep, start, answer, answers, lead_in, queue, now):
    from assessments import services as diagnosing

    diagnosis = answer(start(rep), rep, **answers)
    Lead.objects.update(owner=rep.membership, title="Initech")
    diagnosing.complete_diagnosis(diagnosis_id=diagnosis.pk, expected_revision=diagnosis.revision, by=rep, now=now)

    ((kind, _, reason),) = queue(rep)
    assert kind in ("verdict", "diagnose")
    assert reason.startswith("Its diagnosis is completed and advises to ")


def test_a_closed_lead_leaves_the_queue(rep, lead_in, plan, queue, now):
    lead = lead_in(rep, Stage.SQL)
    plan(rep, lead, due=now)

    lead_services.move_lead(
        lead_id=lead.pk,
        to=Stage.DISQUALIFIED,
        cause_id=cause(rep.business),
        reason="No.",
        expected_revision=lead.revision,
        by=rep,
        now=now,
    )

    assert queue(rep) == []
    assert not QueuePlace.objects.exists()


def test_every_page_goes_on_where_the_last_one_ended(business, join, rep, colleague, manager, lead_in, plan, now):
    set_absence(member_id=colleague.membership.pk, stand_in_id=rep.membership.pk, starts_at=now, by=manager, now=now)
    for number in range(12):
        by = (rep, colleague)[number % 2]
        lead = lead_in(by, Stage.SQL, str(number))
        if number % 3 == 0:
            plan(by, lead, due=now - timedelta(days=number // 4))
        if number % 4 == 0:
            plan(by, lead, due=now - timedelta(days=1), role=Role.SALES)
    whose = whose_queue(by=rep, now=now)
    whole, _ = work_queue(whose, 100)

    paged, after, more = [], None, True
    while more:
        items, more = work_queue(whose, 1, after)
        paged += items
        after = cursor_of(items[-1].place)

    assert paged == whole
    assert len({item.lead_id for item in whole}) == 12


@pytest.mark.parametrize("cursor", ["", "x", "ZHVlIDIwMjYtMDMtMDIgMQ==", "cmFuayAtMSAx", "ZHVlIDEgMQ=="])
def test_what_is_no_cursor_is_refused(rep, now, cursor, refused):
    with refused("cursor_refused", "after"):
        work_queue(whose_queue(by=rep, now=now), 1, cursor)


def test_ranking_again_changes_nothing_and_many_cost_as_much_as_one(rep, lead_in, plan, now):
    leads = [lead_in(rep, Stage.SQL, str(number)) for number in range(30)]
    plan(rep, leads[0])

    def cost(ids):
        QueuePlace.objects.all().delete()
        with CaptureQueriesContext(connection) as captured:
            rank_leads(rep.business, ids, now)
        return len(captured)

    assert cost([leads[0].pk]) == cost([lead.pk for lead in leads])
    before = list(QueuePlace.objects.values())
    rank_leads(rep.business, [lead.pk for lead in leads], now)
    assert list(QueuePlace.objects.values()) == before


def test_a_step_whose_place_is_missing_is_shown_all_the_same(rep, lead_in, plan, now):
    plan(rep, lead_in(rep, Stage.SQL), due=now)
    QueuePlace.objects.all().delete()
    whose = whose_queue(by=rep, now=now)

    (work,) = explained(whose, work_queue(whose, 1)[0])

    assert (work.kind.value, NextStep.objects.get().pk) == ("promise", work.item.step_id)
