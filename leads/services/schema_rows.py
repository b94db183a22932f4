"""Drafts of qualification schemas: rows out of a document, and a document out of rows."""

from leads.domain.schema_document import JUDGED, Axis, BandSpec, CriterionSpec, LevelSpec, SchemaDocument, TestCase
from leads.domain.stages import Level
from leads.models import Attribute, AxisMinimum, Band, Criterion, QualificationCase, QualificationVersion


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
        test_cases=tuple(_case_spec(case) for case in version.test_cases.all()),
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
        wording_override=row.wording_override,
    )


def _case_spec(row: QualificationCase) -> TestCase:
    return TestCase(
        name=row.name,
        values=tuple(sorted(row.values.items())),
        level=Level(row.level),
        possible_level=Level(row.possible_level) if row.possible_level else None,
        on=row.on,
    )


def _level_spec(version: QualificationVersion, criteria: list[Criterion], level: Level) -> LevelSpec:
    score = version.mql_score if level == Level.MQL else version.sql_score
    minimums = version.minimums.filter(level=level.value).order_by("axis")
    return LevelSpec(
        score=score,
        minimums=tuple((Axis(minimum.axis), minimum.points) for minimum in minimums),
        knock_outs=tuple(row.key for row in criteria if getattr(row, f"knock_out_{level.value}")),
    )


def fill_draft(version: QualificationVersion, document: SchemaDocument) -> None:
    """Write a document's content into an empty draft."""
    version.language = document.language
    version.applies_when, version.order_ready = document.applies_when, document.order_ready
    version.mql_score, version.sql_score = document.mql.score, document.sql.score
    version.save()
    for position, spec in enumerate(document.criteria):
        criterion = Criterion.objects.create(
            business_id=version.business_id,
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
            wording_override=spec.wording_override,
        )
        Band.objects.bulk_create(
            Band(
                business_id=version.business_id,
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
        AxisMinimum(business_id=version.business_id, version=version, level=level.value, axis=axis.value, points=points)
        for level in JUDGED
        for axis, points in document.level(level).minimums
    )
    QualificationCase.objects.bulk_create(
        QualificationCase(
            business_id=version.business_id,
            version=version,
            position=position,
            name=case.name,
            values=dict(case.values),
            level=case.level.value,
            possible_level=case.possible_level.value if case.possible_level else "",
            on=case.on,
        )
        for position, case in enumerate(document.test_cases)
    )


def empty_draft(version: QualificationVersion) -> None:
    """Remove the rows of a draft that has become a document."""
    Criterion.objects.filter(version=version).delete()
    AxisMinimum.objects.filter(version=version).delete()
    QualificationCase.objects.filter(version=version).delete()
