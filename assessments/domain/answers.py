"""Answers: checked as they come, kept as JSON, handed on as evidence."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from assessments.domain.engine import SHOWN, Evaluation, Standing
from assessments.domain.plan import TemplatePlan
from assessments.domain.questions import PlannedQuestion, bounds
from leads.domain.errors import DomainError, shortened
from leads.domain.rules import Fact, Range, Reason, Unknown, Value
from leads.domain.snapshot import DOES_NOT_KNOW
from leads.domain.values import DECODERS, KINDS, ValueRefused, ValueType, check, encode


class UnknownQuestion(DomainError):
    code = "unknown_question"


class QuestionNotReachable(DomainError):
    """The question is hidden, or it is not decided yet whether it is asked."""

    code = "question_not_reachable"


class WrongType(ValueRefused):
    code = "wrong_type"


class OutOfBounds(ValueRefused):
    code = "out_of_bounds"


class UnknownOption(ValueRefused):
    code = "unknown_option"


NUMBERS = (Decimal, Range)
TAKES: dict[ValueType, tuple[tuple[type, ...], str]] = {
    ValueType.NUMBER: (NUMBERS, "a number or a range of numbers"),
    ValueType.MONEY: (NUMBERS, "an amount of money or a range of amounts"),
    ValueType.PERCENT: (NUMBERS, "a percentage (12.5 for 12.5 %) or a range of percentages"),
    ValueType.CHOICE: ((str,), "one of its options, by code"),
    ValueType.MULTI_CHOICE: ((frozenset,), "a list of its options, by code"),
    ValueType.YES_NO: ((bool,), "yes or no"),
    ValueType.DATE: ((date,), "a date"),
    ValueType.TEXT: ((str,), "a text"),
}


def check_answer(plan: TemplatePlan, evaluation: Evaluation, key: str, answer: Fact) -> Fact:
    """Return the answer as it is kept: a value of the question, or that somebody does not know.

    Raise UnknownQuestion, QuestionNotReachable, WrongType, OutOfBounds, UnknownOption, or ValueRefused
    for what cannot be kept, such as too many decimal places.
    """
    question = check_shown(plan, evaluation, key)
    if isinstance(answer, Unknown):
        if answer.reason is not Reason.DOES_NOT_KNOW:
            raise WrongType(f"An answer to `{key}` is a value, or that somebody does not know.", field=key)
        return Unknown(Reason.DOES_NOT_KNOW, (key,))
    return check_value(question, answer)


def check_shown(plan: TemplatePlan, evaluation: Evaluation, key: str) -> PlannedQuestion:
    """Return the question; raise UnknownQuestion, or QuestionNotReachable if it is not asked as things stand."""
    question = plan.questions.get(key)
    if question is None:
        raise UnknownQuestion(f"There is no question {shortened(key)!r}.", field=shortened(key))
    if evaluation.standing[key] not in SHOWN:
        undecided = evaluation.standing[key] is Standing.UNDECIDED
        why = "is not asked yet" if undecided else "is hidden by earlier answers"
        raise QuestionNotReachable(f"The question `{key}` {why}.", field=key)
    return question


def check_value(question: PlannedQuestion, value: Value) -> Value:
    """Return the value as it is kept, wherever the question stands."""
    classes, noun = TAKES[question.value.type]
    if not isinstance(value, classes) or isinstance(value, datetime):
        raise WrongType(f"`{question.key}` takes {noun}.", field=question.key)
    codes = question.value.codes
    chosen = value if isinstance(value, frozenset) else {value} if codes else ()
    if foreign := sorted(str(code) for code in chosen if code not in codes):
        raise UnknownOption(
            f"`{question.key}` has no option {shortened(foreign[0])!r}; choose from {', '.join(codes)}.",
            field=question.key,
        )
    checked = check(question.value, value)
    if isinstance(checked, Decimal | Range):
        _check_bounds(question, checked)
    return checked


def _check_bounds(question: PlannedQuestion, number: Decimal | Range) -> None:
    low, high = bounds(question.spec)
    least, greatest = (number.low, number.high) if isinstance(number, Range) else (number, number)
    if (low is not None and least < low) or (high is not None and greatest > high):
        raise OutOfBounds(f"`{question.key}` takes {_extent(low, high)}.", field=question.key)


def _extent(low: Decimal | None, high: Decimal | None) -> str:
    if low is None:
        return f"{high:,f} at most"
    return f"{low:,f} or more" if high is None else f"values from {low:,f} to {high:,f}"


# --- As JSON -------------------------------------------------------------------------------------


def encode_answer(answer: Fact) -> Any:
    """Return the stored form; equal answers have equal stored forms."""
    return dict(DOES_NOT_KNOW) if isinstance(answer, Unknown) else encode(answer)


def decode_answers(plan: TemplatePlan, stored: Mapping[str, Any]) -> dict[str, Fact]:
    """Read stored answers back, trusting that they were checked; what is none of its question is left out."""
    answers: dict[str, Fact] = {}
    for key, value in stored.items():
        question = plan.questions.get(key)
        if question is None:
            continue
        if value == DOES_NOT_KNOW:
            answers[key] = Unknown(Reason.DOES_NOT_KNOW, (key,))
            continue
        try:
            answers[key] = DECODERS[KINDS[question.value.type]](value)
        except (TypeError, ValueError, KeyError, ArithmeticError):
            continue
    return answers


def evidence_of(plan: TemplatePlan, evaluation: Evaluation) -> dict[str, Any]:
    """Return by attribute what the diagnosis has found out, as it is stored; of shown questions only.

    A value counts more than "does not know"; of two values the later question's.
    """
    found: dict[str, Any] = {}
    for key, question in plan.questions.items():
        if not question.attribute:
            continue
        standing = evaluation.standing[key]
        if standing is Standing.ANSWERED:
            found[question.attribute] = encode_answer(evaluation.facts[key])
        elif standing is Standing.DOES_NOT_KNOW:
            found.setdefault(question.attribute, dict(DOES_NOT_KNOW))
    return found
