"""To whom leads are offered."""

from datetime import timedelta

import pytest

from leads import services as leads
from leads.domain.stages import Stage
from leads.models import Event, Lead, Role
from leads.permissions import NotAllowed
from leads.selectors import NotFound
from leads.services.absences import set_absence
from playbook import services
from playbook.domain.steps import AssignBy, HandOffKind
from playbook.models import HandOff, HandOffRule
from playbook.services.hand_offs import HandOffOpen, HandOffRefused

TO_SALES, TO_INSIDE = HandOffKind.TO_SALES, HandOffKind.TO_INSIDE_SALES


@pytest.fixture
def rule(manager):
    def made(kind=TO_SALES, name="A rule", **given):
        return services.add_hand_off_rule(kind=kind, name=name, by=manager, **given)

    return made


@pytest.fixture
def away(manager, now):
    def gone(who, stand_in=None):
        set_absence(
            by=manager,
            now=now,
            starts_at=now - timedelta(days=1),
            member_id=who.membership.pk,
            stand_in_id=stand_in.membership.pk if stand_in else None,
        )

    return gone


def nothing_is_offered():
    return not HandOff.objects.exists() and not Event.objects.filter(kind__startswith="hand_off").exists()


def test_an_mql_is_offered_to_inside_sales_and_nothing_of_the_lead_changes(offer, mql, inside, manager, now):
    before = Lead.objects.filter(pk=mql.pk).values().get()

    found = offer(mql, note="  Call before ten. ")

    assert (found.kind, found.stage, found.role, found.status) == ("to_inside_sales", "mql", "inside_sales", "offered")
    assert (found.offered_to, found.offered_by, found.note) == (
        inside.membership,
        manager.membership,
        "Call before ten.",
    )
    assert found.rule.name == "All of inside sales"
    event = Event.objects.get(kind="hand_off_offered")
    assert (event.lead, event.at, event.data) == (mql, now, {"hand_off": found.pk, "kind": "to_inside_sales"})
    assert Lead.objects.filter(pk=mql.pk).values().get() == before


def test_an_sql_is_offered_to_sales(offer, sql, rep):
    found = offer(sql, kind=TO_SALES)

    assert (found.kind, found.stage, found.role, found.offered_to) == ("to_sales", "sql", "sales", rep.membership)


@pytest.mark.parametrize(
    "stage",
    [Stage.INQUIRY, Stage.SAL, Stage.OPPORTUNITY, Stage.CUSTOMER, Stage.NURTURE, Stage.DISQUALIFIED, Stage.LOST],
)
def test_a_lead_at_another_stage_is_not_handed_off(offer, lead_at, team, stage):
    with pytest.raises(HandOffRefused) as refused:
        offer(lead_at(stage))

    assert refused.value.message == (
        f"A lead in {stage.label} is not handed off: an MQL goes to inside sales, an SQL to sales."
    )
    assert nothing_is_offered()


def test_a_kind_that_does_not_fit_the_stage_is_refused(offer, mql, sql):
    for lead, kind, to in ((mql, TO_SALES, "inside sales"), (sql, TO_INSIDE, "sales")):
        with pytest.raises(HandOffRefused) as refused:
            offer(lead, kind=kind)
        assert refused.value.message == f"A lead in {lead.stage.upper()} is handed off to {to}."
    assert nothing_is_offered()


def test_a_lead_is_offered_once_at_a_time(offer, sql, rep):
    first = offer(sql)

    with pytest.raises(HandOffOpen) as refused:
        offer(sql)

    assert refused.value.message == "This lead is offered to sales already. Withdraw that offer first."
    assert HandOff.objects.get() == first


def test_who_is_named_gets_it_by_the_times_of_the_rule_that_applies(offer, sql, rep, manager, join, business, rule):
    other = join(business, Role.SALES, "other@acme.example")
    lasting = rule(applies_when="employees > 100", respond_within=2, member_ids=[rep.membership.pk])

    found = offer(sql, other)

    assert (found.offered_to, found.rule) == (other.membership, lasting)
    lasting.refresh_from_db()
    assert lasting.last_given_to is None


@pytest.mark.parametrize(
    ("stage", "role", "takes"),
    [
        *((Stage.MQL, role, role not in (Role.MARKETING, Role.VIEWER)) for role in Role),
        *((Stage.SQL, role, role in (Role.MANAGER, Role.SALES)) for role in Role),
    ],
)
def test_a_lead_is_offered_by_name_only_to_who_can_take_it(offer, lead_at, team, stage, role, takes):
    lead, to = lead_at(stage), team[role]

    if takes:
        assert offer(lead, to).offered_to == to.membership
        return
    with pytest.raises(HandOffRefused) as refused:
        offer(lead, to)
    whom = "an SQL is for sales" if stage == Stage.SQL else "an MQL is for inside sales"
    assert refused.value.message == f"{to.membership.user} ({role.label.lower()}) cannot take this lead: {whom}."
    assert nothing_is_offered()


