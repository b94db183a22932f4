"""Accepting, rejecting and withdrawing: by whom, and what becomes of the lead."""

from datetime import timedelta

import pytest

from leads import services as leads
from leads.domain.stages import Stage
from leads.models import Event, Lead, Role, Transition
from leads.permissions import NotAllowed
from leads.selectors import NotFound, StaleRevision
from leads.services.absences import set_absence
from leads.services.reasons import ReasonArchived, archive_reason
from playbook import services
from playbook.models import HandOff, HandOffRule
from playbook.services.hand_offs import (
    HandOffAnswered,
    HandOffRefused,
    NotReadyToBuy,
    RejectionUnexplained,
)
from tests.causes import cause


@pytest.fixture
def accept(now):
    def accepted(hand_off, by, **given):
        asked = {"hand_off_id": hand_off.pk, "expected_revision": 1, "by": by, "now": now}
        return services.accept_hand_off(**(asked | given))

    return accepted


@pytest.fixture
def reject(now, business):
    def rejected(hand_off, by, key="no_time", **given):
        asked = {"hand_off_id": hand_off.pk, "expected_revision": 1, "by": by, "now": now}
        return services.reject_hand_off(**(asked | {"reason_id": cause(business, key)} | given))

    return rejected


@pytest.fixture
def withdraw(now):
    def withdrawn(hand_off, by, **given):
        asked = {"hand_off_id": hand_off.pk, "expected_revision": 1, "by": by, "now": now}
        return services.withdraw_hand_off(**(asked | given))

    return withdrawn


def everything():
    """Return all rows that an answer may change."""
    return [list(model.objects.order_by("pk").values()) for model in (Lead, HandOff, Event, Transition, HandOffRule)]


def test_accepting_an_mql_makes_it_a_sal_of_who_accepts(offer, accept, mql, inside, now):
    accepted = accept(offer(mql), inside)

    lead = Lead.objects.get(pk=mql.pk)
    assert (lead.stage, lead.owner, lead.revision) == ("sal", inside.membership, mql.revision + 1)
    assert (accepted.status, accepted.decided_at, accepted.decided_by) == ("accepted", now, inside.membership)
    assert accepted.revision == 2
    receipt = Transition.objects.filter(lead=mql).latest("pk")
    assert (receipt.from_stage, receipt.to_stage, receipt.author) == ("mql", "sal", inside.membership)
    kinds = list(Event.objects.filter(lead=mql).order_by("pk").values_list("kind", flat=True))
    assert kinds[-3:] == ["hand_off_offered", "stage_changed", "hand_off_accepted"]
    accepted.refresh_from_db()
    assert accepted.status == "accepted"


def test_accepting_an_sql_changes_its_owner_and_not_its_stage(offer, accept, sql, rep):
    receipts = Transition.objects.count()

    accept(offer(sql), rep)

    lead = Lead.objects.get(pk=sql.pk)
    assert (lead.stage, lead.owner, lead.revision) == ("sql", rep.membership, sql.revision + 1)
    assert Transition.objects.count() == receipts
    event = Event.objects.filter(lead=sql).latest("pk")
    assert (event.kind, event.data["kind"]) == ("hand_off_accepted", "to_sales")


def test_who_is_slower_is_told_who_was_faster(offer, accept, reject, withdraw, sql, rep, manager):
    offered = offer(sql)
    accept(offered, rep)
    before = everything()

    for answer in (accept, reject, withdraw):
        with pytest.raises(HandOffAnswered) as refused:
            answer(offered, manager)
        assert refused.value.message == "sales was faster: this hand-off is accepted since 2026-03-02 10:30."
    assert everything() == before


def test_an_answer_to_what_was_changed_meanwhile_is_refused(offer, accept, reject, withdraw, sql, rep, manager):
    offered = offer(sql, rep)
    before = everything()

    for answer, by in ((accept, rep), (reject, rep), (withdraw, manager)):
        with pytest.raises(StaleRevision, match="it is at revision 1, you expected 7"):
            answer(offered, by, expected_revision=7)
    assert everything() == before


