"""What happened, to be read: evidence, touches, judgements, receipts, overrides and events."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from leads.admin.chosen import the_viewer
from leads.admin.explained import explained
from leads.admin.journeys.standing import state_of
from leads.admin.reading import Badge, Table, author, in_list, link, moment, points
from leads.admin.site import site
from leads.admin.tenant import ReadOnlyAdmin
from leads.domain.wording import shown_stored
from leads.models import (
    Engagement,
    EngagementKind,
    Event,
    EventKind,
    Evidence,
    LevelOverride,
    OpportunityContact,
    Qualification,
    Stakeholder,
    Transition,
)
from leads.models.people import BuyingRole
from leads.selectors import attributes_of
from leads.tenancy import Viewer


def recorded_values(evidence: Evidence, viewer: Viewer, attributes: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what a recording says, label and value; what is archived by now is left out."""
    currency = viewer.business.currency
    return [
        (attribute.label, shown_stored(attribute.spec, evidence.values[key], currency))
        for key, attribute in attributes.items()
        if key in evidence.values
    ]


def roles_of(stakeholder: Stakeholder | OpportunityContact) -> str:
    known = dict(BuyingRole.choices)
    return ", ".join(str(known.get(code, code)) for code in stakeholder.buying_roles) or "–"


@admin.register(Evidence, site=site)
class EvidenceAdmin(ReadOnlyAdmin):
    list_display = ("lead", "source", "observed_at", "recorded_by")
    list_select_related = ("lead", "author__user")
    list_filter = (("source", ChoicesDropdownFilter),)

    @display(description="recorded by")
    def recorded_by(self, evidence: Evidence) -> str:
        return author(evidence.author)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        viewer = the_viewer(request)
        return {
            "facts": [
                ("Lead", link(obj.lead)),
                ("Source", obj.get_source_display()),
                ("Said by", link(obj.said_by)),
                ("Observed", moment(obj.observed_at)),
                ("Recorded", moment(obj.recorded_at)),
                ("Recorded by", author(obj.author)),
                ("In the prospect's words", obj.note or "–"),
            ],
            "tables": [
                Table("What was learned", ("About", "Value"), recorded_values(obj, viewer, attributes_of(viewer)))
            ],
        }


@admin.register(Engagement, site=site)
class EngagementAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "kind", "lead", "happened_at")
    list_select_related = ("lead",)
    list_filter = (("kind", ChoicesDropdownFilter),)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        facts = [
            ("Lead", link(obj.lead)),
            ("Kind", obj.get_kind_display()),
            ("About", obj.title or "–"),
            ("With", link(obj.contact)),
            ("Said", obj.note or "–"),
            ("Took place", moment(obj.happened_at)),
            ("Recorded", moment(obj.recorded_at)),
            ("Recorded by", author(obj.author)),
        ]
        return {"facts": facts}


@admin.register(Qualification, site=site)
class QualificationAdmin(ReadOnlyAdmin):
    list_display = ("lead", "level_shown", "score", "possible_level", "version", "judged_at")
    list_select_related = ("lead", "version__schema")
    list_filter = (("level", ChoicesDropdownFilter),)

    @display(description="level", label={"SQL": "success", "MQL": "info"})
    def level_shown(self, qualification: Qualification) -> str:
        return qualification.get_level_display()

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        facts = [
            ("Lead", link(obj.lead)),
            ("Judged by", link(obj.version)),
            ("Judged", moment(obj.judged_at)),
            ("Level", Badge(obj.get_level_display(), obj.level)),
            ("Possible level", Badge(obj.get_possible_level_display(), obj.possible_level)),
            ("Score", f"{points(obj.score)} (between {points(obj.worst)} and {points(obj.best)})"),
        ]
        if obj.order_ready:
            facts.append(("Ready to order", Badge(obj.get_order_ready_display(), obj.order_ready)))
        return {"facts": facts, "tables": explained(obj, the_viewer(request).business.currency)}


