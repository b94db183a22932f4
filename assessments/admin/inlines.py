"""What a draft is made of, on its page: sections with their questions, formulas, conditions and risks."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Field, QuerySet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextareaWidget

from assessments.admin.fields import OptionsField, shown_value, written_value
from assessments.models import Formula, Option, Question, Section, StallRisk, VerdictCondition
from leads.admin.authoring.authored import InDraft
from leads.admin.authoring.conditions import CONDITION, FORMULA, SHOW_WHEN, rule_widget
from leads.admin.authoring.rows import KeyedRowForm, RowForm, RowFormSet, RowsInDraft, TableOfRows
from leads.admin.fields import line
from leads.admin.tenant import TenantStackedInline
from leads.domain.values import ValueRefused

RULES = ("rule", "show_when")
TEXTS = ("guidance", "why_we_ask", "listen_for", "what_to_do")


class DraftInline(InDraft):
    """Rules are written like code, longer texts in two lines."""

    kinds = {"show_when": SHOW_WHEN}

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in RULES:
            kwargs["widget"] = rule_widget(2, self.kinds.get(db_field.name, CONDITION))
        elif db_field.name in TEXTS:
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]


class QuestionForm(RowForm):
    """A question with its options as lines, and what stands in for it while it is hidden as a word."""

    options = OptionsField(
        required=False, help_text="For choices, one a line: code: label = points. Without points they count 0."
    )
    while_hidden = line(
        required=False,
        label="While hidden",
        help_text="What rules read while it is not asked, such as 0 or no. Empty: it is unknown then.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["options"] = [(row.code, row.label, row.points) for row in self.instance.options.all()]
            self.initial["while_hidden"] = shown_value(self.instance)

    def clean(self) -> Any:
        cleaned = super().clean()
        try:
            self.instance.if_hidden = written_value(
                self.cleaned_data.get("while_hidden", ""),
                kind=self.cleaned_data.get("type", ""),
                options=self.cleaned_data.get("options") or [],
            )
        except ValueRefused as refusal:
            self.add_error("while_hidden", refusal.message.replace("`it`", "This question"))
        return cleaned

    def write_options(self) -> None:
        """Replace the question's options by what was written, where that changed."""
        if "options" not in self.changed_data:
            return
        question = self.instance
        question.options.all().delete()
        Option.objects.bulk_create(
            Option(business=question.business, question=question, position=at, code=code, label=label, points=points)
            for at, (code, label, points) in enumerate(self.cleaned_data["options"])
        )


class QuestionFormSet(RowFormSet):
    """Writes the options of questions after the questions."""

    def save_new(self, form: Any, commit: bool = True) -> Any:
        return self._with_options(form, super().save_new(form, commit), commit)

    def save_existing(self, form: Any, obj: Any, commit: bool = True) -> Any:
        return self._with_options(form, super().save_existing(form, obj, commit), commit)

    @staticmethod
    def _with_options(form: Any, row: Any, commit: bool) -> Any:
        if commit:
            form.write_options()
        return row


class QuestionInline(DraftInline, RowsInDraft, TenantStackedInline):
    model = Question
    form = QuestionForm
    formset = QuestionFormSet
    verbose_name_plural = "questions"
    labels = {"for_prospect": "The prospect may answer it alone", "attribute": "Evidence for", "scored": "Has points"}
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "text",
                    ("key", "type"),
                    "attribute",
                    ("why_we_ask", "listen_for"),
                    ("show_when", "while_hidden"),
                    ("required", "for_prospect"),
                    "options",
                    ("points_yes", "points_no"),
                    ("scored", "unit"),
                    ("minimum", "maximum"),
                    "position",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("options")


class SectionInline(DraftInline, TenantStackedInline):
    model = Section
    ordering = ("position", "id")
    verbose_name_plural = "sections"
    inlines = (QuestionInline,)
    fieldsets = ((None, {"fields": ("title", ("dimension", "position"), "guidance")}),)


class FormulaForm(KeyedRowForm):
    noun = "formula"


class FormulaInline(DraftInline, TableOfRows):
    model = Formula
    form = FormulaForm
    fields = ("label", "key", "rule", "unit", "cost_item", "benchmark", "position")
    kinds = {"rule": FORMULA}
    verbose_name_plural = "formulas: each may read those before it; cost items are money lost in a year"


class ConditionInline(DraftInline, TableOfRows):
    model = VerdictCondition
    fields = ("answer", "label", "rule", "position")
    ordering: ClassVar[Any] = ("answer", "position", "id")
    labels = {"answer": "Of", "rule": "Condition"}
    verbose_name_plural = "verdict: an answer is yes if all of its conditions hold"


class RiskForm(KeyedRowForm):
    noun = "risk"


class RiskInline(DraftInline, TableOfRows):
    model = StallRisk
    form = RiskForm
    fields = ("label", "key", "rule", "blocking", "what_to_do", "position")
    labels = {"rule": "There if"}
    verbose_name_plural = "stall risks"
