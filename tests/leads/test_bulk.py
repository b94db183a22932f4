"""Many rows in few statements: they read back as if they had been saved one by one."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from leads import bulk
from leads.models import Event, Lead, Organization, Qualification

FIELDS = ("business", "lead", "kind", "at", "data")
MOMENT = datetime(2026, 3, 2, 9, 30, 0, 123456, tzinfo=UTC)


@pytest.fixture
def lead(rep, make_lead):
    return make_lead(rep)


def test_rows_that_are_added_read_back_as_they_were_given(business, lead):
    elsewhere = MOMENT.astimezone(timezone(timedelta(hours=9)))
    given = [
        (business.pk, lead.pk, "first", MOMENT, {"text": 'ä\t"\\N\n', "number": 1, "none": None}),
        (business.pk, lead.pk, "second", elsewhere, {}),
    ]

    bulk.insert(Event, FIELDS, given)

    found = Event.objects.filter(kind__in=("first", "second")).order_by("id")
    assert list(found.values_list(*FIELDS)) == given


def test_ids_that_were_drawn_are_not_given_to_others(business, lead, publish, now):
    version = publish(business)
    numbers = {"score": Decimal("12.5"), "worst": Decimal("-0.01"), "best": Decimal("9999999.99")}
    fields = ("id", "business", "lead", "version", "judged_at", "level", "possible_level", "order_ready")
    with transaction.atomic():
        ids = bulk.next_ids(Qualification, 3)
        rows = [(pk, business.pk, lead.pk, version.pk, now, "none", "sql", "", "{}", *numbers.values()) for pk in ids]
        bulk.insert(Qualification, (*fields, "explanation", *numbers), rows)

    row = Qualification.objects.get(pk=ids[1])
    another = Qualification.objects.create(
        business=business, lead=lead, version=version, judged_at=now, level="none", possible_level="none", **numbers
    )

    assert len(set(ids)) == 3
    assert {name: getattr(row, name) for name in numbers} == numbers
    assert (row.judged_at, row.possible_level) == (now, "sql")
    assert another.pk not in ids
    assert Qualification.objects.filter(pk__in=ids).count() == 3


def test_nothing_to_write_asks_nothing(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        bulk.insert(Event, FIELDS, [])
        bulk.update_rows(Lead, ("score",), [])
        bulk.update(Lead, [], ("score",))


def test_only_the_named_fields_of_the_given_rows_are_written(rep, make_lead, now):
    first, second, third = (make_lead(rep, name) for name in ("One", "Two", "Three"))
    rows = [
        (first.pk, Decimal("1.25"), None, now, {"a": {"v": "1"}}),
        (second.pk, Decimal("-3"), None, None, {}),
    ]

    bulk.update_rows(Lead, ("score", "owner", "judge_again_at", "snapshot"), rows)

    found = Lead.objects.order_by("id").values_list("id", "score", "owner", "judge_again_at", "snapshot")
    assert list(found) == [*rows, (third.pk, third.score, third.owner_id, third.judge_again_at, third.snapshot)]
    assert set(Lead.objects.values_list("stage", "revision")) == {("inquiry", 1)}


def test_model_objects_are_written_by_their_fields(rep, make_lead):
    lead = make_lead(rep)
    lead.title, lead.source = "New", "not written"

    bulk.update(Lead, [lead], ("title",))

    assert Lead.objects.values_list("title", "source").get() == ("New", "")


def test_the_database_refuses_a_row_that_points_into_another_business(business, other_business, lead):
    before = Event.objects.count()
    strange = (other_business.pk, lead.pk, "strange", MOMENT, {})

    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Event, FIELDS, [(business.pk, lead.pk, "fine", MOMENT, {}), strange])

    assert (Event.objects.count(), Organization.objects.count()) == (before, 1)
