"""What is still wrong with a draft: in words, with a link to where it is mended, and how."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from assessments import services
from assessments.domain.template import ANSWERS, Dimension
from assessments.models import TemplateVersion, VerdictCondition
from leads.domain.documents import Problem

RULES = {"Formula": "calculated as", "Condition": "holds if", "Stall risk": "there if"}
WORDS = {
    "show_when": "show when",
    "if_hidden": "while hidden",
    "attribute": "evidence for",
    "wording_override": "keep this wording because",
    "cost_item": "cost item",
    "bands": "is called",
    "minimum": "least",
    "maximum": "most",
    "propose_when": "Propose when",
    "urgency_question": "Asked first and last",
    "offer.name": "Name of the offer",
    "offer.price": "Price",
    "offer.recoverable_share": "Recoverable share",
    "offer.required_return": "Required return",
    "verdict.act_from": "Prospects act from",
    "nurture_days": "Look again after",
    "currency": "Currency",
    "sections": "Sections",
    "formulas": "Formulas",
    "test_cases": "Test cases",
}
# Fields of the form that are called otherwise than in a document.
FIELDS = {
    "if_hidden": "while_hidden",
    "offer.name": "offer_name",
    "offer.price": "price_likely",
    "offer.recoverable_share": "share_likely",
    "offer.required_return": "required_return",
    "verdict.act_from": "act_from",
    "answers": "given",
    "facts": "known",
    "on": "on",
    "title": "title",
    "guidance": "guidance",
}
HOW = (
    (r"needs at least one test case", "Try the draft and keep the run as one, or write one."),
    (r"needs at least one question", "Add a question to this section."),
    (r"needs at least one option", "Write its options, one a line."),
    (r"needs at least one cost item", "Add a formula, or tick “Cost item” in one that is there."),
    (r"needs at least one condition", "Add a condition that is needed for it."),
    (r"section .* is missing", "Add it at the end of the page."),
    (r"rules read .* while it is hidden", "Write what rules read while it is not asked, such as 0 or no."),
    (r"did you mean|There is no `|is unknown", "Correct the name; names are offered while you type."),
    (r"there is no question|there is no attribute", "Correct the line, or take it out."),
    (r"^is [^`]*, not [^`]*$", "Correct the case, or what it must come to."),
    (r"Ask instead:", "Write it so, or give the reason why it has to be asked like this."),
    (r"can never be true", "Correct the condition; as it is, nobody is ever asked."),
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is wrong: in words, with the row and the field of the page."""

    said: str
    anchor: str
    field: str = ""


class Places:
    """Finds the rows of a draft that paths in its document lead to."""

    def __init__(self, draft: TemplateVersion) -> None:
        order = list(Dimension)
        sections = draft.sections.prefetch_related("questions__options")
        self.sections: list[Any] = sorted(sections, key=lambda row: order.index(Dimension(row.dimension)))
        self.rows: dict[str, tuple[str, list[Any]]] = {
            "formulas": ("Formula", list(draft.formulas.all())),
            "stall_risks": ("Stall risk", list(draft.stall_risks.all())),
            "test_cases": ("Test case", list(draft.test_cases.all())),
        }
        conditions = list(draft.verdict_conditions.all())
        for answer in ANSWERS:
            self.rows[f"verdict.{answer}"] = ("Condition", [row for row in conditions if row.answer == answer])

    def of(self, path: str) -> Place:
        if found := re.match(r"sections\[(\d+)\]\.?", path):
            return self._in_section(self.sections[int(found[1])], path[found.end() :])
        for part, (noun, rows) in self.rows.items():
            if found := re.match(rf"{re.escape(part)}\[(\d+)\]\.?", path):
                return _in_row(noun, rows[int(found[1])], path[found.end() :])
        for answer in ANSWERS:
            if path == f"verdict.{answer}":
                return Place(VerdictCondition.Answer(answer).label, "part-verdict")
        if path == "verdict":
            return Place("Verdict", "part-verdict")
        return Place(WORDS.get(path, _plain(path)), _part_of(path), FIELDS.get(path, path.rpartition(".")[2]))

    def _in_section(self, section: Any, rest: str) -> Place:
        if found := re.match(r"questions\[(\d+)\]\.?", rest):
            question = list(section.questions.all())[int(found[1])]
            return _in_row("Question", question, rest[found.end() :])
        said = f"Section “{section.title}”"
        if rest in ("title", "guidance"):
            return Place(f"{said}, {rest}", f"part-{section.dimension}", rest)
        return Place(said, f"part-{section.dimension}")


def _in_row(noun: str, row: Model, rest: str) -> Place:
    said = f"{noun} “{row}”"
    if found := re.match(r"options\[(\d+)\]", rest):
        return Place(f"{said}, option {int(found[1]) + 1}", anchor_of(row), "options")
    if found := re.match(r"bands\[(\d+)\]", rest):
        return Place(f"{said}, name {int(found[1]) + 1}", anchor_of(row), "bands")
    name = rest.partition(".")[0]
    if name in ("answers", "facts"):
        return Place(f"{said}, {rest.partition('.')[2] or name}", anchor_of(row), FIELDS[name])
    if name == "expected":
        what = rest.partition(".")[2]
        field = "figures" if what.startswith("figures") else what.replace(".", "_") or "good_problem"
        return Place(f"{said}, {_plain(what)}".rstrip(", "), anchor_of(row), field)
    words = RULES[noun] if rest == "rule" else WORDS.get(rest, _plain(rest))
    return Place(f"{said}, {words}".rstrip(", "), anchor_of(row), FIELDS.get(rest, rest))


def anchor_of(row: Model) -> str:
    return f"{row._meta.model_name}-{row.pk}"


def _part_of(path: str) -> str:
    if path.startswith("sections"):
        return "part-problem"
    if path.startswith("formulas"):
        return "part-formulas"
    if path == "test_cases":
        return "part-cases"
    return "part-verdict" if path in ("verdict.act_from", "nurture_days") else "part-start"


def _plain(path: str) -> str:
    return path.replace(".", ", ").replace("_", " ")


def problems_of(draft: TemplateVersion) -> list[SafeString]:
    """Return what keeps a draft from being published, each with a link to the row and how to mend it."""
    problems = services.problems_of_template(draft)
    return list(in_words(draft, problems)) if problems else []


def in_words(draft: TemplateVersion, problems: Sequence[Problem]) -> Iterator[SafeString]:
    places = Places(draft)
    address = reverse("admin:assessments_templateversion_change", args=[draft.pk])
    for problem in problems:
        place = places.of(problem.path)
        yield format_html(
            '<a href="{}#{}" data-field="{}">{}</a>: {} <span class="sp-more">{}</span>',
            address,
            place.anchor,
            place.field,
            place.said or "The template",
            _sentence(problem.message),
            how_to_mend(problem.message),
        )


def _sentence(message: str) -> str:
    return message if message.endswith((".", "?", "!")) else f"{message}."


def how_to_mend(message: str) -> str:
    return next((how for pattern, how in HOW if re.search(pattern, message)), "Open it and correct it.")
