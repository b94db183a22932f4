"""A level in force that falls raises a flag for the lead's owner, whoever or whatever lowered it."""

from datetime import timedelta
from decimal import Decimal

import pytest

from leads import services
from leads.domain.stages import Level, Stage
from leads.models import Flag, Role
from leads.permissions import NotAllowed
from leads.selectors import NotFound
from leads.services.rejudging import work_off_rejudging
from tests.causes import cause

LARGE = {"has_pain": True, "employees": Decimal(250)}


@pytest.fixture
def lead(publish, business, rep, make_lead):
    publish(business)
    return make_lead(rep, values=LARGE, owner_id=rep.membership.pk)


@pytest.fixture
def record(lead, rep, now):
    """Return a function that records values one day after the last time."""
    times = iter(range(1, 100))

    def recorded(**values):
        at = now + timedelta(days=next(times))
        return services.record_evidence(lead_id=lead.pk, values=values, by=rep, now=at)

    return recorded


def flags_of(lead):
    return [(flag.from_level, flag.to_level, flag.cleared_at is None) for flag in lead.flags.order_by("pk")]


def test_evidence_that_lowers_the_level_raises_a_flag(lead, record, now):
    record(employees=Decimal(10))

    flag = Flag.objects.get()
    assert flags_of(lead) == [("sql", "mql", True)]
    assert (flag.kind, flag.raised_at) == ("level_lowered", now + timedelta(days=1))
    assert flag.reason == (
        "Was SQL, is MQL now. Not so, or not known: SQL: Score of at least 50; SQL: Fit must be met."
    )


def test_a_level_that_rises_raises_none(publish, business, rep, make_lead, now):
    publish(business)
    lead = make_lead(rep)

    services.record_evidence(lead_id=lead.pk, values=LARGE, by=rep, now=now)

    lead.refresh_from_db()
    assert lead.level == "sql"
    assert not Flag.objects.exists()


def test_a_lead_that_falls_further_keeps_its_flag_which_says_so(lead, record):
    record(employees=Decimal(60))
    first = Flag.objects.get()
    record(has_pain=False)

    again = Flag.objects.get()
    assert (first.to_level, again.to_level, again.raised_at) == ("mql", "none", first.raised_at)
    assert again.reason.startswith("Was SQL, is NONE now.")


def test_a_lead_that_is_back_where_it_was_needs_no_flag_any_more(lead, record, now):
    record(employees=Decimal(60))
    record(employees=Decimal(250))

    flag = Flag.objects.get()
    assert (flag.cleared_at, flag.cleared_by, flag.note) == (
        now + timedelta(days=2),
        None,
        "The level is SQL again.",
    )


def test_half_the_way_back_leaves_the_flag_open(lead, record):
    record(has_pain=False)
    record(has_pain=True, employees=Decimal(60))

    assert flags_of(lead) == [("sql", "mql", True)]


def test_a_flag_that_was_seen_to_is_raised_anew_when_the_level_falls_again(lead, record, rep, now):
    record(employees=Decimal(60))
    services.clear_flag(flag_id=Flag.objects.get().pk, by=rep, now=now, note="Talked to them.")
    record(has_pain=False)

    assert flags_of(lead) == [("sql", "mql", False), ("mql", "none", True)]


def test_a_new_version_that_lowers_leads_raises_their_flags(lead, rep, manager, now):
    draft = services.copy_to_draft(version_id=lead.qualification.version_id, by=manager)
    draft.sql_score = Decimal(60)
    draft.save()

    work_off_rejudging(services.publish(version_id=draft.pk, by=manager, now=now).rejudgings.get().pk)

    flag = Flag.objects.get()
    assert flags_of(lead) == [("sql", "mql", True)]
    assert flag.reason == "Was SQL, is MQL now. Not so, or not known: SQL: Score of at least 60."


def test_a_closed_lead_raises_no_flag(lead, manager, record, now):
    gone = cause(lead.business)
    services.move_lead(lead_id=lead.pk, to=Stage.DISQUALIFIED, cause_id=gone, expected_revision=1, by=manager, now=now)
    record(employees=Decimal(10))

    assert not Flag.objects.exists()


def test_closing_a_lead_clears_its_flag(lead, manager, record, now):
    record(employees=Decimal(60))
    services.move_lead(
        lead_id=lead.pk,
        to=Stage.DISQUALIFIED,
        cause_id=cause(lead.business),
        expected_revision=2,
        by=manager,
        now=now + timedelta(9),
    )

    flag = Flag.objects.get()
    assert (flag.cleared_at, flag.note) == (now + timedelta(9), "The lead was closed.")


def test_while_an_override_lasts_the_computed_level_raises_no_flag(lead, manager, record, now):
    services.override_level(
        lead_id=lead.pk,
        level=Level.SQL,
        reason="They called",
        expires_at=now + timedelta(days=30),
        expected_revision=1,
        by=manager,
        now=now,
    )
    record(employees=Decimal(60))

    assert not Flag.objects.exists()


def test_an_override_that_lowers_the_level_tells_the_owner(lead, manager, now):
    services.override_level(
        lead_id=lead.pk,
        level=Level.NONE,
        reason="A competitor",
        expires_at=now + timedelta(days=30),
        expected_revision=1,
        by=manager,
        now=now,
    )

    assert flags_of(lead) == [("sql", "none", True)]
    assert Flag.objects.get().reason == ("Was SQL, is NONE now. Overridden until 2026-04-01: A competitor")


def test_flags_of_others_cannot_be_cleared(lead, record, stranger, join, business, now):
    record(employees=Decimal(60))
    flag = Flag.objects.get()

    with pytest.raises(NotFound):
        services.clear_flag(flag_id=flag.pk, by=stranger, now=now)
    with pytest.raises(NotAllowed):
        services.clear_flag(flag_id=flag.pk, by=join(business, Role.VIEWER), now=now)

    flag.refresh_from_db()
    assert flag.cleared_at is None
