"""Forms of a trial run: an answer in a field that fits its question, and what is known of the imagined lead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from assessments.domain.questions import PlannedQuestion, bounds
from leads.admin.fields import DayInput
from leads.domain.case_lines import LinesRefused, read, written
from leads.domain.rules import Fact, Range, Unknown, Value
from leads.domain.values import NUMERIC, AttributeSpec, ValueRefused, ValueType, parse, plain

NEEDED = "Answer it, or say that they do not know."


class AnswerForm(forms.Form):
    """The answer to one question; `value` is what was answered, once the form is valid."""

    value: Value

    def __init__(self, question: PlannedQuestion, given: Fact | None, data: Any = None) -> None:
        super().__init__(data)
        self.question = question
        self.fields.update(_fields(question))
        self.initial.update(_initial(given))

    @property
    def is_number(self) -> bool:
        return self.question.value.type in NUMERIC

    @property
    def extent(self) -> str:
        """Return what a number must be, in words: its bounds and its unit."""
        low, high = bounds(self.question.spec)
        ends = f"from {plain(low)} to {plain(high)}" if low is not None and high is not None else ""
        if not ends:
            ends = f"{plain(low)} or more" if low is not None else f"{plain(high)} at most" if high is not None else ""
        unit = "%" if self.question.value.type == ValueType.PERCENT else self.question.value.unit
        return " ".join(part for part in (ends, unit) if part)

    def clean(self) -> Any:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            self.value = self._value(cleaned)
        except ValueRefused as refusal:
            self.add_error("answer", self.said(refusal.message))
        return cleaned

    def said(self, message: str) -> str:
        """Return a refusal without the question's key."""
        key = f"`{self.question.key}`"
        return message.replace(f"The question {key}", "This question").replace(key, "This question")

    def refuse(self, message: str) -> None:
        """Say that the answer is not taken, and nothing else."""
        self.full_clean()
        self.errors.clear()
        self.add_error(None, self.said(message))

    def _value(self, cleaned: Mapping[str, Any]) -> Value:
        answer, spec = cleaned["answer"], self.question.value
        if isinstance(answer, date):
            return answer
        if isinstance(answer, list):
            return frozenset(answer)
        low, high = cleaned.get("low", ""), cleaned.get("high", "")
        if not low and not high:
            return parse(spec, _bare(spec, answer))
        if not low or not high:
            raise ValueRefused("Write both ends of the range, or neither.")
        least, likely, most = (parse(spec, _bare(spec, text)) for text in (low, answer, high))
        if isinstance(least, Decimal) and isinstance(likely, Decimal) and isinstance(most, Decimal):
            if not least <= likely <= most:
                raise ValueRefused("A range must rise from least over likely to most.")
            return likely if least == most else Range(least, likely, most)
        return likely


def _bare(spec: AttributeSpec, text: str) -> str:
    return text.replace(",", "") if spec.type in NUMERIC else text


def _fields(question: PlannedQuestion) -> dict[str, forms.Field]:
    spec, label = question.value, question.spec.text
    common: dict[str, Any] = {"label": label, "error_messages": {"required": NEEDED}}
    choices = [(choice.code, choice.label) for choice in spec.choices]
    if spec.type == ValueType.CHOICE:
        return {"answer": forms.ChoiceField(choices=choices, widget=UnfoldAdminRadioSelectWidget, **common)}
    if spec.type == ValueType.MULTI_CHOICE:
        widget = UnfoldAdminCheckboxSelectMultipleWidget
        return {"answer": forms.MultipleChoiceField(choices=choices, widget=widget, required=False, label=label)}
    if spec.type == ValueType.YES_NO:
        yes_no = [("yes", "Yes"), ("no", "No")]
        return {"answer": forms.ChoiceField(choices=yes_no, widget=UnfoldAdminRadioSelectWidget, **common)}
    if spec.type == ValueType.DATE:
        return {"answer": forms.DateField(widget=DayInput, **common)}
    if spec.type == ValueType.TEXT:
        return {"answer": forms.CharField(widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}), **common)}
    number = {"inputmode": "decimal", "autocomplete": "off"}
    return {
        "answer": forms.CharField(widget=UnfoldAdminTextInputWidget(attrs=number), **common),
        "low": forms.CharField(required=False, label="At least", widget=UnfoldAdminTextInputWidget(attrs=number)),
        "high": forms.CharField(required=False, label="At most", widget=UnfoldAdminTextInputWidget(attrs=number)),
    }


def _initial(given: Fact | None) -> dict[str, Any]:
    if given is None or isinstance(given, Unknown):
        return {}
    if isinstance(given, Range):
        return {"low": plain(given.low), "answer": plain(given.likely), "high": plain(given.high)}
    if isinstance(given, bool):
        return {"answer": "yes" if given else "no"}
    if isinstance(given, frozenset):
        return {"answer": sorted(given)}
    return {"answer": plain(given) if isinstance(given, Decimal) else given}


class FactsForm(forms.Form):
    """What is known of the imagined lead, as lines of `attribute: value`; `values` are their stored forms."""

    known = forms.CharField(
        required=False,
        strip=False,
        label="What is known of the lead before anything is asked",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4, "class": "sp-values", "spellcheck": "false"}),
    )
    values: dict[str, Any]

    def __init__(self, specs: Mapping[str, AttributeSpec], stored: Mapping[str, Any], data: Any = None) -> None:
        super().__init__(data)
        self.specs = specs
        self.initial["known"] = written(stored, specs)
        example = f", such as {next(iter(specs))}: …" if specs else ""
        self.fields["known"].help_text = f"One a line{example}. It can be: {', '.join(specs) or 'nothing'}."

    def clean_known(self) -> str:
        text: str = self.cleaned_data["known"]
        try:
            self.values = read(text, self.specs)
        except LinesRefused as refusal:
            raise forms.ValidationError(refusal.problems) from None
        return text
