"""Test cases of a draft: imagined runs, written as lines, and what each of them comes to now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextareaWidget

from assessments.admin.case_results import CaseResult, outcome, results_of
from assessments.admin.vocabulary import ANSWERS, FACTS, in_work
from assessments.domain.template import ANSWERS as VERDICT
from assessments.domain.template import Advice, Outlook
from assessments.models import TestCase, VerdictCondition
from leads.admin.authoring.rows import FoldedRows, RowForm
from leads.admin.fields import DayInput, line, select
from leads.admin.reading import Badge
from leads.domain.case_lines import LinesRefused, read, written
from leads.domain.qualification import Decision
from leads.domain.snapshot import DOES_NOT_KNOW
from leads.domain.values import AttributeSpec, ValueRefused, ValueType, encode, parse

ANY = ("", "Anything")
DECISIONS = [ANY, *((decision.value, decision.value.capitalize()) for decision in Decision)]
ENDS = ("low", "likely", "high")
OPEN = "open"
MONEY = AttributeSpec("it", "It", ValueType.MONEY)


def _lines(kind: str, label: str, help_text: str) -> forms.CharField:
    attrs = {"rows": 4, "class": "sp-values", "data-kind": kind, "spellcheck": "false"}
    widget = UnfoldAdminTextareaWidget(attrs=attrs)
    return forms.CharField(required=False, strip=False, label=label, widget=widget, help_text=help_text)


class CaseForm(RowForm):
    """A test case whose answers, facts and figures are lines, and whose expectations are fields."""

    given = _lines(
        ANSWERS,
        "What is answered",
        "One a line, such as hours: 20, hours: 20 – 25 – 30, sponsor: yes, or sponsor: does not know. "
        "What is left out was not asked.",
    )
    known = _lines(FACTS, "What is known of the lead", "One a line, such as employees: 120. May stay empty.")
    good_problem = select(choices=DECISIONS, required=False, label=VerdictCondition.Answer.GOOD_PROBLEM.label)
    will_act = select(choices=DECISIONS, required=False, label=VerdictCondition.Answer.WILL_ACT.label)
    justifies = select(choices=DECISIONS, required=False, label=VerdictCondition.Answer.JUSTIFIES.label)
    outlook = select(
        choices=[ANY, *((o.value, o.value.replace("_", " ").capitalize()) for o in Outlook)], required=False
    )
    advice = select(choices=[ANY, *((a.value, a.value.replace("_", " ").capitalize()) for a in Advice)], required=False)
    cost_low = line(required=False, label="Cost, at least")
    cost_likely = line(required=False, label="Cost, likely")
    cost_high = line(required=False, label="Cost, at most", help_text="Write open where an item is not known.")
    figures = _lines("figures", "Figures must come to", "One a line, such as typing: 46000. May stay empty.")

    # Set by the inline on the class that it makes for a request.
    specs: Mapping[str, Mapping[str, AttributeSpec]] = {}
    results: Mapping[int, CaseResult] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        case: TestCase = self.instance
        expected = case.expected or {}
        self.initial["given"] = written(case.answers, self.specs[ANSWERS])
        self.initial["known"] = written(case.facts, self.specs[FACTS])
        for name in (*VERDICT, "outlook", "advice"):
            self.initial[name] = expected.get(name, "")
        for end in ENDS:
            amount = expected.get("cost", {}).get(end, "")
            self.initial[f"cost_{end}"] = OPEN if amount is None else amount
        figures = {key: DOES_NOT_KNOW if said is None else said for key, said in expected.get("figures", {}).items()}
        self.initial["figures"] = written(figures, self.specs["figures"])

    def _read(self, name: str, kind: str) -> dict[str, Any]:
        try:
            return read(self.cleaned_data[name], self.specs[kind])
        except LinesRefused as refusal:
            raise forms.ValidationError(refusal.problems) from None

    def clean_given(self) -> str:
        if "given" in self.changed_data:
            self.instance.answers = self._read("given", ANSWERS)
        return str(self.cleaned_data["given"])

    def clean_known(self) -> str:
        if "known" in self.changed_data:
            self.instance.facts = self._read("known", FACTS)
        return str(self.cleaned_data["known"])

    def clean(self) -> Any:
        """Put together what is expected; what is left empty is not."""
        cleaned = super().clean()
        expected: dict[str, Any] = {
            name: self.cleaned_data[name] for name in (*VERDICT, "outlook", "advice") if self.cleaned_data.get(name)
        }
        cost = {end: amount for end in ENDS if (amount := self._amount(end)) != ""}
        figures = self._figures()
        expected |= {"cost": cost} if cost else {}
        expected |= {"figures": figures} if figures else {}
        if not self.errors:
            self.instance.expected = expected
        return cleaned

    def _amount(self, end: str) -> str | None:
        """Return an amount as it is kept, None for an open one, nothing for nothing."""
        text = self.cleaned_data.get(f"cost_{end}", "").strip()
        if not text:
            return ""
        if end == "high" and text.casefold() == OPEN:
            return None
        try:
            amount: str = encode(parse(MONEY, text.replace(",", "")))
        except ValueRefused:
            either = "an amount or open" if end == "high" else "an amount"
            self.add_error(f"cost_{end}", f"Write {either}, such as 46000.")
            return ""
        return amount

    def _figures(self) -> dict[str, str | None]:
        if "figures" not in self.cleaned_data:
            return {}
        try:
            figures = self._read("figures", "figures")
        except forms.ValidationError as refusal:
            self.add_error("figures", refusal)
            return {}
        if ranges := [key for key, said in figures.items() if isinstance(said, dict) and said != DOES_NOT_KNOW]:
            self.add_error("figures", f"`{ranges[0]}` must come to one number here, not to a range.")
        return {key: None if said == DOES_NOT_KNOW else said for key, said in figures.items()}

    @property
    def summary(self) -> list[Any]:
        """Return what the line of a folded case says: what it must come to, and whether it does."""
        case: TestCase = self.instance
        if case.pk is None:
            return []
        advice = case.expected.get("advice")
        said: list[Any] = [f"must come to {advice.replace('_', ' ')}"] if advice else []
        return [*said, verdict(self.results.get(case.pk))]


def verdict(result: CaseResult | None) -> Badge:
    if result is None:
        return Badge("Not run yet", "unknown")
    return Badge("Fails", "no") if result.problems else Badge("Passes", "yes")


class CaseInline(FoldedRows):
    model = TestCase
    form = CaseForm
    verbose_name = "test case"
    verbose_name_plural = "test cases"
    note = "Imagined runs that must come to what you expect. One that does not keeps the draft from being published. "
    note += "Trying the draft can keep a run as a test case."
    labels = {"on": "On the day"}
    readonly_fields = ("now",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    ("given", "known"),
                    "now",
                    ("advice", "outlook"),
                    ("good_problem", "will_act"),
                    ("justifies", "cost_likely"),
                    ("cost_low", "cost_high"),
                    ("figures", "on"),
                    "position",
                )
            },
        ),
    )

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        work = in_work(request)
        figures = {
            formula.key: AttributeSpec(formula.key, formula.label, ValueType.NUMBER)
            for formula in work.document.formulas
        }
        formset.form.specs = {**work.vocabulary.lines, "figures": figures}
        self.results = results_of(work.draft, work.document)
        formset.form.results = self.results
        return formset

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "on":
            kwargs["widget"] = DayInput()
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @display(description="What it comes to now")
    def now(self, case: TestCase) -> str:
        if case.pk is None:
            return "You will see it once the draft is saved."
        result = self.results.get(case.pk)
        if result is None:
            return "Nothing yet: the draft cannot be run until what is listed above is mended."
        return outcome(result, case.business.currency)
