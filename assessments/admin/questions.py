"""The questions of a draft, each with its options, folded to one line."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import Field, QuerySet
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from assessments.admin.fields import EvidenceSelect, OptionsField, shown_value, written_value
from assessments.admin.vocabulary import in_work
from assessments.domain.questions import CHOICES, NUMERIC, VALUE_TYPES, scoring_of
from assessments.domain.template import OptionSpec, QuestionSpec, QuestionType
from assessments.models import Option, Question
from leads.admin.authoring.conditions import SHOW_WHEN, question_widget, rule_widget
from leads.admin.authoring.rows import FoldedRows, KeyedRowForm, RowFormSet
from leads.admin.fields import line
from leads.admin.reading import Badge, span
from leads.domain.rules.naming import key_from
from leads.domain.values import AttributeSpec, ValueRefused

# Which types of questions have a use for a field; the others do not show it, and forget what it held.
USES: dict[str, frozenset[QuestionType]] = {
    "options": CHOICES,
    "points_yes": frozenset({QuestionType.YES_NO}),
    "points_no": frozenset({QuestionType.YES_NO}),
    "scored": frozenset({QuestionType.SCALE}),
    "unit": NUMERIC,
    "minimum": NUMERIC,
    "maximum": NUMERIC,
}
NOTHING: dict[str, Any] = {"options": [], "scored": False, "unit": ""}
TEXTS = ("why_we_ask", "listen_for")
HELP = {
    "text": "Ask about their problem, in their words; not about products, orders or vendors.",
    "why_we_ask": "For whoever asks, and for a prospect who wonders.",
    "listen_for": "What a telling answer sounds like.",
    "required": "The diagnosis is complete only once it is answered, or they do not know.",
    "for_prospect": "It is part of the prospect's self-assessment.",
    "scored": "The chosen number counts as its points.",
    "minimum": "The least that can be answered; a scale without one begins at 0.",
    "maximum": "The most that can be answered; a scale without one ends at 10.",
    "unit": "What is counted, such as hours or people.",
    "show_when": "A condition on earlier answers or on what is known of the lead. Empty: it is always asked.",
    "wording_override": "If a hint about the wording is wrong here, say why. Otherwise leave it empty.",
}


class QuestionForm(KeyedRowForm):
    """A question with its options as lines, and what stands in for it while it is hidden as a word."""

    key_source, noun = "text", "question"

    options = OptionsField(
        required=False,
        help_text="One a line: code: label = points. Rules know an option by its code. Without points it counts 0.",
    )
    while_hidden = line(
        required=False,
        label="While hidden",
        help_text="What rules read while it is not asked, such as 0 or no. Empty: it is unknown then.",
    )

    # Set by the inline on the class that it makes for a request.
    specs: Mapping[str, AttributeSpec] = {}
    english: Callable[[str], str] = staticmethod(lambda text: text)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].help_text = "Its name in rules. Left empty, it is made out of the question."
        if self.instance.pk:
            self.initial["options"] = [(row.code, row.label, row.points) for row in self.instance.options.all()]
            self.initial["while_hidden"] = shown_value(self.instance)
        self._offer_attributes(self.instance.attribute)

    def _offer_attributes(self, current: str) -> None:
        offered = [(key, spec.label) for key, spec in self.specs.items() if spec.counts_days is None]
        if current and current not in dict(offered):
            offered.append((current, f"{current} (not there any more)"))
        widget = EvidenceSelect(self.specs)
        widget.choices = [("", "Nothing"), *offered]
        self.fields["attribute"].widget = widget
        self.fields["attribute"].help_text = "What the answer tells of the lead, for whoever reads it later."

    def clean(self) -> Any:
        """Forget what was written before another type was chosen; the page does not show it any more."""
        cleaned = super().clean()
        kind = self.cleaned_data.get("type", "")
        for name, types in USES.items():
            if kind and kind not in types and name in self.cleaned_data:
                self.cleaned_data[name] = NOTHING.get(name)
                self.errors.pop(name, None)
        self._check_evidence(kind)
        try:
            self.instance.if_hidden = written_value(
                self.cleaned_data.get("while_hidden", ""), kind=kind, options=self.cleaned_data.get("options") or []
            )
        except ValueRefused as refusal:
            self.add_error("while_hidden", refusal.message.replace("`it`", "This question"))
        return cleaned

    def _check_evidence(self, kind: str) -> None:
        key = self.cleaned_data.get("attribute", "")
        if not key or "attribute" not in self.changed_data:
            return
        spec = self.specs.get(key)
        if spec is None or spec.counts_days is not None:
            self.add_error("attribute", "There is no such attribute to answer. Choose one of these.")
        elif kind and VALUE_TYPES[QuestionType(kind)] != spec.type:
            told = spec.type.value.replace("_", " ")
            self.add_error("attribute", f"“{spec.label}” is of type {told}, which this question does not answer.")

    def write_options(self) -> None:
        """Replace the question's options by what was written, where that changed."""
        question, options = self.instance, self.cleaned_data["options"]
        if [(row.code, row.label, row.points) for row in question.options.all()] == options:
            return
        question.options.all().delete()
        Option.objects.bulk_create(
            Option(business=question.business, question=question, position=at, code=code, label=label, points=points)
            for at, (code, label, points) in enumerate(options)
        )

    @property
    def summary(self) -> list[Any]:
        """Return what the line of a folded question says: its type, points, when it is asked, and for what."""
        row: Question = self.instance
        if row.pk is None:
            return []
        said: list[Any] = [row.get_type_display()]
        if row.type in CHOICES:
            count = len(row.options.all())
            said[0] += f", {count} option{'' if count == 1 else 's'}"
        scoring = scoring_of(_scored(row))
        said += [f"{span(scoring.lowest, scoring.highest)} points"] if scoring else []
        said += [f"asked if {self.english(row.show_when)}"] if row.show_when.strip() else []
        said += [f"evidence for {self.specs[row.attribute].label}"] if row.attribute in self.specs else []
        said += [Badge("Required", "mql")] if row.required else []
        said += [Badge("For the prospect", "yes")] if row.for_prospect else []
        return said


