"""Compiling the rules of a template, with all that is wrong with them."""

from collections.abc import Mapping
from decimal import Decimal

from assessments.domain.names import Names, Place
from assessments.domain.questions import bounds, value_of
from assessments.domain.template import QuestionSpec
from leads.domain.documents import Problem
from leads.domain.rules import Fact, Kind, Range, Rule, RuleError, compile_rule
from leads.domain.snapshot import base_key
from leads.domain.values import decode


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

    def formula(self, path: str, text: str, position: int) -> Rule | None:
        return self._rule(path, text, Place.FORMULA, position, Kind.NUMBER)

    def condition(self, path: str, text: str) -> Rule | None:
        return self._rule(path, text, Place.CONDITION, 0, Kind.YES_NO)

    def _rule(self, path: str, text: str, place: Place, position: int, wants: Kind) -> Rule | None:
        try:
            rule = compile_rule(text, self._names.all, wants=wants)
        except RuleError as error:
            self._problems.append(Problem(path, error.message))
            return None
        reasons = [self._names.why_not(name, place, position) for name in rule.reads]
        if any(reasons):
            self._problems += [Problem(path, reason) for reason in reasons if reason]
            return None
        self.read.update(rule.reads)
        self.read_bases.update(base_key(name) for name in rule.reads)
        return rule

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
