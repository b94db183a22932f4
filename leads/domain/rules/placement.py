"""Which token may follow which, and how much of everything a rule may have.

The parser would accept or refuse most of this by itself, but without a message that helps, and only
after doing work that a hostile text can make expensive.
"""

from decimal import Decimal

from .errors import RuleSyntax, RuleTooLong, RuleType
from .tokens import MAX_DEPTH, MAX_LIST, MAX_OPERATORS, MAX_PREFIXES, Sort, Token
from .words import KEYWORDS, closest

_OPERATORS = frozenset(["+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">=", "and", "or", "not", "in", "?"])
_NUMERIC = frozenset(["+", "-", "*", "/", "<", "<=", ">", ">="])
_CLOSING = {")": "(", "]": "["}


def place(tokens: list[Token]) -> dict[int, int]:
    """Refuse misplaced tokens; return which bracket closes which, by index into the tokens."""
    _limit(tokens)
    for before, token in zip([None, *tokens], [*tokens, None], strict=True):
        if before and token:
            _neighbours(before, token)
        elif token and token.text == "[":
            raise _misplaced_list(token)
        elif before and before.sort is Sort.FUNCTION:
            raise _missing_call(before)
    return _brackets(tokens)


def _limit(tokens: list[Token]) -> None:
    operators = prefixes = 0
    for token in tokens:
        is_sign = token.sort is Sort.SIGN
        operators += is_sign and token.text in _OPERATORS
        prefixes = prefixes + 1 if is_sign and token.text in ("-", "not") else 0
        if operators > MAX_OPERATORS:
            raise RuleTooLong(f"A rule has at most {MAX_OPERATORS} operators.", position=token.start)
        if prefixes > MAX_PREFIXES:
            raise RuleTooLong(f"At most {MAX_PREFIXES} of `-` and `not` may follow each other.", position=token.start)


def _neighbours(before: Token, token: Token) -> None:
    after_operand = before.sort in (Sort.LITERAL, Sort.NAME) or before.text in _CLOSING
    if before.sort is Sort.FUNCTION and token.text != "(":
        raise _missing_call(before)
    if token.text == "[" and before.text != "in":
        raise _misplaced_list(token)
    if token.text == "(" and token.sort is Sort.SIGN and after_operand:
        raise RuleSyntax(
            f"`{before.text}` cannot be called. The only functions are min, max and round.",
            position=before.start,
        )
    if token.sort is not Sort.SIGN and after_operand:
        raise _nothing_between(before, token)
    if before.text == "in" and (token.sort in (Sort.LITERAL, Sort.FUNCTION) or token.text in ("-", "not")):
        raise RuleSyntax(
            f'After `in` comes a list like ["a", "b"] or a multiple choice, not `{token.text}`.',
            position=token.start,
        )
    if token.text == "not" and before.sort is Sort.SIGN and before.text in _NUMERIC:
        raise RuleType(
            f"`not` gives a yes or no, but `{before.text}` does not work with yes or no.",
            position=token.start,
        )


def _nothing_between(before: Token, token: Token) -> RuleSyntax:
    for word in (before, token):
        meant = closest(word.text, KEYWORDS) if word.sort is Sort.NAME else None
        if meant and meant == word.text.lower():
            return RuleSyntax(
                f"There is no `{word.text}`; did you mean `{meant}`?", position=word.start, suggestion=meant
            )
    return RuleSyntax(
        f"Something is missing between `{before.text}` and `{token.text}`, such as `and` or `==`.",
        position=token.start,
    )


def _missing_call(function: Token) -> RuleSyntax:
    return RuleSyntax(f"`{function.text}` needs parentheses, as in {function.text}(…).", position=function.start)


def _misplaced_list(bracket: Token) -> RuleSyntax:
    return RuleSyntax("A list in [ ] may only stand directly after `in`.", position=bracket.start)


def _brackets(tokens: list[Token]) -> dict[int, int]:
    closes: dict[int, int] = {}
    opened: list[int] = []
    questions = [0]  # `?` seen so far at each open level; they nest as deep as they are many
    for index, token in enumerate(tokens):
        if opened and tokens[opened[-1]].text == "[":
            _list_member(tokens, index)
        if token.sort is not Sort.SIGN:
            continue
        if token.text in "([":
            opened.append(index)
            questions.append(0)
        elif token.text in _CLOSING:
            if not opened or tokens[opened[-1]].text != _CLOSING[token.text]:
                raise RuleSyntax(f"This `{token.text}` closes nothing.", position=token.start)
            first = opened.pop()
            questions.pop()
            closes[first] = index
            if token.text == "]" and index - first > 2 * MAX_LIST:
                raise RuleTooLong(f"A list has at most {MAX_LIST} entries.", position=tokens[first].start)
        elif token.text == "?":
            questions[-1] += 1
        if len(opened) + sum(questions) > MAX_DEPTH:
            raise RuleTooLong(f"Brackets and `? :` may be at most {MAX_DEPTH} deep together.", position=token.start)
    if opened:
        bracket = tokens[opened[-1]]
        raise RuleSyntax(f"This `{bracket.text}` is never closed.", position=bracket.start)
    return closes


def _list_member(tokens: list[Token], index: int) -> None:
    token = tokens[index]
    if token.sort in (Sort.LITERAL, Sort.NAME) or token.text in (",", "]"):
        return
    if token.text == "-" and index + 1 < len(tokens) and isinstance(tokens[index + 1].value, Decimal):
        return
    raise RuleSyntax(f"A list holds only plain values and names, not `{token.text}`.", position=token.start)
