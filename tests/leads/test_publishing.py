"""Drafts, published versions, and the documents between them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError

from leads import services
from leads.domain.documents import checksum
from leads.domain.schema_document import Axis, LevelSpec, read, write
from leads.domain.values import AttributeSpec, ValueType
from leads.models import Attribute, AxisMinimum, Band, Criterion, QualificationSchema, QualificationVersion, Status


def paths(caught):
    return [problem.path for problem in caught.value.problems]


def draft_of(document, by):
    return services.draft_from_document(document=document, by=by)


def publish_draft(draft, by, now):
    return services.publish(version_id=draft.pk, by=by, now=now)


def test_publishing_turns_rows_into_a_document_and_removes_them(business, manager, document, now):
    draft = draft_of(document(), manager)
    assert (Criterion.objects.count(), Band.objects.count()) == (3, 4)

    version = publish_draft(draft, manager, now)

    version.refresh_from_db()
    read_attributes = tuple(spec for spec in document().attributes if spec.key != "industry")
    assert read(version.document) == document(attributes=read_attributes)
    assert version.checksum == checksum(version.document)
    assert (version.number, version.status, version.published_at) == (1, "published", now)
    assert version.published_by == manager.membership
    assert (Criterion.objects.count(), Band.objects.count(), AxisMinimum.objects.count()) == (0, 0, 0)


def test_a_copy_published_unchanged_is_equal_byte_for_byte(business, manager, document, now):
    full = document(
        language="de",
        order_ready="days_until_decision <= 30",
        mql=LevelSpec(Decimal("20.50"), ((Axis.FIT, Decimal(-10)), (Axis.PAIN, Decimal("0.05"))), ("pain",)),
        criteria=tuple(
            replace(spec, help="Ask twice.", freshness_days=30, otherwise_points=Decimal("-0.50"))
            for spec in document().criteria
        ),
    )
    first = publish_draft(draft_of(full, manager), manager, now)
    services.retire(version_id=first.pk, by=manager, now=now)

    second = publish_draft(services.copy_to_draft(version_id=first.pk, by=manager), manager, now)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status, second.number) == ("retired", "published", 2)
    assert second.document == first.document
    assert second.document == write(read(first.document))


def test_publishing_again_retires_the_version_before(business, manager, document, now):
    first = publish_draft(draft_of(document(), manager), manager, now)
    later = now + timedelta(days=1)

    publish_draft(services.copy_to_draft(version_id=first.pk, by=manager), manager, later)

    first.refresh_from_db()
    assert (first.status, first.retired_at) == ("retired", later)
    assert QualificationVersion.objects.filter(status=Status.PUBLISHED).count() == 1


def test_a_draft_that_makes_no_sense_stays_as_it_was(business, manager, document, now, refused):
    draft = draft_of(document(), manager)
    Band.objects.filter(when="has_pain").update(when="has_pian")

    with refused("document_refused") as caught:
        publish_draft(draft, manager, now)
    assert paths(caught) == ["criteria[0].bands[0].when"]


def test_what_could_not_be_read_back_is_never_published(business, manager, document, now, refused):
    draft = draft_of(document(), manager)
    Criterion.objects.filter(key="fit").update(freshness_days=0)
    Attribute.objects.filter(key="employees").update(freshness_days=2_000_000_000)

    with refused("document_refused") as caught:
        publish_draft(draft, manager, now)
    assert paths(caught) == ["attributes[1].freshness_days", "criteria[1].freshness_days"]


def test_an_attribute_archived_meanwhile_is_missed_by_the_rules_that_read_it(business, manager, document, now, refused):
    draft = draft_of(document(), manager)
    Attribute.objects.filter(key__in=["employees", "industry"]).update(archived_at=now)

    with refused("document_refused") as caught:
        publish_draft(draft, manager, now)
    assert paths(caught) == ["criteria[1].bands[0].when", "criteria[1].bands[1].when"]

    Attribute.objects.filter(key="employees").update(archived_at=None)
    assert publish_draft(draft, manager, now).status == "published"


def test_a_version_is_published_retired_and_copied_only_from_the_right_state(business, manager, document, now, refused):
    draft = draft_of(document(), manager)
    with refused("not_published"):
        services.retire(version_id=draft.pk, by=manager, now=now)
    with refused("not_published"):
        services.copy_to_draft(version_id=draft.pk, by=manager)
    with refused("draft_exists"):
        draft_of(document(name="Another"), manager)

    publish_draft(draft, manager, now)
    with refused("not_a_draft"):
        publish_draft(draft, manager, now)
    services.retire(version_id=draft.pk, by=manager, now=now)
    with refused("not_a_draft"):
        publish_draft(draft, manager, now)
    with refused("not_published"):
        services.retire(version_id=draft.pk, by=manager, now=now)


def test_only_managers_author(business, manager, rep, viewer, document, now, refused):
    draft = draft_of(document(), manager)

    for by in (rep, viewer):
        with refused("not_allowed"):
            draft_of(document(key="another"), by)
        with refused("not_allowed"):
            publish_draft(draft, by, now)
        with refused("not_allowed"):
            services.retire(version_id=draft.pk, by=by, now=now)
        with refused("not_allowed"):
            services.copy_to_draft(version_id=draft.pk, by=by)


def test_a_stranger_finds_no_such_version(business, manager, stranger, document, now, refused):
    draft = draft_of(document(), manager)

    with refused("not_found", "version"):
        publish_draft(draft, stranger, now)
    with refused("not_found", "version"):
        services.retire(version_id=draft.pk, by=stranger, now=now)
    with refused("not_found", "version"):
        services.copy_to_draft(version_id=draft.pk, by=stranger)


# --- From a document to rows ---------------------------------------------------------------------


def test_a_document_brings_the_attributes_that_the_business_lacks(business, manager, document):
    Attribute.objects.create(business=business, key="employees", label="Staff", type="number", freshness_days=9)

    draft_of(document(), manager)

    assert list(Attribute.objects.order_by("id").values_list("key", "label", "type")) == [
        ("employees", "Staff", "number"),
        ("has_pain", "Has the pain", "yes_no"),
        ("decision", "Decision date", "date"),
        ("industry", "Industry", "choice"),
    ]


def test_a_document_with_another_or_an_archived_attribute_is_refused(business, manager, document, now, refused):
    mine = Attribute.objects.create(business=business, key="employees", label="Staff", type="text")
    with refused("attribute_conflict", "employees"):
        draft_of(document(), manager)

    Attribute.objects.filter(pk=mine.pk).update(type="number", archived_at=now)
    with refused("attribute_conflict", "employees"):
        draft_of(document(), manager)


def test_a_document_that_makes_no_sense_leaves_nothing_behind(business, manager, document, refused):
    pain = document().criteria[0]
    wrong = (
        document(sql=LevelSpec(Decimal(50), knock_outs=("pain", "pian"))),
        document(sql=LevelSpec(minimums=((Axis.FIT, Decimal(1)), (Axis.FIT, Decimal(2))))),
        document(criteria=(pain, pain)),
        document(applies_when="no such thing"),
    )

    for spoilt in wrong:
        with refused("document_refused"):
            draft_of(spoilt, manager)


def test_an_attribute_that_no_business_could_have_leaves_nothing_behind(business, manager, document):
    choiceless = AttributeSpec("size", "Size", ValueType.CHOICE)

    with pytest.raises(ValidationError):
        draft_of(document(attributes=(*document().attributes, choiceless)), manager)

    assert (Attribute.objects.count(), QualificationSchema.objects.count(), Criterion.objects.count()) == (0, 0, 0)


def test_another_businesss_schema_and_attributes_are_no_matter(business, other_business, manager, stranger, document):
    draft_of(document(), stranger)
    draft_of(document(), manager)

    assert QualificationSchema.objects.filter(key="standard").count() == 2
    assert Attribute.objects.filter(business=business).count() == 4


# --- Several schemas -----------------------------------------------------------------------------


BANKS = 'industry == "bank"'


def test_a_schema_with_a_condition_comes_first_and_one_without_last(business, manager, document):
    draft_of(document(), manager)
    draft_of(document(key="banks", applies_when=BANKS), manager)
    draft_of(document(key="shops", applies_when=BANKS), manager)
    draft_of(document(key="rest"), manager)

    assert list(QualificationSchema.objects.values_list("key", flat=True)) == ["shops", "banks", "standard", "rest"]


def test_the_last_schema_has_no_condition_and_all_others_have_one(business, manager, document, now, refused):
    banks = draft_of(document(key="banks", applies_when=BANKS), manager)
    with refused("document_refused"):
        publish_draft(banks, manager, now)

    publish_draft(draft_of(document(), manager), manager, now)
    publish_draft(banks, manager, now)

    late = draft_of(document(key="rest"), manager)
    with refused("document_refused"):  # the one before it judges every lead
        publish_draft(late, manager, now)
    QualificationSchema.objects.filter(key="rest").update(position=0)
    with refused("document_refused"):  # it would judge every lead before the others
        publish_draft(late, manager, now)


def test_the_last_schema_can_be_published_again(business, manager, document, now):
    rest = publish_draft(draft_of(document(), manager), manager, now)
    publish_draft(draft_of(document(key="banks", applies_when=BANKS), manager), manager, now)

    again = publish_draft(services.copy_to_draft(version_id=rest.pk, by=manager), manager, now)

    assert (again.number, again.status) == (2, "published")
