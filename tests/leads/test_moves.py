"""Moves between stages: what they ask for, and the receipt that each leaves."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from leads import ports, services
from leads.domain.errors import DomainError
from leads.domain.stages import Stage
from leads.models import Door, Event, Lead, Transition
from leads.tenancy import system
from tests.causes import cause

SQL_VALUES = {"has_pain": True, "employees": Decimal(500), "decision": date(2026, 4, 1)}


@pytest.fixture
def lead(business, rep, publish, make_lead):
    publish(business)
    return make_lead(rep, values=SQL_VALUES)


@pytest.fixture
def move(rep, lead, now):
    def moved(to, *, by=rep, revision=None, now=now, **given):
        expected = Lead.objects.get(pk=lead.pk).revision if revision is None else revision
        return services.move_lead(lead_id=lead.pk, to=to, expected_revision=expected, by=by, now=now, **given)

    return moved


@pytest.fixture
def guard():
    """Let a guard be asked before every move."""
    added = []

    def add(asked):
        ports.before_move.append(asked)
        added.append(asked)

    yield add
    for asked in added:
        ports.before_move.remove(asked)


def test_a_move_leaves_a_receipt_and_an_event(lead, move, rep, now, events):
    receipt = move(Stage.SQL)

    lead.refresh_from_db()
    assert (lead.stage, lead.stage_since, lead.revision, lead.outcome) == ("sql", now, 2, "")
    assert Transition.objects.filter(pk=receipt.pk).values(
        "lead", "from_stage", "to_stage", "at", "author", "door", "reason", "level_in_force", "qualification"
    ).get() == {
        "lead": lead.pk,
        "from_stage": "inquiry",
        "to_stage": "sql",
        "at": now,
        "author": rep.membership.pk,
        "door": "api",
        "reason": "",
        "level_in_force": "sql",
        "qualification": lead.qualification_id,
    }
    assert events(lead)[-2:] == ["stage_changed", "phase_changed"]
    moved = Event.objects.filter(kind="stage_changed").get()
    assert moved.data == {"transition": receipt.pk, "from": "inquiry", "to": "sql"}


def test_a_lead_begins_with_a_receipt_too(lead):
    assert list(lead.transitions.values_list("from_stage", "to_stage", "level_in_force")) == [("", "inquiry", "sql")]


def test_a_whole_journey_to_a_customer_and_back(lead, move, now):
    move(Stage.MQL)
    move(Stage.SAL)
    move(Stage.SQL)
    move(Stage.OPPORTUNITY, override_reason=" They signed already ")
    move(Stage.CUSTOMER)
    won = Lead.objects.get()
    assert (won.stage, won.outcome, won.revision) == ("customer", "won", 6)

    move(Stage.OPPORTUNITY, reason="They cancelled")
    reopened = Lead.objects.get()
    assert (reopened.stage, reopened.outcome) == ("opportunity", "")
    assert Transition.objects.filter(verdict_kind="override").values_list("verdict_reason", flat=True).get() == (
        "They signed already"
    )

    move(Stage.LOST, reason="Umbrella was faster", cause_id=cause(lead.business, "no_decision"))
    assert Lead.objects.get().outcome == "lost"
    assert Transition.objects.count() == 8


def test_the_date_to_look_again_is_kept_only_while_nurturing(move):
    move(Stage.NURTURE, nurture_until=date(2026, 3, 3))
    assert Lead.objects.get().nurture_until == date(2026, 3, 3)

    move(Stage.INQUIRY, nurture_until=date(2026, 3, 3))
    assert Lead.objects.get().nurture_until is None


@pytest.mark.parametrize("day", [date(2026, 3, 2), date(2020, 1, 1)])
def test_the_date_to_look_again_lies_ahead_in_the_businesss_own_zone(move, refused, day):
    with refused("date_not_ahead", "nurtureUntil"):
        move(Stage.NURTURE, nurture_until=day)


def test_shortly_before_midnight_in_utc_it_is_tomorrow_in_berlin(move, refused, now):
    late = now.replace(hour=23, minute=30)

    with refused("date_not_ahead", "nurtureUntil"):
        move(Stage.NURTURE, nurture_until=date(2026, 3, 3), now=late)


@pytest.mark.parametrize(
    ("to", "given", "code", "field"),
    [
        (Stage.CUSTOMER, {}, "illegal_move", "to"),
        (Stage.INQUIRY, {}, "illegal_move", "to"),
        (Stage.NURTURE, {}, "date_missing", "nurtureUntil"),
        (Stage.DISQUALIFIED, {}, "cause_missing", "cause"),
        (Stage.DISQUALIFIED, {"reason": "Too small"}, "cause_missing", "cause"),
    ],
)
def test_a_move_without_what_it_needs_changes_nothing(move, refused, to, given, code, field):
    with refused(code, field):
        move(to, **given)


def test_an_opportunity_needs_a_verdict(move, refused):
    move(Stage.SQL)

    with refused("verdict_missing", "overrideReason"):
        move(Stage.OPPORTUNITY, override_reason="  ")


def test_a_level_is_judged_at_the_moment_of_the_move(business, rep, publish, document, make_lead, now, refused):
    attributes = tuple(replace(spec, freshness_days=30) for spec in document().attributes)
    publish(business, document(attributes=attributes))
    lead = make_lead(rep, values=SQL_VALUES)
    assert lead.level == "sql"

    with refused("level_too_low", "to"):
        services.move_lead(lead_id=lead.pk, to=Stage.SQL, expected_revision=1, by=rep, now=now + timedelta(days=30))


def test_a_level_that_is_too_low_refuses_the_move_and_is_not_overridden_by_a_reason(
    business, rep, publish, make_lead, now, refused
):
    publish(business)
    lead = make_lead(rep, values={"has_pain": True})

    with refused("level_too_low", "to"):
        services.move_lead(
            lead_id=lead.pk, to=Stage.SQL, expected_revision=1, by=rep, now=now, override_reason="I know them"
        )


@pytest.mark.parametrize("revision", [0, 2, -1])
def test_a_move_with_another_revision_is_refused(move, refused, revision):
    with refused("stale_revision", "expectedRevision"):
        move(Stage.SQL, revision=revision)


def test_somebody_who_may_only_look_and_a_stranger_move_nothing(move, viewer, stranger, refused):
    with refused("not_allowed"):
        move(Stage.SQL, by=viewer)
    with refused("not_found", "lead"):
        move(Stage.SQL, by=stranger)


def test_the_system_moves_leads_through_its_own_door(business, move):
    receipt = move(Stage.MQL, by=system(business, Door.COMMAND))

    assert (receipt.author, receipt.door) == (None, "command")


# --- Guards --------------------------------------------------------------------------------------


class NotYet(DomainError):
    code = "not_yet"


def test_a_guard_may_refuse_a_move(move, guard, refused):
    def never(lead, to, by, now):
        raise NotYet("First diagnose.", field="to")

    guard(never)

    with refused("not_yet", "to"):
        move(Stage.SQL)


def test_the_first_verdict_of_the_guards_supports_the_move_and_is_frozen_on_the_receipt(move, guard, lead, rep, now):
    asked = []

    def silent(lead, to, by, now):
        asked.append((lead.pk, to, by, now))

    guard(silent)
    guard(lambda lead, to, by, now: ports.Verdict("diagnosis", "RGlhZ25vc2lzOjE=", "Advance"))
    guard(lambda lead, to, by, now: ports.Verdict("other", "x", "Later"))
    move(Stage.SQL)

    receipt = move(Stage.OPPORTUNITY, override_reason="not needed")

    assert asked == [(lead.pk, Stage.SQL, rep, now), (lead.pk, Stage.OPPORTUNITY, rep, now)]
    assert (receipt.verdict_kind, receipt.verdict_id, receipt.verdict_reason) == (
        "diagnosis",
        "RGlhZ25vc2lzOjE=",
        "Advance",
    )
