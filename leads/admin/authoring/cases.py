"""Test cases of a draft: imagined leads, written as lines, and what each of them comes to now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from leads import services
from leads.admin.authoring.rows import FoldedRows, RowForm
from leads.admin.chosen import the_viewer
from leads.admin.fields import DayInput
from leads.admin.reading import Badge, points, span
from leads.domain.case_lines import LinesRefused, read, written
from leads.domain.cases import CaseResult
from leads.domain.stages import Level
from leads.domain.values import AttributeSpec
from leads.models import QualificationCase
from leads.selectors import attributes_of


class CaseForm(RowForm):
    """A test case whose values are lines of `attribute: value`."""

    given = forms.CharField(
        required=False,
        strip=False,
        label="What is known of it",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "class": "sp-values", "spellcheck": "false"}),
        help_text="One a line, such as employees: 120, has_pain: yes, or decision: does not know. "
        "What is left out was never asked.",
    )

    # Set by the inline on the class that it makes for a request.
    specs: Mapping[str, AttributeSpec] = {}
    results: Mapping[int, CaseResult] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["given"] = written(self.instance.values, self.specs)

    def clean_given(self) -> str:
        text: str = self.cleaned_data["given"]
        if "given" in self.changed_data:
            try:
                self.instance.values = read(text, self.specs)
            except LinesRefused as refusal:
                raise forms.ValidationError(refusal.problems) from None
        return text

    @property
    def summary(self) -> list[Any]:
        """Return what the line of a folded case says: what it must come to, and whether it does."""
        if self.instance.pk is None:
            return []
        result = self.results.get(self.instance.pk)
        return [f"must come to {Level(self.instance.level).name}", verdict(result)]


def verdict(result: CaseResult | None) -> Badge:
    if result is None:
        return Badge("Not run yet", "unknown")
    return Badge("Fails", "no") if result.problems else Badge("Passes", "yes")


class CaseInline(FoldedRows):
    model = QualificationCase
    form = CaseForm
    note = (
        "Imagined leads that must come to the level you expect. One that does not keeps the draft from being published."
    )
    labels = {"level": "Must come to", "possible_level": "Must possibly become", "on": "On the day"}
    readonly_fields = ("now",)
    fieldsets = (
        (None, {"fields": ("name", "given", ("level", "possible_level"), "on", "now", "position")}),
    )  # fmt: skip

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.form.specs = {key: row.spec for key, row in attributes_of(the_viewer(request)).items()}
        self.results = _results(obj)
        formset.form.results = self.results
        return formset

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "on":
            kwargs["widget"] = DayInput()
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @display(description="What it comes to now")
    def now(self, case: QualificationCase) -> str:
        if case.pk is None:
            return "You will see it once the draft is saved."
        result = self.results.get(case.pk)
        if result is None:
            return "Nothing yet: the draft cannot judge until what is listed above is mended."
        return outcome(result)


def _results(draft: Any) -> dict[int, CaseResult]:
    cases = list(draft.test_cases.all()) if draft is not None else []
    results = services.results_of(draft) if cases else []
    return {case.pk: result for case, result in zip(cases, results, strict=False)}


def outcome(result: CaseResult) -> str:
    """Return in a sentence what a case comes to, and why it fails if it does."""
    why = "; ".join(
        f"{problem.path.rpartition('.')[2].replace('_', ' ')} {problem.message}" for problem in result.problems
    )
    if result.judgement is None:
        return f"It fails: {why}."
    judgement = result.judgement
    possible = span(judgement.worst, judgement.best)
    said = f"{judgement.level.name} with a score of {points(judgement.score)}"
    said += f" ({possible} possible)" if possible else ""
    if judgement.possible_level != judgement.level:
        said += f", may become {judgement.possible_level.name}"
    return f"{said}. It fails: the {why}." if why else f"{said}. It passes."
