"""Next steps in the admin."""

from datetime import timedelta

import pytest
from django.utils import timezone

from leads.domain.stages import Stage
from leads.models import Event, Lead, Role, User
from playbook.domain.happenings import Happening
from playbook.domain.steps import StepKind
from playbook.models import NextStep
from tests.leads.admin.browser import Desk, read, sign_in, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    """The admin asks the clock."""
    return timezone.now()


@pytest.fixture
def at_work(manager) -> Desk:
    User.objects.filter(pk=manager.membership.user.pk).update(is_staff=True)
    manager.membership.user.is_staff = True
    return Desk(sign_in(manager.membership.user), manager)


@pytest.fixture
def lead(lead_in, manager) -> Lead:
    return lead_in(manager, Stage.SQL)


@pytest.fixture
def steps_of(at_work):
    def found(**query):
        page = at_work.get(at_work.page(NextStep, "changelist"), **query)
        assert page.status_code == 200
        return [step.title for step in page.context["cl"].result_list]

    return found


def test_the_list_shows_what_is_due_first_and_is_filtered(at_work, lead, plan, manager, join, business, now, steps_of):
    sales = join(business, Role.SALES, "sam@example.com")
    plan(manager, lead, "Later", StepKind.EMAIL, working_days=3)
    plan(manager, lead, "Late", due=now - timedelta(hours=2))
    snoozed = plan(manager, lead, "Asleep", due=now - timedelta(hours=1))
    NextStep.objects.filter(pk=snoozed.pk).update(snoozed_until=now + timedelta(days=1))
    plan(manager, lead, "Theirs", working_days=2, assigned_to_id=sales.membership.pk)
    plan(manager, lead, "Anybody's", working_days=4, role=Role.SALES)

    assert steps_of() == ["Late", "Asleep", "Theirs", "Later", "Anybody's"]
    assert steps_of(overdue="yes") == ["Late"]
    assert steps_of(kind__exact="email") == ["Later"]
    assert steps_of(status__exact="done") == []
    assert steps_of(whose="mine") == ["Late", "Asleep", "Later"]
    assert steps_of(whose="role:sales") == ["Anybody's"]
    assert steps_of(whose=f"member:{sales.membership.pk}") == ["Theirs"]
    assert steps_of(whose="member:x") == []
    shown = read(at_work.get(at_work.page(NextStep, "changelist")))
    assert shown.count("Overdue") - shown.count("Overdue, not snoozed") >= 1
    assert "snoozed until" in shown


def test_a_step_is_shown_with_its_talk_track_and_done(at_work, lead, plan, manager):
    step = plan(manager, lead, talk_track="Ask for the cost.\nThen listen.")

    assert "Ask for the cost. Then listen." in read(at_work.get(at_work.page(step)))
    at_work.act(step, "complete", revision=1, outcome="They agreed.")

    step.refresh_from_db()
    assert (step.status, step.outcome, step.closed_by) == ("done", "They agreed.", manager.membership)
    assert Event.objects.filter(kind=Happening.STEP_DONE).count() == 1
    page = at_work.get(at_work.page(step))
    assert page.context["forms"] == {}
    assert "They agreed." in read(page)


def test_a_step_is_skipped_for_a_reason(at_work, lead, plan, manager, skip_reason):
    step = plan(manager, lead)

    refused = at_work.act(step, "skip", revision=1)
    assert refused.context["forms"]["skip"].errors == {"reason": ["This field is required."]}
    at_work.act(step, "skip", revision=1, reason=skip_reason(manager), outcome="On leave.")

    step.refresh_from_db()
    assert (step.status, step.reason_id, step.outcome) == ("skipped", skip_reason(manager), "On leave.")


def test_a_step_is_snoozed_but_not_into_the_past(at_work, lead, plan, manager, now):
    step = plan(manager, lead)

    refused = at_work.act(step, "snooze", revision=1, until="2020-01-01T09:00")
    assert refused.context["forms"]["snooze"].errors == {"until": ["That moment has passed. Give one that lies ahead."]}
    until = timezone.localtime(now + timedelta(days=2), manager.business.zone)
    at_work.act(step, "snooze", revision=1, until=f"{until:%Y-%m-%dT%H:%M}")

    step.refresh_from_db()
    assert step.snoozed_until == until.replace(second=0, microsecond=0)


