"""In which order a business's schemas are asked whether they judge a lead."""

from collections.abc import Sequence
from itertools import pairwise

from django.db import transaction

from leads import permissions, selectors
from leads.domain.errors import DomainError
from leads.models import QualificationSchema, QualificationVersion, Status
from leads.tenancy import Viewer


class OrderRefused(DomainError):
    code = "order_refused"


@transaction.atomic
def place_schema(*, schema_id: int, place: int, by: Viewer) -> QualificationSchema:
    """Put a schema at a place among the business's schemas, counted from 0; the others close up.

    Raises OrderRefused if a published schema would never judge a lead, or leads would find none.
    """
    permissions.require(by, "author")
    schemas = list(QualificationSchema.objects.visible_to(by).select_for_update().order_by("position", "pk"))
    moved = next((schema for schema in schemas if schema.pk == schema_id), None)
    if moved is None:
        raise selectors.NotFound("There is no such schema.", field="schema")
    schemas.remove(moved)
    schemas.insert(place, moved)
    reason = why_not([schema.pk for schema in schemas], by)
    if reason:
        raise OrderRefused(reason, field="place")
    for position, schema in enumerate(schemas):
        if schema.position != position:
            schema.position = position
            schema.save(update_fields=("position",))
    return moved


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
