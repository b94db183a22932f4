"""Beginning and discarding drafts, and the order in which schemas are asked."""

import pytest

from leads import services
from leads.domain.errors import DomainError
from leads.models import Band, Criterion, QualificationSchema, QualificationVersion, Rejudging, Status
from tests.leads.test_races import at_once


@pytest.fixture
def draft(manager, document) -> QualificationVersion:
    return services.draft_from_document(document=document(), by=manager)


def test_a_draft_is_discarded_with_all_that_is_in_it(draft, manager):
    assert services.discard_draft(version_id=draft.pk, by=manager) == draft.schema
    assert (QualificationVersion.objects.count(), Criterion.objects.count(), Band.objects.count()) == (0, 0, 0)
    assert QualificationSchema.objects.get() == draft.schema
    assert services.begin_draft(schema_id=draft.schema_id, by=manager).number == 1


def test_what_is_published_is_not_discarded(business, manager, publish, refused):
    version = publish(business)
    with refused("not_a_draft"):
        services.discard_draft(version_id=version.pk, by=manager)


def test_only_managers_of_the_business_discard_a_draft(draft, rep, stranger, refused):
    with refused("not_allowed"):
        services.discard_draft(version_id=draft.pk, by=rep)
    with refused("not_found", "version"):
        services.discard_draft(version_id=draft.pk, by=stranger)


def test_a_draft_without_test_cases_has_no_results_and_a_broken_one_neither(draft):
    assert services.results_of(draft) == []
    draft.test_cases.create(business=draft.business, name="Any", level="none", values={})
    assert [result.problems for result in services.results_of(draft)] == [()]
    draft.criteria.all().delete()
    assert services.results_of(draft) == []


# --- The order of schemas ------------------------------------------------------------------------


@pytest.fixture
def schemas(business, publish, document) -> dict[str, QualificationSchema]:
    """Published: for banks, for large ones, and for all others; in this order."""
    publish(business)
    publish(business, document(key="large", name="Large", applies_when="employees > 500"))
    publish(business, document(key="banks", name="Banks", applies_when='industry == "bank"'))
    return {schema.key: schema for schema in QualificationSchema.objects.all()}


def order() -> list[str]:
    return list(QualificationSchema.objects.values_list("key", flat=True))


def test_a_schema_is_put_at_another_place_and_the_others_close_up(schemas, manager, now):
    assert order() == ["banks", "large", "standard"]
    services.place_schema(schema_id=schemas["banks"].pk, place=1, by=manager, now=now)
    assert order() == ["large", "banks", "standard"]
    assert list(QualificationSchema.objects.values_list("position", flat=True)) == [0, 1, 2]


def test_a_new_order_of_published_schemas_lets_the_leads_be_judged_anew(schemas, manager, make_lead, now):
    make_lead(manager)
    services.place_schema(schema_id=schemas["banks"].pk, place=0, by=manager, now=now)
    assert not Rejudging.objects.filter(status="waiting").exists()

    services.place_schema(schema_id=schemas["banks"].pk, place=1, by=manager, now=now)

    waiting = Rejudging.objects.get(status="waiting")
    assert (waiting.version.schema, waiting.total) == (schemas["banks"], 1)


@pytest.mark.parametrize(("key", "place"), [("standard", 0), ("standard", 1), ("banks", 2), ("large", 9)])
def test_an_order_in_which_a_schema_never_judges_is_refused(schemas, manager, refused, now, key, place):
    with refused("order_refused", "place"):
        services.place_schema(schema_id=schemas[key].pk, place=place, by=manager, now=now)


def test_the_last_published_schema_judges_every_lead(business, manager, schemas, refused, now):
    for key in ("large", "banks"):
        with refused("order_refused", "version"):
            services.retire(version_id=schemas["standard"].versions.get().pk, by=manager, now=now)
        services.retire(version_id=schemas[key].versions.get().pk, by=manager, now=now)
    services.retire(version_id=schemas["standard"].versions.get().pk, by=manager, now=now)
    assert not QualificationVersion.objects.filter(status=Status.PUBLISHED).exists()


def test_only_managers_of_the_business_order_its_schemas(schemas, rep, stranger, refused, now):
    with refused("not_allowed"):
        services.place_schema(schema_id=schemas["banks"].pk, place=1, by=rep, now=now)
    with refused("not_found", "schema"):
        services.place_schema(schema_id=schemas["banks"].pk, place=1, by=stranger, now=now)


# --- Two at once ---------------------------------------------------------------------------------


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_managers_who_begin_a_draft_at_once_the_second_is_told_of_the_first(manager, publish, now):
    version = publish(manager.business)
    services.retire(version_id=version.pk, by=manager, now=now)
    for _ in range(20):
        outcomes = at_once(
            lambda: services.copy_to_draft(version_id=version.pk, by=manager).status,
            lambda: services.begin_draft(schema_id=version.schema_id, by=manager).status,
        )
        assert sorted(outcomes) == ["draft", "draft_exists"]
        services.discard_draft(version_id=version.schema.versions.get(status="draft").pk, by=manager)


def test_a_second_draft_is_refused_by_its_name(draft, manager):
    with pytest.raises(DomainError) as caught:
        services.begin_draft(schema_id=draft.schema_id, by=manager)
    assert (caught.value.code, caught.value.message) == (
        "draft_exists",
        "Standard has a draft already; publish or change that one.",
    )
    assert QualificationVersion.objects.get() == draft
