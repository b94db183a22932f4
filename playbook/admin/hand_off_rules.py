"""The rules by which leads are handed off."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget

from leads.admin import TenantAdmin, site
from leads.admin.archived import ArchivableForm, ArchivedFilter
from leads.admin.chosen import the_viewer
from leads.models import Membership
from playbook import services
from playbook.domain.assigning import TAKERS
from playbook.domain.steps import AssignBy, HandOffKind
from playbook.models import HandOffRule


class HandOffRuleForm(ArchivableForm):
    """A rule with its members, and its place among the others, told by what comes before it."""

    among = forms.MultipleChoiceField(
        required=False,
        label="Among whom",
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Choose nobody for all of the role, whoever they are at the time.",
    )
    place = forms.TypedChoiceField(
        coerce=int,
        label="Is asked",
        widget=UnfoldAdminSelectWidget,
        help_text="Rules are asked in order; the first whose condition holds decides.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind, fields = self.instance.kind, self.fields
        members = Membership.objects.visible_to(self.viewer).filter(is_active=True).select_related("user")
        takers = TAKERS[HandOffKind(kind)] if kind else frozenset().union(*TAKERS.values())
        named: set[int] = set()
        if self.instance.pk is not None:
            named = set(self.instance.parts.values_list("member_id", flat=True))
        offered = [member for member in members.order_by("user__name", "pk") if member.role in takers]
        fields["among"].choices = [(str(member.pk), str(member)) for member in offered]  # type: ignore[attr-defined]
        self.initial["among"] = [str(member.pk) for member in offered if member.pk in named]
        escalate: Any = fields["escalate_to"]
        escalate.queryset = escalate.queryset.filter(is_active=True)
        if self.instance.pk is None:
            fields.pop("place", None)
        if "place" in fields:
            rules = HandOffRule.objects.visible_to(self.viewer).filter(kind=kind, archived_at__isnull=True)
            others = [rule for rule in rules if rule.pk != self.instance.pk]
            places = ["first", *(f"after {rule}" for rule in others)]
            fields["place"].choices = list(enumerate(places))  # type: ignore[attr-defined]
            self.initial["place"] = sum(
                (rule.position, rule.pk) < (self.instance.position, self.instance.pk) for rule in others
            )


@admin.register(HandOffRule, site=site)
class HandOffRuleAdmin(TenantAdmin):
    form = HandOffRuleForm
    list_display = ("name", "kind_shown", "applies_shown", "assign_by", "respond_within", "escalates_to")
    list_select_related = ("escalate_to__user",)
    list_filter = (("kind", ChoicesDropdownFilter), ArchivedFilter)
    search_fields = ("name",)
    ordering = ("kind", "position", "id")
    labels = {
        "kind": "Hands leads off",
        "applies_when": "Applies when",
        "assign_by": "Chooses by",
        "respond_within": "To be answered within",
        "escalate_to": "Overdue ones go to",
    }
    help_texts = {
        "applies_when": "A condition over your attributes, such as employees > 200 and industry == “software”. "
        "Left empty, the rule applies to every lead. Where it is not known whether it holds, it does not apply.",
        "escalate_to": "Left empty, a manager.",
        "respond_within": "In working hours, holidays left out.",
    }
    fieldsets = (
        (None, {"fields": ("kind", "name", "applies_when")}),
        ("Who gets the lead", {"fields": ("among", "assign_by")}),
        ("By when", {"fields": ("respond_within", "escalate_to")}),
        ("How it is kept", {"fields": ("place", "archived")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("kind",) if obj else ()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj is not None else fieldsets[:-1]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.help_texts:
            kwargs["help_text"] = self.help_texts[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given, by = form.cleaned_data, the_viewer(request)
        said: dict[str, Any] = {
            "name": given["name"],
            "applies_when": given["applies_when"],
            "assign_by": AssignBy(given["assign_by"]),
            "member_ids": [int(pk) for pk in given["among"]],
            "respond_within": given["respond_within"],
            "escalate_to_id": given["escalate_to"].pk if given["escalate_to"] else None,
        }
        if not change:
            obj.pk = services.add_hand_off_rule(kind=HandOffKind(given["kind"]), by=by, **said).pk
            return
        changes = services.HandOffRuleChanges(escalate_to_managers=given["escalate_to"] is None, **said)
        services.change_hand_off_rule(rule_id=obj.pk, changes=changes, by=by)
        if "archived" in form.changed_data:
            services.archive_hand_off_rule(rule_id=obj.pk, archived=given["archived"], by=by, now=timezone.now())
        if "place" in form.changed_data and not given["archived"]:
            services.place_hand_off_rule(rule_id=obj.pk, place=given["place"], by=by)

    @display(description="hands leads off", label=True, ordering="kind")
    def kind_shown(self, rule: HandOffRule) -> str:
        return rule.get_kind_display()

    @display(description="applies when")
    def applies_shown(self, rule: HandOffRule) -> str:
        return rule.applies_when or "Every lead that is left"

    @display(description="overdue ones go to")
    def escalates_to(self, rule: HandOffRule) -> str:
        return str(rule.escalate_to.user) if rule.escalate_to else "A manager"