def test_a_lead_that_was_moved_behind_everybodys_back_is_not_accepted(offer, accept, sql, rep):
    offered = offer(sql)
    Lead.objects.filter(pk=sql.pk).update(stage="lost")
    before = everything()

    with pytest.raises(HandOffRefused, match="The lead moved on to Lost since it was offered"):
        accept(offered, rep)
    assert everything() == before


@pytest.mark.parametrize("answer", ["accept", "reject"])
@pytest.mark.parametrize("way", ["named", "pool"])
@pytest.mark.parametrize("stage", [Stage.MQL, Stage.SQL])
@pytest.mark.parametrize("role", [*Role, None])
def test_who_is_asked_or_manages_may_answer(request, offer, lead_at, team, now, answer, way, stage, role):
    answering = request.getfixturevalue(answer)
    asked = Role.SALES if stage == Stage.SQL else Role.INSIDE_SALES
    if way == "pool":
        HandOffRule.objects.update(archived_at=now)
    offered = offer(lead_at(stage), team[asked] if way == "named" else None)
    assert (offered.offered_to is None) == (way == "pool")
    before = everything()

    if role in (asked, Role.MANAGER):
        assert answering(offered, team[role]).decided_by == team[role].membership
        return
    with pytest.raises(NotAllowed):
        answering(offered, team[role])
    assert everything() == before


@pytest.mark.parametrize("answer", ["accept", "reject"])
def test_who_stands_in_may_answer_only_while_they_do(request, offer, sql, rep, join, business, manager, now, answer):
    answering = request.getfixturevalue(answer)
    other = join(business, Role.SALES, "other@acme.example")
    offered = offer(sql, rep)
    with pytest.raises(NotAllowed) as refused:
        answering(offered, other)
    assert refused.value.message == (
        "This lead is offered to sales. Only they, who stands in for them, or a manager can answer."
    )

    away = {"member_id": rep.membership.pk, "stand_in_id": other.membership.pk}
    set_absence(by=manager, now=now, starts_at=now - timedelta(hours=1), **away)

    assert answering(offered, other).decided_by == other.membership


def test_a_hand_off_of_another_business_is_not_there(offer, accept, reject, withdraw, sql, stranger, rep):
    offered = offer(sql)
    before = everything()

    for answer in (accept, reject, withdraw):
        with pytest.raises(NotFound, match="There is no such hand-off"):
            answer(offered, stranger)
    assert everything() == before


# --- Rejecting -----------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", [Stage.MQL, Stage.SQL])
def test_a_rejection_has_a_reason_and_returns_the_lead_as_it_was(offer, reject, lead_at, team, business, stage):
    lead = lead_at(stage, owner_id=team[Role.MARKETING].membership.pk)
    by = team[Role.SALES if stage == Stage.SQL else Role.INSIDE_SALES]
    before = Lead.objects.filter(pk=lead.pk).values().get()

    rejected = reject(offer(lead), by, "wrong_contact_data", note=" Nobody answers. ")

    assert (rejected.status, rejected.reason.key) == ("rejected", "wrong_contact_data")
    assert (rejected.decision_note, rejected.revision) == ("Nobody answers.", 2)
    assert Lead.objects.filter(pk=lead.pk).values().get() == before
    event = Event.objects.filter(lead=lead).latest("pk")
    assert event.kind == "hand_off_rejected"
    assert event.data == {"hand_off": rejected.pk, "kind": rejected.kind, "reason": "wrong_contact_data"}


