"""Many at once: of two acceptances one counts, offers spread evenly, and what is overdue is escalated once."""

from collections import Counter
from datetime import timedelta

import pytest

from leads.domain.stages import Stage, is_legal_path
from leads.models import Event, Flag, Lead, Organization, Role, Stay, Transition
from playbook import services
from playbook.domain.steps import AssignBy
from playbook.models import HandOff, HandOffRule
from playbook.services.hand_offs import HandOffAnswered
from tests.assessments.test_races import race
from tests.leads.lifecycle.test_every_move import history

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 1_000
THREADS = 8


@pytest.fixture
def many(lead_at, business, now):
    """Return the ids of as many leads at a stage as are wanted, each with its receipts and stays."""

    def made(stage, count):
        first = lead_at(stage)
        homes = Organization.objects.bulk_create(
            Organization(business=business, name=f"Company {number}") for number in range(count)
        )
        shared = {
            field.name: getattr(first, field.name)
            for field in Lead._meta.concrete_fields
            if field.name not in ("id", "organization", "qualification", "reference")
        }
        leads = Lead.objects.bulk_create(Lead(organization=home, **shared) for home in homes)
        receipts = Transition.objects.filter(lead=first).order_by("pk").values()
        Transition.objects.bulk_create(
            Transition(**(row | {"id": None, "lead_id": lead.pk})) for lead in leads for row in receipts
        )
        Stay.objects.bulk_create(
            Stay(business=business, lead=lead, kind="stage", key=stage.value, began_at=now) for lead in leads
        )
        return [lead.pk for lead in leads]

    return made


def offered_to_all(leads, kind, stage, business, now):
    """Offer every one of these leads to all of a role."""
    role = "sales" if kind == "to_sales" else "inside_sales"
    return HandOff.objects.bulk_create(
        HandOff(
            business=business,
            lead_id=pk,
            kind=kind,
            stage=stage.value,
            role=role,
            offered_at=now,
            due_at=now + timedelta(hours=8),
        )
        for pk in leads
    )


def accepting(offers, by, now):
    def accept(number):
        done = services.accept_hand_off(hand_off_id=offers[number].pk, expected_revision=1, by=by, now=now)
        return done.decided_by_id

    return accept


@pytest.mark.parametrize(
    ("kind", "stage", "role", "becomes"),
    [("to_sales", Stage.SQL, Role.SALES, "sql"), ("to_inside_sales", Stage.MQL, Role.INSIDE_SALES, "sal")],
)
def test_of_two_acceptances_exactly_one_counts(many, business, join, team, now, kind, stage, role, becomes):
    one, other = team[role], join(business, role, "other@acme.example")
    leads = many(stage, ROUNDS)
    offers = offered_to_all(leads, kind, stage, business, now)
    before = Lead.objects.get(pk=leads[0])
    receipts = Transition.objects.filter(lead__in=leads).count()

    rounds = race(ROUNDS, accepting(offers, one, now), accepting(offers, other, now))

    winners = []
    for outcomes in rounds:
        [winner] = [outcome for outcome in outcomes if isinstance(outcome, int)]
        [loser] = [outcome for outcome in outcomes if not isinstance(outcome, int)]
        assert isinstance(loser, HandOffAnswered), loser
        name = str((one if winner == one.membership.pk else other).membership.user)
        assert loser.message == f"{name} was faster: this hand-off is accepted since 2026-03-02 10:30."
        winners.append(winner)
    moved = ROUNDS if becomes == "sal" else 0
    assert Transition.objects.filter(lead__in=leads).count() == receipts + moved
    assert Transition.objects.filter(lead__in=leads, to_stage="sal").count() == moved
    assert Event.objects.filter(kind="hand_off_accepted").count() == ROUNDS
    assert Stay.objects.filter(lead__in=leads, key=becomes, ended_at=None).count() == ROUNDS
    assert dict(HandOff.objects.values_list("pk", "decided_by")) == {
        offer.pk: winner for offer, winner in zip(offers, winners, strict=True)
    }
    for lead, winner in zip(Lead.objects.filter(pk__in=leads).order_by("pk"), winners, strict=True):
        assert (lead.stage, lead.owner_id, lead.revision) == (becomes, winner, before.revision + 1)
        assert is_legal_path(history(lead))


@pytest.mark.parametrize("by", [AssignBy.ROUND_ROBIN, AssignBy.LEAST_LOAD])
def test_offers_at_once_spread_evenly(many, business, join, manager, now, by):
    members = [join(business, Role.SALES, f"{number}@acme.example").membership.pk for number in range(3)]
    HandOffRule.objects.filter(kind="to_sales").update(assign_by=by)
    each = 20
    leads = many(Stage.SQL, THREADS * each)

    def offering(place):
        def offer(number):
            lead = leads[place * each + number]
            return services.offer_hand_off(lead_id=lead, by=manager, now=now).offered_to_id

        return offer

    rounds = race(each, *(offering(place) for place in range(THREADS)))

    got = Counter(outcome for outcomes in rounds for outcome in outcomes)
    assert sorted(got) == members, rounds
    assert sorted(got.values()) == [53, 53, 54]


def test_a_lead_is_offered_once_however_many_offer_it(many, rep, manager, now):
    leads = many(Stage.SQL, 50)

    def offer(number):
        return services.offer_hand_off(lead_id=leads[number], by=manager, now=now).pk

    rounds = race(50, *[offer] * 4)

    for outcomes in rounds:
        assert sum(isinstance(outcome, int) for outcome in outcomes) == 1, outcomes
    assert HandOff.objects.count() == 50


def test_what_is_overdue_is_escalated_once_however_many_look(many, business, manager, now):
    leads = many(Stage.SQL, 200)
    offered_to_all(leads, "to_sales", Stage.SQL, business, now)
    late = now + timedelta(days=9)

    def escalate(number):
        return services.escalate_overdue(late, at_most=30)

    rounds = race(20, *[escalate] * 4)

    assert sum(outcome for outcomes in rounds for outcome in outcomes) == 200
    assert Event.objects.filter(kind="hand_off_overdue").count() == Flag.objects.count() == 200
    assert HandOff.objects.filter(overdue_at=late, escalated_to=manager.membership).count() == 200


def test_a_hand_off_that_is_accepted_and_escalated_at_once_ends_well(many, business, rep, manager, now):
    leads = many(Stage.SQL, 100)
    offers = offered_to_all(leads, "to_sales", Stage.SQL, business, now)
    late = now + timedelta(days=9)

    rounds = race(100, accepting(offers, rep, late), lambda number: services.escalate_overdue(late, at_most=1))

    assert [outcomes[0] for outcomes in rounds] == [rep.membership.pk] * 100
    assert all(isinstance(outcomes[1], int) for outcomes in rounds), rounds
    assert HandOff.objects.filter(status="accepted").count() == 100
    escalated = HandOff.objects.exclude(overdue_at=None).count()
    assert Event.objects.filter(kind="hand_off_overdue").count() == Flag.objects.count() == escalated
