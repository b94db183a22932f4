"""What tests of the playbook build with."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from leads.domain.stages import Stage
from leads.models import Business, Event, Lead, Reason
from leads.tenancy import Viewer
from playbook.domain.happenings import Happening
from playbook.domain.steps import ActionKind, Addressee, StepKind
from playbook.models import NextStep, Play, PlayStep
from playbook.services import steps
from playbook.services.ranking import rank_leads
from playbook.services.working_off import work_off
from tests.assessments.conftest import answer, answers, publish_template, sql_lead, start, template
from tests.crowds import crowd
from tests.leads.conftest import events, refused, viewer

STEP = {"action": ActionKind.NEXT_STEP, "step_kind": StepKind.RESEARCH, "title": "Look into {organization}"}


@pytest.fixture
def without_starter_plays(business) -> None:
    """Leave the business no plays but those that a test writes."""
    PlayStep.objects.filter(business=business).delete()
    Play.objects.filter(business=business).delete()


@pytest.fixture
def make_play(now) -> Callable[..., Play]:
    """Write a play that is on since an hour; its steps are given as the columns of each."""

    def made(business: Business, happening: Happening, *steps: dict[str, Any], **given: Any) -> Play:
        number = Play.objects.filter(business=business, key__startswith="play_").count() + 1
        play = Play.objects.create(
            business=business,
            happening=happening.value,
            **{
                "key": f"play_{number}",
                "name": f"Play {number}",
                "switched_on_at": now - timedelta(hours=1),
                "position": number,
                **given,
            },
        )
        for position, columns in enumerate(steps or (STEP,)):
            addressed = {"addressee": Addressee.OWNER, **columns}
            PlayStep.objects.create(business=business, play=play, position=position, **addressed)
        return play

    return made


@pytest.fixture
def drain() -> Callable[[datetime], int]:
    """Work off all that waits, whatever follows from it too."""

    def drained(now: datetime) -> int:
        total = 0
        while done := work_off(now):
            total += done
        return total

    return drained


@pytest.fixture
def happen(now) -> Callable[..., Event]:
    """Write an event of a lead."""

    def happened(lead: Lead, happening: Happening, **data: Any) -> Event:
        return Event.objects.create(business_id=lead.business_id, lead=lead, kind=happening.value, at=now, data=data)

    return happened


__all__ = [
    "answer",
    "answers",
    "crowd",
    "events",
    "publish_template",
    "refused",
    "sql_lead",
    "start",
    "template",
    "viewer",
]


@pytest.fixture
def lead_in(make_lead, now) -> Callable[..., Lead]:
    """A ranked lead that its maker owns and that has been in a stage for so long."""

    def made(by: Viewer, stage: Stage, name: str = "Initech", days: int = 0, **columns: Any) -> Lead:
        lead = make_lead(by, name, title=name)
        columns = {"owner": by.membership, "stage_since": now - timedelta(days=days)} | columns
        Lead.objects.filter(pk=lead.pk).update(stage=stage.value, **columns)
        rank_leads(by.business, [lead.pk], now)
        return Lead.objects.get(pk=lead.pk)

    return made


@pytest.fixture
def plan(now) -> Callable[..., NextStep]:
    """Plan a step on a lead; with `due` it is moved to that moment afterwards, as if time had gone by."""

    def planned(by: Viewer, lead: Lead, title: str = "Ask", kind: StepKind = StepKind.CALL, **given: Any) -> NextStep:
        due = given.pop("due", None)
        dated = {"due_at", "working_hours", "working_days"} & given.keys()
        given |= {} if dated else {"working_days": 1}
        step = steps.add_step(lead_id=lead.pk, kind=kind, title=title, by=by, now=now, **given)
        if due is not None:
            NextStep.objects.filter(pk=step.pk).update(due_at=due)
            rank_leads(by.business, [lead.pk], now)
            step.refresh_from_db()
        return step

    return planned


@pytest.fixture
def skip_reason() -> Callable[[Viewer], int]:
    def found(by: Viewer) -> int:
        return Reason.objects.filter(business=by.business, kind="step_skipped").order_by("position")[0].pk

    return found
