"""What time alone changes: stale evidence, new days, touches that leave their window, overrides that end."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from leads import services
from leads.domain.stages import Level, Stage
from leads.models import EngagementKind, Event, Flag, Lead, LevelOverride, Qualification
from leads.services import due
from leads.services.due import due_leads, judge_due
from leads.services.judges import judges_of
from leads.services.moves import NoOverride
from tests.causes import cause

LARGE = {"has_pain": True, "employees": Decimal(250)}
DAY = timedelta(days=1)


@pytest.fixture
def fresh_pain(document):
    """The worked example, where the pain is stale after ten days."""
    pain, *others = document().attributes
    return document(attributes=(replace(pain, freshness_days=10), *others))


def kinds(lead):
    return list(Event.objects.filter(lead=lead).order_by("pk").values_list("kind", flat=True))


def test_stale_evidence_turns_its_criterion_unknown_at_its_time(publish, business, rep, make_lead, fresh_pain, now):
    publish(business, fresh_pain)
    lead = make_lead(rep, values=LARGE)
    assert (lead.level, lead.judge_again_at) == ("sql", now + 10 * DAY)

    early = judge_due(now + 10 * DAY - timedelta(microseconds=1))
    in_time = judge_due(now + 10 * DAY)

    lead.refresh_from_db()
    assert (early, in_time) == (0, 1)
    assert (lead.level, lead.possible_level, lead.score, lead.judge_again_at) == ("mql", "sql", Decimal(20), None)
    assert lead.revision == 1
    assert Flag.objects.get().reason == (
        "Was SQL, is MQL now. Not so, or not known: SQL: Score of at least 50; SQL: Pain must be met."
    )


def test_late_is_as_good_as_in_time_and_twice_as_once(publish, business, rep, make_lead, fresh_pain, now):
    publish(business, fresh_pain)
    lead = make_lead(rep, values=LARGE)

    assert [judge_due(now + 40 * DAY), judge_due(now + 40 * DAY), judge_due(now + 41 * DAY)] == [1, 0, 0]
    assert Qualification.objects.filter(lead=lead).count() == 2
    assert kinds(lead).count("level_changed") == 2


def test_a_deadline_comes_nearer_at_the_businesss_midnight(publish, business, rep, make_lead, now):
    publish(business)
    far = make_lead(rep, "Far", values={**LARGE, "decision": datetime(2026, 6, 1).date()})  # noqa: DTZ001
    none = make_lead(rep, "None", values=LARGE)
    # Midnight in Berlin, after a winter's day.
    assert (far.judge_again_at, none.judge_again_at) == (datetime(2026, 3, 2, 23, tzinfo=UTC), None)
    assert far.score == Decimal(50)

    judged = [judge_due(datetime(2026, 3, day, 23, tzinfo=UTC)) for day in (1, 2)]
    far.refresh_from_db()
    assert (judged, far.score) == ([0, 1], Decimal(65))
    assert far.judge_again_at == datetime(2026, 3, 3, 23, tzinfo=UTC)


def test_touches_leave_their_window_at_midnight(publish, business, rep, make_lead, with_interest, now):
    publish(business, with_interest(days=7))
    lead, quiet = make_lead(rep, "Watched", values=LARGE), make_lead(rep, "Quiet", values=LARGE)
    services.record_engagement(lead_id=lead.pk, kind=EngagementKind.WEBINAR, by=rep, now=now)
    lead.refresh_from_db()
    assert (lead.score, quiet.judge_again_at) == (Decimal(80), None)

    for days in range(8):
        judge_due(datetime(2026, 3, 2, 23, tzinfo=UTC) + days * DAY)

    lead.refresh_from_db()
    assert (lead.score, lead.judge_again_at) == (Decimal(50), None)


def test_a_date_that_is_assumed_comes_nearer_too(publish, business, document, rep, make_lead, now):
    pain, employees, decision, industry = document().attributes
    assumed = replace(decision, not_given="2026-06-15")
    publish(business, document(attributes=(pain, employees, assumed, industry)))
    lead = make_lead(rep, values=LARGE)
    assert (lead.score, lead.judge_again_at) == (Decimal(50), datetime(2026, 3, 2, 23, tzinfo=UTC))

    judge_due(now + 30 * DAY)

    lead.refresh_from_db()
    assert lead.score == Decimal(65)


def test_a_business_that_cannot_be_judged_does_not_keep_the_others(
    publish, business, other_business, rep, stranger, make_lead, fresh_pain, now, monkeypatch
):
    publish(business, fresh_pain)
    publish(other_business, fresh_pain)
    ours, theirs = make_lead(rep, values=LARGE), make_lead(stranger, values=LARGE)

    def broken(found):
        if found == business:
            raise RuntimeError("out of order")
        return judges_of(found)

    monkeypatch.setattr(due, "judges_of", broken)
    with pytest.raises(RuntimeError):
        judge_due(now + 10 * DAY, at_most=1)

    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.level, theirs.level) == ("sql", "mql")


def test_closed_leads_rest(publish, business, rep, manager, make_lead, fresh_pain, now):
    publish(business, fresh_pain)
    lead = make_lead(rep, values=LARGE)
    gone = cause(business)
    services.move_lead(lead_id=lead.pk, to=Stage.DISQUALIFIED, cause_id=gone, expected_revision=1, by=rep, now=now)
    lead.refresh_from_db()
    assert lead.judge_again_at is None

    assert judge_due(now + 20 * DAY) == 0
    back = services.move_lead(lead_id=lead.pk, to=Stage.INQUIRY, reason="Back", expected_revision=2, by=rep, now=now)

    back.lead.refresh_from_db()
    assert back.lead.judge_again_at == now + 10 * DAY


def test_leads_of_a_business_without_a_schema_wait_for_nothing(business, rep, make_lead, now):
    assert make_lead(rep).judge_again_at is None
    assert judge_due(now + 1_000 * DAY) == 0


def test_what_is_due_is_judged_batch_by_batch(publish, business, rep, make_lead, fresh_pain, now):
    publish(business, fresh_pain)
    for name in "ABCDE":
        make_lead(rep, name, values=LARGE)

    assert judge_due(now + 10 * DAY, at_most=2) == 5
    assert set(Lead.objects.values_list("level", flat=True)) == {"mql"}


def test_due_leads_are_found_by_their_index(db, now):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    plan = due_leads(now).explain()

    assert "lead_judge_again" in plan


def test_without_due_leads_looking_takes_one_query(publish, business, make_lead, rep, now):
    publish(business)
    make_lead(rep, values=LARGE)

    with CaptureQueriesContext(connection) as queries:
        judge_due(now)

    assert len(queries) <= 2


# --- Overrides -----------------------------------------------------------------------------------


@pytest.fixture
def overridden(publish, business, rep, manager, make_lead, now):
    publish(business)
    lead = make_lead(rep, values={"has_pain": True}, owner_id=rep.membership.pk)
    return services.override_level(
        lead_id=lead.pk,
        level=Level.SQL,
        reason="They called",
        expires_at=now + 5 * DAY,
        expected_revision=1,
        by=manager,
        now=now,
    )


def test_an_override_ends_by_itself(overridden, now):
    assert (overridden.level, overridden.level_in_force(now), overridden.judge_again_at) == (
        "mql",
        "sql",
        now + 5 * DAY,
    )

    assert judge_due(now + 5 * DAY) == 1

    overridden.refresh_from_db()
    assert (overridden.override_level, overridden.override_expires_at, overridden.revision) == ("", None, 2)
    assert kinds(overridden)[-1] == "override_ended"
    assert Event.objects.latest("pk").data == {"from": "sql", "to": "mql"}
    flag = Flag.objects.get()
    assert (flag.from_level, flag.to_level) == ("sql", "mql")
    assert judge_due(now + 6 * DAY) == 0


def test_whoever_judges_the_lead_first_ends_an_override_that_is_over(overridden, rep, now):
    services.record_evidence(lead_id=overridden.pk, values={"industry": "bank"}, by=rep, now=now + 6 * DAY)

    overridden.refresh_from_db()
    assert (overridden.override_level, overridden.override_expires_at) == ("", None)
    assert kinds(overridden).count("override_ended") == 1
    assert Flag.objects.count() == 1


def test_a_manager_ends_an_override_before_its_time(overridden, manager, now):
    ended = services.end_override(lead_id=overridden.pk, expected_revision=2, by=manager, now=now + DAY)

    ended.refresh_from_db()
    assert (ended.override_level, ended.level_in_force(now + DAY), ended.revision) == ("", "mql", 3)
    override = LevelOverride.objects.get()
    assert (override.expires_at, override.ended_at, override.ended_by) == (now + 5 * DAY, now + DAY, manager.membership)
    assert kinds(ended)[-1] == "override_ended"
    with pytest.raises(NoOverride, match="The computed level counts already"):
        services.end_override(lead_id=overridden.pk, expected_revision=3, by=manager, now=now + DAY)


def test_a_second_override_ends_the_first(overridden, manager, now):
    services.override_level(
        lead_id=overridden.pk,
        level=Level.NONE,
        reason="A mistake",
        expires_at=now + 9 * DAY,
        expected_revision=2,
        by=manager,
        now=now + DAY,
    )

    second, first = LevelOverride.objects.order_by("-pk")
    assert (first.ended_at, first.ended_by, second.ended_at) == (now + DAY, manager.membership, None)
    assert judge_due(now + 5 * DAY) <= 1
    overridden.refresh_from_db()
    assert overridden.level_in_force(now + 6 * DAY) == "none"
