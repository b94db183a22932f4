"""In which order a business's schemas are asked whether they judge a lead."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

from django.db import transaction

from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.models import QualificationSchema, QualificationVersion, Status
from leads.services.rejudging import request_rejudging
from leads.tenancy import Viewer


class OrderRefused(DomainError):
    code = "order_refused"


@transaction.atomic
def place_schema(*, schema_id: int, place: int, by: Viewer, now: datetime) -> QualificationSchema:
    """Put a schema at a place among the business's schemas, counted from 0; the others close up.

    Where that changes the order of published ones, all open leads wait to be judged anew. Raises
    OrderRefused if a published schema would never judge a lead, or leads would find none.
    """
    permissions.require(by, "author")
    selectors.take_turn(by.business)
    schemas = list(QualificationSchema.objects.visible_to(by).select_for_update().order_by("position", "pk"))
    moved = next((schema for schema in schemas if schema.pk == schema_id), None)
    if moved is None:
        raise selectors.NotFound("There is no such schema.", field="schema")
    before = _published(schemas, by)
    schemas.remove(moved)
    schemas.insert(place, moved)
    reason = why_not([schema.pk for schema in schemas], by)
    if reason:
        raise OrderRefused(reason, field="place")
    for position, schema in enumerate(schemas):
        if schema.position != position:
            schema.position = position
            schema.save(update_fields=("position",))
    after = _published(schemas, by)
    if after != before:
        request_rejudging(next(version for version in after if version.schema_id == moved.pk), by, now)
    return moved


def _published(schemas: Sequence[QualificationSchema], by: Viewer) -> list[QualificationVersion]:
    """Return what is published of these schemas, in their order."""
    rows = QualificationVersion.objects.visible_to(by).filter(status=Status.PUBLISHED)
    by_schema = {version.schema_id: version for version in rows.defer("document")}
    return [by_schema[schema.pk] for schema in schemas if schema.pk in by_schema]


def why_not(order: Sequence[int], by: Viewer) -> str:
    """Return why published schemas cannot be asked in this order, by key of the schema; nothing if they can."""
    rows = QualificationVersion.objects.visible_to(by).filter(status=Status.PUBLISHED).select_related("schema")
    by_schema = {version.schema_id: version for version in rows.defer("document")}
    published = [by_schema[key] for key in order if key in by_schema]
    for version, following in pairwise(published):
        if not version.applies_when.strip():
            return (
                f"“{version.schema}” judges every lead, so “{following.schema}” after it would never judge one. "
                f"Keep “{version.schema}” the last."
            )
    if published and published[-1].applies_when.strip():
        return (
            f"“{published[-1].schema}” judges only some leads, so it cannot be the last: "
            "every lead must find a schema that judges it."
        )
    return ""
