"""What the database itself refuses, whoever writes: rows across businesses, and changes of what is published."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import IntegrityError, connection, transaction
from django.db.models import CharField, Model
from django.utils import timezone

from leads import services
from leads.domain.stages import Level, Stage
from leads.guards import guard_name, install, tenant_keys, tenant_models
from leads.models import (
    Absence,
    AxisMinimum,
    Business,
    Calibration,
    EngagementKind,
    Flag,
    Holiday,
    IdempotentReply,
    Lead,
    Membership,
    Merge,
    Opportunity,
    OpportunityContact,
    Organization,
    QualificationCase,
    QualificationSchema,
    QualificationVersion,
    Reason,
    Rejudging,
    Role,
    Status,
    Stay,
    TenantModel,
    User,
)

pytestmark = pytest.mark.django_db

MODELS = [model for model in apps.get_app_config("leads").get_models() if issubclass(model, TenantModel)]
KEYS = [pytest.param(model, field, id=guard_name(model, field)) for model in MODELS for field in tenant_keys(model)]


@pytest.fixture
def furnished(join, publish, document, make_lead, now):
    """Return a function that gives a business one row of everything."""

    def furnish(business: Business) -> dict[type[Model], Model]:
        manager = join(business, Role.MANAGER)
        published = publish(business, document())
        draft = services.copy_to_draft(version_id=published.pk, by=manager)
        AxisMinimum.objects.create(business=business, version=draft, level="sql", axis="fit", points=Decimal(5))
        lead = make_lead(manager, stakeholders=[services.Part(name="Ann")], owner_id=manager.membership.pk)
        contact = lead.stakeholders.get().contact
        lead = services.record_evidence(
            lead_id=lead.pk, values={"has_pain": True}, said_by_id=contact.pk, by=manager, now=now
        )
        services.record_engagement(
            lead_id=lead.pk, kind=EngagementKind.CALL, contact_id=contact.pk, by=manager, now=now
        )
        lead = services.override_level(
            lead_id=lead.pk,
            level=Level.SQL,
            reason="They called",
            expires_at=now + timedelta(days=1),
            expected_revision=3,
            by=manager,
            now=now,
        )
        services.move_lead(lead_id=lead.pk, to=Stage.MQL, expected_revision=4, by=manager, now=now)
        lead.filterable_values.create(business=business, key="has_pain", text="yes")
        own = {"business": business, "requested_at": now, "requested_by": manager.membership, "status": "done"}
        Rejudging.objects.create(version=published, **own)
        Calibration.objects.create(version=published, proposal=draft, **own)
        Flag.objects.create(
            business=business, lead=lead, kind="other", reason="It fell", raised_at=now, cleared_by=manager.membership
        )
        pursuit = Opportunity.objects.create(
            business=business,
            organization=lead.organization,
            owner=manager.membership,
            title="Orders",
            opened_at=now,
            currency="EUR",
            cause=Reason.objects.filter(business=business).first(),
        )
        OpportunityContact.objects.create(business=business, opportunity=pursuit, contact=contact)
        QualificationCase.objects.create(business=business, version=draft, name="Large", level="sql")
        Holiday.objects.create(business=business, date=now.date(), name="Founders' day")
        away = Membership.objects.create(
            business=business, user=User.objects.create_user(f"away@{business.slug}.example"), role=Role.SALES
        )
        Absence.objects.create(business=business, member=away, starts_at=now, stand_in=manager.membership)
        IdempotentReply.objects.create(
            business=business,
            scope="member:1",
            key="k",
            request_hash="h",
            status=200,
            content_type="x",
            body=b"",
            at=now,
        )
        services.make_inquiry_form(name="Contact page", by=manager, now=now)
        Merge.objects.create(
            business=business,
            kind="lead",
            lead=lead,
            organization=lead.organization,
            contact=contact,
            kept_label="Kept",
            gone_key=-lead.pk,
            gone_label="Gone",
            at=now,
            author=manager.membership,
            door="api",
        )
        return {model: model.objects.filter(business=business).order_by("-pk").first() for model in MODELS}

    return furnish


def rows(model):
    return sorted(model.objects.values_list(), key=str)


def test_every_tenant_model_has_a_row_to_try(furnished, business):
    made = furnished(business)

    # A new model needs a row in `furnished`.
    assert [model.__name__ for model, row in made.items() if row is None] == []
    assert set(tenant_models(connection)) >= set(MODELS)


@pytest.mark.parametrize(("model", "field"), KEYS)
def test_a_row_cannot_point_into_another_business(furnished, business, other_business, model, field):
    ours, theirs = furnished(business), furnished(other_business)
    target = theirs[field.related_model]
    before = rows(model)

    with pytest.raises(IntegrityError, match=guard_name(model, field)), transaction.atomic():
        model.objects.filter(pk=ours[model].pk).update(**(apart(model) | {field.name: target}))
    with pytest.raises(IntegrityError, match=guard_name(model, field)), transaction.atomic():
        model.objects.bulk_create([twin(ours[model], **(apart(model) | {field.name: target}))])

    assert rows(model) == before


@pytest.mark.parametrize("model", [pytest.param(model, id=model.__name__) for model in MODELS])
def test_a_row_cannot_move_to_another_business(furnished, business, other_business, model):
    ours = furnished(business)[model]
    before = rows(model)

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.filter(pk=ours.pk).update(business=other_business)

    assert rows(model) == before


def apart(model):
    """Return values that keep a row from being refused as a duplicate."""
    values = {"key": "twin", "reference": "twin", "axis": "budget", "token_hash": "twin", "gone_key": -1}
    if model is QualificationVersion:
        return {"number": 9, "status": Status.RETIRED, "document": "{}", "published_at": timezone.now()}
    if model is Stay:
        return {"ended_at": timezone.now()}
    unique = {name for constraint in model._meta.constraints for name in getattr(constraint, "fields", ())}
    return {name: value for name, value in values.items() if name in unique}


def twin(row, **changed):
    """Return an unsaved copy of a row."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    copy = type(row)(**(values | {"id": None}))
    for name, value in changed.items():
        setattr(copy, name, value)
    return copy


