"""What the rules and test cases of a draft may name, for help while somebody writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from assessments.domain.case_difference import answer_specs
from assessments.domain.examples import example_of
from assessments.domain.names import FIGURES, POINTS_OF, RESERVED_KEYS, URGENCIES
from assessments.domain.questions import scoring_of
from assessments.domain.template import TemplateDocument
from assessments.models import TemplateVersion
from assessments.models.template import QUESTION_TYPES
from assessments.services.rows import document_of_rows
from leads.admin.authoring.conditions import (
    CONDITION,
    FORMULA,
    LINES_AT_MOST,
    QUESTION,
    SHOW_WHEN,
    VALUES,
    Readable,
    Vocabulary,
    readable,
)
from leads.admin.authoring.versions import attributes_to_read
from leads.admin.explained import Code
from leads.admin.reading import Table
from leads.domain.case_lines import LinesRefused, read
from leads.domain.rules import Kind, Name
from leads.domain.rules.english import Meaning
from leads.domain.values import AttributeSpec
from leads.tenancy import Viewer

ANSWERS, FACTS = "answers", "facts"  # lines of a test case: what was answered, and what is known of the lead
PROPOSE = "propose"  # a condition on what is known of a lead before anything is asked
NUMBER = Name(Kind.NUMBER)
FIGURE_LABELS = {
    "problem_cost": "What the problem costs in a year",
    "act_from": "Yearly cost from which prospects act",
    "offer_price": "Price of the offer",
    "recoverable_share": "Recoverable share of the cost, in percent",
    "required_return": "Times the price that must come back",
}


@dataclass(frozen=True)
class TemplateVocabulary(Vocabulary):
    """The names of one template; formulas are told with an example, lines by whether their values fit."""

    document: TemplateDocument | None = None
    currency: str = ""
    lines: Mapping[str, Mapping[str, AttributeSpec]] = field(default_factory=dict)
    more_kinds: tuple[str, ...] = (PROPOSE, ANSWERS, FACTS)

    def check(self, text: str, kind: str) -> dict[str, Any]:
        if kind in self.lines:
            return self._check_lines(text, self.lines[kind])
        if kind == PROPOSE:
            known = [entry for entry in self.entries if PROPOSE in entry.kinds]
            return Vocabulary(known).check(text, CONDITION)
        answer = super().check(text, kind)
        if kind == FORMULA and answer["ok"] and self.document is not None:
            answer["example"] = _example(self.document, text, self.currency)
        return answer

    @staticmethod
    def _check_lines(text: str, specs: Mapping[str, AttributeSpec]) -> dict[str, Any]:
        said: dict[str, Any] = {"ok": False, "message": "", "position": None, "length": 0, "suggestion": None}
        said |= {"replacement": None, "english": "", "reads": []}
        if len(text) > LINES_AT_MOST:
            return said | {"message": f"That is too long: at most {LINES_AT_MOST:,} characters."}
        try:
            return said | {"ok": True, "reads": list(read(text, specs))}
        except LinesRefused as refusal:
            return said | {"message": " ".join(refusal.problems)}


def _example(document: TemplateDocument, rule: str, currency: str) -> str:
    """Return in a sentence of which type a formula is, and what it would come to; empty if nobody can say."""
    found = example_of(document, rule, currency)
    return "" if found is None else str(found)


def vocabulary_of(document: TemplateDocument, currency: str) -> TemplateVocabulary:
    """Return the names that the rules of a draft may read, for help while one writes."""
    lines = {ANSWERS: answer_specs(document), FACTS: {spec.key: spec for spec in document.attributes}}
    # A key that is there twice is told when publishing; here the question comes first.
    entries = {entry.key: _in(entry, FACTS, PROPOSE) for entry in readable(document.attributes, currency)}
    asked = {key: spec for key, spec in lines[ANSWERS].items() if key not in URGENCIES}
    entries |= {entry.key: _in(entry, ANSWERS) for entry in readable(asked.values(), currency)}
    for section in document.sections:
        for question in section.questions:
            name = f"{POINTS_OF}{question.key}"
            if name not in entries and scoring_of(question):
                entries[name] = Readable(name, NUMBER, Meaning(f"Points of {question.text}"), "Points")
    for formula in document.formulas:
        meaning = Meaning(formula.label, after=f" {formula.unit}" if formula.unit else "")
        why_not = "is a formula; whether a question is shown depends on questions and attributes only"
        entries[formula.key] = Readable(formula.key, NUMBER, meaning, "Formula", (CONDITION, FORMULA), why_not)
    for name in FIGURES:
        why_not = "is known only once everything is asked; only verdict and risks read it"
        entries[name] = Readable(name, NUMBER, Meaning(_figure_label(name)), "Figure", (CONDITION,), why_not)
    for name, when in zip(URGENCIES, ("first", "last"), strict=True):
        why_not = "is the prospect's own estimate; no rule reads it"
        meaning = Meaning(f"Their own urgency, asked {when}")
        entries[name] = Readable(name, NUMBER, meaning, "Scale", (ANSWERS,), why_not)
    return TemplateVocabulary(
        list(entries.values()),
        own_names=(document.offer.name,) if document.offer.name else (),
        language=document.language,
        document=document,
        currency=currency,
        lines=lines,
    )


def _in(entry: Readable, lines: str, *more: str) -> Readable:
    """Return a name that is offered in one sort of lines of a test case."""
    return replace(entry, kinds=(*(lines if kind == VALUES else kind for kind in entry.kinds), *more))


def _figure_label(name: str) -> str:
    return FIGURE_LABELS.get(name) or f"Score of the section {name.removesuffix('_score').capitalize()}"


# --- The draft that a page is about --------------------------------------------------------------


class InWork:
    """A draft while one request works on it: what is saved, read once."""

    def __init__(self, draft: TemplateVersion) -> None:
        self.draft = draft
        self.currency = draft.business.currency
        self._said: dict[tuple[str, str], str] = {}

    @cached_property
    def document(self) -> TemplateDocument:
        return document_of_rows(self.draft)

    @cached_property
    def vocabulary(self) -> TemplateVocabulary:
        return vocabulary_of(self.document, self.currency)

    @cached_property
    def specs(self) -> dict[str, AttributeSpec]:
        return {spec.key: spec for spec in self.document.attributes}

    @cached_property
    def taken(self) -> set[str]:
        """Return the keys that no new question or formula may have; those that are given are added to it."""
        asked = [question.key for section in self.document.sections for question in section.questions]
        return {*RESERVED_KEYS, *self.specs, *asked, *(formula.key for formula in self.document.formulas)}

    def spoken(self, rule: str, kind: str) -> str:
        """Return what a rule says in English, as it is written if it makes no sense."""
        if (kind, rule) not in self._said:
            answer = Vocabulary.check(self.vocabulary, rule, kind)
            self._said[kind, rule] = answer["english"] if answer["ok"] else rule
        return self._said[kind, rule]

    def asked_if(self, rule: str) -> str:
        return self.spoken(rule, SHOW_WHEN)


def work_on(draft: TemplateVersion) -> InWork:
    """Return a draft as it was saved when somebody first asked, for as long as this row is in memory."""
    found: InWork = draft.__dict__.setdefault("_in_work", InWork(draft))
    return found


def begin_work(request: HttpRequest, draft: TemplateVersion) -> None:
    """Remember for a request on which draft it works."""
    request.in_work = InWork(draft)  # type: ignore[attr-defined]


def in_work(request: HttpRequest) -> InWork:
    found: InWork = request.in_work  # type: ignore[attr-defined]
    return found


# --- What is offered and listed ------------------------------------------------------------------


def rules_of(document: TemplateDocument) -> Iterator[tuple[str, str]]:
    """Yield every rule and question that is saved in a draft, with its kind."""
    yield PROPOSE, document.propose_when
    yield QUESTION, document.urgency_question
    for section in document.sections:
        yield from ((QUESTION, question.text) for question in section.questions)
        yield from ((SHOW_WHEN, question.show_when) for question in section.questions)
    yield from ((FORMULA, formula.rule) for formula in document.formulas)
    verdict = document.verdict
    for condition in (*verdict.good_problem, *verdict.will_act, *verdict.justifies):
        yield CONDITION, condition.rule
    yield from ((CONDITION, risk.rule) for risk in document.stall_risks)


def names_of(document: TemplateDocument, viewer: Viewer) -> Table:
    """Return what the rules of a draft may read."""
    kinds = dict(QUESTION_TYPES)
    rows: list[tuple[Any, ...]] = []
    for section in document.sections:
        for question in section.questions:
            codes = ", ".join(f'"{option.code}"' for option in question.options)
            values = Code(codes) if codes else question.unit
            rows.append((question.text, Code(question.key), kinds[question.type.value], values))
            if scoring_of(question):
                rows.append(("", Code(f"{POINTS_OF}{question.key}"), "Points", ""))
            if question.type == "date":
                rows += [("", Code(f"days_{way}_{question.key}"), "Number", "days") for way in ("until", "since")]
    rows += [(formula.label, Code(formula.key), "Formula", formula.unit) for formula in document.formulas]
    for name in FIGURES:
        rows.append((_figure_label(name), Code(name), "Figure", "verdict and risks only"))
    rows += attributes_to_read(viewer)
    return Table("What rules can read", ("What", "Name", "Type", "Values"), rows)
