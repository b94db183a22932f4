"""Texts written to exhaust the compiler."""

import time
from contextlib import suppress

import pytest

from leads.domain.rules import Kind, Name, RuleError, compile_rule

NAMES = {"a": Name(Kind.YES_NO), "x": Name(Kind.NUMBER)} | {f"name_{n}": Name(Kind.NUMBER) for n in range(300)}
DEEP = "x > 1 and (x < 2 or "
HOSTILE = {
    "open parentheses": "(" * 2_000,
    "nested parentheses": "(" * 999 + "a" + ")" * 999,
    "open brackets": "[" * 2_000,
    "question marks": "a?" * 1_000,
    "nested ternaries at the limit": "a ? x > 1 : " * 24 + "a",
    "nested ternary conditions at the limit": "(" * 12 + "a" + " ? a : a)" * 12,
    "logic at the nesting limit": DEEP * 24 + "a" + ")" * 24,
    "many nots": "not " * 500,
    "many minuses": "-" * 2_000,
    "chain of and": "a and " * 333 + "a",
    "chain of and at the limit": "a and " * 100 + "a",
    "sum at the limit": "+".join(["x"] * 100) + ">1",
    "alternating not at the limit": "not a or " * 50 + "a",
    "list at the limit": "x in [" + "1," * 199 + "1]",
    "list beyond": "x in [" + "1," * 990 + "1]",
    "huge number": "x > " + "9" * 1_990,
    "huge power": "9**9**9**9 > x",
    "huge product": "*".join(["999999999999999999"] * 100) + " > x",
    "shift": "1 << 999999999 > x",
    "regex": 'a =~ "(a+)+$"',
    "comprehension": "x in [y for y in range(1000000000)]",
    "comprehension of builtin": "[y for y in $range(1000000000)]",
    "string repetition": '"a" * 1000000000 == "b"',
    "unclosed text": '"' + "\\a" * 999,
    "long name": "n" * 2_000,
    "many unlike names": "name_x " * 285,
    "escapes": 'x == "' + "\\\\" * 990 + '"',
    "too long": "a and " * 1_000_000,
    "calls": "min(" * 500,
    "calls at the limit": "min(x, " * 24 + "x" + ")" * 24 + " > 1",
    "digits and dots": "1." * 1_000,
    "zero bytes": "\x00" * 2_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_ends_soon(text):
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        with suppress(RuleError):
            compile_rule(text, NAMES)
        seconds.append(time.perf_counter() - start)

    assert min(seconds) <= 0.050


def test_rules_at_the_limits_of_depth_still_work():
    nested = compile_rule(DEEP * 24 + "a" + ")" * 24, NAMES)
    bands = compile_rule("x > 1 ? false : " * 24 + "a", NAMES)

    assert nested.evaluate({}).names == ("x", "a")
    assert bands.evaluate({"a": True}).names == ("x",)
