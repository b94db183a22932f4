"""Compiling the rules of a template, with all that is wrong with them."""

import re
from collections.abc import Mapping
from decimal import Decimal

from assessments.domain.names import Names, Place
from assessments.domain.questions import bounds, value_of
from assessments.domain.template import QuestionSpec
from leads.domain.documents import Problem
from leads.domain.rules import Fact, Kind, Range, Rule, RuleError, RuleUnknownName, compile_rule
from leads.domain.rules.check import NOUNS
from leads.domain.values import decode

NAME = re.compile(r"[A-Za-z_]\w*")
INSTEAD = {
    (Kind.YES_NO, Kind.NUMBER): "say what yes and no are worth, such as `sponsor ? 1 : 0`",
    (Kind.DATE, Kind.NUMBER): "count the days to it with `days_until_` or `days_since_` before its key",
    (Kind.TEXT, Kind.NUMBER): 'say what each text is worth, such as `sector == "bank" ? 1 : 0`',
    (Kind.CHOICES, Kind.NUMBER): 'say what a choice is worth, such as `"sap" in systems ? 1 : 0`',
    (Kind.NUMBER, Kind.YES_NO): "compare it with something, such as `employees >= 50`",
    (Kind.DATE, Kind.YES_NO): "compare it with a day, or compare the days until or since it",
    (Kind.TEXT, Kind.YES_NO): 'compare it with a text, such as `sector == "bank"`',
    (Kind.CHOICES, Kind.YES_NO): 'look for one choice in it, such as `"sap" in systems`',
}


def _wrong_kind(found: Kind, wanted: Kind) -> str:
    return f"The rule gives {NOUNS[found]}, but {NOUNS[wanted]} is needed; {INSTEAD[found, wanted]}."


class RuleCompiler:
    """Compiles rules one by one, gathering problems and every name that is read."""

    def __init__(self, names: Names, problems: list[Problem]) -> None:
        self._names = names
        self._problems = problems
        self.read: set[str] = set()
        self.read_bases: set[str] = set()

    def show_when(self, path: str, question: QuestionSpec, position: int, extent: Mapping[str, Fact]) -> Rule | None:
        """Compile whether a question is shown; refuse what can never be true within the `extent`."""
        if not question.show_when.strip():
            return None
        rule = self._rule(path, question.show_when, Place.SHOW_WHEN, position, Kind.YES_NO)
        if rule is not None and rule.function(extent) is False:
            self._problems.append(Problem(path, "can never be true, so the question is never asked"))
        return rule

    def propose_when(self, text: str) -> Rule | None:
        """Compile for which leads a template is proposed; None if for all."""
        if not text.strip():
            return None
        return self._rule("propose_when", text, Place.PROPOSE, 0, Kind.YES_NO)

    def formula(self, path: str, text: str, position: int) -> Rule | None:
        return self._rule(path, text, Place.FORMULA, position, Kind.NUMBER)

    def condition(self, path: str, text: str) -> Rule | None:
        return self._rule(path, text, Place.CONDITION, 0, Kind.YES_NO)

    def _rule(self, path: str, text: str, place: Place, position: int, wants: Kind) -> Rule | None:
        try:
            rule = compile_rule(text, self._names.all, wants=None)
        except RuleError as error:
            self._problems.append(Problem(path, self._told(error, text)))
            return None
        if rule.kind is not wants:
            self._problems.append(Problem(path, _wrong_kind(rule.kind, wants)))
            return None
        reasons = [self._names.why_not(name, place, position) for name in rule.reads]
        if any(reasons):
            self._problems += [Problem(path, reason) for reason in reasons if reason]
            return None
        self.read.update(rule.reads)
        self.read_bases.update(self._names.base(name) for name in rule.reads)
        return rule

    def _told(self, error: RuleError, text: str) -> str:
        """Return what is wrong with a rule, with more than the rule language knows about points."""
        name = NAME.match(text, error.position or 0) if isinstance(error, RuleUnknownName) else None
        return (name and self._names.why_unknown(name.group())) or error.message

    def check_hidden(self, path: str, question: QuestionSpec) -> None:
        """A question that may be hidden needs a value for those who read it then."""
        if question.show_when.strip() and question.if_hidden is None and question.key in self.read_bases:
            self._problems.append(
                Problem(f"{path}.if_hidden", f"is missing: rules read `{question.key}`, also while it is hidden")
            )


def extent_of(question: QuestionSpec) -> Fact | None:
    """Return the range of all that a bounded question can read as; None if it has no bounds."""
    low, high = bounds(question)
    if low is None or high is None or low > high:
        return None
    hidden = None if question.if_hidden is None else decode(value_of(question), question.if_hidden)
    if isinstance(hidden, Decimal):
        low, high = min(low, hidden), max(high, hidden)
    elif isinstance(hidden, Range):
        low, high = min(low, hidden.low), max(high, hidden.high)
    return Range(low, low, high)
