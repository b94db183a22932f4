"""What the page of a trial run says: the question, the way so far, and what it all comes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from assessments.admin.explained import (
    ADVICE,
    OUTLOOK,
    STANDINGS,
    cost_table,
    money,
    next_table,
    risks_table,
    scores_table,
    verdict_table,
)
from assessments.domain.asking import Count, progress
from assessments.domain.engine import SHOWN, Standing
from assessments.domain.questions import PlannedQuestion
from assessments.domain.template import URGENCY_AFTER, URGENCY_BEFORE
from assessments.models import VerdictCondition
from assessments.services.trials import Trial
from leads.admin.explained import HOLDS
from leads.admin.reading import Badge, Lines
from leads.domain.qualification import Decision
from leads.domain.rules import Unknown
from leads.domain.wording import shown


@dataclass(frozen=True, slots=True)
class Entry:
    """A question on the way: its standing and answer; one that is asked can be gone to."""

    key: str
    text: str
    badge: Badge
    answer: str
    asked: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Part:
    """A section on the way; `first` is the question that one jumps to."""

    title: str
    said: str
    first: str
    entries: tuple[Entry, ...]
    current: bool


def on_the_page(trial: Trial, question: PlannedQuestion | None, currency: str) -> dict[str, Any]:
    plan, evaluation = trial.plan, trial.evaluation
    found, verdict = progress(plan, evaluation), evaluation.verdict
    given = trial.answers.get(question.key) if question else None
    return {
        "question": question,
        "section": next((part.spec for part in plan.sections if question in part.questions), None),
        "has_answer": given is not None,
        "is_unknown": isinstance(given, Unknown),
        "already": _already(trial, question, currency),
        "parts": list(_parts(trial, question, currency)),
        "progress": _counted(found.total),
        "done": found.total.answered + found.total.does_not_know,
        "all": found.total.answered + found.total.does_not_know + found.total.open + found.total.undecided,
        "complete": found.complete,
        "facts": [
            ("Advice", Badge(_words(verdict.advice), ADVICE[verdict.advice])),
            ("Outlook", Badge(_words(verdict.outlook), OUTLOOK[verdict.outlook])),
            ("Cost of the problem a year", _cost(trial, currency)),
            *((answer.label, _decision(getattr(verdict, answer.value).decision)) for answer in VerdictCondition.Answer),
            *([("Look again on", f"{verdict.nurture_until:%d %b %Y}")] if verdict.nurture_until else []),
        ],
        "beside": [next_table(plan, evaluation), risks_table(plan, evaluation)],
        "below": [
            verdict_table(plan, evaluation, currency),
            scores_table(plan, evaluation, currency),
            cost_table(plan, evaluation, currency),
        ],
    }


def _decision(decision: Decision) -> Badge:
    return Badge(HOLDS[decision], decision.value)


def _cost(trial: Trial, currency: str) -> Lines:
    cost = trial.evaluation.cost
    high = "open" if cost.high is None else money(cost.high, currency)
    exact = cost.low == cost.high
    return Lines(money(cost.likely, currency), () if exact else (f"{money(cost.low, currency)} … {high}",))


def _already(trial: Trial, question: PlannedQuestion | None, currency: str) -> str:
    """Return what is known already of what a question asks for."""
    if question is None or not question.attribute or question.attribute not in trial.facts:
        return ""
    return shown(trial.plan.attributes[question.attribute], trial.facts[question.attribute], currency)


def _parts(trial: Trial, current: PlannedQuestion | None, currency: str) -> Iterator[Part]:
    questions = trial.plan.questions
    sections: list[tuple[str, tuple[PlannedQuestion, ...]]] = [("Asked first", (questions[URGENCY_BEFORE],))]
    sections += [(section.spec.title, section.questions) for section in trial.plan.sections]
    sections += [("Asked last", (questions[URGENCY_AFTER],))]
    for title, asked in sections:
        entries = tuple(_entry(trial, question, current, currency) for question in asked)
        opened = [entry for entry in entries if trial.evaluation.standing[entry.key] is Standing.OPEN]
        shown_ = [entry for entry in entries if entry.asked]
        first = next((entry.key for entry in (*opened, *shown_)), "")
        said = f"{len(shown_) - len(opened)} of {len(shown_)}"
        yield Part(title, said, first, entries, any(entry.current for entry in entries))


def _entry(trial: Trial, question: PlannedQuestion, current: PlannedQuestion | None, currency: str) -> Entry:
    standing = trial.evaluation.standing[question.key]
    answer = trial.answers.get(question.key)
    told = "" if answer is None or isinstance(answer, Unknown) else shown(question.value, answer, currency)
    if told and standing not in SHOWN:
        told = f"{told} (set aside)"
    is_current = current is not None and current.key == question.key
    return Entry(question.key, question.spec.text, Badge(*STANDINGS[standing]), told, standing in SHOWN, is_current)


def _counted(count: Count) -> str:
    said = [f"{count.answered} answered", f"{count.open} to be asked"]
    said += [f"{count.does_not_know} not known to them"] if count.does_not_know else []
    said += [f"{count.undecided} wait for an answer"] if count.undecided else []
    said += [f"{count.hidden} not asked"] if count.hidden else []
    said += [f"{count.required_open} required still open"] if count.required_open else []
    return ", ".join(said)


def _words(value: str) -> str:
    return value.replace("_", " ").capitalize()
