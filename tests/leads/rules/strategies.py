"""Random well-typed rules, and facts for them that know more or less."""

from datetime import date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from leads.domain.rules import Kind, Name, Range, Reason, Unknown

CODES = ("bank", "software", "retail")
NAMES = {
    "seats": Name(Kind.NUMBER),
    "budget": Name(Kind.NUMBER),
    "hours": Name(Kind.NUMBER),
    "urgent": Name(Kind.YES_NO),
    "signed": Name(Kind.YES_NO),
    "industry": Name(Kind.TEXT, CODES),
    "segment": Name(Kind.TEXT, CODES),
    "due": Name(Kind.DATE),
    "start": Name(Kind.DATE),
    "vendors": Name(Kind.CHOICES, CODES),
}
DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 9))


def named(kind):
    return st.sampled_from([key for key, name in NAMES.items() if name.kind is kind])


WHOLE = st.integers(0, 9).map(str)
FEW_DIGITS = st.decimals(0, 99, places=2).map(lambda number: f"{number:f}")
TEXTS = named(Kind.TEXT) | st.sampled_from(CODES).map(lambda code: f'"{code}"')
DATES = named(Kind.DATE) | DAYS.map(lambda day: f'd"{day}"')


def joined(*parts):
    return st.tuples(*(st.just(part) if isinstance(part, str) else part for part in parts)).map(" ".join)


def numbers(depth, literals=FEW_DIGITS, operators="+-*/"):
    """Texts of rules that give a number."""
    leaf = literals | named(Kind.NUMBER) | named(Kind.NUMBER)
    if not depth:
        return leaf
    inner = st.deferred(lambda: numbers(depth - 1, literals, operators))
    condition = st.deferred(lambda: conditions(depth - 1, literals, operators))
    return st.one_of(
        leaf,
        joined(inner, st.sampled_from(operators), inner),
        joined("(", inner, st.sampled_from(operators), inner, ")"),
        joined("- (", inner, ")"),
        joined(st.sampled_from(["min", "max"]), "(", inner, ",", inner, ")"),
        joined("round (", inner, ")"),
        joined("(", condition, "?", inner, ":", inner, ")"),
    )


def conditions(depth, literals=FEW_DIGITS, operators="+-*/"):
    """Texts of rules that give a yes or no."""
    number = numbers(max(depth - 1, 0), literals, operators)
    equality, order = st.sampled_from(["==", "!="]), st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    within = st.sampled_from(["in", "not in"])
    simple = st.one_of(
        st.sampled_from(["true", "false"]),
        named(Kind.YES_NO),
        joined(number, order, number),
        joined(TEXTS, equality, TEXTS),
        joined(DATES, order, DATES),
        joined(number, within, "[", st.lists(literals | named(Kind.NUMBER), min_size=1).map(",".join), "]"),
        joined(TEXTS, within, "[", st.lists(TEXTS, min_size=1).map(",".join), "]"),
        joined(TEXTS, within, "vendors"),
    )
    if not depth:
        return simple
    inner = st.deferred(lambda: conditions(depth - 1, literals, operators))
    word = st.sampled_from(["and", "or"])
    return st.one_of(
        simple,
        joined(inner, word, inner),
        joined("(", inner, word, inner, ")"),
        joined("not (", inner, ")"),
        joined("(", inner, ")", equality, "(", inner, ")"),
        joined("(", inner, "?", inner, ":", inner, ")"),
    )


UNKNOWN = st.sampled_from(list(Reason)).map(Unknown)
WILD_NUMBERS = (
    st.decimals()
    | st.integers(-(10**6), 10**6).map(lambda exponent: Decimal(f"7E{exponent}"))
    | st.sampled_from([Decimal("sNaN"), Decimal("-0"), Decimal("1E+999999999"), Decimal("1E-999999999")])
)


@st.composite
def wild_ranges(draw):
    low, likely, high = sorted(draw(st.lists(WILD_NUMBERS.filter(Decimal.is_finite), min_size=3, max_size=3)))
    return Range(
        draw(st.sampled_from([low, Decimal("-Infinity")])),
        likely,
        draw(st.sampled_from([high, Decimal("Infinity")])),
    )


SMALL_RANGES = st.lists(st.integers(0, 4).map(Decimal), min_size=3, max_size=3).map(lambda ends: Range(*sorted(ends)))
ANYTHING = st.one_of(
    WILD_NUMBERS,
    wild_ranges(),
    UNKNOWN,
    st.booleans(),
    st.text(max_size=3),
    st.sampled_from(CODES),
    DAYS,
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 9)),  # noqa: DTZ001 - a wrong kind on purpose
    st.frozensets(st.sampled_from(CODES)),
    st.sampled_from([None, 3, 2.5, float("nan"), [], {"bank"}, object()]),
)
SMALL_NUMBERS = st.decimals(-9, 9, places=1)
VALUES = {
    Kind.YES_NO: st.booleans(),
    Kind.TEXT: st.sampled_from(CODES),
    Kind.DATE: DAYS,
    Kind.CHOICES: st.frozensets(st.sampled_from(CODES)),
}


def known_facts(number_strategy=SMALL_NUMBERS):
    values = {Kind.NUMBER: number_strategy, **VALUES}
    return st.fixed_dictionaries({key: values[name.kind] for key, name in NAMES.items()})


@st.composite
def vaguer(draw, fact, *, open_ends):
    """A fact that says less than the given one, or the same."""
    how = draw(st.sampled_from(["same", "unknown", "range"]))
    if how == "unknown":
        return draw(UNKNOWN)
    if how == "same" or not isinstance(fact, Decimal | Range):
        return fact
    low, likely, high = (fact.low, fact.likely, fact.high) if isinstance(fact, Range) else (fact,) * 3
    down, up = draw(st.decimals(0, 5, places=1)), draw(st.decimals(0, 5, places=1))
    if open_ends:
        down, up = (draw(st.sampled_from([step, Decimal("Infinity")])) for step in (down, up))
    # Subtracting from a long number rounds, and could step over it.
    return Range(min(low, low - down), likely, max(high, high + up))


@st.composite
def less_and_more_known(draw, *, open_ends, number_strategy=SMALL_NUMBERS):
    """Two sets of facts about one lead, the second of which knows at least as much as the first."""
    known = draw(known_facts(number_strategy))
    more = {key: draw(st.just(fact) | vaguer(fact, open_ends=open_ends)) for key, fact in known.items()}
    less = {
        key: fact if isinstance(fact, Unknown) else draw(vaguer(fact, open_ends=open_ends))
        for key, fact in more.items()
    }
    return less, more


WORDS = r"""
and or not in true false if else for null nan inf min max round range d t $now _ é 0 1 007 1e9 0x1f .5 5.
+ - * / ** // % == = != =~ !~ < <= << > >= <> ?? ? : , . .. ( ) [ ] { } & && | ^ # ! ; \ ' " “ "bank" b"x"
d"2026-01-01" d"2026-13-01" t"P1D" 99999999999999999999
"""
KNOWN_WORDS = st.sampled_from([*NAMES, *WORDS.split(), "\n", "\x00", "[x for x in [1]]", "${}"])
TOKEN_SALAD = st.lists(KNOWN_WORDS, max_size=60).flatmap(
    lambda words: st.sampled_from([" ", ""]).map(lambda space: space.join(words))
)
