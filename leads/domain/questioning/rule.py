"""What a rule consists of."""

import re
from dataclasses import dataclass

from leads.domain.questioning.finding import Severity
from leads.domain.questioning.phrases import pattern


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule faults what one of its patterns finds, unless one of `unless` spares the question.

    In `with_its_words` the place of `{it}` is taken by what the question spoke of; it stands in for the
    suggestion where a pattern caught that.
    """

    id: str
    severity: Severity
    reason: str
    example: str
    suggestion: str
    patterns: tuple[re.Pattern[str], ...] = ()
    unless: tuple[re.Pattern[str], ...] = ()
    with_its_words: str = ""


def error(
    name: str,
    reason: str,
    example: str,
    suggestion: str,
    *patterns: str,
    unless: tuple[str, ...] = (),
    with_its_words: str = "",
) -> Rule:
    found, spared = (tuple(pattern(text) for text in texts) for texts in (patterns, unless))
    return Rule(name, Severity.ERROR, reason, example, suggestion, found, spared, with_its_words)


def warning(name: str, reason: str, example: str, suggestion: str, *patterns: str) -> Rule:
    found = tuple(pattern(text) for text in patterns)
    return Rule(name, Severity.WARNING, reason, example, suggestion, found)
