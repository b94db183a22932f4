"""The strict check: every part gets a kind, or the smallest part that does not fit is named."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from rule_engine import ast

from .errors import RuleError, RuleSyntax, RuleType, RuleUnknownChoice, RuleUnknownName
from .tokens import Sort, Token
from .tree import (
    Arithmetic,
    Choose,
    Compare,
    Extreme,
    InChoices,
    InList,
    Literal,
    Logic,
    Negate,
    Not,
    Part,
    Read,
    Round,
)
from .values import Kind, Name
from .words import KEYWORDS, closest

MAX_PLACES = 10

NOUNS = {
    Kind.NUMBER: "a number",
    Kind.TEXT: "a text",
    Kind.YES_NO: "a yes or no",
    Kind.DATE: "a date",
    Kind.CHOICES: "a multiple choice",
}
_SIGNS = {"add": "+", "sub": "-", "mul": "*", "tdiv": "/"}
_COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def kind_of(value: Decimal | str | bool | object) -> Kind:
    if isinstance(value, bool):
        return Kind.YES_NO
    if isinstance(value, Decimal):
        return Kind.NUMBER
    return Kind.TEXT if isinstance(value, str) else Kind.DATE


class Checker:
    """Turns rule-engine's tree of stand-ins into a checked tree of our own."""

    def __init__(self, text: str, tokens: list[Token], closes: Mapping[int, int], names: Mapping[str, Name]) -> None:
        self._text = text
        self._tokens = tokens
        self._closes = closes
        self._names = names

    def check(self, node: Any) -> Part:
        match node:
            case ast.SymbolExpression():
                return self._leaf(int(node.name[1:]))
            case ast.LogicExpression():
                return self._logic(node)
            case ast.ComparisonExpression():  # the ordering ones are a subclass
                return self._compare(node)
            case ast.AddExpression() | ast.SubtractExpression() | ast.ArithmeticExpression():
                return self._arithmetic(node)
            case ast.ContainsExpression():
                return self._contains(node)
            case ast.UnaryExpression():
                return self._unary(node)
            case ast.TernaryExpression():
                return self._choose(node)
            case ast.FunctionCallExpression():
                return self._call(node)
        raise RuleSyntax("This rule is not written in the rule language.", position=0)

    def _leaf(self, index: int) -> Part:
        token = self._tokens[index]
        if token.value is not None:
            return Literal(index, index, kind_of(token.value), (), token.value)
        if token.sort is Sort.FUNCTION or token.text not in self._names:
            raise self._unknown_name(token)
        return Read(index, index, self._names[token.text].kind, (token.text,), token.text)

    def _unknown_name(self, token: Token) -> RuleError:
        suggestion = closest(token.text, [*self._names, *KEYWORDS])
        shown = token.text if len(token.text) <= 64 else token.text[:64] + "…"
        hint = f"; did you mean `{suggestion}`?" if suggestion else "."
        return RuleUnknownName(f"There is no `{shown}`{hint}", position=token.start, suggestion=suggestion)

    def _logic(self, node: Any) -> Part:
        left, right = self.check(node.left), self.check(node.right)
        for part in (left, right):
            self._need(part, Kind.YES_NO, f"`{node.type}` joins only yes or no")
        # One flat chain keeps the generated code flat.
        flat = isinstance(left, Logic) and left.operator == node.type
        parts = (*left.parts, right) if isinstance(left, Logic) and flat else (left, right)
        return Logic(*self._span(left.first, right.last, Kind.YES_NO), node.type, parts)

    def _arithmetic(self, node: Any) -> Part:
        sign = _SIGNS[node.type]
        left, right = self.check(node.left), self.check(node.right)
        for part in (left, right):
            self._need(part, Kind.NUMBER, f"`{sign}` works only with numbers")
        return Arithmetic(*self._span(left.first, right.last, Kind.NUMBER), sign, left, right)

    def _compare(self, node: Any) -> Part:
        sign = _COMPARISONS[node.type]
        left, right = self.check(node.left), self.check(node.right)
        span = self._span(left.first, right.last, Kind.YES_NO)
        self._same_kind(left, right, left.first, right.last, "compares")
        if left.kind is Kind.CHOICES:
            raise self._type_error(left, right, "compares multiple choices; use `in` to look for one choice")
        if sign not in ("==", "!=") and left.kind not in (Kind.NUMBER, Kind.DATE):
            raise self._type_error(
                left, right, f"orders {NOUNS[left.kind]}, but `{sign}` works only with numbers and dates"
            )
        self._known_choice(left, right)
        self._known_choice(right, left)
        return Compare(*span, sign, left, right)

    def _contains(self, node: Any) -> Part:
        member = self.check(node.member)
        index = member.last + 1
        index += 2 if self._tokens[index].text == "not" else 1
        if not isinstance(node.container, ast.ArrayExpression):
            choices = self.check(node.container)
            if choices.kind is not Kind.CHOICES:
                raise self._kind_error(choices, "after `in` comes a list or a multiple choice")
            self._need(member, Kind.TEXT, "a multiple choice holds texts")
            self._known_choice(member, choices)
            return InChoices(*self._span(member.first, choices.last, Kind.YES_NO), member, choices)
        last = self._closes[index]
        if member.kind is Kind.CHOICES:
            raise self._kind_error(member, 'look for one choice like this: "a" in ' + self._quote(member))
        entries = [self.check(entry) for entry in node.container.value]
        if not entries:
            raise RuleSyntax("The list is empty.", position=self._tokens[index].start)
        for entry in entries:
            self._same_kind(member, entry, member.first, last, "compares")
            self._known_choice(entry, member)
            self._known_choice(member, entry)
        literals = tuple(_literal(entry) for entry in entries if not isinstance(entry, Read))
        reads = tuple(entry for entry in entries if isinstance(entry, Read))
        return InList(*self._span(member.first, last, Kind.YES_NO), member, literals, reads)

    def _unary(self, node: Any) -> Part:
        part = self.check(node.right)
        if node.type == "uminus":
            self._need(part, Kind.NUMBER, "`-` works only with numbers")
            return Negate(*self._span(part.first - 1, part.last, Kind.NUMBER), part)
        self._need(part, Kind.YES_NO, "`not` turns only yes or no around")
        is_infix = isinstance(part, InList | InChoices) and self._tokens[part.member.last + 1].text == "not"
        first = part.first if is_infix and isinstance(node.right, ast.ContainsExpression) else part.first - 1
        return Not(*self._span(first, part.last, Kind.YES_NO), part)

    def _choose(self, node: Any) -> Part:
        condition = self.check(node.condition)
        self._need(condition, Kind.YES_NO, "before `?` stands a yes or no")
        yes, no = self.check(node.case_true), self.check(node.case_false)
        self._same_kind(yes, no, condition.first, no.last, "gives")
        return Choose(*self._span(condition.first, no.last, yes.kind), condition, yes, no)

    def _call(self, node: Any) -> Part:
        index = int(node.function.name[1:])
        parts = [self.check(argument) for argument in node.arguments]
        if node.function.name[0] == "g":
            if len(parts) != 1:
                raise RuleSyntax("Parentheses hold exactly one expression.", position=self._tokens[index].start)
            return replace(parts[0], first=index, last=self._closes[index])
        function = self._tokens[index].text
        span = self._span(index, self._closes[index + 1], Kind.NUMBER)
        for part in parts:
            self._need(part, Kind.NUMBER, f"`{function}` works only with numbers")
        if function == "round":
            return Round(*span, *self._round(parts, index))
        if len(parts) < 2:
            raise RuleSyntax(f"`{function}` needs two or more numbers.", position=self._tokens[index].start)
        return Extreme(*span, function, tuple(parts))

    def _round(self, parts: list[Part], index: int) -> tuple[Part, int]:
        if not 1 <= len(parts) <= 2:
            raise RuleSyntax(
                "`round` needs a number, and perhaps how many decimals.", position=self._tokens[index].start
            )
        if len(parts) == 1:
            return parts[0], 0
        places = parts[1].value if isinstance(parts[1], Literal) else None
        if not isinstance(places, Decimal) or places not in range(MAX_PLACES + 1):
            raise RuleType(
                f"`{self._quote(parts[1])}` is not a number of decimals; `round` takes 0 to {MAX_PLACES}.",
                position=self._tokens[parts[1].first].start,
            )
        return parts[0], int(places)

    def _known_choice(self, part: Part, other: Part) -> None:
        """Refuse a text that the other side, having closed choices, can never be or contain."""
        if isinstance(part, Choose):
            self._known_choice(part.yes, other)
            self._known_choice(part.no, other)
        choices = self._names[other.name].choices if isinstance(other, Read) else None
        if choices is None or not isinstance(part, Literal) or part.value in choices:
            return
        name, wrong = other.reads[0], str(part.value)
        suggestion = closest(wrong, choices)
        if suggestion:
            message = f"`{name}` has no choice `{wrong}`; did you mean `{suggestion}`?"
        else:
            shown = ", ".join(f"`{choice}`" for choice in choices[:10]) + (", …" if len(choices) > 10 else "")
            message = f"`{name}` has no choice `{wrong}`; there is {shown or 'none yet'}."
        raise RuleUnknownChoice(message, position=self._tokens[part.first].start, suggestion=suggestion)

    def _need(self, part: Part, kind: Kind, why: str) -> None:
        if part.kind is not kind:
            raise self._kind_error(part, why)

    def _same_kind(self, left: Part, right: Part, first: int, last: int, verb: str) -> None:
        if left.kind is not right.kind:
            joint, end = ("with", ".") if verb == "compares" else ("or", "; both must be of one kind.")
            raise RuleType(
                f"`{self._text_of(first, last)}` {verb} {NOUNS[left.kind]} {joint} {NOUNS[right.kind]}{end}",
                position=self._tokens[first].start,
            )

    def _kind_error(self, part: Part, why: str) -> RuleType:
        return RuleType(
            f"`{self._quote(part)}` is {NOUNS[part.kind]}, but {why}.",
            position=self._tokens[part.first].start,
        )

    def _type_error(self, left: Part, right: Part, what: str) -> RuleType:
        quoted = self._text_of(left.first, right.last)
        return RuleType(f"`{quoted}` {what}.", position=self._tokens[left.first].start)

    def _quote(self, part: Part) -> str:
        return self._text_of(part.first, part.last)

    def _text_of(self, first: int, last: int) -> str:
        return self._text[self._tokens[first].start : self._tokens[last].end]

    def _span(self, first: int, last: int, kind: Kind) -> tuple[int, int, Kind, tuple[str, ...]]:
        return first, last, kind, names_in(self._tokens[first : last + 1])


def names_in(tokens: Sequence[Token]) -> tuple[str, ...]:
    """Return the names in the order they first appear, each once."""
    return tuple(dict.fromkeys(token.text for token in tokens if token.sort is Sort.NAME))


def _literal(part: Part) -> Any:
    if isinstance(part, Negate):
        return _literal(part.part).copy_negate()
    assert isinstance(part, Literal)  # noqa: S101 - nothing else passes in a list
    return part.value