def _scored(row: Question) -> QuestionSpec:
    """Return what matters of a question for its points."""
    return QuestionSpec(
        row.key,
        row.text,
        QuestionType(row.type),
        options=tuple(OptionSpec(option.code, option.label, option.points) for option in row.options.all()),
        points_yes=row.points_yes,
        points_no=row.points_no,
        scored=row.scored,
        minimum=row.minimum,
        maximum=row.maximum,
    )


class FreshKeys(RowFormSet):
    """Gives keys that neither rows of other parts have nor attributes, since rules read all of them."""

    taken: set[str] = set()  # set by the inline on the class that it makes for a request

    def _name(self, forms: list[Any]) -> None:
        self.taken |= {form.cleaned_data.get("key") for form in forms} - {None, ""}
        for form in forms:
            label = form.cleaned_data.get(form.key_source, "")
            if label and not form.cleaned_data.get("key") and "key" not in form.errors:
                key = key_from(label, self.taken, noun=form.noun)
                form.cleaned_data["key"] = form.instance.key = key
                self.taken.add(key)


class QuestionFormSet(FreshKeys):
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


class QuestionInline(FoldedRows):
    model = Question
    form = QuestionForm
    formset = QuestionFormSet
    verbose_name_plural = "questions, in the order they are asked"
    labels = {
        "for_prospect": "For the prospect too",
        "attribute": "Evidence for",
        "scored": "The value is the points",
        "wording_override": "Keep this wording because",
        "points_yes": "Points for yes",
        "points_no": "Points for no",
        "minimum": "Least",
        "maximum": "Most",
        "why_we_ask": "Why we ask",
    }
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "text",
                    ("type", "attribute"),
                    "options",
                    ("points_yes", "points_no"),
                    ("minimum", "maximum"),
                    ("unit", "scored"),
                    ("why_we_ask", "listen_for"),
                    ("show_when", "while_hidden"),
                    ("required", "for_prospect"),
                    ("key", "wording_override"),
                    "position",
                )
            },
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("options")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        work = in_work(request)
        formset.form.specs = work.specs
        formset.form.english = staticmethod(work.asked_if)
        formset.taken = work.taken
        return formset

    def formfield_for_dbfield(self, db_field: Field[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        name = db_field.name
        if name == "show_when":
            kwargs["widget"] = rule_widget(2, SHOW_WHEN)
        elif name == "text":
            kwargs["widget"] = question_widget(2)
        elif name in TEXTS:
            kwargs["widget"] = UnfoldAdminTextareaWidget(attrs={"rows": 2})
        elif name == "type":
            uses = {field: sorted(types) for field, types in USES.items()}
            kwargs["widget"] = UnfoldAdminSelectWidget(attrs={"data-uses": json.dumps(uses), "class": "sp-kind"})
        if name in HELP:
            kwargs["help_text"] = HELP[name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)
