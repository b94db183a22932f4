"""A checked rule as the source of one Python function of facts.

Only numbered names enter the source: texts, numbers and names of the rule are constants beside it.
Every part is emitted once, as statements that leave its value in a variable, so the source grows with
the rule and no faster. Known operands take a short path inline; everything else is a call.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from . import arithmetic, decide, facts
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
    is_computed,
)
from .values import Fact, Kind, Name, Reason, Unknown

Function = Callable[[Mapping[str, Fact]], Fact]

_LOADERS = {
    Kind.NUMBER: ("{0}.__class__ is not Decimal or not {0}.is_finite()", facts.number),
    Kind.TEXT: ("{0}.__class__ is not str", facts.text),
    Kind.YES_NO: ("{0} is not True and {0} is not False", facts.yes_no),
    Kind.DATE: ("{0}.__class__ is not date", facts.day),
    Kind.CHOICES: ("{0}.__class__ is not frozenset", facts.choices),
}
_CLASSES = {
    Kind.NUMBER: "Decimal",
    Kind.TEXT: "str",
    Kind.YES_NO: "bool",
    Kind.DATE: "date",
    Kind.CHOICES: "frozenset",
}
_ARITHMETIC = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide"}
_EXTREMES = {"min": "smaller", "max": "larger"}


def generate(part: Part, names: Mapping[str, Name]) -> Function:
    """Return the function that evaluates the rule; it never raises, whatever the facts are."""
    return _Generator(part, names).function()


class _Generator:
    def __init__(self, part: Part, names: Mapping[str, Name]) -> None:
        self._part = part
        self._names = names
        self._lines: list[str] = []
        self._indent = 1
        self._variables = 0
        self._read = {name: f"v{index}" for index, name in enumerate(part.reads)}
        self._constants: dict[str, Any] = {
            "Decimal": Decimal,
            "date": date,
            "Unknown": Unknown,
            **{name: getattr(arithmetic, name) for name in (*_ARITHMETIC.values(), *_EXTREMES.values())},
            **{name: getattr(arithmetic, name) for name in ("negate", "round_to", "settle", "result")},
            **{name: getattr(decide, name) for name in ("compare", "either_unknown", "within", "agree")},
        }

    def function(self) -> Function:
        self._line("read = facts.get")
        for name, variable in self._read.items():
            test, loader = _LOADERS[self._names[name].kind]
            self._line(f"{variable} = read({self._constant(name)})")
            missing = self._constant(Unknown(Reason.NOT_ASKED, (name,)))
            self._line(f"if {test.format(variable)}: {variable} = {self._constant(loader)}({variable}, {missing})")
        value = self._emit(self._part)
        if self._part.kind is Kind.NUMBER:
            value = f"result({value}, {self._constant(self._part.reads)})"
        self._line(f"return {value}")
        source = "def rule(facts):\n" + "\n".join(self._lines)
        exec(compile(source, "<rule>", "exec"), self._constants)  # noqa: S102 - see the module's docstring
        function: Function = self._constants["rule"]
        return function

    def _emit(self, part: Part) -> str:
        """Emit the statements that compute the part; return the variable that holds its value."""
        match part:
            case Literal():
                return str(part.value) if isinstance(part.value, bool) else self._constant(part.value)
            case Read():
                return self._read[part.name]
            case Negate():
                return self._call("negate", self._emit(part.part), part)
            case Arithmetic():
                return self._call(_ARITHMETIC[part.operator], self._both(part.left, part.right), part)
            case Extreme():
                return self._extreme(part)
            case Round():
                return self._call("round_to", f"{self._emit(part.part)}, {part.places}", part)
            case Compare():
                return self._compare(part)
            case InList():
                return self._in_list(part)
            case InChoices():
                member, choices = self._emit(part.member), self._emit(part.choices)
                return self._known_or_unknown(
                    [(part.member, member), (part.choices, choices)], f"{member} in {choices}"
                )
            case Not():
                value = self._emit(part.part)
                return self._assign(f"not {value} if {value}.__class__ is bool else {value}")
            case Logic():
                return self._logic(part)
            case Choose():
                return self._choose(part)
        raise TypeError(part)

    def _both(self, left: Part, right: Part) -> str:
        return f"{self._emit(left)}, {self._emit(right)}"

    def _call(self, function: str, arguments: str, part: Part) -> str:
        return self._assign(f"{function}({arguments}, {self._constant(part.reads)})")

    def _extreme(self, part: Extreme) -> str:
        value = self._emit(part.parts[0])
        for other in part.parts[1:]:
            value = self._call(_EXTREMES[part.function], f"{value}, {self._emit(other)}", part)
        return value

    def _settled(self, part: Part) -> str:
        value = self._emit(part)
        if part.kind is Kind.NUMBER and is_computed(part):
            return self._call("settle", value, part)
        return value

    def _compare(self, part: Compare) -> str:
        left, right = self._settled(part.left), self._settled(part.right)
        quick = f"{left} {part.operator} {right}"
        otherwise = f"either_unknown({left}, {right})"
        if part.left.kind is Kind.NUMBER:
            names = self._constant(part.reads)
            otherwise = f"compare({self._constant(part.operator)}, {left}, {right}, {names})"
        return self._known_or_unknown([(part.left, left), (part.right, right)], quick, otherwise)

    def _in_list(self, part: InList) -> str:
        member = self._settled(part.member)
        others = ", ".join(self._read[read.name] for read in part.names)
        literals = self._constant(frozenset(part.literals))
        slow = f"within({member}, {literals}, ({others}{',' if others else ''}), {self._constant(part.reads)})"
        if others:
            return self._assign(slow)
        return self._known_or_unknown([(part.member, member)], f"{member} in {literals}", slow)

    def _known_or_unknown(self, operands: list[tuple[Part, str]], quick: str, slow: str | None = None) -> str:
        """Emit the quick expression for operands that are plainly known, and the slow one otherwise."""
        known = " and ".join(
            f"{value}.__class__ is {_CLASSES[part.kind]}" for part, value in operands if not isinstance(part, Literal)
        )
        if not known:
            return self._assign(quick)
        slow = slow or f"either_unknown({', '.join(value for _, value in operands)})"
        return self._assign(f"{quick} if {known} else {slow}")

    def _logic(self, part: Logic) -> str:
        """Emit a chain that stops at the first part that decides it and joins what is unknown."""
        decides, open_ = ("False", "True") if part.operator == "and" else ("True", "False")
        result = self._assign(self._emit(part.parts[0]))
        for other in part.parts[1:]:
            self._line(f"if {result} is not {decides}:")
            self._indent += 1
            value = self._emit(other)
            self._line(f"if {value} is {decides} or {result} is {open_}: {result} = {value}")
            self._line(f"elif {value} is not {open_}: {result} = either_unknown({result}, {value})")
            self._indent -= 1
        return result

    def _choose(self, part: Choose) -> str:
        condition = self._emit(part.condition)
        yes = self._branch(f"if {condition} is not False:", part.yes)
        no = self._branch(f"if {condition} is not True:", part.no)
        # The variable of a branch not taken is unset, and not read either.
        otherwise = f"agree({condition}, {yes}, {no})"
        return self._assign(f"{yes} if {condition} is True else {no} if {condition} is False else {otherwise}")

    def _branch(self, guard: str, part: Part) -> str:
        self._line(guard)
        self._indent += 1
        value = self._assign(self._emit(part))
        self._indent -= 1
        return value

    def _assign(self, expression: str) -> str:
        self._variables += 1
        variable = f"t{self._variables}"
        self._line(f"{variable} = {expression}")
        return variable

    def _constant(self, value: Any) -> str:
        name = f"c{len(self._constants)}"
        self._constants[name] = value
        return name

    def _line(self, statement: str) -> None:
        self._lines.append(" " * self._indent + statement)
