"""The summary of a completed diagnosis as a page to read and to print."""

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from assessments.models import Diagnosis
from assessments.pages.private import private, said
from assessments.services.links import DiagnosisNotCompleted
from assessments.services.summaries import summary_for
from leads import selectors, tenancy
from leads.global_ids import decode_id
from leads.tenancy import Viewer


def summary_page(request: HttpRequest, diagnosis: Diagnosis, now: datetime) -> HttpResponse:
    context = {
        "summary": summary_for(diagnosis, now),
        "organization": diagnosis.lead.organization.name,
        "business": diagnosis.business.name,
        "on": selectors.local_day(diagnosis.business, diagnosis.completed_at or now),
    }
    return render(request, "assessments/prospect/summary.html", context)


@private
def member_summary(
    request: HttpRequest, diagnosis: str, *, viewers: Iterable[Viewer] | None, now: datetime
) -> HttpResponse:
    """Return the summary to a member of the diagnosis's business; `viewers` are the reader's places, None for nobody.

    A diagnosis of another business is answered like one that is not there.
    """
    if viewers is None:
        return said(request, "Sign in first", "Sign in, then open this page again.", 403)
    found = decode_id(diagnosis)
    pk = found[1] if found and found[0] == "Diagnosis" else 0
    for viewer in viewers:
        with tenancy.within(viewer):
            row = _visible(pk, viewer)
            if row is None:
                continue
            try:
                return summary_page(request, row, now)
            except DiagnosisNotCompleted as refusal:
                return said(request, "There is no summary yet", refusal.message, 404)
    return said(request, "Not found", "There is no such diagnosis.", 404)


def _visible(pk: int, viewer: Viewer) -> Diagnosis | None:
    visible = Diagnosis.objects.visible_to(viewer).select_related("business", "version", "lead__organization")
    return visible.defer("version__document").filter(pk=pk).first()