def test_a_row_within_its_business_is_taken(business, rep, make_lead):
    other = Organization.objects.create(business=business, name="Umbrella")
    lead = make_lead(rep)

    Lead.objects.filter(pk=lead.pk).update(organization=other, owner=None)

    assert Lead.objects.get().organization == other


# --- Published versions --------------------------------------------------------------------------


@pytest.fixture
def published(business, publish):
    return publish(business)


FROZEN = [
    field.name
    for field in QualificationVersion._meta.concrete_fields
    if field.name not in ("id", "business", *QualificationVersion.MAY_CHANGE_ONCE_PUBLISHED)
]


def another(published, name):
    field = QualificationVersion._meta.get_field(name)
    value = getattr(published, field.attname)
    if name == "published_by":
        return Membership.objects.filter(business=published.business_id).first()
    if name == "schema":
        return QualificationSchema.objects.create(
            business=published.business, key="another", name="Another", position=9
        )
    if isinstance(value, str):
        return (value + "x")[-64:]
    if value is None or field.get_internal_type() == "DateTimeField":
        return (value or timezone.now()) + timedelta(days=1)
    return value + 1


@pytest.mark.parametrize("status", [Status.PUBLISHED, Status.RETIRED])
@pytest.mark.parametrize("name", FROZEN)
def test_no_column_of_a_published_version_can_be_changed(published, manager, now, name, status):
    if status == Status.RETIRED:
        services.retire(version_id=published.pk, by=manager, now=now)
    before = QualificationVersion.objects.values().get()

    with pytest.raises(IntegrityError, match="qualificationversion_is_published"), transaction.atomic():
        QualificationVersion.objects.filter(pk=published.pk).update(**{name: another(published, name)})

    assert QualificationVersion.objects.values().get() == before


@pytest.mark.parametrize(
    ("start", "to"),
    [
        (Status.PUBLISHED, Status.DRAFT),
        (Status.PUBLISHED, "gone"),
        (Status.RETIRED, Status.DRAFT),
        (Status.RETIRED, Status.PUBLISHED),
    ],
)
def test_a_version_goes_from_published_to_retired_and_never_back(published, manager, now, start, to):
    if start == Status.RETIRED:
        services.retire(version_id=published.pk, by=manager, now=now)

    with pytest.raises(IntegrityError, match="qualificationversion_is_published"), transaction.atomic():
        QualificationVersion.objects.update(status=to)

    assert QualificationVersion.objects.get().status == start


def test_a_published_version_can_be_retired_by_sql(published, now):
    QualificationVersion.objects.update(status=Status.RETIRED, retired_at=now)

    assert QualificationVersion.objects.get().retired_at == now


def test_a_published_version_cannot_be_deleted_but_a_draft_can(published, manager):
    draft = services.copy_to_draft(version_id=published.pk, by=manager)
    draft.delete()
    Rejudging.objects.all().delete()

    with pytest.raises(IntegrityError, match="qualificationversion_is_published"), transaction.atomic():
        QualificationVersion.objects.filter(pk=published.pk).delete()

    assert QualificationVersion.objects.get() == published


# --- Installing ----------------------------------------------------------------------------------


def guards_in_place():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal UNION "
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conname LIKE '%_same_business'"
            )
        else:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return sorted(cursor.fetchall())


def test_installing_again_is_as_good_as_once():
    before = guards_in_place()

    install(connection)
    install(connection)

    assert guards_in_place() == before
    assert len(before) >= len(KEYS) + len(MODELS)


@pytest.mark.django_db(transaction=True)
def test_a_migration_that_rebuilds_a_table_leaves_it_guarded(other_business, rep, make_lead):
    before = guards_in_place()
    lead = make_lead(rep)
    field, longer = Lead._meta.get_field("title"), CharField(max_length=301, blank=True)
    longer.set_attributes_from_name("title")
    longer.model = Lead

    for old, new in [(field, longer), (longer, field)]:
        emit_pre_migrate_signal(verbosity=0, interactive=False, db="default", apps=apps, plan=[])
        with connection.schema_editor() as editor:
            editor.alter_field(Lead, old, new, strict=True)
        emit_post_migrate_signal(verbosity=0, interactive=False, db="default", apps=apps, plan=[])

    assert guards_in_place() == before
    assert Lead.objects.get() == lead
    with pytest.raises(IntegrityError, match="lead_stays_in_its_business"):
        Lead.objects.update(business=other_business)
