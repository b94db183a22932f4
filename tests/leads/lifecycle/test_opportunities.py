"""Making opportunities of leads, and what becomes of both."""

from datetime import timedelta
from decimal import Decimal

import pytest

from leads import ports, services
from leads.domain.stages import Stage
from leads.models import BuyingRole, Contact, Event, Lead, Opportunity, Stay, Transition
from tests.causes import cause
from tests.leads.lifecycle.conftest import SQL_VALUES

VERDICT = ports.Verdict(
    "diagnosis", "RGlhZ25vc2lzOjE=", "Orders: advance", Decimal(60_800), Decimal(70_000), None, "EUR"
)


@pytest.fixture
def verdict():
    """Let a diagnosis advise to advance every lead."""
    ports.before_move.append(advance)
    yield
    ports.before_move.remove(advance)


def advance(lead, to, by, now):
    return VERDICT if to == Stage.OPPORTUNITY and lead.stage == "sql" else None


@pytest.fixture
def sql(lead_at):
    return lead_at(Stage.SQL, stakeholders=[services.Part(name="Ann", buying_roles=(BuyingRole.CHAMPION,))])


@pytest.fixture
def convert(rep, now):
    def converted(lead, *, by=rep, revision=None, **given):
        expected = Lead.objects.get(pk=lead.pk).revision if revision is None else revision
        return services.convert_lead(lead_id=lead.pk, expected_revision=expected, by=by, now=now, **given)

    return converted


@pytest.fixture
def twin(sql, make_lead, rep, now):
    """Another SQL of the same organization, with the same person in another role."""
    ann = Contact.objects.get(name="Ann")
    part = services.Part(contact_id=ann.pk, buying_roles=(BuyingRole.USER,))
    lead = services.create_lead(
        by=rep, now=now, organization_id=sql.organization_id, stakeholders=[part], values=SQL_VALUES
    )
    services.move_lead(lead_id=lead.pk, to=Stage.SQL, expected_revision=1, by=rep, now=now)
    return Lead.objects.get(pk=lead.pk)


def stand(opportunity):
    found = Opportunity.objects.get(pk=opportunity.pk)
    return found.status, sorted(found.leads.values_list("stage", flat=True))


def test_an_opportunity_keeps_what_the_diagnosis_said_and_who_has_a_part(verdict, sql, convert, rep, now):
    made = convert(sql, title="Orders by hand", override_reason="not needed")

    assert Opportunity.objects.filter(pk=made.pk).values().get() == {
        "id": made.pk,
        "business_id": sql.business_id,
        "organization_id": sql.organization_id,
        "title": "Orders by hand",
        "owner_id": None,
        "status": "open",
        "opened_at": now,
        "closed_at": None,
        "cost_low": Decimal(60_800),
        "cost_likely": Decimal(70_000),
        "cost_high": None,
        "currency": "EUR",
        "verdict_kind": "diagnosis",
        "verdict_id": "RGlhZ25vc2lzOjE=",
        "verdict_reason": "Orders: advance",
        "override_reason": "",
        "cause_id": None,
        "competitor": "",
        "revision": 1,
    }
    assert [(part.contact.name, part.buying_roles) for part in made.contacts.all()] == [("Ann", ["champion"])]
    receipt = Transition.objects.first()
    assert (receipt.to_stage, receipt.opportunity, receipt.role) == ("opportunity", made, "sales")
    assert Event.objects.filter(kind="stage_changed").last().data["opportunity"] == made.pk


def test_a_lead_that_is_converted_already_answers_its_opportunity_whatever_the_revision(sql, convert, refused):
    made = convert(sql, override_reason="They signed")
    transitions = Transition.objects.count()

    assert convert(sql, revision=-7) == convert(sql, revision=1, opportunity_id=made.pk) == made
    assert (Transition.objects.count(), Opportunity.objects.count()) == (transitions, 1)

    with refused("converted_already", "opportunity"):
        convert(sql, opportunity_id=made.pk + 1)


def test_without_a_verdict_or_an_override_there_is_no_opportunity(sql, convert, refused):
    with refused("verdict_missing", "overrideReason"):
        convert(sql)
    assert not Opportunity.objects.exists()


def test_leads_of_one_organization_share_an_opportunity(sql, twin, convert):
    made = convert(sql, override_reason="They signed")

    assert convert(twin, opportunity_id=made.pk, override_reason="Same problem") == made
    assert stand(made) == ("open", ["opportunity", "opportunity"])
    made.refresh_from_db()
    assert (made.revision, made.contacts.get().buying_roles) == (2, ["champion", "user"])


def test_moving_to_opportunity_makes_a_new_one(sql, rep, now):
    services.move_lead(
        lead_id=sql.pk, to=Stage.OPPORTUNITY, expected_revision=sql.revision, override_reason="Now", by=rep, now=now
    )

    made = Opportunity.objects.get()
    assert (made.title, made.override_reason, stand(made)) == ("Orders", "Now", ("open", ["opportunity"]))


def test_another_organizations_or_a_closed_opportunity_cannot_be_joined(sql, twin, lead_at, convert, rep, now, refused):
    other = convert(lead_at(Stage.SQL), override_reason="They signed")
    closed = convert(sql, override_reason="They signed")
    services.win_opportunity(opportunity_id=closed.pk, expected_revision=1, by=rep, now=now)

    with refused("other_organization", "opportunity"):
        convert(twin, opportunity_id=other.pk, override_reason="x")
    with refused("opportunity_closed", "opportunity"):
        convert(twin, opportunity_id=closed.pk, override_reason="x")
    with refused("not_found", "opportunity"):
        convert(twin, opportunity_id=0, override_reason="x")


