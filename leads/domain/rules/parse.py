"""Grammar and precedence come from rule-engine; nothing else of it is used.

rule-engine calculates constants and compares types while it parses. So it is given a text in which
every literal and name is a numbered stand-in (`v0 >= v2`), and every group a call of one (`g0 ( v1 )`):
it then knows no value and no kind, keeps the whole tree, and each leaf leads back to its token.
"""

from typing import Any

import rule_engine

from .errors import RuleError, RuleSyntax, RuleType
from .tokens import Sort, Token

_COMPARISONS = frozenset(["==", "!=", "<", "<=", ">", ">="])


def parse(tokens: list[Token]) -> Any:
    """Return rule-engine's tree of the rule; its symbols are named v or g and the index of a token."""
    words: list[str] = []
    for index, token in enumerate(tokens):
        if token.sort is not Sort.SIGN:
            words.append(f"v{index}")
        elif token.text == "(" and not (index and tokens[index - 1].sort is Sort.FUNCTION):
            words.append(f"g{index} (")
        else:
            words.append(token.text)
    # A context collects symbols and scopes of the one expression it parses.
    context = rule_engine.Context(default_timezone="utc")
    try:
        return rule_engine.Rule(" ".join(words), context=context).statement.expression
    except rule_engine.RuleSyntaxError as error:
        raise _syntax_error(tokens, words, error) from None
    except rule_engine.EngineError:
        raise RuleType("This rule combines parts that do not fit together.", position=0) from None
    except RecursionError:
        raise RuleSyntax("This rule is nested too deeply.", position=0) from None


def _syntax_error(tokens: list[Token], words: list[str], error: Any) -> RuleError:
    if error.token is None:
        end = tokens[-1]
        return RuleSyntax(f"The rule ends too early, after `{end.text}`.", position=end.end)
    index = _index_at(words, error.token.lexpos)
    token = tokens[index]
    if token.text in _COMPARISONS or token.text == "in":
        return RuleSyntax(
            f"Comparisons cannot be chained at `{token.text}`; join them with `and`, as in a < b and b < c.",
            position=token.start,
        )
    before = f" after `{tokens[index - 1].text}`" if index else ""
    return RuleSyntax(f"`{token.text}` makes no sense here{before}.", position=token.start)


def _index_at(words: list[str], offset: int) -> int:
    start = 0
    for index, word in enumerate(words):
        if offset < start + len(word):
            return index
        start += len(word) + 1
    return len(words) - 1
