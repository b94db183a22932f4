"""Looks at the wording of one question."""

import re
from collections.abc import Iterator, Sequence

from leads.domain.questioning.asking import DOUBLE, TOO_LONG, WORDS_AT_MOST
from leads.domain.questioning.doubles import both, second_question
from leads.domain.questioning.finding import Finding
from leads.domain.questioning.naming import named
from leads.domain.questioning.pitching import OWN_PRODUCT
from leads.domain.questioning.rule import Rule
from leads.domain.questioning.rules import RULES

READ_AT_MOST = 2_000  # characters; the rest of a longer text is not looked at
ENGLISH = "en"
LOOK_ALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТХаеѕіјорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧο",
    "ABESIJKMHOPCTXaesijopcyxABEZHIKMNOPTYXo",
)


def lint(text: str, *, own_names: Sequence[str] = (), language: str = ENGLISH) -> tuple[Finding, ...]:
    """Return what is wrong with the wording of a question, one finding a rule, the most telling first.

    Where there is an error, there are no warnings: the question will be another one.
    `own_names` are what the business calls its products; no question may name them, as far as `named` can tell
    them from ordinary words. Nothing is found in a text of another language than English ("en", "en-GB").
    """
    if language.lower().partition("-")[0] != ENGLISH:
        return ()
    read = _alike(text[:READ_AT_MOST]).replace("’", "'")  # as long as it was, so that places stay
    found = tuple(finding for rule in RULES for finding in _found(rule, read, own_names))
    return errors(found) or found


def errors(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return the findings for which a draft is not published."""
    return tuple(finding for finding in findings if finding.is_error)


def refusal(finding: Finding, *, may_stay: bool = True) -> str:
    """Return what is said where a draft is not published because of a finding."""
    keep = " To keep it as it is, write why in “Keep this wording because” (`wording_override`)." if may_stay else ""
    return f"{finding.said}{keep}"


def _found(rule: Rule, text: str, own_names: Sequence[str]) -> Iterator[Finding]:
    if rule.id == DOUBLE:
        if (place := second_question(text)) is not None:
            first, second = both(text, *place)
            suggestion = f"“{first}” Then, on its own: “{second}”"
            yield Finding(rule.id, rule.severity, rule.reason, suggestion, place[1], len(text.rstrip()) - place[1])
    elif rule.id == TOO_LONG:
        if len(text.split()) > WORDS_AT_MOST:
            yield _finding(rule, 0, len(text))
    elif (found := _first(rule, text, own_names)) is not None:
        yield _finding(rule, found.start(), found.end() - found.start(), found.groupdict().get("it"))


def _first(rule: Rule, text: str, own_names: Sequence[str]) -> re.Match[str] | None:
    """Return the first place that a rule faults."""
    if any(pattern.search(text) for pattern in rule.unless):
        return None
    places = [pattern.search(text) for pattern in rule.patterns]
    if rule.id == OWN_PRODUCT:
        places += [named(_alike(name), text) for name in own_names]
    return min((place for place in places if place is not None), key=lambda place: place.start(), default=None)


def _alike(text: str) -> str:
    """Return the text with Latin letters in place of those that look the same, as long as it was."""
    return text.translate(LOOK_ALIKES)


def _finding(rule: Rule, start: int, length: int, it: str | None = None) -> Finding:
    suggestion = rule.with_its_words.format(it=it.lower()) if it and rule.with_its_words else rule.suggestion
    return Finding(rule.id, rule.severity, rule.reason, suggestion, start, length)
