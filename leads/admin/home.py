"""What a manager sees first."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from leads.admin.progress import under_way
from leads.domain.stages import Stage
from leads.models import Flag, Lead, QualificationSchema, Status
from leads.tenancy import Viewer


def home(viewer: Viewer) -> dict[str, Any]:
    """Return how many leads stand where, what waits for somebody, and what judges them."""
    found = Lead.objects.visible_to(viewer).order_by().values_list("stage").annotate(Count("pk"))
    counts: dict[str, int] = dict(found)
    schemas = QualificationSchema.objects.visible_to(viewer).annotate(
        published=Count("versions", filter=Q(versions__status=Status.PUBLISHED)),
        drafts=Count("versions", filter=Q(versions__status=Status.DRAFT)),
    )
    in_order = schemas.order_by("position", "pk")  # which counting takes away
    return {
        "stages": [(stage.value, stage.label, counts.get(stage.value, 0)) for stage in Stage],
        "schemas": in_order,
        "flags": Flag.objects.visible_to(viewer).filter(cleared_at__isnull=True).count(),
        "work": under_way(viewer),
    }