def test_winning_makes_customers_of_all_its_leads(sql, twin, convert, rep, now):
    made = convert(sql, override_reason="They signed")
    convert(twin, opportunity_id=made.pk, override_reason="They signed")

    won = services.win_opportunity(opportunity_id=made.pk, expected_revision=2, by=rep, now=now + timedelta(1))

    assert stand(won) == ("won", ["customer", "customer"])
    assert won.closed_at == now + timedelta(1)
    assert set(Lead.objects.values_list("outcome", flat=True)) == {"won"}


def test_losing_needs_a_reason_and_the_competitor_it_asks_for(business, sql, convert, rep, now, refused):
    made = convert(sql, override_reason="They signed")
    call = {"opportunity_id": made.pk, "expected_revision": 1, "by": rep, "now": now}

    with refused("not_found", "cause"):
        services.lose_opportunity(cause_id=0, **call)
    with refused("cause_of_other_kind", "cause"):
        services.lose_opportunity(cause_id=cause(business), **call)
    with refused("competitor_missing", "competitor"):
        services.lose_opportunity(cause_id=cause(business, "competitor_or_price"), **call)

    lost = services.lose_opportunity(
        cause_id=cause(business, "competitor_or_price"), competitor=" Umbrella ", reason="By a day", **call
    )
    assert stand(lost) == ("lost", ["lost"])
    assert (lost.cause.key, lost.competitor) == ("competitor_or_price", "Umbrella")
    receipt = Transition.objects.first()
    assert (receipt.cause, receipt.competitor, receipt.reason) == (lost.cause, "Umbrella", "By a day")


@pytest.mark.parametrize("ending", ["win", "lose"])
def test_a_closed_opportunity_goes_on_when_it_is_reopened(business, sql, convert, rep, now, refused, ending):
    made = convert(sql, override_reason="They signed")
    call = {"opportunity_id": made.pk, "by": rep, "now": now}
    with refused("opportunity_not_closed", "opportunity"):
        services.reopen_opportunity(reason="x", expected_revision=1, **call)
    if ending == "win":
        services.win_opportunity(expected_revision=1, **call)
    else:
        services.lose_opportunity(cause_id=cause(business, "budget"), expected_revision=1, **call)
    with refused("opportunity_closed", "opportunity"):
        services.win_opportunity(expected_revision=2, **call)
    with refused("reason_missing", "reason"):
        services.reopen_opportunity(reason=" ", expected_revision=2, **call)

    reopened = services.reopen_opportunity(reason="They called", expected_revision=2, **call)

    assert stand(reopened) == ("open", ["opportunity"])
    assert (reopened.closed_at, reopened.cause, reopened.revision) == (None, None, 3)
    assert Lead.objects.get(pk=sql.pk).outcome == ""


def test_an_opportunity_whose_leads_go_back_is_returned(sql, twin, convert, rep, now):
    made = convert(sql, override_reason="They signed")
    convert(twin, opportunity_id=made.pk, override_reason="They signed")
    for lead, expected in ((sql, "open"), (twin, "returned")):
        lead.refresh_from_db()
        services.move_lead(
            lead_id=lead.pk, to=Stage.SQL, reason="Not yet", expected_revision=lead.revision, by=rep, now=now
        )
        assert stand(made)[0] == expected

    again = convert(sql, override_reason="Now")
    assert again != made
    assert stand(made) == ("returned", [])


def test_a_stale_revision_of_an_opportunity_is_refused(sql, twin, convert, rep, now, refused):
    made = convert(sql, override_reason="They signed")
    convert(twin, opportunity_id=made.pk, override_reason="They signed")

    with refused("stale_revision", "expectedRevision"):
        services.win_opportunity(opportunity_id=made.pk, expected_revision=1, by=rep, now=now)


def test_strangers_and_other_roles_convert_and_close_nothing(sql, convert, team, stranger, now, refused):
    for role in ("inside_sales", "marketing", "viewer"):
        with refused("not_allowed"):
            convert(sql, by=team[role], override_reason="x")
    with refused("not_found", "lead"):
        convert(sql, by=stranger, override_reason="x")
    made = convert(sql, override_reason="x")
    with refused("not_found", "opportunity"):
        services.win_opportunity(opportunity_id=made.pk, expected_revision=1, by=stranger, now=now)


def test_the_time_in_each_stage_is_kept(sql, convert, now):
    convert(sql, override_reason="They signed")

    stays = Stay.objects.filter(lead=sql, kind="stage").values_list("kind", "key", "began_at", "ended_at")
    assert list(stays) == [
        ("stage", "inquiry", now, now),
        ("stage", "sql", now, now),
        ("stage", "opportunity", now, None),
    ]


def test_a_phase_is_entered_beside_the_stage_and_left_with_an_empty_key(sql, now):
    later = now + timedelta(hours=6)
    first = services.stays.enter(sql, "phase", "proof", now)

    assert services.stays.enter(sql, "phase", "proof", later) == first
    second = services.stays.enter(sql, "phase", "advocacy", later)
    assert services.stays.enter(sql, "phase", "", later + timedelta(hours=12)) is None

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.seconds(later), second.seconds(later)) == (6 * 3600, 12 * 3600)
    assert Stay.objects.filter(lead=sql, ended_at=None).get().key == "sql"
