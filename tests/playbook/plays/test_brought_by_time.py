"""What time brings about is written once, however often and however late it is looked for."""

from datetime import timedelta

import pytest

from leads.models import Attribute, Event, Lead
from leads.services import record_evidence
from playbook.domain.happenings import Happening
from playbook.domain.steps import StepKind
from playbook.services.brought_by_time import bring_about, note_overdue_steps

LATER = timedelta(hours=1)


@pytest.fixture
def lead(manager, publish, business, make_lead, now, drain):
    publish(business)
    made = make_lead(manager, "Initech")
    drain(now)
    return made


def written(happening):
    return Event.objects.filter(kind=happening.value).count()


def look_thrice(look, at):
    """Look twice at a moment and again an hour late; return what each wrote."""
    return [look(at), look(at), look(at + LATER)]


def test_a_reached_date_is_told_once(business, lead, make_play, now):
    make_play(business, Happening.DATE_REACHED, attribute="nurture_until", days=1)
    Lead.objects.filter(pk=lead.pk).update(stage="nurture", nurture_until=now.date())

    assert bring_about(now) == 0
    assert look_thrice(bring_about, now + timedelta(days=1)) == [1, 0, 0]
    assert bring_about(now + timedelta(days=2)) == 0
    assert written(Happening.DATE_REACHED) == 1


def test_evidence_that_went_stale_is_told_once_for_each_recording(business, manager, lead, make_play, now):
    Attribute.objects.filter(business=business, key="has_pain").update(freshness_days=10)
    make_play(business, Happening.EVIDENCE_STALE, attribute="has_pain")
    record_evidence(lead_id=lead.pk, values={"has_pain": True}, by=manager, now=now)

    assert bring_about(now + timedelta(days=9)) == 0
    assert look_thrice(bring_about, now + timedelta(days=10)) == [1, 0, 0]
    record_evidence(lead_id=lead.pk, values={"has_pain": True}, by=manager, now=now + timedelta(days=11))
    assert look_thrice(bring_about, now + timedelta(days=21)) == [1, 0, 0]
    assert written(Happening.EVIDENCE_STALE) == 2


def test_that_nothing_happened_is_told_once_for_each_silence(business, lead, make_play, now):
    make_play(business, Happening.NOTHING_HAPPENED, days=2)

    assert bring_about(now + timedelta(days=1)) == 0
    assert look_thrice(bring_about, now + timedelta(days=2)) == [1, 0, 0]
    assert written(Happening.NOTHING_HAPPENED) == 1


def test_an_overdue_step_is_told_once(manager, lead, plan, now):
    step = plan(manager, lead, kind=StepKind.EMAIL, due=now + timedelta(hours=1))

    assert note_overdue_steps(now) == 0
    assert look_thrice(note_overdue_steps, now + timedelta(hours=2)) == [1, 0, 0]
    step.refresh_from_db()
    assert step.overdue_at == now + timedelta(hours=2)
    assert written(Happening.STEP_OVERDUE) == 1
