"""Plays in the admin: written without JSON, tried, switched, and what became of them."""

import pytest
from django.urls import reverse

from leads.models import User
from playbook.domain.happenings import Happening
from playbook.domain.steps import ActionKind
from playbook.models import EventFailure, Play, PlayRun
from playbook.services import acting
from tests.leads.admin.browser import Desk, read, sign_in, told, typed_in

pytestmark = pytest.mark.usefixtures("without_starter_plays")
GIVEN = {"name": "Look", "happening": "lead_created", "days": "0"}


@pytest.fixture
def at_work(manager) -> Desk:
    User.objects.filter(pk=manager.membership.user.pk).update(is_staff=True)
    manager.membership.user.is_staff = True
    return Desk(sign_in(manager.membership.user), manager)


def steps(*written):
    """Return what a browser sends of the steps of a new play."""
    empty = {"addressee": "owner", "due_in": "1", "due_unit": "working_days"}
    sent = {"steps-TOTAL_FORMS": str(len(written)), "steps-INITIAL_FORMS": "0"}
    for place, step in enumerate(written):
        sent |= {f"steps-{place}-{name}": value for name, value in (empty | step).items()}
    return sent


STEP = {"action": "next_step", "step_kind": "research", "title": "Look into {organization}"}


@pytest.fixture
def kept(at_work) -> Play:
    answer = at_work.post(at_work.page(Play, "add"), GIVEN | steps(STEP))
    assert answer.status_code == 302, read(answer)
    return Play.objects.get()


def test_a_play_is_written_with_its_steps_in_their_order(at_work):
    later = STEP | {"title": "Later", "position": "2"}
    first = STEP | {"title": "First", "position": "1"}
    at_work.post(at_work.page(Play, "add"), GIVEN | {"condition": "open_steps == 0"} | steps(later, first))

    play = Play.objects.get()
    assert (play.key, play.condition, play.switched_on_at) == ("look", "open_steps == 0", None)
    assert [step.title for step in play.steps.all()] == ["First", "Later"]


def test_what_does_not_count_for_what_it_waits_for_is_left_out(at_work):
    hidden = {"to_stage": "sql", "attribute": "nurture_until", "days": "5"}
    at_work.post(at_work.page(Play, "add"), GIVEN | hidden | steps(STEP))

    play = Play.objects.get()
    assert (play.to_stage, play.attribute, play.days) == ("", "", 0)


def test_what_is_wrong_is_said_beside_its_field(at_work):
    wrong = STEP | {"title": "Call {nobody}", "step_kind": ""}
    page = at_work.post(
        at_work.page(Play, "add"), GIVEN | {"condition": "employes >"} | steps(STEP | {"title": "Well"}, wrong)
    )

    assert set(page.context["adminform"].form.errors) == {"condition"}
    [inline] = page.context["inline_admin_formsets"]
    assert [set(form.errors) for form in inline.formset.forms] == [set(), {"step_kind", "title"}]
    assert not Play.objects.exists()


def test_without_a_step_it_is_said_above_the_form(at_work):
    page = at_work.post(at_work.page(Play, "add"), GIVEN | steps())

    assert "Add at least one step" in read(page)
    assert not Play.objects.exists()


def test_a_play_is_changed_as_it_is_shown_and_not_over_somebody_elses_change(at_work, kept):
    shown = typed_in(at_work.get(at_work.page(kept)))
    assert at_work.post(at_work.page(kept), shown | {"name": "Look closer"}).status_code == 302
    kept.refresh_from_db()
    assert (kept.name, kept.revision, kept.steps.get().title) == ("Look closer", 2, STEP["title"])

    page = at_work.post(at_work.page(kept), shown | {"name": "Again"})
    assert "Somebody changed this play meanwhile" in read(page)
    kept.refresh_from_db()
    assert kept.name == "Look closer"


def test_a_play_is_switched_copied_and_archived(at_work, kept):
    at_work.act(kept, "switch_on", revision=1)
    kept.refresh_from_db()
    assert kept.switched_on_at is not None
    assert "It is on since" in read(at_work.get(at_work.page(kept)))
    assert "Somebody changed" in told(at_work.act(kept, "switch_off", revision=1))[0]
    at_work.act(kept, "switch_off", revision=2)
    at_work.act(kept, "copy")
    at_work.act(kept, "archive", revision=3)
    kept.refresh_from_db()
    assert (kept.switched_on_at, kept.archived_at is not None) == (None, True)
    assert Play.objects.filter(name="Copy of Look").exists()
    page = at_work.get(at_work.page(kept))
    assert "It is archived, and cannot be changed until it is used again." in read(page)
    assert not page.context["has_change_permission"]
    assert not page.context["has_editable_inline_admin_formsets"]
    assert at_work.post(at_work.page(kept), {"name": "Mine"}).status_code == 403
    at_work.act(kept, "archive", revision=4)
    assert at_work.get(at_work.page(kept)).context["has_change_permission"]


def test_a_condition_is_checked_while_it_is_typed(at_work):
    check = reverse("admin:playbook_play_check")

    assert at_work.post(check, text="lead_score > 3").json()["ok"]
    wrong = at_work.post(check, text="lead_scor > 3").json()
    assert (wrong["ok"], wrong["suggestion"]) == (False, "lead_score")


def test_a_trial_is_told_in_words(at_work, kept, publish, business, make_lead, manager):
    publish(business)
    make_lead(manager, "Initech")

    page = read(at_work.get(at_work.page(kept, "trial"), days="365"))
    assert "would have created" in page
    assert "in the last 365 days" in page
    assert "Choose from 1 to 365 days." in read(at_work.get(at_work.page(kept, "trial"), days="x"))


def test_runs_are_told_in_words_and_failures_tried_again(
    at_work, publish, business, make_lead, manager, make_play, happen, drain, now, monkeypatch
):
    publish(business)
    lead = make_lead(manager, "Initech")
    drain(now)
    make_play(business, Happening.DIAGNOSIS_STARTED, {"action": ActionKind.FLAG, "text": "Look."})
    happen(lead, Happening.DIAGNOSIS_STARTED)
    monkeypatch.setattr(acting, "_flag", lambda *given: 1 / 0)
    drain(now)
    monkeypatch.undo()

    failures = at_work.page(EventFailure, "changelist")
    failure = EventFailure.objects.get()
    assert "division by zero" in read(at_work.get(failures))
    assert "division by zero" in read(at_work.get(at_work.page(failure)))
    at_work.post(failures, action="try_again", _selected_action=[str(failure.pk)])
    failure.refresh_from_db()
    assert failure.attempts == 0
    drain(failure.try_again_at)
    run = PlayRun.objects.get()
    assert "A flag was raised." in read(at_work.get(at_work.page(PlayRun, "changelist")))
    assert "A flag was raised." in read(at_work.get(at_work.page(run)))
