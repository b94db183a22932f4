"""Judging leads by what their business published: one by one, and many at once."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from leads import selectors, services
from leads.domain.schema_document import LevelSpec
from leads.domain.stages import Level
from leads.models import Attribute, Business, EngagementKind, Event, Lead, Qualification

DAY = timedelta(days=1)
BANKS = 'industry == "bank"'


def without_dates(document, **changes):
    """Return a schema that reads no calendar: MQL from 20, SQL from 40."""
    return document(criteria=document().criteria[:2], sql=LevelSpec(Decimal(40), knock_outs=("pain", "fit")), **changes)


# --- What is kept --------------------------------------------------------------------------------


def test_a_judgement_is_kept_only_when_something_differs(business, rep, publish, document, make_lead, now, events):
    publish(business, without_dates(document))
    lead = make_lead(rep, values={"has_pain": True})
    first = lead.qualification

    for later in (now, now + DAY, now + 100 * DAY):
        services.qualify_lead(lead_id=lead.pk, by=rep, now=later)
    assert list(Qualification.objects.all()) == [first]

    services.record_evidence(lead_id=lead.pk, values={"industry": "bank"}, by=rep, now=now)
    assert list(Qualification.objects.all()) == [first]

    found = services.record_evidence(lead_id=lead.pk, values={"employees": Decimal(50)}, by=rep, now=now)
    assert Qualification.objects.count() == 2
    assert (found.qualification.score, found.qualification.level, found.level) == (40, "sql", "sql")
    assert (found.qualification.judged_at, found.revision) == (now, 3)
    assert events(lead).count("level_changed") == 2


def test_another_number_in_the_same_band_is_a_difference(business, rep, publish, document, make_lead, now):
    publish(business, without_dates(document))
    lead = make_lead(rep, values={"employees": Decimal(50)})

    services.record_evidence(lead_id=lead.pk, values={"employees": Decimal(51)}, by=rep, now=now)

    assert Qualification.objects.count() == 2


def test_a_day_that_passes_is_no_difference_until_a_band_changes(business, rep, publish, make_lead, now):
    publish(business)
    lead = make_lead(rep, values={"decision": date(2026, 6, 2)})  # 92 days ahead
    assert lead.score == 0

    services.qualify_lead(lead_id=lead.pk, by=rep, now=now + DAY)
    assert Qualification.objects.count() == 1

    found = services.qualify_lead(lead_id=lead.pk, by=rep, now=now + 2 * DAY)
    assert (Qualification.objects.count(), found.score) == (2, 15)


def test_another_version_judges_anew_and_the_old_judgement_stays(business, rep, manager, publish, make_lead, now):
    version = publish(business)
    lead = make_lead(rep, values={"has_pain": True})
    draft = services.copy_to_draft(version_id=version.pk, by=manager)
    draft.criteria.get(key="pain").bands.update(points=Decimal(40))
    new = services.publish(version_id=draft.pk, by=manager, now=now)
    assert Lead.objects.get().score == 30

    found = services.qualify_lead(lead_id=lead.pk, by=rep, now=now)

    assert (found.score, found.qualification.version, found.revision) == (40, new, 1)
    assert list(Qualification.objects.order_by("id").values_list("version", "score")) == [
        (version.pk, Decimal(30)),
        (new.pk, Decimal(40)),
    ]


def test_without_any_schema_a_lead_has_no_level(business, rep, manager, publish, make_lead, now, events):
    version = publish(business)
    lead = make_lead(rep, values={"has_pain": True})
    services.retire(version_id=version.pk, by=manager, now=now)
    assert Lead.objects.get().level == "mql"

    found = services.qualify_lead(lead_id=lead.pk, by=rep, now=now)

    assert (found.level, found.possible_level, found.score, found.qualification) == ("none", "none", 0, None)
    assert found.judge_again_at is None
    assert Event.objects.last().data == {"from": "mql", "to": "none"}


def test_the_first_schema_that_applies_judges_a_lead(business, rep, publish, document, make_lead, now):
    rest = publish(business, without_dates(document))
    banks = publish(business, without_dates(document, key="banks", applies_when=BANKS))
    lead = make_lead(rep, values={"industry": "saas"})
    assert lead.qualification.version == rest

    found = services.record_evidence(lead_id=lead.pk, values={"industry": "bank"}, by=rep, now=now)

    assert found.qualification.version == banks


def test_somebody_who_may_only_look_judges_nothing_and_a_stranger_finds_nothing(
    business, rep, viewer, stranger, publish, make_lead, now, refused
):
    lead = make_lead(rep)
    publish(business)

    with refused("not_allowed"):
        services.qualify_lead(lead_id=lead.pk, by=viewer, now=now)
    with refused("not_found", "lead"):
        services.qualify_lead(lead_id=lead.pk, by=stranger, now=now)


# --- When to judge again -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "now", "midnight"),
    [
        ("Europe/Berlin", "2026-03-02T09:30Z", "2026-03-02T23:00Z"),
        ("Europe/Berlin", "2026-03-02T23:00Z", "2026-03-03T23:00Z"),
        ("Europe/Berlin", "2026-03-28T23:00Z", "2026-03-29T22:00Z"),  # a day of 23 hours
        ("Europe/Berlin", "2026-10-24T22:00Z", "2026-10-25T23:00Z"),  # a day of 25 hours
        ("Africa/Cairo", "2026-04-23T12:00Z", "2026-04-23T22:00Z"),  # midnight is skipped: the day begins at one
        ("Africa/Cairo", "2026-10-29T20:30Z", "2026-10-29T22:00Z"),  # the hour before midnight happens twice
        ("Africa/Cairo", "2026-10-29T21:30Z", "2026-10-29T22:00Z"),
        ("Pacific/Apia", "2026-03-02T09:30Z", "2026-03-02T11:00Z"),
    ],
)
def test_the_next_day_begins_at_the_businesss_midnight(zone, now, midnight):
    business = Business(slug="x", name="X", time_zone=zone)
    moment = datetime.fromisoformat(now)

    found = selectors.next_midnight(business, moment)

    assert found == datetime.fromisoformat(midnight)
    assert found.tzinfo is UTC
    assert selectors.local_day(business, found) == selectors.local_day(business, moment) + DAY
    assert selectors.local_day(business, found - timedelta(seconds=1)) == selectors.local_day(business, moment)


def test_a_lead_is_judged_again_at_the_earliest_of_midnight_staleness_and_an_overrides_end(
    business, rep, manager, publish, document, make_lead, now
):
    attributes = tuple(replace(spec, freshness_days=2) for spec in document().attributes)
    schema = without_dates(document, attributes=attributes)
    publish(business, schema)
    lead = make_lead(rep)
    assert lead.judge_again_at is None

    lead = services.record_evidence(lead_id=lead.pk, values={"has_pain": True}, by=rep, now=now)
    assert lead.judge_again_at == now + 2 * DAY

    lead = services.override_level(
        lead_id=lead.pk, level=Level.SQL, reason="x", expires_at=now + DAY, expected_revision=2, by=manager, now=now
    )
    assert lead.judge_again_at == now + DAY
    assert services.qualify_lead(lead_id=lead.pk, by=rep, now=now + DAY).judge_again_at == now + 2 * DAY

    found = services.qualify_lead(lead_id=lead.pk, by=rep, now=now + 2 * DAY)
    assert (found.judge_again_at, found.level, found.score) == (None, "none", 0)


# --- Counting engagements ------------------------------------------------------------------------


def test_a_window_holds_today_and_the_days_before_it(business, rep, publish, document, with_interest, make_lead, now):
    publish(business, with_interest(days=7))
    in_time = datetime(2026, 2, 23, 23, tzinfo=UTC)  # Berlin's midnight, six days before today
    cases = {in_time: 30, in_time - timedelta(microseconds=1): 0, now: 30}

    scores = {}
    for moment in cases:
        lead = make_lead(rep, f"At {moment}")
        services.record_engagement(lead_id=lead.pk, kind=EngagementKind.WEBINAR, happened_at=moment, by=rep, now=now)
        lead.refresh_from_db()
        scores[moment] = lead.score

    assert scores == cases


def test_other_kinds_and_other_leads_do_not_count(business, rep, publish, document, with_interest, make_lead, now):
    publish(business, with_interest())
    lead, other = make_lead(rep), make_lead(rep, "Other")

    services.record_engagement(lead_id=lead.pk, kind=EngagementKind.CALL, by=rep, now=now)
    services.record_engagement(lead_id=other.pk, kind=EngagementKind.WEBINAR, by=rep, now=now)

    assert dict(Lead.objects.values_list("organization__name", "score")) == {"Initech": 0, "Other": 30}


def test_each_version_counts_by_its_own_window(business, rep, publish, document, with_interest, make_lead, now):
    publish(business, with_interest(days=7))
    Attribute.objects.filter(key="webinars").update(counts_days=90)
    publish(business, with_interest(days=90, key="banks", applies_when=BANKS))

    scores = {}
    for industry in ("saas", "bank"):
        lead = make_lead(rep, industry, values={"industry": industry})
        services.record_engagement(
            lead_id=lead.pk, kind=EngagementKind.WEBINAR, happened_at=now - 30 * DAY, by=rep, now=now
        )
        scores[industry] = Lead.objects.get(pk=lead.pk).score

    assert scores == {"saas": 0, "bank": 30}
