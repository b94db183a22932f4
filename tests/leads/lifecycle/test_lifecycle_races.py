"""A thousand times at once: of two conversions one opportunity comes, of eight moves one is made."""

from datetime import date

import pytest

from leads import services
from leads.domain.stages import Stage, is_legal_path
from leads.models import Event, Lead, Opportunity, Organization, Stay, Transition
from leads.selectors import StaleRevision
from tests.assessments.test_races import race
from tests.causes import cause
from tests.leads.lifecycle.test_every_move import history

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 1_000


@pytest.fixture
def many_sqls(lead_at, business, now):
    """Return the ids of a thousand SQLs, each with its receipts and stays."""
    first = lead_at(Stage.SQL)
    homes = Organization.objects.bulk_create(
        Organization(business=business, name=f"Company {number}") for number in range(ROUNDS)
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
        Stay(business=business, lead=lead, kind="stage", key="sql", began_at=now) for lead in leads
    )
    return [lead.pk for lead in leads]


def test_of_two_conversions_of_one_lead_one_opportunity_comes(many_sqls, rep, manager, now):
    revision = Lead.objects.get(pk=many_sqls[0]).revision

    def convert(by):
        def converted(number):
            made = services.convert_lead(
                lead_id=many_sqls[number], expected_revision=revision, override_reason="Signed", by=by, now=now
            )
            return made.pk

        return converted

    rounds = race(ROUNDS, convert(rep), convert(manager))

    for outcomes in rounds:
        assert isinstance(outcomes[0], int), outcomes
        assert outcomes[0] == outcomes[1]
    assert Opportunity.objects.count() == len({outcomes[0] for outcomes in rounds}) == ROUNDS
    assert Transition.objects.filter(to_stage="opportunity").count() == ROUNDS
    assert Stay.objects.filter(key="opportunity", ended_at=None).count() == ROUNDS
    for lead in Lead.objects.filter(pk__in=many_sqls):
        assert (lead.stage, lead.revision) == ("opportunity", revision + 1)
        assert is_legal_path(history(lead))


def test_of_eight_moves_of_one_lead_one_is_made(lead_at, business, rep, manager, now):
    lead = lead_at(Stage.INQUIRY)
    away = [(Stage.NURTURE, {"nurture_until": date(2099, 1, 31)}), (Stage.DISQUALIFIED, {"cause_id": cause(business)})]
    back = (Stage.INQUIRY, {"reason": "They called again"})

    def mover(place):
        by = (rep, manager)[place % 2]

        def move(number):
            to, given = back if number % 2 else away[place // 2 % 2]
            receipt = services.move_lead(
                lead_id=lead.pk, to=to, expected_revision=lead.revision + number, by=by, now=now, **given
            )
            return receipt.to_stage

        return move

    rounds = race(ROUNDS, *(mover(place) for place in range(8)))

    made = []
    for outcomes in rounds:
        [moved] = [outcome for outcome in outcomes if isinstance(outcome, str)]
        assert sum(isinstance(outcome, StaleRevision) for outcome in outcomes) == 7, outcomes
        made.append(moved)
    found = Lead.objects.get(pk=lead.pk)
    path = history(found)
    assert is_legal_path(path)
    assert [to for _, to, _ in path] == ["inquiry", *made]
    assert (found.stage, found.revision) == (made[-1], lead.revision + ROUNDS)
    assert Event.objects.filter(lead=found, kind="stage_changed").count() == ROUNDS
    stays = Stay.objects.filter(lead=found, kind="stage")
    assert stays.count() == ROUNDS + 1
    assert stays.get(ended_at=None).key == found.stage
    # On the way there it was in the first phase half of the time; nobody is disqualified or nurtured in a phase.
    phases = Stay.objects.filter(lead=found, kind="phase")
    assert phases.count() == ROUNDS // 2 + 1
    assert phases.filter(ended_at=None).count() == (found.stage == "inquiry")
