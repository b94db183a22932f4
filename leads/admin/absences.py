"""Who is away, and who stands in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from leads.admin.chosen import the_viewer, viewer_of
from leads.admin.fields import MomentInput
from leads.admin.reading import Badge, address_of, moment
from leads.admin.site import site
from leads.admin.tenant import ReadOnlyAdmin, TenantForm
from leads.domain.errors import DomainError
from leads.models import Absence
from leads.services.absences import current_absences, end_absence, set_absence, stand_in_for


class AbsenceForm(TenantForm):
    starts_at = forms.DateTimeField(widget=MomentInput, label="From")
    ends_at = forms.DateTimeField(
        widget=MomentInput,
        required=False,
        label="Until",
        help_text="Leave it empty if nobody knows yet: until further notice.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("member", "stand_in"):
            field: Any = self.fields[name]
            field.queryset = field.queryset.filter(is_active=True)


class WhenFilter(DropdownFilter):
    title, parameter_name = "when", "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("current", "Away now, or to come")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "current":
            return queryset
        return queryset.filter(pk__in=current_absences(the_viewer(request), timezone.now()).values("pk"))


@admin.register(Absence, site=site)
class AbsenceAdmin(ReadOnlyAdmin):
    """An absence is added and ended, not changed."""

    form = AbsenceForm
    page_template = "leads/admin/absence.html"
    list_display = ("who", "state", "starts_at", "until", "stands_in")
    list_select_related = ("member__user", "stand_in__user")
    list_filter = (WhenFilter,)
    search_fields = ("member__user__name", "note")
    ordering = (F("ends_at").desc(nulls_first=True), "-id")
    fields = ("member", "starts_at", "ends_at", "stand_in", "note")
    labels = {"member": "Who is away", "stand_in": "Who stands in"}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return viewer_of(request) is not None

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name == "stand_in":
            field.help_text = "Who does the work meanwhile. If they are away too, whoever stands in for them does it."
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = form.cleaned_data
        saved = set_absence(
            by=the_viewer(request),
            now=timezone.now(),
            starts_at=given["starts_at"],
            ends_at=given["ends_at"],
            member_id=given["member"].pk,
            stand_in_id=given["stand_in"].pk if given["stand_in"] else None,
            note=given["note"],
        )
        obj.pk = saved.pk

    @display(description="who", ordering="member__user__name")
    def who(self, absence: Absence) -> str:
        return str(absence.member.user)

    @display(description="state", label={"Away": "warning", "To come": "info"})
    def state(self, absence: Absence) -> str:
        now = timezone.now()
        if absence.ends_at is not None and absence.ends_at <= max(now, absence.starts_at):
            return "Over"
        return "Away" if absence.starts_at <= now else "To come"

    @display(description="until", ordering="ends_at")
    def until(self, absence: Absence) -> str:
        return moment(absence.ends_at) if absence.ends_at else "Further notice"

    @display(description="stands in", empty_value="Nobody")
    def stands_in(self, absence: Absence) -> str | None:
        return str(absence.stand_in.user) if absence.stand_in else None

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        state = self.state(obj)
        facts = [
            ("Who", str(obj.member)),
            ("State", Badge(state, "" if state == "Over" else "unknown")),
            ("From", moment(obj.starts_at)),
            ("Until", self.until(obj)),
            ("Stands in", str(obj.stand_in) if obj.stand_in else "Nobody"),
            ("Note", obj.note or "–"),
        ]
        if state == "Away":
            doing = stand_in_for(obj.member, timezone.now())
            facts.append(("Does the work now", str(doing) if doing else "Nobody"))
        return {"title": f"{obj.member.user} away", "facts": facts, "state": state}

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.end)
        return [path("<path:object_id>/end/", view, name="leads_absence_end"), *super().get_urls()]

    def end(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Say that somebody is back, or does not leave."""
        found = self.get_object(request, object_id)
        if found is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if request.method == "POST":
            try:
                end_absence(absence_id=found.pk, by=the_viewer(request), now=timezone.now())
                messages.success(request, f"{found.member.user} is there again.")
            except DomainError as refusal:
                messages.error(request, refusal.message)
        return redirect(address_of(found))
