"""Opportunities, and what a manager does with all leads of one at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from leads import services
from leads.admin.chosen import the_viewer
from leads.admin.fields import line, paragraph, select
from leads.admin.journeys.acting import LEAVE_ANYWAY, ActsOnRows
from leads.admin.journeys.records import roles_of
from leads.admin.reading import Badge, Table, author, link, moment
from leads.admin.site import site
from leads.domain.opportunities import OpportunityStatus
from leads.domain.reasons import ReasonKind
from leads.domain.stages import Stage
from leads.models import Opportunity, Reason
from leads.tenancy import Viewer

BADGES = {"open": "", "won": "yes", "lost": "no", "returned": "unknown"}


def reason_choices(viewer: Viewer, *kinds: ReasonKind) -> list[tuple[str, Any]]:
    """Return the business's reasons of these kinds as one chooses them, grouped if there are several kinds."""
    found = Reason.objects.visible_to(viewer).filter(archived_at__isnull=True)
    lists = {
        kind.label: [
            (str(reason.pk), f"{reason} (name the competitor)" if reason.names_competitor else str(reason))
            for reason in found
            if reason.kind == kind
        ]
        for kind in kinds
    }
    groups: list[tuple[str, Any]] = list(lists.items())
    return [("", "Choose"), *(groups if len(kinds) > 1 else next(iter(lists.values()), []))]


class OpportunityForm(forms.Form):
    """A form about one opportunity as it was when the page was read; `status` says when it is of use."""

    name: ClassVar[str]
    title: ClassVar[str]
    button: ClassVar[str]
    note: ClassVar[str]
    status: ClassVar[tuple[OpportunityStatus, ...]] = (OpportunityStatus.OPEN,)

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, opportunity: Opportunity, viewer: Viewer) -> None:
        super().__init__(data, initial={"revision": opportunity.revision}, auto_id=f"{self.name}_%s")
        self.opportunity, self.viewer = opportunity, viewer
        if "cause" in self.fields:
            self.fields["cause"].choices = reason_choices(viewer, ReasonKind.LOST)  # type: ignore[attr-defined]

    def apply(self, now: datetime) -> str:
        """Do it and say what was done; raise DomainError."""
        raise NotImplementedError

    def asked(self) -> dict[str, Any]:
        return {
            "opportunity_id": self.opportunity.pk,
            "expected_revision": self.cleaned_data["revision"],
            "reason": self.cleaned_data["reason"],
            "by": self.viewer,
        }


class Win(OpportunityForm):
    name = "win"
    title = "Win it"
    button = "Win"
    note = "All leads that are in it become customers."

    reason = paragraph(2, required=False, label="Note", help_text="Is kept on the receipts; may be empty.")
    exit_override = paragraph(2, required=False, label="Why leave the phase", help_text=LEAVE_ANYWAY)

    def apply(self, now: datetime) -> str:
        services.win_opportunity(now=now, exit_override=self.cleaned_data["exit_override"], **self.asked())
        return "Won. Every lead has its receipt."


class Lose(OpportunityForm):
    name = "lose"
    title = "Lose it"
    button = "Lose"
    note = "All leads that are in it are lost, for one of your reasons."

    cause = select(label="Reason")
    competitor = line(required=False, max_length=200, help_text="Who won it instead, if anybody did.")
    reason = paragraph(2, required=False, label="Note", help_text="Is kept on the receipts; may be empty.")

    def apply(self, now: datetime) -> str:
        given = self.cleaned_data
        services.lose_opportunity(cause_id=int(given["cause"]), competitor=given["competitor"], now=now, **self.asked())
        return "Lost. Every lead has its receipt."


class Reopen(OpportunityForm):
    name = "reopen"
    title = "Reopen it"
    button = "Reopen"
    note = "The leads that closed it are in it again."
    status = (OpportunityStatus.WON, OpportunityStatus.LOST)

    reason = paragraph(2, label="Why")

    def apply(self, now: datetime) -> str:
        services.reopen_opportunity(now=now, **self.asked())
        return "It is open again."


FORMS: dict[str, type[OpportunityForm]] = {form.name: form for form in (Win, Lose, Reopen)}


@admin.register(Opportunity, site=site)
class OpportunityAdmin(ActsOnRows):
    acts = FORMS
    page_template = "leads/admin/lead.html"
    list_display = ("title", "organization", "status_shown", "cost_shown", "owner_shown", "opened_at", "closed_at")
    list_select_related = ("organization", "owner__user")
    list_filter = (("status", ChoicesDropdownFilter),)
    search_fields = ("title", "organization__name")
    ordering = ("-id",)

    @display(description="status", label={"Won": "success", "Open": "info", "Returned": "warning"})
    def status_shown(self, opportunity: Opportunity) -> str:
        return opportunity.get_status_display()

    @display(description="yearly cost of the problem")
    def cost_shown(self, opportunity: Opportunity) -> str:
        return _amount(opportunity, "cost_likely")

    @display(description="owner", empty_value="–")
    def owner_shown(self, opportunity: Opportunity) -> str | None:
        return str(opportunity.owner.user) if opportunity.owner else None

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {
            "facts": _facts(obj),
            "tables": _tables(obj),
            "forms": self.forms(obj, the_viewer(request)),
        }

    def forms(self, row: Any, viewer: Viewer) -> dict[str, OpportunityForm]:
        return {name: form(opportunity=row, viewer=viewer) for name, form in FORMS.items() if row.status in form.status}


def _amount(opportunity: Opportunity, name: str) -> str:
    amount = getattr(opportunity, name)
    return "–" if amount is None else f"{opportunity.currency} {amount:,.0f}"


def _facts(opportunity: Opportunity) -> list[tuple[str, Any]]:
    rows = [
        ("Status", Badge(opportunity.get_status_display(), BADGES[opportunity.status])),
        ("Organization", link(opportunity.organization)),
        ("Owner", str(opportunity.owner.user) if opportunity.owner else "Nobody"),
        ("Opened", moment(opportunity.opened_at)),
        ("Closed", moment(opportunity.closed_at)),
        ("Yearly cost of the problem, at least", _amount(opportunity, "cost_low")),
        ("Likely", _amount(opportunity, "cost_likely")),
        ("At most", _amount(opportunity, "cost_high")),
        ("Rests on", opportunity.verdict_reason or f"Override: {opportunity.override_reason or '–'}"),
    ]
    if opportunity.cause:
        rows.append(("Lost because of", str(opportunity.cause)))
    if opportunity.competitor:
        rows.append(("Competitor", opportunity.competitor))
    return rows


def _tables(opportunity: Opportunity) -> list[Table]:
    leads = opportunity.leads.order_by("pk")
    contacts = opportunity.contacts.select_related("contact")
    receipts = opportunity.transitions.select_related("lead", "author__user", "cause")
    return [
        Table(
            "Leads",
            ("Lead", "Stage"),
            [(link(lead), Badge(Stage(lead.stage).label, lead.stage)) for lead in leads],
            "No lead is in it any more.",
        ),
        Table(
            "People",
            ("Who", "Part"),
            [(link(part.contact), roles_of(part)) for part in contacts],
            "Nobody is named yet.",
        ),
        Table(
            "Receipts",
            ("When", "Lead", "Move", "By", "Reason"),
            [
                (
                    moment(receipt.at),
                    link(receipt.lead),
                    link(receipt, f"{Stage(receipt.from_stage).label} → {Stage(receipt.to_stage).label}"),
                    author(receipt.author),
                    str(receipt.cause or receipt.reason or "–"),
                )
                for receipt in receipts
                if receipt.from_stage
            ],
        ),
    ]
