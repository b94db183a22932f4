"""What helps to write a draft: what is still wrong with it, and the names that its rules can read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from assessments import services
from assessments.domain.names import FIGURES
from assessments.domain.questions import value_of
from assessments.domain.template import Dimension
from assessments.models import TemplateVersion
from assessments.models.template import QUESTION_TYPES
from assessments.services.rows import document_of_rows
from leads.admin.authoring.conditions import CONDITION, FORMULA, SHOW_WHEN, Readable, Vocabulary, readable
from leads.admin.authoring.versions import attributes_to_read
from leads.admin.explained import Code
from leads.admin.reading import Table
from leads.domain.rules import Kind, Name
from leads.domain.rules.english import Meaning
from leads.tenancy import Viewer

WORDS = {
    "rule": "condition",
    "show_when": "show when",
    "if_hidden": "while hidden",
    "attribute": "evidence for",
    "verdict.good_problem": "A good problem for us to solve",
    "verdict.will_act": "Big enough for the prospect to act",
    "verdict.justifies": "Big enough to justify our solution",
    "verdict.act_from": "Prospects act from",
    "offer.price": "Price",
    "offer.recoverable_share": "Recoverable share",
    "offer.required_return": "Required return",
    "nurture_days": "Look again after",
    "sections": "Sections",
    "formulas": "Formulas",
}
FIGURE_LABELS = {
    "problem_cost": "What the problem costs in a year",
    "act_from": "Yearly cost from which prospects act",
    "offer_price": "Price of the offer",
    "recoverable_share": "Recoverable share of the cost, in percent",
    "required_return": "Times the price that must come back",
}


def problems_of(draft: TemplateVersion) -> list[str]:
    """Return what keeps a draft from being published, in words instead of paths."""
    problems = services.problems_of_template(draft)
    if not problems:
        return []
    order = list(Dimension)
    sections = sorted(
        draft.sections.prefetch_related("questions"), key=lambda section: order.index(Dimension(section.dimension))
    )
    questions = [[question.text for question in section.questions.all()] for section in sections]
    titles = [section.title for section in sections]
    labels = {
        "formulas": ("Formula", [row.label for row in draft.formulas.all()]),
        "stall_risks": ("Stall risk", [row.label for row in draft.stall_risks.all()]),
        "test_cases": ("Test case", [row.name for row in draft.test_cases.all()]),
    }
    for answer in ("good_problem", "will_act", "justifies"):
        found = [row.label for row in draft.verdict_conditions.all() if row.answer == answer]
        labels[f"verdict.{answer}"] = ("Condition", found)

    def said(path: str) -> str:
        path = re.sub(
            r"sections\[(\d+)\]\.questions\[(\d+)\]\.?",
            lambda at: f"Question “{questions[int(at[1])][int(at[2])]}”; ",
            path,
        )
        path = re.sub(r"sections\[(\d+)\]\.?", lambda at: f"Section “{titles[int(at[1])]}”; ", path)
        path = re.sub(r"options\[(\d+)\]\.?", lambda at: f"option {int(at[1]) + 1}; ", path)
        for part, (noun, known) in labels.items():
            path = re.sub(
                rf"{re.escape(part)}\[(\d+)\]\.?",
                lambda at, noun=noun, known=known: f"{noun} “{known[int(at[1])]}”; ",  # type: ignore[misc]
                path,
            )
        parts = [entry for entry in path.split("; ") if entry]
        return ", ".join(WORDS.get(entry, entry.replace("_", " ")) for entry in parts)

    return [f"{said(problem.path)}: {problem.message}" for problem in problems]


def vocabulary_of(draft: TemplateVersion, viewer: Viewer) -> Vocabulary:
    """Return the names that the rules of a draft may read, for help while one writes."""
    document = document_of_rows(draft)
    asked = [value_of(question) for section in document.sections for question in section.questions]
    # A key that is there twice is told when publishing; here the question comes first.
    entries = {entry.key: entry for entry in readable(document.attributes, viewer.business.currency, recorded=False)}
    entries |= {entry.key: entry for entry in readable(asked, viewer.business.currency, recorded=False)}
    number = Name(Kind.NUMBER)
    for formula in document.formulas:
        meaning = Meaning(formula.label, after=f" {formula.unit}" if formula.unit else "")
        why_not = "is a formula; whether a question is shown depends on questions and attributes only"
        entries[formula.key] = Readable(formula.key, number, meaning, "Formula", (CONDITION, FORMULA), why_not)
    for name in FIGURES:
        why_not = "is known only once everything is asked; only verdict and risks read it"
        entries[name] = Readable(name, number, Meaning(_figure_label(name)), "Figure", (CONDITION,), why_not)
    return Vocabulary(list(entries.values()))


def rules_of(draft: TemplateVersion) -> Iterator[tuple[str, str]]:
    """Yield every rule that is saved in a draft, with its kind."""
    for section in draft.sections.prefetch_related("questions"):
        yield from ((SHOW_WHEN, question.show_when) for question in section.questions.all())
    yield from ((FORMULA, row.rule) for row in draft.formulas.all())
    yield from ((CONDITION, row.rule) for row in draft.verdict_conditions.all())
    yield from ((CONDITION, row.rule) for row in draft.stall_risks.all())


def _figure_label(name: str) -> str:
    return FIGURE_LABELS.get(name) or f"Score of the section {name.removesuffix('_score')}, of 100"


def names_of(draft: TemplateVersion, viewer: Viewer) -> Table:
    """Return what the rules of a draft may read."""
    kinds = dict(QUESTION_TYPES)
    rows: list[tuple[Any, ...]] = []
    for section in draft.sections.prefetch_related("questions__options"):
        for question in section.questions.all():
            codes = ", ".join(f'"{option.code}"' for option in question.options.all())
            values = Code(codes) if codes else question.unit
            rows.append((question.text, Code(question.key), kinds[question.type], values))
            if question.type == "date":
                rows += [("", Code(f"days_{way}_{question.key}"), "Number", "days") for way in ("until", "since")]
    rows += [(row.label, Code(row.key), "Formula", row.unit) for row in draft.formulas.all()]
    for name in FIGURES:
        rows.append((_figure_label(name), Code(name), "Figure", "verdict and risks only"))
    rows += attributes_to_read(viewer)
    return Table("What rules can read", ("What", "Name", "Type", "Values"), rows)
