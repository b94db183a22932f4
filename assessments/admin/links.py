"""Prospects' links on the page of their diagnosis: listed, made, taken back.

`links_of` gives the page what to show, `link_urls` the addresses of what its forms do, and
`assessments/admin/links.html` shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminIntegerFieldWidget

from assessments.domain.self_assessment import LinkState
from assessments.models import UNFINISHED, Diagnosis, DiagnosisStatus, LinkKind, ProspectLink
from assessments.services.links import (
    DAYS,
    DAYS_AT_MOST,
    Invitation,
    invite_prospect,
    revoke_prospect_link,
    state_of,
    with_all,
)
from leads.admin.chosen import the_viewer
from leads.admin.fields import select
from leads.admin.reading import Badge, address_of, author, moment
from leads.admin.refusals import add_refusal
from leads.admin.tenant import ReadOnlyAdmin
from leads.domain.errors import DomainError
from leads.domain.stages import CLOSED, Stage
from leads.models import Contact
from leads.tenancy import Viewer

COLOURS = {
    LinkState.OPEN: "mql",
    LinkState.SUBMITTED: "yes",
    LinkState.EXPIRED: "unknown",
    LinkState.REVOKED: "no",
    LinkState.CLOSED: "no",
}


class Invite(forms.Form):
    """Whom to invite to what, and for how long."""

    contact = select()
    kind = select(label="To")
    days = forms.IntegerField(
        widget=UnfoldAdminIntegerFieldWidget,
        initial=DAYS,
        min_value=1,
        max_value=DAYS_AT_MOST,
        help_text=f"For how many days the link opens, {DAYS_AT_MOST} at most.",
    )

    def __init__(self, data: Any = None, *, diagnosis: Diagnosis, viewer: Viewer) -> None:
        super().__init__(data, auto_id="invite_%s")
        self.diagnosis, self.viewer = diagnosis, viewer
        people = Contact.objects.visible_to(viewer).filter(
            organization=diagnosis.lead.organization_id, archived_at__isnull=True
        )
        self.fields["contact"].choices = [(str(one.pk), str(one)) for one in people]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in offered(diagnosis)]  # type: ignore[attr-defined]

    def apply(self) -> Invitation:
        """Make the link; raise DomainError."""
        return invite_prospect(
            diagnosis_id=self.diagnosis.pk,
            contact_id=int(self.cleaned_data["contact"]),
            kind=LinkKind(self.cleaned_data["kind"]),
            days=self.cleaned_data["days"],
            by=self.viewer,
            now=timezone.now(),
        )


@dataclass(frozen=True, slots=True)
class Listed:
    link: ProspectLink
    state: Badge
    made: str
    expires: str
    opened: str
    sent: str
    answered: int
    revocable: bool


@dataclass(frozen=True, slots=True)
class Links:
    """What the page shows. `form` is None where nobody can be invited, `made` the address of a new link."""

    rows: list[Listed]
    form: Invite | None
    made: str = ""


def offered(diagnosis: Diagnosis) -> list[LinkKind]:
    """Return what a prospect can be invited to."""
    if Stage(diagnosis.lead.stage) in CLOSED:
        return []
    if diagnosis.status in UNFINISHED:
        return [LinkKind.SELF_ASSESSMENT]
    return [LinkKind.SUMMARY] if diagnosis.status == DiagnosisStatus.COMPLETED else []


def links_of(diagnosis: Diagnosis, viewer: Viewer, form: Invite | None = None, made: str = "") -> Links:
    """Return the links of a diagnosis, newest first, with the form that makes another one."""
    now = timezone.now()
    found = with_all(ProspectLink.objects.visible_to(viewer).filter(diagnosis=diagnosis))
    rows = [_listed(link, state_of(link, now)) for link in found.select_related("created_by__user")]
    if form is None and offered(diagnosis):
        form = Invite(diagnosis=diagnosis, viewer=viewer)
    return Links(rows, form, made)


def _listed(link: ProspectLink, state: LinkState) -> Listed:
    return Listed(
        link=link,
        state=Badge(state.value.capitalize(), COLOURS[state]),
        made=f"{moment(link.created_at)}, {author(link.created_by)}",
        expires=moment(link.expires_at),
        opened=moment(link.opened_at),
        sent=moment(link.submitted_at),
        answered=len(link.answers),
        revocable=link.revoked_at is None,
    )


def link_urls(page: ReadOnlyAdmin) -> list[Any]:
    """Return the addresses of what the forms do, to stand before the page's own."""
    view = page.admin_site.admin_view
    return [
        path("<path:object_id>/invite/", view(partial(_invite, page)), name="assessments_diagnosis_invite"),
        path(
            "<path:object_id>/links/<int:link_id>/revoke/",
            view(partial(_revoke, page)),
            name="assessments_diagnosis_revoke",
        ),
    ]


def _invite(page: ReadOnlyAdmin, request: HttpRequest, object_id: str) -> HttpResponse:
    """Make a link and show its address, this once; or say what is wrong."""
    diagnosis = page.get_object(request, object_id)
    if diagnosis is None:
        return page._get_obj_does_not_exist_redirect(request, page.opts, object_id)
    if request.method != "POST":
        return redirect(address_of(diagnosis))
    viewer = the_viewer(request)
    form = Invite(request.POST, diagnosis=diagnosis, viewer=viewer)
    links = None
    if form.is_valid():
        try:
            # Not told by a message on the next page: messages wait in a cookie.
            made = request.build_absolute_uri(reverse("prospect", args=[form.apply().token]))
            links = links_of(diagnosis, viewer, made=made)
        except DomainError as refusal:
            add_refusal(form, refusal)
    return page.show(request, diagnosis, {"links": links or links_of(diagnosis, viewer, form)})


def _revoke(page: ReadOnlyAdmin, request: HttpRequest, object_id: str, link_id: int) -> HttpResponse:
    """Take a link back and go to its diagnosis."""
    diagnosis = page.get_object(request, object_id)
    if diagnosis is None:
        return page._get_obj_does_not_exist_redirect(request, page.opts, object_id)
    if request.method == "POST":
        try:
            own = diagnosis.links.filter(pk=link_id).values_list("pk", flat=True).first()
            link = revoke_prospect_link(link_id=own, by=the_viewer(request), now=timezone.now())
            messages.success(request, f"The link for {link.contact} opens nothing any more.")
        except DomainError as refusal:
            messages.error(request, refusal.message)
    return redirect(address_of(diagnosis))