def test_a_member_of_another_business_or_who_left_is_not_there(offer, sql, stranger, rep):
    rep.membership.is_active = False
    rep.membership.save()

    for nobody in (stranger, rep):
        with pytest.raises(NotFound, match="There is no such member"):
            offer(sql, nobody)
    assert nothing_is_offered()


def test_a_lead_of_another_business_is_not_there(offer, sql, stranger):
    with pytest.raises(NotFound, match="There is no such lead"):
        offer(sql, by=stranger)
    assert nothing_is_offered()


def test_the_first_rule_whose_condition_holds_decides_and_unknown_means_no(offer, sql, rep, join, business, rule):
    others = [join(business, Role.SALES, f"{name}@acme.example") for name in ("ann", "bob", "cat")]
    ids = [other.membership.pk for other in others]
    rule(name="Unknown", applies_when='industry == "bank"', member_ids=ids[:1])
    rule(name="False", applies_when="employees < 100", member_ids=ids[1:2])
    rule(name="True", applies_when='lead_stage == "sql" and employees >= 100', member_ids=ids[2:])

    found = offer(sql)

    assert (found.offered_to, found.rule.name) == (others[2].membership, "True")


def test_a_condition_that_cannot_be_read_any_more_does_not_apply(offer, sql, rep, business, rule):
    rule(name="Old", applies_when="employees > 1")
    HandOffRule.objects.filter(name="Old").update(applies_when="gone > 1")

    assert offer(sql).rule.name == "All of sales"


def test_without_any_rule_it_is_offered_to_all_of_the_role(offer, sql, rep, business):
    HandOffRule.objects.update(archived_at=sql.created_at)

    found = offer(sql)

    assert (found.offered_to, found.rule, found.role) == (None, None, "sales")


def test_round_robin_goes_around(offer, lead_at, rep, join, business, inside):
    second = join(business, Role.SALES, "second@acme.example")

    got = [offer(lead_at(Stage.SQL, name=f"Company {number}")).offered_to for number in range(4)]

    assert got == [rep.membership, second.membership] * 2


def test_least_load_counts_open_leads_and_open_offers(offer, lead_at, rep, join, business, rule, make_lead, manager):
    second, third = (join(business, Role.SALES, f"{name}@acme.example") for name in ("second", "third"))
    rule(applies_when="employees > 1", assign_by=AssignBy.LEAST_LOAD)
    make_lead(manager, "Own one", owner_id=rep.membership.pk)
    closed = [lead_at(Stage.LOST, name=f"Lost {number}", owner_id=third.membership.pk) for number in range(3)]
    assert len(closed) == 3

    got = [offer(lead_at(Stage.SQL, name=f"Company {number}")).offered_to for number in range(4)]

    assert got == [second.membership, third.membership, rep.membership, second.membership]


def test_who_is_away_or_left_is_passed_over(offer, lead_at, rep, join, business, away):
    second, left = (join(business, Role.SALES, f"{name}@acme.example") for name in ("second", "left"))
    left.membership.is_active = False
    left.membership.save()
    away(rep)

    got = [offer(lead_at(Stage.SQL, name=f"Company {number}")).offered_to for number in range(2)]

    assert got == [second.membership] * 2


def test_if_all_are_away_the_stand_in_gets_it(offer, sql, rep, manager, away):
    away(rep, manager)

    assert offer(sql).offered_to == manager.membership


def test_if_all_are_away_and_nobody_who_could_take_it_stands_in_it_is_for_all_of_the_role(
    offer, sql, mql, rep, inside, team, away
):
    away(rep, team[Role.MARKETING])
    away(inside)

    assert [offer(lead).offered_to for lead in (sql, mql)] == [None, None]


@pytest.mark.parametrize("role", [*Role, None])
def test_who_works_on_leads_may_offer_them(offer, team, sql, role):
    if role != Role.VIEWER:
        assert offer(sql, by=team[role]).offered_by == team[role].membership
        return
    with pytest.raises(NotAllowed, match=r"Your role \(viewer\) may not offer hand off"):
        offer(sql, by=team[role])
    assert nothing_is_offered()


def test_a_move_withdraws_what_is_offered(offer, mql, rep, now):
    offered = offer(mql)
    leads.move_lead(lead_id=mql.pk, to=Stage.SQL, expected_revision=mql.revision, by=rep, now=now)

    offered.refresh_from_db()
    assert (offered.status, offered.decided_at, offered.decided_by) == ("withdrawn", now, rep.membership)
    assert (offered.decision_note, offered.revision) == ("The lead moved on to SQL.", 2)
    assert offer(mql).kind == "to_sales"
