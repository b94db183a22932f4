"""Whatever people try, in whatever order: the receipts of a lead are one way through the table."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leads import services
from leads.domain.errors import DomainError
from leads.domain.level_and_stage import LevelAndStage, compare, places_of, said
from leads.domain.opportunities import OpportunityStatus, status_of
from leads.domain.stages import Level, Stage, is_legal_path
from leads.models import Lead, Opportunity, Role, Stay
from tests.causes import cause
from tests.leads.lifecycle.conftest import asked_of
from tests.leads.lifecycle.test_every_move import history

WORKERS = (Role.MANAGER, Role.SALES, Role.INSIDE_SALES, Role.MARKETING, None)
ACTS = ("move", "move", "move", "convert", "join", "win", "lose", "reopen")
STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.sampled_from([0, 1]), st.sampled_from(Stage), st.sampled_from(WORKERS)),
    min_size=5,
    max_size=30,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_every_history_is_a_legal_path_and_agrees_with_stays_and_opportunities(
    business, lead_at, team, now, two_leads, steps
):
    savepoint = transaction.savepoint()
    for number, (act, which, to, role) in enumerate(steps):
        lead = Lead.objects.get(pk=two_leads[which].pk)
        other = Lead.objects.get(pk=two_leads[1 - which].pk)
        with suppress(DomainError), transaction.atomic():
            perform(business, act, lead, other, to, team[role], now + timedelta(minutes=number))

    for lead in Lead.objects.filter(pk__in=[lead.pk for lead in two_leads]):
        path = history(lead)
        assert is_legal_path(path)
        assert path[-1][1] == lead.stage
        stays = list(Stay.objects.filter(lead=lead, kind="stage"))
        assert [stay.key for stay in stays] == [to for _, to, _ in path]
        assert [stay.ended_at for stay in stays[:-1]] == [stay.began_at for stay in stays[1:]]
        assert stays[-1].ended_at is None
        assert (lead.outcome, lead.nurture_until is not None) == (
            {"customer": "won", "lost": "lost"}.get(lead.stage, ""),
            lead.stage == "nurture",
        )
        if lead.stage in ("opportunity", "customer"):
            assert lead.opportunity is not None
        elif lead.stage != "lost":
            assert lead.opportunity is None
    for opportunity in Opportunity.objects.filter(business=business):
        stages = [Stage(stage) for stage in opportunity.leads.values_list("stage", flat=True)]
        assert opportunity.status == status_of(stages)
        assert (opportunity.closed_at is None) == (opportunity.status == "open")
        assert opportunity.cause is None or opportunity.status == "lost"
    transaction.savepoint_rollback(savepoint)


def perform(business, act, lead, other, to, by, now):
    """Do one thing, with all that it asks for."""
    call = {"by": by, "now": now}
    if act == "move":
        asked = asked_of(business, Stage(lead.stage), to)
        services.move_lead(lead_id=lead.pk, to=to, expected_revision=lead.revision, **asked, **call)
        return
    if act in ("convert", "join"):
        services.convert_lead(
            lead_id=lead.pk,
            expected_revision=lead.revision,
            opportunity_id=other.opportunity_id if act == "join" else None,
            override_reason="They signed",
            **call,
        )
        return
    opportunity = Opportunity.objects.filter(pk=lead.opportunity_id or 0).first()
    call |= {"opportunity_id": lead.opportunity_id, "expected_revision": opportunity.revision if opportunity else 1}
    if act == "win":
        services.win_opportunity(**call)
    elif act == "lose":
        services.lose_opportunity(cause_id=cause(business, "budget"), **call)
    else:
        services.reopen_opportunity(reason="They called", **call)


@pytest.fixture
def two_leads(lead_at, make_lead, manager):
    """Two SQLs of one organization."""
    first = lead_at(Stage.SQL)
    second = lead_at(Stage.SQL)
    Lead.objects.filter(pk=second.pk).update(organization=first.organization)
    return [first, Lead.objects.get(pk=second.pk)]


@pytest.mark.parametrize(
    "steps",
    [
        [],
        [(None, Stage.CUSTOMER, False)],
        [(None, Stage.MQL, True)],
        [(None, Stage.INQUIRY, False), (Stage.INQUIRY, Stage.CUSTOMER, False)],
        [(None, Stage.INQUIRY, False), (Stage.MQL, Stage.SAL, False)],
        [(None, Stage.CUSTOMER, True), (Stage.CUSTOMER, Stage.CUSTOMER, True)],
    ],
)
def test_what_the_table_does_not_say_is_no_path(steps):
    assert not is_legal_path(steps)


def test_an_import_may_bring_and_record_what_was_decided_elsewhere():
    assert is_legal_path([(None, Stage.LOST, True), (Stage.LOST, Stage.CUSTOMER, True)])
    assert is_legal_path([(None, Stage.INQUIRY, False), (Stage.INQUIRY, Stage.CUSTOMER, True)])


# --- What follows from stages --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stages", "status"),
    [
        ([], OpportunityStatus.RETURNED),
        ([Stage.OPPORTUNITY, Stage.CUSTOMER, Stage.LOST], OpportunityStatus.OPEN),
        ([Stage.CUSTOMER, Stage.LOST], OpportunityStatus.WON),
        ([Stage.LOST, Stage.SQL], OpportunityStatus.LOST),
        ([Stage.SQL, Stage.NURTURE], OpportunityStatus.RETURNED),
    ],
)
def test_an_opportunity_stands_as_its_leads_stand(stages, status):
    assert status_of(stages) == status


def test_a_level_is_compared_with_what_the_stage_means():
    assert compare(Level.SQL, Stage.MQL) == LevelAndStage.ABOVE
    assert said(Level.SQL, Stage.MQL) == "Meets the criteria of an SQL; nobody has moved it yet."
    assert compare(Level.MQL, Stage.OPPORTUNITY) == LevelAndStage.BELOW
    assert said(Level.MQL, Stage.OPPORTUNITY) == (
        "Was moved to Opportunity; it does not meet the criteria of an SQL now, or not surely."
    )
    assert compare(Level.MQL, Stage.SAL) == LevelAndStage.SAME
    assert compare(Level.SQL, Stage.NURTURE) == LevelAndStage.NOT_COMPARED


def test_every_level_and_stage_is_in_one_comparison():
    found = [
        (stage, level)
        for comparison in LevelAndStage
        for stage, levels in places_of(comparison).items()
        for level in levels
    ]
    assert sorted(found) == sorted((stage, level) for stage in Stage for level in Level)
