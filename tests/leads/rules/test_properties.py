"""Laws that hold for every rule and every fact."""

import operator
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import rule_engine
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from leads.domain.rules import Kind, Range, RuleError, Unknown, compile_rule
from tests.leads.rules import strategies as some

PYTHON_TYPES = {Kind.YES_NO: (bool,), Kind.NUMBER: (Decimal, Range)}
laws = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
OPPOSITE = {True: False, False: True}


def condition(text):
    return compile_rule(text, some.NAMES)


def formula(text):
    return compile_rule(text, some.NAMES, wants=Kind.NUMBER)


@laws
@given(some.conditions(3) | some.numbers(3), st.data())
def test_a_well_typed_rule_compiles_and_never_raises_whatever_the_facts(text, data):
    rule = compile_rule(text, some.NAMES, wants=None)
    facts = data.draw(st.dictionaries(st.sampled_from(list(some.NAMES)), some.ANYTHING))

    value = rule.evaluate(facts)

    assert isinstance(value, (Unknown, *PYTHON_TYPES[rule.kind]))
    assert not isinstance(value, Unknown) or set(value.names) <= set(rule.reads)


@laws
@given(some.conditions(3), some.less_and_more_known(open_ends=False))
def test_knowing_more_keeps_whatever_is_decided(text, facts):
    rule, (less, more) = condition(text), facts

    decided = rule.evaluate(less)

    assert isinstance(decided, Unknown) or rule.evaluate(more) is decided


@laws
@given(
    some.conditions(2),
    some.less_and_more_known(
        open_ends=True,
        number_strategy=some.SMALL_NUMBERS | st.decimals(allow_nan=False, allow_infinity=False),
    ),
)
def test_knowing_more_never_turns_a_decision_around_even_where_numbers_overflow(text, facts):
    rule, (less, more) = condition(text), facts

    decided = rule.evaluate(less)

    assert isinstance(decided, Unknown) or rule.evaluate(more) is not OPPOSITE[decided]


@laws
@given(some.conditions(1), some.conditions(1), some.less_and_more_known(open_ends=False))
def test_and_and_or_do_not_depend_on_order_and_mirror_each_other(one, other, facts):
    conjunction = condition(f"({one}) and ({other})").evaluate(facts[0])
    swapped = condition(f"({other}) and ({one})").evaluate(facts[0])
    mirrored = condition(f"not (not ({one}) or not ({other}))").evaluate(facts[0])

    assert without_order(conjunction) == without_order(swapped) == without_order(mirrored)


def without_order(decision):
    return set(decision.names) if isinstance(decision, Unknown) else decision


@laws
@given(some.numbers(3), some.less_and_more_known(open_ends=True))
def test_a_range_holds_every_result_that_its_values_can_have(text, facts):
    rule, (less, more) = formula(text), facts

    vague, exact = rule.evaluate(less), rule.evaluate(more)

    assume(not isinstance(vague, Unknown) and not isinstance(exact, Unknown))
    outer, inner = ends(vague), ends(exact)
    assert outer[0] <= inner[0] <= inner[1] <= outer[1]


def ends(number):
    return (number.low, number.high) if isinstance(number, Range) else (number, number)


@laws
@given(
    st.one_of(some.conditions(3, some.WHOLE, "+-*"), some.numbers(3, some.WHOLE, "+-*")),
    some.known_facts(st.integers(-9, 9).map(Decimal)),
)
def test_a_rule_agrees_with_rule_engine_where_everything_is_known(text, facts):
    rule = compile_rule(text, some.NAMES, wants=None)
    reference = rule_engine.Rule(text, rule_engine.Context(default_timezone="utc"))

    value = rule.evaluate(facts)

    assert value == reference.evaluate({key: for_rule_engine(fact) for key, fact in facts.items()} | FUNCTIONS)


# rule-engine has points in time instead of days, and other names for some functions.
FUNCTIONS = {"min": min, "max": max, "round": lambda number: number.quantize(Decimal(1))}


def for_rule_engine(fact):
    if isinstance(fact, date):
        return datetime(fact.year, fact.month, fact.day, tzinfo=UTC)
    return set(fact) if isinstance(fact, frozenset) else fact


FACTORS = some.named(Kind.NUMBER) | st.decimals(0, 9999, places=3).map(lambda number: f"{number:f}")
TERMS = st.lists(FACTORS, min_size=1, max_size=3).map(" * ".join)
SUMS = st.builds(
    lambda first, others: " ".join([first, *others]),
    TERMS,
    st.lists(some.joined(st.sampled_from("+-"), TERMS), max_size=4),
)
EXACT_NUMBERS = some.known_facts(st.decimals(-9999, 9999, places=3))


@laws
@given(SUMS, EXACT_NUMBERS)
def test_sums_and_products_are_exact(text, facts):
    assert Fraction(formula(text).evaluate(facts)) == exactly(text, facts)


@laws
@given(SUMS, FACTORS, EXACT_NUMBERS)
def test_a_quotient_is_right_to_ten_decimals(numerator, divisor, facts):
    text = f"({numerator}) / {divisor}"
    assume(exactly(divisor, facts))

    value = formula(text).evaluate(facts)

    # 28 digits leave a little less than ten decimals to quotients beyond 10**17, which then overflow.
    assume(not isinstance(value, Unknown))
    assert abs(Fraction(value) - exactly(text, facts)) <= Fraction(1, 10**10)


def exactly(text, facts):
    literals = re.sub(r"\b[0-9]+(\.[0-9]+)?", r'Fraction("\g<0>")', text)
    known = {key: Fraction(fact) for key, fact in facts.items() if isinstance(fact, Decimal)}
    return eval(literals, {"Fraction": Fraction, **known})  # noqa: S307 - the text is our own


@settings(max_examples=600, deadline=None)
@given(st.one_of(some.TOKEN_SALAD, st.text(max_size=200), st.text("()[]-?:,+ abt\"'\\d1.", max_size=200)))
def test_any_text_is_a_rule_or_a_rule_error(text):
    refused, rule = None, None
    try:
        rule = compile_rule(text, some.NAMES, wants=None)
    except RuleError as error:
        refused = error

    if refused:
        assert refused.message
        assert refused.position is None or 0 <= refused.position <= len(text)
    else:
        assert set(rule.reads) <= set(some.NAMES)


@laws
@given(some.conditions(2), some.known_facts())
def test_a_rule_reads_exactly_its_names_in_the_order_of_the_text(text, facts):
    words = [word for word in re.findall(r"\"[^\"]*\"|\w+", text) if word in some.NAMES]

    assert list(condition(text).reads) == list(dict.fromkeys(words))


RANGES = some.SMALL_RANGES | some.wild_ranges()


@laws
@given(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), RANGES, RANGES)
def test_ranges_are_compared_as_all_their_values_are(sign, left, right):
    rule = condition(f"seats {sign} budget")
    compare = {"==": operator.eq, "!=": operator.ne, "<": operator.lt}
    compare |= {"<=": operator.le, ">": operator.gt, ">=": operator.ge}
    points = [
        compare[sign](x, y)
        for x in (left.low, left.likely, left.high)
        for y in (right.low, right.likely, right.high)
        if x.is_finite() and y.is_finite()
    ]

    decided = rule.evaluate({"seats": left, "budget": right})

    assert isinstance(decided, Unknown) or set(points) == {decided}
