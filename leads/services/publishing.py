"""Drafting, publishing and retiring what judges leads.

Rows exist for drafts only: publishing turns them into a document and removes them, copying to a draft
and importing turn a document into rows.
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from leads import permissions, selectors
from leads.domain import schema_document
from leads.domain.documents import DocumentRefused, Problem, checksum
from leads.domain.errors import DomainError
from leads.domain.plan import compile_plan
from leads.domain.schema_document import JUDGED, Axis, BandSpec, CriterionSpec, LevelSpec, SchemaDocument
from leads.domain.snapshot import base_key
from leads.domain.stages import Level
from leads.domain.values import AttributeSpec
from leads.models import (
    Attribute,
    AxisMinimum,
    Band,
    Business,
    Criterion,
    QualificationSchema,
    QualificationVersion,
    Status,
)
from leads.tenancy import Viewer


class NotADraft(DomainError):
    code = "not_a_draft"


class NotPublished(DomainError):
    code = "not_published"


class DraftExists(DomainError):
    code = "draft_exists"


class AttributeConflict(DomainError):
    code = "attribute_conflict"


@transaction.atomic
def publish(*, version_id: int, by: Viewer, now: datetime) -> QualificationVersion:
    """Check a draft, freeze it into its document and let it judge from now on.

    The schema's version published before is retired. Raises DocumentRefused with everything that is
    wrong; the draft then stays as it was.
    """
    permissions.require(by, "author")
    version = _locked(version_id, by)
    if version.status != Status.DRAFT:
        raise NotADraft(f"Version {version.number} of {version.schema} is {version.status} already.")
    text = schema_document.write(checked_document(version))
    QualificationVersion.objects.filter(schema=version.schema, status=Status.PUBLISHED).update(
        status=Status.RETIRED, retired_at=now
    )
    Criterion.objects.filter(version=version).delete()
    AxisMinimum.objects.filter(version=version).delete()
    version.document, version.checksum = text, checksum(text)
    version.status, version.published_at, version.published_by = Status.PUBLISHED, now, by.membership
    version.save()
    return version


def checked_document(draft: QualificationVersion) -> SchemaDocument:
    """Return what publishing a draft would freeze; raise DocumentRefused with everything that is wrong."""
    document = _used_attributes_only(document_of_rows(draft))
    schema_document.read(schema_document.write(document))  # what could not be read back must never judge
    _check_order(draft, document)
    return document


@transaction.atomic
def retire(*, version_id: int, by: Viewer, now: datetime) -> QualificationVersion:
    """Let a published version judge no more; what it judged stays as it was judged."""
    permissions.require(by, "author")
    version = _locked(version_id, by)
    if version.status != Status.PUBLISHED:
        raise NotPublished(f"Version {version.number} of {version.schema} is not published.")
    version.status, version.retired_at = Status.RETIRED, now
    version.save(update_fields=("status", "retired_at"))
    return version


@transaction.atomic
def copy_to_draft(*, version_id: int, by: Viewer) -> QualificationVersion:
    """Return a new draft with the content of a published or retired version."""
    permissions.require(by, "author")
    version = _locked(version_id, by)
    if version.status == Status.DRAFT:
        raise NotPublished(f"Version {version.number} of {version.schema} is a draft itself.")
    return _new_draft(version.schema, schema_document.read(version.document), by.business)


@transaction.atomic
def draft_from_document(*, document: SchemaDocument, by: Viewer) -> QualificationVersion:
    """Return a new draft with a document's content, in the schema of its key, made if there is none.

    Attributes that the business lacks are made; one that it has with another type, or archived, is
    refused. A new schema comes before the others, so that one without a condition stays the last.
    Raises DocumentRefused with everything that is wrong with the document.
    """
    permissions.require(by, "author")
    compile_plan(document)
    _take_attributes(document.attributes, by)
    schema = QualificationSchema.objects.visible_to(by).filter(key=document.key).first()
    if schema is None:
        existing = QualificationSchema.objects.visible_to(by)
        if document.applies_when:
            for other in existing:
                other.position += 1
                other.save(update_fields=("position",))
        last = existing.aggregate(last=Max("position"))["last"]
        position = 0 if document.applies_when or last is None else last + 1
        schema = QualificationSchema.objects.create(
            business=by.business, key=document.key, name=document.name, position=position
        )
    return _new_draft(schema, document, by.business)


def _locked(version_id: int, by: Viewer) -> QualificationVersion:
    found = (
        QualificationVersion.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("schema")
        .filter(pk=version_id)
        .first()
    )
    if found is None:
        raise selectors.NotFound("There is no such version.", field="version")
    return found


def _take_attributes(specs: tuple[AttributeSpec, ...], by: Viewer) -> None:
    keys = [spec.key for spec in specs]
    known = {row.key: row for row in Attribute.objects.visible_to(by).filter(key__in=keys)}
    for position, spec in enumerate(specs):
        if spec.key in known:
            if known[spec.key].archived_at is not None:
                raise AttributeConflict(f"`{spec.key}` is archived. Bring it back first.", field=spec.key)
            if known[spec.key].type != spec.type.value:
                raise AttributeConflict(
                    f"`{spec.key}` is a {spec.type.value} there and a {known[spec.key].type} here.",
                    field=spec.key,
                )
            continue
        attribute = Attribute(
            business=by.business,
            key=spec.key,
            label=spec.label,
            question=spec.question,
            type=spec.type.value,
            unit=spec.unit,
            choices=[{"code": choice.code, "label": choice.label} for choice in spec.choices],
            freshness_days=spec.freshness_days,
            not_given=spec.not_given,
            counts_kinds=list(spec.counts_kinds),
            counts_days=spec.counts_days,
            position=position,
        )
        attribute.full_clean(exclude=["business"])
        attribute.save()


def _check_order(version: QualificationVersion, document: SchemaDocument) -> None:
    """Refuse a schema that would shadow others, be shadowed, or leave leads that none applies to."""
    others = (
        QualificationVersion.objects.filter(business=version.business_id, status=Status.PUBLISHED)
        .exclude(schema=version.schema)
        .select_related("schema")
    )
    mine = (version.schema.position, version.schema.pk)
    before = [other for other in others if (other.schema.position, other.schema.pk) < mine]
    is_last = len(before) == len(others)
    catching_all = next((other.schema for other in before if not other.applies_when.strip()), None)
    if catching_all is not None:
        reason = f"is of no use: “{catching_all}” comes before this schema and judges every lead"
        raise DocumentRefused([Problem("applies_when", reason)])
    if is_last and document.applies_when:
        reason = "must be empty: this is the last schema, and every lead must find one that judges it"
        raise DocumentRefused([Problem("applies_when", reason)])
    if not is_last and not document.applies_when:
        reason = "is missing: schemas follow this one, and would never judge a lead"
        raise DocumentRefused([Problem("applies_when", reason)])


# --- Rows and documents --------------------------------------------------------------------------


def document_of_rows(version: QualificationVersion) -> SchemaDocument:
    """Return a draft's content, with all of the business's attributes."""
    attributes = Attribute.objects.filter(business=version.business_id, archived_at__isnull=True)
    criteria = list(version.criteria.prefetch_related("bands"))
    return SchemaDocument(
        key=version.schema.key,
        name=version.schema.name,
        language=version.language,
        applies_when=version.applies_when.strip(),
        order_ready=version.order_ready.strip(),
        attributes=tuple(attribute.spec for attribute in attributes),
        criteria=tuple(_criterion_spec(criterion) for criterion in criteria),
        mql=_level_spec(version, criteria, Level.MQL),
        sql=_level_spec(version, criteria, Level.SQL),
    )


def _criterion_spec(row: Criterion) -> CriterionSpec:
    return CriterionSpec(
        key=row.key,
        axis=Axis(row.axis),
        label=row.label,
        question=row.question,
        help=row.help,
        freshness_days=row.freshness_days,
        bands=tuple(BandSpec(band.when, band.points, band.met, band.label) for band in row.bands.all()),
        otherwise_points=row.otherwise_points,
        otherwise_met=row.otherwise_met,
    )


def _level_spec(version: QualificationVersion, criteria: list[Criterion], level: Level) -> LevelSpec:
    score = version.mql_score if level == Level.MQL else version.sql_score
    minimums = version.minimums.filter(level=level.value).order_by("axis")
    return LevelSpec(
        score=score,
        minimums=tuple((Axis(minimum.axis), minimum.points) for minimum in minimums),
        knock_outs=tuple(row.key for row in criteria if getattr(row, f"knock_out_{level.value}")),
    )


def _used_attributes_only(document: SchemaDocument) -> SchemaDocument:
    """Return the document with those attributes that its rules read; raise DocumentRefused if they are wrong."""
    plan = compile_plan(document)
    used = {base_key(name) for name in plan.attributes}
    kept = tuple(spec for spec in document.attributes if spec.key in used)
    return replace(document, attributes=kept)


def _new_draft(schema: QualificationSchema, document: SchemaDocument, business: Business) -> QualificationVersion:
    if QualificationVersion.objects.filter(schema=schema, status=Status.DRAFT).exists():
        raise DraftExists(f"{schema} has a draft already; publish or change that one.")
    last = QualificationVersion.objects.filter(schema=schema).aggregate(last=Max("number"))["last"] or 0
    version = QualificationVersion.objects.create(
        business=business,
        schema=schema,
        number=last + 1,
        language=document.language,
        applies_when=document.applies_when,
        order_ready=document.order_ready,
        mql_score=document.mql.score,
        sql_score=document.sql.score,
    )
    for position, spec in enumerate(document.criteria):
        criterion = Criterion.objects.create(
            business=business,
            version=version,
            position=position,
            key=spec.key,
            axis=spec.axis.value,
            label=spec.label,
            question=spec.question,
            help=spec.help,
            freshness_days=spec.freshness_days,
            knock_out_mql=spec.key in document.mql.knock_outs,
            knock_out_sql=spec.key in document.sql.knock_outs,
            otherwise_points=spec.otherwise_points,
            otherwise_met=spec.otherwise_met,
        )
        Band.objects.bulk_create(
            Band(
                business=business,
                criterion=criterion,
                position=index,
                when=band.when,
                label=band.label,
                points=band.points,
                met=band.met,
            )
            for index, band in enumerate(spec.bands)
        )
    AxisMinimum.objects.bulk_create(
        AxisMinimum(business=business, version=version, level=level.value, axis=axis.value, points=points)
        for level in JUDGED
        for axis, points in document.level(level).minimums
    )
    return version
