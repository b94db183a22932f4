"""Hand-offs, those that are overdue first; and what a manager does with one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Case, F, QuerySet, When
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from leads.admin import site
from leads.admin.chosen import the_viewer
from leads.admin.fields import paragraph, select, switch
from leads.admin.journeys.acting import ActsOnRows
from leads.admin.journeys.lead_forms import FORMS as LEAD_FORMS
from leads.admin.journeys.lead_forms import LeadForm
from leads.admin.journeys.lead_page import SHOWN, further
from leads.admin.journeys.opportunities import reason_choices
from leads.admin.reading import Badge, Lines, Table, author, link, moment
from leads.domain.reasons import ReasonKind
from leads.domain.stages import Stage
from leads.models import Lead, Membership
from leads.tenancy import Viewer
from playbook import services
from playbook.domain.assigning import KIND_OF, TAKERS
from playbook.domain.steps import HandOffStatus
from playbook.models import HandOff

WAITING_FIRST = Case(When(status=HandOffStatus.OFFERED, then=F("due_at"))).asc(nulls_last=True)
COLOURS = {"offered": "unknown", "accepted": "yes", "rejected": "no", "withdrawn": ""}


class HandOffForm(forms.Form):
    """A form about one hand-off as it was when the page was read."""

    name: ClassVar[str]
    title: ClassVar[str]
    button: ClassVar[str]

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, handoff: HandOff, viewer: Viewer) -> None:
        super().__init__(data, initial={"revision": handoff.revision}, auto_id=f"{self.name}_%s")
        self.hand_off, self.viewer = handoff, viewer
        if "reason" in self.fields:
            choices = reason_choices(viewer, ReasonKind.HANDOFF_REJECTED)
            self.fields["reason"].choices = choices  # type: ignore[attr-defined]

    def apply(self, now: datetime) -> str:
        """Do it and say what was done; raise DomainError."""
        raise NotImplementedError

    def asked(self) -> dict[str, Any]:
        return {
            "hand_off_id": self.hand_off.pk,
            "expected_revision": self.cleaned_data["revision"],
            "by": self.viewer,
        }


class Accept(HandOffForm):
    name = "accept"
    title = "Accept it yourself"
    button = "Accept"

    def apply(self, now: datetime) -> str:
        services.accept_hand_off(now=now, **self.asked())
        return "Accepted. You own the lead now."


class Reject(HandOffForm):
    name = "reject"
    title = "Reject it"
    button = "Reject"

    reason = select(label="Reason")
    note = paragraph(2, required=False, max_length=2_000, label="In words")
    confirm = switch(
        label="Not ready to buy, all the same", help_text="Needed only for that reason; it is counted apart."
    )

    def apply(self, now: datetime) -> str:
        given = self.cleaned_data
        services.reject_hand_off(
            reason_id=int(given["reason"]), note=given["note"], confirm=given["confirm"], now=now, **self.asked()
        )
        return "Rejected. The lead stays where it is."


class Withdraw(HandOffForm):
    name = "withdraw"
    title = "Withdraw it"
    button = "Withdraw"

    note = paragraph(2, required=False, max_length=2_000, label="Why")

    def apply(self, now: datetime) -> str:
        services.withdraw_hand_off(note=self.cleaned_data["note"], now=now, **self.asked())
        return "Withdrawn. The lead can be offered again."


FORMS: dict[str, type[HandOffForm]] = {form.name: form for form in (Accept, Reject, Withdraw)}


class OverdueFilter(DropdownFilter):
    title, parameter_name = "overdue", "overdue"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Overdue")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return (
            queryset.filter(status=HandOffStatus.OFFERED, due_at__lte=timezone.now())
            if self.value() == "yes"
            else queryset
        )


@admin.register(HandOff, site=site)
class HandOffAdmin(ActsOnRows):
    acts = FORMS
    page_template = "leads/admin/lead.html"
    list_display = ("lead_shown", "kind_shown", "to_whom", "state", "due", "answered_by", "reason_shown")
    list_select_related = ("lead__organization", "offered_to__user", "decided_by__user", "reason")
    list_filter = (("status", ChoicesDropdownFilter), ("kind", ChoicesDropdownFilter), OverdueFilter)
    search_fields = ("lead__title", "lead__organization__name", "note")
    ordering = (WAITING_FIRST, "-id")

    @display(description="lead")
    def lead_shown(self, hand_off: HandOff) -> str:
        return hand_off.lead.title or str(hand_off.lead.organization)

    @display(description="kind", ordering="kind")
    def kind_shown(self, hand_off: HandOff) -> str:
        return hand_off.get_kind_display()

    @display(description="to")
    def to_whom(self, hand_off: HandOff) -> str:
        return whom(hand_off)

    @display(
        description="state",
        label={"Overdue": "danger", "Offered": "warning", "Accepted": "success", "Rejected": "danger"},
    )
    def state(self, hand_off: HandOff) -> str:
        return state_of(hand_off, timezone.now())

    @display(description="to be answered by", ordering="due_at")
    def due(self, hand_off: HandOff) -> str:
        return moment(hand_off.due_at)

    @display(description="answered by", empty_value="–")
    def answered_by(self, hand_off: HandOff) -> str | None:
        return author(hand_off.decided_by) if hand_off.decided_at else None

    @display(description="reason", empty_value="–")
    def reason_shown(self, hand_off: HandOff) -> str | None:
        return str(hand_off.reason) if hand_off.reason else None

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {
            "title": f"{obj.get_kind_display()}: {self.lead_shown(obj)}",
            "facts": _facts(obj, timezone.now()),
            "tables": [],
            "forms": self.forms(obj, the_viewer(request)),
        }

    def forms(self, row: Any, viewer: Viewer) -> dict[str, HandOffForm]:
        if row.status != HandOffStatus.OFFERED:
            return {}
        return {name: form(handoff=row, viewer=viewer) for name, form in FORMS.items()}


def whom(hand_off: HandOff) -> str:
    return str(hand_off.offered_to.user) if hand_off.offered_to else f"All of {hand_off.get_role_display().lower()}"


def state_of(hand_off: HandOff, now: datetime) -> str:
    if hand_off.status == HandOffStatus.OFFERED and hand_off.due_at <= now:
        return "Overdue"
    return hand_off.get_status_display()


def _facts(hand_off: HandOff, now: datetime) -> list[tuple[str, Any]]:
    state = state_of(hand_off, now)
    rows = [
        ("Lead", link(hand_off.lead)),
        ("State", Badge(state, "no" if state == "Overdue" else COLOURS[hand_off.status])),
        ("To", whom(hand_off)),
        ("Offered", Lines(moment(hand_off.offered_at), (author(hand_off.offered_by),))),
        ("To be answered by", moment(hand_off.due_at)),
        ("Rule", link(hand_off.rule)),
        ("Note", hand_off.note or "–"),
    ]
    if hand_off.overdue_at:
        escalated = (author(hand_off.escalated_to),) if hand_off.escalated_to else ()
        rows.append(("Escalated", Lines(moment(hand_off.overdue_at), escalated)))
    if hand_off.decided_at:
        rows.append(("Answered", Lines(moment(hand_off.decided_at), (author(hand_off.decided_by),))))
    if hand_off.reason:
        rows.append(("Rejected because of", str(hand_off.reason)))
    if hand_off.decision_note:
        rows.append(("Said with it", hand_off.decision_note))
    return rows


# --- On the page of a lead -----------------------------------------------------------------------


class Offer(LeadForm):
    """Offered while the lead is an MQL or an SQL."""

    name = "offer"
    title = "Hand off"
    button = "Offer"
    note = "An MQL goes to inside sales, an SQL to sales."

    to = select(required=False, help_text="Left open, your rules choose.")
    said = paragraph(2, required=False, max_length=2_000, label="Note", help_text="What to know of it.")

    @classmethod
    def fits(cls, lead: Lead) -> bool:
        return Stage(lead.stage) in KIND_OF

    def prepare(self) -> None:
        del self.fields["revision"]
        kind = KIND_OF.get(Stage(self.lead.stage))
        members = Membership.objects.visible_to(self.viewer).filter(
            is_active=True, role__in=TAKERS[kind] if kind else ()
        )
        found = members.select_related("user").order_by("user__name", "pk")
        choices = [("", "By your rules"), *((str(member.pk), str(member)) for member in found)]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]

    def apply(self, now: datetime) -> str:
        to = self.cleaned_data["to"]
        offered = services.offer_hand_off(
            lead_id=self.lead.pk,
            to_member_id=int(to) if to else None,
            note=self.cleaned_data["said"],
            by=self.viewer,
            now=now,
        )
        return f"Offered to {whom(offered)}, to be answered by {moment(offered.due_at)}."


def hand_offs_of(lead: Lead, viewer: Viewer) -> Table:
    """Return the table of a lead's hand-offs, newest first."""
    found = lead.hand_offs.select_related("offered_to__user", "decided_by__user", "reason")[:SHOWN]
    now = timezone.now()
    return Table(
        "Hand-offs",
        ("Offered", "To", "State", "Answered"),
        [
            (
                link(row, moment(row.offered_at)),
                whom(row),
                Badge(state_of(row, now), COLOURS[row.status]),
                Lines(author(row.decided_by), (str(row.reason),) if row.reason else ()) if row.decided_at else "–",
            )
            for row in found
        ],
    )


LEAD_FORMS[Offer.name] = Offer
further.append(hand_offs_of)
