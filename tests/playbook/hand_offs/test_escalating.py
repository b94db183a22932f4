"""What becomes of hand-offs that nobody answers in time."""

from datetime import timedelta

import pytest

from leads.domain.stages import Stage
from leads.models import Event, Flag, Lead, Role
from leads.services.absences import set_absence
from playbook import services
from playbook.models import HandOff, HandOffRule
from playbook.services import escalating


@pytest.fixture
def late(now):
    return now + timedelta(days=30)


def told():
    return Event.objects.filter(kind="hand_off_overdue")


def test_an_overdue_hand_off_is_escalated_once(offer, sql, rep, manager, now, late):
    offered = offer(sql)
    revision = Lead.objects.get(pk=sql.pk).revision

    assert [services.escalate_overdue(late), services.escalate_overdue(late + timedelta(days=1))] == [1, 0]

    offered.refresh_from_db()
    assert (offered.status, offered.overdue_at, offered.escalated_to) == ("offered", late, manager.membership)
    assert offered.revision == 1
    event = told().get()
    assert (event.key, event.at, event.lead) == (f"hand_off:{offered.pk}", late, sql)
    assert event.data == {"hand_off": offered.pk, "kind": "to_sales"}
    flag = Flag.objects.get()
    assert (flag.kind, flag.lead, flag.raised_at) == ("raised", sql, late)
    assert flag.reason == ("Offered to sales, to be answered by 2026-03-03 10:30, and was not. manager must see to it.")
    assert Lead.objects.get(pk=sql.pk).revision == revision


def test_it_can_still_be_accepted(offer, sql, rep, late):
    offered = offer(sql)
    services.escalate_overdue(late)

    accepted = services.accept_hand_off(hand_off_id=offered.pk, expected_revision=1, by=rep, now=late)

    assert (accepted.status, accepted.overdue_at) == ("accepted", late)


def test_what_was_answered_or_is_not_due_is_left_alone(offer, lead_at, rep, manager, now, late):
    done = offer(lead_at(Stage.SQL, name="One"))
    services.accept_hand_off(hand_off_id=done.pk, expected_revision=1, by=rep, now=now)
    offer(lead_at(Stage.SQL, name="Two"))

    assert services.escalate_overdue(now) == 0
    assert services.escalate_overdue(late) == 1
    assert told().count() == Flag.objects.count() == 1


def test_whom_the_rule_names_sees_to_it_or_who_stands_in(offer, lead_at, rep, team, manager, business, now, late):
    inside, marketing = team[Role.INSIDE_SALES].membership, team[Role.MARKETING].membership
    HandOffRule.objects.update(escalate_to=inside)
    first = offer(lead_at(Stage.SQL, name="One"))
    services.escalate_overdue(late)
    set_absence(by=manager, now=late, starts_at=late, member_id=inside.pk, stand_in_id=marketing.pk)
    second = offer(lead_at(Stage.SQL, name="Two"))
    services.escalate_overdue(late)

    first.refresh_from_db()
    second.refresh_from_db()
    assert [first.escalated_to, second.escalated_to] == [inside, marketing]


def test_without_a_name_it_is_a_manager_who_is_there(offer, sql, rep, join, business, manager, late):
    other = join(business, Role.MANAGER, "boss@acme.example")
    set_absence(by=manager, now=late, starts_at=late, member_id=manager.membership.pk)
    offered = offer(sql)

    services.escalate_overdue(late)

    offered.refresh_from_db()
    assert offered.escalated_to == other.membership


def test_a_hand_off_whose_lead_was_moved_behind_everybodys_back_is_withdrawn(offer, sql, rep, late):
    offered = offer(sql)
    Lead.objects.filter(pk=sql.pk).update(stage="customer")

    assert services.escalate_overdue(late) == 0

    offered.refresh_from_db()
    assert (offered.status, offered.overdue_at) == ("withdrawn", None)
    assert not told().exists()
    assert not Flag.objects.exists()


def test_all_are_escalated_however_few_at_once(offer, lead_at, rep, late):
    for number in range(5):
        offer(lead_at(Stage.SQL, name=f"Company {number}"))

    assert services.escalate_overdue(late, at_most=2) == 5
    assert told().count() == Flag.objects.count() == 5


def test_what_goes_wrong_in_one_business_does_not_stop_the_others(
    offer, sql, rep, make_lead, stranger, join, other_business, late, monkeypatch
):
    offered = offer(sql)
    lead = make_lead(stranger)
    Lead.objects.filter(pk=lead.pk).update(stage="sql")
    services.offer_hand_off(lead_id=lead.pk, by=stranger, now=late - timedelta(days=40))
    escalate = escalating._escalate

    def broken(business, lead_ids, now):
        if business == other_business:
            raise ZeroDivisionError
        return escalate(business, lead_ids, now)

    monkeypatch.setattr(escalating, "_escalate", broken)

    with pytest.raises(ZeroDivisionError):
        services.escalate_overdue(late, at_most=1)
    assert told().get().data["hand_off"] == offered.pk
    assert HandOff.objects.get(business=other_business).overdue_at is None