def test_a_rejection_without_a_reason_of_the_right_list_changes_nothing(
    offer, reject, sql, rep, manager, business, stranger, now
):
    offered = offer(sql)
    archive_reason(reason_id=cause(business, "criteria_not_met"), archived=True, by=manager, now=now)
    before = everything()

    refused = {
        None: (RejectionUnexplained, "Choose why you reject this lead."),
        cause(business, "budget"): (RejectionUnexplained, "“Budget” is no reason to reject a hand-off"),
        cause(business, "criteria_not_met"): (ReasonArchived, "is not used any more"),
        cause(stranger.business, "no_time"): (NotFound, "There is no such reason"),
    }
    for reason, (error, said) in refused.items():
        with pytest.raises(error, match=said):
            reject(offered, rep, reason_id=reason)
    assert everything() == before


def test_not_ready_to_buy_is_answered_by_what_an_sql_is_and_must_be_confirmed(offer, reject, sql, rep):
    offered = offer(sql)
    before = everything()

    with pytest.raises(NotReadyToBuy) as refused:
        reject(offered, rep, "not_ready_to_buy")

    assert (refused.value.code, refused.value.field) == ("not_ready_to_buy", "confirm")
    assert refused.value.message == (
        "A sales-qualified lead is an organization with the pain that we solve, that fits our profile, in a reasonable "
        "timeframe. It is the beginning of the sales process, not its end: that they do not order yet is why they need "
        "you. This lead by “Standard” – met: Pain, Fit, Timeframe. If you reject it all the same, confirm it; such "
        "rejections are counted apart."
    )
    assert everything() == before

    assert reject(offered, rep, "not_ready_to_buy", confirm=True).reason.key == "not_ready_to_buy"


def test_the_answer_says_what_is_not_met_and_what_is_unknown(offer, reject, make_lead, publish, business, manager, rep):
    publish(business)
    lead = make_lead(manager, values={"has_pain": False})
    Lead.objects.filter(pk=lead.pk).update(stage="sql")

    with pytest.raises(NotReadyToBuy, match=r"– not met: Pain; not known yet: Fit, Timeframe\. If"):
        reject(offer(lead), rep, "not_ready_to_buy")


def test_the_answer_for_a_lead_that_nothing_judged_says_so(offer, reject, make_lead, manager, rep):
    lead = make_lead(manager)
    Lead.objects.filter(pk=lead.pk).update(stage="sql")

    with pytest.raises(NotReadyToBuy, match=r"No schema has judged this lead\. If"):
        reject(offer(lead), rep, "not_ready_to_buy")


# --- Withdrawing ---------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*Role, None])
def test_who_offered_it_owns_the_lead_or_manages_may_withdraw(offer, withdraw, lead_at, team, role):
    marketing = team[Role.MARKETING]
    lead = lead_at(Stage.SQL, owner_id=team[Role.INSIDE_SALES].membership.pk)
    offered = offer(lead, by=marketing)
    before = everything()

    if role in (Role.MARKETING, Role.INSIDE_SALES, Role.MANAGER, None):
        withdrawn = withdraw(offered, team[role], note="By mistake")
        assert (withdrawn.status, withdrawn.decision_note) == ("withdrawn", "By mistake")
        assert withdrawn.decided_by == team[role].membership
        return
    with pytest.raises(NotAllowed):
        withdraw(offered, team[role])
    assert everything() == before


def test_what_was_withdrawn_rejected_or_accepted_can_be_offered_again(
    offer, accept, reject, withdraw, sql, rep, manager
):
    withdraw(offer(sql), manager)
    reject(offer(sql), rep)
    accept(offer(sql), rep)

    offer(sql)

    assert list(HandOff.objects.order_by("pk").values_list("status", flat=True)) == [
        "withdrawn",
        "rejected",
        "accepted",
        "offered",
    ]


def test_closing_a_lead_withdraws_its_offer(offer, sql, rep, business, now):
    offered = offer(sql)
    leads.move_lead(
        lead_id=sql.pk,
        to=Stage.DISQUALIFIED,
        cause_id=cause(business),
        expected_revision=sql.revision,
        by=rep,
        now=now,
    )

    offered.refresh_from_db()
    assert (offered.status, offered.decision_note) == ("withdrawn", "The lead moved on to Disqualified.")
