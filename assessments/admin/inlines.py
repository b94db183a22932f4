"""What a draft is made of, on its page: sections with their questions, formulas, conditions and risks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import Case, Field, QuerySet, Value, When
from django.forms import HiddenInput
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextareaWidget

from assessments.admin.fields import BandsField
from assessments.admin.questions import FreshKeys, QuestionInline
from assessments.admin.vocabulary import in_work
from assessments.domain.template import ANSWERS, Dimension
from assessments.models import Formula, Section, StallRisk, VerdictCondition
from leads.admin.authoring.conditions import CONDITION, FORMULA, rule_widget
from leads.admin.authoring.rows import FoldedRows, KeyedRowForm, RowForm
from leads.admin.reading import Badge
from leads.admin.tenant import TenantForm, TenantStackedInline

TEXTS = ("guidance", "what_to_do")


class DraftRows(FoldedRows):
    """Rules are written like code, longer texts in two lines."""

    kind = CONDITION

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "rule":
            kwargs["widget"] = rule_widget(2, self.kind)
        elif db_field.name in TEXTS:
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.english = staticmethod(in_work(request).spoken)
        formset.taken = in_work(request).taken
        return formset


class SectionForm(TenantForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["dimension"].disabled = True
            self.fields["dimension"].widget = HiddenInput()


class SectionInline(TenantStackedInline):
    """The five sections, each a part of the page with its questions; a missing one can be added."""

    model = Section
    form = SectionForm
    template = "assessments/admin/sections.html"
    verbose_name_plural = "sections"
    max_num = len(Dimension)
    inlines = (QuestionInline,)
    fieldsets = ((None, {"fields": ("dimension", "title", "guidance")}),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Return them in the order in which they are asked."""
        places = [When(dimension=dimension.value, then=Value(place)) for place, dimension in enumerate(Dimension)]
        return super().get_queryset(request).order_by(Case(*places), "pk")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and obj.sections.count() < len(Dimension)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "guidance":
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 2})
            kwargs["help_text"] = "What whoever asks should keep in mind in this section; may stay empty."
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class FormulaForm(KeyedRowForm):
    noun = "formula"
    english: Callable[[str, str], str] = staticmethod(lambda text, kind: text)

    bands = BandsField(
        required=False,
        label="Is called",
        help_text="One a line, such as 20: serious. From that number on, the figure is called so.",
    )

    @property
    def summary(self) -> list[Any]:
        row: Formula = self.instance
        if row.pk is None:
            return []
        said: list[Any] = [self.english(row.rule, FORMULA)]
        said += [f"in {row.unit}"] if row.unit else []
        return [*said, *([Badge("Cost item", "mql")] if row.cost_item else [])]


class FormulaInline(DraftRows):
    model = Formula
    form = FormulaForm
    formset = FreshKeys
    kind = FORMULA
    verbose_name_plural = "formulas"
    note = "Each calculates a figure out of answers, attributes and the formulas above it. Cost items are money lost "
    note += "in a year; together they are the cost of the problem."
    labels = {"rule": "Calculated as", "cost_item": "Cost item: money lost in a year"}
    fieldsets = (
        (None, {"fields": ("label", "rule", ("unit", "cost_item"), ("benchmark", "bands"), "key", "position")}),
    )


IN_ORDER = Case(*(When(answer=answer, then=Value(place)) for place, answer in enumerate(ANSWERS)))


class ConditionForm(RowForm):
    english: Callable[[str, str], str] = staticmethod(lambda text, kind: text)

    @property
    def summary(self) -> list[Any]:
        row: VerdictCondition = self.instance
        if row.pk is None:
            return []
        return [Badge(row.get_answer_display(), "mql"), self.english(row.rule, CONDITION)]


class ConditionInline(DraftRows):
    model = VerdictCondition
    form = ConditionForm
    ordering: ClassVar[Any] = (IN_ORDER, "position", "id")
    verbose_name = "condition"
    verbose_name_plural = "conditions of the verdict"
    note = "The verdict answers three questions. Each answer is yes if all of its conditions hold, and no if one does "
    note += "not; while something is unknown that could decide, it is unknown."
    labels = {"answer": "Needed for", "rule": "Holds if"}
    fieldsets = ((None, {"fields": (("label", "answer"), "rule", "position")}),)


class RiskForm(KeyedRowForm):
    noun = "risk"
    english: Callable[[str, str], str] = staticmethod(lambda text, kind: text)

    @property
    def summary(self) -> list[Any]:
        row: StallRisk = self.instance
        if row.pk is None:
            return []
        badge = Badge("Blocks the sale", "no") if row.blocking else Badge("To watch", "unknown")
        return [badge, f"there if {self.english(row.rule, CONDITION)}"]


class RiskInline(DraftRows):
    model = StallRisk
    form = RiskForm
    verbose_name_plural = "stall risks"
    note = (
        "What may bog the sale down or lose it. A blocking one that is there, or not ruled out, holds the advice back."
    )
    labels = {"rule": "There if", "blocking": "It blocks the sale; otherwise it is to watch"}
    fieldsets = ((None, {"fields": ("label", "rule", "blocking", "what_to_do", "key", "position")}),)