@admin.register(Transition, site=site)
class TransitionAdmin(ReadOnlyAdmin):
    list_display = ("move", "lead", "at", "moved_by", "door", "cause", "reason")
    list_select_related = ("lead", "author__user", "cause")
    list_filter = (("to_stage", ChoicesDropdownFilter), ("door", ChoicesDropdownFilter))

    @display(description="move")
    def move(self, receipt: Transition) -> str:
        start = receipt.get_from_stage_display() or "Begun"
        return f"{start} → {receipt.get_to_stage_display()}"

    @display(description="by")
    def moved_by(self, receipt: Transition) -> str:
        return author(receipt.author)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        facts = [
            ("Lead", link(obj.lead)),
            ("Move", self.move(obj)),
            ("When", moment(obj.at)),
            ("By", author(obj.author)),
            ("Role", obj.get_role_display() or "–"),
            ("Through", obj.get_door_display()),
            ("Reason", str(obj.cause or obj.reason or "–")),
            ("Level in force", Badge(obj.get_level_in_force_display(), obj.level_in_force)),
            ("Judgement", link(obj.qualification)),
        ]
        if obj.cause and obj.reason:
            facts.append(("Beside the reason", obj.reason))
        if obj.competitor:
            facts.append(("Competitor", obj.competitor))
        if obj.opportunity:
            facts.append(("Opportunity", link(obj.opportunity)))
        if obj.verdict_kind:
            facts.append(("Rests on", f"{obj.verdict_kind.capitalize()}: {obj.verdict_reason}"))
        return {"facts": facts, "title": self.move(obj)}


@admin.register(LevelOverride, site=site)
class LevelOverrideAdmin(ReadOnlyAdmin):
    list_display = ("lead", "level", "computed", "counts", "reason", "decided_by", "created_at", "expires_at")
    list_select_related = ("lead", "author__user", "ended_by__user")

    @display(description="computed level now")
    def computed(self, override: LevelOverride) -> str:
        return override.lead.get_level_display()

    @display(description="counts")
    def counts(self, override: LevelOverride) -> str:
        return in_list(state_of(override, timezone.now()))

    @display(description="decided by")
    def decided_by(self, override: LevelOverride) -> str:
        return author(override.author)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        facts = [
            ("Lead", link(obj.lead)),
            ("Level instead of the computed one", Badge(obj.get_level_display(), obj.level)),
            ("Counts", state_of(obj, timezone.now())),
            ("Computed level now", Badge(obj.lead.get_level_display(), obj.lead.level)),
            ("Reason", obj.reason),
            ("Decided by", author(obj.author)),
            ("From", moment(obj.created_at)),
            ("Until", moment(obj.expires_at)),
        ]
        return {"facts": facts}


@admin.register(Stakeholder, site=site)
class StakeholderAdmin(ReadOnlyAdmin):
    list_display = ("contact", "lead", "roles")
    list_select_related = ("lead", "contact")

    @display(description="buying roles")
    def roles(self, stakeholder: Stakeholder) -> str:
        return roles_of(stakeholder)

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        facts = [("Contact", link(obj.contact)), ("Lead", link(obj.lead)), ("Buying roles", roles_of(obj))]
        return {"facts": facts}


@admin.register(Event, site=site)
class EventAdmin(ReadOnlyAdmin):
    list_display = ("what", "lead", "at", "detail")
    list_select_related = ("lead",)
    ordering = ("-id",)

    @display(description="what happened")
    def what(self, event: Event) -> str:
        return str(dict(EventKind.choices).get(event.kind, event.kind.replace("_", " ").capitalize()))

    @display(description="detail")
    def detail(self, event: Event) -> str:
        """Say what changed from what to what; ids in the data are for machines."""
        start, end = event.data.get("from"), event.data.get("to")
        if end:
            return " → ".join(_word(part) for part in (start, end) if part)
        touch = dict(EngagementKind.choices).get(event.data.get("kind"))
        return str(touch) if touch else ", ".join(event.data.get("keys", ()))

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        facts = [
            ("Lead", link(obj.lead)),
            ("What happened", self.what(obj)),
            ("When", moment(obj.at)),
            ("Detail", self.detail(obj) or "–"),
        ]
        return {"facts": facts, "title": self.what(obj)}


def _word(code: str) -> str:
    return code.upper() if len(code) == 3 else code.capitalize()
