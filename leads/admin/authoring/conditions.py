"""Help with writing conditions: the names that may be read, and what a condition means or what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseNotFound, JsonResponse
from unfold.widgets import UnfoldAdminTextareaWidget

from leads.domain.case_lines import NOT_KNOWN, LinesRefused, read
from leads.domain.questioning import errors, lint
from leads.domain.rules import Kind, Name, RuleError
from leads.domain.rules.english import Meaning, spoken
from leads.domain.rules.mending import correction, length_at
from leads.domain.rules.rule import checked
from leads.domain.rules.tokens import MAX_LENGTH
from leads.domain.sentences import meanings_of
from leads.domain.snapshot import names_of
from leads.domain.values import AttributeSpec, ValueType

CONDITION, FORMULA, SHOW_WHEN, VALUES = "condition", "formula", "show_when", "values"
QUESTION = "question"  # what is asked of a prospect: its wording is looked at, not a rule
WANTS = {CONDITION: Kind.YES_NO, FORMULA: Kind.NUMBER, SHOW_WHEN: Kind.YES_NO}
LINES_AT_MOST = 20_000  # characters

TYPES = {
    ValueType.NUMBER: "Number",
    ValueType.MONEY: "Money",
    ValueType.PERCENT: "Percent",
    ValueType.CHOICE: "Choice",
    ValueType.MULTI_CHOICE: "Multiple choice",
    ValueType.YES_NO: "Yes or no",
    ValueType.DATE: "Date",
    ValueType.TEXT: "Text",
}


def rule_widget(rows: int, kind: str = CONDITION) -> UnfoldAdminTextareaWidget:
    """Return the field for a rule; a script helps to write it."""
    return UnfoldAdminTextareaWidget(attrs={"rows": rows, "class": "sp-rule", "data-kind": kind, "spellcheck": "false"})


def question_widget(rows: int) -> UnfoldAdminTextareaWidget:
    """Return the field for a question; a script tells what is wrong with its wording."""
    return UnfoldAdminTextareaWidget(attrs={"rows": rows, "class": "sp-question"})


@dataclass(frozen=True, slots=True)
class Readable:
    """A name that rules may read; `kinds` are those of rules that may, `why_not` tells it to the others."""

    key: str
    name: Name
    meaning: Meaning
    type: str
    kinds: tuple[str, ...] = (CONDITION, FORMULA, SHOW_WHEN)
    why_not: str = ""

    @property
    def offered(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "label": self.meaning.label,
            "type": self.type,
            "kind": self.name.kind.value,
            "codes": [[code, self.meaning.choices.get(code, code)] for code in self.name.choices or ()],
            "for": self.kinds,
        }


def readable(attributes: Iterable[AttributeSpec], currency: str, *, recorded: bool = True) -> list[Readable]:
    """Return the names that attributes bring along; test cases give values for those that are `recorded`."""
    found = []
    for spec in attributes:
        meanings = meanings_of([spec], currency)
        for key, name in names_of((spec,)).items():
            is_own = key == spec.key
            unit = meanings[key].before or meanings[key].after
            type_ = ("Engagement count" if spec.counts_days is not None else TYPES[spec.type]) if is_own else "Number"
            kinds = (CONDITION, FORMULA, SHOW_WHEN, *((VALUES,) if is_own and recorded else ()))
            found.append(Readable(key, name, meanings[key], f"{type_}, {unit.strip()}" if unit else type_, kinds))
    return found


@dataclass(frozen=True)
class Vocabulary:
    """What the rules of one draft may read. `specs` are what its test cases give values of.

    `own_names` are what the business calls its products, which none of the draft's questions may name, and
    `language` is that of the questions.
    """

    entries: Sequence[Readable]
    specs: dict[str, AttributeSpec] = field(default_factory=dict)
    more_kinds: tuple[str, ...] = ()  # that only these drafts have
    own_names: tuple[str, ...] = ()
    language: str = "en"

    @cached_property
    def names(self) -> dict[str, Name]:
        return {entry.key: entry.name for entry in self.entries}

    @cached_property
    def meanings(self) -> dict[str, Meaning]:
        return {entry.key: entry.meaning for entry in self.entries}

    def check(self, text: str, kind: str) -> dict[str, Any]:
        """Return what a person is told of what they typed: that it is well and what it means, or what is wrong."""
        if kind == VALUES:
            return self._check_values(text)
        if kind == QUESTION:
            return self._check_wording(text)
        try:
            part, _ = checked(text, self.names, wants=WANTS[kind])
            english = spoken(part, self.meanings)
        except RuleError as error:
            return _wrong(text, error)
        reads = list(part.reads)
        for entry in self.entries:
            if entry.key in reads and kind not in entry.kinds:
                return _answer(message=f"`{entry.key}` {entry.why_not}.", position=text.find(entry.key), reads=reads)
        return _answer(ok=True, english=english, reads=reads)

    def _check_wording(self, text: str) -> dict[str, Any]:
        findings = lint(text, own_names=self.own_names, language=self.language)
        said = [{"severity": finding.severity.value, "said": finding.said} for finding in findings]
        return _answer(ok=not errors(findings), findings=said)

    def _check_values(self, text: str) -> dict[str, Any]:
        if len(text) > LINES_AT_MOST:
            return _answer(message=f"That is too long: at most {LINES_AT_MOST:,} characters.")
        try:
            values = read(text, self.specs)
        except LinesRefused as refusal:
            return _answer(message=" ".join(refusal.problems))
        return _answer(ok=True, reads=list(values))

    def offered(self, rules: Iterable[tuple[str, str]], address: str) -> dict[str, str]:
        """Return what the script needs: the names, what the rules that are saved mean, and where to ask."""
        said: dict[str, dict[str, Any]] = {}
        for kind, text in rules:
            plain = text.replace("\r\n", "\n")
            if plain.strip() and len(plain) <= MAX_LENGTH:
                said.setdefault(kind, {})[plain] = self.check(plain, kind)
        return {
            "names": json.dumps([entry.offered for entry in self.entries]),
            "said": json.dumps(said),
            "unknown": NOT_KNOWN,
            "address": address,
        }


def _wrong(text: str, error: RuleError) -> dict[str, Any]:
    found = correction(text, error)
    return _answer(
        message=error.message,
        position=found.position if found else error.position,
        length=found.length if found else length_at(text, error.position),
        suggestion=found.text.strip() if found else None,
        replacement=found.text if found else None,
    )


def _answer(**parts: Any) -> dict[str, Any]:
    empty = {"ok": False, "message": "", "position": None, "length": 0, "suggestion": None, "replacement": None}
    return {**empty, "english": "", "reads": [], **parts}


def checking(request: HttpRequest, vocabulary: Vocabulary | None) -> HttpResponse:
    """Answer a question about one rule as typed, 404 where there is no such draft."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    kind = request.POST.get("kind", CONDITION)
    if vocabulary is None or kind not in (*WANTS, VALUES, QUESTION, *vocabulary.more_kinds):
        return HttpResponseNotFound()
    return JsonResponse(vocabulary.check(request.POST.get("text", ""), kind))
