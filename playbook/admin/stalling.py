"""Which stall risks a business watches, and what was foreseen of the leads that it lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import display

from leads.admin.chosen import the_viewer
from leads.admin.reading import Badge, Lines, Table, day, in_list, link, moment
from leads.admin.site import site
from leads.admin.tenant import ReadOnlyAdmin, RelatedFilter, TenantAdmin, TenantForm
from leads.domain.reasons import ReasonKind
from playbook.domain.stalling import Foreseen, RiskSeverity, StallKind
from playbook.models import LossReview, StallRiskSetting
from playbook.services.risk_settings import RiskChanges, change_stall_risk

IN_TIME_AND_PEOPLE = frozenset(kind.value for kind in StallKind)
FORESEEN = {Foreseen.YES.value: "yes", Foreseen.NO.value: "no", Foreseen.NOTHING_PREDICTED.value: "unknown"}


class StallRiskForm(TenantForm):
    """A risk's setting; of the reasons those for which leads are lost."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        predicts: Any = self.fields["predicts"]
        reasons = predicts.queryset.filter(kind=ReasonKind.LOST.value)
        kept = self.instance.predicts_id
        predicts.queryset = reasons.filter(archived_at__isnull=True) | reasons.filter(pk=kept)
        predicts.empty_label = "Nothing"
        if "days" in self.fields:
            self.fields["days"].required = True
            self.fields["days"].help_text = "From 1 to 250; holidays are left out."


@admin.register(StallRiskSetting, site=site)
class StallRiskSettingAdmin(TenantAdmin):
    form = StallRiskForm
    list_display = ("name", "seen_in", "watched", "severity_shown", "predicts_shown", "days_shown")
    list_select_related = ("predicts",)
    list_filter = ("active", ("severity", ChoicesDropdownFilter))
    search_fields = ("name",)
    ordering = ("position", "id")
    labels = {"active": "Watched", "days": "Working days without activity", "predicts": "Predicts"}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = ["name", "active", "predicts"]
        fields += ["severity"] if obj is None or obj.key in IN_TIME_AND_PEOPLE else []
        fields += ["days"] if obj is not None and obj.key == StallKind.NO_ACTIVITY.value else []
        return [(None, {"fields": fields})]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        given = form.cleaned_data
        changes = RiskChanges(
            name=given["name"],
            active=given["active"],
            days=given.get("days"),
            severity=RiskSeverity(given["severity"]) if "severity" in given else None,
            predicts_id=given["predicts"].pk if given["predicts"] else None,
            predicts_nothing=given["predicts"] is None,
        )
        change_stall_risk(setting_id=obj.pk, changes=changes, by=the_viewer(request))

    @display(description="seen in")
    def seen_in(self, setting: StallRiskSetting) -> str:
        return "Time and people" if setting.key in IN_TIME_AND_PEOPLE else "Verdicts"

    @display(description="watched", label={"Watched": "success"}, ordering="active")
    def watched(self, setting: StallRiskSetting) -> str:
        return "Watched" if setting.active else "Off"

    @display(description="severity")
    def severity_shown(self, setting: StallRiskSetting) -> str:
        return setting.get_severity_display() if setting.key in IN_TIME_AND_PEOPLE else "As its template says"

    @display(description="predicts", empty_value="Nothing")
    def predicts_shown(self, setting: StallRiskSetting) -> str | None:
        return str(setting.predicts) if setting.predicts else None

    @display(description="after", empty_value="–")
    def days_shown(self, setting: StallRiskSetting) -> str | None:
        return f"{setting.days} working days" if setting.key == StallKind.NO_ACTIVITY.value else None


class CauseFilter(RelatedFilter):
    title, parameter_name, field_name = "lost because of", "cause", "cause"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        field = model_admin.model._meta.get_field(self.field_name)
        reasons = model_admin.get_field_queryset(None, field, request).filter(kind=ReasonKind.LOST.value)
        return [(reason.pk, str(reason)) for reason in reasons]


@admin.register(LossReview, site=site)
class LossReviewAdmin(ReadOnlyAdmin):
    list_display = ("lead_shown", "lost", "cause_shown", "predicted_shown", "foreseen_shown")
    list_select_related = ("lead__organization", "cause")
    list_filter = (("foreseen", ChoicesDropdownFilter), CauseFilter)
    search_fields = ("lead__title", "lead__organization__name")
    ordering = ("-id",)

    @display(description="lead")
    def lead_shown(self, review: LossReview) -> str:
        return review.lead.title or str(review.lead.organization)

    @display(description="lost", ordering="at")
    def lost(self, review: LossReview) -> str:
        return day(review.at)

    @display(description="because of")
    def cause_shown(self, review: LossReview) -> str:
        return str(review.cause)

    @display(description="predicted", empty_value="Nothing")
    def predicted_shown(self, review: LossReview) -> str | None:
        return ", ".join(dict.fromkeys(one["predicts_label"] for one in review.predicted if one["predicts"])) or None

    @display(description="foreseen", ordering="foreseen")
    def foreseen_shown(self, review: LossReview) -> str:
        return in_list(foreseen_of(review))

    def page(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        return {
            "title": f"Lost: {self.lead_shown(obj)}",
            "facts": [
                ("Lead", link(obj.lead)),
                ("Lost", link(obj.transition, moment(obj.at))),
                ("Because of", str(obj.cause)),
                ("Foreseen", foreseen_of(obj)),
            ],
            "tables": [_predicted(obj)],
        }


def foreseen_of(review: LossReview) -> Badge:
    return Badge(review.get_foreseen_display(), FORESEEN[review.foreseen])


def _predicted(review: LossReview) -> Table:
    """Return the risks that were present, each with whether what it predicts came true."""
    return Table(
        "What was present then",
        ("Risk", "Because", "Predicted", "Came true"),
        [
            (
                Lines(one["name"], ("blocking",) if one.get("severity") == RiskSeverity.BLOCKING.value else ()),
                Lines(one["because"], (f"since {day(_moment(one['since']))}",) if one["since"] else ()),
                one["predicts_label"] or "–",
                _came_true(one["predicts"], review.cause.key),
            )
            for one in review.predicted
        ],
        "No risk was seen.",
    )


def _came_true(predicted: str, cause: str) -> Any:
    if not predicted:
        return "–"
    return Badge("Yes", "yes") if predicted == cause else Badge("No", "no")


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)
