"""A rule that was checked once and can be evaluated any number of times."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .check import NOUNS, Checker, names_in
from .errors import RuleSyntax, RuleType
from .generate import Function, generate
from .parse import parse
from .placement import place
from .tokens import Token, scan
from .tree import Part
from .values import Fact, Kind, Name


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """`reads` are the names in the order they first appear.

    `function` is what `evaluate` calls, for loops where a method call counts.
    """

    text: str
    kind: Kind
    reads: tuple[str, ...]
    function: Function = field(repr=False)

    def evaluate(self, facts: Mapping[str, Fact]) -> Fact:
        """Return the value of the rule, or why it is unknown. Never raises.

        A name without a fact was not asked; a fact of another kind than declared is not computable.
        Numbers have at most 10 decimals.
        """
        return self.function(facts)


def compile_rule(text: str, names: Mapping[str, Name], *, wants: Kind | None = Kind.YES_NO) -> Rule:
    """Return the rule that the text says, or raise RuleError with a message for its author.

    `names` are all that it may read. `wants` is the kind that it must give; None accepts any.
    """
    try:
        part, tokens = checked(text, names, wants=wants)
        return Rule(text, part.kind, names_in(tokens), generate(part, names))
    except RecursionError:
        raise RuleSyntax("This rule is nested too deeply.", position=0) from None


def checked(text: str, names: Mapping[str, Name], *, wants: Kind | None = Kind.YES_NO) -> tuple[Part, list[Token]]:
    """Return the checked tree of the text with its tokens; raise RuleError as compiling would."""
    tokens = scan(text)
    closes = place(tokens)
    tree = parse(tokens)
    try:
        part = Checker(text, tokens, closes, names).check(tree)
    except RecursionError:
        raise RuleSyntax("This rule is nested too deeply.", position=0) from None
    if wants is not None and part.kind is not wants:
        raise RuleType(f"The rule gives {NOUNS[part.kind]}, but {NOUNS[wants]} is needed.", position=0)
    return part, tokens
