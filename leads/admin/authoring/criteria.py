"""What a draft of a schema is made of, on its page: criteria with their steps, and least points on axes."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextareaWidget

from leads.admin.authoring.authored import InDraft
from leads.admin.authoring.conditions import question_widget, rule_widget
from leads.admin.authoring.rows import FoldedRows, KeyedRowForm, TableOfRows
from leads.admin.reading import span
from leads.admin.tenant import TenantTabularInline
from leads.models import AxisMinimum, Band, Criterion


class BandInline(TableOfRows):
    model = Band
    fields = ("label", "when", "points", "met", "position")
    labels = {"label": "Called", "when": "Condition", "met": "Counts as met"}
    verbose_name = "step"
    verbose_name_plural = "steps: the first whose condition is true decides"

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "when":
            kwargs["widget"] = rule_widget(1)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class CriterionForm(KeyedRowForm):
    noun = "criterion"

    @property
    def summary(self) -> list[str]:
        """Return what the line of a folded criterion says: what it speaks of, its points, and for what it is needed."""
        criterion: Criterion = self.instance
        if criterion.pk is None:
            return []
        given = [criterion.otherwise_points, *(band.points for band in criterion.bands.all())]
        needed = [
            level
            for level, is_needed in (("MQL", criterion.knock_out_mql), ("SQL", criterion.knock_out_sql))
            if is_needed
        ]
        said = [criterion.get_axis_display(), f"{span(min(given), max(given)) or f'always {given[0]:f}'} points"]
        said += [f"needed for {' and '.join(needed)}"] if needed else []
        return [*said, *(() if len(given) > 1 else ("has no step yet",))]


class CriterionInline(FoldedRows):
    model = Criterion
    form = CriterionForm
    verbose_name_plural = "criteria"
    note = "Each asks one thing of a lead. Its steps are tried from above, and the first that is true gives the points."
    inlines = (BandInline,)
    labels = {
        "knock_out_mql": "Needed for MQL",
        "knock_out_sql": "Needed for SQL",
        "otherwise_points": "Points",
        "otherwise_met": "Counts as met",
        "freshness_days": "Evidence of the last (days)",
        "help": "What to listen for",
        "wording_override": "Keep this wording because",
    }
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("label", "axis"),
                    "question",
                    "wording_override",
                    ("knock_out_mql", "knock_out_sql"),
                    ("key", "freshness_days"),
                    "help",
                    "position",
                )
            },
        ),
        (
            "Otherwise: if no step is true",
            {"fields": (("otherwise_points", "otherwise_met"),), "classes": ("sp-last",)},
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("bands")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "question":
            kwargs["widget"] = question_widget(2)
            kwargs["help_text"] = "Ask about their problem, in their words; not about products, orders or vendors."
        if db_field.name == "wording_override":
            kwargs["help_text"] = "If the hint about the wording is wrong here, say why. Otherwise change the question."
        if db_field.name == "help":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 2})
            kwargs["help_text"] = "For whoever asks; may stay empty."
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class MinimumInline(InDraft, TenantTabularInline):
    model = AxisMinimum
    fields = ("level", "axis", "points")
    classes = ("collapse",)
    hide_title = True
    verbose_name = "least points"
    verbose_name_plural = "least points on an axis (optional)"