def test_a_step_is_changed(at_work, lead, plan, manager):
    step = plan(manager, lead)
    due = step.due_at

    at_work.act(step, "change_step", revision=1, kind="email", title_given="Write", talk_track="Short.")
    step.refresh_from_db()
    assert (step.kind, step.title, step.talk_track, step.due_at) == ("email", "Write", "Short.", due)

    at_work.act(step, "change_step", revision=2, kind="email", title_given="Write", talk_track="", working_days="5")
    step.refresh_from_db()
    assert step.due_at > due

    refused = at_work.act(step, "change_step", revision=2, kind="email", title_given="Mine", talk_track="")
    assert "Somebody changed this step meanwhile" in read(refused)
    step.refresh_from_db()
    assert step.title == "Write"


def test_a_step_is_given_to_a_member_and_to_a_role(at_work, lead, plan, manager, join, business):
    sales = join(business, Role.SALES, "sam@example.com")
    step = plan(manager, lead)

    at_work.act(step, "reassign", to=f"member:{sales.membership.pk}")
    step.refresh_from_db()
    assert step.assigned_to == sales.membership

    at_work.act(step, "reassign", to="role:inside_sales")
    step.refresh_from_db()
    assert (step.assigned_to, step.role) == (None, "inside_sales")


def test_many_steps_are_reassigned_together_or_not_at_all(at_work, lead, plan, manager, join, business):
    sales = join(business, Role.SALES, "sam@example.com")
    first, second, third = (plan(manager, lead, title) for title in ("One", "Two", "Three"))
    chosen = {"action": "reassign_chosen", "_selected_action": [first.pk, second.pk]}
    lists = at_work.page(NextStep, "changelist")

    page = at_work.post(lists, chosen)
    assert "Reassign 2 steps" in read(page)
    assert "Three" not in read(page)

    at_work.act(second, "complete", revision=1)
    refused = at_work.post(lists, chosen, to=f"member:{sales.membership.pk}")
    assert "None was given away" in read(refused)
    assert "This step is done already. Add another one instead." in read(refused)
    first.refresh_from_db()
    assert first.assigned_to == manager.membership

    chosen["_selected_action"] = [first.pk, third.pk]
    done = at_work.post(lists, chosen, to=f"member:{sales.membership.pk}")
    assert "2 steps given to" in told(done)[0]
    assert set(NextStep.objects.filter(assigned_to=sales.membership)) == {first, third}


def test_a_step_is_planned_on_the_page_of_a_lead(at_work, lead, manager):
    page = at_work.act(lead, "plan", kind="call", title_given="Ring them", talk_track="Listen.")
    assert "A next step needs a date" in read(page)
    assert not NextStep.objects.exists()

    at_work.act(lead, "plan", kind="call", title_given="Ring them", talk_track="Listen.", working_days="1")

    step = NextStep.objects.get()
    assert (step.title, step.assigned_to, step.door) == ("Ring them", manager.membership, "admin")
    tables = {table.title: table for table in at_work.get(at_work.page(lead)).context["tables"]}
    assert "Ring them" in str(tables["Next steps"].rows[0][0])


def test_a_lead_that_is_nurtured_is_not_offered_a_call(at_work, lead_in, manager):
    lead = lead_in(manager, Stage.NURTURE)
    kinds = [kind for kind, _ in at_work.get(at_work.page(lead)).context["forms"]["plan"].fields["kind"].choices]
    assert kinds == ["email", "research", "nurture", "other"]


def test_a_closed_lead_is_planned_nothing(at_work, lead_in, manager):
    assert "plan" not in at_work.get(at_work.page(lead_in(manager, Stage.LOST))).context["forms"]


def test_leads_without_a_next_step_have_a_list_of_their_own(at_work, lead_in, plan, manager):
    bare, planned = lead_in(manager, Stage.SQL, "Bare"), lead_in(manager, Stage.SQL, "Planned")
    lead_in(manager, Stage.MQL, "Not yet")
    plan(manager, planned)

    page = at_work.get(at_work.page(Lead, "changelist"), next_step="none")

    assert list(page.context["cl"].result_list) == [bare]
    assert f"{at_work.page(Lead, 'changelist')}?next_step=none" in page.content.decode()
