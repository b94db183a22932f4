"""The parts of a draft's page, one of which is seen at a time, and what the verdict's advice follows from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assessments.admin.explained import ADVICE, OUTLOOK
from assessments.domain.template import Advice, Outlook
from leads.admin.reading import Badge, Table


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page: how many rows it has, and in how many something is marked as wrong."""

    key: str
    title: str
    count: int | None = None
    wrong: int = 0


def parts_of(context: dict[str, Any]) -> list[Part]:
    """Return the parts in the order of the page."""
    form = context["adminform"].form
    verdict = {"act_from", "nurture_days"}
    found = [Part("start", "Start", None, len(set(form.errors) - verdict))]
    by_prefix = {entry.formset.prefix: entry for entry in context["inline_admin_formsets"]}
    if "sections" in by_prefix:
        found += _sections(by_prefix["sections"])
    titles = {
        "formulas": ("formulas", "Formulas"),
        "verdict_conditions": ("verdict", "Verdict"),
        "stall_risks": ("risks", "Stall risks"),
        "test_cases": ("cases", "Test cases"),
    }
    for prefix, (key, title) in titles.items():
        if prefix in by_prefix:
            formset = by_prefix[prefix].formset
            more = len(set(form.errors) & verdict) if key == "verdict" else 0
            found.append(Part(key, title, len(formset.initial_forms), _wrong(formset) + more))
    return found


def _sections(entry: Any) -> Iterator[Part]:
    for form in entry.formset.forms:
        if form.instance.pk is None:
            continue
        nested = [inner.formset for inner in getattr(form, "nested_formsets", ())]
        count = sum(len(formset.initial_forms) for formset in nested)
        wrong = len(form.errors) + sum(_wrong(formset) for formset in nested)
        yield Part(form.instance.dimension, form.instance.title, count, wrong)


def _wrong(formset: Any) -> int:
    return formset.total_error_count() if formset.is_bound else 0


def _advice(advice: Advice) -> Badge:
    return Badge(advice.value.replace("_", " ").capitalize(), ADVICE[advice])


def _outlook(outlook: Outlook) -> Badge:
    return Badge(outlook.value.replace("_", " ").capitalize(), OUTLOOK[outlook])


ADVICE_IN_WORDS = Table(
    "What leads to which advice",
    ("If", "Advice", "So that"),
    [
        (
            "It is no good problem for us to solve, or it does not justify our solution",
            _advice(Advice.DISQUALIFY),
            "Nobody spends more time on it.",
        ),
        ("They will not act", _advice(Advice.NURTURE), "We look again after the days below."),
        (
            "One of the three answers is still unknown, or the outlook is blocked or unknown",
            _advice(Advice.KEEP_DIAGNOSING),
            "The next question is asked.",
        ),
        ("All three answers are yes, and nothing blocks", _advice(Advice.ADVANCE), "It goes on to the opportunity."),
    ],
    note="The first line that holds is the advice. It never moves a lead by itself.",
)
OUTLOOK_IN_WORDS = Table(
    "What leads to which outlook",
    ("If", "Outlook"),
    [
        ("A blocking risk is there", _outlook(Outlook.BLOCKED)),
        ("It is not known whether a blocking risk is there", _outlook(Outlook.UNKNOWN)),
        ("A risk to watch is there, or is not ruled out", _outlook(Outlook.AT_RISK)),
        ("None of these", _outlook(Outlook.CLEAR)),
    ],
    note="The first line that holds is the outlook.",
)
