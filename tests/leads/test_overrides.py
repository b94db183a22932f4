"""A manager's decision that another level counts than the computed one, for a reason and a time."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from leads import services
from leads.domain.stages import Level, Stage
from leads.models import Event, Lead, LevelOverride
from leads.tenancy import system
from tests.causes import cause

HOUR = timedelta(hours=1)


@pytest.fixture
def lead(business, rep, publish, make_lead):
    publish(business)
    return make_lead(rep)


@pytest.fixture
def override(lead, manager, now):
    def overridden(level=Level.SQL, *, by=manager, reason="They called", expires_at=None, revision=1, now=now):
        return services.override_level(
            lead_id=lead.pk,
            level=level,
            reason=reason,
            expires_at=expires_at or now + HOUR,
            expected_revision=revision,
            by=by,
            now=now,
        )

    return overridden


def in_force(now):
    return Lead.objects.with_level_in_force(now).get().in_force


def test_an_override_is_in_force_until_its_last_moment_and_not_at_it(lead, override, now):
    override()
    end, found = now + HOUR, Lead.objects.get()

    for moment, level in [(now, "sql"), (end - timedelta(microseconds=1), "sql"), (end, "none"), (end + HOUR, "none")]:
        assert found.level_in_force(moment) == level
        assert in_force(moment) == level
        assert Lead.objects.at_level([level], moment).count() == 1
        assert Lead.objects.at_level(["mql"], moment).count() == 0
    assert (found.level, found.revision, found.judge_again_at) == ("none", 2, end)


def test_an_override_is_kept_with_its_reason_and_told(lead, override, manager, now, events):
    override(reason=" They called ")

    kept = LevelOverride.objects.get()
    assert (kept.level, kept.reason, kept.author) == ("sql", "They called", manager.membership)
    assert (kept.created_at, kept.expires_at) == (now, now + HOUR)
    assert events(lead) == ["lead_created", "level_overridden"]
    assert Event.objects.last().data == {"override": kept.pk, "computed": "none", "to": "sql"}


def test_an_override_may_lower_the_level(lead, override, rep, now):
    services.record_evidence(lead_id=lead.pk, values={"has_pain": True, "employees": Decimal(500)}, by=rep, now=now)

    override(Level.NONE, revision=2)

    assert (Lead.objects.get().level, in_force(now), in_force(now + HOUR)) == ("sql", "none", "sql")


def test_a_later_override_replaces_one_that_still_lasts(lead, override, now):
    override()
    override(Level.MQL, revision=2, expires_at=now + 2 * HOUR)

    assert [in_force(now), in_force(now + HOUR), in_force(now + 2 * HOUR)] == ["mql", "mql", "none"]
    assert LevelOverride.objects.count() == 2


def test_an_override_opens_the_way_to_its_stage_only_while_it_lasts(lead, override, rep, now, refused):
    override()

    with refused("level_too_low", "to"):
        services.move_lead(lead_id=lead.pk, to=Stage.SQL, expected_revision=2, by=rep, now=now + HOUR)
    receipt = services.move_lead(lead_id=lead.pk, to=Stage.SQL, expected_revision=2, by=rep, now=now)

    assert receipt.level_in_force == "sql"


def test_a_judgement_after_its_end_takes_it_off_and_asks_for_no_other(lead, override, rep, now):
    override()

    found = services.qualify_lead(lead_id=lead.pk, by=rep, now=now + HOUR)

    assert (found.level, found.override_level, found.override_expires_at) == ("none", "", None)
    assert found.judge_again_at is None


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"reason": " \n"}, "reason_missing", "reason"),
        ({"expires_at": "now"}, "expiry_not_ahead", "expiresAt"),
        ({"expires_at": "naive"}, "moment_refused", "expiresAt"),
        ({"revision": 2}, "stale_revision", "expectedRevision"),
    ],
)
def test_an_override_without_reason_or_end_changes_nothing(override, refused, now, given, code, field):
    moments = {"now": now, "naive": datetime(2026, 4, 1)}  # noqa: DTZ001 (no zone, as somebody may send it)
    if "expires_at" in given:
        given = {"expires_at": moments[given["expires_at"]]}

    with refused(code, field):
        override(**given)


def test_only_managers_and_the_system_override(business, override, rep, viewer, stranger, refused):
    with refused("not_allowed"):
        override(by=rep)
    with refused("not_allowed"):
        override(by=viewer)
    with refused("not_found", "lead"):
        override(by=stranger)

    override(by=system(business, "command"))
    assert LevelOverride.objects.get().author is None


def test_a_closed_lead_is_reopened_before_it_is_overridden(lead, override, rep, now, refused):
    spam = cause(lead.business, "duplicate_or_not_genuine")
    services.move_lead(lead_id=lead.pk, to=Stage.DISQUALIFIED, expected_revision=1, by=rep, now=now, cause_id=spam)

    with refused("lead_is_closed", "lead"):
        override(revision=2)
