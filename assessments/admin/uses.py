"""Who uses a version of a template."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.html import format_html

from assessments.domain.template import TemplateDocument
from assessments.domain.template_document import KIND
from assessments.models import Diagnosis, DiagnosisStatus, TemplateVersion
from leads.admin.reading import Lines, Table, link
from leads.models import Status
from leads.services.packs import list_packs
from leads.tenancy import Viewer


def uses_of(version: TemplateVersion, document: TemplateDocument, viewer: Viewer) -> Table:
    """Return the diagnoses by where they stand, their leads, and the drafts and packs of the same template."""
    diagnoses = Diagnosis.objects.visible_to(viewer).filter(version=version).order_by()
    counts = dict(diagnoses.values_list("status").annotate(Count("pk")))
    rows: list[tuple[Any, ...]] = [
        (f"{status.label} diagnoses", _listed(counts[status.value], version, status))
        for status in DiagnosisStatus
        if counts.get(status.value)
    ]
    if not rows:
        rows.append(("Diagnoses", "None has begun with it"))
    else:
        rows.append(("Leads that were diagnosed with it", f"{diagnoses.values('lead').distinct().count():,}"))
    siblings = TemplateVersion.objects.visible_to(viewer).filter(template=version.template_id)
    drafts = siblings.filter(status=Status.DRAFT).select_related("template").defer("document")
    rows.append(("Draft in work", link(drafts.first())))
    packs = [pack.title for pack in list_packs() if pack.kind == KIND and pack.name == document.key]
    if packs:
        rows.append(("Begun from the pack", Lines(packs[0], packs[1:])))
    return Table("Who uses this", ("What", "How many"), rows)


def _listed(count: int, version: TemplateVersion, status: DiagnosisStatus) -> str:
    address = reverse("admin:assessments_diagnosis_changelist")
    return format_html(
        '<a href="{}?version={}&status__exact={}">{}</a>', address, version.pk, status.value, f"{count:,}"
    )
