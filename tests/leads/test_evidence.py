"""Recording what was learned and what took place."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from leads import services
from leads.domain.rules import Range
from leads.domain.schema_document import Axis, BandSpec, CriterionSpec
from leads.domain.values import AttributeSpec, ValueType
from leads.models import (
    Attribute,
    Contact,
    Engagement,
    EngagementKind,
    Event,
    Evidence,
    EvidenceSource,
    LeadValue,
    Role,
)

DAY = timedelta(days=1)


@pytest.fixture
def lead(business, rep, publish, make_lead):
    publish(business)
    return make_lead(rep)


@pytest.fixture
def record(rep, lead, now):
    def recorded(*, by=rep, now=now, observed_at=None, note="", said_by_id=None, source=None, **values):
        return services.record_evidence(
            lead_id=lead.pk,
            values=values,
            by=by,
            now=now,
            observed_at=observed_at,
            note=note,
            said_by_id=said_by_id,
            source=source,
        )

    return recorded


def columns(lead):
    return sorted(LeadValue.objects.filter(lead=lead).values_list("key", "text", "number", "date"), key=str)


def test_one_recording_is_one_row_with_all_its_values(lead, record, rep, now, events):
    found = record(has_pain=True, employees=Decimal("120.50"), decision=None, note=" They lose orders ")

    evidence = Evidence.objects.get()
    assert evidence.values == {"has_pain": True, "employees": "120.5", "decision": {"unknown": "does_not_know"}}
    assert (evidence.source, evidence.author, evidence.note) == ("sales", rep.membership, "They lose orders")
    assert (evidence.observed_at, evidence.recorded_at) == (now, now)
    assert (found.revision, found.level, found.score) == (2, "mql", 40)
    found.refresh_from_db()
    assert (found.revision, found.level, found.score) == (2, "mql", 40)
    assert found.snapshot["employees"]["ev"] == evidence.pk
    assert events(lead) == ["lead_created", "evidence_recorded", "level_changed"]
    assert Event.objects.get(kind="evidence_recorded").data == {
        "evidence": evidence.pk,
        "keys": ["decision", "employees", "has_pain"],
    }
    assert Event.objects.get(kind="level_changed").data == {"from": "none", "to": "mql"}


def test_what_was_observed_earlier_is_kept_and_does_not_count(lead, record, now):
    record(employees=Decimal(200))
    found = record(employees=Decimal(20), observed_at=now - DAY)

    assert Evidence.objects.count() == 2
    assert (found.snapshot["employees"]["v"], found.snapshot["employees"]["was"]["v"]) == ("200", "20")
    assert found.score == 20


def test_does_not_know_is_recorded_and_erases_nothing(lead, record, now):
    record(employees=Decimal(200))
    found = record(employees=None, now=now + DAY)

    assert found.snapshot["employees"]["v"] == "200"
    assert found.snapshot["employees"]["dk"] == "2026-03-03T09:30:00+00:00"
    assert found.score == 20


@pytest.mark.parametrize(
    ("role", "source"),
    [
        (Role.MANAGER, EvidenceSource.SALES),
        (Role.SALES, EvidenceSource.SALES),
        (Role.INSIDE_SALES, EvidenceSource.INSIDE_SALES),
        (Role.MARKETING, EvidenceSource.MARKETING),
    ],
)
def test_the_role_says_where_evidence_comes_from_unless_told_otherwise(business, lead, record, join, role, source):
    by = join(business, role, "somebody@acme.example")

    record(by=by, has_pain=True)
    record(by=by, has_pain=False, source=EvidenceSource.PROSPECT)

    assert list(Evidence.objects.order_by("id").values_list("source", flat=True)) == [source, "prospect"]


def test_evidence_names_the_contact_who_said_it(business, lead, record):
    said_by = Contact.objects.create(business=business, organization=lead.organization, name="Ann")

    record(has_pain=True, said_by_id=said_by.pk)

    assert Evidence.objects.get().said_by == said_by


def test_a_contact_of_another_organization_has_said_nothing(business, record, refused, make_organization):
    elsewhere = make_organization(business, "Umbrella")
    contact = Contact.objects.create(business=business, organization=elsewhere, name="Ann")

    with refused("not_found", "saidBy"):
        record(has_pain=True, said_by_id=contact.pk)


def test_somebody_who_may_only_look_records_nothing(record, viewer, refused):
    with refused("not_allowed"):
        record(by=viewer, has_pain=True)


def test_a_member_who_left_records_nothing(record, rep, refused):
    rep.membership.is_active = False

    with refused("not_allowed"):
        record(has_pain=True)


def test_a_stranger_finds_no_such_lead(lead, record, stranger, refused, now):
    with refused("not_found", "lead"):
        record(by=stranger, has_pain=True)
    with refused("not_found", "lead"):
        services.record_engagement(lead_id=lead.pk, kind=EngagementKind.CALL, by=stranger, now=now)


@pytest.mark.parametrize("lead_id", [None, 0, -1, 10**9, 10**30])
def test_an_absent_lead_is_not_found(lead, rep, now, refused, lead_id):
    with refused("not_found", "lead"):
        services.record_evidence(lead_id=lead_id, values={"has_pain": True}, by=rep, now=now)


def test_all_values_are_taken_or_none(record, refused):
    with refused("value_refused", "employees"):
        record(has_pain=True, employees="many")
    with refused("unknown_attribute", "size"):
        record(has_pain=True, size=Decimal(5))
    with refused("nothing_to_record", "values"):
        record()


def test_an_archived_attribute_takes_no_values(record, refused, now):
    Attribute.objects.filter(key="employees").update(archived_at=now)

    with refused("unknown_attribute", "employees"):
        record(employees=Decimal(5))


def test_another_business_has_attributes_of_its_own(other_business, publish, document, stranger, record, refused):
    extra = AttributeSpec("vendor", "Vendor", ValueType.TEXT)
    publish(other_business, document(attributes=(*document().attributes, extra)))

    with refused("unknown_attribute", "vendor"):
        record(vendor="Umbrella")


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (datetime(2026, 3, 2, 9, 30, 0, 1, tzinfo=UTC), "from_the_future"),
        (datetime(2026, 3, 1, 9, 30), "moment_refused"),  # noqa: DTZ001 (no zone, as somebody may send it)
        (datetime(1, 1, 1, tzinfo=UTC), "moment_refused"),
        (datetime(9999, 12, 31, tzinfo=UTC), "moment_refused"),
    ],
)
def test_a_moment_in_the_future_or_without_a_zone_is_refused(lead, record, rep, now, refused, moment, code):
    with refused(code, "observedAt"):
        record(has_pain=True, observed_at=moment)
    with refused(code, "happenedAt"):
        services.record_engagement(lead_id=lead.pk, kind=EngagementKind.CALL, happened_at=moment, by=rep, now=now)


# --- What leads are searched by ------------------------------------------------------------------


def test_only_filterable_attributes_have_searchable_rows_and_they_follow_the_snapshot(lead, record, now):
    Attribute.objects.filter(key__in=["employees", "decision", "has_pain"]).update(filterable=True)

    record(employees=Decimal(120), decision=date(2026, 5, 1), has_pain=False, industry="bank")
    assert columns(lead) == [
        ("decision", None, None, date(2026, 5, 1)),
        ("employees", None, Decimal(120), None),
        ("has_pain", "no", None, None),
    ]

    record(employees=Range(Decimal(10), Decimal(20), Decimal(90)), has_pain=None, now=now + DAY)
    record(employees=Decimal(999), observed_at=now - DAY)
    assert columns(lead) == [
        ("decision", None, None, date(2026, 5, 1)),
        ("employees", None, Decimal(20), None),
        ("has_pain", "no", None, None),
    ]


def test_a_multiple_choice_has_a_row_for_each_choice(business, lead, record, now):
    choices = [{"code": code, "label": code} for code in ("a", "b", "c")]
    Attribute.objects.create(
        business=business, key="segments", label="S", type="multi_choice", choices=choices, filterable=True
    )

    record(segments=frozenset({"b", "a"}))
    assert [row[1] for row in columns(lead)] == ["a", "b"]

    record(segments=frozenset(), now=now + DAY)
    assert columns(lead) == []


def test_a_long_text_is_searched_by_its_beginning(business, lead, record):
    Attribute.objects.create(business=business, key="story", label="Story", type="text", filterable=True)

    found = record(story="x" * 2_000)

    assert columns(lead) == [("story", "x" * 200, None, None)]
    assert len(found.snapshot["story"]["v"]) == 2_000


# --- Engagements ---------------------------------------------------------------------------------


def count_webinars(document, when="webinars >= 2"):
    webinars = AttributeSpec("webinars", "W", ValueType.NUMBER, counts_kinds=("webinar",), counts_days=7)
    interest = CriterionSpec("interest", Axis.ENGAGEMENT, "I", "Q?", (BandSpec(when, Decimal(30), True),))
    return document(attributes=(*document().attributes, webinars), criteria=(*document().criteria, interest))


def test_an_engagement_is_counted_at_once(business, rep, publish, document, make_lead, now, events):
    publish(business, count_webinars(document))
    lead = make_lead(rep)

    for _ in range(2):
        engagement = services.record_engagement(
            lead_id=lead.pk, kind=EngagementKind.WEBINAR, title=" Orders ", by=rep, now=now
        )

    lead.refresh_from_db()
    assert (lead.score, lead.level, lead.revision, engagement.lead.revision) == (30, "mql", 3, 3)
    assert (engagement.title, engagement.author, engagement.happened_at) == ("Orders", rep.membership, now)
    assert events(lead) == ["lead_created", "engagement_recorded", "engagement_recorded", "level_changed"]
    assert Event.objects.filter(kind="engagement_recorded").last().data == {
        "engagement": engagement.pk,
        "kind": "webinar",
    }


def test_a_count_cannot_be_recorded_by_hand(business, rep, publish, document, make_lead, now, refused):
    publish(business, count_webinars(document))
    lead = make_lead(rep)

    with refused("derived_attribute", "webinars"):
        services.record_evidence(lead_id=lead.pk, values={"webinars": Decimal(9)}, by=rep, now=now)


def test_somebody_who_may_only_look_records_no_engagement(lead, viewer, now, refused):
    with refused("not_allowed"):
        services.record_engagement(lead_id=lead.pk, kind=EngagementKind.CALL, by=viewer, now=now)
    assert Engagement.objects.count() == 0
